"""Instruments against what was planted: a table, plain values, and a picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.calibration.instrument import LEVEL, Calibration, Instrument
from astrolabe.core.errors import BadInput
from astrolabe.report.charts import PLOT, save_png
from astrolabe.report.fonts import drawable_language
from astrolabe.report.layout import finished, heading
from astrolabe.report.strings import LANGUAGES
from astrolabe.report.tables import show, styled, text_table
from astrolabe.report.theme import PAPER, Palette
from astrolabe.runs.figures import percent, signed_points, span

if TYPE_CHECKING:
    import altair as alt
    from rich.table import Table

STEP = 22
"""Pixels from one line of the picture to the next."""
SIGNS = {"=": "", ">": "> ", ">=": "≥ ", "<=": "≤ "}

_WORDS: Mapping[str, tuple[str, str]] = {
    "title": (
        "Instruments against what was planted: {passed} of {all} lines pass",
        "仪器读数与已知真相：{all} 项中 {passed} 项通过",
    ),
    "subtitle": (
        "Upright stroke: what was planted, or the bound to keep to. Dot and line: the reading with "
        "its {level} interval. Shares, differences of shares and correlations, as parts of 1.",
        "竖线：植入的真值，或应遵守的界限。圆点与横线：读数及其 {level} 区间。"
        "比例、比例之差与相关系数均以 1 为单位。",
    ),
    "passes": ("passes", "通过"),
    "fails": ("fails", "未通过"),
    "shown": ("nothing was planted to hold it to", "没有可对照的植入真值"),
}


def print_calibrations(lines: Sequence[Calibration], chosen: Sequence[Instrument]) -> None:
    """One line for each quantity, under its instrument."""
    show(_table(lines, chosen))
    failed = [line for line in lines if line.passes is False]
    judged = sum(line.passes is not None for line in lines)
    show(
        styled(
            f"{judged - len(failed)} of {judged} lines pass.",
            "bold red" if failed else "bold green",
        ),
        styled(
            f"Intervals are at {100 * LEVEL:.0f} %. A dash: nothing was planted to hold the "
            "reading to. Each instrument's rule stands in its file, "
            "astrolabe/calibration/INSTRUMENT.py.",
            "dim",
        ),
    )


def calibration_records(lines: Sequence[Calibration]) -> list[dict[str, Any]]:
    """The same as JSON values."""
    return [
        {
            "instrument": line.name,
            "planted": line.planted,
            "relation": line.relation,
            "reading": line.reading,
            "interval": line.interval and [line.interval.low, line.interval.high],
            "error": line.error,
            "pass": line.passes,
            "kind": line.kind,
            "tolerance": line.tolerance,
            "n": line.n,
        }
        for line in lines
    ]


def write_calibrations(
    folder: Path, lines: Sequence[Calibration], chosen: Sequence[Instrument], language: str = "en"
) -> Path:
    """Write ``calibration.png`` and ``calibration.json``; the picture's path.

    Raises:
        BadInput: for a language without words, or when nothing can be written there.
    """
    import json

    if language not in LANGUAGES:
        raise BadInput(f"no reports in language '{language}'; there are {', '.join(LANGUAGES)}")
    records = json.dumps(calibration_records(lines), ensure_ascii=False, indent=2)
    try:
        (folder / "calibration.json").write_text(f"{records}\n", encoding="utf-8")
        chart = calibration_chart(lines, chosen, drawable_language(language))
        return save_png(chart, folder / "calibration.png")
    except OSError as error:
        raise BadInput(f"nothing can be written to '{folder}' ({error.strerror})") from error


def calibration_chart(
    lines: Sequence[Calibration],
    chosen: Sequence[Instrument],
    language: str = "en",
    palette: Palette = PAPER,
) -> "alt.Chart":
    """Planted against read, a panel for each instrument; lines in nats are text only."""
    import altair as alt

    place = LANGUAGES.index(language)
    words = {key: texts[place] for key, texts in _WORDS.items()}
    panels = []
    for instrument in chosen:
        rows = [_row(line, place) for line in lines if line.instrument == instrument.name]
        panel = _panel(rows, words, palette)
        panels.append(
            panel.properties(
                width=PLOT, height=STEP * len(rows), title=heading(instrument.title[place])
            )
        )
    judged = [line.passes for line in lines if line.passes is not None]
    title = words["title"].format(passed=sum(judged), all=len(judged))
    subtitle = words["subtitle"].format(level=f"{100 * LEVEL:.0f} %")
    return finished(alt.vconcat(*panels, spacing=26), title, subtitle, palette)


def _panel(rows: Sequence[dict[str, Any]], words: Mapping[str, str], palette: Palette) -> Any:
    import altair as alt

    domain = [words["passes"], words["fails"], words["shown"]]
    colors = alt.Scale(domain=domain, range=[palette.accent, palette.series[1], palette.muted])
    legend = alt.Legend(orient="top", title=None)
    rows = [row | {"verdict": words[row["verdict"]]} for row in rows]
    least = min((row["low"] for row in rows if row["low"] is not None), default=0.0)
    scale = alt.Scale(domain=[min(0.0, least), 1.0], nice=False)
    axis = alt.Axis(title=None, tickCount=5, format=".1f")
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y(
            "what:N", sort=[row["what"] for row in rows], title=None, axis=alt.Axis(labelLimit=330)
        )
    )
    color = alt.Color("verdict:N", scale=colors, legend=legend)
    return alt.layer(
        base.mark_tick(color=palette.ink, thickness=2, size=STEP - 6).encode(
            x=alt.X("planted:Q", scale=scale, axis=axis)
        ),
        base.mark_rule(strokeWidth=2.5).encode(x="low:Q", x2="high:Q", color=color),
        base.mark_point(filled=True, size=70, opacity=1).encode(x="reading:Q", color=color),
        base.mark_text(align="left", color=palette.muted).encode(
            x=alt.value(PLOT + 18), text="text:N"
        ),
    )


def _row(line: Calibration, place: int) -> dict[str, Any]:
    drawn = line.kind != "nats"
    interval = line.interval if drawn else None
    verdict = {True: "passes", False: "fails", None: "shown"}[line.passes]
    ends = "" if line.interval is None else f"  [{_ends(line)}]"
    return {
        "what": line.what[place],
        "planted": line.planted if drawn else None,
        "reading": line.reading if drawn else None,
        "low": interval and interval.low,
        "high": interval and interval.high,
        "verdict": verdict,
        "text": f"{_value(line, line.reading)}{ends}",
    }


def _table(lines: Sequence[Calibration], chosen: Sequence[Instrument]) -> "Table":
    columns = ("planted", "reading", "interval", "error", "verdict")
    table = text_table("what is read", numbers=columns)
    verdicts = {
        True: styled("passes", "green"),
        False: styled("FAILS", "bold red"),
        None: styled("–", "dim"),
    }
    for instrument in chosen:
        table.add_section()
        table.add_row(styled(instrument.title[0], "bold"))
        for line in lines:
            if line.instrument == instrument.name:
                bound = line.planted is not None and line.relation != "="
                error = "–" if line.error is None else _value(line, line.error, signed=True)
                table.add_row(
                    styled(f"  {line.what[0]}"),
                    "–" if line.planted is None else _planted(line, bound),
                    _value(line, line.reading),
                    "–" if line.interval is None else _ends(line),
                    error,
                    verdicts[line.passes],
                )
    return table


def _planted(line: Calibration, bound: bool) -> str:
    assert line.planted is not None
    return f"{SIGNS[line.relation] if bound else ''}{_value(line, line.planted)}"


def _value(line: Calibration, value: float, signed: bool = False) -> str:
    """A value in the unit of its line."""
    match line.kind:
        case "share":
            return signed_points(value) if signed else percent(value)
        case "points":
            return signed_points(value)
        case "correlation":
            return f"{value:+.2f}" if signed else f"{value:.2f}"
        case _:
            return "0" if value == 0 else f"{value:.1e}"


def _ends(line: Calibration) -> str:
    assert line.interval is not None
    low, high = line.interval.low, line.interval.high
    match line.kind:
        case "share":
            return span(low, high)
        case "points":
            return f"{signed_points(low)} to {signed_points(high)}"
        case _:
            return f"{low:.2f} to {high:.2f}"
