"""Answers whose meaning is known: a corpus written for this, and labelled ones from elsewhere."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

from astrolabe.calibration import DATA
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.model import Finish, Generated

Kind = Literal["letter", "number", "math", "yesno"]
LANGUAGES = ("en", "zh")


@dataclass(frozen=True)
class Labelled:
    """An answer, and what a careful reader says of it.

    Attributes:
        kind: What is to be read from it.
        language: ``en`` or ``zh``; ``solutions`` for answers that are not from our corpus.
        says: The answer that the text commits to, in the form of the gold answer; `None` where it
            commits to none, or where nobody has said.
        right: Whether it commits to the right one.
        traps: What makes it hard to read.
    """

    id: str
    kind: Kind
    language: str
    item: Item
    generated: Generated
    says: str | None
    right: bool
    traps: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[int, ...]:
        """Options as shown."""
        return tuple(range(len(self.item.choices)))


@cache
def corpus() -> tuple[Labelled, ...]:
    """Answers in English and Chinese, written by hand, each with a trap or two.

    Rules are improved on them, so that they read these better than what they have not seen.
    """
    return _written("answers")


@cache
def held_out() -> tuple[Labelled, ...]:
    """Answers of the same sort that no rule was improved on.

    Whoever looks at what a rule misgrades among them moves them to the corpus, and writes others.
    """
    return _written("held_out")


def solutions(path: Path) -> Iterator[Labelled]:
    """The labelled solutions of GSM8K's authors: four models' answers to each question.

    Args:
        path: ``example_model_solutions.jsonl`` of github.com/openai/grade-school-math.

    Raises:
        BadInput: for a file of another form.
    """
    from astrolabe.benchmarks import sources

    for number, row in enumerate(sources.read_table(path)):
        models = {k: v for k, v in row.items() if isinstance(v, dict) and "is_correct" in v}
        if not models or not isinstance(row.get("ground_truth"), str):
            raise BadInput(
                f"{path}: row {number + 1} has no models' solutions with 'is_correct' beside a "
                "'ground_truth'; give example_model_solutions.jsonl of grade-school-math"
            )
        gold = row["ground_truth"].rpartition("A: ")[2].strip()
        item = Item(f"solutions/{number}", "solutions", str(row.get("question", "")), gold)
        for model, said in models.items():
            written = Generated(str(said["solution"]), 0, "stop")
            right = bool(said["is_correct"])
            name = f"{number}/{model}"
            yield Labelled(name, "number", "solutions", item, written, None, right)


def _written(part: str) -> tuple[Labelled, ...]:
    return tuple(
        _labelled(json.loads(line), language)
        for language in LANGUAGES
        for line in (DATA / f"{part}.{language}.jsonl").read_text(encoding="utf-8").splitlines()
    )


def _labelled(row: Mapping[str, Any], language: str) -> Labelled:
    item = Item(row["id"], row["kind"], row["question"], row["gold"], tuple(row["choices"]))
    return Labelled(
        id=row["id"],
        kind=cast(Kind, row["kind"]),
        language=language,
        item=item,
        generated=Generated(row["text"], 0, cast(Finish, row["finish"])),
        says=row["says"],
        right=row["right"],
        traps=tuple(row["traps"]),
    )
