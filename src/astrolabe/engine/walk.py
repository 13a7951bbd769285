"""The walk over a prefix tree: packed forward passes without padding or repetition.

The tree lies flat in depth-first order. Each forward pass takes the next tokens of it, up to a
budget, as one row (`astrolabe.engine.packed`). Only the open path is kept, so memory is bounded by
the budget and the longest prompt, whatever the number of prompts.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import torch
from torch import Tensor
from transformers import PreTrainedModel

from astrolabe.core.site import Site
from astrolabe.engine.attention import during
from astrolabe.engine.marks import Marks, numbers_of, tokens_of
from astrolabe.engine.memory import Budget
from astrolabe.engine.packed import PackedPass, Piece, Schedule, Segment, schedule_of
from astrolabe.engine.tree import Node
from astrolabe.inside.head import Inside

_Name = TypeVar("_Name", bound=Hashable)


@dataclass(frozen=True)
class Reached(Generic[_Name]):
    """What one pass brought.

    Attributes:
        logits: [P, vocabulary], one row for each wanted position of this pass; P = 0 where the
            wish was for states alone.
        states: For each site asked for, what stands there at these positions, [P, W].
        wanted: (node, offset in the node) of each row.
        leaves: Nodes where sequences end that were completed in this pass, each with all the
            segments of its path; only when leaves are kept.
        tokens: How many tokens the pass computed.
    """

    logits: Tensor
    states: Mapping[_Name, Tensor]
    wanted: list[tuple[int, int]]
    leaves: list[tuple[int, list[Segment]]]
    tokens: int


@dataclass(frozen=True)
class Wish(Generic[_Name]):
    """What a walk is to bring.

    Attributes:
        wanted: Offsets in a node at which something is wanted, ascending.
        sites: Sites whose states are wanted there, by what they shall be called.
        marks: What is done to the marked tokens of the tree.
        leaves: Whether to hand out the keys and values of each completed sequence.
        rows: Where states alone are wanted and no logits, at most so many positions in a pass.
    """

    wanted: Callable[[int], Sequence[int]]
    sites: Mapping[_Name, Site]
    marks: Marks = field(default_factory=Marks)
    leaves: bool = False
    rows: int | None = None


def walk(
    inside: Inside, nodes: Sequence[Node], wish: Wish[_Name], budget: Budget
) -> Iterator[Reached[_Name]]:
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
        pieces = _fill(nodes, node, offset, budget, wish)
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
            schedule_of(pieces, [0] * len(pieces), before, positions),
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
    pieces: Sequence[Piece],
    places: Sequence[Sequence[int]],
    before: Sequence[tuple[Segment, int]],
    positions: Tensor,
) -> Schedule:
    """The schedule of the last layer: queries only from each piece's first read position on."""
    if not inside.rowwise:
        return schedule_of(pieces, [0] * len(pieces), before, positions)
    firsts = [min(here, default=p.length) for p, here in zip(pieces, places, strict=True)]
    rows = [
        p.start + at
        for p, first in zip(pieces, firsts, strict=True)
        for at in range(first, p.length)
    ]
    index = torch.tensor(rows, device=inside.model.device, dtype=torch.long)
    return schedule_of(pieces, firsts, before, positions, index)


def _line(nodes: Sequence[Node], segments: Sequence[Segment], node: int) -> list[Segment]:
    """Segments on the way from the root to `node`."""
    return [segment for segment in segments if segment.node <= node <= nodes[segment.node].last]


def _fill(
    nodes: Sequence[Node],
    node: int,
    offset: int,
    budget: Budget,
    wish: Wish[_Name],
) -> list[Piece]:
    """The next pieces of the tree, as far as the budget goes."""
    most = budget.rows if wish.rows is None else wish.rows
    taken: list[tuple[int, int, int, int]] = []
    used, rows = 0, 0
    while node < len(nodes) and used < budget.tokens and rows < most:
        length = min(len(nodes[node].tokens) - offset, budget.tokens - used)
        here = [at for at in wish.wanted(node) if offset <= at < offset + length]
        if rows + len(here) > most:
            length = here[most - rows] - offset
        taken.append((node, offset, length, used))
        used, rows = used + length, rows + len(here)
        if offset + length < len(nodes[node].tokens):
            break
        node, offset = node + 1, 0
    indices = [index for index, *_ in taken]
    ends = [start + length for *_, length, start in taken]
    return [
        Piece(index, at, length, start, ends[bisect_right(indices, nodes[index].last) - 1])
        for index, at, length, start in taken
    ]


def _reach(pieces: Sequence[Piece], last: int) -> int:
    """Where the tokens of nodes up to `last` end in the pass."""
    return max((p.start + p.length for p in pieces if p.node <= last), default=0)


def _forward(
    inside: Inside,
    nodes: Sequence[Node],
    pieces: Sequence[Piece],
    packed: PackedPass,
    rows: Sequence[int],
    wish: Wish[_Name],
) -> tuple[Tensor, dict[_Name, Tensor]]:
    """Logits [P, vocabulary] at `rows` of the packed pass, and the states at the wish's sites."""
    symbols = [
        symbol for p in pieces for symbol in nodes[p.node].tokens[p.offset : p.offset + p.length]
    ]
    model, device = inside.model, inside.model.device
    edits = wish.marks.edits(numbers_of(symbols), device)
    read = torch.tensor(rows, device=device, dtype=torch.long)
    logits = torch.empty(0, 0)
    with (
        torch.inference_mode(),
        during(model, packed),
        inside.narrowed(packed.last.rows),
        inside.writing(edits),
        inside.reading(wish.sites, read) as states,
        only_rows(model, read) if wish.rows is None else states_alone(inside, wish.sites.values()),
    ):
        logits = model(
            input_ids=torch.tensor([tokens_of(symbols)], device=device),
            position_ids=packed.schedule.positions[None],
            use_cache=False,
        ).logits[0]
    return logits, {name: found[0] for name, found in states.items()}


@contextmanager
def states_alone(inside: Inside, sites: Collection[Site]) -> Iterator[None]:
    """Inside this block a forward pass computes what stands at `sites`, and no logits.

    To be entered after the sites are read; the pass must be the last thing in the block.
    """
    nowhere = torch.empty(0, device=inside.model.device, dtype=torch.long)
    with only_rows(inside.model, nowhere), inside.ending(sites):
        yield


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
