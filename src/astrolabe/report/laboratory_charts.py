"""The laboratory's charts: any `Chart`, drawn in the house's look."""

from collections.abc import Callable, Sequence
from typing import Any

from astrolabe.report.by_kind import apart
from astrolabe.report.fonts import width, wrap
from astrolabe.report.laboratory_strings import figure
from astrolabe.report.layout import column_mark, finished, labels_mark, placed, upright, y
from astrolabe.report.rows import Row, one_line
from astrolabe.report.strings import Words
from astrolabe.report.theme import PAPER, SIZE, Palette
from astrolabe.studies.outcome import Axis, Chart, Kind, Mark, Said
from astrolabe.studies.outcome import said as in_language

WIDTH, HEIGHT = 520, 340
"""Pixels of what is plotted in lines and bars."""
PLOT = 400
"""Width in pixels of what is plotted in rows of dots."""
_LABEL_GAP = SIZE + 5
_NAME = 24
"""Characters in a line of a series' name."""
_STACK, _MEAN = (13, 3), (26, 12)
"""Pixels of a stacked row and of the gap below it: of an item, of a mean."""
_LEGEND = 60
"""Characters of a legend that stands in one line."""


def chart(declared: Chart, said: Words, language: str, palette: Palette = PAPER) -> Any:
    """A declared chart as an altair chart.

    Args:
        said: Words of the report, for what is shown on hovering.
        language: Of the chart's own texts.
    """
    draw: dict[str, Callable[[_Drawn], Any]] = {
        "lines": _lines,
        "bars": _bars,
        "dots": _dots,
        "stacked": _stacked,
    }
    drawn = _Drawn(declared, said, language, palette)
    title, subtitle = drawn.text(declared.title), drawn.text(declared.subtitle)
    return finished(draw[declared.kind](drawn), title, subtitle, palette)


