"""The second way to tell what is true can say no."""

from __future__ import annotations

import pytest

from tests.polaris.claims import PLACE, holds, kilometres, only, way


def test_distances_and_directions_are_those_of_an_atlas() -> None:
    assert kilometres(PLACE["Paris"], PLACE["Madrid"]) == pytest.approx(1050, abs=80)
    assert kilometres(PLACE["London"], PLACE["Sydney"]) == pytest.approx(17_000, abs=150)
    assert way(PLACE["Paris"], PLACE["Madrid"]) == "north east"
    assert way(PLACE["Santiago"], PLACE["Auckland"]) == "north east"


def test_sentences_are_told_apart() -> None:
    assert holds("The capital of the state of Washington is Olympia.")
    assert not holds("The capital of the state of Washington is Seattle.")
    assert not holds("Madrid lies further north than Paris.")
    assert not holds("The word lion names a metal.")
    assert not holds("So Paris lies 8 degrees further north than Madrid.")
    with pytest.raises(ValueError, match="no rule"):
        holds("Lions roar.")


def test_only_one_option_may_be_right() -> None:
    assert only([1, 2, 3], lambda n: n > 2) == 3
    with pytest.raises(ValueError, match="too many"):
        only([1, 2, 3], lambda n: n > 1)
