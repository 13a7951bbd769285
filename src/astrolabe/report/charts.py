"""The three charts of a study, from plain rows (`astrolabe.report.rows`), and their PNGs."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.core.digest import digest
from astrolabe.report.fonts import drawable, width
from astrolabe.report.layout import (
    bounds,
    column_mark,
    finished,
    heading,
    labels_mark,
    placed,
    share_axis,
    tooltips,
    upright,
    y,
)
from astrolabe.report.rows import Row, outcome_names
from astrolabe.report.strings import Words
from astrolabe.report.theme import PAPER, SHAPES, SIZE, Palette
from astrolabe.runs.figures import p_value, percent, signed_points

if TYPE_CHECKING:
    import altair as alt

PLOT = 330
"""Width in pixels of what is plotted; text stands to the left and right of it."""
STROKE = 2.5
STEP = 24
"""Pixels from one subject to the next."""
_FULL_BAND = 0.25
"""A band of undetectable differences up to this is always shown whole."""


def accuracy_chart(rows: Sequence[Row], words: Words, palette: Palette = PAPER) -> "alt.Chart":
    """Accuracy of each run with its Wilson interval, and beside it what became of the answers.

    Args:
        rows: From `accuracy_rows`; at least one.
    """
    import altair as alt

    seen = [name for name in outcome_names() if any(row["outcomes"][name] for row in rows)]
    panels = []
    for benchmark, group in _grouped(rows):
        laid, texts, height = placed(group, [[(row["label"], False)] for row in group])
        dots = alt.layer(*labels_mark(texts, palette), *_accuracy_layers(laid, words, palette))
        panels.append(
            alt.hconcat(
                dots.properties(width=PLOT, height=height, title=heading(benchmark)),
                _outcome_bars(laid, seen, words, palette).properties(width=170, height=height),
                spacing=28,
            )
        )
    subtitle = words["accuracy_subtitle"].format(level=f"{100 * rows[0]['level']:.0f} %")
    return finished(alt.vconcat(*panels), words["accuracy_title"], subtitle, palette)


def differences_chart(rows: Sequence[Row], words: Words, palette: Palette = PAPER) -> "alt.Chart":
    """Forest plot of paired differences with intervals.

    Args:
        rows: From `difference_rows`; at least one.
    """
    import altair as alt

    reach = _reach(rows)
    labels = [
        [(row["alternative"], False), (words["against"].format(name=row["baseline"]), True)]
        for row in rows
    ]
    laid, texts, height = placed([_forest_row(row, reach) for row in rows], labels)
    base = alt.Chart(alt.Data(values=laid))
    x = alt.X(
        "difference:Q",
        title=words["difference_axis"],
        scale=alt.Scale(domain=list(reach), nice=False),
        axis=alt.Axis(
            labelExpr="(datum.value > 0 ? '+' : '') + format(100 * datum.value, '.3~f')",
            tickCount=4,
            # Left to itself, Vega drops every other label where they are tight, zero's among them.
            labelOverlap=False,
        ),
    )
    shown_on_hover = tooltips(
        words, alternative="alternative", baseline="baseline", text="difference_axis", n="items"
    )
    layers = [
        base.mark_rect(color=palette.band).encode(
            x=alt.X("band_low:Q"), x2="band_high:Q", y=y("top"), y2="bottom:Q"
        ),
        upright(0, palette),
        *labels_mark(texts, palette),
        base.mark_rule(color=palette.accent, strokeWidth=STROKE).encode(
            x=alt.X("low:Q"), x2="high:Q", y=y()
        ),
        base.mark_point(
            filled=True, stroke=palette.accent, strokeWidth=STROKE, size=110, opacity=1
        ).encode(
            x=x,
            y=y(),
            fill=alt.Fill(
                "decided:N",
                legend=None,
                scale=alt.Scale(domain=[True, False], range=[palette.accent, palette.paper]),
            ),
            tooltip=shown_on_hover,
        ),
        column_mark(base, "text", PLOT + 18, color=palette.ink),
        column_mark(base, "p_text", PLOT + 190, color=palette.muted),
    ]
    title = words["differences_title"].format(
        decided=sum(row["decided"] for row in rows), all=len(rows)
    )
    chart = alt.layer(*layers).properties(width=PLOT, height=height)
    return finished(chart, title, words["differences_subtitle"], palette)


def subjects_chart(rows: Sequence[Row], words: Words, palette: Palette = PAPER) -> "alt.Chart":
    """Accuracy by subject, one mark a run.

    Args:
        rows: From `subject_rows`; at least one.
    """
    import altair as alt

    panels = [
        _subject_panel(group, words, palette).properties(title=heading(benchmark))
        for benchmark, group in _grouped(rows)
    ]
    chart = alt.vconcat(*panels).resolve_scale(color="independent", shape="independent")
    return finished(chart, words["subjects_title"], words["subjects_subtitle"], palette)


def save_png(chart: "alt.Chart", path: Path, scale: float = 2) -> Path:
    """Write a chart as PNG, its texts as `drawable` makes them."""
    import vl_convert

    spec = drawable(chart.to_dict())
    path.write_bytes(vl_convert.vegalite_to_png(spec, vl_version=vega_lite(), scale=scale))
    return path


def vega_lite() -> str:
    """The version of Vega-Lite that altair writes, as vl-convert names it."""
    import altair as alt

    return ".".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])


def _accuracy_layers(rows: Sequence[Row], words: Words, palette: Palette) -> list[Any]:
    import altair as alt

    rows = [row | {"percent": percent(row["accuracy"]), "bounds": bounds(row)} for row in rows]
    base = alt.Chart(alt.Data(values=rows))
    tooltip = tooltips(words, label="run", percent="accuracy", bounds="interval_plain", n="items")
    layers = [
        base.mark_rule(color=palette.accent, strokeWidth=STROKE).encode(
            x=alt.X("low:Q", **share_axis(5)), x2="high:Q", y=y()
        ),
        base.mark_point(filled=True, size=100, opacity=1, color=palette.accent).encode(
            x=alt.X("accuracy:Q"), y=y(), tooltip=tooltip
        ),
        column_mark(base, "percent", PLOT + 18, fontWeight=600),
        column_mark(base, "bounds", PLOT + 80, color=palette.muted),
    ]
    guess = rows[0]["chance"]
    if guess is None:
        return layers
    caption = words["chance"].format(share=percent(guess).replace(".0", ""))
    return [
        upright(guess, palette, strokeDash=[4, 3]),
        alt.Chart(alt.Data(values=[{}]))
        .mark_text(color=palette.muted, text=caption, fontSize=SIZE - 1, align="left", dx=-2)
        .encode(x=alt.datum(guess), y=alt.value(-8)),
        *layers,
    ]


def _outcome_bars(rows: Sequence[Row], seen: list[str], words: Words, palette: Palette) -> Any:
    import altair as alt

    parts = []
    for row in rows:
        start = 0.0
        for name in seen:
            share = row["outcomes"][name] / row["n"]
            parts.append(
                {
                    "label": row["label"],
                    "outcome": words[name],
                    "count": row["outcomes"][name],
                    "percent": percent(share),
                    "start": start,
                    "end": start + share,
                    "top": row["y"] - 6,
                    "bottom": row["y"] + 6,
                }
            )
            start += share
    colors = dict(zip(outcome_names(), palette.outcomes, strict=True))
    scale = alt.Scale(domain=[words[name] for name in seen], range=[colors[name] for name in seen])
    legend = alt.Legend(orient="top", symbolType="square", columnPadding=14)
    return (
        alt.Chart(alt.Data(values=parts))
        .mark_rect()
        .encode(
            x=alt.X("start:Q", **share_axis(3, grid=False)),
            x2="end:Q",
            y=y("top"),
            y2="bottom:Q",
            color=alt.Color("outcome:N", title=None, scale=scale, legend=legend),
            tooltip=tooltips(
                words, label="run", outcome="outcome", count="items", percent="share_axis"
            ),
        )
    )


def _subject_panel(rows: Sequence[Row], words: Words, palette: Palette) -> Any:
    import altair as alt

    labels = list(dict.fromkeys(row["label"] for row in rows))
    colors = [palette.series[i % len(palette.series)] for i in range(len(labels))]
    shapes = [SHAPES[i % len(SHAPES)] for i in range(len(labels))]
    rows = [row | {"percent": percent(row["accuracy"]), "bounds": bounds(row)} for row in rows]
    subjects = _by_mean(rows)
    # Panels of one page each pick from their own legend.
    name = f"pick_{digest(rows[0]['benchmark'])[:8]}"
    pick = alt.selection_point(name=name, fields=["label"], bind="legend")
    legend = alt.Legend(orient="top", columns=1 if max(map(width, labels)) > 36 else 2)
    axis = alt.Axis(labelLimit=260, grid=True)
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("subject:N", sort=subjects, title=None, axis=axis)
    )
    spread = base.mark_rule(color=palette.grid, strokeWidth=4).encode(
        x=alt.X("min(accuracy):Q"), x2="max(accuracy):Q"
    )
    dots = base.mark_point(filled=True, size=60).encode(
        x=alt.X("accuracy:Q", **share_axis(5)),
        color=alt.Color(
            "label:N", title=None, legend=legend, scale=alt.Scale(domain=labels, range=colors)
        ),
        # Equal accuracies must not hide each other.
        yOffset=alt.YOffset(
            "label:N",
            sort=labels,
            scale=alt.Scale(domain=labels, range=[STEP / 2 - 5, STEP / 2 + 5]),
        ),
        shape=alt.Shape("label:N", title=None, scale=alt.Scale(domain=labels, range=shapes)),
        opacity=alt.condition(pick, alt.value(0.95), alt.value(0.1)),
        tooltip=tooltips(
            words,
            subject="subject",
            label="run",
            percent="accuracy",
            bounds="interval_plain",
            n="items",
        ),
    )
    return alt.layer(spread, dots.add_params(pick)).properties(
        width=PLOT + 110, height=STEP * len(subjects)
    )


def _forest_row(row: Row, reach: tuple[float, float]) -> Row:
    ends = f"[{signed_points(row['low'])}, {signed_points(row['high'])}]"
    return row | {
        "band_low": max(-row["smallest"], reach[0]),
        "band_high": min(row["smallest"], reach[1]),
        "text": f"{signed_points(row['difference'])} {ends}".replace("-", "−"),
        "p_text": f"p {p_value(row['p'])}",
    }


def _reach(rows: Sequence[Row]) -> tuple[float, float]:
    """Ends of the forest plot: every interval, zero, and the bands unless they dwarf these."""
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    most = max(row["smallest"] for row in rows)
    band = max(0.01, min(most, max(_FULL_BAND, 2 * max(-low, high))))
    room = 0.04 * (max(high, band) - min(low, -band))
    return max(-1.0, min(low, -band) - room), min(1.0, max(high, band) + room)


def _grouped(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["benchmark"], []).append(row)
    return list(groups.items())


def _by_mean(rows: Sequence[Row]) -> list[str]:
    """Subjects from the best to the worst, by their mean over the runs."""
    seen: dict[str, list[float]] = {}
    for row in rows:
        seen.setdefault(row["subject"], []).append(row["accuracy"])
    return sorted(seen, key=lambda name: -sum(seen[name]) / len(seen[name]))
