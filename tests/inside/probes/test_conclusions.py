from dataclasses import replace

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import conclusions, controls, split
from astrolabe.inside.probes.sweep import sweep
from tests.inside.probes.planted import layers, places

GRID = tuple(np.logspace(-2, 6, 9))
TARGETS = places(160)
FOLDS = split.by_entity(160)


def swept(strengths, seed=1, targets=TARGETS):
    return sweep(layers(TARGETS, strengths, seed), targets, FOLDS, len(strengths) - 1, GRID)


MIDDLE = [0, 0.3, 5, 5, 5]
LATE = [0, 0, 0, 0.2, 5]


def test_a_map_above_its_controls_is_information():
    found = swept(MIDDLE)
    beside = {
        "shuffled": swept(MIDDLE, targets=controls.shuffled(TARGETS)),
        "untrained": swept([0, 0, 0]),
    }
    told = conclusions.information(found, beside)
    assert told.outcome == "shown"
    assert [part.name for part in told.parts] == ["baseline", "shuffled", "untrained"]
    assert told.deciding.difference.interval.low > 0.5


def test_a_control_as_good_leaves_it_undecided_and_a_better_one_reverses_it():
    found = swept([0, 0.3])
    assert conclusions.information(found, {"untrained": swept([0, 0.3], 2)}).outcome != "shown"
    told = conclusions.information(found, {"embeddings": swept([5])})
    assert told.outcome == "reversed"
    assert told.deciding.name == "embeddings"


def test_no_map_is_not_information():
    told = conclusions.information(swept([0, 0]), {})
    assert told.outcome != "shown"


@pytest.mark.parametrize(("strengths", "outcome"), [(MIDDLE, "shown"), (LATE, "reversed")])
def test_where_the_curve_levels(strengths, outcome):
    told = conclusions.half_depth(swept(strengths))
    assert (told.outcome, told.depth) == (outcome, 4)
    assert told.levels_at == (2 if outcome == "shown" else 4)


def test_depth_of_nothing_is_not_decided():
    assert conclusions.half_depth(swept([0, 0, 0])).outcome == "not decided"
    with pytest.raises(BadInput, match="both halves"):
        conclusions.half_depth(replace(swept([0, 5]), depth=9))


def test_prompts_that_change_little_much_and_nothing_that_could_change():
    plain = swept(MIDDLE)
    like = conclusions.prompts(plain, {"caps": swept(MIDDLE, 2), "where is": swept(MIDDLE, 3)})
    assert like.outcome == "shown"
    unlike = conclusions.prompts(plain, {"caps": swept(MIDDLE, 2), "random": swept([0, 0.3])})
    assert (unlike.outcome, unlike.deciding.name) == ("reversed", "random")
    assert unlike.deciding.difference.value < -0.1
    nothing = swept([0, 0])
    assert conclusions.prompts(nothing, {"caps": swept([0, 0], 2)}).outcome == "not decided"
    with pytest.raises(BadInput, match="no prompt"):
        conclusions.prompts(plain, {})


def test_unlike_sweeps_are_not_compared():
    other = sweep(layers(TARGETS, [5]), TARGETS, split.by_entity(160), 1, GRID, seed=1)
    with pytest.raises(BadInput, match="same entities, groups and seed"):
        conclusions.prompts(swept(MIDDLE), {"caps": other})
    smaller = places(100)
    less = sweep(layers(smaller, [5]), smaller, split.by_entity(100), 1, GRID)
    with pytest.raises(BadInput, match="same entities, groups and seed"):
        conclusions.information(swept(MIDDLE), {"untrained": less})
