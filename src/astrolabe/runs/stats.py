"""Intervals and tests for right-or-wrong answers, paired where two runs saw the same items."""

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from astrolabe.core.resampling import expanded_tail
from astrolabe.core.verdict import Interval

_TAIL = 1e-9
"""Probability of numbers of disagreements that a power computation may leave out."""
_DRAWS_AT_ONCE = 1000
_MEAN_DRAWS = 2000
FEWEST_CLUSTERS = 4
"""Fewer clusters leave too few different resamples for any percentile to mean something."""


def wilson(right: float, n: float, level: float = 0.95) -> Interval:
    """Wilson's score interval for a proportion (Wilson 1927).

    Args:
        right: Items right; a fraction of an item where `n` is an effective sample size.
        n: Items; none at all gives the interval from 0 to 1.
        level: Coverage.
    """
    if n == 0:
        return Interval(0.0, 1.0, level)
    z = NormalDist().inv_cdf((1 + level) / 2)
    p = right / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    # At 0 and n the end is exactly 0 or 1; rounding must not leave it beside that.
    low = 0.0 if right == 0 else max(0.0, centre - half)
    high = 1.0 if right == n else min(1.0, centre + half)
    return Interval(low, high, level)


def corrected_for_errors(
    right: float,
    n: float,
    accepts: tuple[int, int],
    rejects: tuple[int, int],
    level: float = 0.95,
) -> tuple[float, Interval] | None:
    """An accuracy freed of its grader's errors, with an interval that owns up to both.

    With a the share graded right, f the rate of false accepts and m that of false rejects, the true
    share is (a - f) / (1 - f - m) (Rogan & Gladen 1978, American Journal of Epidemiology 107). Its
    interval is that of Lang & Reiczigel (2014, Preventive Veterinary Medicine 113): every rate gets
    a pseudo-observation or two, and the three binomial variances are added by the delta method.

    Args:
        right: Items graded right.
        n: Items.
        accepts: False accepts, and how many answers could have been falsely accepted.
        rejects: False rejects, and how many answers could have been falsely rejected.
        level: Coverage.

    Returns:
        The share and its interval, both within 0 and 1; `None` where the grader is no better than a
        coin (f + m >= 1), so that nothing can be said.
    """
    false_accepts, others = accepts
    false_rejects, rights = rejects
    f, m = false_accepts / others, false_rejects / rights
    if f + m >= 1:
        return None
    share = (right / n - f) / (1 - f - m)
    z = NormalDist().inv_cdf((1 + level) / 2)
    n, a = n + z * z, (right + z * z / 2) / (n + z * z)
    others, f = others + 2, (false_accepts + 1) / (others + 2)
    rights, m = rights + 2, (false_rejects + 1) / (rights + 2)
    centre = (a - f) / (1 - f - m)
    noise_f, noise_m = f * (1 - f) / others, m * (1 - m) / rights
    shift = 2 * z * z * (centre * noise_m - (1 - centre) * noise_f)
    variance = a * (1 - a) / n + (1 - centre) ** 2 * noise_f + centre**2 * noise_m
    half = z * math.sqrt(variance) / (1 - f - m)
    low, high = (min(1.0, max(0.0, end)) for end in (centre + shift - half, centre + shift + half))
    return min(1.0, max(0.0, share)), Interval(low, high, level)


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p-value of McNemar's test: is a disagreement as likely either way?

    Args:
        gained: Items right only under the alternative.
        lost: Items right only under the baseline.

    Returns:
        The binomial p-value; 1 when the runs never disagree.
    """
    from scipy.stats import binomtest

    if gained + lost == 0:
        return 1.0
    return float(binomtest(gained, gained + lost, 0.5).pvalue)


def cluster_bootstrap(
    differences: Sequence[float],
    clusters: Sequence[str],
    level: float = 0.95,
    draws: int = 10_000,
    seed: int = 0,
) -> Interval:
    """Expanded percentile interval of the mean difference, from resampling whole clusters.

    Each draw takes as many clusters as there are, with replacement, and divides the sum of their
    differences by the number of their items (the ratio estimator; Davison & Hinkley 1997, 3.8).
    Items of one subject stand or fall together, so that resampling items would promise too much.
    With few clusters plain percentiles are too narrow, so they are moved outwards as a t interval
    is wider than a normal one (Hesterberg 2015, The American Statistician 69, section 3.3).

    Where that cannot work, something else is done: a single cluster has nothing to resample but its
    items (the interval then speaks of more items from the same subject), and no more have clusters
    that all agree; for two and three clusters it is the wider of resampling items and a t interval
    over clusters; and where no item differs, it is the exact bound of how many could have, either
    way (Clopper & Pearson 1934).

    Simulated coverage at 95 %, 300 simulations each of 40 items a cluster: 0.99 with two clusters,
    0.98 with three, 0.90 with four and six, 0.92 with eight, 0.93 with ten, 0.95 with twenty.

    Args:
        differences: Score of the alternative minus that of the baseline, shape [n], n >= 1.
        clusters: Cluster of each item, shape [n].
        level: Coverage.
        draws: Resamples.
        seed: Seed of the resampling.
    """
    values = np.asarray(differences, dtype=float)
    _, cluster = np.unique(np.asarray(clusters), return_inverse=True)
    if not values.any():
        most = 1 - ((1 - level) / 2) ** (1 / len(values))
        return Interval(-most, most, level)
    sums, counts = np.bincount(cluster, weights=values), np.bincount(cluster)
    if len(counts) >= FEWEST_CLUSTERS:
        chance = np.full(len(counts), 1 / len(counts))
        low, high = _resampled(sums, counts, chance, len(counts), level, draws, seed)
        if low < high:
            return Interval(low, high, level)
    # Items with the same difference are interchangeable: drawing how often each value occurs is
    # the same bootstrap, at the cost of a few values instead of n items.
    distinct, sizes = np.unique(values, return_counts=True)
    chance = sizes / len(values)
    low, high = _resampled(distinct, sizes * 0 + 1, chance, len(values), level, draws, seed)
    if 1 < len(counts) < FEWEST_CLUSTERS:
        half = _cluster_t(sums, counts, level)
        low, high = min(low, values.mean() - half), max(high, values.mean() + half)
    return Interval(max(-1.0, low), min(1.0, high), level)


def mean_interval(
    values: Sequence[float] | np.ndarray, clusters: Sequence[str], level: float
) -> Interval:
    """`cluster_bootstrap` of a mean of any numbers, such as nats, and not of shares of 1 alone.

    Args:
        values: [n].
        clusters: Cluster of each, [n].
        level: 1 - coverage.
    """
    numbers = np.asarray(values, dtype=float)
    scale = float(np.abs(numbers).max())
    if not scale:
        return Interval(0.0, 0.0, 1 - level)
    found = cluster_bootstrap((numbers / scale).tolist(), clusters, 1 - level, _MEAN_DRAWS)
    return Interval(found.low * scale, found.high * scale, found.level)


def _resampled(
    sums: np.ndarray,
    counts: np.ndarray,
    chance: np.ndarray,
    taken: int,
    level: float,
    draws: int,
    seed: int,
) -> tuple[float, float]:
    """Expanded percentiles of sum/count over `taken` units drawn with `chance`, each [units]."""
    rng = np.random.default_rng(seed)
    means = [
        (weights @ sums) / (weights @ counts)
        for start in range(0, draws, _DRAWS_AT_ONCE)
        for weights in [rng.multinomial(taken, chance, size=min(_DRAWS_AT_ONCE, draws - start))]
    ]
    tail = expanded_tail(taken, level)
    low, high = np.quantile(np.concatenate(means), [tail, 1 - tail])
    return float(low), float(high)


def _cluster_t(sums: np.ndarray, counts: np.ndarray, level: float) -> float:
    """Half width of a t interval with the cluster-robust variance of a mean."""
    from scipy.stats import t

    clusters, mean = len(counts), sums.sum() / counts.sum()
    variance = clusters / (clusters - 1) * ((sums - mean * counts) ** 2).sum() / counts.sum() ** 2
    return float(t.ppf((1 + level) / 2, clusters - 1) * math.sqrt(variance))


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's (1979) corrected p-values, in the order given.

    As in statsmodels' `multipletests`, which collects the garbage of the whole process in each
    call: seconds beside a loaded model.
    """
    order = np.argsort(np.asarray(ps, dtype=float), kind="stable")
    steps = np.asarray(ps, dtype=float)[order] * np.arange(len(ps), 0, -1)
    corrected = np.empty(len(ps))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return [float(p) for p in corrected]


