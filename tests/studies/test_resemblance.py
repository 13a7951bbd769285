"""Steps and shifts: gradients checked by differences, cosines on vectors whose truth is known."""

import numpy as np
import pytest
import torch
from scipy.stats import binom

from astrolabe.core.model import Reading
from astrolabe.models.local import load
from astrolabe.runs.watch import Silent
from astrolabe.studies.resemblance import (
    OTHER,
    RANDOM,
    SAME,
    SHUFFLED,
    STEPS,
    Draw,
    cosine,
    last_states,
    outlier,
    resemblance,
    stepped,
)
from tests.conftest import make_model

LESSONS = (Reading((3, 9, 27, 81, 5), 3), Reading((4, 16, 64), 2))


def loss(module) -> float:
    """Mean over lessons of the mean loss over their answers."""
    losses = []
    for one in LESSONS:
        logits = module(input_ids=torch.tensor([one.tokens])).logits[0].log_softmax(-1)
        nats = [
            -logits[place - 1, one.tokens[place]] for place in range(one.start, len(one.tokens))
        ]
        losses.append(sum(nats) / len(nats))
    return float(sum(losses).detach() / len(losses))


@pytest.mark.parametrize("architecture", ["llama", "qwen2", "gpt2"])
def test_a_step_goes_straight_down_the_loss_and_is_taken_back(architecture: str) -> None:
    module = make_model(architecture)
    before = {name: weight.clone() for name, weight in module.state_dict().items()}
    start = loss(module)
    module.zero_grad()
    total = 0.0
    for one in LESSONS:
        labels = torch.tensor([[-100] * one.start + list(one.tokens[one.start :])])
        total = total + module(input_ids=torch.tensor([one.tokens]), labels=labels).loss / 2
    total.backward()
    slopes = torch.cat([w.grad.flatten() for w in module.parameters()])
    norm = torch.cat([w.detach().flatten() for w in module.parameters()]).norm()
    with stepped(module, LESSONS):
        moved = torch.cat([(w - before[name]).flatten() for name, w in module.named_parameters()])
        down = loss(module)
    assert torch.nn.functional.cosine_similarity(moved, -slopes, dim=0) > 0.999
    assert float(moved.norm() / norm) == pytest.approx(1e-4, rel=1e-2)
    assert down < start
    assert all(torch.equal(weight, before[name]) for name, weight in module.state_dict().items())


def test_a_random_step_is_as_long_and_has_nothing_to_do_with_the_gradient() -> None:
    module = make_model("llama")
    before = [weight.detach().clone() for weight in module.parameters()]
    moves = []
    for seed in (None, 1, 2):
        with stepped(module, LESSONS, seed):
            moves.append(
                [(w - b).flatten() for w, b in zip(module.parameters(), before, strict=True)]
            )
    for place in range(len(before)):
        lengths = [float(move[place].norm()) for move in moves]
        assert lengths[1:] == pytest.approx(lengths[:1] * 2, rel=0.02, abs=1e-7)
    whole = [torch.cat(move) for move in moves]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert abs(torch.nn.functional.cosine_similarity(whole[one], whole[other], dim=0)) < 0.1


def test_a_step_is_taken_back_after_an_exception() -> None:
    module = make_model("llama")
    before = [weight.detach().clone() for weight in module.parameters()]
    with pytest.raises(KeyboardInterrupt), stepped(module, LESSONS):
        raise KeyboardInterrupt
    assert all(torch.equal(w, b) for w, b in zip(module.parameters(), before, strict=True))


def test_states_are_those_that_transformers_gives() -> None:
    module = make_model("llama")
    with torch.no_grad():
        hidden = module(input_ids=torch.tensor([[3, 9, 27]]), output_hidden_states=True)
    states = last_states(module, [(3, 9, 27)])
    assert states.shape == (1, 2, 32)
    assert states[0, 0] == pytest.approx(hidden.hidden_states[1][0, -1].numpy(), abs=1e-6)


def test_cosines_of_known_vectors() -> None:
    one = np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]])
    other = np.array([[-2.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    assert cosine(one, other) == pytest.approx([-1, np.sqrt(0.5), 0])


def test_examples_that_do_what_the_step_does_have_cosine_one(tmp_path) -> None:
    """A planted truth: the shift by "examples" is made by the step itself."""
    module = make_model("llama")
    texts = [(3, 9, 27), (4, 16, 5)]
    plain = last_states(module, texts)
    with stepped(module, LESSONS, length=1e-3):
        shift = last_states(module, texts) - plain
    with stepped(module, LESSONS):
        step = last_states(module, texts) - plain
    with stepped(module, LESSONS, seed=5):
        elsewhere = last_states(module, texts) - plain
    assert cosine(shift, step).min() > 0.99
    assert np.abs(cosine(shift, elsewhere)).mean() < 0.6


def test_every_step_is_compared_and_the_model_is_left_as_it_was(model_folder) -> None:
    model = load(str(model_folder()), device="cpu")
    before = {name: weight.clone() for name, weight in model.module.state_dict().items()}
    lessons = {SAME: LESSONS, SHUFFLED: LESSONS[::-1], OTHER: LESSONS[:1]}
    draw = Draw(((3, 9),), ((5, 6, 3, 9),), lessons)
    found = resemblance(model, [draw, draw, draw], 0, Silent())
    assert set(found.model) == set(STEPS)
    assert all(values.shape == (3, 2) for values in found.model.values())
    # The same lessons in another order are the same step; another model is another one.
    assert found.model[SHUFFLED] == pytest.approx(found.model[SAME], abs=1e-3)
    assert len({tuple(row) for row in found.untrained[SAME]}) == 3
    assert len({tuple(row) for row in found.model[RANDOM]}) == 3
    assert all(torch.equal(w, before[name]) for name, w in model.module.state_dict().items())


def test_a_model_among_the_untrained_ones_is_an_outlier_at_the_nominal_rate_at_most() -> None:
    rng = np.random.default_rng(0)
    studies = 1000
    found = sum(
        outlier(rng.normal(0, 0.1) + np.zeros(10), rng.normal(0, 0.1, 10), 0.05, 0.05).p < 0.05
        for _ in range(studies)
    )
    assert binom.ppf(0.005, studies, 0.05) <= found <= binom.ppf(0.995, studies, 0.05)


def test_the_smallest_difference_is_found_four_times_in_five() -> None:
    rng = np.random.default_rng(1)
    trials = 1000
    found, smallest = 0, []
    for _ in range(trials):
        fresh = rng.normal(0, 0.1, 40)
        smallest.append(outlier(fresh, fresh, 0.05, 0.05).smallest)
        found += outlier(smallest[-1] + rng.normal(0, 0.1, 1), fresh, 0.05, 0.05).p < 0.05
    assert found / trials == pytest.approx(0.8, abs=0.05)
