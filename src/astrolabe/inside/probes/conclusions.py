"""What the field says of maps in models, decided from sweeps: numbers, no sentences.

Gurnee & Tegmark (2024, arXiv:2310.02207) hold that places and times can be read off the states
(section 3.2), that this levels off by about half depth (figure 2), and that prompts change it
little, except distracting ones (section 3.4). Each claim is a conjunction, shown only if each of
its parts is; so none needs a correction for their number (Berger 1982, Technometrics 24).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes.metrics import r2_draws, r2_each
from astrolabe.inside.probes.resample import Estimate
from astrolabe.inside.probes.sweep import LEVEL_SHARE, Sweep

MARGIN = 0.05
"""A difference in R2 that counts as little."""

BASELINE = "baseline"
"""The part of the first claim that speaks of predicting the mean."""

Claim = Literal["information", "half depth", "prompts"]
Outcome = Literal["shown", "reversed", "not decided"]


@dataclass(frozen=True)
class Part:
    """One comparison.

    Attributes:
        name: What was compared with: a control, a prompt, or the best layer.
        layer: The layer of the one side.
        other: The layer of what it was compared with; `None` where that has none.
        difference: In R2, with a paired interval.
    """

    name: str
    layer: int
    other: int | None
    difference: Estimate


@dataclass(frozen=True)
class Conclusion:
    """A claim and what became of it.

    Attributes:
        outcome: ``shown`` where every part is beyond its bound, ``reversed`` where one is on the
            other side of it, ``not decided`` otherwise.
        r2: Of the best layer: without an R2 above 0 no claim but the first can be decided.
        depth: Number of the model's last layer.
        levels_at: Where the curve levels off; see `Sweep`.
        parts: At least one.
        deciding: The part that is least in favour.
    """

    claim: Claim
    outcome: Outcome
    r2: Estimate
    depth: int
    levels_at: int | None
    parts: tuple[Part, ...]
    deciding: Part


def information(probed: Sweep, controls: Mapping[str, Sweep]) -> Conclusion:
    """Is R2 out of sample above 0 and above that of every control, each at its best layer?

    Args:
        controls: By name, as from `controls.beside`; on the same entities, groups and seed.

    Raises:
        BadInput: when they are not.
    """
    layer = probed.best.layer
    parts = [Part(BASELINE, layer, None, probed.best.scores.r2)]
    for name, control in controls.items():
        other = control.best.layer
        parts.append(Part(name, layer, other, difference(probed, layer, control, other)))
    return _concluded("information", probed, parts, [_side(p.difference) for p in parts])


def half_depth(probed: Sweep) -> Conclusion:
    """Does R2 within the first half of the layers reach `LEVEL_SHARE` of the best?

    The difference is that of the better half-way R2 and that share.

    Raises:
        BadInput: when only one half of the layers was probed.
    """
    early = [x for x in probed.layers if 2 * x.layer <= probed.depth]
    if not early or len(early) == len(probed.layers):
        raise BadInput(
            f"only one half of {probed.depth} layers was probed; probe layers of both halves"
        )
    half, best = max(early, key=lambda x: x.r2).layer, probed.best.layer
    gap = difference(probed, half, probed, best, LEVEL_SHARE)
    part = Part(f"{LEVEL_SHARE:.0%}", half, best, gap)
    return _concluded("half depth", probed, [part], [_side(gap)])


def prompts(plain: Sweep, variants: Mapping[str, Sweep]) -> Conclusion:
    """Is R2 with other prompts within `MARGIN` of that with none, each at its best layer?

    Args:
        plain: With the entity alone.
        variants: By prompt, at least one; on the same entities, groups and seed.

    Raises:
        BadInput: when they are not, or there is none.
    """
    if not variants:
        raise BadInput("no prompt to compare with; give at least one variant")
    layer = plain.best.layer
    parts = [
        Part(name, other.best.layer, layer, difference(other, other.best.layer, plain, layer))
        for name, other in variants.items()
    ]
    return _concluded("prompts", plain, parts, [_within(p.difference) for p in parts])


def difference(first: Sweep, layer: int, second: Sweep, other: int, share: float = 1.0) -> Estimate:
    """R2 of one sweep's layer, less a share of that of another's, paired by the same draws.

    Raises:
        BadInput: when the sweeps are not of the same entities, groups and seed.
    """
    one, two = first.at(layer), second.at(other)
    alike = np.array_equal(one.entity, two.entity) and np.array_equal(one.group, two.group)
    if not alike or first.resamples.seed != second.resamples.seed:
        raise BadInput(
            "two sweeps are not of the same entities, groups and seed, so they cannot be paired; "
            "probe both with the same split"
        )
    drawn = r2_draws(one, first.resamples).mean(axis=1)
    drawn = drawn - share * r2_draws(two, first.resamples).mean(axis=1)
    value = float(r2_each(one).mean() - share * r2_each(two).mean())
    return Estimate(value, first.resamples.interval(drawn))


def _side(gap: Estimate) -> float:
    """By how much the interval is above 0 (positive), or below (negative); 0 if it holds 0."""
    return max(gap.interval.low, 0.0) + min(gap.interval.high, 0.0)


def _within(gap: Estimate) -> float:
    """By how much the interval is inside the margin (positive), or outside (negative)."""
    low, high = gap.interval.low, gap.interval.high
    inside = MARGIN - max(-low, high)
    outside = max(low, -high) - MARGIN
    return max(inside, 0.0) - max(outside, 0.0)


def _concluded(claim: Claim, probed: Sweep, parts: list[Part], sides: list[float]) -> Conclusion:
    r2 = probed.best.scores.r2
    outcome: Outcome = "not decided"
    if claim == "information" or r2.interval.low > 0:
        if min(sides) > 0:
            outcome = "shown"
        elif min(sides) < 0:
            outcome = "reversed"
    return Conclusion(
        claim, outcome, r2, probed.depth, probed.levels_at, tuple(parts), _hardest(claim, parts)
    )


def _hardest(claim: Claim, parts: list[Part]) -> Part:
    if claim == "prompts":
        return max(parts, key=lambda part: abs(part.difference.value))
    return min(parts, key=lambda part: part.difference.value)
