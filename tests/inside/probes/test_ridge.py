import numpy as np
import pytest
from sklearn.linear_model import Ridge as Plain
from sklearn.linear_model import RidgeCV

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import ridge

GRID = tuple(np.logspace(-2, 5, 20))
SHAPES = [(300, 40), (60, 200), (50, 50), (51, 50)]


def drawn(entities, width, seed=0, noise=40.0):
    """States with an outlying mean and spread by dimension, and two targets that lie in them."""
    rng = np.random.default_rng(seed)
    states = rng.standard_normal((entities, width)) * np.logspace(-1, 1, width) + 5
    targets = states @ rng.standard_normal((width, 2)) + noise * rng.standard_normal((entities, 2))
    return states, targets * [1, 50] + [3, 1900]


def standardised(targets):
    return (targets - targets.mean(axis=0)) / targets.std(axis=0)


@pytest.mark.parametrize(("entities", "width"), SHAPES)
@pytest.mark.parametrize("mode", ["eigen", "svd"])
def test_coefficients_and_penalty_equal_scikit_learns(entities, width, mode):
    states, targets = drawn(entities, width)
    peer = RidgeCV(alphas=GRID, gcv_mode=mode).fit(states, standardised(targets))
    found = ridge.fit(states, targets, GRID)
    assert found.penalty == peer.alpha_
    assert not found.at_edge
    np.testing.assert_allclose(found.coefficients / targets.std(axis=0), peer.coef_.T, rtol=1e-6)
    ours = (found.predict(states) - targets.mean(axis=0)) / targets.std(axis=0)
    np.testing.assert_allclose(ours, peer.predict(states), rtol=1e-6, atol=1e-9)
    assert min(found.errors) == pytest.approx(-peer.best_score_, rel=1e-6)


def test_float32_states_give_the_same_penalty_and_coefficients():
    states, targets = drawn(300, 40)
    states = states.astype(np.float32)
    found, exact = (ridge.fit(x, targets, GRID) for x in (states, states.astype(np.float64)))
    assert found.penalty == exact.penalty
    # Not the coefficients, the leave-one-out errors alone are of float32 products.
    np.testing.assert_allclose(found.coefficients, exact.coefficients, rtol=1e-9)
    np.testing.assert_allclose(found.errors, exact.errors, rtol=1e-4)


@pytest.mark.parametrize(("entities", "width"), [(25, 6), (15, 30)])
def test_leaving_one_out_equals_fitting_without_it(entities, width):
    states, targets = drawn(entities, width)
    wanted = standardised(targets)
    found = ridge.fit(states, targets, (0.1, 1.0, 100.0))
    for penalty, error in zip(found.penalties, found.errors, strict=True):
        apart = []
        for out in range(entities):
            rest = np.arange(entities) != out
            refit = Plain(alpha=penalty).fit(states[rest], wanted[rest])
            apart.append(wanted[out] - refit.predict(states[[out]])[0])
        assert error == pytest.approx(np.mean(np.square(apart)), rel=1e-8)


@pytest.mark.parametrize(("entities", "width"), [(200, 30), (40, 60)])
def test_a_validation_part_chooses_the_penalty(entities, width):
    states, targets = drawn(2 * entities, width)
    train, other = (states[:entities], targets[:entities]), (states[entities:], targets[entities:])
    found = ridge.fit(*train, GRID, validation=other)
    scale, middle = train[1].std(axis=0), train[1].mean(axis=0)
    errors = [
        np.mean(
            (Plain(alpha=a).fit(train[0], (train[1] - middle) / scale).predict(other[0])
             - (other[1] - middle) / scale) ** 2
        )
        for a in GRID
    ]  # fmt: skip
    np.testing.assert_allclose(found.errors, errors, rtol=1e-6)
    assert found.penalty == GRID[int(np.argmin(errors))]


@pytest.mark.parametrize(("entities", "width"), [(120, 20), (40, 60)])
def test_folds_together_equal_folds_one_by_one(entities, width):
    states, targets = drawn(entities, width)
    places = np.arange(entities)
    folds = [(places[places % 4 != k], places[places % 4 == k]) for k in range(4)]
    for (train, _), found in zip(folds, ridge.fit_folds(states, targets, folds, GRID), strict=True):
        alone = ridge.fit(states[train], targets[train], GRID)
        assert found.penalty == alone.penalty
        np.testing.assert_allclose(found.coefficients, alone.coefficients, rtol=1e-8)
        np.testing.assert_allclose(found.baseline, targets[train].mean(axis=0), rtol=1e-12)


def test_a_penalty_at_the_edge_is_told():
    states, targets = drawn(300, 40)
    assert ridge.fit(states, targets, (1e5, 1e6)).at_edge


@pytest.mark.parametrize("penalties", [(), (0.0, 1.0), (-1.0,), (float("nan"),)])
def test_penalties_must_be_above_zero(penalties):
    with pytest.raises(BadInput, match="above 0"):
        ridge.fit(*drawn(30, 5), penalties)


def test_a_constant_target_is_refused():
    states, targets = drawn(30, 5)
    targets[:, 1] = 7
    with pytest.raises(BadInput, match="target 1 is the same for all 30 entities"):
        ridge.fit(states, targets)
