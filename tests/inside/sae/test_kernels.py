"""The sparse products against dense ones and torch's own gradients."""

import pytest
import torch

from astrolabe.inside.sae import kernels
from astrolabe.inside.sae.kernels import Pattern, decode, pre_activations

B, W, N = 7, 5, 40
MASKS = {
    "equal rows": lambda: torch.zeros(B, N).scatter(1, torch.rand(B, N).topk(3).indices, 1.0) > 0,
    "ragged, with an empty state": lambda: (
        (torch.rand(B, N) < 0.06) & (torch.arange(B)[:, None] != 2)
    ),
    "dense": lambda: torch.rand(B, N) < 0.6,
    "nothing": lambda: torch.zeros(B, N, dtype=torch.bool),
}


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def parts():
    shapes = {"W_enc": (N, W), "b_enc": (N,), "W_dec": (N, W), "b_dec": (W,)}
    return {k: torch.randn(s, dtype=torch.float64, requires_grad=True) for k, s in shapes.items()}


@pytest.mark.parametrize("name", MASKS)
def test_gradients_equal_those_of_dense_autograd(name):
    mask = MASKS[name]()
    pattern = Pattern.of_mask(mask)
    states = torch.randn(B, W, dtype=torch.float64)
    target = torch.randn(B, W, dtype=torch.float64)
    p = parts()
    table = (states - p["b_dec"]) @ p["W_enc"].T + p["b_enc"]
    codes = table.tanh() * mask
    whole = ((codes @ p["W_dec"] + p["b_dec"] - target) ** 2).sum()
    expected = torch.autograd.grad(whole, list(p.values()))
    values = pre_activations(
        table.detach(), pattern, states, p["W_enc"], p["b_enc"], p["b_dec"]
    ).tanh()
    assert torch.equal(pattern.spread(values), codes)
    ours = ((decode(values, pattern, p["W_dec"]) + p["b_dec"] - target) ** 2).sum()
    torch.testing.assert_close(ours, whole, rtol=1e-12, atol=1e-12)
    for mine, dense in zip(torch.autograd.grad(ours, list(p.values())), expected, strict=True):
        torch.testing.assert_close(mine, dense, rtol=1e-10, atol=1e-12)


def test_both_ways_are_tried_here():
    ways = {name: Pattern.of_mask(make()).dense for name, make in MASKS.items()}
    assert ways["dense"]
    assert not ways["equal rows"]
    assert not ways["ragged, with an empty state"]


def test_patterns_of_rows_and_of_masks_are_the_same():
    features = torch.rand(B, N).topk(3).indices
    a = Pattern.of_rows(features, N)
    b = Pattern.of_mask(torch.zeros(B, N).scatter(1, features, 1.0) > 0)
    ones = torch.ones(B * 3)
    assert torch.equal(a.spread(ones), b.spread(ones))
    assert torch.equal(a.starts, b.starts)
    assert a.rows.tolist() == [row for row in range(B) for _ in range(3)]
    assert b.summed(ones).sum() == B * 3


def test_no_table_of_all_features_is_made_where_few_are_active(monkeypatch):
    """Cost follows what is active: the dense way is the one that spreads."""

    def refuse(self, values):
        raise AssertionError("spread")

    monkeypatch.setattr(kernels.Pattern, "spread", refuse)
    p = {name: part.detach().float().requires_grad_() for name, part in parts().items()}
    pattern = Pattern.of_rows(torch.rand(B, N).topk(3).indices, N)
    states = torch.randn(B, W)
    values = pre_activations(torch.randn(B, N), pattern, states, p["W_enc"], p["b_enc"], p["b_dec"])
    decode(values, pattern, p["W_dec"]).sum().backward()
    assert p["W_enc"].grad is not None
