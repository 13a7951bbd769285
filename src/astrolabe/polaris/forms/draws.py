"""What all forms draw with: rows without repeats, right options at balanced places."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol, TypeVar

from astrolabe.polaris.world import HELD_OUT_SHARE

Row = dict[str, object]
Files = dict[str, list[Row]]
"""Rows by file name without its ending: `dev`, `test`, ..."""

SEED = 7
"""Seed of the shipped rows, as of the exam's and the word problems'."""


class Keyed(Protocol):
    """Something drawn that says what makes two of it the same."""

    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=Keyed)


def reserved(text: str) -> bool:
    """Whether a text made of random numbers or parts is kept for the shipped test: one in four.

    The rule is the first byte of the text's SHA-256, modulo 4.
    """
    return hashlib.sha256(text.encode()).digest()[0] % 4 == 0


def fresh(draw: Callable[[], K], seen: set[str]) -> K:
    """Draw until something comes whose key is not in `seen`, and put it there."""
    while True:
        drawn = draw()
        if drawn.key not in seen:
            seen.add(drawn.key)
            return drawn


def balanced(rng: Random, count: int, kinds: int) -> list[int]:
    """`count` numbers below `kinds`, each as often as the others (give or take one), shuffled."""
    numbers = [i % kinds for i in range(count)]
    rng.shuffle(numbers)
    return numbers


def insert(rng: Random, right: str, wrong: Sequence[str], place: int) -> list[str]:
    """Four options: three of `wrong` in random order, and the right one at `place`."""
    options = rng.sample(list(wrong), 3)
    options.insert(place, right)
    return options


def held_out(name: str, words: Sequence[str], seed: int) -> frozenset[str]:
    """Three in ten of `words`, which no document of the corpus asks about.

    Args:
        name: What they are; each list has a draw of its own.
        seed: The world's.
    """
    rng = Random(f"{seed}:hold:{name}")
    return frozenset(rng.sample(list(words), round(HELD_OUT_SHARE * len(words))))


def alternating(rng: Random, first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Both lists shuffled, one of each in every pair, so that no beginning is one-sided.

    What the longer list has more is left out.
    """
    sides = (rng.sample(list(first), len(first)), rng.sample(list(second), len(second)))
    return [word for pair in zip(*sides, strict=False) for word in rng.sample(pair, 2)]
