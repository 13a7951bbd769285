"""From the states of some positions to the few numbers that answers are made of.

Never [layers, positions, vocabulary] at once: positions are taken in chunks, first for the matrix
product with the unembedding, then, smaller, for what is computed from logits while they are still
in the processor's cache.

Shapes: P positions, C early exits, S positions of a chunk, V vocabulary, N targets.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from astrolabe.core.model import Exit, Exited, Reading, Scored
from astrolabe.decoding.divergence import Compared, Mature
from astrolabe.decoding.dola import AT_ONCE, IN_CACHE, refuse_broken
from astrolabe.inside.head import Inside


class Target(NamedTuple):
    """A token to be read at a position: for which reading, and as which token of it."""

    token: int
    reading: int
    place: int
    exit: Exit | None = None


class Gathered:
    """What was found for one reading, token by token, in any order."""

    def __init__(self, reading: Reading) -> None:
        self._early = reading.exit is not None
        self._missing = len(reading.tokens) - reading.start
        self._found: dict[int, Sequence[float]] = {}

    def complete(self, place: int, facts: Sequence[float]) -> bool:
        """Add what was read at one token; says whether that was the last one missing."""
        self._found[place] = facts
        self._missing -= 1
        return self._missing == 0

    def answer(self) -> Scored | Exited:
        """The answer; what was gathered is given away with it."""
        columns = [
            tuple(c) for c in zip(*(self._found[i] for i in sorted(self._found)), strict=True)
        ]
        self._found = {}
        if self._early:
            return Exited(*columns)
        logprobs, tops, firsts = columns
        return Scored(logprobs, all(firsts), tops)


def read(
    inside: Inside, logits: Tensor, states: Mapping[int, Tensor], wanted: Sequence[Sequence[Target]]
) -> Iterator[tuple[Target, Sequence[float]]]:
    """What is wanted at each position.

    Args:
        logits: Of the last layer, [P, V].
        states: The residual stream after each early layer, [P, W].
        wanted: The targets of each position, [P].

    Yields:
        A target and its numbers: the fields of `Exited` in order, or, without an exit, the
        token's log-prob, that of the first choice, and whether they are the same token.

    Raises:
        BadInput: when an early exit gives numbers that are not finite.
    """
    alike: dict[tuple[Exit, ...], list[int]] = defaultdict(list)
    for position, targets in enumerate(wanted):
        alike[tuple(sorted({t.exit for t in targets if t.exit}))].append(position)
    for exits, positions in alike.items():
        size = logits.shape[-1] * max(1, len(exits))
        for chunk in _chunks(positions, AT_ONCE // size):
            early = _early(inside, states, exits, chunk)
            for places in _chunks(range(len(chunk)), IN_CACHE // size):
                here = [chunk[i] for i in places]
                yield from _facts(
                    logits[here], exits, early[:, list(places)], [wanted[p] for p in here]
                )


def _chunks(positions: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    size = max(1, size)
    for start in range(0, len(positions), size):
        yield positions[start : start + size]


def _early(
    inside: Inside, states: Mapping[int, Tensor], exits: Sequence[Exit], positions: Sequence[int]
) -> Tensor:
    """Logits of early exits, [C, S, V]."""
    if not exits:
        return torch.empty(0, len(positions), 0)
    if len({exit.norm for exit in exits}) == 1:
        stacked = torch.stack([states[exit.layer][positions] for exit in exits])
        return inside.logits(stacked, exits[0].norm)
    return torch.stack([inside.logits(states[exit.layer][positions], exit.norm) for exit in exits])


def _facts(
    logits: Tensor, exits: Sequence[Exit], early: Tensor, wanted: Sequence[Sequence[Target]]
) -> Iterator[tuple[Target, Sequence[float]]]:
    """What is wanted at some positions, read from logits [S, V] and [C, S, V]."""
    mature = Mature.of(logits)
    tops, firsts = mature.logprobs.max(-1)
    own = [(row, target) for row, targets in enumerate(wanted) for target in targets]
    rows = torch.tensor([row for row, _ in own], device=logits.device)
    tokens = torch.tensor([target.token for _, target in own], device=logits.device)
    found = [
        torch.stack(
            [mature.logprobs[rows, tokens], tops[rows], (firsts[rows] == tokens).float()], -1
        ).tolist()
    ]
    if exits:
        q = early.float().log_softmax(-1)
        refuse_broken(q, exits)
        compared = Compared(mature, q)
        columns = [
            q[:, rows, tokens],
            q[:, rows, firsts[rows]],
            compared.jensen_shannon()[:, rows],
            compared.published()[:, rows],
            compared.contrast_sum()[:, rows],
        ]
        found += torch.stack(columns, -1).tolist()
    place = {exit: number for number, exit in enumerate(exits, 1)}
    for number, (_, target) in enumerate(own):
        yield target, found[place[target.exit] if target.exit else 0][number]
