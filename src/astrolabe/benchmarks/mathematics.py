"""MATH and MATH-500: competition problems whose answers are short expressions in LaTeX.

Hendrycks et al., "Measuring Mathematical Problem Solving With the MATH Dataset", 2021
(arXiv:2103.03874), report accuracy overall, by type and by level, each over all items. MATH-500 is
the part of the test split that Lightman et al., "Let's Verify Step by Step", 2023
(arXiv:2305.20050), kept out of training; models trained on their data have seen the rest.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest
from pathlib import Path

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.grading.boxed import last_box

HUB = "EleutherAI/hendrycks_math"
LAYOUTS = (
    "SPLIT/TYPE/NUMBER.json (authors' layout), SPLIT.jsonl, or TYPE/SPLIT-*.parquet (hub layout)"
)
HUB_500 = "HuggingFaceH4/MATH-500"
LAYOUTS_500 = "SPLIT.jsonl (authors' layout), or SPLIT-*.parquet (hub layout)"
COLUMNS = ("problem", "level", "solution")
UNKNOWN_LEVEL = "Level ?"

_HEADER = (
    "Given a mathematics problem, determine the answer. Simplify your answer as much as possible.\n"
)

OFFICIAL = Recipe(
    name="official",
    source="github.com/hendrycks/math evaluate_gpt3.py, with 'Problem: ' before the last problem, "
    "too, which the code leaves out; its eight exemplars are not shipped (here: training problems, "
    "one of each type in turn, or --exemplars); equality is lm-evaluation-harness' copy of theirs; "
    "the Chinese wording is ours",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            header=_HEADER,
            question="Problem: {question}",
            cue="\nAnswer: $",
            answer="{answer}$",
            between="\n###\n",
            stops=("$", "###", "\n"),
        ),
        ("zh", Scoring.GENERATED): Wording(
            header="给出一道数学题，求出答案，并尽可能化简。\n",
            question="题目：{question}",
            cue="\n答案：$",
            answer="{answer}$",
            between="\n###\n",
            trigger="让我们一步一步思考。",
            after_trigger="",
            stops=("$", "###", "\n"),
        ),
    },
    defaults={"shots": 8, "scoring": "generated", "max_tokens": 20},
    # The whole of what is written is the answer there: it ends at the first dollar sign.
    rules={Scoring.GENERATED: ("between-dollars", "math-official", "math-verify")},
    overflow=Overflow.DROP_SHOTS,
)

LM_EVAL = Recipe(
    name="lm-eval",
    source="lm-evaluation-harness 0.4.13: minerva_math (Lewkowycz et al. 2022, arXiv:2206.14858); "
    "direct answers are ours",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="Problem:\n{question}",
            cue="\n\nSolution:",
            answer=" Final Answer: The final answer is ${answer}$. I hope it is correct.",
            worked=" {rationale}\n"
            "Final Answer: The final answer is ${answer}$. I hope it is correct.",
            stops=("Problem:",),
        ),
    },
    defaults={"shots": 4, "reasoning": "worked", "scoring": "generated", "max_tokens": 256},
    rules={Scoring.GENERATED: ("minerva", "math-verify", "math-strict")},
    overflow=Overflow.CUT_LEFT,
    published="minerva_math",
)

LM_EVAL_HENDRYCKS = Recipe(
    name="lm-eval-hendrycks",
    source="lm-evaluation-harness 0.4.13: hendrycks_math; exemplars, of which it shows none by "
    "default, come from all types, not from the item's own",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="Problem: {question}",
            cue="\nAnswer:",
            answer=" {answer}",
            stops=("Problem:",),
        ),
    },
    defaults={"shots": 0, "scoring": "generated", "max_tokens": 256},
    rules={Scoring.GENERATED: ("between-dollars", "math-verify")},
    overflow=Overflow.CUT_LEFT,
)

SIMPLE_EVALS = Recipe(
    name="simple-evals",
    source="github.com/openai/simple-evals math_eval.py; equality is judged by rule, not by "
    "another model; its repeats are samples",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            header="Solve the following math problem step by step. The last line of your response "
            "should be of the form Answer: $ANSWER (without quotes) where $ANSWER is the answer to "
            "the problem.\n\n",
            question='{question}\n\nRemember to put your answer on its own line after "Answer:", '
            "and you do not need to use a \\boxed command.",
            cue="",
            answer="\n\nAnswer: {answer}",
            worked="\n\n{rationale}\nAnswer: {answer}",
        ),
    },
    defaults={
        "shots": 0,
        "scoring": "generated",
        "template": "turns",
        "decoding": {"temperature": 0.5},
        "max_tokens": 2048,
    },
    rules={Scoring.GENERATED: ("simple-evals-math", "math-verify", "math-strict")},
)

OPENCOMPASS = Recipe(
    name="opencompass",
    source="OpenCompass math_0shot_gen_393424",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="{question}\n"
            "Please reason step by step, and put your final answer within \\boxed{{}}.",
            cue="",
            answer="\n\\boxed{{{answer}}}",
            worked="\n{rationale}",
        ),
    },
    defaults={"shots": 0, "scoring": "generated", "template": "turns", "max_tokens": 1024},
    rules={Scoring.GENERATED: ("opencompass-math", "math-verify", "math-strict")},
)


def load(place: str | None) -> Dataset:
    """MATH's test items, with the training items as exemplars where they are there.

    Args:
        place: `None` for Polaris' own; a folder in the authors' layout
            (``test/algebra/1.json``), as JSON Lines (``test.jsonl``) or in the hub's layout
            (``algebra/test-*.parquet``); or a hub id.

    Raises:
        BadInput: for data that is not MATH, naming file and row.
    """
    folder, name = sources.locate(place, "math", "*", LAYOUTS)
    test = sources.distinct(_items(folder, "test", "math", "type"))
    if not test:
        raise sources.absent("math", "test", folder, LAYOUTS, HUB)
    train = sources.distinct(_items(folder, "train", "math", "type"))
    return Dataset(test, {"": tuple(_in_turn(train))}, name)


def load_500(place: str | None) -> Dataset:
    """MATH-500's items. It has no training split; exemplars are shown from ``train.jsonl`` if any.

    Args:
        place: `None` for Polaris' own; a folder with ``test.jsonl`` or ``test-*.parquet``; or a
            hub id.

    Raises:
        BadInput: for data that is not MATH-500, naming file and row.
    """
    folder, name = sources.locate(place, "math-500", "default", LAYOUTS_500)
    test = sources.distinct(_items(folder, "test", "math_oai", "subject"))
    if not test:
        raise sources.absent("math-500", "test", folder, LAYOUTS_500, HUB_500)
    train = sources.distinct(_items(folder, "train", "math_oai", "subject"))
    return Dataset(test, {"": tuple(_in_turn(train))}, name)


def _items(folder: Path, split: str, config: str, kind: str) -> Iterator[tuple[str, Item]]:
    """Items of a split with where they stand; `kind` is the column that holds the type."""
    columns = (*COLUMNS, kind)
    for path in sorted(folder.glob(f"{split}/*/*.json"), key=_by_number):
        for where, row in sources.located([path], columns):
            yield where, _item(str(path.relative_to(folder)), row, kind, where)
    files = sources.split_files(folder, split, config)
    several = len({path.parent for path in files}) > 1
    counts: dict[str, int] = {}
    for path in files:
        group = f"{path.parent.name}/{split}" if several else split
        for where, row in sources.located([path], columns):
            number = counts.setdefault(group, 0)
            counts[group] += 1
            yield where, _item(str(row.get("unique_id") or f"{group}/{number}"), row, kind, where)


def _by_number(path: Path) -> tuple[Path, int, str]:
    return path.parent, int(path.stem) if path.stem.isdecimal() else 0, path.stem


def _item(name: str, row: sources.Row, kind: str, where: str) -> Item:
    solution, level = str(row["solution"]), str(row["level"])
    gold = last_box(solution)
    if gold is None:
        raise BadInput(f"{where} has a solution without a boxed answer")
    label = level if level.startswith("Level ") else f"Level {level}"
    if label != UNKNOWN_LEVEL and not re.fullmatch("Level [1-5]", label):
        raise BadInput(f"{where} has the level '{level}', which is none of 1 to 5, nor '?'")
    return Item(
        id=name,
        subject=str(row[kind]),
        question=str(row["problem"]),
        gold=gold,
        rationale=solution,
        # The authors leave what has no level out of the table by level.
        categories=() if label == UNKNOWN_LEVEL else (label,),
    )


def _in_turn(items: Sequence[Item]) -> Iterable[Item]:
    """One item of each type in turn, so that the first few are not all of the first type."""
    types = dict.fromkeys(item.subject for item in items)
    columns = ([item for item in items if item.subject == kind] for kind in types)
    return filter(None, chain.from_iterable(zip_longest(*columns)))


_RECIPES = {
    recipe.name: recipe
    for recipe in (OFFICIAL, LM_EVAL, LM_EVAL_HENDRYCKS, SIMPLE_EVALS, OPENCOMPASS)
}

BENCHMARKS = (
    Benchmark(
        name="math",
        title="Measuring Mathematical Problem Solving",
        size=5_000,
        metric="accuracy",
        licence="MIT (contested)",
        languages=("en", "zh"),
        hub=HUB,
        recipes=_RECIPES,
        load=load,
    ),
    Benchmark(
        name="math-500",
        title="500 problems of MATH kept out of training",
        size=500,
        metric="accuracy",
        licence="MIT (contested)",
        languages=("en", "zh"),
        hub=HUB_500,
        recipes=_RECIPES
        | {
            "official": replace(
                OFFICIAL,
                source=f"MATH's own: {OFFICIAL.source}; no exemplars by default, as there is no "
                "training split",
                defaults={**OFFICIAL.defaults, "shots": 0},
            )
        },
        load=load_500,
    ),
)
