"""`Resamples`: intervals by drawing whole groups of entities with replacement."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from astrolabe.core.resampling import expanded_tail
from astrolabe.core.verdict import Interval

DRAWS = 1000
_CELLS = 1_000_000
"""Numbers that are held at once."""


@dataclass(frozen=True)
class Estimate:
    """A measured number and its interval."""

    value: float
    interval: Interval


class Resamples:
    """The same draws for whatever is measured on the same entities, so that differences are paired.

    Expanded percentiles (`astrolabe.core.resampling`). Groups that differ much in size or number
    few make any such interval too narrow: see `tests/inside/probes/test_metrics.py` for coverage.
    """

    def __init__(
        self, group: np.ndarray, level: float = 0.95, draws: int = DRAWS, seed: int = 0
    ) -> None:
        """Of groups [entities], by number or name."""
        names, self.group = np.unique(group, return_inverse=True)
        self.groups = len(names)
        self.level, self.seed = level, seed
        self._draws = draws

    @cached_property
    def counts(self) -> np.ndarray:
        """How often each group was drawn, [draws, groups]."""
        rng = np.random.default_rng(self.seed)
        taken = (rng.integers(self.groups, size=self.groups) for _ in range(self._draws))
        return np.array([np.bincount(t, minlength=self.groups) for t in taken], dtype=np.int32)

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Sums over the entities of each draw, of values [entities, k]: [draws, k]."""
        summed = np.stack([np.bincount(self.group, column) for column in values.T], axis=1)
        step = max(1, _CELLS // self.groups)
        starts = range(0, self._draws, step)
        return np.concatenate([self.counts[k : k + step].astype(float) @ summed for k in starts])

    def weights(self) -> Iterator[np.ndarray]:
        """How often each entity was drawn, a few draws at a time, [a few, entities] each."""
        step = max(1, _CELLS // len(self.group))
        starts = range(0, self._draws, step)
        return (self.counts[k : k + step, self.group].astype(float) for k in starts)

    def interval(self, drawn: np.ndarray) -> Interval:
        """The interval of a statistic, from its value in each draw, [draws]."""
        tail = expanded_tail(self.groups, self.level)
        low, high = np.quantile(drawn, [tail, 1 - tail])
        return Interval(float(low), float(high), self.level)

    def mean(self, values: np.ndarray) -> Estimate:
        """The mean over entities of values [entities]."""
        sums = self.sums(np.stack([values, np.ones(len(values))], axis=1))
        return Estimate(float(values.mean()), self.interval(sums[:, 0] / sums[:, 1]))
