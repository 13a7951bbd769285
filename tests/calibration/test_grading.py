"""The instrument of graders on answers whose truth is known, right ones and wrong ones."""

from dataclasses import replace

import pytest

from astrolabe.calibration import (
    grading,
)
from astrolabe.calibration.answers import corpus
from astrolabe.calibration.graders import calibrate


def test_a_strict_rule_and_a_lenient_one_are_held_to_what_each_is_for() -> None:
    answers = [a for a in corpus() if a.kind == "yesno" and a.language == "en"]
    strict, lenient = calibrate(answers, ["yesno-strict", "yesno-lenient"])
    assert grading.of_rule(strict).what[0] == "yesno-strict, en: false accepts"
    for reading in (strict, lenient):
        assert grading.of_rule(reading).passes is reading.rates.passes
        for accepts, rejects in ((1, 0), (0, 9)):
            rates = replace(reading.rates, false_accepts=accepts, false_rejects=rejects)
            assert grading.of_rule(replace(reading, rates=rates)).passes is rates.passes


def test_a_planted_accuracy_is_recovered_through_a_grader_that_errs() -> None:
    answers = [a for a in corpus() if a.kind == "yesno" and a.language == "zh"]
    (reading,) = calibrate(answers, ["yesno-lenient"])
    found = grading.of_correction(reading)
    assert found.passes is True
    assert found.planted == pytest.approx(grading.ACCURACY, abs=0.1)
    # Twice as many right answers as the truth says cannot be taken for it.
    assert replace(found, planted=0.3).passes is False
