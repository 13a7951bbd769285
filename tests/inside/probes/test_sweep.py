import json

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import controls, nonlinear, split
from astrolabe.inside.probes.metrics import r2
from astrolabe.inside.probes.resample import Resamples
from astrolabe.inside.probes.sweep import out_of_fold, sweep
from astrolabe.inside.probes.targets import Targets
from tests.inside.probes.planted import WIDTH, layers, places

GRID = tuple(np.logspace(-2, 6, 9))


def groups(entities):
    return [f"country {k % 10}" for k in range(entities)]


def test_a_planted_linear_map_is_found_where_it_lies():
    targets = places()
    folds = split.by_group(groups(200), by="country")
    told = []
    found = sweep(layers(targets, [0, 0.3, 20, 20]), targets, folds, 3, GRID, progress=told.append)
    assert found.best.r2 > 0.99
    assert found.best.scores.proximity.value < 0.02
    assert found.levels_at == 2
    assert found.best.scores.km.value < 700
    assert found.layers[0].scores.r2.interval.low <= 0
    assert 0.1 < found.layers[1].r2 < 0.9
    assert [layer.layer for layer in told] == [0, 1, 2, 3]
    assert (found.entities, found.groups, found.by) == (200, 10, "country")
    shuffled = controls.shuffled(targets)
    nothing = sweep(layers(targets, [20]), shuffled, folds, 3, GRID)
    assert nothing.best.scores.r2.interval.low <= 0
    assert nothing.levels_at is None


def test_noise_is_called_a_map_no_more_often_than_the_level_says():
    """Two-sided 95 % intervals of R2 out of sample, where the states hold nothing."""
    false = 0
    trials = 120
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        targets = Targets(("a",), rng.standard_normal((60, 1)))
        states = rng.standard_normal((60, 8))
        folds = split.by_group(groups(60))
        found, _ = out_of_fold(states, targets, folds, GRID[2:])
        false += r2(found, Resamples(folds.group, draws=400, seed=seed)).interval.low > 0
    # Above 7 of 120 would be a chance of less than 1 in 50 at the nominal 2.5 %.
    assert false <= 7


def test_the_same_call_gives_the_same_numbers_and_they_are_json():
    targets = places(60)
    folds = split.by_entity(60)
    one, two = (sweep(layers(targets, [1, 2]), targets, folds, 1, GRID) for _ in range(2))
    assert one.record() == two.record()
    assert json.loads(json.dumps(one.record()))["layers"][1]["scores"]["km"]["value"] > 0
    assert one.record()["best"] == 1


def test_only_the_marked_part_is_predicted():
    targets = places(100)
    folds = split.held_out([k % 4 == 0 for k in range(100)])
    found = sweep(layers(targets, [5]), targets, folds, 1, GRID)
    assert found.entities == 25
    np.testing.assert_array_equal(found.at(0).truth, targets.values[::4])


def test_what_does_not_fit_is_refused():
    targets, folds = places(60), split.by_entity(60)
    with pytest.raises(BadInput, match="the split is of 61 entities and the targets of 60"):
        sweep(layers(targets, [1]), targets, split.by_entity(61), 1)
    with pytest.raises(BadInput, match="layer 4 have shape"):
        sweep([(4, np.zeros((59, 3)))], targets, folds, 4)
    with pytest.raises(BadInput, match="no layer to probe"):
        sweep([], targets, folds, 4)


def test_shuffling_within_groups_keeps_what_the_group_tells():
    targets, named = places(100), groups(100)
    within = controls.shuffled(targets, groups=named)
    assert (within.values != targets.values).any()
    for name in set(named):
        rows = [k for k, group in enumerate(named) if group == name]
        assert sorted(map(tuple, within.values[rows])) == sorted(map(tuple, targets.values[rows]))
    across = controls.shuffled(targets)
    assert sorted(map(tuple, across.values)) == sorted(map(tuple, targets.values))


def test_controls_stand_beside_a_sweep():
    targets, folds = places(), split.by_entity(200)
    states = dict(layers(targets, [0, 20]))
    found = sweep(states.items(), targets, folds, 1, GRID)
    noise = np.random.default_rng(3).standard_normal(states[1].shape)
    beside = controls.beside(found, states[1], targets, folds, states[0], noise, GRID)
    assert set(beside) == {"shuffled", "directions", "embeddings", "untrained"}
    assert beside["embeddings"].best.layer == 0
    for name in ("shuffled", "embeddings", "untrained"):
        assert beside[name].best.scores.r2.interval.low <= 0
    # Two directions of so clear a plane hold much of it, if by chance.
    assert beside["directions"].best.r2 < found.best.r2


def test_an_mlp_finds_what_is_bent_and_a_ridge_does_not():
    rng = np.random.default_rng(0)
    states = rng.standard_normal((300, 4))
    targets = Targets(("bent",), np.abs(states[:, :1]))
    folds = split.by_entity(300, 2)
    bent = nonlinear.mlp(states, targets, folds, hidden=32)
    found = sweep([(0, states)], targets, folds, 1, GRID)
    assert r2(bent, found.resamples).interval.low > 0.2
    assert found.best.r2 < 0.05


def test_r2_over_principal_components_rises_when_they_hold_the_map():
    targets = places()
    folds = split.by_entity(200)
    states = dict(layers(targets, [20]))[0]
    # A louder direction that says nothing comes first.
    states[:, 0] += 1000 * np.random.default_rng(2).standard_normal(200)
    draws = Resamples(folds.group)
    curve = dict(nonlinear.pca_curve(states, targets, folds, [3, 1, WIDTH], draws, GRID))
    assert list(curve) == [1, 3, WIDTH]
    assert curve[1].value < 0.1
    assert curve[3].value > 0.9
    whole = sweep([(0, states)], targets, folds, 1, GRID)
    assert curve[WIDTH].value == pytest.approx(whole.best.r2, abs=1e-3)
    with pytest.raises(BadInput, match="between 1 and 24"):
        nonlinear.pca_curve(states, targets, folds, [25], draws)


@pytest.mark.shared
def test_real_places_are_not_read_off_noise(shared):
    import csv

    with (shared / "world_models" / "world_place.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[:1500]
    values = np.array([[float(row["latitude"]), float(row["longitude"])] for row in rows])
    targets = Targets(("lat", "lon"), values)
    folds = split.by_group([row["country"] for row in rows], by="country")
    noise = np.random.default_rng(0).standard_normal((len(rows), 32))
    found = sweep([(1, noise)], targets, folds, 1, GRID).best.scores
    assert found.r2.interval.low <= 0
    assert abs(found.r2.value) < 0.05
    # The mean place of other countries is thousands of km from most places of the world.
    assert 3000 < found.km.value < 12000
