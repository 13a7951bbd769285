"""Where one curve crosses another: the number of examples from which learning them is ahead."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from astrolabe.runs.stats import FEWEST_CLUSTERS
from astrolabe.studies.outcome import Text

DRAWS = 2_000


@dataclass(frozen=True)
class Crossing:
    """From how many examples on the second curve is ahead.

    Attributes:
        estimate: The number of examples; 0 where it is ahead from the first number on, infinity
            where never.
        low: Lower end of a bootstrap interval, likewise.
        high: Upper end.
        first: Smallest number of examples that was tried.
        last: Largest.
    """

    estimate: float
    low: float
    high: float
    level: float
    first: int
    last: int

    @property
    def sentence(self) -> Text:
        """All of this in a sentence."""
        low, high = self._named(self.low), self._named(self.high)
        share = f"{100 * self.level:.0f} %"
        if self.estimate == 0:
            english = f"Learning is level or ahead from {self.first} on"
            chinese = f"自 {self.first} 个示例起，微调即不落后"
        elif math.isinf(self.estimate):
            english = f"Up to {self.last} examples learning does not catch up"
            chinese = f"直到 {self.last} 个示例，微调都未追上"
        else:
            english = f"The curves cross near {self.estimate:.0f} examples"
            chinese = f"两条曲线约在 {self.estimate:.0f} 个示例处相交"
        between = low
        if low != high:
            between = Text(f"{low.en} to {high.en}", f"{low.zh} 至 {high.zh}")
        return Text(
            f"{english} ({share} interval of the crossing: {between.en}).",
            f"{chinese}（交点的 {share} 区间：{between.zh}）。",
        )

    def _named(self, end: float) -> Text:
        if end == 0:
            return Text(f"at most {self.first}", f"不多于 {self.first}")
        if math.isinf(end):
            return Text(f"beyond {self.last}", f"超过 {self.last}")
        return Text(f"{end:.0f}", f"{end:.0f}")


def crossing(
    counts: Sequence[int],
    gaps: Sequence[Mapping[str, tuple[str, float]]],
    level: float,
    seed: int,
) -> Crossing:
    """Where the mean gap first comes from below zero to zero or above.

    Between two numbers of examples it is taken to be straight over their logarithm. The interval is
    of the percentile bootstrap over subjects, or over items where there are few subjects.

    Args:
        counts: Numbers of examples, ascending.
        gaps: For each of them, by item: subject, and credit of the second curve less the first.
        level: Coverage.
        seed: Of the resampling.
    """
    names = [name for name in gaps[0] if all(name in one for one in gaps)]
    subjects = [gaps[0][name][0] for name in names]
    values = np.array([[one[name][1] for name in names] for one in gaps])  # [counts, items]
    few = len(set(subjects)) < FEWEST_CLUSTERS
    _, cluster = np.unique(names if few else subjects, return_inverse=True)
    sums = np.array([np.bincount(cluster, weights=row) for row in values])
    sizes = np.bincount(cluster)
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), size=DRAWS)
    curves = (drawn @ sums.T) / (drawn @ sizes)[:, None]
    # Ranks, since infinities cannot be averaged.
    found = np.sort([_where(counts, curve) for curve in curves])
    tail = (1 - level) / 2
    low, high = found[int(tail * DRAWS)], found[min(DRAWS - 1, math.ceil((1 - tail) * DRAWS) - 1)]
    estimate = _where(counts, values.mean(axis=1))
    return Crossing(estimate, float(low), float(high), level, counts[0], counts[-1])


def _where(counts: Sequence[int], curve: np.ndarray) -> float:
    if curve[0] >= 0:
        return 0.0
    for (few, below), (many, above) in pairwise(zip(counts, curve, strict=True)):
        if above >= 0:
            share = below / (below - above)
            return float(2 ** (math.log2(few) + share * math.log2(many / few)))
    return math.inf
