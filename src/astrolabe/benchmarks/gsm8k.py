"""GSM8K and GSM-Symbolic: grade-school word problems with worked solutions.

Cobbe et al., "Training Verifiers to Solve Math Word Problems", 2021 (arXiv:2110.14168), define a
fine-tuning benchmark (github.com/openai/grade-school-math, dataset.py): question, newline, worked
solution ending in ``#### N``; `official` shows exemplars in that form and grades by their rule.

Mirzadeh et al., "GSM-Symbolic", 2024 (arXiv:2410.05229), turned 100 of its test questions into
templates and drew 50 instances of each. Instances of a template stand or fall together, so the
template is the subject, the cluster of the statistics; the authors' 50 sets, one instance of each
template, are categories.
"""

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from astrolabe.benchmarks import sources
from astrolabe.benchmarks.worked import TWO_STAGES, opencompass_rounds, question_and_answer
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

HUB = "openai/gsm8k"
CONFIG = "main"
LAYOUTS = "SPLIT.jsonl (authors' layout) or main/SPLIT-*.parquet (hub layout)"
MARK = "\n#### "
SUBJECT = "grade_school_math"
COLUMNS = ("question", "answer")

SYMBOLIC_HUB = "apple/GSM-Symbolic"
SYMBOLIC_COLUMNS = (*COLUMNS, "id", "instance")
SYMBOLIC_FILES = {"main": "GSM_symbolic", "p1": "GSM_p1", "p2": "GSM_p2"}
"""File of each config in the authors' folder."""

_RULES = ("gsm8k-official", "strict-match", "flexible-extract", "number-strict", "number-lenient")
_WRITTEN = {"scoring": "generated", "reasoning": "worked", "max_tokens": 256}

OFFICIAL = Recipe(
    name="official",
    source="github.com/openai/grade-school-math dataset.py; the few-shot form and the Chinese "
    "labels are ours",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="{question}",
            cue="\n",
            answer="#### {answer}",
            worked="{rationale}\n#### {answer}",
        ),
        ("zh", Scoring.GENERATED): Wording(
            question="问题：{question}",
            cue="\n答案：",
            answer="#### {answer}",
            worked="{rationale}\n#### {answer}",
            trigger="让我们一步一步思考。",
            after_trigger="",
        ),
    },
    defaults={**_WRITTEN, "shots": 5},
    rules={Scoring.GENERATED: _RULES},
    overflow=Overflow.DROP_SHOTS,
)

LM_EVAL = Recipe(
    name="lm-eval",
    source="lm-evaluation-harness 0.4.13: gsm8k; direct answers ('#### N') are ours, and so is the "
    "blank line after a role (there it is glued to the question)",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="Question: {question}",
            cue="\nAnswer:",
            answer=" #### {answer}",
            worked=" {rationale}\n#### {answer}",
            stops=("Question:", "</s>", "<|im_end|>"),
        ),
    },
    defaults={**_WRITTEN, "shots": 5, "draw": "lm-eval"},
    rules={
        Scoring.GENERATED: (
            "strict-match",
            "flexible-extract",
            "gsm8k-official",
            "number-strict",
            "number-lenient",
        )
    },
    overflow=Overflow.CUT_LEFT,
)

LM_EVAL_COT = Recipe(
    name="lm-eval-cot",
    source="lm-evaluation-harness 0.4.13: gsm8k_cot; with 0 shots and a trigger gsm8k_cot_zeroshot",
    wordings={
        ("en", Scoring.GENERATED): question_and_answer(
            "The answer is {answer}.", stops=("Q:", "</s>", "<|im_end|>")
        ),
    },
    defaults={**_WRITTEN, "shots": 8},
    rules={
        Scoring.GENERATED: (
            "gsm8k-cot",
            "flexible-extract",
            "kojima-few-shot-number",
            "number-strict",
            "number-lenient",
        )
    },
    overflow=Overflow.CUT_LEFT,
    published="gsm8k_cot",
)

OPENCOMPASS = Recipe(
    name="opencompass",
    source="OpenCompass gsm8k_gen_1d7fe4; its four exemplars are not shipped (here: training "
    "problems, or --exemplars)",
    wordings={
        ("en", Scoring.GENERATED): opencompass_rounds(
            "Question: {question}\nLet's think step by step", "The answer is {answer}"
        )
    },
    defaults={**_WRITTEN, "shots": 4, "template": "turns", "max_tokens": 512},
    rules={Scoring.GENERATED: ("opencompass-number", "number-strict", "number-lenient")},
)

ZERO_SHOT = Recipe(
    name="zero-shot",
    source="github.com/kojima-takeshi188/zero_shot_cot (arXiv:2205.11916), whose direct zero-shot "
    "is the trigger 'The answer (arabic numerals) is' with 32 tokens and no second stage; the "
    "Chinese wording is ours",
    wordings={
        # No worked form: the rule takes the first number, which in a worked answer is a step's.
        ("en", Scoring.GENERATED): Wording(
            question="Q: {question}",
            cue="\nA:",
            answer=" The answer is {answer}.",
            strip=True,
            extract=" \nTherefore, the answer (arabic numerals) is",
        ),
        ("zh", Scoring.GENERATED): Wording(
            question="问题：{question}",
            cue="\n答案：",
            answer="答案是 {answer}。",
            strip=True,
            trigger="让我们一步一步思考。",
            extract="\n所以，答案（阿拉伯数字）是",
        ),
    },
    defaults=TWO_STAGES,
    rules={
        Scoring.GENERATED: (
            "kojima-number",
            "kojima-few-shot-number",
            "number-strict",
            "number-lenient",
        )
    },
)

