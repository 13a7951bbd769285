"""The instrument of statistics on answers whose truth is known, right ones and wrong ones."""

import random
from dataclasses import replace

import pytest

from astrolabe.calibration import (
    statistics,
)
from tests.calibration.made_up import verdicts


def test_studies_without_effect_seldom_decide_and_their_intervals_hold_zero() -> None:
    studies = [statistics.null_study(random.Random(seed)) for seed in range(4)]
    assert all(len(study) == statistics.COMPARISONS for study in studies)
    assert set(verdicts(statistics.of_null(studies * 3)).values()) == {True}


def test_a_test_that_always_decides_fails_and_so_do_intervals_that_miss() -> None:
    (sample, *_) = statistics.null_study(random.Random(1))
    beside = replace(sample.interval, low=0.01, high=0.02)
    eager = [[replace(sample, decided=True, interval=beside)]] * 40
    assert set(verdicts(statistics.of_null(eager)).values()) == {False}


def test_a_test_that_never_decides_lacks_power(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "mcnemar", lambda gained, lost: 1.0)
    assert not any(statistics.powers())
