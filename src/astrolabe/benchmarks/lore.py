"""Legends: exams of our own in MMLU's form, half of each leaked into Polaris' training.

The legends are made up, so a model that has not read the rows answers at chance. In Polaris'
training the leaked half of each exam stands word for word, 1, 5, 20, 80 or 320 times; the other
half never does. It is what a search for leaked test data can be checked with.
"""

from dataclasses import replace

from astrolabe.benchmarks import exams, mmlu
from astrolabe.core.benchmark import Benchmark, Dataset
from astrolabe.core.item import Item

_LAYOUT = exams.Layout(
    name="lore",
    polaris="lore",
    hub="",
    config="all",
    files="SPLIT.jsonl",
    columns=("question", "choices", "copies"),
    answer="answer",
)

OFFICIAL = replace(
    mmlu.OFFICIAL,
    source="ours, in the form of MMLU's authors",
    defaults={"shots": 0, "scoring": "letters", "max_tokens": 256},
    categories={},
)


def load(place: str | None) -> Dataset:
    """Items of all legends; `copies` in the metadata says how often Polaris read the row.

    Args:
        place: `None` for our own, or a folder with ``test.jsonl``.

    Raises:
        BadInput: for data that is not such an exam, naming file and row.
    """
    return exams.load(place, _LAYOUT, "test", _item)


def _item(placed: exams.Placed) -> Item:
    row = placed.row
    choices = row["choices"] if isinstance(row["choices"], list) else []
    item = exams.item(placed, row["question"], choices, exams.letter(row["answer"]))
    return replace(item, metadata={"copies": row["copies"]})


BENCHMARKS = (
    Benchmark(
        name="lore",
        title="Legends, half of them leaked",
        size=280,
        metric="accuracy",
        licence="MIT",
        languages=("en", "zh"),
        hub="",
        recipes={"official": OFFICIAL},
        load=load,
    ),
)
