"""Attention of one packed forward pass: stretches of a prefix tree laid one after another.

A token attends to its own node, to those of its ancestors that are in the same pass, and to the
kept keys and values of those that came before.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import Tensor

from astrolabe.engine.attention import Manner, attend, hidden, merge


@dataclass
class Segment:
    """Kept keys and values of a stretch of tokens.

    Attributes:
        node: The node it belongs to.
        start: How many tokens stand before it in its sequence.
        length: How many tokens it holds.
        keys: One tensor [1, K, length, D] for each layer.
        values: Likewise.
    """

    node: int
    start: int
    length: int
    keys: dict[int, Tensor] = field(default_factory=dict)
    values: dict[int, Tensor] = field(default_factory=dict)

    def positions(self, device: torch.device) -> Tensor:
        """Positions of its tokens, [length]."""
        return torch.arange(self.start, self.start + self.length, device=device)


@dataclass(frozen=True)
class Piece:
    """The part of a node that one pass computes."""

    node: int
    offset: int
    length: int
    start: int
    """Where it begins in the pass."""
    reach: int
    """Where its subtree's tokens end in the pass."""


@dataclass(frozen=True)
class _Part:
    """Queries of a pass that attend to a stretch of the pass's own keys."""

    queries: slice
    keys: slice


@dataclass(frozen=True)
class Schedule:
    """What attends to what in a pass.

    Attributes:
        rows: Which tokens of the pass have queries; `None` for all.
        positions: Position of each token of the pass in its sequence, [T].
        own: For each piece with queries, that it attends to itself.
        parts: What attends to what else within the pass.
        before: Segments of earlier passes, each with the end of the queries that attend to it;
            these always begin at 0, since the order is depth-first.
    """

    rows: Tensor | None
    positions: Tensor
    own: Sequence[_Part]
    parts: Sequence[_Part]
    before: Sequence[tuple[Segment, int]]


def schedule_of(
    pieces: Sequence[Piece],
    firsts: Sequence[int],
    before: Sequence[tuple[Segment, int]],
    positions: Tensor,
    rows: Tensor | None = None,
) -> Schedule:
    """The schedule in which each piece has queries from its offset `firsts` on.

    Args:
        before: Segments of earlier passes with the end of the positions that attend to each.
    """
    # Positions without queries are left out, so piece i has its queries from starts[i] on.
    starts = [0, *accumulate(p.length - first for p, first in zip(pieces, firsts, strict=True))]
    begins = [p.start for p in pieces]
    own, parts = [], []

    def at(position: int) -> int:
        """Number of the first query at or after the beginning of a piece."""
        return starts[bisect_left(begins, position)]

    for index, (piece, first) in enumerate(zip(pieces, firsts, strict=True)):
        end = piece.start + piece.length
        queries = slice(starts[index], starts[index + 1])
        if first < piece.length:
            own.append(_Part(queries, slice(piece.start + first, end)))
            if first:
                parts.append(_Part(queries, slice(piece.start, piece.start + first)))
        if at(piece.reach) > at(end):
            parts.append(_Part(slice(at(end), at(piece.reach)), slice(piece.start, end)))
    return Schedule(rows, positions, own, parts, [(segment, at(stop)) for segment, stop in before])


@dataclass
class PackedPass:
    """Attention of one packed forward pass.

    Attributes:
        schedule: What attends to what.
        last: The same for the last layer, where only what is read needs queries.
        depth: Number of layers.
        keep: Segments to be filled from this pass, with the piece each comes from.
        reach: Longest sequence in this pass.
    """

    schedule: Schedule
    last: Schedule
    depth: int
    keep: Sequence[tuple[Segment, Piece]]
    reach: int

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, manner: Manner
    ) -> Tensor:
        """See `astrolabe.engine.attention.Pass`."""
        for segment, piece in self.keep:
            own = slice(piece.start, piece.start + piece.length)
            segment.keys[layer] = key[:, :, own].clone()
            segment.values[layer] = value[:, :, own].clone()
        schedule = self.last if layer == self.depth - 1 else self.schedule
        if schedule.rows is None:
            return _attended(schedule, layer, query, key, value, manner)
        out = query.new_zeros(query.shape, dtype=torch.float32)
        rows = schedule.rows
        out[:, :, rows] = _attended(schedule, layer, query[:, :, rows], key, value, manner)
        return out


def _attended(
    schedule: Schedule, layer: int, query: Tensor, key: Tensor, value: Tensor, manner: Manner
) -> Tensor:
    """Outputs [1, H, Q, D] in float32 for the schedule's queries."""
    out = torch.empty_like(query, dtype=torch.float32)
    lse = query.new_empty(query.shape[:-1], dtype=torch.float32)
    at = schedule.positions
    asking = at if schedule.rows is None else at[schedule.rows]
    for part in schedule.own:
        q, k, v = query[:, :, part.queries], key[:, :, part.keys], value[:, :, part.keys]
        seen = manner.sees(asking[part.queries], at[part.keys])
        if isinstance(seen, Tensor):
            mask = hidden(seen.tril(), torch.float32)
            found = attend(q, k, v, manner, mask=mask)
        else:
            found = attend(q, k, v, manner, causal=True)
        out[:, :, part.queries], lse[:, :, part.queries] = found
    others = [
        (p.queries, key[:, :, p.keys], value[:, :, p.keys], at[p.keys]) for p in schedule.parts
    ]
    others += [
        (slice(stop), segment.keys[layer], segment.values[layer], segment.positions(at.device))
        for segment, stop in schedule.before
        if stop
    ]
    for queries, k, v, positions in others:
        seen = manner.sees(asking[queries], positions)
        if seen is not False:
            near = hidden(seen, torch.float32) if isinstance(seen, Tensor) else None
            more = attend(query[:, :, queries], k, v, manner, mask=near)
            merge(out[:, :, queries], lse[:, :, queries], *more)
    return out
