"""Divergences of two layers against a float64 reference, to the extremes of what models give."""

from math import log

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.decoding.divergence import Compared, Mature
from tests.inside.by_hand import divergences


def jensen_shannon(mature, early):
    return Compared(mature, early).jensen_shannon()


def published(mature, early):
    return Compared(mature, early).published()


def contrast_sum(mature, early):
    return Compared(mature, early).contrast_sum()


BOTH = pytest.mark.parametrize("name", ["js", "published"])


def compared(last, early):
    return Compared(Mature.of(last), early.float().log_softmax(-1))


def ours(last, early):
    pair = compared(last, early)
    return pair.jensen_shannon(), pair.published(), pair.contrast_sum()


def agree(last, early):
    (js, turned_round, contrast), expected = ours(last, early), divergences(last, early)
    torch.testing.assert_close(js.double(), expected[0], rtol=0, atol=1e-6)
    torch.testing.assert_close(turned_round.double(), expected[1], rtol=1e-5, atol=1e-7)
    # A sum of ratios: it is as exact as the smallest of the log-probs are in float32.
    smallest = min(float(logits.log_softmax(-1).min()) for logits in (last, early))
    exact = 2e-6 - 3e-7 * smallest
    torch.testing.assert_close(contrast.double(), expected[2], rtol=0, atol=exact)
    assert ((js >= -1e-6) & (js <= log(2) + 1e-6)).all()


def logits(*shape, seed, spread=1.0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)) * spread


spreads = st.sampled_from([1e-3, 0.3, 3.0, 30.0, 1e3, 6e4])


@settings(max_examples=150, deadline=None)
@given(st.integers(2, 60), st.integers(0, 2**31), spreads, spreads)
def test_equal_to_the_definitions_however_peaked(size, seed, of_last, of_early):
    """Float32 knows no e^-104: of a spread of 1000 most tokens are lost, of 60000 all but one."""
    last = logits(4, size, seed=seed, spread=of_last)
    early = logits(4, size, seed=seed + 1, spread=of_early)
    agree(last, early)
    agree(last, last + 1e-3 * early / of_early)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(*[st.floats(-3e4, 3e4, width=32)] * 2), min_size=2, max_size=9
    )
)  # fmt: skip
def test_equal_to_the_definitions_on_numbers_that_hypothesis_likes(pairs):
    last, early = torch.tensor(pairs).T
    agree(last, early)


def test_over_a_large_vocabulary():
    agree(logits(3, 128_000, seed=1, spread=4.0), logits(3, 128_000, seed=2, spread=2.0))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_any_float_type_counts_in_float32(dtype):
    last, early = (logits(50, seed=seed, spread=5.0).to(dtype) for seed in (1, 2))
    assert all(found.dtype == torch.float32 for found in ours(last, early))
    agree(last, early)


def test_a_certain_token_against_another_and_against_itself():
    """All probabilities but one are 0 in float32: equal is 0, apart is log 2, nothing is NaN."""
    one, other = torch.full((2, 5), -6e4)
    one[0] = other[3] = 6e4
    assert ours(one, one)[0].item() == pytest.approx(0, abs=1e-7)
    assert ours(one, other)[0].item() == pytest.approx(log(2), abs=1e-7)
    assert ours(one, other)[1].item() == pytest.approx(divergences(one, other)[1].item(), rel=1e-6)


def test_disjoint_halves_are_log_2_apart():
    one, other = torch.zeros(2, 64)
    one[32:] = other[:32] = -1e3
    assert ours(one, other)[0].item() == pytest.approx(log(2), abs=1e-6)


@pytest.mark.parametrize("spread", [1.0, 30.0, 1e3])
def test_equal_distributions_do_not_diverge(spread):
    last = logits(6, 200, seed=3, spread=spread)
    js, turned_round, contrast = ours(last, last + 7.0)
    assert js.abs().max() < 1e-6
    assert turned_round.abs().max() < 1e-6
    # Adding 7 to logits of 1000 moves their last bit, which 200 equal terms do not hide.
    exact = 2e-6 + 1e-6 * spread
    torch.testing.assert_close(contrast, torch.full((6,), log(200)), rtol=0, atol=exact)


@BOTH
@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**31), spreads)
def test_symmetric(name, seed, spread):
    one, other = logits(4, 30, seed=seed, spread=spread), logits(4, 30, seed=seed + 1)
    there = compared(one, other).divergence(name)
    back = compared(other, one).divergence(name)
    torch.testing.assert_close(there, back, rtol=1e-5, atol=1e-6)


@BOTH
def test_layers_and_rows_are_taken_one_by_one(name):
    last, early = logits(5, 40, seed=4, spread=3.0), logits(3, 5, 40, seed=5, spread=3.0)
    together = compared(last, early).divergence(name)
    assert together.shape == (3, 5)
    for layer in range(3):
        for row in range(5):
            alone = compared(last[row], early[layer, row]).divergence(name)
            torch.testing.assert_close(together[layer, row], alone, rtol=1e-6, atol=1e-7)


def test_nothing_given_is_changed():
    last, early = logits(9, seed=6), logits(9, seed=7).log_softmax(-1)
    mature = Mature.of(last)
    before = [t.clone() for t in (last, early, mature.logprobs, mature.probs)]
    pair = Compared(mature, early)
    first = pair.jensen_shannon(), pair.published(), pair.contrast_sum()
    again = pair.jensen_shannon(), pair.published(), pair.contrast_sum()
    assert all(map(torch.equal, first, again))
    assert all(map(torch.equal, before, (last, early, mature.logprobs, mature.probs)))


def test_the_two_divergences_can_choose_different_layers():
    """One layer moves much of what is likely, the other all of what is not: js minds the first,
    what the released code computes the second. So a condition names its divergence."""
    last = torch.tensor([0.48, 0.48, 0.04]).log()
    moved = torch.tensor([0.86, 0.10, 0.04]).log()
    forgot = torch.tensor([0.5, 0.5, 1e-30]).log()
    js, turned_round, _ = ours(last, torch.stack([moved, forgot]))
    assert (js.argmax(), turned_round.argmax()) == (0, 1)
