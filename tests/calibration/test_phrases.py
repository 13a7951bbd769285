"""The instrument of phrases on answers whose truth is known, right ones and wrong ones."""

from pathlib import Path

import pytest

from astrolabe.calibration import (
    phrases,
)
from astrolabe.core.model import Generated
from astrolabe.polaris.wording import PHRASES
from tests.calibration.made_up import Scripted, bench


def says(style: str) -> str:
    return " Anna has 3+4=<<3+4=7>>7 apples." if style == "worked" else " #### 7\n\n"


def test_planted_rates_are_read_back(tmp_path: Path) -> None:
    """A model that works at exactly the planted rate, over the problems of every phrase."""
    asked: dict[str, int] = {}

    def writes(text: str) -> str:
        phrase = next(p for rates in PHRASES.values() for p in rates if text.endswith(p))
        rate = next(rates[phrase] for rates in PHRASES.values() if phrase in rates)
        asked[phrase] = asked.get(phrase, 0) + 1
        return says("worked" if asked[phrase] <= round(rate * phrases.PROBLEMS) else "direct")

    lines = phrases.read(bench(Scripted(writes), tmp_path))
    assert len(lines) == sum(map(len, PHRASES.values()))
    assert all(line.passes for line in lines)
    assert all(line.reading == pytest.approx(line.planted, abs=0.005) for line in lines)


def test_a_model_that_always_works_fails_where_that_was_not_planted(tmp_path: Path) -> None:
    lines = phrases.read(bench(Scripted(lambda text: says("worked")), tmp_path))
    assert {line.planted for line in lines if line.passes} == {1.0}


def test_what_neither_works_nor_answers_is_not_worked() -> None:
    assert phrases.worked(Generated("Anna has 3+4=", 5, "stop"))
    assert not phrases.worked(Generated("#### 7", 2, "stop"))
    assert not phrases.worked(Generated("Anna has many", 24, "length"))
    assert not phrases.worked(Generated("7=", 2, "eos"))


def test_problems_are_held_out_and_of_all_lengths() -> None:
    found = phrases.held_out()[: phrases.PROBLEMS]
    counts = [sum(problem.steps == n for problem in found) for n in range(1, 6)]
    assert counts == [phrases.PROBLEMS // 5] * 5
    assert found[0].answer.endswith(f"#### {found[0].number}")
