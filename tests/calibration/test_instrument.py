"""When a line passes, how far off it is, and what the registry holds."""

import importlib

import pytest

from astrolabe.calibration.instrument import (
    FEWEST,
    INSTRUMENTS,
    LEVEL,
    Calibration,
    Instrument,
    Relation,
    calibrate,
    instruments,
    share,
)
from astrolabe.core.errors import BadInput
from astrolabe.core.verdict import Interval


def line(relation: Relation, low: float, reading: float, high: float, **more: float) -> Calibration:
    ends = Interval(low, high, LEVEL)
    return Calibration("made", ("up", "造"), 0.5, reading, ends, FEWEST, relation, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("relation", "low", "reading", "high", "passes", "error"),
    [
        ("=", 0.4, 0.45, 0.55, True, -0.05),
        ("=", 0.52, 0.6, 0.7, False, 0.1),
        ("=", 0.3, 0.4, 0.48, False, -0.1),
        (">", 0.51, 0.6, 0.7, True, 0.0),
        (">", 0.49, 0.6, 0.7, False, 0.0),
        (">", 0.2, 0.3, 0.4, False, -0.2),
        (">=", 0.3, 0.4, 0.51, True, -0.1),
        (">=", 0.3, 0.4, 0.49, False, -0.1),
        ("<=", 0.49, 0.6, 0.7, True, 0.1),
        ("<=", 0.51, 0.6, 0.7, False, 0.1),
        ("<=", 0.1, 0.2, 0.3, True, 0.0),
    ],
)
def test_a_line_is_held_to_what_was_planted(
    relation: Relation, low: float, reading: float, high: float, passes: bool, error: float
) -> None:
    found = line(relation, low, reading, high)
    assert found.passes is passes
    assert found.error == pytest.approx(error)


def test_a_tolerance_widens_the_interval_but_never_helps_a_reading_above_a_bound() -> None:
    assert line("=", 0.52, 0.6, 0.7, tolerance=0.02).passes is True
    assert line("=", 0.52, 0.6, 0.7, tolerance=0.01).passes is False
    assert line(">", 0.49, 0.6, 0.7, tolerance=0.4).passes is False


def test_an_exact_line_is_held_by_its_reading_alone() -> None:
    assert line(">=", 0.3, 0.49, 0.7).passes is True
    assert line(">=", 0.3, 0.49, 0.7, exact=True).passes is False


def test_too_few_answers_agree_with_nothing() -> None:
    assert share("made", ("up", "造"), [True] * FEWEST, 1.0).passes is True
    assert share("made", ("up", "造"), [True] * (FEWEST - 1), 1.0).passes is False
    assert share("made", ("up", "造"), [], 1.0).passes is False


def test_nothing_planted_is_neither_passed_nor_failed() -> None:
    found = share("made", ("up", "造"), [True, False], None, "?")
    assert found.passes is None
    assert found.error is None
    assert found.reading == 0.5


def test_a_share_has_wilsons_interval() -> None:
    found = share("made", ("up", "造"), [True] * 8 + [False] * 2, 0.8)
    assert found.interval is not None
    # Its ends w are where the reading lies z standard errors of w away (z at 99 % is 2.5758).
    for end in (found.interval.low, found.interval.high):
        assert abs(0.8 - end) == pytest.approx(2.5758 * (end * (1 - end) / 10) ** 0.5, rel=1e-4)
    assert found.name == "made/up"


def test_every_instrument_is_found_under_its_name() -> None:
    assert [one.name for one in instruments()] == list(INSTRUMENTS)
    for module in INSTRUMENTS.values():
        loaded = importlib.import_module(module)
        assert isinstance(loaded.INSTRUMENT, Instrument)
        assert "Passes" in loaded.__doc__ or "rule" in loaded.__doc__


def test_instruments_are_chosen_by_name_in_their_own_order() -> None:
    assert [one.name for one in instruments(["dose", "engine"])] == ["engine", "dose"]
    with pytest.raises(BadInput, match="no instrument 'hope'; there are engine"):
        instruments(["hope"])


def test_lines_come_in_the_order_of_the_instruments() -> None:
    def one(name: str) -> Instrument:
        return Instrument(
            name, ("", ""), lambda _: [Calibration(name, ("", ""), 0.0, 0.0, None, 1)]
        )

    found = calibrate(None, [one("a"), one("b")])  # type: ignore[arg-type]
    assert [line.instrument for line in found] == ["a", "b"]