class _Drawn:
    """A chart's rows in one language and palette, and the scales they share."""

    def __init__(self, declared: Chart, said: Words, language: str, palette: Palette) -> None:
        self.chart = declared
        self.words = said
        self.palette = palette
        self._language = language
        self.series = list(dict.fromkeys(self.text(mark.series) for mark in declared.rows))
        self.rows = [self._row(mark) for mark in declared.rows]

    def text(self, text: Said) -> str:
        return one_line(in_language(text, self._language))

    def colour(self, series: str) -> str:
        place = self.series.index(series)
        return self.palette.series[place % len(self.palette.series)]

    def _row(self, mark: Mark) -> Row:
        kind = self.chart.y.kind
        series = self.text(mark.series)
        x = mark.x if isinstance(mark.x, int | float) else self.text(mark.x)
        shown = figure(mark.value, kind)
        if mark.low is not None and mark.high is not None:
            shown += f"  [{figure(mark.low, kind)}, {figure(mark.high, kind)}]"
        return {
            "x": x,
            "x_text": x if isinstance(x, str) else figure(x, self.chart.x.kind),
            "value": mark.value,
            "low": self._within(mark.value if mark.low is None else mark.low),
            "high": self._within(mark.value if mark.high is None else mark.high),
            "ends": mark.low is not None,
            "series": series,
            "colour": self.colour(series),
            "emphasis": mark.emphasis,
            "shown": shown.replace("-", "−"),
        }

    def _within(self, value: float) -> float:
        """An interval's end, no further out than the axis can mean."""
        return min(1.0, max(0.0, value)) if self.chart.y.kind == "share" else value

    def tooltip(self) -> list[Any]:
        import altair as alt

        titles = {
            "x_text": self.text(self.chart.x.heading),
            "shown": self.text(self.chart.y.heading),
        }
        if len(self.series) > 1:
            titles = {"series": self.words["series"], **titles}
        return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]

    def x(self, padding: float = 0.25) -> Any:
        import altair as alt

        title = self.text(self.chart.x.heading)
        if self.chart.x.kind == "text":
            order = list(dict.fromkeys(row["x"] for row in self.rows))
            return alt.X(
                "x:N",
                title=title,
                sort=order,
                scale=alt.Scale(type="point", padding=padding, domain=order),
                axis=alt.Axis(labelAngle=0, labelLimit=WIDTH / max(1, len(order))),
            )
        return alt.X(
            "x:Q",
            title=title,
            scale=alt.Scale(nice=False),
            axis=_axis(self.chart.x, grid=False),
        )

    def y(self, zero: bool) -> Any:
        height = self.at("value", zero).title(self.text(self.chart.y.heading))
        return height.axis(_axis(self.chart.y))

    def at(self, field: str, zero: bool = False) -> Any:
        """A height on the axis of values; layers must agree on its ends, or it begins at zero."""
        import altair as alt

        return alt.Y(f"{field}:Q", scale=alt.Scale(domain=list(self.reach(zero)), nice=False))

    def reach(self, zero: bool) -> tuple[float, float]:
        """Ends of the axis of values: every interval and the reference, with room around."""
        values = [row[end] for row in self.rows for end in ("low", "high", "value")]
        if self.chart.reference:
            values.append(self.chart.reference[0])
        if zero:
            values.append(0.0)
        low, high = min(values), max(values)
        room = 0.06 * ((high - low) or abs(high) or 1.0)
        if self.chart.y.kind == "share":
            return (0.0 if zero else max(0.0, low - room)), min(1.0, high + room)
        return (low if zero and low == 0 else low - room), high + room

    def reference(self, zero: bool = False) -> list[Any]:
        """The dashed line across, with its name above it, left of the last points."""
        import altair as alt

        if self.chart.reference is None:
            return []
        value, name = self.chart.reference
        base = alt.Chart(alt.Data(values=[{"value": value, "name": self.text(name)}])).encode(
            y=self.at("value", zero)
        )
        written = {
            "align": "right",
            "baseline": "bottom",
            "dx": -12,
            "dy": -3,
            "fontSize": SIZE - 1,
        }
        halo = {"color": self.palette.paper, "stroke": self.palette.paper, "strokeWidth": 4}
        return [
            base.mark_rule(color=self.palette.muted, strokeDash=[4, 3]),
            *(
                base.mark_text(**written, **paint).encode(x=alt.value(WIDTH), text="name:N")
                for paint in (halo, {"color": self.palette.muted})
            ),
        ]

    def notable(self) -> list[Any]:
        """Upright lines, each with its name at the top."""
        import altair as alt

        rows = [{"x": x, "name": self.text(name)} for x, name in self.chart.notable]
        if not rows:
            return []
        base = alt.Chart(alt.Data(values=rows)).encode(x=alt.X("x:Q"))
        return [
            base.mark_rule(color=self.palette.muted, strokeDash=[2, 3]),
            base.mark_text(align="left", dx=5, color=self.palette.muted, fontSize=SIZE - 1).encode(
                y=alt.value(8), text="name:N"
            ),
        ]


def _axis(axis: Axis, **more: Any) -> Any:
    import altair as alt

    forms: dict[Kind, str] = {
        "share": "format(100 * datum.value, '.3~f') + ' %'",
        "points": "(datum.value > 0 ? '+' : '') + format(100 * datum.value, '.3~f')",
    }
    form = {"labelExpr": forms[axis.kind]} if axis.kind in forms else {}
    return alt.Axis(tickCount=6, labelFlush=False, **form, **more)


def _lines(drawn: _Drawn) -> Any:
    """A line with its band for each series; a series with several marks at one x as points."""
    import altair as alt

    loose = [name for name in drawn.series if _is_loose(drawn, name)]
    joined = [row for row in drawn.rows if row["series"] not in loose]
    single = [row for row in drawn.rows if row["series"] in loose]
    x, height = drawn.x(), drawn.y(zero=False)
    colour = alt.Color("colour:N", scale=None)
    base = alt.Chart(alt.Data(values=joined)).encode(x=x, detail="series:N")
    layers = drawn.notable()
    if single:
        points = alt.Chart(alt.Data(values=single)).mark_point(filled=True, size=46, opacity=0.5)
        layers.append(points.encode(x=x, y=height, color=colour, tooltip=drawn.tooltip()))
    if joined:
        layers += [
            base.mark_area(opacity=0.14).encode(
                y=drawn.at("low"), y2="high:Q", fill=alt.Fill("colour:N", scale=None)
            ),
            base.mark_line(strokeWidth=2.5).encode(y=height, color=colour),
            base.mark_point(filled=True, size=58, opacity=1).encode(
                y=height, color=colour, tooltip=drawn.tooltip()
            ),
        ]
    layers += [*drawn.reference(), *_names(drawn)]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _is_loose(drawn: _Drawn, series: str) -> bool:
    places = [row["x"] for row in drawn.rows if row["series"] == series]
    return len(places) > len(set(places))