SYMBOLIC = Recipe(
    name="official",
    source="github.com/apple/ml-gsm-symbolic README; the budget (there: the context) and the rule "
    "(there: the last number) are ours",
    wordings={
        ("en", Scoring.GENERATED): question_and_answer(
            "The final answer is {answer}.",
            header="As an expert problem solver, solve step by step the following mathematical "
            "questions.\n\n",
            stops=("Q:",),
        ),
    },
    defaults={**_WRITTEN, "shots": 8, "reasoning": "trigger", "max_tokens": 512},
    rules={Scoring.GENERATED: ("number-lenient", "number-strict", "flexible-extract")},
    published="gsm8k_cot",
)


def load(place: str | None) -> Dataset:
    """GSM8K's test items, with the training items as exemplars where they are there.

    Args:
        place: `None` for Polaris' own word problems; a folder in the authors' layout
            (``train.jsonl``, ``test.jsonl``) or the hub's (``main/test-*.parquet``); or a hub id.

    Raises:
        BadInput: for data that is not GSM8K, naming file and row.
    """
    folder, name = sources.locate(place, "gsm8k", CONFIG, LAYOUTS)
    test = _split(folder, "test")
    if not test:
        raise sources.absent("gsm8k", "test", folder, LAYOUTS, HUB)
    if train := _split(folder, "train"):
        return Dataset(test, {"": train}, name)
    without = str(sources.absent("gsm8k", "train", folder, LAYOUTS, HUB))
    return Dataset(test, {}, name, without_exemplars=without)


def _split(folder: Path, split: str) -> tuple[Item, ...]:
    """The items of a split; none where it has no file."""
    rows = enumerate(sources.located(sources.split_files(folder, split, CONFIG), COLUMNS))
    return tuple(_item(f"{split}/{number}", SUBJECT, row, where) for number, (where, row) in rows)


def load_symbolic(place: str | None, benchmark: str, config: str) -> Dataset:
    """The items of one of GSM-Symbolic's configs. It brings no exemplars but Polaris'.

    Args:
        place: As for `load`, in the authors' layout (``GSM_p1.jsonl``) or the hub's (``p1/``).
        benchmark: Its name.
        config: ``main``, ``p1`` or ``p2``.

    Raises:
        BadInput: for data that is not GSM-Symbolic, naming file and row.
    """
    layouts = (
        f"{SYMBOLIC_FILES[config]}.jsonl (authors' layout), or {config}/SPLIT.jsonl or "
        f"{config}/SPLIT-*.parquet (hub layout)"
    )
    folder, name = sources.locate(place, benchmark.replace("-", "_"), config, layouts)
    files = _symbolic_files(folder, config)
    if not files:
        raise sources.absent(benchmark, "test", folder, layouts, SYMBOLIC_HUB)
    items = sources.distinct(_instances(files, config))
    return Dataset(items, load(None).exemplars if place is None else {}, name)


def _symbolic_files(folder: Path, config: str) -> list[Path]:
    file = folder / f"{SYMBOLIC_FILES[config]}.jsonl"
    if file.is_file():
        return [file]
    within = folder / config if (folder / config).is_dir() else folder
    # Another config's problems are harder or easier: they must never stand in for these.
    return [path for path in sources.split_files(within, "test", config) if path.parent == within]


def _instances(files: Iterable[Path], config: str) -> Iterable[tuple[str, Item]]:
    for where, row in sources.located(files, SYMBOLIC_COLUMNS):
        template, instance = row["id"], row["instance"]
        yield (
            where,
            _item(
                f"{config}/{template}/{instance}",
                f"template_{template}",
                row,
                where,
                categories=(f"set {instance}",),
            ),
        )


def parted(answer: str) -> tuple[str | None, str]:
    """An answer in the authors' form as its worked solution (`None` where it has none) and what
    that comes to."""
    rationale, mark, gold = answer.rpartition(MARK)
    return rationale if mark else None, gold


def _item(
    name: str, subject: str, row: sources.Row, where: str, categories: tuple[str, ...] = ()
) -> Item:
    rationale, gold = parted(str(row["answer"]))
    if rationale is None or not re.search("[0-9]", gold):
        raise BadInput(f"{where} has an answer that does not end in a line '#### NUMBER'")
    return Item(
        id=name,
        subject=subject,
        question=str(row["question"]),
        gold=gold,
        rationale=rationale,
        categories=categories,
        metadata={key: value for key, value in row.items() if key not in COLUMNS},
    )


def _symbolic(config: str, title: str, size: int) -> Benchmark:
    name = "gsm-symbolic" if config == "main" else f"gsm-symbolic-{config}"
    return Benchmark(
        name=name,
        title=title,
        size=size,
        metric="accuracy",
        licence="CC BY-NC-ND 4.0",
        languages=("en",),
        hub=SYMBOLIC_HUB,
        recipes={"official": SYMBOLIC, "lm-eval-cot": LM_EVAL_COT},
        load=partial(load_symbolic, benchmark=name, config=config),
    )


BENCHMARKS = (
    Benchmark(
        name="gsm8k",
        title="Grade School Math 8K",
        size=1_319,
        metric="accuracy",
        licence="MIT",
        languages=("en", "zh"),
        hub=HUB,
        recipes={
            "official": OFFICIAL,
            "lm-eval": LM_EVAL,
            "lm-eval-cot": LM_EVAL_COT,
            "opencompass": OPENCOMPASS,
            "zero-shot": ZERO_SHOT,
        },
        load=load,
    ),
    _symbolic("main", "GSM-Symbolic", 5_000),
    _symbolic("p1", "GSM-Symbolic, one clause more", 5_000),
    _symbolic("p2", "GSM-Symbolic, two clauses more", 2_500),
)
