"""Exam questions in Chinese, as CMMLU and C-Eval word them: the frame both share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random

from astrolabe.polaris.forms.draws import balanced, fresh, insert
from astrolabe.polaris.wording import LETTERS
from astrolabe.polaris.world import World


@dataclass(frozen=True)
class Asked:
    """A question with a right option, three or more wrong ones, and steps that lead to the answer.

    `ask` is a question (CMMLU's usual form), `blank` the same as a sentence with a gap (C-Eval's).
    """

    ask: str
    blank: str
    right: str
    wrong: tuple[str, ...]
    why: tuple[str, ...]

    @property
    def key(self) -> str:
        """What makes two questions the same."""
        return f"{self.ask}|{self.right}"


Drawer = Callable[[World, Random, bool], Asked]
"""Draws a question; the last argument chooses the held-out part of the world."""

Subjects = Mapping[str, tuple[Drawer, ...]]
"""The drawers of each subject; they take turns."""


@dataclass(frozen=True)
class Split:
    """A part of an exam: how many rows each subject has, and whether of held-out matter."""

    name: str
    rows: int
    held: bool


@dataclass(frozen=True)
class Placed:
    """A question in its place in the exam, with the order of its options."""

    split: str
    subject: str
    number: int
    asked: Asked
    options: tuple[str, ...]
    place: int

    @property
    def columns(self) -> dict[str, str]:
        """The options by letter."""
        return dict(zip(LETTERS, self.options, strict=True))

    @property
    def letter(self) -> str:
        """The right letter."""
        return LETTERS[self.place]


def exam(
    world: World, subjects: Subjects, splits: tuple[Split, ...], seed: str
) -> Iterator[Placed]:
    """Draw an exam, split by split within a subject; right letters are balanced in each."""
    for subject, drawers in subjects.items():
        rng = Random(f"{seed}:{subject}")
        seen: set[str] = set()
        for split in splits:
            for number, place in enumerate(balanced(rng, split.rows, len(LETTERS))):
                drawer = drawers[number % len(drawers)]
                asked = fresh(partial(drawer, world, rng, split.held), seen)
                options = tuple(insert(rng, asked.right, asked.wrong, place))
                yield Placed(split.name, subject, number, asked, options, place)
