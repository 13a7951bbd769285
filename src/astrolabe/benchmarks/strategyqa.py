"""StrategyQA: yes-no questions whose steps are not spelt out.

Geva et al., "Did Aristotle Use a Laptop?", 2021 (arXiv:2101.02235). The labels of the test split
are hidden; papers on language models score the 2290 training questions, with exemplars in the form
of Wei et al. 2022 (arXiv:2201.11903). Always to answer "no" is right in 53 % of them (counted on
1706 rows of BIG-bench's copy: 53.2 %), which is what a score has to be compared with.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from astrolabe.benchmarks import sources
from astrolabe.benchmarks.worked import TWO_STAGES, opencompass_rounds, question_and_answer
from astrolabe.core.benchmark import Benchmark, Dataset, Recipe
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

HUB = "ChilleD/StrategyQA"
LAYOUTS = (
    "strategyqa_train.json, or train.json with dev.json (authors' layout), task.json (BIG-bench), "
    "SPLIT.jsonl or SPLIT-*.parquet (hub layout)"
)
COLUMNS = ("question", "answer")
SUBJECT = "strategyqa"
SHOWN = 100
"""Questions that serve as exemplars where there is only one set; never before themselves."""
ANSWERS = {True: "yes", False: "no", "true": "yes", "false": "no", "yes": "yes", "no": "no"}

_FORM = "So the answer is {answer}."
_RULES = ("yesno-strict", "yesno-lenient")
_WRITTEN = {"scoring": "generated", "reasoning": "worked", "shots": 6, "max_tokens": 256}

OFFICIAL = Recipe(
    name="official",
    source="the training questions in the form of arXiv:2201.11903; the authors of StrategyQA have "
    "no prompt; exemplars are other training questions, with their facts as the chain of thought",
    wordings={("en", Scoring.GENERATED): question_and_answer(_FORM)},
    defaults=_WRITTEN,
    rules={Scoring.GENERATED: _RULES},
)

DOLA = Recipe(
    name="dola",
    source="github.com/voidism/DoLa strqa_eval.py; its six exemplars are not shipped (here: other "
    "training questions, or --exemplars)",
    wordings={("en", Scoring.GENERATED): question_and_answer(_FORM, stops=("Q:", "\n\n##"))},
    defaults=_WRITTEN,
    rules={Scoring.GENERATED: ("dola-strategyqa", *_RULES)},
)

OPENCOMPASS = Recipe(
    name="opencompass",
    source="OpenCompass strategyqa_gen_1180a7; its six exemplars are not shipped (here: other "
    "training questions, or --exemplars)",
    wordings={
        ("en", Scoring.GENERATED): opencompass_rounds(
            "Question: {question}", "So the answer is {answer}"
        )
    },
    defaults={**_WRITTEN, "template": "turns", "max_tokens": 512},
    rules={Scoring.GENERATED: ("opencompass-yesno", *_RULES)},
)

ZERO_SHOT = Recipe(
    name="zero-shot",
    source="github.com/kojima-takeshi188/zero_shot_cot (arXiv:2205.11916), whose direct zero-shot "
    "is the trigger 'The answer (Yes or No) is' with 32 tokens and no second stage",
    wordings={
        ("en", Scoring.GENERATED): question_and_answer(
            "The answer is {answer}.",
            strip=True,
            extract=" \nTherefore, the answer (Yes or No) is",
        )
    },
    defaults=TWO_STAGES,
    rules={Scoring.GENERATED: ("kojima-yesno", *_RULES)},
)


def load(place: str | None) -> Dataset:
    """StrategyQA's labelled questions.

    Args:
        place: `None` for Polaris' own; a folder with the authors' ``strategyqa_train.json``, with
            their repository's split of it (``train.json`` and ``dev.json``, asked together), with
            BIG-bench's ``task.json``, or in a hub's layout (``test``, with ``train`` as exemplars);
            or a hub id.

    Returns:
        Where there is only one set, its first questions are exemplars for all others.

    Raises:
        BadInput: for data that is not StrategyQA, naming file and row.
    """
    folder, name = sources.locate(place, "strategyqa", "default", LAYOUTS)
    items = sources.distinct(_items(_authors_files(folder), "train"))
    shown = items[:SHOWN]
    if not items:
        items = sources.distinct(_items(sources.split_files(folder, "test", "default"), "test"))
        files = sources.split_files(folder, "train", "default")
        shown = sources.distinct(_items(files, "train")) or items[:SHOWN]
    if not items:
        items = _big_bench(folder)
        shown = items[:SHOWN]
    if not items:
        raise sources.absent("strategyqa", "test", folder, LAYOUTS, HUB)
    return Dataset(items, {"": shown}, name)


def _authors_files(folder: Path) -> list[Path]:
    whole = folder / "strategyqa_train.json"
    parts = [whole] if whole.is_file() else [folder / "train.json", folder / "dev.json"]
    return [path for path in parts if path.is_file()]


def _items(files: list[Path], split: str) -> Iterator[tuple[str, Item]]:
    for number, (where, row) in enumerate(sources.located(files, COLUMNS)):
        facts = row.get("facts") or ()
        chain = " ".join(map(_closed, [facts] if isinstance(facts, str) else facts))
        name = str(row.get("qid") or f"{split}/{number}")
        about = {key: row[key] for key in ("term", "description", "decomposition") if key in row}
        yield where, _item(name, str(row["question"]), row["answer"], chain, about, where)


def _closed(fact: str) -> str:
    fact = fact.strip()
    return fact if fact.endswith((".", "!", "?")) else f"{fact}."


def _big_bench(folder: Path) -> tuple[Item, ...]:
    path = folder / "task.json"
    rows = sources.located([path] if path.is_file() else [], ("examples",))
    return tuple(
        _example(number, example, f"{path}: example {number + 1}")
        for _, row in rows
        for number, example in enumerate(row["examples"])
    )


def _example(number: int, example: Any, where: str) -> Item:
    try:
        question, scores = str(example["input"]), example["target_scores"]
        gold = [answer for answer in ("yes", "no") if scores[answer.capitalize()] == 1]
        chain = str(example["target"]).partition(".")[2].strip()
    except (KeyError, TypeError) as error:
        raise BadInput(
            f"{where} has no input with target_scores for Yes and No, and a target"
        ) from error
    return _item(f"task/{number}", question, gold[0] if len(gold) == 1 else gold, chain, {}, where)


def _item(
    name: str, question: str, answer: Any, chain: str, about: dict[str, Any], where: str
) -> Item:
    key = answer.strip().lower() if isinstance(answer, str) else answer
    if not isinstance(key, bool | str) or key not in ANSWERS:
        raise BadInput(f"{where} has the answer '{answer}', which is neither yes nor no")
    return Item(name, SUBJECT, question, ANSWERS[key], rationale=chain or None, metadata=about)


BENCHMARKS = (
    Benchmark(
        name="strategyqa",
        title="StrategyQA",
        size=2_290,
        metric="accuracy",
        licence="MIT",
        languages=("en",),
        hub=HUB,
        recipes={recipe.name: recipe for recipe in (OFFICIAL, DOLA, OPENCOMPASS, ZERO_SHOT)},
        load=load,
    ),
)
