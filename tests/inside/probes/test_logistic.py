"""The logistic probe, against scikit-learn; AUC, against pairs counted one by one."""

from itertools import product

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from astrolabe.inside.probes.discrimination import (
    auc,
    auc_ahead,
    auc_draws,
    auc_estimate,
    balanced_accuracy,
)
from astrolabe.inside.probes.logistic import PENALTIES, fit, out_of_fold, reduced
from astrolabe.inside.probes.resample import Resamples
from astrolabe.inside.probes.split import by_group

GROUPS = [f"s{place % 8}" for place in range(160)]


def planted(seed: int = 0, width: int = 12) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    states = rng.standard_normal((160, width)) * np.exp(-2 * np.arange(width) / width) + 3
    odds = 2 * (states[:, 0] - 3)
    return states, (rng.random(160) < 1 / (1 + np.exp(-odds))).astype(float)


@pytest.mark.parametrize("penalty", PENALTIES)
def test_a_fit_is_that_of_scikit_learn(penalty: float) -> None:
    states, labels = planted()
    states = reduced(states).astype(float) + 0.5  # an intercept that is not at rest
    both = np.stack([labels, 1 - labels, np.arange(160) % 7 == 0], axis=1)
    weights, intercept = fit(states, both, penalty)
    for column in range(both.shape[1]):
        theirs = LogisticRegression(C=1 / (160 * penalty), tol=1e-10, max_iter=10_000)
        theirs.fit(states, both[:, column])
        ours = states @ weights[:, column] + intercept[column]
        assert ours == pytest.approx(theirs.decision_function(states), abs=0.02)


@pytest.mark.parametrize("width", [12, 300])
def test_turning_keeps_distances_and_constants_are_left_out(width: int) -> None:
    states, _ = planted(width=width)
    states = np.hstack([states, np.full((160, 3), 7.0)])
    turned = reduced(states, directions=300)
    standard = (states - states.mean(0))[:, :width] / states.std(0)[:width] / np.sqrt(width)
    assert turned @ turned.T == pytest.approx(standard @ standard.T, abs=1e-5)
    assert reduced(states, directions=5).shape == (160, 5)
    assert not reduced(states[:, width:]).any()


def test_a_probe_never_sees_the_group_that_it_predicts() -> None:
    states, labels = planted()
    folds = by_group(GROUPS, 4)
    before = out_of_fold(reduced(states), labels[:, None], folds)
    here = folds.fold == 2
    turned = np.where(here, 1 - labels, labels)
    after = out_of_fold(reduced(states), turned[:, None], folds)
    assert np.array_equal(before[here], after[here])
    assert not np.array_equal(before[~here], after[~here])


def test_labellings_together_are_those_one_by_one() -> None:
    states, labels = planted()
    other = planted(1)[1]
    folds = by_group(GROUPS, 4)
    together = out_of_fold(reduced(states), np.stack([labels, other], axis=1), folds)
    for column, alone in enumerate((labels, other)):
        single = out_of_fold(reduced(states), alone[:, None], folds)
        assert together[:, [column]] == pytest.approx(single, abs=0.02)


def test_auc_counts_pairs_of_one_fold() -> None:
    rng = np.random.default_rng(3)
    scores, labels = rng.integers(0, 5, (40, 1)).astype(float), rng.integers(0, 2, (40, 1))
    fold = np.arange(40) % 3
    won = [
        (scores[one, 0] > scores[other, 0]) + (scores[one, 0] == scores[other, 0]) / 2
        for one, other in product(range(40), repeat=2)
        if fold[one] == fold[other] and labels[one, 0] > labels[other, 0]
    ]
    assert auc(scores, labels, fold) == pytest.approx(np.mean(won))
    alone = np.zeros(40)
    assert auc(scores, labels, alone) == pytest.approx(roc_auc_score(labels, scores))


def test_draws_weigh_items_as_often_as_their_group_was_drawn() -> None:
    states, labels = planted()
    scores, fold = states[:, 0], np.zeros(160)
    resamples = Resamples(np.array(GROUPS), draws=20)
    drawn = auc_draws(scores, labels, fold, resamples)
    for draw in range(20):
        weights = resamples.counts[draw, resamples.group]
        expected = roc_auc_score(labels, scores, sample_weight=weights)
        assert drawn[draw] == pytest.approx(expected)
    ahead = auc_ahead(scores, -scores, labels, fold, resamples)
    assert ahead.value == pytest.approx(2 * roc_auc_score(labels, scores) - 1)
    found = auc_estimate(scores, labels, fold, resamples)
    assert found.interval.low < found.value < found.interval.high


def test_balanced_accuracy_is_that_of_scikit_learn() -> None:
    states, labels = planted()
    scores = states[:, 0] - 3.4
    found = balanced_accuracy(scores, labels, Resamples(np.array(GROUPS)))
    assert found.value == pytest.approx(balanced_accuracy_score(labels, scores > 0))
    assert found.interval.low < found.value < found.interval.high
