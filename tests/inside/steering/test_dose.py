"""Texts under interventions, and the strength that is chosen by them."""

import math

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Reading
from astrolabe.core.prompt import Prompt
from astrolabe.core.site import Intervention, Site
from astrolabe.inside.steering.dose import Dose, Sample, Writing, chosen, loss, read_shares, write
from astrolabe.models.local import load


def dose(strength, share, nats):
    return Dose.of(strength, [Sample("p", "t", nats, 1.0, share)])


def test_loss_runs_from_the_untouched_text_to_tokens_at_random():
    assert loss(1.0, 1.0, 100) == 0
    assert loss(math.log(100), 1.0, 100) == pytest.approx(1)


@pytest.mark.parametrize(
    ("curve", "wanted"),
    [
        # The least that is within 95 % of the most, not the most itself.
        ([(0.5, 0.3, 2), (1, 0.90, 2), (2, 0.92, 2)], (1, True)),
        # What is no longer fluent neither is chosen nor says where the plateau is.
        ([(0.5, 0.5, 2), (1, 0.6, 2), (2, 1.0, 9)], (1, True)),
        ([(0.5, 0.5, 2), (1, 1.0, 9), (2, 0.5, 2)], (0.5, True)),
        # Where nothing is fluent, the least change is made, and told.
        ([(0.5, 0.1, 9), (1, 1.0, 9)], (0.5, False)),
    ],
)
def test_the_least_strength_at_the_plateau_is_chosen(curve, wanted):
    best, fluent = chosen([dose(0, 0, 1), *(dose(*one) for one in curve)], vocabulary=1000)
    assert (best.strength, fluent) == wanted


def test_a_ladder_needs_a_step():
    with pytest.raises(BadInput, match="needs one besides 0"):
        chosen([dose(0, 0, 1)], 1000)


@pytest.fixture(scope="module")
def model():
    return load("polaris")


PROMPTS = ("Paris :", "The word")


def test_texts_are_written_under_each_and_scored_untouched(model):
    width = model.module.config.hidden_size
    pushed = (Intervention(Site("resid", 4), "add", tuple([1.0, -1.0] * (width // 2)), 20.0),)
    plain, changed = write(model, PROMPTS, [(), pushed], Writing(6, 0.0))
    assert [one.prompt for one in plain] == list(PROMPTS)
    assert plain[0].text != changed[0].text
    for sample in (plain[0], changed[0]):
        (encoded,) = model.encode([Prompt(sample.prompt, continuations=(sample.text,))])
        reading = Reading(encoded.readings[0].tokens, encoded.readings[0].start)
        ((_, scored),) = model.score([reading])
        assert sample.nats == pytest.approx(-np.mean(scored.logprobs), abs=1e-4)
    assert plain[0].nats < changed[0].nats


def test_each_prompt_is_sampled_alike_under_every_intervention(model):
    nothing = (Intervention(Site("resid", 2), "scale", amount=1.0),)
    first, second = write(model, PROMPTS, [(), nothing], Writing(6, 1.0, seed=3))
    assert [one.text for one in first] == [one.text for one in second]
    again = write(model, PROMPTS, [()], Writing(6, 1.0, seed=50))[0]
    assert [one.text for one in again] != [one.text for one in first]


def test_shares_of_tokens_are_read_where_text_was_written(model):
    samples = [Sample("Paris :", " country France", 1.0, 1.0), Sample("Paris :", "", None, 1.0)]
    seen = []

    def holds(states):
        seen.append(len(states))
        return np.arange(len(states)) == 0

    (encoded,) = model.encode([Prompt("Paris :", continuations=(" country France",))])
    count = len(encoded.readings[0].tokens) - encoded.readings[0].start
    assert read_shares(model, samples, Site("resid", 4), holds) == [pytest.approx(1 / count), 0.0]
    assert seen == [count]
