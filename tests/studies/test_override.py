"""`override`: findings on runs made up, rates of false ones, and a real run on Polaris."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.laboratory import Bench, experiment
from astrolabe.studies.outcome import said
from astrolabe.studies.override import outcome
from astrolabe.studies.overriding import Told, findings
from tests.studies.made_up import made_run, null_rate_bounds

OVERRIDE = experiment("override")
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


def run_of(right: Sequence[bool] | np.ndarray, name: str) -> Run:
    """A run whose items are of both labels in turns."""
    made = made_run(right, name)
    items = tuple(replace(item, gold="AB"[n % 2]) for n, item in enumerate(made.items))
    return replace(made, items=items)


def told(
    rng: np.random.Generator,
    natural: dict[int, Sequence[float]],
    symbolic: dict[int, float],
    items: int = 90,
) -> list[Told]:
    """One draw; rates of the natural label by number of examples and share flipped."""
    return [
        Told(
            shots,
            {
                share: (run_of(rng.random(items) < rate, f"{shots}/{share}"),)
                for share, rate in zip(SHARES, rates, strict=True)
            },
            (run_of(rng.random(items) < symbolic[shots], f"{shots}/symbolic"),),
        )
        for shots, rates in natural.items()
    ]


SMALL = (0.9, 0.9, 0.88, 0.86, 0.85)
LARGE = (0.95, 0.9, 0.6, 0.15, 0.05)


def test_a_model_that_follows_beyond_some_number_is_told_so() -> None:
    rng = np.random.default_rng(0)
    made = told(rng, {4: SMALL, 16: LARGE}, {4: 0.5, 16: 0.95})
    said_ = outcome(OVERRIDE.setting("made-up"), made, run_of(rng.random(90) < 0.9, "alone"))
    flips4, symbolic4, flips16, symbolic16, majority = said_.findings
    assert [f.outcome for f in (flips16, symbolic16, majority)] == ["shown"] * 3
    assert symbolic4.outcome == "not decided"
    assert flips4.outcome != "reversed"
    answer = said(said_.answer, "en")
    assert "With 16 examples, all flipped, most answers follow the examples" in answer
    assert "Unrelated labels are learned from 16 examples on" in answer
    assert "多数回答跟随示例" in said(said_.answer, "zh")
    switches = {said(row["over"], "en"): said(row["switch"], "en") for row in said_.tables[1].rows}
    four, sixteen, numbers = switches.values()
    assert four == "no switch in range, the natural label is ahead throughout"
    # Between 50 and 75 % flipped; and between 4 and 16 examples.
    assert 50 < float(sixteen.split()[4]) < 75
    assert 4 < float(numbers.split()[4]) < 16


def test_a_model_that_keeps_its_prior_is_told_so() -> None:
    rng = np.random.default_rng(1)
    made = told(rng, {4: SMALL, 16: SMALL}, {4: 0.5, 16: 0.5})
    said_ = outcome(OVERRIDE.setting("made-up"), made, run_of(rng.random(90) < 0.9, "alone"))
    assert said_.findings[-1].outcome == "reversed"
    assert "most answers keep the natural label" in said(said_.answer, "en")
    assert "were not shown to be learned" in said(said_.answer, "en")


def test_one_label_for_everything_is_neither_prior_nor_examples() -> None:
    # 60 items of one label, 30 of the other; the model gives the first to all.
    constant = made_run([True] * 60 + [False] * 30)
    items = tuple(replace(i, gold="A" if n < 60 else "B") for n, i in enumerate(constant.items))
    run = replace(constant, items=items)
    made = [Told(4, dict.fromkeys(SHARES, (run,)), (run,))]
    assert [finding.estimate for finding in findings(made, 0.05)] == pytest.approx([0, 0, 0])
    assert not any(finding.decided for finding in findings(made, 0.05))


@pytest.mark.usefixtures("only_decisions")
def test_coins_are_decided_as_rarely_as_said() -> None:
    rng = np.random.default_rng(2)
    repetitions, false = 200, 0
    for _ in range(repetitions):
        made = told(rng, {4: (0.5,) * 5, 16: (0.5,) * 5}, {4: 0.5, 16: 0.5}, items=40)
        false += any(finding.decided for finding in findings(made, 0.05))
    assert 0 < false <= null_rate_bounds(repetitions)[1]


def test_on_polaris_it_runs_and_resumes(tmp_path: Path) -> None:
    setting = OVERRIDE.setting(
        "polaris", limit=4, knobs={"shots": (2, 4), "shares": (0.0, 0.5, 1.0), "draws": 1}
    )
    with Store(str(tmp_path / "runs.db")) as store:
        bench = Bench(load, store, Silent())
        first = OVERRIDE.conduct(setting, bench)
        again = OVERRIDE.conduct(setting, bench)
        runs = [store.run(name) for name in first.runs]
    assert first == again
    labels = [run.condition.labels for run in runs]
    assert labels == ["gold", *(["gold", "flipped", "flipped", "symbolic"] * 2)]
    assert [run.condition.flipped_share for run in runs[1:4]] == [1.0, 0.5, 1.0]


@pytest.mark.parametrize(
    "knobs", [{"shares": (0.5, 1.0)}, {"shares": (0.0,)}, {"shots": (0, 4)}, {"shots": ()}]
)
def test_what_makes_no_curve_is_refused(knobs: dict[str, tuple[float, ...]]) -> None:
    bench = Bench(load, None, Silent())  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="give --sh"):
        OVERRIDE.conduct(OVERRIDE.setting("polaris", knobs=knobs), bench)


def test_only_natural_labels_can_be_overridden() -> None:
    with pytest.raises(BadInput, match="not made for benchmark 'mmlu'"):
        OVERRIDE.setting("polaris", "mmlu")
