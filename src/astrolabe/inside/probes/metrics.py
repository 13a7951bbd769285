"""How good predictions are that were made out of sample, each number with an interval.

Shapes: N entities that are predicted, T targets.
"""

from dataclasses import dataclass

import numpy as np

from astrolabe.inside.probes.resample import Estimate, Resamples
from astrolabe.inside.probes.targets import coordinates

EARTH_RADIUS_KM = 6371.0
"""Mean radius."""

_PAIRS = 2_000_000
"""Pairs of entities whose distances are held at once."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """What probes said of entities that they were not fitted on.

    Attributes:
        names: Of the targets, T.
        entity: Which entities, as rows of the targets; [N].
        group: The group of each, [N].
        truth: [N, T].
        predicted: [N, T].
        baseline: Mean of the training targets of the probe that predicted the entity, [N, T].
    """

    names: tuple[str, ...]
    entity: np.ndarray
    group: np.ndarray
    truth: np.ndarray
    predicted: np.ndarray
    baseline: np.ndarray

    @property
    def lat_lon(self) -> tuple[np.ndarray, np.ndarray] | None:
        """True and predicted latitude and longitude, [N, 2] each, if they are targets."""
        columns = coordinates(self.names)
        return None if columns is None else (self.truth[:, columns], self.predicted[:, columns])


@dataclass(frozen=True)
class Scores:
    """All that is measured of one probe.

    Attributes:
        r2: Mean of `r2_each`.
        r2_each: By target; see `r2_draws`.
        spearman: Rank correlation of truth and prediction, by target; 0 where predictions are all
            the same.
        error: Mean absolute error in the target's units (years, degrees), by target.
        km: Mean great-circle distance, if latitude and longitude are targets.
        proximity: Proximity error; see `proximity`.
    """

    r2: Estimate
    r2_each: tuple[Estimate, ...]
    spearman: tuple[Estimate, ...]
    error: tuple[Estimate, ...]
    km: Estimate | None
    proximity: Estimate


def score(predictions: Predictions, resamples: Resamples) -> Scores:
    """Everything, with intervals from the same draws."""
    each, drawn = r2_each(predictions), r2_draws(predictions, resamples)
    apart = np.abs(predictions.truth - predictions.predicted)
    places = predictions.lat_lon
    return Scores(
        r2=r2(predictions, resamples),
        r2_each=tuple(
            Estimate(float(value), resamples.interval(draws))
            for value, draws in zip(each, drawn.T, strict=True)
        ),
        spearman=tuple(
            _spearman(truth, predicted, resamples)
            for truth, predicted in zip(predictions.truth.T, predictions.predicted.T, strict=True)
        ),
        error=tuple(resamples.mean(column) for column in apart.T),
        km=None if places is None else resamples.mean(haversine(*places)),
        proximity=proximity(predictions, resamples),
    )


def r2(predictions: Predictions, resamples: Resamples) -> Estimate:
    """R2 out of sample, as the mean over targets."""
    drawn = r2_draws(predictions, resamples).mean(axis=1)
    return Estimate(float(r2_each(predictions).mean()), resamples.interval(drawn))


def r2_each(predictions: Predictions) -> np.ndarray:
    """R2 out of sample by target, [T]; see `r2_draws`."""
    residual, total = _squares(predictions)
    return np.asarray(1 - residual.sum(axis=0) / total.sum(axis=0))


def r2_draws(predictions: Predictions, resamples: Resamples) -> np.ndarray:
    """1 - sum of squared errors / sum of squared errors of the baseline, by draw; [draws, T].

    The baseline is the mean of the training targets, so that a probe that says nothing else scores
    exactly 0 even where whole regions are held out (Campbell & Thompson 2008, Review of Financial
    Studies 21). scikit-learn's `r2_score`, which is published, takes the test entities' own mean:
    on a random split the same within 1 / N, on held-out regions lower.
    """
    residual, total = _squares(predictions)
    width = residual.shape[1]
    sums = resamples.sums(np.concatenate([residual, total], axis=1))
    return np.asarray(1 - sums[:, :width] / sums[:, width:])


def _squares(predictions: Predictions) -> tuple[np.ndarray, np.ndarray]:
    truth = predictions.truth
    return (truth - predictions.predicted) ** 2, (truth - predictions.baseline) ** 2


def haversine(truth: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Great-circle distance in km between points [..., (latitude, longitude)] in degrees.

    Predictions beyond a pole or the date line mean the point that one gets to by going on.
    """
    half = np.radians(np.asarray(truth) - np.asarray(predicted)) / 2
    cosines = np.cos(np.radians(truth)[..., 0]) * np.cos(np.radians(predicted)[..., 0])
    chord = np.sin(half[..., 0]) ** 2 + cosines * np.sin(half[..., 1]) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1))))