def mcnemar_power(difference: float, discordant: float, n: int, alpha: float) -> float:
    """Chance that the exact McNemar test of `n` pairs finds a true difference.

    The number m of disagreements is Binomial(n, discordant); of these Binomial(m, q) favour the
    better run, q = (discordant + difference) / (2 discordant); the test rejects where its exact
    two-sided p-value is at most alpha. Summed over m (Duffy 1984, Biometrics 40).

    Args:
        difference: True difference in accuracy, at most `discordant`.
        discordant: True share of items on which the runs disagree, above 0.
        n: Items.
        alpha: Level of the test.
    """
    from scipy.stats import binom

    m = np.arange(binom.ppf(_TAIL, n, discordant), binom.ppf(1 - _TAIL, n, discordant) + 1)
    least = binom.ppf(alpha / 2, m, 0.5)
    least = np.where(binom.cdf(least, m, 0.5) <= alpha / 2, least, least - 1)
    q = min(1.0, (discordant + difference) / (2 * discordant))
    found = binom.cdf(least, m, q) + binom.sf(m - least - 1, m, q)
    return float(binom.pmf(m, n, discordant) @ found)


def smallest_detectable(n: int, discordant: int, alpha: float, power: float = 0.8) -> float:
    """Smallest true difference in accuracy that such a sample would have found.

    Solves `mcnemar_power` = `power` for the difference, with the observed share of disagreements;
    for large samples this is Connor's (1987, Biometrics 43) n = (z_a sqrt(s) + z_b sqrt(s - d²))²
    / d². Where the runs disagree on too few items for any difference to be found, the share must be
    larger with the difference, and the least that can be found is one with every disagreement on
    the same side: P(Binomial(n, d) >= m) = power, with m the fewest one-sided disagreements that
    reach `alpha`. This also covers runs that never disagree.

    Args:
        n: Items that both runs answered, at least 1.
        discordant: Items right under exactly one of them.
        alpha: Level of the two-sided test, after any correction.
        power: Chance of finding the difference.

    Returns:
        The difference, as a share of the items; 1 when no difference could have been found.
    """
    from scipy.optimize import brentq
    from scipy.stats import beta

    share = discordant / n
    if share and mcnemar_power(share, share, n, alpha) >= power:
        return float(brentq(lambda d: mcnemar_power(d, share, n, alpha) - power, 0.0, share))
    fewest = math.ceil(1 + math.log2(1 / alpha))
    return float(beta.ppf(power, fewest, n - fewest + 1)) if fewest <= n else 1.0
