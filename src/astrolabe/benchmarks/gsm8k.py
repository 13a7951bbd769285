"""GSM8K: grade-school word problems with worked solutions.

Cobbe et al., "Training Verifiers to Solve Math Word Problems", 2021 (arXiv:2110.14168). The
authors define a fine-tuning benchmark (github.com/openai/grade-school-math, dataset.py): question,
newline, worked solution ending in ``#### N``; `official` shows exemplars in that form and grades by
their rule. Protocol of `lm-eval`: lm-evaluation-harness 0.4.13, task `gsm8k`.
"""

import re
from collections.abc import Iterable, Iterator

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

HUB = "openai/gsm8k"
CONFIG = "main"
LAYOUTS = "SPLIT.jsonl (authors' layout) or main/SPLIT-*.parquet (hub layout)"
MARK = "\n#### "
SUBJECT = "grade_school_math"

_RULES = ("gsm8k-official", "strict-match", "flexible-extract")

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
    defaults={"shots": 5, "reasoning": "worked", "scoring": "generated", "max_tokens": 256},
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
    defaults={
        "shots": 5,
        "draw": "lm-eval",
        "reasoning": "worked",
        "scoring": "generated",
        "max_tokens": 256,
    },
    rules={Scoring.GENERATED: ("strict-match", "flexible-extract", "gsm8k-official")},
    overflow=Overflow.CUT_LEFT,
)


def load(place: str | None) -> Dataset:
    """GSM8K's test items, with the training items as exemplars.

    Args:
        place: `None` for Polaris' own word problems; a folder in the authors' layout
            (``train.jsonl``, ``test.jsonl``) or the hub's (``main/test-*.parquet``); or a hub id.

    Raises:
        BadInput: for data that is not GSM8K, naming file and row.
    """
    folder, name = sources.locate(place, "gsm8k", CONFIG, LAYOUTS)
    splits = {}
    for split in ("train", "test"):
        files = sources.split_files(folder, split, CONFIG)
        if not files:
            raise BadInput(
                f"no GSM8K '{split}' split in {folder}; expected "
                f"{LAYOUTS.replace('SPLIT', split)}; or use the hub id '{HUB}', or leave out "
                "the data for Polaris' own word problems"
            )
        splits[split] = _items(((str(path), sources.read_table(path)) for path in files), split)
    return Dataset(splits["test"], {"": splits["train"]}, name)


def _items(tables: Iterable[tuple[str, Iterable[sources.Row]]], split: str) -> tuple[Item, ...]:
    """Items of one split; a table is a file's name with its rows."""
    numbered = enumerate(_rows(tables))
    return tuple(_item(f"{split}/{number}", row, where) for number, (where, row) in numbered)


def _rows(
    tables: Iterable[tuple[str, Iterable[sources.Row]]],
) -> Iterator[tuple[str, sources.Row]]:
    for where, rows in tables:
        for number, row in enumerate(sources.require(rows, ("question", "answer"), where), start=1):
            yield f"{where}: row {number}", row


def _item(name: str, row: sources.Row, where: str) -> Item:
    rationale, mark, gold = str(row["answer"]).rpartition(MARK)
    if not mark or not re.search("[0-9]", gold):
        raise BadInput(f"{where} has an answer that does not end in a line '#### NUMBER'")
    return Item(
        id=name,
        subject=SUBJECT,
        question=str(row["question"]),
        gold=gold,
        rationale=rationale,
        metadata={key: value for key, value in row.items() if key not in ("question", "answer")},
    )


BENCHMARK = Benchmark(
    name="gsm8k",
    title="Grade School Math 8K",
    licence="MIT",
    languages=("en", "zh"),
    hub=HUB,
    recipes={"official": OFFICIAL, "lm-eval": LM_EVAL},
    load=load,
)
