"""From runs to findings: what is paired, what is decided, what is said."""

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.verdict import Interval
from astrolabe.runs.compare import compare
from astrolabe.studies.deciding import (
    Planned,
    Uncorrected,
    accuracy,
    credits,
    decided,
    paired,
    settled,
)
from astrolabe.studies.outcome import Text, said
from tests.studies.made_up import made_run, null_rate_bounds

CLAIM = Text("this helps", "这有帮助")


def test_an_item_counts_the_mean_over_the_runs_of_its_side() -> None:
    runs = [made_run([1, 1, 0]), made_run([1, 0, 0])]
    assert [credit for _, credit in credits(runs).values()] == [1, 0.5, 0]
    changes, subjects = paired([made_run([0, 0, 0])], runs)
    assert changes == [1, 0.5, 0]
    assert subjects == ["s0"] * 3
    assert paired([made_run([0, 0, 0])], runs, frozenset(["i1"]))[0] == [0.5]


def test_single_runs_are_decided_as_compare_does() -> None:
    rng = np.random.default_rng(0)
    before = made_run(rng.random(120) < 0.5, "a", subjects=6)
    after = made_run(rng.random(120) < 0.7, "b", subjects=6, shots=2)
    (finding,) = decided([Planned(CLAIM, [before], [after])], 0.05)
    (verdict,) = compare([(before, after)])
    assert finding.estimate == pytest.approx(verdict.difference)
    assert finding.interval == verdict.interval
    assert (finding.p, finding.p_corrected) == (verdict.p, verdict.p_corrected)
    assert finding.smallest == verdict.smallest_detectable
    assert finding.decided == verdict.decided


@pytest.mark.parametrize(
    ("expects", "estimate", "outcome", "end"),
    [
        ("higher", 0.2, "shown", "shown."),
        ("higher", -0.2, "reversed", "reversed: it is the other way round."),
        ("lower", -0.2, "shown", "shown."),
        ("lower", 0.2, "reversed", "reversed: it is the other way round."),
        ("same", 0.2, "reversed", "contradicted: there is a difference."),
        ("same", -0.2, "reversed", "contradicted: there is a difference."),
    ],
)
def test_outcomes_follow_what_was_expected(
    expects: str, estimate: float, outcome: str, end: str
) -> None:
    one = Uncorrected(CLAIM, estimate, None, 0.001, expects=expects)  # type: ignore[arg-type]
    (finding,) = settled([one], 0.05)
    assert finding.outcome == outcome
    assert said(finding.sentence, "en").endswith(end)
    (unsure,) = settled([Uncorrected(CLAIM, estimate, None, 0.2, expects=expects)], 0.05)  # type: ignore[arg-type]
    assert unsure.outcome == "not decided"


def test_correction_is_over_all_that_was_tested() -> None:
    one = Uncorrected(CLAIM, 0.2, None, 0.03)
    assert settled([one], 0.05)[0].decided
    corrected = settled([one, Uncorrected(CLAIM, 0.0, None, 0.9)], 0.05)[0]
    assert corrected.p_corrected == pytest.approx(0.06)
    assert not corrected.decided
    assert "corrected p = 0.0600" in said(corrected.sentence, "en")
    assert "校正后 p" in said(corrected.sentence, "zh")


def test_sentences_own_up_to_what_the_data_leave_open() -> None:
    small = Uncorrected(CLAIM, 0.02, Interval(-0.05, 0.09), 0.5, smallest=0.081)
    sentence = settled([small], 0.05)[0].sentence
    assert said(sentence, "en") == (
        "this helps: +2.0 points (95 % interval -5.0 to +9.0; p = 0.50): not decided; less than "
        "about 8.1 points could not reliably have been seen."
    )
    assert "低于约 8.1 个百分点" in said(sentence, "zh")
    nats = Uncorrected(CLAIM, 0.02, None, 0.5, smallest=1.234, kind="nats")
    sentence = settled([nats], 0.05)[0].sentence
    assert said(sentence, "en").endswith(
        "less than about 1.2 nats could not reliably have been seen."
    )
    assert "低于约 1.2 nat 的差异" in said(sentence, "zh")
    wide = Uncorrected(CLAIM, 0.2, Interval(-0.05, 0.4), 0.001)
    assert "other subjects the interval leaves open" in said(
        settled([wide], 0.05)[0].sentence, "en"
    )


def test_nothing_in_common_is_refused() -> None:
    with pytest.raises(BadInput, match="no item was judged on both sides"):
        decided([Planned(CLAIM, [made_run([1])], [made_run([1])], items=frozenset())], 0.05)
    with pytest.raises(BadInput, match="no accuracy"):
        accuracy([made_run([1])], items=frozenset())


def test_accuracy_has_wilsons_interval() -> None:
    found = accuracy([made_run([1, 1, 0, 0]), made_run([1, 0, 0, 0])])
    assert (found.value, found.items) == (0.375, 4)
    assert found.interval.low < 0.375 < found.interval.high


@pytest.mark.usefixtures("only_decisions")
def test_what_has_no_effect_is_decided_at_most_as_often_as_said() -> None:
    rng = np.random.default_rng(1)
    repetitions, false = 200, 0
    for _ in range(repetitions):
        ability = rng.beta(2, 2, 40)
        none, *sides = (made_run(rng.random(40) < ability) for _ in range(4))
        plans = [Planned(CLAIM, [none], [side]) for side in sides]
        false += any(finding.decided for finding in decided(plans, 0.05))
    assert false <= null_rate_bounds(repetitions)[1]
    assert false > 0
