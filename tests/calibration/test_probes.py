"""The instrument of probes: what it plants is there, and a probe that reads nothing fails."""

from pathlib import Path

import numpy as np

from astrolabe.calibration import probes
from astrolabe.calibration.probes import PLANTED, made_up
from astrolabe.models.local import load
from tests.calibration.made_up import bench, verdicts


def test_the_planted_share_is_in_the_states() -> None:
    states, targets = made_up()
    # By least squares on all entities, with nothing of the probes.
    design = np.column_stack([states, np.ones(len(states))])
    left = targets.values - design @ np.linalg.lstsq(design, targets.values, rcond=None)[0]
    share = 1 - (left**2).sum() / ((targets.values - targets.values.mean(axis=0)) ** 2).sum()
    assert abs(share - PLANTED) < 0.02


def test_polaris_holds_what_it_was_taught_and_noise_does_not(tmp_path: Path) -> None:
    desk = bench(load("polaris"), tmp_path)
    assert set(verdicts(probes.read(desk)).values()) == {True}


def test_states_that_hold_nothing_fail_where_polaris_was_taught(monkeypatch, tmp_path) -> None:
    rng = np.random.default_rng(0)
    monkeypatch.setattr(
        probes,
        "polaris_states",
        lambda _model, entities: [rng.standard_normal((len(entities), 32)) for _ in range(3)],
    )
    found = verdicts(probes.read(bench(None, tmp_path)))  # type: ignore[arg-type]
    assert found["R2: Polaris' places"] is False
    assert found["R2: Polaris' years"] is False
    assert found["R2: made-up map"] is True
