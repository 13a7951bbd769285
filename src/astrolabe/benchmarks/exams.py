"""Exams with four options: how MMLU, CMMLU and C-Eval are read, and a wording for all of them.

The authors' layout is a folder for each split, in it a CSV file for each subject. On the hub, every
subject is a config, or rows name their subject.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Dataset, Wording
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item

OPTIONS = LETTERS[:4]
SHOWN = "dev"
"""The split whose items are shown as exemplars."""


def step_by_step(answer: str) -> Wording:
    """The wording of simple-evals (common.py), which OpenCompass took over with another answer.

    Args:
        answer: What the last line of a reply begins with.
    """
    return Wording(
        question="Answer the following multiple choice question. The last line of your response "
        f"should be of the following format: '{answer}: $LETTER' (without quotes) where LETTER is "
        "one of ABCD. Think step by step before answering.\n\n{question}\n\n{options}",
        cue="",
        answer=f"\n\n{answer}: {{answer}}",
        worked=f"\n\n{{rationale}}\n\n{answer}: {{answer}}",
        option="{letter}) {text}",
        stops=(),
    )


@dataclass(frozen=True)
class Layout:
    """Where an exam's rows lie, and what they hold.

    Attributes:
        name: Name of the benchmark.
        polaris: Folder of Polaris' own rows.
        hub: Id of the data on the hub.
        config: Config that the hub's set keeps every subject under; ``*`` where each is its own.
        files: The layouts that are understood, for refusals; ``SPLIT`` stands for the split.
        columns: Columns that every row has, besides the answer's.
        answer: Column of the answer.
        header: Columns of the authors' CSV files, where these have no header line.
        unlabelled: A split whose rows may be without an answer.
    """

    name: str
    polaris: str
    hub: str
    config: str
    files: str
    columns: tuple[str, ...]
    answer: str
    header: tuple[str, ...] | None = None
    unlabelled: str | None = None


@dataclass(frozen=True)
class Placed:
    """A row, and where it stands.

    Attributes:
        number: Its place among the rows of its subject and split, from 0.
        labelled: Whether it must have an answer.
    """

    row: sources.Row
    subject: str
    split: str
    number: int
    file: str
    labelled: bool

    @property
    def where(self) -> str:
        return f"{self.file}: {self.subject} row {self.number + 1}"


def load(place: str | None, layout: Layout, split: str, read: Callable[[Placed], Item]) -> Dataset:
    """The items of a split, with those of `SHOWN` as exemplars by subject where they are there.

    Args:
        place: `None` for Polaris' own exam, a folder, or a hub id.
        read: Makes the item of a row; see `item`.

    Raises:
        BadInput: for data that is not such an exam, naming file and row.
    """
    folder, source = sources.locate(
        place, layout.polaris, layout.config, layout.files.replace("SPLIT", split)
    )
    asked, shown = (
        sources.distinct((placed.where, read(placed)) for placed in _placed(folder, name, layout))
        for name in (split, SHOWN)
    )
    if not asked:
        raise _absent(split, folder, layout)
    without = "" if shown else str(_absent(SHOWN, folder, layout))
    return Dataset(asked, sources.by_subject(shown), source, without_exemplars=without)


def _absent(split: str, folder: Path, layout: Layout) -> BadInput:
    return sources.absent(layout.name, split, folder, layout.files, layout.hub)


def letter(answer: Any) -> str:
    """The letter of an answer counted from 0; what is out of range stays, to be refused."""
    counted = isinstance(answer, int) and 0 <= answer < len(OPTIONS)
    return OPTIONS[answer] if counted else str(answer)


def item(
    placed: Placed,
    question: Any,
    choices: Sequence[Any],
    gold: str,
    key: Any = None,
    rationale: str | None = None,
) -> Item:
    """The item of a row.

    Args:
        gold: A letter; empty where the row has none.
        key: The source's own name of the row inside its subject; its number when `None`.

    Raises:
        BadInput: for other than four options, an option that is no text, or a gold answer that is
            no letter of an option.
    """
    if len(choices) != len(OPTIONS):
        raise BadInput(f"{placed.where} has {len(choices)} choices, not {len(OPTIONS)}")
    for option, choice in zip(OPTIONS, choices, strict=True):
        if not isinstance(choice, str):
            raise BadInput(f"{placed.where} has an option {option} that is no text: {choice!r}")
    if gold not in set(OPTIONS) and (gold or placed.labelled):
        raise BadInput(
            f"{placed.where} has the gold answer '{gold}', which is none of {', '.join(OPTIONS)}"
        )
    name = placed.number if key is None else key
    return Item(
        id=f"{placed.subject}/{placed.split}/{name}",
        subject=placed.subject,
        question=str(question),
        gold=gold,
        choices=tuple(choices),
        rationale=rationale,
    )


def _placed(folder: Path, split: str, layout: Layout) -> Iterator[Placed]:
    counts: Counter[str] = Counter()
    labelled = split != layout.unlabelled
    answer = (layout.answer,) if labelled else ()
    for path, subject, header in _files(folder, split, layout):
        named = () if subject else ("subject",)
        columns = (*(header or layout.columns), *named, *answer)
        for row in sources.require(sources.read_table(path, header), columns, str(path)):
            name = str(row.get("subject") or subject)
            yield Placed(row, name, split, counts[name], str(path), labelled)
            counts[name] += 1


def _files(
    folder: Path, split: str, layout: Layout
) -> Iterator[tuple[Path, str, tuple[str, ...] | None]]:
    """Files of a split, each with the subject of its rows, or "" where rows name theirs, and the
    columns of a file without a header line."""
    by_subject = sorted((folder / split).glob("*.csv"))
    for path in by_subject:
        yield path, path.stem.removesuffix(f"_{split}"), layout.header
    if by_subject:
        return
    for path in sources.split_files(folder, split, layout.config):
        shared = path.parent == folder or path.parent.name in (layout.config, "data")
        yield path, "" if shared else path.parent.name, None
