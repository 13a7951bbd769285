"""The walk over a prefix tree: packed forward passes without padding or repetition.

The tree lies flat in depth-first order. Each forward pass takes the next tokens of it, up to a
budget, as one row; a token attends to its own node, to those of its ancestors that are in the same
pass, and to the kept keys and values of those that came before. Only the open path is kept, so
memory is bounded by the budget and the longest prompt, whatever the number of prompts.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
from torch import Tensor
from transformers import PreTrainedModel

from astrolabe.engine.attention import attend, during, merge
from astrolabe.engine.memory import Budget
from astrolabe.engine.tree import Node


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


@dataclass
class PackedPass:
    """Attention of one packed forward pass.

    Attributes:
        pieces: Parts of nodes, in order; they fill the pass.
        before: Segments of earlier passes, each with the end of the tokens that attend to it;
            such tokens always begin at 0, since the order is depth-first.
        keep: Segments to be filled from this pass, with the piece each comes from.
        reach: Longest sequence in this pass.
    """

    pieces: Sequence[_Piece]
    before: Sequence[tuple[Segment, int]]
    keep: Sequence[tuple[Segment, _Piece]]
    reach: int

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scale: float) -> Tensor:
        """See `astrolabe.engine.attention.Pass`."""
        out = torch.empty_like(query, dtype=torch.float32)
        lse = query.new_empty(query.shape[:-1], dtype=torch.float32)

        def part(start: int, stop: int, k: Tensor, v: Tensor) -> None:
            merge(
                out[:, :, start:stop],
                lse[:, :, start:stop],
                *attend(query[:, :, start:stop], k, v, scale),
            )

        for piece in self.pieces:
            own = slice(piece.start, piece.start + piece.length)
            out[:, :, own], lse[:, :, own] = attend(
                query[:, :, own], key[:, :, own], value[:, :, own], scale, causal=True
            )
        for piece in self.pieces:
            end = piece.start + piece.length
            if piece.reach > end:
                own = slice(piece.start, end)
                part(end, piece.reach, key[:, :, own], value[:, :, own])
        for segment, stop in self.before:
            part(0, stop, segment.keys[layer], segment.values[layer])
        for segment, piece in self.keep:
            own = slice(piece.start, piece.start + piece.length)
            segment.keys[layer] = key[:, :, own].clone()
            segment.values[layer] = value[:, :, own].clone()
        return out


@dataclass(frozen=True)
class Reached:
    """What one pass brought.

    Attributes:
        logits: [P, vocabulary], one row for each wanted position of this pass.
        wanted: (node, offset in the node) of each row.
        leaves: Nodes where sequences end that were completed in this pass, each with all the
            segments of its path; only when leaves are kept.
        tokens: How many tokens the pass computed.
    """

    logits: Tensor
    wanted: list[tuple[int, int]]
    leaves: list[tuple[int, list[Segment]]]
    tokens: int


def walk(
    model: PreTrainedModel,
    nodes: Sequence[Node],
    wanted: Callable[[int], Sequence[int]],
    budget: Budget,
    keep_leaves: bool = False,
) -> Iterator[Reached]:
    """Compute the tree, pass by pass.

    Args:
        model: A decoder-only model.
        nodes: The tree, in depth-first order.
        wanted: Offsets in a node at which logits are wanted, ascending.
        budget: How many tokens a pass may hold; halved when memory runs out.
        keep_leaves: Whether to hand out the keys and values of each completed sequence.

    Raises:
        Unsupported: when the model attends in a way that cannot be shared.
    """
    node, offset = 0, 0
    path: list[Segment] = []
    while node < len(nodes):
        pieces = _fill(nodes, node, offset, budget, wanted)
        last = pieces[-1]
        finished = last.offset + last.length == len(nodes[last.node].tokens)
        after = last.node + 1 if finished else last.node
        keep = [
            (Segment(p.node, nodes[p.node].depth + p.offset, p.length), p)
            for p in pieces
            if keep_leaves or nodes[p.node].last >= after
        ]
        packed = PackedPass(
            pieces,
            [(segment, _reach(pieces, nodes[segment.node].last)) for segment in path],
            keep,
            max(nodes[p.node].depth + p.offset + p.length for p in pieces),
        )
        places = [
            (p, at) for p in pieces for at in wanted(p.node) if p.offset <= at < p.offset + p.length
        ]
        rows = [p.start + at - p.offset for p, at in places]
        with budget.guarded() as attempt:
            logits = _forward(model, nodes, pieces, packed, rows)
        if attempt.failed:
            continue
        segments = path + [segment for segment, _ in keep]
        leaves = [
            (p.node, _line(nodes, segments, p.node))
            for p in pieces
            if keep_leaves
            and nodes[p.node].ends
            and p.offset + p.length == len(nodes[p.node].tokens)
        ]
        yield Reached(
            logits, [(p.node, at) for p, at in places], leaves, sum(p.length for p in pieces)
        )
        node, offset = (after, 0) if finished else (last.node, last.offset + last.length)
        path = [segment for segment in segments if nodes[segment.node].last >= node]


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
    model: PreTrainedModel,
    nodes: Sequence[Node],
    pieces: Sequence[_Piece],
    packed: PackedPass,
    rows: Sequence[int],
) -> Tensor:
    """Logits [P, vocabulary] at `rows` of the packed pass."""
    tokens = [
        token for p in pieces for token in nodes[p.node].tokens[p.offset : p.offset + p.length]
    ]
    positions = [nodes[p.node].depth + p.offset + i for p in pieces for i in range(p.length)]
    device = model.device
    with torch.inference_mode(), during(model, packed), only_rows(model, rows):
        output = model(
            input_ids=torch.tensor([tokens], device=device),
            position_ids=torch.tensor([positions], device=device),
            use_cache=False,
        )
    logits: Tensor = output.logits[0]
    return logits


@contextmanager
def only_rows(model: PreTrainedModel, rows: Sequence[int]) -> Iterator[None]:
    """Inside this block the unembedding sees only the given rows of the (single) sequence.

    The hook stands before the output embedding, so that whatever the model does to its logits
    afterwards (soft caps, scales) still happens.
    """
    index = torch.tensor(rows, device=model.device, dtype=torch.long)

    def select(_module: object, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return (inputs[0][:, index], *inputs[1:])

    handle = model.get_output_embeddings().register_forward_pre_hook(select)
    try:
        yield
    finally:
        handle.remove()
