"""The lens' three charts, and the one picture they make together."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from astrolabe.report.fonts import width, wrap
from astrolabe.report.layout import finished, tooltips, upright, y
from astrolabe.report.lens import Scale, Seen, heat_rows, odds, probability, short, top_rows
from astrolabe.report.rows import Row
from astrolabe.report.strings import Words
from astrolabe.report.theme import PAPER, SHAPES, SIZE, TOKENS, Palette

if TYPE_CHECKING:
    import altair as alt

HERE = "▼"
"""Stands above the token that is looked at closely."""

_WIDE, _NARROW = 110, 27
"""Pixels of the widest and the narrowest column of the heat map."""
_ROOM = 1000
"""Pixels that its columns share."""
_LABEL = 14
"""Characters shown of a token under a column."""
_TOP = 140
"""Pixels of a column of top tokens."""
_CURVES = 330
"""Width in pixels of the candidates' curves."""
_READABLE = 13
"""Pixels of the lowest row that text fits in."""
_APART = 17
"""Least pixels between the names of two curves."""
_PALEST = 0.04
"""Opacity of a cell that holds 0, so that it is still seen to be a cell."""
_DARK = 0.7
"""Opacity from which on text in the paper's colour is easier to read than in the ink's, be the page
light or dark."""


def heat_chart(seen: Seen, words: Words, palette: Palette = PAPER) -> "alt.Chart":
    """Layers x tokens: how unlike the last layer each early layer is."""
    return finished(_heat(seen, words, palette), *_heat_texts(seen, words), palette)


def tops_chart(seen: Seen, words: Words, palette: Palette = PAPER) -> "alt.Chart":
    """The likeliest tokens of every layer at one position."""
    return finished(_tops(seen, words, palette), *_tops_texts(seen, words), palette)


def traces_chart(seen: Seen, words: Words, palette: Palette = PAPER) -> "alt.Chart":
    """The candidates' probabilities over the layers, and after DoLa's contrast."""
    return finished(_traces(seen, words, palette), *_traces_texts(seen, words), palette)


def picture(seen: Seen, words: Words, palette: Palette = PAPER) -> "alt.Chart":
    """All three in one."""
    import altair as alt

    heat = _heat(seen, words, palette).properties(
        title=_panel_title(*_heat_texts(seen, words), 120)
    )
    tops = _tops(seen, words, palette).properties(title=_panel_title(*_tops_texts(seen, words), 96))
    traces = _traces(seen, words, palette).properties(
        title=_panel_title(*_traces_texts(seen, words), 84)
    )
    whole = alt.vconcat(heat, alt.hconcat(tops, traces, spacing=44), spacing=34)
    return finished(whole, seen.headline, conditions(seen, words), palette)


def conditions(seen: Seen, words: Words) -> str:
    """Under what conditions it was read."""
    dola = seen.lens.dola
    how = words["written_by"].format(dola=dola.label()) if seen.dola else words["greedy"]
    return words["conditions"].format(model=seen.model, norm=dola.norm, decoding=how)


def _panel_title(title: str, subtitle: str, most: int) -> Any:
    """The title of one of the charts in a picture.

    Args:
        most: Characters in a line of the subtitle.
    """
    import altair as alt

    return alt.Title(
        title,
        subtitle=wrap(subtitle, most),
        fontSize=SIZE + 2,
        subtitleFontSize=SIZE - 1,
        frame="bounds",
    )


def _heat_texts(seen: Seen, words: Words) -> tuple[str, str]:
    """Title and subtitle of the heat map."""
    lens = seen.lens
    layers = ", ".join(map(str, lens.candidates))
    measure = words[lens.dola.divergence]
    subtitle = words["heat_subtitle"].format(measure=measure, layers=layers, mark=HERE)
    given = lens.start < lens.prompt
    return words["heat_title"], subtitle + words["heat_all"] * given


def _tops_texts(seen: Seen, words: Words) -> tuple[str, str]:
    return words["tops_title"].format(token=seen.named), words["tops_subtitle"]


def _traces_texts(seen: Seen, words: Words) -> tuple[str, str]:
    layer = seen.lens.contrasted[seen.lens.place]
    return words["traces_title"], words["traces_subtitle"].format(layer=layer)


