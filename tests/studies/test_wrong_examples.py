"""`wrong-examples`: findings on runs made up, rates of false ones, and a real run on Polaris."""

from pathlib import Path

import numpy as np
import pytest

from astrolabe.core.condition import Labels
from astrolabe.core.errors import BadInput
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.laboratory import Bench, experiment
from astrolabe.studies.outcome import said
from astrolabe.studies.wrong_examples import (
    NAMES,
    OTHER,
    WRONG,
    Shown,
    findings,
    outcome,
    share_kept,
)
from tests.studies.made_up import made_run, null_rate_bounds

WRONG_EXAMPLES = experiment("wrong-examples")


def shown(
    rng: np.random.Generator,
    rates: dict[str, float],
    none: float,
    items: int = 150,
    draws: int = 1,
) -> Shown:
    """Every item as likely to be right; `rates` for each kind of examples, gold's for the rest."""
    return Shown(
        (made_run(rng.random(items) < none, "none"),),
        {
            kind: tuple(
                made_run(rng.random(items) < rates.get(kind, rates[Labels.GOLD]), f"{kind}/{draw}")
                for draw in range(draws)
            )
            for kind in NAMES
        },
    )


PLANTED = {Labels.GOLD: 0.9, Labels.RANDOM: 0.7, Labels.NONE: 0.5, OTHER: 0.3}


def test_what_was_planted_is_found_and_said() -> None:
    made = shown(np.random.default_rng(0), PLANTED, none=0.5, draws=3)
    told = outcome(WRONG_EXAMPLES.setting("made-up"), made)
    by_claim = {said(finding.claim, "en"): finding.outcome for finding in told.findings}
    assert by_claim["right examples beat none"] == "shown"
    assert by_claim["random labels beat no examples"] == "shown"
    assert by_claim["random labels do worse than right examples"] == "shown"
    assert by_claim["another task's examples beat no examples"] == "reversed"
    assert by_claim["no labels beat no examples"] == "not decided"
    assert by_claim["shuffled inputs do worse than right examples"] == "not decided"
    assert "random labels keep" in said(told.answer, "en")
    assert "随机标签保留" in said(told.answer, "zh")
    assert len(told.runs) == 1 + 5 * 3


def test_the_share_kept_is_a_ratio_of_gains_with_its_interval() -> None:
    made = shown(np.random.default_rng(1), PLANTED, none=0.5)
    kept = share_kept(made, Labels.RANDOM, 0.05)
    none, right, random = (
        sum(item.grades["rule"].credit for item in run.items)
        for run in (made.none[0], made.kinds[Labels.GOLD][0], made.kinds[Labels.RANDOM][0])
    )
    assert kept.value == pytest.approx((random - none) / (right - none))
    assert kept.interval is not None
    assert kept.interval.low < kept.value < kept.interval.high
    assert share_kept(made, Labels.GOLD, 0.05).value == 1


def test_intervals_cover_the_planted_share_as_often_as_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Fewer resamples blur the ends a little; 200 intervals are to be quick.
    monkeypatch.setattr("astrolabe.studies.wrong_examples.RESAMPLES", 1_000)
    rng = np.random.default_rng(2)
    covered = 0
    for _ in range(200):
        interval = share_kept(shown(rng, PLANTED, none=0.5), Labels.RANDOM, 0.05).interval
        assert interval is not None
        covered += interval.low <= 0.5 <= interval.high
    # 95 % of 200, within three standard deviations.
    assert 181 <= covered <= 199


def test_a_gain_that_may_be_nothing_has_no_bounded_share() -> None:
    made = shown(np.random.default_rng(3), {Labels.GOLD: 0.52}, none=0.5)
    assert share_kept(made, Labels.RANDOM, 0.05).interval is None


@pytest.mark.parametrize(
    ("gold", "en", "zh"), [(0.5, "not shown to help", "未能证明"), (0.1, "do harm", "有害")]
)
def test_where_right_examples_do_not_help_nothing_is_kept(gold: float, en: str, zh: str) -> None:
    made = shown(np.random.default_rng(4), {Labels.GOLD: gold}, none=0.5)
    told = outcome(WRONG_EXAMPLES.setting("made-up"), made)
    assert en in said(told.answer, "en")
    assert zh in said(told.answer, "zh")
    assert all(row.get("kept") is None for row in told.tables[0].rows)


@pytest.mark.usefixtures("only_decisions")
def test_examples_without_effect_are_decided_as_rarely_as_said() -> None:
    rng = np.random.default_rng(5)
    repetitions, false = 200, 0
    for _ in range(repetitions):
        made = shown(rng, {Labels.GOLD: 0.5}, none=0.5, items=60)
        false += any(finding.decided for finding in findings(made, 0.05))
    assert 0 < false <= null_rate_bounds(repetitions)[1]


@pytest.mark.parametrize("benchmark", ["sentiment", "translation"])
def test_on_polaris_it_runs_and_resumes(benchmark: str, tmp_path: Path) -> None:
    setting = WRONG_EXAMPLES.setting("polaris", benchmark, limit=4, knobs={"shots": 2, "draws": 1})
    with Store(str(tmp_path / "runs.db")) as store:
        bench = Bench(load, store, Silent())
        told = WRONG_EXAMPLES.conduct(setting, bench)
        again = WRONG_EXAMPLES.conduct(setting, bench)
        runs = {run.id: run for run in (store.run(name) for name in told.runs)}
    assert told == again
    assert len(runs) == 1 + len(WRONG) + 1
    kinds = [run.condition.labels for run in runs.values()]
    assert sorted(kinds) == sorted(["gold", "gold", "gold", "random", "shuffled-inputs", "none"])
    places = [run.record["data"]["exemplars"] for run in runs.values()]
    other = "sentiment" if benchmark == "translation" else "translation"
    assert places == [None] * 5 + [other]


def test_one_example_cannot_be_shuffled() -> None:
    bench = Bench(load, None, Silent())  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="--shots is 1"):
        WRONG_EXAMPLES.conduct(WRONG_EXAMPLES.setting("polaris", knobs={"shots": 1}), bench)
