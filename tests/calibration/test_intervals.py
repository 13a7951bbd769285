"""Intervals of differences of shares and of rank correlations, against published numbers."""

import pytest

from astrolabe.calibration.intervals import mean_of_two, newcombe, rank_correlation


def hits(right: int, n: int) -> list[bool]:
    return [True] * right + [False] * (n - right)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # Newcombe 1998, table II, method 10: 56/70 - 48/80, 9/10 - 3/10, 0/10 and 10/10
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 10), (10, 10), 0.6075, 1.0),
    ],
)
def test_newcombes_interval_is_the_published_one(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    difference, interval = newcombe(hits(*first), hits(*second), 0.95)
    assert difference == pytest.approx(second[0] / second[1] - first[0] / first[1])
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=2e-4)


def test_the_mean_of_two_shares_is_the_mirror_of_their_difference() -> None:
    # (p + q) / 2 is half of q - (1 - p), so its interval is that difference's, moved and halved.
    mean, found = mean_of_two(hits(48, 80), hits(56, 70), 0.95)
    assert mean == pytest.approx(0.7)
    _, mirrored = newcombe(hits(32, 80), hits(56, 70), 0.95)
    assert (found.low, found.high) == pytest.approx(
        ((mirrored.low + 1) / 2, (mirrored.high + 1) / 2)
    )


def test_the_correlation_is_spearmans() -> None:
    from scipy.stats import spearmanr

    doses = [0] * 10 + [16] * 10 + [64] * 10
    right = [*hits(1, 10), *hits(4, 10), *hits(9, 10)]
    rho, interval = rank_correlation(doses, right, 0.95)
    assert rho == pytest.approx(spearmanr(doses, right).statistic)
    assert 0 < interval.low < rho < interval.high < 1


def test_what_falls_or_stays_does_not_rise() -> None:
    doses = [0] * 30 + [16] * 30
    falling, interval = rank_correlation(doses, [*hits(25, 30), *hits(5, 30)], 0.95)
    assert falling < interval.high < 0
    flat, interval = rank_correlation(doses, [*hits(15, 30), *hits(15, 30)], 0.95)
    assert flat == pytest.approx(0)
    assert interval.low < 0 < interval.high


@pytest.mark.parametrize("always", [True, False])
def test_without_any_difference_nothing_rises(always: bool) -> None:
    rho, interval = rank_correlation([0, 0, 16, 16], [always] * 4, 0.95)
    assert rho == interval.low == interval.high == 0