def _heat(seen: Seen, words: Words, palette: Palette) -> Any:
    import altair as alt

    lens = seen.lens
    rows = heat_rows(seen, words)
    column = max(_NARROW, min(_WIDE, _ROOM // len(lens.read)))
    row = _row_height(lens.depth)
    labels = [short(seen.texts[token], _LABEL) for token in lens.read]
    turned = max(map(width, labels)) * (SIZE * 0.6) > column
    # Whatever lies on a cell shows the cell's own tooltip, or numbers and outlines would hide it.
    base = alt.Chart(alt.Data(values=_opaque(rows))).encode(
        x=alt.X("place:O", title=None, axis=_token_axis(labels, turned, seen, palette)),
        y=_layer_axis(lens.depth, words),
        tooltip=tooltips(
            words, token="token", name="layer", divergence="divergence", tops="top_tokens"
        ),
    )
    layers = [_cells(base, palette)]
    if row >= _READABLE:
        numbers = base.mark_text(fontSize=min(SIZE - 2, column / 2.6))
        layers.append(_inked(numbers, "number", palette))
    chosen = base.transform_filter("datum.contrasted")
    layers.append(chosen.mark_rect(filled=False, stroke=palette.series[1], strokeWidth=2.5))
    mark = alt.Chart(alt.Data(values=[{"place": lens.place}])).mark_text(
        text=HERE, color=palette.ink, fontSize=SIZE - 2
    )
    layers.append(mark.encode(x=alt.X("place:O"), y=alt.value(-9)))
    plot = alt.layer(*layers).properties(width=column * len(lens.read), height=row * lens.depth)
    return alt.hconcat(plot, _key(seen, words, palette, row * lens.depth), spacing=26)


def _row_height(depth: int) -> int:
    """Pixels of one layer, so that deep models still fit a page."""
    return 28 if depth <= 14 else max(9, 420 // depth)


def _opaque(rows: Sequence[Row]) -> list[Row]:
    return [row | {"opacity": _PALEST + (1 - _PALEST) * row["strength"]} for row in rows]


def _cells(base: Any, palette: Palette) -> Any:
    """Cells darkened by opacity alone, so that one specification serves light and dark pages."""
    import altair as alt

    return base.mark_rect(color=palette.accent, stroke=palette.paper, strokeWidth=1).encode(
        fillOpacity=alt.FillOpacity("opacity:Q", scale=None, legend=None)
    )


def _inked(texts: Any, field: str, palette: Palette) -> Any:
    """Texts in cells, in a colour that can be read on them."""
    import altair as alt

    color = alt.condition(
        f"datum.opacity > {_DARK}", alt.value(palette.paper), alt.value(palette.ink)
    )
    return texts.encode(text=f"{field}:N", color=color)


def _token_axis(labels: Sequence[str], turned: bool, seen: Seen, palette: Palette) -> Any:
    import altair as alt

    lens = seen.lens
    turn = {"labelAngle": -45, "labelAlign": "right", "labelBaseline": "middle"}
    given = f"datum.value < {lens.prompt - lens.start}"
    return alt.Axis(
        labelExpr=f"{json.dumps(labels, ensure_ascii=False)}[datum.value]",
        labelFontWeight={
            "condition": {"test": f"datum.value == {lens.place}", "value": "bold"},
            "value": "normal",
        },
        labelColor={"condition": {"test": given, "value": palette.muted}, "value": palette.ink},
        labelFont=TOKENS,
        labelOverlap=False,
        labelLimit=200,
        **(turn if turned else {"labelAngle": 0}),
    )


def _layer_axis(last: int, words: Words) -> Any:
    """Layers from 0 to `last`, which is at the top."""
    import altair as alt

    step = 1 if last <= 40 else 5
    return alt.Y(
        "layer:O",
        sort="descending",
        title=words["layer"],
        axis=alt.Axis(values=list(range(0, last + 1, step)), labelOverlap=False),
    )


def _key(seen: Seen, words: Words, palette: Palette, height: int) -> Any:
    """What the shades of the heat map mean."""
    import altair as alt

    scale, steps = Scale.of(seen.lens), 24
    rows = [
        {
            "low": scale.greatest * step / steps,
            "high": scale.greatest * (step + 1) / steps,
            "opacity": _PALEST + (1 - _PALEST) * (step + 0.5) / steps,
        }
        for step in range(steps)
    ]
    ends = [0.0, scale.greatest / 2, scale.greatest]
    texts = json.dumps([scale.number(end) for end in ends])
    title = f"{scale.unit}{words['nats']}"
    axis = alt.Axis(
        orient="right",
        values=ends,
        grid=False,
        labelExpr=f"{texts}[round(2 * datum.value / {scale.greatest!r})]",
        titleAngle=0,
        titleAlign="left",
        titleAnchor="start",
        titleX=-12,
        titleY=-16,
    )
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_rect(color=palette.accent)
        .encode(
            y=alt.Y("low:Q", title=title, axis=axis, scale=alt.Scale(domain=[0, scale.greatest])),
            y2="high:Q",
            fillOpacity=alt.FillOpacity("opacity:Q", scale=None, legend=None),
        )
        .properties(width=12, height=min(height, 168))
    )


def _tops(seen: Seen, words: Words, palette: Palette) -> Any:
    import altair as alt

    rows = [row | {"text": short(row["token"], 10)} for row in top_rows(seen, words)]
    high = max(_READABLE, _row_height(seen.lens.depth))
    base = alt.Chart(alt.Data(values=_opaque(rows))).encode(
        x=alt.X("rank:O", title=None, axis=alt.Axis(labelAngle=0)),
        y=_layer_axis(seen.lens.depth, words),
        tooltip=tooltips(
            words, token="token", name="layer", probability="probability", rank="rank"
        ),
    )
    left = base.mark_text(align="left", dx=7, fontSize=SIZE - 1, font=TOKENS).encode(
        x=alt.X("rank:O", bandPosition=0)
    )
    right = base.mark_text(align="right", dx=-6, fontSize=SIZE - 2, opacity=0.8).encode(
        x=alt.X("rank:O", bandPosition=1)
    )
    return alt.layer(
        _cells(base, palette),
        _inked(left, "text", palette),
        _inked(right, "probability", palette),
    ).properties(width=_TOP * max(row["rank"] for row in rows), height=high * (seen.lens.depth + 1))


def _traces(seen: Seen, words: Words, palette: Palette) -> Any:
    import altair as alt

    lens = seen.lens
    height = min(420, max(190, _row_height(lens.depth) * (lens.depth + 1)))
    apart = lens.depth * 1.16 + 0.3
    rows = [
        {
            "token": seen.texts[trace.token],
            "curve": str(number),
            "x": apart if layer > lens.depth else layer,
            "name": words["after_dola"] if layer > lens.depth else seen.layer(layer, words),
            "share": share,
            "probability": odds(trace, words) if layer > lens.depth else probability(share),
            "dola": layer > lens.depth,
        }
        for number, trace in enumerate(lens.traces)
        for layer, share in enumerate((*trace.layers, trace.contrasted))
    ]
    curves = [str(number) for number in range(len(lens.traces))]
    color = alt.Color(
        "curve:N",
        legend=None,
        scale=alt.Scale(domain=curves, range=_round(palette.series, len(curves))),
    )
    shape = alt.Shape(
        "curve:N", legend=None, scale=alt.Scale(domain=curves, range=_round(SHAPES, len(curves)))
    )
    step = max(1, round(lens.depth / 12))
    ticks = [*range(0, lens.depth + 1 - step // 2, step), lens.depth, apart]
    axis = alt.Axis(
        values=sorted(set(ticks)),
        grid=False,
        labelExpr=f"datum.value > {lens.depth} ? 'DoLa' : datum.value",
        labelOverlap=False,
        labelFlush=False,
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "x:Q", title=words["layer"], axis=axis, scale=alt.Scale(domain=[0, apart], nice=False)
        ),
        y=alt.Y(
            "share:Q",
            title=words["probability"],
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(labelExpr="format(100 * datum.value, '.0f') + ' %'", tickCount=5),
        ),
        color=color,
    )
    hover = tooltips(words, token="token", name="layer", probability="probability")
    layers = [
        upright((lens.depth + apart) / 2, palette, strokeDash=[3, 3], opacity=0.6),
        base.transform_filter("!datum.dola").mark_line(strokeWidth=2),
        base.mark_point(filled=True, size=60, opacity=1).encode(shape=shape, tooltip=hover),
        alt.Chart(alt.Data(values=_names(seen, words, height)))
        .mark_text(align="left", font=TOKENS)
        .encode(x=alt.value(_CURVES + 12), y=y(), text="text:N", color=color),
    ]
    return alt.layer(*layers).properties(width=_CURVES, height=height)


def _names(seen: Seen, words: Words, height: int) -> list[Row]:
    """Names of the curves at their right ends, moved apart where they would touch."""
    traces = sorted(enumerate(seen.lens.traces), key=lambda pair: pair[1].contrasted)
    rows: list[Row] = []
    free = height + 4.0
    for number, trace in traces:
        free = min(free, height * (1 - trace.contrasted))
        last = probability(trace.layers[-1])
        text = f"{short(seen.texts[trace.token], _LABEL)}  {last} → {odds(trace, words)}"
        rows.append({"curve": str(number), "y": free, "text": text})
        free -= _APART
    return rows


def _round(values: Sequence[str], count: int) -> list[str]:
    return [values[place % len(values)] for place in range(count)]
