"""Where answers switch from one source to another: a logistic curve, and where it is a half.

Shapes: N items, X values of what is varied, R resamples.
"""

from dataclasses import dataclass

import numpy as np

from astrolabe.core.verdict import Interval

RESAMPLES = 2_000
_STEPS = 50


@dataclass(frozen=True)
class Switch:
    """Where following falls to a half.

    Attributes:
        point: The value at which it does; `None` where it does not within the values tried.
        interval: Percentiles over resamples of the items. An end is infinite where the curve does
            not fall through a half over the values tried: it is above (inf), or below (-inf).
            Where all answers follow up to one value and none from the next one on, any point
            between the two explains them alike (complete separation: Albert & Anderson 1984,
            Biometrika 71), and the interval takes in both.
        slope: Change of the log-odds of following with one unit of the value.
        intercept: Log-odds of following at zero.
    """

    point: float | None
    interval: Interval
    slope: float
    intercept: float

    @property
    def side(self) -> int:
        """1 where resamples agree that following stays above a half, -1 that it is below; or 0."""
        if self.interval.low == self.interval.high and np.isinf(self.interval.low):
            return int(np.sign(self.interval.low))
        return 0

    def following(self, x: float) -> float:
        """The fitted share that follows at a value."""
        return float(1 / (1 + np.exp(-(self.intercept + self.slope * x))))


def switch(x: np.ndarray, follows: np.ndarray, answers: int, level: float, seed: int = 0) -> Switch:
    """The value at which following falls to a half, by maximum likelihood.

    Half an answer is added for either side at every value (Haldane 1956, Annals of Human Genetics
    20), so that curves that step from all to nothing stay finite.

    Args:
        x: What is varied, ascending, [X].
        follows: Share of an item's answers that follow, by item and value, [N, X].
        answers: Answers of an item at each value.
        level: One minus the coverage of the interval.
        seed: Of the resampling of items.
    """
    count = len(follows)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(count, np.full(count, 1 / count), RESAMPLES)
    sums = np.concatenate([follows.sum(0)[None], weights @ follows]) * answers
    intercepts, slopes = _fitted(x, sums, count * answers)
    points = _crossings(x, intercepts, slopes)
    lows, highs = _between(x, sums[1:] / (count * answers), points[1:])
    # By order, not by interpolation: ends may be infinite.
    ends = [
        np.quantile(one, at, method="inverted_cdf")
        for one, at in ((lows, level / 2), (highs, 1 - level / 2))
    ]
    found = float(points[0]) if np.isfinite(points[0]) else None
    return Switch(
        point=found,
        interval=Interval(float(ends[0]), float(ends[1]), 1 - level),
        slope=float(slopes[0]),
        intercept=float(intercepts[0]),
    )


def _crossings(x: np.ndarray, intercepts: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Where each falling curve is a half, [R]; infinite, by its middle, where it does not fall."""
    first, middle, last = (intercepts + slopes * at for at in (x[0], x.mean(), x[-1]))
    falls = (first >= 0) & (last <= 0) & (slopes < 0)
    points = np.where(middle < 0, -np.inf, np.inf)
    points[falls] = -intercepts[falls] / slopes[falls]
    return points


def _between(
    x: np.ndarray, shares: np.ndarray, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Least and greatest switch that each resample allows, [R] both: apart where it is a step.

    Args:
        shares: Of answers that follow, [R, X].
        points: Where the fitted curves are a half, [R].
    """
    all_follow, none_follows = np.isclose(shares, 1), np.isclose(shares, 0)
    last = all_follow.sum(1) - 1
    steps = (all_follow | none_follows).all(1) & all_follow[:, 0] & none_follows[:, -1]
    steps &= (all_follow[:, :-1] >= all_follow[:, 1:]).all(1)
    beyond = np.minimum(last + 1, len(x) - 1)
    return np.where(steps, x[last], points), np.where(steps, x[beyond], points)


def _fitted(x: np.ndarray, sums: np.ndarray, trials: int) -> tuple[np.ndarray, np.ndarray]:
    """Intercepts and slopes of logistic regressions, [R], by Newton's method on centred values.

    Args:
        sums: Answers that follow, of so many trials, at each value, [R, X].
    """
    centre = x.mean()
    z = x - centre
    shares = (sums + 0.5) / (trials + 1)
    a, b = np.log(shares / (1 - shares)).mean(1), np.zeros(len(sums))
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(a[:, None] + b[:, None] * z)))
        weight = p * (1 - p)
        rest = shares - p
        g0, g1 = rest.sum(1), rest @ z
        h00, h01, h11 = weight.sum(1), weight @ z, weight @ z**2
        det = h00 * h11 - h01**2
        step_a, step_b = (h11 * g0 - h01 * g1) / det, (h00 * g1 - h01 * g0) / det
        # A long step overshoots where the curve is steep.
        longest = np.maximum(1, np.maximum(abs(step_a), abs(step_b) * np.ptp(z)) / 2)
        a, b = a + step_a / longest, b + step_b / longest
        if max(abs(step_a).max(), abs(step_b).max()) < 1e-8:
            break
    return a - b * centre, b
