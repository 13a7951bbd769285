import math

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.metrics import r2_score

from astrolabe.inside.probes import metrics
from astrolabe.inside.probes.metrics import Predictions
from astrolabe.inside.probes.resample import Resamples


def made(truth, predicted, names=("a", "b"), group=None, baseline=None):
    truth = np.asarray(truth, float).reshape(-1, len(names))
    group = np.arange(len(truth)) if group is None else group
    if baseline is None:
        baseline = np.broadcast_to(truth.mean(axis=0), truth.shape)
    predicted = np.asarray(predicted, float).reshape(truth.shape)
    return Predictions(names, np.arange(len(truth)), group, truth, predicted, baseline)


def drawn(entities=60, noise=1.0, seed=0):
    rng = np.random.default_rng(seed)
    truth = rng.standard_normal((entities, 2)) * [1, 9]
    return truth, truth + noise * rng.standard_normal((entities, 2)) * [1, 9]


def test_distances_are_those_of_the_globe():
    # One degree of the equator, a quarter and a half of a great circle, in a 6371 km globe.
    degree = 2 * math.pi * 6371 / 360
    pairs = [
        ((0, 0), (0, 1), degree),
        ((60, 0), (61, 0), degree),
        ((0, 0), (90, 77), 90 * degree),
        ((0, 179), (0, -179), 2 * degree),
        ((10, 20), (-10, -160), 180 * degree),
        # Beyond the pole: 95 north is 85 north on the other side.
        ((85, 180), (95, 0), 0.0),
        # Paris to Tokyo, 9712 km along the globe by public calculators.
        ((48.8566, 2.3522), (35.6762, 139.6503), 9712),
    ]
    first, second, wanted = (np.array(side, float) for side in zip(*pairs, strict=True))
    np.testing.assert_allclose(metrics.haversine(first, second), wanted, atol=1)


def test_coordinates_are_known_by_name_not_by_place():
    # At 60 north a degree of longitude is half as far as one of latitude.
    lat_first = made([[60, 10]], [[60, 12]], ("lat", "lon"))
    lon_first = made([[10, 60]], [[12, 60]], ("lon", "lat"))
    for one in (lat_first, lon_first):
        assert metrics.haversine(*one.lat_lon)[0] == pytest.approx(111.2, abs=0.1)
    assert made([[60, 10]], [[60, 12]], ("lat", "year")).lat_lon is None


def test_scores_equal_the_libraries():
    truth, predicted = drawn()
    one = made(truth, predicted)
    scores = metrics.score(one, Resamples(one.group))
    assert scores.r2.value == pytest.approx(r2_score(truth, predicted))
    for k in range(2):
        assert scores.r2_each[k].value == pytest.approx(r2_score(truth[:, k], predicted[:, k]))
        wanted = spearmanr(truth[:, k], predicted[:, k]).statistic
        assert scores.spearman[k].value == pytest.approx(wanted)
        assert scores.error[k].value == pytest.approx(np.abs(truth - predicted)[:, k].mean())
    assert scores.km is None


def test_a_draws_rank_correlation_is_that_of_the_drawn_rows():
    truth, predicted = np.round(drawn()).astype(int)[:, :, 0]
    places = [np.unique(side, return_inverse=True)[1] for side in (truth, predicted)]
    weights = np.random.default_rng(1).integers(0, 4, (3, len(truth)))
    found = metrics._rank_correlation(*places, weights.astype(float))
    for drawn_often, one in zip(weights, found, strict=True):
        rows = np.repeat(np.arange(len(truth)), drawn_often)
        assert one == pytest.approx(spearmanr(truth[rows], predicted[rows]).statistic)


def test_predicting_the_training_mean_scores_exactly_0_on_held_out_groups():
    truth, _ = drawn()
    baseline = np.where(np.arange(60)[:, None] < 30, truth[30:].mean(axis=0), truth[:30].mean())
    one = made(truth, baseline, baseline=baseline)
    scores = metrics.score(one, Resamples(one.group))
    assert scores.r2.value == 0
    assert scores.r2.interval.low == scores.r2.interval.high == 0
    assert r2_score(truth, baseline) < 0


def test_a_constant_prediction_has_no_order():
    truth, _ = drawn()
    one = made(truth, np.zeros_like(truth))
    found = metrics.score(one, Resamples(one.group)).spearman[0]
    assert (found.value, found.interval.low, found.interval.high) == (0, 0, 0)


@pytest.mark.parametrize("names", [("lat", "lon"), ("a", "b"), ("year",)])
def test_proximity_error_is_the_share_of_predictions_nearer_to_the_truth(names):
    truth, predicted = (side[:, : len(names)] for side in drawn(40))

    def apart(one, two):
        if names == ("lat", "lon"):
            return metrics.haversine(one, two)
        return np.linalg.norm(one - two)

    shares = [
        np.mean([apart(truth[i], predicted[j]) < apart(truth[i], predicted[i]) for j in range(40)])
        for i in range(40)
    ]
    one = made(truth, predicted, names)
    found = metrics.proximity(one, Resamples(one.group))
    assert found.value == pytest.approx(np.mean(shares))
    assert found.interval.low < found.value < found.interval.high


def test_proximity_error_of_perfect_and_of_random_predictions():
    truth, _ = drawn(400)
    one = made(truth, truth)
    assert metrics.proximity(one, Resamples(one.group)).value == 0
    other = made(truth, drawn(400, seed=5)[0])
    assert metrics.proximity(other, Resamples(other.group)).value == pytest.approx(0.5, abs=0.05)


def test_intervals_cover_at_their_level():
    """A known predictor of y = x + noise in 20 groups with effects of their own: R2 is 0.75."""
    held = {"r2": 0, "spread": 0}
    trials, groups, size = 200, 20, 6
    for seed in range(trials):
        rng = np.random.default_rng(seed)
        group = np.repeat(np.arange(groups), size)
        shared = rng.standard_normal(groups)[group] * math.sqrt(0.125)
        x = rng.standard_normal(groups * size) * math.sqrt(0.75)
        y = x + shared + rng.standard_normal(groups * size) * math.sqrt(0.125)
        one = made(y, x, ("y",), group, np.zeros((groups * size, 1)))
        found = metrics.r2(one, Resamples(group, draws=400, seed=seed)).interval
        held["r2"] += found.low <= 0.75 <= found.high
        narrow = metrics.r2(one, Resamples(np.arange(len(y)), draws=400, seed=seed)).interval
        held["spread"] += found.high - found.low > narrow.high - narrow.low
    # Three standard errors of a share of 0.95 in 200 are 0.046.
    assert held["r2"] / trials >= 0.95 - 0.046
    # Rows of a group are alike, so that resampling rows promises more than there is.
    assert held["spread"] / trials > 0.6
