"""The walk over a prefix tree: packed forward passes without padding or repetition.

The tree lies flat in depth-first order. Each forward pass takes the next tokens of it, up to a
budget, as one row; a token attends to its own node, to those of its ancestors that are in the same
pass, and to the kept keys and values of those that came before. Only the open path is kept, so
memory is bounded by the budget and the longest prompt, whatever the number of prompts.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import Tensor
from transformers import PreTrainedModel

from astrolabe.engine.attention import Manner, attend, during, hidden, merge
from astrolabe.engine.marks import Marks, numbers_of, tokens_of
from astrolabe.engine.memory import Budget
from astrolabe.engine.tree import Node
from astrolabe.inside.head import Inside


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
class _Piece:
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
    causal: bool


@dataclass(frozen=True)
class _Schedule:
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


def _schedule(
    pieces: Sequence[_Piece],
    firsts: Sequence[int],
    before: Sequence[tuple[Segment, int]],
    positions: Tensor,
    rows: Tensor | None = None,
) -> _Schedule:
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
            own.append(_Part(queries, slice(piece.start + first, end), causal=True))
            if first:
                parts.append(_Part(queries, slice(piece.start, piece.start + first), causal=False))
        if at(piece.reach) > at(end):
            parts.append(
                _Part(slice(at(end), at(piece.reach)), slice(piece.start, end), causal=False)
            )
    return _Schedule(rows, positions, own, parts, [(segment, at(stop)) for segment, stop in before])


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

    schedule: _Schedule
    last: _Schedule
    depth: int
    keep: Sequence[tuple[Segment, _Piece]]
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
    schedule: _Schedule, layer: int, query: Tensor, key: Tensor, value: Tensor, manner: Manner
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


@dataclass(frozen=True)
class Reached:
    """What one pass brought.

    Attributes:
        logits: [P, vocabulary], one row for each wanted position of this pass.
        states: For each layer asked for, the residual stream after it at these positions, [P, W].
        wanted: (node, offset in the node) of each row.
        leaves: Nodes where sequences end that were completed in this pass, each with all the
            segments of its path; only when leaves are kept.
        tokens: How many tokens the pass computed.
    """

    logits: Tensor
    states: Mapping[int, Tensor]
    wanted: list[tuple[int, int]]
    leaves: list[tuple[int, list[Segment]]]
    tokens: int


@dataclass(frozen=True)
class Wish:
    """What a walk is to bring.

    Attributes:
        wanted: Offsets in a node at which logits are wanted, ascending.
        layers: Early layers at which the residual stream is wanted there, too.
        marks: What is done to the marked tokens of the tree.
        leaves: Whether to hand out the keys and values of each completed sequence.
    """

    wanted: Callable[[int], Sequence[int]]
    layers: Sequence[int] = ()
    marks: Marks = field(default_factory=Marks)
    leaves: bool = False


def walk(inside: Inside, nodes: Sequence[Node], wish: Wish, budget: Budget) -> Iterator[Reached]:
    """Compute the tree, pass by pass.

    Args:
        inside: A decoder-only model.
        nodes: The tree, in depth-first order, of tokens or marked tokens.
        budget: How many tokens a pass may hold; halved when memory runs out.

    Raises:
        Unsupported: when the model attends in a way that cannot be shared.
    """
    node, offset = 0, 0
    path: list[Segment] = []
    while node < len(nodes):
        pieces = _fill(nodes, node, offset, budget, wish.wanted)
        last = pieces[-1]
        finished = last.offset + last.length == len(nodes[last.node].tokens)
        after = last.node + 1 if finished else last.node
        keep = [
            (Segment(p.node, nodes[p.node].depth + p.offset, p.length), p)
            for p in pieces
            if wish.leaves or nodes[p.node].last >= after
        ]
        before = [(segment, _reach(pieces, nodes[segment.node].last)) for segment in path]
        places = [[at - p.offset for at in wish.wanted(p.node)] for p in pieces]
        places = [
            [at for at in here if 0 <= at < p.length]
            for p, here in zip(pieces, places, strict=True)
        ]
        positions = torch.tensor(
            [nodes[p.node].depth + p.offset + i for p in pieces for i in range(p.length)],
            device=inside.model.device,
        )
        packed = PackedPass(
            _schedule(pieces, [0] * len(pieces), before, positions),
            _read_only(inside, pieces, places, before, positions),
            inside.model.config.get_text_config().num_hidden_layers,
            keep,
            max(nodes[p.node].depth + p.offset + p.length for p in pieces),
        )
        rows = [p.start + at for p, here in zip(pieces, places, strict=True) for at in here]
        with budget.guarded() as attempt:
            logits, states = _forward(inside, nodes, pieces, packed, rows, wish)
        if attempt.failed:
            continue
        segments = path + [segment for segment, _ in keep]
        leaves = [
            (p.node, _line(nodes, segments, p.node))
            for p in pieces
            if wish.leaves
            and nodes[p.node].ends
            and p.offset + p.length == len(nodes[p.node].tokens)
        ]
        wanted = [
            (p.node, p.offset + at) for p, here in zip(pieces, places, strict=True) for at in here
        ]
        yield Reached(logits, states, wanted, leaves, sum(p.length for p in pieces))
        node, offset = (after, 0) if finished else (last.node, last.offset + last.length)
        path = [segment for segment in segments if nodes[segment.node].last >= node]


def _read_only(
    inside: Inside,
    pieces: Sequence[_Piece],
    places: Sequence[Sequence[int]],
    before: Sequence[tuple[Segment, int]],
    positions: Tensor,
) -> _Schedule:
    """The schedule of the last layer: queries only from each piece's first read position on."""
    if not inside.rowwise:
        return _schedule(pieces, [0] * len(pieces), before, positions)
    firsts = [min(here, default=p.length) for p, here in zip(pieces, places, strict=True)]
    rows = [
        p.start + at
        for p, first in zip(pieces, firsts, strict=True)
        for at in range(first, p.length)
    ]
    index = torch.tensor(rows, device=inside.model.device, dtype=torch.long)
    return _schedule(pieces, firsts, before, positions, index)


