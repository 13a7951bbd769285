"""The sign-flip permutation test: is the mean of paired differences further from zero than chance?

Shapes: M differences.
"""

import math

import numpy as np

_EXACT = 13
"""Differences up to which all sign flips are tried (8,192)."""
_FLIPS = 9_999
_AT_ONCE = 1_000
"""Flips drawn together, so that many differences fit into memory."""


def sign_flip(differences: np.ndarray, seed: int = 0) -> float:
    """Two-sided p-value of the sign-flip permutation test (Fisher 1935) that a mean is zero.

    If nothing sets the two sides of a pair apart, each difference is as likely to have the other
    sign. The p-value is the share of sign assignments whose mean is at least as far from zero as
    the one observed: of all 2^M up to 13 differences; beyond, (k + 1) / 10,000 for the k of 9,999
    random ones that are, so that it is never below 0.0001.

    Args:
        differences: [M].
        seed: Of the random signs.
    """
    count = len(differences)
    least = abs(differences.sum()) * (1 - 1e-12)  # equal sums may round differently
    if count <= _EXACT:
        bits = np.arange(2**count)[:, None] >> np.arange(count) & 1
        return float((np.abs((1 - 2 * bits) @ differences) >= least).mean())
    rng = np.random.default_rng(seed)
    further = 0
    for start in range(0, _FLIPS, _AT_ONCE):
        signs = rng.choice((-1.0, 1.0), size=(min(_AT_ONCE, _FLIPS - start), count))
        further += int((np.abs(signs @ differences) >= least).sum())
    return (further + 1) / (_FLIPS + 1)


def smallest_detectable(differences: np.ndarray, alpha: float, power: float = 0.8) -> float:
    """Smallest mean that so many differences with such a spread would have told from zero.

    Of the paired t test at level `alpha`, which the sign-flip test equals in large samples
    (Hoeffding 1952, Annals of Mathematical Statistics 23); with fewer than some twenty it is a
    rough figure.

    Args:
        differences: [M], M at least 2.
    """
    from statsmodels.stats.power import TTestPower

    size = TTestPower().solve_power(nobs=len(differences), alpha=alpha, power=power)
    return float(abs(np.squeeze(size)) * differences.std(ddof=1))


def beyond_margin(differences: np.ndarray, margin: float) -> float:
    """p-value of a mean difference of at most `margin` either way (a minimum-effect test).

    The differences, moved by the margin towards zero, go through `sign_flip`; 1 where their mean
    is within the margin. Two-sided, so that both directions can be found.

    Args:
        differences: [M].
    """
    mean = differences.mean()
    if abs(mean) <= margin:
        return 1.0
    return sign_flip(differences - math.copysign(margin, mean))
