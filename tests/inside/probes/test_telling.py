"""Whether probes are decided to tell something: as often as the level where there is nothing, and
where something is planted."""

import numpy as np
import pytest

from astrolabe.inside.probes.split import by_group
from astrolabe.inside.probes.telling import probed, telling
from tests.studies.made_up import null_rate_bounds

ITEMS = 60
FOLDS = by_group([f"s{place % 6}" for place in range(ITEMS)], 3)
QUICK = (0.1, 1.0)


def layers(rng: np.random.Generator) -> list[tuple[int, np.ndarray]]:
    """Two layers of a few strong directions, as states have: chance there has a long tail."""
    strong = np.array([5, 2, 1, 1, 1, 1])
    return [(layer, rng.standard_normal((ITEMS, 6)) * strong) for layer in (1, 2)]


def test_where_there_is_nothing_it_is_decided_as_often_as_the_level() -> None:
    repetitions, level = 100, 0.1
    decided = 0
    for seed in range(repetitions):
        rng = np.random.default_rng(seed)
        labels = (rng.random(ITEMS) < 0.4).astype(float)
        found = telling(layers(rng), labels, FOLDS, None, 19, seed=seed, penalties=QUICK)
        assert found.best.p_beyond is None
        decided += found.best.p <= level
    low, high = null_rate_bounds(repetitions, level)
    assert low <= decided <= high


def test_states_that_hold_what_is_known_alone_tell_nothing_beyond_it() -> None:
    repetitions, level = 100, 0.1
    decided = beyond = 0
    for seed in range(repetitions):
        rng = np.random.default_rng(seed)
        known = rng.standard_normal(ITEMS)
        labels = (rng.random(ITEMS) < 1 / (1 + np.exp(-2 * known))).astype(float)
        states = layers(rng)[:1]
        states[0][1][:, 0] = 5 * known
        found = telling(states, labels, FOLDS, known, 19, seed=seed, penalties=QUICK)
        assert found.best.p_beyond is not None
        decided += found.best.p <= level
        beyond += found.best.p_beyond <= level
    assert decided > 0.8 * repetitions
    assert beyond <= null_rate_bounds(repetitions, level)[1]


def test_what_is_planted_in_one_layer_is_found_there() -> None:
    rng = np.random.default_rng(0)
    labels = (rng.random(ITEMS) < 0.5).astype(float)
    (_, nothing), (_, something) = layers(rng)
    something[:, 3] += 2 * labels
    known = rng.standard_normal(ITEMS)
    found = telling([(4, something), (3, nothing)], labels, FOLDS, known, 39)
    assert [told.layer for told in found.layers] == [3, 4]
    assert found.best.layer == 4
    assert found.best.auc.value > 0.75
    assert (found.best.p, found.best.p_beyond) == (1 / 40, 1 / 40)
    assert found.layers[0].p > 0.1
    assert 0.05 < found.smallest(0.05) < 0.4
    again = probed(something, labels, FOLDS)
    assert again == pytest.approx(found.best.scores, abs=0.05)
