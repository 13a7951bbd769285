"""GPQA's rows: where they lie, how their options are shuffled, and nobody quoting them.

The authors ask that no example be revealed, so what is loaded is private, and no refusal quotes a
row. A row's right answer stands first; here its options are shuffled by a hash of its record id.
White space around options is cleaned away, and two spaces in them become one, as in
lm-evaluation-harness (tasks/gpqa/*/utils.py).
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from astrolabe.benchmarks import exams, sources
from astrolabe.core.benchmark import Dataset
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

HUB = "Idavidrein/gpqa"
_ANSWERS = (
    "Correct Answer",
    "Incorrect Answer 1",
    "Incorrect Answer 2",
    "Incorrect Answer 3",
)
_COLUMNS = ("Record ID", "Question", *_ANSWERS, "High-level domain", "Subdomain")


@dataclass(frozen=True)
class Variant:
    """A set of GPQA's rows.

    Attributes:
        name: The benchmark's name.
        file: Name of the authors' file, and of the hub's config.
        size: Its rows.
        shown: Places (from 0) of the rows that the authors show as exemplars, as HELM found them.
    """

    name: str
    title: str
    file: str
    size: int
    shown: tuple[int, ...]

    @property
    def layouts(self) -> str:
        return (
            f"{self.file}.csv (authors' layout), {self.file}/train-*.parquet or train.jsonl (hub "
            "layout)"
        )


def load(variant: Variant, place: str | None) -> Dataset:
    """GPQA's items, subjects being domains; the rows that the authors show are the exemplars.

    In data that is not the whole set, the first rows are the exemplars.

    Args:
        place: `None` for Polaris' own questions; a folder with the authors' file or in the hub's
            layout; or a hub id. All but Polaris' are private.

    Raises:
        BadInput: for data that is not GPQA, naming file and row, but quoting none.
    """
    folder, source = sources.locate(place, "gpqa", variant.file, variant.layouts)
    files = _files(folder, variant)
    if not files:
        raise sources.absent(variant.name, "train", folder, variant.layouts, HUB)
    for path in files:
        _check_header(path)
    found = sources.located(files, _COLUMNS)
    items = sources.distinct((where, _item(row, where)) for where, row in found)
    shown = variant.shown if len(items) == variant.size else range(len(variant.shown))
    exemplars = tuple(items[place] for place in shown if place < len(items))
    return Dataset(items, {"": exemplars}, source, private=place is not None)


def _files(folder: Path, variant: Variant) -> list[Path]:
    """The authors' file, anywhere; or the hub's; or the only set there is."""
    named = sources.split_files(folder, variant.file, "dataset")
    named = named or sources.split_files(folder / variant.file, "train", "data")
    alone = not any(folder.glob("gpqa_*"))
    return named or (sources.split_files(folder, "train", "data") if alone else [])


def _check_header(path: Path) -> None:
    """Refuse a CSV file without GPQA's header line, the first row of which others would quote."""
    if path.suffix != ".csv":
        return
    try:
        with path.open(encoding="utf-8-sig", newline="", errors="replace") as lines:
            columns = next(csv.reader(lines), [])
    except (OSError, csv.Error):
        return  # whoever reads the file will say so
    missing = [column for column in _COLUMNS if column not in columns]
    if missing:
        raise BadInput(
            f"{path}: the first line has no column '{missing[0]}'; GPQA's files begin with a line "
            "that names the columns"
        )


def _item(row: sources.Row, where: str) -> Item:
    record = str(row["Record ID"])
    answers = [_clean(str(row[column])) for column in _ANSWERS]
    order = _shuffled(record)
    return Item(
        id=record,
        subject=str(row["High-level domain"]),
        question=str(row["Question"]),
        gold=exams.OPTIONS[order.index(0)],
        choices=tuple(answers[answer] for answer in order),
        rationale=row.get("Explanation") or None,
        categories=(str(row["Subdomain"]),),
    )


def _clean(answer: str) -> str:
    return answer.strip().replace(" [title]", ". ").replace("  ", " ")


def _shuffled(record: str) -> list[int]:
    """Which of `_ANSWERS` is the item's first, second, ... option."""
    places = list(range(len(_ANSWERS)))
    Random(digest("gpqa", record)).shuffle(places)
    return places


def _shown(items: Sequence[Item], orders: Iterable[Sequence[int]]) -> list[tuple[int, ...]]:
    """Orders of the options of `items`, from orders of `_ANSWERS`."""
    return [
        tuple(_shuffled(item.id).index(answer) for answer in order)
        for item, order in zip(items, orders, strict=True)
    ]


def simple_evals_orders(items: Sequence[Item]) -> list[tuple[int, ...]]:
    """The first repeat's orders: one stream of seed 0, the right answer first in what it mixes."""
    stream = Random(0)
    return _shown(items, [stream.sample(range(4), 4) for _ in items])


def opencompass_orders(items: Sequence[Item]) -> list[tuple[int, ...]]:
    """BCDA, CDAB, DABC, ABCD, and again: turned by the row's number, counted from 1."""
    turned = ([(place + row) % 4 for place in range(4)] for row, _ in enumerate(items, start=1))
    return _shown(items, turned)


def lm_eval_orders(items: Sequence[Item]) -> list[tuple[int, ...]]:
    """One stream of seed 0, the right answer last in what it mixes.

    There the stream is the process' own, seeded at the start: these are the orders of a task that
    is loaded before anything else draws from it.
    """
    stream = Random(0)
    orders = []
    for _ in items:
        orders.append([1, 2, 3, 0])
        stream.shuffle(orders[-1])
    return _shown(items, orders)
