"""Which worked solutions exemplars show: their own, with the steps shuffled, or somebody else's.

Placebos of chains of thought, after Wang et al. 2023 (arXiv:2212.10001). A chain is parted into
lines, or, where it has only one, into sentences. What is drawn is keyed by the exemplar's own id,
so that it shows the same chain before every item. The final answer is the wording's, and stays.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from random import Random

from astrolabe.core.benchmark import Wording
from astrolabe.core.condition import Chains, Condition
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

_LINES = re.compile(r"(\n+(?=[^\n]))")
_SENTENCES = re.compile(r"((?<=[.!?])\s+(?=\S)|(?<=[。！？])(?=.))")


def chained(
    shown: Sequence[Item], pool: Sequence[Item], condition: Condition, wording: Wording
) -> tuple[Item, ...]:
    """The exemplars of one prompt with the worked solutions that the condition wants.

    Args:
        shown: The exemplars.
        pool: What they were drawn from.
        wording: Puts the final answer behind the chain.

    Raises:
        BadInput: when the wording has no final answer of its own, or no chain can be had.
    """
    if condition.chains is Chains.GOLD:
        return tuple(shown)
    if wording.worked is not None and "{answer}" not in wording.worked:
        raise BadInput(
            f"chains '{condition.chains}' keep every exemplar's final answer, but in recipe "
            f"'{condition.recipe}' that is part of the worked solution; use another recipe"
        )
    if condition.chains is Chains.WRONG:
        return tuple(_wrong(exemplar, pool) for exemplar in shown)
    if not any(len(set(_parted(other.rationale)[0])) > 1 for other in pool if other.rationale):
        raise BadInput(
            "chains 'shuffled' need worked solutions of two lines or sentences, but none of the "
            f"exemplars like '{shown[0].id}' has one; use chains 'wrong'"
        )
    return tuple(map(_shuffled, shown))


def steps(item: Item) -> int | None:
    """How many steps an item takes: as its source says, else as its worked solution does.

    There every line (or sentence) with a calculation counts, annotated ones (``<<2+3=5>>``) alone
    where there are any; where nothing is calculated, every one. `None` without a solution.
    """
    stated = item.metadata.get("steps")
    if isinstance(stated, int):
        return stated
    return _steps(item.rationale) if item.rationale else None


@lru_cache(maxsize=2**15)
def _steps(rationale: str) -> int:
    parts = _parted(rationale)[0]
    calculated = (sum(mark in part for part in parts) for mark in ("<<", "="))
    return next((count for count in calculated if count), len(parts))


def _parted(rationale: str) -> tuple[list[str], list[str]]:
    """The lines or sentences of a chain, and what stands between them."""
    between = _LINES if _LINES.search(rationale) else _SENTENCES
    parts = between.split(rationale)
    return parts[::2], parts[1::2]


def _shuffled(exemplar: Item) -> Item:
    """The chain in an order that is not its own, where it has more than one."""
    if not exemplar.rationale:
        return exemplar
    parts, between = _parted(exemplar.rationale)
    drawn = Random(digest("shuffled chain", exemplar.id))
    order = list(parts)
    while order == parts and len(set(parts)) > 1:
        drawn.shuffle(order)
    rationale = "".join(part + gap for part, gap in zip(order, [*between, ""], strict=True))
    return replace(exemplar, rationale=rationale)


def _wrong(exemplar: Item, pool: Sequence[Item]) -> Item:
    """The chain of another exemplar with as many steps, or with as nearly as many as there are."""
    start = Random(digest("wrong chain", exemplar.id)).randrange(len(pool))
    wanted = steps(exemplar) or 0
    nearest: tuple[int, str] | None = None
    for other in (pool[(start + place) % len(pool)] for place in range(len(pool))):
        # One that comes to the same answer would not be wrong.
        if not other.rationale or other.gold == exemplar.gold:
            continue
        apart = abs((steps(other) or 0) - wanted)
        if nearest is None or apart < nearest[0]:
            nearest = (apart, other.rationale)
        if apart == 0:
            break
    if nearest is None:
        raise BadInput(
            f"chains 'wrong' need another exemplar with a worked solution and another answer than "
            f"that of '{exemplar.id}' ('{exemplar.gold}'), but there is none; use chains 'shuffled'"
        )
    return replace(exemplar, rationale=nearest[1])
