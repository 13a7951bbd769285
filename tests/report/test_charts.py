"""Charts as pictures, with and without a font for Chinese."""

import struct
from pathlib import Path
from typing import Any

import pytest

from astrolabe.core.run import Run
from astrolabe.core.verdict import Verdict
from astrolabe.report import charts, fonts
from astrolabe.report.rows import accuracy_rows, difference_rows, labelled, lines, subject_rows
from astrolabe.report.strings import words
from tests.report.made_up import make_run

W = words("en")


def png_size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert data[-8:-4] == b"IEND"
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def test_pictures_have_sane_sizes(
    labelled_runs: dict[str, Run], verdicts: list[Verdict], tmp_path: Path
) -> None:
    shown = lines(labelled_runs)
    made = {
        "accuracy": charts.accuracy_chart(accuracy_rows(shown), W),
        "differences": charts.differences_chart(difference_rows(verdicts, shown), W),
        "subjects": charts.subjects_chart(subject_rows(shown), W),
    }
    for name, chart in made.items():
        width, height = png_size(charts.save_png(chart, tmp_path / f"{name}.png"))
        assert 1000 < width < 2400
        assert 400 < height < 2000


def test_one_run_and_twelve(tmp_path: Path) -> None:
    def size(count: int) -> tuple[int, int]:
        runs = [make_run(0.3 + 0.05 * i, n=16, shots=i) for i in range(count)]
        chart = charts.accuracy_chart(accuracy_rows(lines(labelled(runs))), W)
        return png_size(charts.save_png(chart, tmp_path / "x.png"))

    (narrow, low), (wide, high) = size(1), size(12)
    assert abs(narrow - wide) < 50
    assert high > 2 * low


def test_chance_line_only_where_there_are_options() -> None:
    rows = accuracy_rows(lines(labelled([make_run(0.5, n=16), make_run(0.5, "gsm8k", n=16)])))
    assert [row["chance"] for row in rows] == [0.25, None]
    assert str(charts.accuracy_chart(rows, W).to_dict()).count("guessing 25 %") == 1


def test_a_band_that_dwarfs_the_intervals_is_cut(verdicts: list[Verdict]) -> None:
    (row,) = difference_rows(verdicts[2:3])
    spec = charts.differences_chart([row | {"smallest": 1.0}], W).to_dict()
    (data,) = (
        [d for d in spec["datasets"].values() if "band_low" in d[0]]
        if ("datasets" in spec)
        else [spec["layer"][0]["data"]["values"]]
    )
    assert data[0]["band_high"] < 0.5


def test_chinese_without_a_font_becomes_a_name_not_boxes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import vl_convert

    drawn = []
    monkeypatch.setattr(fonts, "can_draw_cjk", lambda: False)
    monkeypatch.setattr(
        vl_convert, "vegalite_to_png", lambda spec, **_: drawn.append(spec) or b"png"
    )
    runs = [make_run(0.5, n=16, role="你是老师"), make_run(0.6, n=16, role="你是学生")]
    rows = accuracy_rows(lines(labelled(runs)))
    charts.save_png(charts.accuracy_chart(rows, W), tmp_path / "x.png")
    assert not fonts.has_cjk(str(drawn[0]))
    assert "‹zh 1›" in str(drawn[0])
    assert "‹zh 2›" in str(drawn[0])
    assert "no font" in drawn[0]["title"]["subtitle"][-1]


def test_characters_that_would_end_the_process_are_replaced() -> None:
    spec = {"a\x1b": ["\ud800 \x00 \ufffe", 1, None, "é 你 😀\n"]}
    assert fonts.drawable(spec)["a\ufffd"][:3] == ["\ufffd \ufffd \ufffd", 1, None]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("5-shot", ["5-shot"]),
        ("5-shot · worked · role “abcdef”", ["5-shot · worked", "role “abcdef”"]),
        ("one two three four five", ["one two three", "four five"]),
        ("x" * 40, ["x" * 16, "x" * 16, "x" * 8]),
        ("你" * 12, ["你" * 9, "你" * 3]),
        ("", [""]),
    ],
)
def test_labels_are_wrapped_at_their_seams(text: str, rows: list[str]) -> None:
    assert fonts.wrap(text, 16) == rows


def test_two_benchmarks_with_the_same_conditions_make_no_warning(recwarn: Any) -> None:
    runs = [make_run(0.5), make_run(0.5, "cmmlu")]
    charts.subjects_chart(subject_rows(lines(labelled(runs))), W).to_dict()
    assert not list(recwarn)
