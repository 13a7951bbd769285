"""The picture of a calibration: what stands where."""

from typing import Any

import pytest

from astrolabe.calibration.instrument import Calibration, Instrument, Kind
from astrolabe.core.verdict import Interval
from astrolabe.report.calibration import calibration_chart

MADE = Instrument("made", ("Made up", "虚构"), lambda bench: [])
OTHER = Instrument("other", ("Other", "另一个"), lambda bench: [])


def a_line(name: str, planted: float | None, kind: Kind = "share") -> Calibration:
    ends = Interval(0.3, 0.5, 0.99)
    relation = "?" if planted is None else "="
    return Calibration("made", (name, f"{name}（中）"), planted, 0.4, ends, 99, relation, kind)  # type: ignore[arg-type]


LINES = [a_line("good", 0.45), a_line("bad", 0.9), a_line("none", None), a_line("n", 0.0, "nats")]
LINES.append(Calibration("other", ("gap", "差"), 0.0, -0.4, Interval(-0.6, 0.1, 0.99), 99, ">="))


def rows(language: str) -> list[list[dict[str, Any]]]:
    spec = calibration_chart(LINES, [MADE, OTHER], language).to_dict()
    found = []
    for panel in spec["vconcat"]:
        data = panel.get("data") or panel["layer"][0]["data"]
        found.append(data.get("values") or spec["datasets"][data["name"]])
    return found


def test_each_line_stands_in_its_instruments_panel_with_its_verdict() -> None:
    made, other = rows("en")
    assert [(row["what"], row["verdict"]) for row in made] == [
        ("good", "passes"),
        ("bad", "fails"),
        ("none", "nothing was planted to hold it to"),
        ("n", "fails"),
    ]
    assert [row["what"] for row in other] == ["gap"]
    assert made[1].items() >= {"planted": 0.9, "reading": 0.4, "low": 0.3, "high": 0.5}.items()


def test_nats_are_text_only() -> None:
    nats = rows("en")[0][3]
    assert nats["reading"] is nats["planted"] is nats["low"] is None
    assert nats["text"].startswith("4.0e-01")


def test_the_axis_reaches_down_to_what_falls_below_zero() -> None:
    spec = calibration_chart(LINES, [MADE, OTHER]).to_dict()
    scales = [panel["layer"][0]["encoding"]["x"]["scale"] for panel in spec["vconcat"]]
    assert [scale["domain"][0] for scale in scales] == [0.0, -0.6]


@pytest.mark.parametrize(("language", "title"), [("en", "2 of 4 lines"), ("zh", "4 项中 2 项")])
def test_both_languages_say_how_many_pass(language: str, title: str) -> None:
    spec = calibration_chart(LINES, [MADE, OTHER], language).to_dict()
    assert title in spec["title"]["text"]
    place = ("en", "zh").index(language)
    assert rows(language)[0][0]["what"] == LINES[0].what[place]
