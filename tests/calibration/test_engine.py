"""The engine's instrument on answers whose truth is known, right ones and wrong ones."""

import pytest

from astrolabe.calibration import (
    engine,
)
from astrolabe.core.model import Scored


def test_the_largest_difference_is_found_wherever_it_is() -> None:
    one = [Scored((-1.0, -2.0), True), Scored((-3.0,), True)]
    near = [Scored((-1.0, -2.00005), True), Scored((-3.0,), True)]
    far = [Scored((-1.0, -2.0), True), Scored((-3.001,), True)]
    what = ("x", "x")
    assert engine.difference(what, one, near).reading == pytest.approx(5e-5)
    assert engine.difference(what, one, near).passes is True
    assert engine.difference(what, one, far).passes is False


def test_one_answer_that_differs_fails() -> None:
    assert engine.same(("x", "x"), [("a", "a"), ("b", "b")]).passes is True
    assert engine.same(("x", "x"), [("a", "a"), ("b", "c")]).passes is False
