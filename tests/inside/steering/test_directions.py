"""Directions, and what interventions along them do to a model's own states."""

import numpy as np
import pytest
import torch

from astrolabe.core.errors import BadInput
from astrolabe.core.model import StateReading
from astrolabe.core.site import EVERYWHERE, Site
from astrolabe.inside.probes import ridge
from astrolabe.inside.sae.dictionary import Dictionary
from astrolabe.inside.steering import directions
from astrolabe.inside.steering.directions import Ordinary, basis, erasing, random_basis
from astrolabe.models.local import load

SITE = Site("resid", 3)
TEXTS = [(1, 40, 41, 42), (1, 50, 60), (1, 7, 8, 9, 10)]
OTHERS = [(1, 100, 101), (1, 200, 3, 4)]


@pytest.fixture(scope="module")
def model():
    return load("polaris")


@pytest.fixture(scope="module")
def start(model):
    return directions.ordinary(model, TEXTS, SITE)


def states(model, texts, site=SITE, interventions=()):
    asked = [StateReading(t, tuple(range(1, len(t))), (site,), interventions) for t in texts]
    found = dict(model.read(asked))
    return [found[index][site].astype(float) for index in range(len(texts))]


def test_ordinary_is_the_mean_of_texts_and_the_mean_length_of_tokens(model, start):
    read = states(model, TEXTS)
    assert start.mean == pytest.approx(np.mean([one.mean(0) for one in read], axis=0))
    assert start.length == pytest.approx(np.linalg.norm(np.concatenate(read), axis=1).mean())


def test_a_difference_of_means_leads_from_one_to_the_other(model, start):
    found = directions.difference(model, OTHERS, start, "others")
    gap = np.mean([one.mean(0) for one in states(model, OTHERS)], axis=0) - start.mean
    assert found.vector == pytest.approx(gap / np.linalg.norm(gap))
    ends = start.mean @ found.vector, (start.mean + gap) @ found.vector
    assert found.halfway == pytest.approx(sum(ends) / 2)


def test_the_same_texts_lead_nowhere(model, start):
    with pytest.raises(BadInput, match="both sides are the same"):
        directions.difference(model, TEXTS, start, "itself")


def test_adding_moves_states_by_the_strength_in_lengths(model, start):
    along = directions.random_like(directions.difference(model, OTHERS, start, "x"), 0)
    before = states(model, TEXTS[:1])[0]
    after = states(model, TEXTS[:1], interventions=(along.at(0.5, "add", EVERYWHERE),))[0]
    moved = after - before
    assert np.linalg.norm(moved, axis=1) == pytest.approx(0.5 * start.length, rel=1e-4)
    assert moved @ along.vector == pytest.approx(0.5 * start.length, rel=1e-4)


def test_clamping_pins_the_component_above_the_ordinary_one(model, start):
    along = directions.difference(model, OTHERS, start, "x")
    after = states(model, OTHERS, interventions=(along.at(0.3, "clamp", EVERYWHERE),))
    pinned = start.mean @ along.vector + 0.3 * start.length
    assert np.concatenate(after) @ along.vector == pytest.approx(pinned, rel=1e-4)


def test_an_unknown_act_is_refused(model, start):
    with pytest.raises(BadInput, match="cannot 'push'; there are add, clamp"):
        directions.difference(model, OTHERS, start, "x").at(1.0, "push")


def test_a_feature_writes_its_row(start):
    width = len(start.mean)
    rows = torch.eye(3, width) * 2.0
    made = Dictionary("relu", rows, torch.zeros(3), rows, torch.zeros(width))
    found = directions.of_feature(made, 1, start)
    assert found.vector == pytest.approx(np.eye(width)[1])
    with pytest.raises(BadInput, match="no feature 3: the dictionary has 3, numbered 0 to 2"):
        directions.of_feature(made, 3, start)
    narrow = Dictionary("relu", torch.ones(2, 5), torch.zeros(2), torch.ones(2, 5), torch.zeros(5))
    with pytest.raises(BadInput, match=f"5 wide, the model's are {width}"):
        directions.of_feature(narrow, 0, start)


def test_a_probe_is_raised_the_shortest_way():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((60, 6))
    y = x @ np.array([[0, 0, 3.0, 0, 4.0, 0]]).T + 1
    found = directions.of_probe(ridge.fit(x, y), 0, Ordinary(SITE, x.mean(0), 1.0), "y")
    assert found.vector == pytest.approx([0, 0, 0.6, 0, 0.8, 0], abs=1e-3)


def test_erasing_leaves_the_mean_along_the_subspace_and_all_else(model, start):
    rows = random_basis(len(start.mean), 3, seed=1)
    assert rows @ rows.T == pytest.approx(np.eye(3), abs=1e-12)
    before = np.concatenate(states(model, TEXTS))
    after = np.concatenate(states(model, TEXTS, interventions=erasing(rows, start, EVERYWHERE)))
    wanted = before - (before - start.mean) @ rows.T @ rows
    assert after == pytest.approx(wanted, rel=1e-4, abs=1e-3)


def test_a_basis_has_no_more_rows_than_needed():
    rows = basis(np.array([[1.0, 0, 0], [2.0, 0, 0], [1.0, 1.0, 0]]))
    assert rows.shape == (2, 3)
    assert np.abs(rows[:, 2]).max() == 0
    assert rows @ rows.T == pytest.approx(np.eye(2))
