"""Each kind's loss against its paper's formula, written out densely."""

import math

import pytest
import torch

from astrolabe.core.errors import BadInput
from astrolabe.inside.sae.batchtopk import BatchTopK, kth_highest
from astrolabe.inside.sae.jumprelu import JumpRelu
from astrolabe.inside.sae.objective import Batch, Parameters, geometric_median
from astrolabe.inside.sae.relu import Relu
from astrolabe.inside.sae.resample import SHARE, resample
from astrolabe.inside.sae.topk import TopK

B, W, N = 16, 6, 32


@pytest.fixture
def parameters():
    torch.manual_seed(1)
    decoder = torch.nn.functional.normalize(torch.randn(N, W), dim=1)
    made = Parameters(torch.randn(N, W), torch.randn(N) / 4, decoder, torch.randn(W))
    for part in made.tensors().values():
        part.requires_grad_()
    return made


def batch(parameters, dead=(), done=1.0):
    states = torch.randn(B, W)
    mask = torch.zeros(N, dtype=torch.bool)
    mask[list(dead)] = True
    return Batch(states, dense(parameters, states).detach(), mask, done)


def dense(p, states):
    return (states - p.b_dec) @ p.W_enc.T + p.b_enc


def squared(p, codes, states):
    return (states - codes @ p.W_dec - p.b_dec).square().sum(1).mean()


def same(outcome, expected, parameters):
    torch.testing.assert_close(outcome.loss, expected)
    parts = list(parameters.trained())
    ours = torch.autograd.grad(outcome.loss, parts, allow_unused=True)
    for mine, theirs in zip(ours, torch.autograd.grad(expected, parts), strict=True):
        torch.testing.assert_close(mine, theirs, rtol=1e-4, atol=1e-5)


def test_relu_is_squared_error_and_l1(parameters):
    asked = batch(parameters)
    codes = dense(parameters, asked.states).relu()
    expected = squared(parameters, codes, asked.states) + 0.3 * codes.sum(1).mean()
    same(Relu(l1=0.3).loss(parameters, asked), expected, parameters)


def test_the_penalty_grows_over_the_first_steps(parameters):
    asked = batch(parameters, done=0.25)
    codes = dense(parameters, asked.states).relu()
    expected = squared(parameters, codes, asked.states) + 0.15 * codes.sum(1).mean()
    same(Relu(l1=0.3, l1_warmup=0.5).loss(parameters, asked), expected, parameters)


def test_topk_keeps_the_k_highest(parameters):
    asked = batch(parameters)
    table = dense(parameters, asked.states)
    kept = torch.zeros_like(table).scatter(1, table.topk(3).indices, 1.0)
    outcome = TopK(3).loss(parameters, asked)
    same(outcome, squared(parameters, table.relu() * kept, asked.states), parameters)


def test_dead_features_reconstruct_the_error(parameters):
    asked = batch(parameters, dead=range(20, 32))
    outcome = TopK(3, aux_k=4, aux_weight=0.5).loss(parameters, asked)
    live = TopK(3).loss(parameters, batch_without_dead(asked))
    error = outcome.error.detach()
    table = dense(parameters, asked.states)[:, 20:]
    # The bias is no dead feature's.
    table = table + (parameters.b_dec - parameters.b_dec.detach()) @ parameters.W_enc[20:].T
    kept = torch.zeros_like(table).scatter(1, table.topk(4).indices, 1.0)
    rest = error - (table.relu() * kept) @ parameters.W_dec[20:]
    share = rest.square().sum() / (error - error.mean(0)).square().sum()
    same(outcome, live.loss + 0.5 * share, parameters)


def batch_without_dead(asked):
    return Batch(asked.states, asked.table, torch.zeros_like(asked.dead), asked.done)


def test_batchtopk_keeps_k_on_average_and_remembers_the_least(parameters):
    objective = BatchTopK(3, memory=0.75)
    objective.begin(parameters)
    asked = batch(parameters)
    table = dense(parameters, asked.states)
    least = table.flatten().topk(3 * B).values.min()
    outcome = objective.loss(parameters, asked)
    same(outcome, squared(parameters, table * (table >= least), asked.states), parameters)
    assert len(outcome.values) == 3 * B
    assert parameters.threshold.item() == pytest.approx(least.item())
    objective.loss(parameters, Batch(asked.states, asked.table * 2, asked.dead, 0))
    assert objective.threshold(parameters)[0].item() == pytest.approx(least.item() * 1.25)


