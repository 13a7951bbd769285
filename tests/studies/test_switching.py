"""Switch points: recovered where planted, covered by intervals, absent where there is none."""

import numpy as np
import pytest

from astrolabe.studies.switching import switch

X = np.array([0.0, 0.25, 0.5, 0.75, 1.0])


def followed(
    rng: np.random.Generator, rates: np.ndarray, items: int = 90, answers: int = 2
) -> np.ndarray:
    return rng.binomial(answers, np.tile(rates, (items, 1))) / answers


def logistic(x: np.ndarray, point: float, slope: float) -> np.ndarray:
    return 1 / (1 + np.exp(-slope * (x - point)))


def test_the_fit_is_that_of_statsmodels() -> None:
    import statsmodels.api as sm

    rng = np.random.default_rng(0)
    follows = followed(rng, logistic(X, 0.6, -6.0))
    made = switch(X, follows, 2, 0.05)
    counts = follows.sum(0) * 2 + 0.5
    trials = np.full(len(X), len(follows) * 2 + 1.0)
    known = sm.GLM(
        np.stack([counts, trials - counts], 1), sm.add_constant(X), family=sm.families.Binomial()
    ).fit()
    assert made.intercept == pytest.approx(known.params[0], abs=1e-6)
    assert made.slope == pytest.approx(known.params[1], abs=1e-6)
    assert made.point == pytest.approx(-known.params[0] / known.params[1], abs=1e-6)
    assert made.following(made.point or 0.0) == pytest.approx(0.5)


def test_intervals_cover_a_planted_switch_as_often_as_said() -> None:
    rng = np.random.default_rng(1)
    covered = 0
    for _ in range(200):
        found = switch(X, followed(rng, logistic(X, 0.6, -5.0)), 2, 0.05)
        covered += found.interval.low <= 0.6 <= found.interval.high
    # 95 % of 200, within three standard deviations.
    assert 181 <= covered <= 199


def test_a_step_from_all_to_nothing_stays_finite() -> None:
    found = switch(X, np.tile([1.0, 1.0, 1.0, 0.0, 0.0], (90, 1)), 1, 0.05)
    assert found.point is not None
    assert 0.5 < found.point < 0.75
    assert np.isfinite(found.slope)
    assert (found.interval.low, found.interval.high) == (0.5, 0.75), "no data say where between"


def test_a_step_and_back_is_no_step() -> None:
    found = switch(X, np.tile([1.0, 0.0, 1.0, 0.0, 0.0], (90, 1)), 1, 0.05)
    assert found.interval.low == found.interval.high == found.point


@pytest.mark.parametrize(
    ("rates", "side"),
    [((0.9, 0.9, 0.8, 0.8, 0.8), 1), ((0.1, 0.1, 0.1, 0.1, 0.1), -1), ((0.5,) * 5, 0)],
)
def test_where_nothing_crosses_a_half_there_is_no_switch(
    rates: tuple[float, ...], side: int
) -> None:
    found = switch(X, followed(np.random.default_rng(2), np.array(rates), items=400), 2, 0.05)
    if side:
        assert found.point is None
    assert found.side == side


def test_an_interval_that_leaves_the_range_says_so() -> None:
    rates = logistic(X, 0.97, -3.0)
    found = switch(X, followed(np.random.default_rng(3), rates, items=40), 1, 0.05)
    assert found.interval.high == np.inf
