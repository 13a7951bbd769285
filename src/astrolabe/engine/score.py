"""Scoring continuations through the prefix tree."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import torch
from torch import Tensor
from transformers import PreTrainedModel

from astrolabe.core.model import Reading, Scored
from astrolabe.engine.memory import Budget
from astrolabe.engine.tree import Node, grow
from astrolabe.engine.walk import walk

Target = tuple[int, int, int]
"""A token to be read, the reading it belongs to, and its place in the continuation."""


def score(
    model: PreTrainedModel, readings: Sequence[Reading], budget: Budget
) -> Iterator[tuple[int, Scored]]:
    """Answer `readings`; every distinct prefix among them is computed once.

    The last token of a continuation is never fed: its log-prob is read one position before. So
    the options "A" to "D" of a question cost nothing beyond the question.

    Yields:
        (index of the reading, answer), as they are complete.

    Raises:
        Unsupported: when the model attends in a way that cannot be shared.
    """
    nodes = grow([reading.tokens[:-1] for reading in readings])
    targets = _targets(nodes, readings)
    found: list[dict[int, tuple[float, bool]]] = [{} for _ in readings]
    for reached in walk(model, nodes, lambda node: sorted(targets.get(node, {})), budget):
        wanted = [targets[node][offset] for node, offset in reached.wanted]
        logprobs, firsts = _read(reached.logits, wanted)
        flat = (target for here in wanted for target in here)
        for (token, reading, place), logprob, first in zip(flat, logprobs, firsts, strict=True):
            found[reading][place] = (logprob, first == token)
            if len(found[reading]) == len(readings[reading].tokens) - readings[reading].start:
                parts = [found[reading][i] for i in sorted(found[reading])]
                found[reading] = {}
                yield (
                    reading,
                    Scored(tuple(p for p, _ in parts), all(greedy for _, greedy in parts)),
                )


def _read(logits: Tensor, wanted: Sequence[Sequence[Target]]) -> tuple[list[float], list[int]]:
    """Log-prob of every target, row by row, and the first choice of its row.

    Args:
        logits: [P, vocabulary].
        wanted: Targets of each row, [P].
    """
    logprobs: list[float] = []
    firsts: list[int] = []
    for row, here in zip(logits, wanted, strict=True):
        # One row at a time: the float32 softmax of all would be as large as the logits again.
        tokens = torch.tensor([token for token, _, _ in here], device=row.device)
        logprobs += row.float().log_softmax(-1)[tokens].tolist()
        firsts += [int(row.argmax())] * len(here)
    return logprobs, firsts


def _targets(
    nodes: Sequence[Node], readings: Sequence[Reading]
) -> dict[int, dict[int, list[Target]]]:
    """For each node, the offsets at which something is read, and what."""
    targets: dict[int, dict[int, list[Target]]] = defaultdict(lambda: defaultdict(list))
    for leaf, node in enumerate(nodes):
        for reading in node.ends:
            tokens, start = readings[reading].tokens, readings[reading].start
            here = leaf
            for position in range(len(tokens) - 2, start - 2, -1):
                while nodes[here].depth > position:
                    here = nodes[here].parent
                target = (tokens[position + 1], reading, position + 1 - start)
                targets[here][position - nodes[here].depth].append(target)
    return targets