def _names(drawn: _Drawn) -> list[Any]:
    """The names of the series beside their ends, moved apart, each with a line to its own."""
    import altair as alt

    if drawn.series == [""]:
        return []
    low, high = drawn.reach(zero=False)
    ends = {row["series"]: row for row in drawn.rows}  # the last of each
    ordered = sorted(ends.values(), key=lambda row: float(row["value"]))
    lines = {name: wrap(name, _NAME) for name in ends}
    gap = _LABEL_GAP * max(map(len, lines.values()))
    wanted = [(row["value"] - low) / (high - low) * HEIGHT for row in ordered]
    rows = [
        {
            "name": lines[row["series"]],
            "colour": row["colour"],
            "end": row["value"],
            "label": low + place / HEIGHT * (high - low),
        }
        for row, place in zip(ordered, apart(wanted, gap), strict=True)
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(color=alt.Color("colour:N", scale=None))
    return [
        base.mark_rule(strokeWidth=1, opacity=0.5).encode(
            x=alt.value(WIDTH + 5),
            x2=alt.value(WIDTH + 22),
            y=drawn.at("end"),
            y2="label:Q",
        ),
        base.mark_text(align="left", fontWeight=600, baseline="middle", lineHeight=SIZE + 3).encode(
            x=alt.value(WIDTH + 27), y=drawn.at("label"), text="name:N"
        ),
    ]


def _bars(drawn: _Drawn) -> Any:
    """Bars from zero, side by side, with their intervals."""
    import altair as alt

    order = list(dict.fromkeys(row["x"] for row in drawn.rows))
    x = alt.X(
        "x:N",
        title=drawn.text(drawn.chart.x.heading),
        sort=order,
        scale=alt.Scale(domain=order, paddingInner=0.3, paddingOuter=0.2),
        axis=alt.Axis(labelAngle=0, labelLimit=WIDTH / max(1, len(order))),
    )
    beside = alt.XOffset("series:N", sort=drawn.series, scale=alt.Scale(domain=drawn.series))
    base = alt.Chart(alt.Data(values=drawn.rows)).encode(x=x, xOffset=beside)
    bars = base.mark_bar().encode(
        y=drawn.y(zero=True),
        color=_legend(drawn),
        tooltip=drawn.tooltip(),
    )
    ends = base.transform_filter("datum.ends").mark_rule(color=drawn.palette.ink, strokeWidth=1.5)
    ends = ends.encode(y=drawn.at("low", zero=True), y2="high:Q")
    return alt.layer(bars, ends, *drawn.reference(zero=True)).properties(width=WIDTH, height=HEIGHT)


def _legend(drawn: _Drawn) -> Any:
    """Colours by series, with a legend on top where there are several."""
    import altair as alt

    scale = alt.Scale(domain=drawn.series, range=[drawn.colour(name) for name in drawn.series])
    columns = len(drawn.series) if sum(map(width, drawn.series)) < _LEGEND else 2
    legend = None if drawn.series == [""] else alt.Legend(orient="top", columns=columns)
    return alt.Color("series:N", title=None, scale=scale, legend=legend)


def _stacked(drawn: _Drawn) -> Any:
    """A row for each x: its series end to end from zero, either way, and a tick at their sum."""
    import altair as alt

    segments, sums, height = _ends(drawn)
    reach = [row[end] for row in segments for end in ("start", "end")]
    room = 0.03 * (max(reach) - min(reach) or 1.0)
    across = alt.X(
        "start:Q",
        title=drawn.text(drawn.chart.y.heading),
        scale=alt.Scale(domain=[min(reach) - room, max(reach) + room], nice=False),
        axis=_axis(drawn.chart.y),
    )
    bars = alt.Chart(alt.Data(values=segments)).mark_rect()
    ticks = alt.Chart(alt.Data(values=sums)).mark_rule(color=drawn.palette.ink, strokeWidth=2.5)
    names = [{"y": row["y"], "text": row["x_text"], "muted": not row["emphasis"]} for row in sums]
    return alt.layer(
        bars.encode(
            x=across,
            x2="end:Q",
            y=y("top"),
            y2="bottom:Q",
            color=_legend(drawn),
            tooltip=drawn.tooltip(),
        ),
        upright(0, drawn.palette),
        ticks.encode(x=alt.X("sum:Q"), y=y("top"), y2="bottom:Q"),
        *labels_mark(names, drawn.palette),
    ).properties(width=WIDTH, height=height)


def _ends(drawn: _Drawn) -> tuple[list[Row], list[Row], int]:
    """Of stacked rows the segments with their ends, the sums, both in pixels down; the height."""
    segments: list[Row] = []
    sums: list[Row] = []
    top = 0
    for name in dict.fromkeys(row["x"] for row in drawn.rows):
        parts = [row for row in drawn.rows if row["x"] == name]
        mean = parts[0]["emphasis"]
        high, gap = _MEAN if mean else _STACK
        place = {"top": top, "y": top + high / 2, "bottom": top + high}
        reached = {True: 0.0, False: 0.0}
        for part in parts:
            side = part["value"] >= 0
            start, reached[side] = reached[side], reached[side] + part["value"]
            segments.append({**part, **place, "start": start, "end": reached[side]})
        sums.append({**parts[0], **place, "sum": sum(reached.values())})
        top += high + gap
    return segments, sums, top


def _dots(drawn: _Drawn) -> Any:
    """A row for each mark: its name, its dot with the interval, and its value as text."""
    import altair as alt

    several = len(drawn.series) > 1
    labels = [
        [(row["x_text"], False), *([(row["series"], True)] if several and row["series"] else [])]
        for row in drawn.rows
    ]
    laid, texts, height = placed(drawn.rows, labels)
    base = alt.Chart(alt.Data(values=laid))
    low, high = drawn.reach(zero=False)
    x = alt.X(
        "value:Q",
        title=drawn.text(drawn.chart.y.heading),
        scale=alt.Scale(domain=[low, high], nice=False),
        axis=_axis(drawn.chart.y),
    )
    colour = alt.Color("colour:N", scale=None)
    layers = [*_upright_reference(drawn), *labels_mark(texts, drawn.palette)]
    layers += [
        base.mark_rule(strokeWidth=2.5).encode(x=alt.X("low:Q"), x2="high:Q", y=y(), color=colour),
        base.mark_point(filled=True, strokeWidth=2.5, size=110, opacity=1).encode(
            x=x,
            y=y(),
            stroke=alt.Stroke("colour:N", scale=None),
            fill=alt.condition(
                "datum.emphasis", alt.Fill("colour:N", scale=None), alt.value(drawn.palette.paper)
            ),
            tooltip=drawn.tooltip(),
        ),
        column_mark(base, "shown", PLOT + 18, color=drawn.palette.ink),
    ]
    return alt.layer(*layers).properties(width=PLOT, height=height)


def _upright_reference(drawn: _Drawn) -> Sequence[Any]:
    import altair as alt

    if drawn.chart.reference is None:
        return []
    value, name = drawn.chart.reference
    caption = alt.Chart(alt.Data(values=[{}])).mark_text(
        color=drawn.palette.muted, text=drawn.text(name), fontSize=SIZE - 1, align="left", dx=-2
    )
    return [
        upright(value, drawn.palette, strokeDash=[4, 3]),
        caption.encode(x=alt.datum(value), y=alt.value(-8)),
    ]
