"""How well scores tell one class from the other: AUC and balanced accuracy, with intervals.

Every fold has a probe of its own, and probes differ in their offset, which leans against the labels
that they are tested on; so only items of one fold are compared with each other.

Shapes: N items, M labellings.
"""

import numpy as np

from astrolabe.inside.probes.resample import Estimate, Resamples


def auc(scores: np.ndarray, labels: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Share of pairs of one fold, an item of each class, of which the one of class 1 scores higher;
    ties count half. 0.5 where there is no pair. [M].

    Args:
        scores: [N, M].
        labels: [N, M].
        fold: Which probe scored the item, [N].
    """
    from scipy.stats import rankdata

    won, pairs = np.zeros(labels.shape[1]), np.zeros(labels.shape[1])
    for number in np.unique(fold):
        here = fold == number
        truth = labels[here].astype(bool)
        ones = truth.sum(axis=0)
        ranks = rankdata(scores[here], axis=0)
        won += np.where(truth, ranks, 0).sum(axis=0) - ones * (ones + 1) / 2
        pairs += ones * (len(truth) - ones)
    return np.where(pairs > 0, won / np.maximum(pairs, 1), 0.5)


def auc_draws(
    scores: np.ndarray, labels: np.ndarray, fold: np.ndarray, resamples: Resamples
) -> np.ndarray:
    """`auc` of one labelling in each draw of groups, [draws].

    Args:
        scores: [N].
        labels: [N].
    """
    won, pairs = 0.0, 0.0
    for number in np.unique(fold):
        ones = np.flatnonzero((fold == number) & (labels > 0))
        others = np.flatnonzero((fold == number) & (labels == 0))
        ahead = np.sign(scores[ones, None] - scores[None, others]) / 2 + 0.5
        of_ones = resamples.counts[:, resamples.group[ones]].astype(float)
        of_others = resamples.counts[:, resamples.group[others]].astype(float)
        won = won + ((of_ones @ ahead) * of_others).sum(axis=1)
        pairs = pairs + of_ones.sum(axis=1) * of_others.sum(axis=1)
    return np.where(pairs > 0, won / np.maximum(pairs, 1), 0.5)


def auc_estimate(
    scores: np.ndarray, labels: np.ndarray, fold: np.ndarray, resamples: Resamples
) -> Estimate:
    """`auc` of one labelling, [N] each, with its interval."""
    value = float(auc(scores[:, None], labels[:, None], fold)[0])
    return Estimate(value, resamples.interval(auc_draws(scores, labels, fold, resamples)))


def auc_ahead(
    scores: np.ndarray,
    others: np.ndarray,
    labels: np.ndarray,
    fold: np.ndarray,
    resamples: Resamples,
) -> Estimate:
    """AUC of some scores less that of others, [N] each, paired by the same draws."""
    both = np.stack([scores, others], axis=1)
    own, other = auc(both, np.stack([labels, labels], axis=1), fold)
    drawn = auc_draws(scores, labels, fold, resamples) - auc_draws(others, labels, fold, resamples)
    return Estimate(float(own - other), resamples.interval(drawn))


def balanced_accuracy(scores: np.ndarray, labels: np.ndarray, resamples: Resamples) -> Estimate:
    """Mean of the shares of class 1 that score above 0 and of class 0 that do not.

    Args:
        scores: [N].
        labels: [N], with both classes.
    """
    ones, above = labels > 0, scores > 0
    counted = np.stack([ones & above, ones, ~ones & ~above, ~ones], axis=1).astype(float)
    hits, all_ones, passes, others = resamples.sums(counted).T
    drawn = (hits / np.maximum(all_ones, 1) + passes / np.maximum(others, 1)) / 2
    hit, one, passed, other = counted.sum(axis=0)
    return Estimate(float((hit / one + passed / other) / 2), resamples.interval(drawn))
