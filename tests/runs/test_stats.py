"""Statistics against published values, their own definitions, and simulation."""

import math
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, t

from astrolabe.runs.stats import (
    cluster_bootstrap,
    corrected_for_errors,
    holm,
    mcnemar,
    mcnemar_power,
    smallest_detectable,
    wilson,
)

quick_mcnemar = lru_cache(None)(mcnemar)


@pytest.mark.parametrize(
    # Newcombe 1998, Statistics in Medicine 17, table I, method 3 (score without correction).
    ("right", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_newcombes_table(right: int, n: int, low: float, high: float) -> None:
    interval = wilson(right, n)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


def test_wilson_of_nothing_says_nothing() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0, 1)


@given(st.integers(1, 2000), st.floats(0, 1))
def test_wilson_holds_the_share_and_mirrors(n: int, share: float) -> None:
    right = round(share * n)
    interval, mirrored = wilson(right, n), wilson(n - right, n)
    assert 0 <= interval.low <= right / n <= interval.high <= 1
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-12)


@pytest.mark.parametrize(
    ("gained", "lost", "p"),
    # Sums of the binomial by hand: 2 * (1 + 10 + 45) / 1024, 2 / 32, and nothing to test.
    [(8, 2, 112 / 1024), (5, 0, 2 / 32), (0, 0, 1.0), (3, 3, 1.0)],
)
def test_mcnemar_is_the_two_sided_binomial(gained: int, lost: int, p: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(p)
    assert mcnemar(lost, gained) == pytest.approx(p)


def test_mcnemar_decides_at_most_five_percent_of_nothing() -> None:
    rng = np.random.default_rng(5)
    draws = rng.multinomial(300, [0.1, 0.1, 0.8], size=4000)
    errors = np.mean([quick_mcnemar(int(a), int(b)) <= 0.05 for a, b, _ in draws])
    assert 0.02 < errors < 0.055


def test_holm_gives_the_textbook_values() -> None:
    # R's p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
@settings(max_examples=30, deadline=None)  # statsmodels takes some 70 ms a call
def test_holm_never_lowers_a_p_and_keeps_the_order(ps: list[float]) -> None:
    corrected = holm(ps)
    assert all(raw <= p <= 1 for raw, p in zip(ps, corrected, strict=True))
    ranked = [p for _, p in sorted(zip(ps, corrected, strict=True))]
    assert ranked == sorted(ranked)


def test_bootstrap_resamples_subjects_not_items() -> None:
    """Two subjects that disagree wholly: half of all draws are of one of them only."""
    interval = cluster_bootstrap([1.0] * 50 + [-1.0] * 50, ["a"] * 50 + ["b"] * 50)
    assert (interval.low, interval.high) == (-1, 1)


def test_bootstrap_of_one_subject_resamples_its_items() -> None:
    values = [1.0] * 40 + [0.0] * 240 + [-1.0] * 20
    interval = cluster_bootstrap(values, ["gsm8k"] * 300)
    error = float(np.std(values)) / 300**0.5
    assert interval.low == pytest.approx(20 / 300 - 1.96 * error, abs=0.005)
    assert interval.high == pytest.approx(20 / 300 + 1.96 * error, abs=0.005)


def test_bootstrap_is_the_ratio_estimator_of_plain_resampling() -> None:
    rng = np.random.default_rng(2)
    clusters = rng.integers(0, 12, 200)
    values = rng.integers(-1, 2, 200).astype(float)
    interval = cluster_bootstrap(values.tolist(), [str(c) for c in clusters], draws=4000)
    plain = []
    for _ in range(4000):
        drawn = np.concatenate([values[clusters == c] for c in rng.integers(0, 12, 12)])
        plain.append(drawn.mean())
    # Hesterberg's expansion: what a t with 11 degrees of freedom cuts off, sqrt(12 / 11) wider.
    tail = norm.cdf(-math.sqrt(12 / 11) * t.ppf(0.975, 11))
    low, high = np.quantile(plain, [tail, 1 - tail])
    assert interval.low == pytest.approx(low, abs=0.012)
    assert interval.high == pytest.approx(high, abs=0.012)


def test_bootstrap_is_seeded_and_swaps_sign() -> None:
    rng = np.random.default_rng(3)
    values = rng.integers(-1, 2, 120).astype(float)
    clusters = [str(i % 15) for i in range(120)]
    interval = cluster_bootstrap(values.tolist(), clusters)
    swapped = cluster_bootstrap((-values).tolist(), clusters)
    assert interval == cluster_bootstrap(values.tolist(), clusters)
    assert interval.low == pytest.approx(-swapped.high)


def test_the_interval_covers_the_truth_with_twenty_subjects() -> None:
    rng = np.random.default_rng(11)
    subjects, size, truth, runs = 20, 20, 0.08, 400
    clusters = [str(i // size) for i in range(subjects * size)]
    covered = 0
    for seed in range(runs):
        shift = np.repeat(np.clip(rng.normal(truth, 0.06, subjects), -0.3, 0.46), size)
        draw = rng.random(subjects * size)
        gained, lost = (0.3 + shift) / 2, (0.3 - shift) / 2
        values = np.where(draw < gained, 1.0, np.where(draw < gained + lost, -1.0, 0.0))
        interval = cluster_bootstrap(values.tolist(), clusters, draws=1000, seed=seed)
        covered += interval.low <= truth <= interval.high
    # A percentile interval over 20 clusters is known to fall a little short of 95 %.
    assert 0.90 <= covered / runs <= 0.98


@pytest.mark.parametrize(
    ("n", "discordant"), [(1319, 200), (300, 40), (200, 20), (300, 0), (100, 8)]
)
def test_the_smallest_detectable_difference_is_found_four_times_in_five(
    n: int, discordant: int
) -> None:
    difference = smallest_detectable(n, discordant, 0.05)
    share = max(discordant / n, difference)
    chances = [(share + difference) / 2, max(0.0, (share - difference) / 2), 1 - share]
    draws = np.random.default_rng(1).multinomial(n, chances, size=4000)
    found = np.mean([quick_mcnemar(int(a), int(b)) <= 0.05 for a, b, _ in draws])
    assert 0.77 < found < 0.83


def test_large_samples_agree_with_connors_formula() -> None:
    n, share, d = 5000, 0.2, smallest_detectable(5000, 1000, 0.05)
    connor = (1.959964 * share**0.5 + 0.841621 * (share - d * d) ** 0.5) ** 2 / d**2
    assert connor == pytest.approx(n, rel=0.03)


def test_too_few_items_find_nothing() -> None:
    assert smallest_detectable(5, 0, 0.05) == 1
    assert smallest_detectable(6, 0, 0.05) < 1


@given(st.integers(10, 1500), st.floats(0, 1), st.sampled_from([0.05, 0.01, 0.05 / 7]))
@settings(deadline=None)
def test_a_detectable_difference_is_a_share_that_grows_with_strictness(
    n: int, share: float, alpha: float
) -> None:
    found = smallest_detectable(n, round(share * n), alpha)
    assert 0 < found <= 1
    assert found <= smallest_detectable(n, round(share * n), alpha / 2) + 1e-9


def test_power_at_no_difference_is_the_level() -> None:
    assert 0.02 < mcnemar_power(0.0, 0.2, 1000, 0.05) <= 0.05


def test_an_interval_never_pretends_to_be_a_point() -> None:
    """No item differs; the differences cancel in every cluster; two clusters agree."""
    clusters = [str(i % 6) for i in range(24)]
    nothing = cluster_bootstrap([0.0] * 24, clusters)
    # Clopper and Pearson: 0 of 24, upper end of a two-sided 95 % interval.
    assert nothing.high == pytest.approx(1 - 0.025 ** (1 / 24))
    cancelling = [1.0] * 6 + [-1.0] * 6 + [0.0] * 12
    for differences, names in ((cancelling, clusters), ([1.0, 0.0] * 6, ["a", "a", "b", "b"] * 3)):
        interval = cluster_bootstrap(differences, names)
        assert interval.high - interval.low > 0.1


def test_an_accuracy_is_freed_of_its_graders_errors() -> None:
    # Half is right; of it a tenth is not seen, and of the rest a fifth is taken for right.
    found = corrected_for_errors(0.5 * 0.9 * 1000 + 0.5 * 0.2 * 1000, 1000, (40, 200), (20, 200))
    assert found is not None
    share, interval = found
    assert share == pytest.approx(0.5)
    assert interval.low < 0.5 < interval.high
    plain = wilson(500, 1000)
    assert interval.high - interval.low > plain.high - plain.low


def test_a_perfect_grader_corrects_nothing_but_is_not_trusted_blindly() -> None:
    found = corrected_for_errors(80, 100, (0, 10_000), (0, 10_000))
    assert found is not None
    share, interval = found
    assert share == 0.8
    plain = wilson(80, 100)
    assert interval.low == pytest.approx(plain.low, abs=0.02)
    assert interval.high == pytest.approx(plain.high, abs=0.02)
    few = corrected_for_errors(80, 100, (0, 20), (0, 20))
    assert few is not None
    assert few[1].high - few[1].low > interval.high - interval.low


def test_a_grader_that_is_a_coin_says_nothing() -> None:
    assert corrected_for_errors(50, 100, (50, 100), (50, 100)) is None


@pytest.mark.parametrize(
    ("truth", "f", "m"), [(0.7, 0.02, 0.08), (0.3, 0.1, 0.05), (0.9, 0.0, 0.1)]
)
def test_the_corrected_interval_covers_the_truth_as_often_as_it_says(
    truth: float, f: float, m: float
) -> None:
    rng = np.random.default_rng(5)
    covered = 0
    for _ in range(1000):
        seen = rng.binomial(400, truth * (1 - m) + (1 - truth) * f)
        found = corrected_for_errors(
            seen, 400, (rng.binomial(120, f), 120), (rng.binomial(150, m), 150)
        )
        assert found is not None
        covered += found[1].low <= truth <= found[1].high
    # Five standard errors of 1,000 draws around 95 %.
    assert 0.915 < covered / 1000 <= 1.0
