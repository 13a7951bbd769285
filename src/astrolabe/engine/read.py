"""Reading states through the prefix tree: every distinct prefix is computed once, and no logits.

Shapes: P positions that are read, W width of the stream.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from astrolabe.core.model import StateReading, States
from astrolabe.core.site import Site
from astrolabe.engine.marks import Marks
from astrolabe.engine.memory import Budget
from astrolabe.engine.tree import Node, grow
from astrolabe.engine.walk import Wish, walk
from astrolabe.inside.head import Inside

_AT_ONCE = 2**28
"""Most bytes of states that one pass may bring, in float32: a quarter of a gigabyte."""


def read(
    inside: Inside, readings: Sequence[StateReading], budget: Budget
) -> Iterator[tuple[int, States]]:
    """The states that `readings` name; see `astrolabe.core.model.Model`.

    What follows the last position that is read is never fed. States of a shared prefix are kept as
    long as a sequence that goes on from it is still to come, so memory is bounded by a pass and the
    longest sequence, whatever the number of readings.

    Yields:
        (index of the reading, states), as they are complete.

    Raises:
        Unsupported: when the model attends in a way that cannot be shared.
    """
    marks = Marks()
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index, r in enumerate(readings):
        fed = marks.symbols(r.tokens, len(r.tokens), r.interventions)[: r.positions[-1] + 1]
        alike[fed].append(index)
    nodes = grow(list(alike))
    owners = list(alike.values())
    ends = [[index for end in node.ends for index in owners[end]] for node in nodes]
    path = _Path(nodes, _offsets(nodes, readings, ends))
    sites = {site: site for reading in readings for site in reading.sites}
    width: int = inside.model.config.get_text_config().hidden_size
    most = max(1, _AT_ONCE // (4 * width * max(1, len(sites))))
    wish = Wish(path.offsets.__getitem__, sites, marks, rows=most)
    for reached in walk(inside, nodes, wish, budget):
        for node in path.add(reached.wanted, reached.states):
            for index in ends[node]:
                yield index, path.states(node, readings[index])


def _offsets(
    nodes: Sequence[Node], readings: Sequence[StateReading], ends: Sequence[Sequence[int]]
) -> list[list[int]]:
    """For each node, the offsets at which something is read, ascending.

    Args:
        ends: Readings that end with each node.
    """
    found: list[set[int]] = [set() for _ in nodes]
    for leaf, indices in enumerate(ends):
        for index in indices:
            here = leaf
            for position in reversed(readings[index].positions):
                while nodes[here].depth > position:
                    here = nodes[here].parent
                found[here].add(position - nodes[here].depth)
    return [sorted(offsets) for offsets in found]


def numbers(states: Tensor) -> NDArray[np.float32]:
    """States as numpy's float32, on the processor."""
    array: NDArray[np.float32] = states.float().cpu().numpy()
    return array


@dataclass
class _Path:
    """States of the nodes on the open path of a walk.

    Attributes:
        nodes: The tree.
        offsets: For each node, the offsets at which something is read.
    """

    nodes: Sequence[Node]
    offsets: Sequence[Sequence[int]]
    _kept: dict[int, States] = field(default_factory=dict)

    def add(
        self, wanted: Sequence[tuple[int, int]], states: Mapping[Site, Tensor]
    ) -> Iterator[int]:
        """Take what a pass brought; gives the nodes that are read to their end with it.

        Args:
            wanted: (node, offset) of each row, in the order of the tree.
            states: [P, W] at each site.
        """
        if not wanted:
            return
        first, last = wanted[0][0], wanted[-1][0]
        self._kept = {n: kept for n, kept in self._kept.items() if self.nodes[n].last >= first}
        found = {site: numbers(here) for site, here in states.items()}
        for node, rows in groupby(range(len(wanted)), lambda row: wanted[row][0]):
            start, *more = rows
            end = more[-1] if more else start
            part = {site: here[start : end + 1] for site, here in found.items()}
            if node in self._kept:
                before = self._kept[node]
                part = {site: np.concatenate([before[site], part[site]]) for site in part}
            elif self.nodes[node].last > last or wanted[end][1] < self.offsets[node][-1]:
                # A view of what outlives its pass would keep all of the pass.
                part = {site: here.copy() for site, here in part.items()}
            self._kept[node] = part
            if wanted[end][1] == self.offsets[node][-1]:
                yield node

    def states(self, node: int, reading: StateReading) -> States:
        """The states of a reading that ends with `node`."""
        parts: list[States] = []
        stop = len(reading.positions)
        while stop:
            depth = self.nodes[node].depth
            start = bisect_left(reading.positions, depth)
            if start < stop:
                asked = [position - depth for position in reading.positions[start:stop]]
                rows: Sequence[int] | slice = slice(None)
                if len(asked) < len(self.offsets[node]):
                    rows = np.searchsorted(self.offsets[node], asked).tolist()
                parts.append({site: self._kept[node][site][rows] for site in reading.sites})
            stop, node = start, self.nodes[node].parent
        if len(parts) == 1:
            return parts[0]
        return {s: np.concatenate([part[s] for part in reversed(parts)]) for s in reading.sites}
