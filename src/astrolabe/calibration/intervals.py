"""Intervals that only calibration needs: of differences of two shares, of rank correlations."""

import math
from collections.abc import Sequence
from typing import Any

from astrolabe.core.verdict import Interval
from astrolabe.runs.stats import wilson

DRAWS = 2_000


def newcombe(before: Sequence[bool], after: Sequence[bool], level: float) -> tuple[float, Interval]:
    """The difference of two independent shares, `after` less `before`, and its interval.

    Newcombe's hybrid score interval (1998, Statistics in Medicine 17, method 10): the ends of both
    Wilson intervals, their distances from the shares added as variances are.
    """
    p, q = (sum(hits) / len(hits) for hits in (before, after))
    a, b = (wilson(sum(hits), len(hits), level) for hits in (before, after))
    low = q - p - math.hypot(q - b.low, a.high - p)
    high = q - p + math.hypot(b.high - q, p - a.low)
    return q - p, Interval(max(-1.0, low), min(1.0, high), level)


def mean_of_two(
    first: Sequence[bool], second: Sequence[bool], level: float
) -> tuple[float, Interval]:
    """The mean of two independent shares and its interval, by the same method.

    Of nothing the share is taken for a half, and its interval is all there is.
    """
    p, q = (sum(hits) / len(hits) if hits else 0.5 for hits in (first, second))
    a, b = (wilson(sum(hits), len(hits), level) for hits in (first, second))
    low = math.hypot(p - a.low, q - b.low) / 2
    high = math.hypot(a.high - p, b.high - q) / 2
    return (p + q) / 2, Interval((p + q) / 2 - low, (p + q) / 2 + high, level)


def rank_correlation(
    doses: Sequence[int], right: Sequence[bool], level: float, seed: int = 0
) -> tuple[float, Interval]:
    """Spearman's correlation, and its percentile interval from resampling within each dose.

    Args:
        doses: Of each fact, at least two different ones, [n].
        right: Whether it was answered right, [n].

    Returns:
        Correlation 0 where all are right, or none: then nothing rises with the dose.
    """
    import numpy as np
    from scipy.stats import rankdata

    ranks = rankdata(doses)
    ranks -= ranks.mean()
    hits = np.asarray(right, dtype=float)
    # Ranks of things that are 0 or 1 are a line through them, so Pearson's formula does.
    groups = [np.flatnonzero(np.asarray(doses) == dose) for dose in np.unique(doses)]
    rng = np.random.default_rng(seed)
    drawn = np.concatenate(
        [hits[rng.choice(group, size=(DRAWS, len(group)))] for group in groups], axis=1
    )
    order = np.concatenate(groups)

    def correlations(rows: Any) -> Any:
        spread = rows.std(axis=1) * ranks.std() * len(order)
        product = (rows - rows.mean(axis=1, keepdims=True)) @ ranks[order]
        return np.divide(product, spread, out=np.zeros(len(rows)), where=spread > 0)

    tail = (1 - level) / 2
    low, high = np.quantile(correlations(drawn), [tail, 1 - tail])
    return float(correlations(hits[order][None])[0]), Interval(float(low), float(high), level)
