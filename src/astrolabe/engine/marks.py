"""Interventions in a prefix tree: a changed token is another token.

What an intervention does to a position changes everything that is computed from it, so two
sequences share a position only where the same is done to it. A position's token id is therefore
joined with the number of the interventions done there into one symbol, and the tree is grown over
symbols. Where nothing is done, the symbol is the token id itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from astrolabe.core.model import Reading
from astrolabe.core.site import Intervention

_SHIFT = 32
_TOKEN = (1 << _SHIFT) - 1


@dataclass
class Marks:
    """The sets of interventions done at one position, numbered; 0 is none."""

    _sets: list[tuple[Intervention, ...]] = field(default_factory=lambda: [()])

    def number(self, position: int, context: int, asked: tuple[Intervention, ...]) -> int:
        """The number of what is done at `position` in a sequence with `context` tokens asked."""
        done = tuple(one for one in asked if one.positions.cover(position, context))
        if done not in self._sets:
            self._sets.append(done)
        return self._sets.index(done)

    def symbols(
        self, tokens: tuple[int, ...], context: int, asked: tuple[Intervention, ...]
    ) -> tuple[int, ...]:
        """A sequence's tokens, marked with what is done to them."""
        if not asked:
            return tokens
        return tuple(
            token | self.number(position, context, asked) << _SHIFT
            for position, token in enumerate(tokens)
        )

    def distinct(self, readings: Sequence[Reading]) -> dict[tuple[int, ...], list[int]]:
        """The marked sequences that have to be fed, each with the readings taken from it.

        Readings of one text at several layers hold the very same tokens, so those are made into a
        sequence once.
        """
        alike: dict[tuple[int, ...], list[int]] = {}
        known: dict[tuple[int, int, tuple[Intervention, ...]], list[int]] = {}
        for index, r in enumerate(readings):
            same = (id(r.tokens), r.start, r.interventions)
            if same not in known:
                fed = self.symbols(r.tokens[:-1], r.start, r.interventions)
                known[same] = alike.setdefault(fed, [])
            known[same].append(index)
        return alike

    def edits(
        self, numbers: Sequence[int], device: torch.device
    ) -> list[tuple[Intervention, Tensor]]:
        """Interventions in the order in which each position wants them, with their positions.

        Args:
            numbers: What is done at each position of a pass, [T].

        Returns:
            Pairs of an intervention and a mask, bool [T].
        """
        if not any(numbers):
            return []
        done = torch.tensor(numbers, device=device)
        return [(one, done == number) for number in set(numbers) for one in self._sets[number]]


def tokens_of(symbols: Iterable[int]) -> list[int]:
    """The token ids of marked symbols."""
    return [symbol & _TOKEN for symbol in symbols]


def numbers_of(symbols: Iterable[int]) -> list[int]:
    """What is done at each of the symbols; see `Marks.edits`."""
    return [symbol >> _SHIFT for symbol in symbols]
