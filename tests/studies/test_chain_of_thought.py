"""`chain-of-thought`: findings on runs made up, rates of false ones, and a real run on Polaris."""

from pathlib import Path

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.chain_of_thought import findings, outcome
from astrolabe.studies.chain_tables import NAMES, Arm, grouped
from astrolabe.studies.laboratory import Bench, experiment
from astrolabe.studies.outcome import said
from tests.conftest import MakeFolder
from tests.studies.made_up import made_run, null_rate_bounds

CHAINS = experiment("chain-of-thought")


def made(rng: np.random.Generator, items: int, **rates: float) -> dict[Arm, Run]:
    """Runs of every arm, each item as likely to be right as the arm's rate says."""
    return {
        arm: made_run(rng.random(items) < rates.get(arm.replace("-", "_"), 0.5), arm)
        for arm in NAMES
    }


def taken(items: int) -> dict[str, int]:
    """One to four steps, in turn."""
    return {f"i{place}": place % 4 + 1 for place in range(items)}


def test_what_was_planted_is_found_and_said() -> None:
    rates = {"direct": 0.2, "worked": 0.8, "shuffled": 0.8, "wrong": 0.2, "vote": 0.8}
    runs = made(np.random.default_rng(0), 160, **rates, zero_shot=0.1, trigger=0.6)
    told = outcome(CHAINS.setting("made-up"), runs, taken(160))
    assert [one.outcome for one in told.findings] == [
        "shown",
        "shown",
        "shown",
        "not decided",
        "shown",
        "shown",
        "not decided",
        "not decided",
    ]
    assert said(told.answer, "en").startswith("Writing out the steps raises accuracy from ")
    assert "; shuffled chains are not shown to do otherwise; wrong chains change that by -" in said(
        told.answer, "en"
    )
    assert "写出步骤使正确率由" in said(told.answer, "zh")
    assert [chart.name for chart in told.charts] == ["steps", "conditions"]
    assert {mark.x for mark in told.charts[0].rows} == {"1", "2", "3", "4"}
    assert len(told.charts[0].rows) == 4 * len(NAMES)
    assert [len(table.rows) for table in told.tables] == [7, 7]
    assert len(told.runs) == 7
    # Runs that were made up have no prompts that could differ.
    assert "Nothing was shuffled" in said(told.notes[-1], "en")
    assert {0.0 <= row["2"] <= 1.0 for row in told.tables[1].rows} == {True}
    assert "1: 40, 2: 40, 3: 40, 4: 40" in said(told.tables[1].note or "", "en")


def test_problems_of_several_steps_are_compared_by_themselves() -> None:
    # Worked solutions help with the second half of the items alone.
    half = np.arange(80) < 40
    runs = {arm: made_run(half, arm) for arm in NAMES}
    runs["worked"] = made_run(np.ones(80, bool), "worked")
    steps = {f"i{place}": 1 if place < 40 else 3 for place in range(80)}
    found = findings(runs, steps, 0.05)
    assert [one.estimate for one in found[:2]] == [0.5, 1.0]
    assert len(found) == 8
    everything_hard = outcome(CHAINS.setting("made-up"), runs, dict.fromkeys(steps, 3))
    assert len(everything_hard.findings) == 7
    assert "all items, or none" in said(everything_hard.notes[-1], "en")
    unknown = outcome(CHAINS.setting("made-up"), runs, {})
    assert [chart.name for chart in unknown.charts] == ["conditions"]
    assert "nobody says" in said(unknown.notes[-1], "en")


def test_numbers_of_steps_with_few_items_stand_together() -> None:
    runs = {arm: made_run(np.ones(50, bool), arm) for arm in NAMES}
    numbers = [1] * 3 + [2] * 12 + [3] * 20 + [4] * 10 + [7] * 5
    names = [f"i{place}" for place in range(50)]
    groups = grouped(runs, dict(zip(names, numbers, strict=True)))
    assert {name: len(ids) for name, ids in groups.items()} == {"1-2": 15, "3": 20, "4-7": 15}
    assert grouped(runs, dict.fromkeys(names[:4], 2)) == {"2": frozenset(names[:4])}


@pytest.mark.usefixtures("only_decisions")
def test_where_nothing_helps_that_is_said_as_rarely_as_promised() -> None:
    rng = np.random.default_rng(1)
    repetitions, false = 250, 0
    for _ in range(repetitions):
        found = findings(made(rng, 60), taken(60), 0.05)
        false += any(one.decided for one in found)
    assert 0 < false <= null_rate_bounds(repetitions)[1]


def test_on_polaris_it_runs_and_asks_what_it_says(tmp_path: Path) -> None:
    with Store(str(tmp_path / "runs.db")) as store:
        knobs = {"shots": 3, "samples": 2, "tokens": 16}
        setting = CHAINS.setting("polaris", limit=3, seed=2, knobs=knobs)
        told = CHAINS.conduct(setting, Bench(load, store, Silent()))
    asked = list(told.record["runs"].values())
    assert len(asked) == 7
    assert [one["reasoning"] for one in asked] == ["none", *["worked"] * 4, "none", "trigger"]
    assert [one["chains"] for one in asked[1:5]] == ["gold", "shuffled", "wrong", "gold"]
    assert [one["shots"] for one in asked] == [3] * 5 + [0] * 2
    assert {one["draw_seed"] for one in asked[:5]} == {2}
    assert (asked[4]["samples"], asked[4]["decoding"]["temperature"]) == (2, 0.7)
    assert told.record["rule"] == "number-lenient"
    assert not any("Nothing was shuffled" in said(note, "en") for note in told.notes)


def test_of_a_model_with_random_weights_nothing_is_said(
    tmp_path: Path, model_folder: MakeFolder
) -> None:
    model = str(model_folder("qwen2", max_position_embeddings=4096))
    with Store(str(tmp_path / "runs.db")) as store:
        knobs = {"shots": 2, "samples": 2, "tokens": 4, "language": "zh"}
        setting = CHAINS.setting(model, limit=4, knobs=knobs)
        told = CHAINS.conduct(setting, Bench(load, store, Silent()))
    # There is no Chinese form of lm-eval's protocol.
    assert {one["recipe"] for one in told.record["runs"].values()} == {"official"}
    assert not any(one.decided for one in told.findings)
    assert said(told.answer, "en").startswith("Worked exemplars are not shown to change accuracy")


def test_what_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with Store(str(tmp_path / "runs.db")) as store:
        bench = Bench(load, store, Silent())
        setting = CHAINS.setting("polaris", knobs={"rule": "number-lenint"})
        with pytest.raises(BadInput, match="did you mean 'number-lenient'"):
            CHAINS.conduct(setting, bench)
        with pytest.raises(BadInput, match="no rules for generated answers"):
            CHAINS.conduct(CHAINS.setting("polaris", "sentiment"), bench)
