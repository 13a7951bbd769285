"""A prefix tree over token sequences, laid flat in depth-first order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass
class Node:
    """A stretch of tokens that some sequences share.

    Attributes:
        parent: Index of the node before it; -1 at a root.
        depth: How many tokens stand before it.
        tokens: Its own tokens; at least one.
        last: Index of the last node of its subtree (itself for a leaf). Nodes are in depth-first
            order, so the subtree of node n is exactly n..last.
        ends: Which sequences end with this node.
    """

    parent: int
    depth: int
    tokens: tuple[int, ...]
    last: int = -1
    ends: list[int] = field(default_factory=list)


def grow(sequences: Sequence[tuple[int, ...]]) -> list[Node]:
    """The prefix tree of `sequences`: every distinct prefix stands in it once.

    Args:
        sequences: Token ids; none empty. Equal sequences share a node.

    Returns:
        Nodes in depth-first order, parents before children.
    """
    order = sorted(range(len(sequences)), key=sequences.__getitem__)
    nodes: list[Node] = []
    # A pending range of the sorted sequences shares its first `depth` tokens with `parent`.
    pending = _branches(sequences, order, 0, len(order), 0, -1)
    while pending:
        low, high, depth, parent = pending.pop()
        first, final = sequences[order[low]], sequences[order[high - 1]]
        end = _common(first, final, depth)
        node = Node(parent, depth, first[depth:end])
        while low < high and len(sequences[order[low]]) == end:
            node.ends.append(order[low])
            low += 1
        pending += _branches(sequences, order, low, high, end, len(nodes))
        nodes.append(node)
    for index in reversed(range(len(nodes))):
        node = nodes[index]
        node.last = max(node.last, index)
        if node.parent >= 0:
            nodes[node.parent].last = max(nodes[node.parent].last, node.last)
    return nodes


def _branches(
    sequences: Sequence[tuple[int, ...]],
    order: Sequence[int],
    low: int,
    high: int,
    depth: int,
    parent: int,
) -> list[tuple[int, int, int, int]]:
    """Ranges of `order[low:high]` by their token at `depth`, last first (for a stack)."""
    cuts = [
        i
        for i in range(low, high)
        if i == low or sequences[order[i]][depth] != sequences[order[i - 1]][depth]
    ]
    return [(start, stop, depth, parent) for start, stop in reversed(list(pairwise([*cuts, high])))]


def _common(first: tuple[int, ...], second: tuple[int, ...], start: int) -> int:
    """How many leading tokens two sequences share, given that the first `start` agree."""
    limit = min(len(first), len(second))
    # Halving with slice comparison runs at the speed of C; token by token does not.
    low, high = start, limit
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