def _line(nodes: Sequence[Node], segments: Sequence[Segment], node: int) -> list[Segment]:
    """Segments on the way from the root to `node`."""
    return [segment for segment in segments if segment.node <= node <= nodes[segment.node].last]


def _fill(
    nodes: Sequence[Node],
    node: int,
    offset: int,
    budget: Budget,
    wanted: Callable[[int], Sequence[int]],
) -> list[_Piece]:
    """The next pieces of the tree, as far as the budget goes."""
    taken: list[tuple[int, int, int, int]] = []
    used, rows = 0, 0
    while node < len(nodes) and used < budget.tokens and rows < budget.rows:
        length = min(len(nodes[node].tokens) - offset, budget.tokens - used)
        here = [at for at in wanted(node) if offset <= at < offset + length]
        if rows + len(here) > budget.rows:
            length = here[budget.rows - rows] - offset
        if length == 0:
            break
        taken.append((node, offset, length, used))
        used, rows = used + length, rows + len(here)
        if offset + length < len(nodes[node].tokens):
            break
        node, offset = node + 1, 0
    indices = [index for index, *_ in taken]
    ends = [start + length for *_, length, start in taken]
    return [
        _Piece(index, at, length, start, ends[bisect_right(indices, nodes[index].last) - 1])
        for index, at, length, start in taken
    ]


def _reach(pieces: Sequence[_Piece], last: int) -> int:
    """Where the tokens of nodes up to `last` end in the pass."""
    return max((p.start + p.length for p in pieces if p.node <= last), default=0)


def _forward(
    inside: Inside,
    nodes: Sequence[Node],
    pieces: Sequence[_Piece],
    packed: PackedPass,
    rows: Sequence[int],
    wish: Wish,
) -> tuple[Tensor, dict[int, Tensor]]:
    """Logits [P, vocabulary] at `rows` of the packed pass, and the stream at the wish's layers."""
    symbols = [
        symbol for p in pieces for symbol in nodes[p.node].tokens[p.offset : p.offset + p.length]
    ]
    model, device = inside.model, inside.model.device
    edits = wish.marks.edits(numbers_of(symbols), device)
    read = torch.tensor(rows, device=device, dtype=torch.long)
    with (
        torch.inference_mode(),
        during(model, packed),
        inside.narrowed(packed.last.rows),
        inside.writing(edits),
        inside.streams(wish.layers, read) as states,
        only_rows(model, read),
    ):
        output = model(
            input_ids=torch.tensor([tokens_of(symbols)], device=device),
            position_ids=packed.schedule.positions[None],
            use_cache=False,
        )
    logits: Tensor = output.logits[0]
    return logits, {layer: stream[0] for layer, stream in states.items()}


@contextmanager
def only_rows(model: PreTrainedModel, rows: Tensor) -> Iterator[None]:
    """Inside this block the unembedding sees only the given rows of the (single) sequence.

    The hook stands before the output embedding, so that whatever the model does to its logits
    afterwards (soft caps, scales) still happens.
    """

    def select(_module: object, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return (inputs[0][:, rows], *inputs[1:])

    handle = model.get_output_embeddings().register_forward_pre_hook(select)
    try:
        yield
    finally:
        handle.remove()