@pytest.mark.parametrize("count", [1, 31, 32, 33, 1000])
@pytest.mark.parametrize("k", [1, 5, 30, 2000])
def test_kth_highest_leaves_k_above_it(count, k):
    numbers = torch.randn(count, generator=torch.Generator().manual_seed(count))
    assert (numbers > kth_highest(numbers, k)).sum() == min(k, count)


def test_jumprelu_has_the_papers_pseudo_derivatives(parameters):
    objective = JumpRelu(l0=0.2, first=0.5 * W**0.5, bandwidth=0.8 * W**0.5)
    objective.begin(parameters)
    asked = batch(parameters)
    z, t = dense(parameters, asked.states).detach(), 0.5
    outcome = objective.loss(parameters, asked)
    codes = z * (z > t)
    expected = squared(parameters, codes, asked.states) + 0.2 * (z > t).float().sum(1).mean()
    torch.testing.assert_close(outcome.loss, expected)
    error = asked.states - codes @ parameters.W_dec - parameters.b_dec
    by_codes = -2 / B * error @ parameters.W_dec.T
    kernel = ((z - t).abs() < 0.4) / 0.8
    # Times t, as the logarithm is learnt.
    by_threshold = t * (-t * kernel * by_codes - 0.2 / B * kernel).sum(0)
    by_bias = (by_codes * (z > t)).sum(0)
    found = torch.autograd.grad(outcome.loss, [parameters.threshold, parameters.b_enc])
    torch.testing.assert_close(found[0], by_threshold.detach(), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(found[1], by_bias.detach(), rtol=1e-4, atol=1e-5)


def test_resampled_features_begin_where_the_error_is(parameters):
    asked = batch(parameters)
    outcome = Relu().loss(parameters, asked)
    optimizer = torch.optim.Adam(list(parameters.trained()))
    outcome.loss.backward()
    optimizer.step()
    dead = torch.arange(N) < 4
    # All of the loss is in one state, so that is the one that is drawn.
    error = torch.zeros(B, W)
    error[5] = 1.0
    before = parameters.W_enc.detach().clone()
    told = type(outcome)(outcome.loss, error, outcome.values, outcome.pattern)
    resample(parameters, optimizer, asked.states, told, dead, torch.Generator().manual_seed(0))
    row = asked.states[5] - parameters.b_dec
    row = (row / row.norm()).detach()
    norm = SHARE * before[4:].norm(dim=1).mean()
    for feature in range(4):
        torch.testing.assert_close(parameters.W_dec[feature].detach(), row)
        torch.testing.assert_close(parameters.W_enc[feature].detach(), norm * row)
    assert not parameters.b_enc[:4].any()
    assert torch.equal(parameters.W_enc[4:], before[4:])
    assert not optimizer.state[parameters.W_dec]["exp_avg"][:4].any()
    assert optimizer.state[parameters.W_dec]["exp_avg"][4:].any()


def test_resampling_leaves_time_to_learn():
    relu = Relu(resample_times=4)
    assert [step for step in range(85) if relu.resamples(step, 85)] == [9, 19, 29, 39]
    assert not any(relu.resamples(step, 7) for step in range(7))
    assert not any(Relu(resample_times=0).resamples(step, 85) for step in range(85))


def test_the_geometric_median_shrugs_off_an_outlier():
    corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    found = geometric_median(torch.tensor([*corners, [1e6, 1e6]]), rounds=200)
    # Where the pulls of the corners add up to the outlier's.
    assert found.tolist() == pytest.approx([(3 + math.sqrt(3)) / 6] * 2, abs=1e-3)


@pytest.mark.parametrize(
    ("objective", "says"),
    [
        (TopK(33), "k is 33"),
        (BatchTopK(0), "k is 0"),
        (Relu(l1=-1), "l1 is -1"),
        (JumpRelu(l0=math.nan), "l0 is nan"),
        (JumpRelu(first=0.0), "above 0"),
    ],
)
def test_what_does_not_fit_is_refused(objective, says):
    with pytest.raises(BadInput, match=says):
        objective.check(N)
