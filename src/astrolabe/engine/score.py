"""Scoring continuations through the prefix tree: one pass serves every layer that is read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from astrolabe.core.model import Exited, Reading, Scored
from astrolabe.engine.marks import Marks
from astrolabe.engine.memory import Budget
from astrolabe.engine.readout import Gathered, Target, read
from astrolabe.engine.tree import Node, grow
from astrolabe.engine.walk import Wish, walk
from astrolabe.inside.head import Inside
from astrolabe.inside.taps import streams


def score(
    inside: Inside, readings: Sequence[Reading], budget: Budget
) -> Iterator[tuple[int, Scored | Exited]]:
    """Answer `readings`; every distinct prefix among them is computed once.

    The last token of a continuation is never fed: its log-prob is read one position before. So
    the options "A" to "D" of a question cost nothing beyond the question.

    Yields:
        (index of the reading, answer), as they are complete.

    Raises:
        Unsupported: when the model attends in a way that cannot be shared, or an early exit is
            wanted of a model that shows none.
    """
    marks = Marks()
    alike = marks.distinct(readings)
    nodes = grow(list(alike))
    targets = _targets(nodes, readings, list(alike.values()))
    layers = streams(sorted({reading.exit.layer for reading in readings if reading.exit}))
    wish = Wish(lambda node: sorted(targets.get(node, {})), layers, marks)
    answers = [Gathered(reading) for reading in readings]
    for reached in walk(inside, nodes, wish, budget):
        wanted = [targets[node][offset] for node, offset in reached.wanted]
        for target, facts in read(inside, reached.logits, reached.states, wanted):
            if answers[target.reading].complete(target.place, facts):
                yield target.reading, answers[target.reading].answer()


def _targets(
    nodes: Sequence[Node], readings: Sequence[Reading], alike: Sequence[Sequence[int]]
) -> dict[int, dict[int, list[Target]]]:
    """For each node, the offsets at which something is read, and what.

    Args:
        alike: Readings taken from each of the tree's sequences.
    """
    targets: dict[int, dict[int, list[Target]]] = defaultdict(lambda: defaultdict(list))
    for leaf, node in enumerate(nodes):
        for reading in (index for end in node.ends for index in alike[end]):
            tokens, start = readings[reading].tokens, readings[reading].start
            here = leaf
            for position in range(len(tokens) - 2, start - 2, -1):
                while nodes[here].depth > position:
                    here = nodes[here].parent
                target = Target(
                    tokens[position + 1], reading, position + 1 - start, readings[reading].exit
                )
                targets[here][position - nodes[here].depth].append(target)
    return targets
