"""pass@k: the chance that at least one of k samples is right, estimated from n of them."""

from fractions import Fraction
from math import comb


def pass_at_k(samples: int, correct: int, k: int) -> float:
    """The unbiased estimate for one problem: 1 - C(n - c, k) / C(n, k).

    Chen et al., "Evaluating Large Language Models Trained on Code", 2021 (arXiv:2107.03374),
    equation 1; here in whole numbers, so that no n is too large for it. It is not 1 - (1 - c/n)^k,
    which is biased. The score of a benchmark is the mean over its problems.

    Args:
        samples: n, how many were drawn.
        correct: c, how many of them are right.
        k: How many one may try.

    Raises:
        ValueError: unless 0 <= c <= n and 1 <= k <= n; with fewer samples than k there is no
            unbiased estimate.
    """
    if not 0 <= correct <= samples:
        raise ValueError(f"{correct} of {samples} samples cannot be right")
    if not 1 <= k <= samples:
        raise ValueError(f"pass@{k} cannot be estimated from {samples} samples")
    return float(1 - Fraction(comb(samples - correct, k), comb(samples, k)))
