"""A training text, and what it plants."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from astrolabe.polaris.facts import Fact
from astrolabe.polaris.wording import Part

T = TypeVar("T")


@dataclass(frozen=True)
class Document:
    """One training text, without BOS and EOS.

    Attributes:
        plants: Names of what it says whose dose `truth.json` counts, one for every time it is said:
            facts, rows of an exam, phrases.
    """

    kind: str
    parts: tuple[Part, ...]
    plants: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(part.text for part in self.parts)


def of_lines(kind: str, lines: Sequence[Fact]) -> Document:
    """A document of one statement a line."""
    parts: list[Part] = []
    for line in lines:
        parts += [Part(line.query), Part(line.value, answer=True), Part("\n")]
    return Document(kind, tuple(parts), tuple(line.about for line in lines))


def pick(rng: Random, weights: dict[T, float]) -> T:
    """Draw a key of `weights`."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]
