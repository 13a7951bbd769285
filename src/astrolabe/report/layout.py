"""Rows of a chart laid out by hand: labels of several lines, each row as high as it needs.

Vega's axes do not centre labels of several lines and give every row the same height, so the
vertical positions here are pixels and the labels are marks.
"""

from collections.abc import Sequence
from typing import Any

from astrolabe.report.fonts import wrap
from astrolabe.report.rows import Row
from astrolabe.report.strings import Words
from astrolabe.report.theme import SIZE, Palette, config
from astrolabe.runs.figures import span

LABEL = 38
"""Characters in a line of a label."""
LINE = SIZE + 4
GAP = 18
"""Pixels between the labels of two rows."""
LEAST = 34
"""Pixels of the lowest row."""

Label = Sequence[tuple[str, bool]]
"""Texts of a label from top to bottom, and whether each is set in the muted colour."""


def placed(rows: Sequence[Row], labels: Sequence[Label]) -> tuple[list[Row], list[Row], int]:
    """Rows with their vertical positions.

    Returns:
        The rows with ``y`` and, a little apart, ``top`` and ``bottom``; the lines of their labels
        with ``y``, ``text`` and ``muted``; and the height of all.
    """
    out: list[Row] = []
    texts: list[Row] = []
    top = 0
    for row, label in zip(rows, labels, strict=True):
        broken = [(line, muted) for text, muted in label for line in wrap(text, LABEL)]
        height = max(LEAST, GAP + LINE * len(broken))
        middle = top + height / 2
        out.append(row | {"y": middle, "top": top + 4, "bottom": top + height - 4})
        first = middle - LINE * (len(broken) - 1) / 2
        texts += [
            {"y": first + LINE * place, "text": text, "muted": muted}
            for place, (text, muted) in enumerate(broken)
        ]
        top += height
    return out, texts, top


def y(field: str = "y") -> Any:
    """A vertical position in pixels."""
    import altair as alt

    return alt.Y(f"{field}:Q", scale=None, axis=None)


def labels_mark(texts: Sequence[Row], palette: Palette) -> list[Any]:
    """The labels, to the left of the plot."""
    import altair as alt

    return [
        alt.Chart(alt.Data(values=[row for row in texts if row["muted"] is muted]))
        .mark_text(align="right", color=color)
        .encode(x=alt.value(-14), y=y(), text="text:N")
        for muted, color in ((False, palette.ink), (True, palette.muted))
        if any(row["muted"] is muted for row in texts)
    ]


def column_mark(base: Any, field: str, x: float, **mark: Any) -> Any:
    """A column of text at `x`, to the right of the plot."""
    import altair as alt

    return base.mark_text(align="left", **mark).encode(x=alt.value(x), y=y(), text=f"{field}:N")


def share_axis(ticks: int, grid: bool = True) -> dict[str, Any]:
    """Scale and axis from 0 to 100 %, as arguments of a channel."""
    import altair as alt

    return {
        "title": None,
        "scale": alt.Scale(domain=[0, 1]),
        "axis": alt.Axis(
            labelExpr="format(100 * datum.value, '.0f') + ' %'",
            tickCount=ticks,
            grid=grid,
            labelFlush=False,
        ),
    }


def upright(x: float, palette: Palette, **mark: Any) -> Any:
    """A line from top to bottom at `x`."""
    import altair as alt

    rule = alt.Chart(alt.Data(values=[{}])).mark_rule(color=palette.muted, **mark)
    return rule.encode(x=alt.datum(x))


def tooltips(words: Words, **titles: str) -> list[Any]:
    """Tooltips by field, each titled by the word of that key."""
    import altair as alt

    return [alt.Tooltip(f"{field}:N", title=words[key]) for field, key in titles.items()]


def heading(text: str) -> Any:
    """The title of one panel."""
    import altair as alt

    return alt.Title(text, fontSize=SIZE + 1, offset=14)


def finished(chart: Any, title: str, subtitle: str, palette: Palette) -> Any:
    """A chart with its title, at the very left, and the house's look."""
    import altair as alt

    titled = alt.Title(title, subtitle=wrap(subtitle, 105), frame="bounds")
    return chart.properties(title=titled).configure(**config(palette))


def bounds(row: Row) -> str:
    """The interval of a row as text, in percent."""
    return span(row["low"], row["high"])