def proximity(predictions: Predictions, resamples: Resamples) -> Estimate:
    """Proximity error: how often another entity is predicted nearer to where one really is.

    For each entity, the share of all N whose prediction is nearer to its true place than its own
    prediction is; the mean of these shares. 0 is perfect, 0.5 chance. Distance is along the globe
    for latitude and longitude, else straight in the targets' units (Gurnee & Tegmark 2024, section
    3.4).

    Every pair counts, so the interval resamples what the statistic is to first order: an entity's
    share as a target plus its share as the one predicted too near (Hajek's projection).
    """
    places = predictions.lat_lon
    if places is not None and len(predictions.names) == 2:
        truth, predicted = _on_sphere(places[0]), _on_sphere(places[1])
    else:
        truth, predicted = predictions.truth, predictions.predicted
    as_target, as_other = _nearer(truth, predicted)
    share = as_target.mean()
    return Estimate(float(share), resamples.mean(as_target + as_other - share).interval)


def _nearer(truth: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Share of predictions nearer to each truth than its own, and how often each was; [N] each."""
    from scipy.spatial.distance import cdist

    count = len(truth)
    own = ((truth - predicted) ** 2).sum(axis=1)
    as_target, as_other = np.empty(count), np.zeros(count)
    step = max(1, _PAIRS // count)
    for start in range(0, count, step):
        rows = slice(start, start + step)
        nearer = cdist(truth[rows], predicted, "sqeuclidean") < own[rows, None]
        # Its own distance, computed another way, must not count as nearer than itself.
        nearer[np.arange(len(nearer)), np.arange(start, start + len(nearer))] = False
        as_target[rows] = nearer.mean(axis=1)
        as_other += nearer.sum(axis=0)
    return as_target, as_other / count


def _on_sphere(degrees: np.ndarray) -> np.ndarray:
    """Points [N, (latitude, longitude)] as unit vectors [N, 3]: a chord grows with its arc."""
    lat, lon = np.radians(degrees).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _spearman(truth: np.ndarray, predicted: np.ndarray, resamples: Resamples) -> Estimate:
    """Spearman's rank correlation; ties share their mean rank, in each draw anew."""
    places = [np.unique(values, return_inverse=True)[1] for values in (truth, predicted)]
    once = _rank_correlation(places[0], places[1], np.ones((1, len(truth))))
    drawn = [_rank_correlation(places[0], places[1], part) for part in resamples.weights()]
    return Estimate(float(once[0]), resamples.interval(np.concatenate(drawn)))


def _rank_correlation(first: np.ndarray, second: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Pearson's correlation of weighted mid-ranks; 0 where one side has no variance.

    Args:
        first: Place of each entity among the distinct values of one side, [N].
        second: Of the other, [N].
        weights: How often each entity counts, by draw, [draws, N].

    Returns:
        [draws].
    """
    a, b = _mid_ranks(first, weights), _mid_ranks(second, weights)
    spread = (weights * a**2).sum(axis=1) * (weights * b**2).sum(axis=1)
    joint = (weights * a * b).sum(axis=1)
    return np.where(spread > 0, joint / np.sqrt(np.where(spread > 0, spread, 1)), 0.0)


def _mid_ranks(place: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Weighted ranks, less their mean in each draw; [draws, N]."""
    order = np.argsort(place, kind="stable")
    last = np.append(np.flatnonzero(np.diff(place[order])), len(place) - 1)
    upto = np.cumsum(weights[:, order], axis=1)[:, last]
    ranks = (upto - np.diff(upto, axis=1, prepend=0) / 2)[:, place]
    mean = (ranks * weights).sum(axis=1) / weights.sum(axis=1)
    return np.asarray(ranks - mean[:, None])
