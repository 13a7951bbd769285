"""`shots`: findings on runs made up, rates of false ones, and a real run on Polaris."""

from pathlib import Path

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.laboratory import Bench, experiment
from astrolabe.studies.outcome import said
from astrolabe.studies.shots import outcome
from astrolabe.studies.shots_cells import Cell, findings, spread
from tests.studies.made_up import made_run, null_rate_bounds

SHOTS = experiment("shots")


def cells(
    rng: np.random.Generator, rates: dict[int, float], items: int = 80, draw_sd: float = 0.0
) -> list[Cell]:
    """Three draws in two orders each; every item as likely to be right."""
    made = []
    for shots, rate in rates.items():
        draws = 3 if shots else 1
        orders = 2 if shots > 1 else 1
        shift = draw_sd * rng.standard_normal(draws)
        made.append(
            Cell(
                shots,
                tuple(
                    tuple(
                        made_run(rng.random(items) < rate + shift[draw], f"{shots}/{draw}/{order}")
                        for order in range(orders)
                    )
                    for draw in range(draws)
                ),
            )
        )
    return made


def test_a_planted_rise_is_found_and_said() -> None:
    made = cells(np.random.default_rng(0), {0: 0.3, 1: 0.35, 4: 0.7, 16: 0.9})
    found = findings(made, 0.05)
    assert [finding.outcome for finding in found][1:] == ["shown"] * 3
    told = outcome(SHOTS.setting("made-up", "mmlu"), made)
    assert "4, 16 beat none" in said(told.answer, "en")
    assert "at best" in said(told.answer, "en")
    assert len(told.runs) == 1 + 3 + 6 + 6


def test_harm_is_called_reversed() -> None:
    made = cells(np.random.default_rng(0), {0: 0.9, 4: 0.4})
    (found,) = findings(made, 0.05)
    assert found.outcome == "reversed"
    answer = outcome(SHOTS.setting("made-up", "mmlu"), made).answer
    assert said(answer, "en").startswith("Examples harm at 4")
    assert "有害" in said(answer, "zh")


def test_a_planted_spread_of_draws_is_found() -> None:
    made = cells(np.random.default_rng(3), {0: 0.5, 4: 0.5}, items=400, draw_sd=0.15)
    draws = spread(made[1]).of_accuracy(400).draws
    assert draws is not None
    assert draws > 0.05
    none = cells(np.random.default_rng(3), {0: 0.5, 4: 0.5}, items=400)
    assert (spread(none[1]).of_accuracy(400).draws or 0) < 0.03


@pytest.mark.usefixtures("only_decisions")
def test_examples_without_effect_are_decided_as_rarely_as_said() -> None:
    rng = np.random.default_rng(4)
    repetitions, false = 200, 0
    for _ in range(repetitions):
        made = cells(rng, {0: 0.5, 1: 0.5, 4: 0.5}, items=40)
        false += any(finding.decided for finding in findings(made, 0.05))
    assert 0 < false <= null_rate_bounds(repetitions)[1]


def test_on_polaris_it_runs_and_resumes(tmp_path: Path) -> None:
    setting = SHOTS.setting(
        "polaris", limit=10, knobs={"shots": (0, 1, 2, 64), "draws": 2, "orders": 2}
    )
    with Store(str(tmp_path / "runs.db")) as store:
        bench = Bench(load, store, Silent())
        told = SHOTS.conduct(setting, bench)
        again = SHOTS.conduct(setting, bench)
    assert told == again
    assert len(told.runs) == len(set(told.runs)) == 1 + 2 + 4
    assert any("64" in said(note, "en") for note in told.notes)
    assert told.record["setting"]["knobs"]["draws"] == 2


@pytest.mark.parametrize("counts", [(1, 2), (0,), (0, 50)])
def test_numbers_that_cannot_be_compared_are_refused(counts: tuple[int, ...]) -> None:
    bench = Bench(load, None, Silent())  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="--shots"):
        SHOTS.conduct(SHOTS.setting("polaris", knobs={"shots": counts}), bench)
