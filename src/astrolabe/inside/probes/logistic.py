"""Logistic probes: does a state tell one class from the other? Many labellings at once.

A test by shuffled labels fits the same states hundreds of times. The curvature of the logistic loss
is bounded by the same matrix whatever the labels (Böhning & Lindsay 1988, Annals of the Institute
of Statistical Mathematics 40), so one factorisation serves all labellings, and each step is a
matrix product.

Shapes: N items, W width of the states, D directions kept of it, M labellings.
"""

from collections.abc import Sequence

import numpy as np

from astrolabe.inside.probes.split import Folds

PENALTIES = (1e-3, 1e-2, 1e-1, 1.0)
"""For states of mean square 1: half of it times the squared weights stands beside the mean loss."""
DIRECTIONS = 128
"""Most directions of the states that a probe may use, those of most variance first."""

_INNER = 3
"""Parts of the training part, by which a penalty is chosen."""
_STEPS = 500
_SMALL = 1e-5
"""Largest gradient of the mean loss at which a fit is done."""
_CONSTANT = 1e-6
"""A column varies if it does by more than this share of the largest state."""


def reduced(states: np.ndarray, directions: int = DIRECTIONS) -> np.ndarray:
    """States [N, W] as float32 [N, D]: columns standardised, turned to their principal directions,
    and scaled so that the mean square of a row is 1 at most.

    Turning changes no ridge-penalised fit; what lies beyond D directions is left out. No label is
    seen. Columns that do not vary are left out; where none does, a single column of zeros remains.
    """
    given = np.asarray(states, dtype=np.float64)
    spread = given.std(axis=0)
    varied = spread > _CONSTANT * np.abs(given).max(initial=0.0)
    if not varied.any():
        return np.zeros((len(given), 1), dtype=np.float32)
    standard = (given[:, varied] - given[:, varied].mean(axis=0)) / spread[varied]
    if standard.shape[1] > len(standard):
        values, left = np.linalg.eigh(standard @ standard.T)
        turned = left * np.sqrt(np.maximum(values, 0.0))
    else:
        turned = standard @ np.linalg.eigh(standard.T @ standard)[1]
    # Both give eigenvalues in ascending order.
    kept = turned[:, ::-1][:, :directions]
    return np.asarray(kept / np.sqrt(standard.shape[1]), dtype=np.float32)


def fit(states: np.ndarray, labels: np.ndarray, penalty: float) -> tuple[np.ndarray, np.ndarray]:
    """Weights [D, M] and intercepts [M] that make mean log-loss + penalty / 2 · |weights|² least.

    scikit-learn's ``LogisticRegression(C=1 / (N * penalty))``. Accelerated steps on the bound, with
    restarts of each labelling by itself (O'Donoghue & Candès 2015, Foundations of Computational
    Mathematics 15).

    Args:
        states: [N, D].
        labels: 0 or 1, [N, M].
    """
    count, width = states.shape
    middle = states.mean(axis=0)
    centred = states - middle
    bound = centred.T @ centred / (4 * count) + penalty * np.eye(width, dtype=states.dtype)
    step = np.linalg.inv(bound).astype(states.dtype)
    truth = labels.astype(states.dtype)
    best = np.zeros((width + 1, truth.shape[1]), dtype=states.dtype)  # the last is the intercept
    ahead, pace = best, np.ones(truth.shape[1], dtype=states.dtype)
    for _ in range(_STEPS):
        wrong = (_share(centred @ ahead[:-1] + ahead[-1]) - truth) / count
        slope = np.vstack([centred.T @ wrong + penalty * ahead[:-1], wrong.sum(axis=0)])
        if np.abs(slope).max() < _SMALL:
            break
        new = ahead - np.vstack([step @ slope[:-1], 4 * slope[-1:]])
        moved = new - best
        pace = np.where((slope * moved).sum(axis=0) > 0, 1.0, pace).astype(states.dtype)
        quicker = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        ahead, best, pace = new + (pace - 1) / quicker * moved, new, quicker
    return ahead[:-1], ahead[-1] - middle @ ahead[:-1]


def out_of_fold(
    states: np.ndarray, labels: np.ndarray, folds: Folds, penalties: Sequence[float] = PENALTIES
) -> np.ndarray:
    """Log-odds of every item by a probe that has not seen its fold, less the log-odds of guessing
    by the share of each class: above 0 is a vote for class 1 that favours neither. [N, M].

    The penalty is chosen for each fold and labelling by log-loss within the training part, which is
    divided by the same groups.

    Args:
        states: From `reduced`, [N, D].
        labels: [N, M].
    """
    found = np.zeros(labels.shape)
    for train, test in folds.parts:
        here, truth = states[train], labels[train]
        chosen = _chosen(here, truth, folds.group[train], penalties)
        share = np.clip(truth.mean(axis=0), 0.5 / len(truth), 1 - 0.5 / len(truth))
        for place in np.unique(chosen):
            columns = np.flatnonzero(chosen == place)
            weights, intercept = fit(here, truth[:, columns], penalties[place])
            guess = np.log(share[columns] / (1 - share[columns]))
            found[np.ix_(test, columns)] = states[test] @ weights + intercept - guess
    return found


def _chosen(
    states: np.ndarray, labels: np.ndarray, groups: np.ndarray, penalties: Sequence[float]
) -> np.ndarray:
    """The place of each labelling's best penalty, [M]."""
    from sklearn.model_selection import GroupKFold

    if len(penalties) == 1:
        return np.zeros(labels.shape[1], dtype=int)
    losses = np.zeros((len(penalties), labels.shape[1]))
    for train, test in GroupKFold(_INNER).split(states, groups=groups):
        for place, penalty in enumerate(penalties):
            weights, intercept = fit(states[train], labels[train], penalty)
            odds = states[test] @ weights + intercept
            losses[place] += (np.logaddexp(0, odds) - labels[test] * odds).sum(axis=0)
    return np.asarray(losses.argmin(axis=0))


def _share(odds: np.ndarray) -> np.ndarray:
    """The logistic function."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * odds)))
