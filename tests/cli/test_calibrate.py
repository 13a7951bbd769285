"""`astrolabe calibrate`: the table, the values for machines, the picture, and how it ends."""

from collections.abc import Callable
from pathlib import Path

import pytest

from astrolabe.calibration import instrument
from astrolabe.calibration.instrument import Bench, Calibration, Instrument
from astrolabe.cli.calibrate import half_model
from astrolabe.core.errors import BadInput
from astrolabe.core.verdict import Interval
from astrolabe.models import local

ENDS = Interval(0.4, 0.6, 0.99)
PASSING = Calibration("made", ("passing", "通过者"), 0.5, 0.52, ENDS, 100)
FAILING = Calibration("made", ("failing", "失败者"), 0.9, 0.52, ENDS, 100)
SHOWN = Calibration("made", ("shown", "展示者"), None, 0.52, ENDS, 100, "?")

Use = Callable[..., None]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Use:
    """Puts one instrument with the given lines in place of all."""

    def put(*lines: Calibration) -> None:
        def read(bench: Bench) -> list[Calibration]:
            assert bench.model.name == "polaris"
            return list(lines)

        made = [Instrument("made", ("Made up", "虚构"), read)]
        monkeypatch.setattr(instrument, "instruments", lambda only: made)

    return put


def test_all_lines_that_are_held_to_something_pass(astrolabe, use: Use) -> None:
    use(PASSING, SHOWN)
    said = astrolabe("calibrate")
    assert said.code == 0
    assert "1 of 1 lines pass" in said.out
    assert "FAILS" not in said.out


def test_a_line_that_fails_is_shown_as_failing(astrolabe, use: Use) -> None:
    use(PASSING, FAILING)
    said = astrolabe("calibrate")
    assert said.code == 1
    assert "1 of 2 lines pass" in said.out
    (line,) = (row for row in said.out.splitlines() if " failing " in row)
    assert line.split() == [
        "failing",
        "90.0",
        "%",
        "52.0",
        "%",
        "40.0–60.0",
        "-38.0",
        "FAILS",
    ]


def test_the_values_are_json(astrolabe, use: Use) -> None:
    use(FAILING, SHOWN)
    said = astrolabe("calibrate", "--json")
    assert said.code == 1
    failing, shown = said.json
    assert (
        failing.items()
        >= {
            "instrument": "made/failing",
            "planted": 0.9,
            "reading": 0.52,
            "interval": [0.4, 0.6],
            "pass": False,
        }.items()
    )
    assert failing["error"] == pytest.approx(-0.38)
    assert (shown["planted"], shown["error"], shown["pass"]) == (None, None, None)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_picture_and_the_values_are_written(
    astrolabe, use: Use, tmp_path: Path, language: str
) -> None:
    use(PASSING, FAILING, SHOWN)
    said = astrolabe("calibrate", "--out", "here", "--report-language", language)
    assert said.code == 1
    assert (tmp_path / "here/calibration.png").read_bytes().startswith(b"\x89PNG")
    assert '"made/failing"' in (tmp_path / "here/calibration.json").read_text(encoding="utf-8")


def test_bad_input_is_one_sentence(astrolabe, tmp_path: Path) -> None:
    said = astrolabe("calibrate", "--only", "hope")
    assert said.code == 2
    assert said.err.startswith("astrolabe: there is no instrument 'hope'; there are engine, ")
    (tmp_path / "file").write_text("")
    assert astrolabe("calibrate", "--out", "file").code == 2
    assert astrolabe("calibrate", "--report-language", "fr").code == 2


def test_graders_have_a_command_of_their_own(astrolabe) -> None:
    said = astrolabe("calibrate", "graders", "--rule", "yesno-strict", "--json")
    assert said.code == 0
    assert {one["instrument"] for one in said.json} == {
        "graders/yesno-strict/en",
        "graders/yesno-strict/zh",
    }


def test_an_instrument_reads_the_packaged_model(astrolabe) -> None:
    said = astrolabe("calibrate", "--only", "leaks", "--json")
    assert {line["instrument"] for line in said.json} >= {"leaks/clean halves", "leaks/trend"}
    assert said.code == int(any(line["pass"] is False for line in said.json))


def test_a_half_trained_model_is_read_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str, device: str) -> str:
        if name not in ("folder", "polaris-half"):
            raise BadInput(f"no model '{name}'")
        return name

    monkeypatch.setattr(local, "load", load)
    assert half_model(None, "polaris", "cpu") == "polaris-half"
    assert half_model(None, "another", "cpu") is None
    assert half_model("folder", "another", "cpu") == "folder"
    with pytest.raises(BadInput, match="no model 'absent'"):
        half_model("absent", "polaris", "cpu")
