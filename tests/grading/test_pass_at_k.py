"""pass@k against the product in the paper, and against drawing samples."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.grading.pass_at_k import pass_at_k


def by_product(n: int, c: int, k: int) -> float:
    """Chen et al. 2021, figure 3: the numerically stable form, in floats."""
    if n - c < k:
        return 1.0
    return 1.0 - math.prod(1.0 - k / i for i in range(n - c + 1, n + 1))


@given(st.data())
def test_equals_the_product_of_the_paper(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 300))
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    assert pass_at_k(n, c, k) == pytest.approx(by_product(n, c, k), abs=1e-12)


@pytest.mark.parametrize("n", range(1, 7))
def test_is_the_share_of_draws_with_a_right_one(n: int) -> None:
    for c, k in itertools.product(range(n + 1), range(1, n + 1)):
        draws = list(itertools.combinations([True] * c + [False] * (n - c), k))
        assert pass_at_k(n, c, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_known_values() -> None:
    assert pass_at_k(6, 3, 1) == 0.5
    assert pass_at_k(200, 0, 100) == 0.0
    assert pass_at_k(200, 101, 100) == 1.0
    # The biased estimate would be 1 - (1 - 1/2)^2 = 0.75.
    assert pass_at_k(2, 1, 2) == 1.0
    assert 0 < pass_at_k(100_000, 1, 100) < 0.0011


@pytest.mark.parametrize(("n", "c", "k"), [(5, 6, 1), (5, -1, 1), (5, 1, 6), (5, 1, 0), (0, 0, 1)])
def test_what_cannot_be_estimated_is_refused(n: int, c: int, k: int) -> None:
    with pytest.raises(ValueError, match="samples"):
        pass_at_k(n, c, k)
