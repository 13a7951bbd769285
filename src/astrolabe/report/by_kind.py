"""Divergence by kind of token, shown: in the terminal, as JSON, as a picture, and as a page."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.report.by_kind_strings import (
    by_kind_words,
    caveat,
    conditions,
    findings,
    measure,
    nats,
)
from astrolabe.report.folder import write_folder
from astrolabe.report.fonts import drawable_language
from astrolabe.report.layout import finished, tooltips
from astrolabe.report.offline import inline_json, render
from astrolabe.report.rows import Row, one_line, visible
from astrolabe.report.strings import Words
from astrolabe.report.tables import styled, text_table
from astrolabe.report.theme import PAGE, PAPER, SIZE, Palette
from astrolabe.studies.by_kind import LEVEL, MARGIN, ByKind, Curve
from astrolabe.studies.kinds import Kind

if TYPE_CHECKING:
    import altair as alt
    from rich.console import Console, RenderableType

WIDTH, HEIGHT = 520, 380
"""Pixels of what is plotted; labels stand to the right of it."""
_LABEL_GAP = SIZE + 5
"""Pixels between two labels."""
_COLUMNS = 4
"""Layers that the terminal has columns for."""

_COLOURS: dict[Kind, int] = {"name": 0, "number": 1, "function": 2, "copied": 3, "other": 7}
"""Places in the palette's series; kinds that are in no comparison are drawn in grey."""


def print_by_kind(found: ByKind, language: str = "en", console: "Console | None" = None) -> None:
    """The table, then the findings.

    Args:
        console: Where to print; the terminal, if not given.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    from rich.console import Console

    out = console or Console(highlight=False)
    for part in _parts(found, language):
        out.print(part)


def _parts(found: ByKind, language: str) -> "list[RenderableType]":
    said = by_kind_words(language)
    shown: list[RenderableType] = [styled(visible(conditions(found, said)), "dim")]
    note = caveat(found, said)
    if note:
        shown.append(styled(note, "yellow"))
    shown += [_kinds_table(found, said), styled(measure(found, said), "dim")]
    for finding in findings(found, language):
        shown.append(styled(f"\n{finding.verdict}", "bold"))
        shown += [styled(f"  {sentence}") for sentence in finding.sentences]
    return shown


def _kinds_table(found: ByKind, said: Words) -> "RenderableType":
    last = found.layers - 1
    layers = sorted({last * place // (_COLUMNS - 1) for place in range(_COLUMNS)})
    shown = [f"L{layer}" for layer in layers]
    numbers = (said["tokens"], *shown, said["late"], said["settled"])
    table = text_table(said["kind"], numbers=numbers)
    table.columns[0].no_wrap = True
    for curve in found.curves:
        values = [nats(curve.means[layer]) for layer in layers]
        table.add_row(
            said[curve.kind],
            f"{curve.tokens:,}",
            *values,
            styled(nats(curve.late), "bold"),
            _settled(curve),
        )
    return table


def _settled(curve: Curve) -> str:
    return "–" if curve.settled is None else f"L{curve.settled}"


def by_kind_fields(found: ByKind, language: str = "en") -> dict[str, Any]:
    """Everything as JSON values, with the findings in `language`.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    fields = asdict(found)
    fields["left_out"] = [asdict(planned) | {"texts": n} for planned, n in found.left_out]
    return fields | {
        "late_layers": list(found.late),
        "margin": MARGIN,
        "findings": [asdict(finding) for finding in findings(found, language)],
        "caveat": caveat(found, by_kind_words(language)),
    }


def curves_chart(found: ByKind, said: Words, palette: Palette = PAPER) -> "alt.LayerChart":
    """Mean divergence over the layers, a line with its interval for each kind, named at its end."""
    import altair as alt

    top = 1.05 * max(interval.high for curve in found.curves for interval in curve.intervals)
    compared = [curve for curve in found.curves if curve.kind in _COLOURS]
    others = [curve for curve in found.curves if curve.kind not in _COLOURS]
    # A layer stands for the half step on either side of it, but the plot ends at the last one.
    shade = {"low": found.late[0] - 0.5, "high": found.layers - 1}
    shaded = alt.Chart(alt.Data(values=[shade])).mark_rect(color=palette.band)
    scales = _scales(found.layers - 1, top, said)
    layers = [
        shaded.encode(x=alt.X("low:Q"), x2="high:Q"),
        *_lines(others, scales, said, palette, strokeWidth=1.5, strokeDash=[4, 3]),
        *_lines(compared, scales, said, palette, strokeWidth=2.5),
        *_names(found.curves, top, said, palette),
    ]
    chart = alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)
    subtitle = said["subtitle"].format(norm=found.norm, level=f"{100 * (1 - LEVEL):.0f} %")
    return finished(chart, said["title"], subtitle, palette)


def _scales(last: int, top: float, said: Words) -> dict[str, Any]:
    """The axes of layers and of divergence."""
    import altair as alt

    ticks = list(range(0, last + 1, max(1, round(last / 8))))
    return {
        "x": alt.X(
            "layer:Q",
            title=said["early"],
            scale=alt.Scale(domain=[0, last], nice=False),
            axis=alt.Axis(values=ticks, format="d", grid=False, labelFlush=False),
        ),
        "y": alt.Y(
            "mean:Q",
            title=said["divergence"],
            scale=alt.Scale(domain=[0, top], nice=False),
            axis=alt.Axis(tickCount=6),
        ),
    }


def _lines(
    curves: Sequence[Curve], scales: dict[str, Any], said: Words, palette: Palette, **stroke: Any
) -> list[Any]:
    """The interval, the line and the points of each curve."""
    import altair as alt

    rows = [row for curve in curves for row in _rows(curve, said, palette)]
    if not rows:
        return []
    base = alt.Chart(alt.Data(values=rows)).encode(x=scales["x"], detail="kind:N")
    colour = alt.Color("colour:N", scale=None)
    fill = alt.Fill("colour:N", scale=None)
    hover = tooltips(said, name="kind", layer="layer", text="divergence")
    return [
        base.mark_area(opacity=0.14).encode(y=alt.Y("low:Q"), y2="high:Q", fill=fill),
        base.mark_line(**stroke).encode(y=scales["y"], color=colour),
        base.mark_point(filled=True, size=36, opacity=1).encode(
            y=scales["y"], color=colour, tooltip=hover
        ),
    ]


def _names(curves: Sequence[Curve], top: float, said: Words, palette: Palette) -> list[Any]:
    """The names of the curves at their ends, each with a line to its own."""
    import altair as alt

    base = alt.Chart(alt.Data(values=_ends(curves, top, said, palette)))
    base = base.encode(color=alt.Color("colour:N", scale=None))
    leader = {"x": alt.value(WIDTH + 5), "x2": alt.value(WIDTH + 22)}
    return [
        base.mark_rule(strokeWidth=1, opacity=0.5).encode(
            y=alt.Y("mean:Q"), y2="label:Q", **leader
        ),
        base.mark_text(align="left", fontWeight=600).encode(
            x=alt.value(WIDTH + 27), y=alt.Y("label:Q"), text="name:N"
        ),
    ]


def _colour(kind: Kind, palette: Palette) -> str:
    return palette.series[_COLOURS[kind]] if kind in _COLOURS else palette.muted


def _rows(curve: Curve, said: Words, palette: Palette) -> list[Row]:
    return [
        {
            "kind": curve.kind,
            "name": said[curve.kind],
            "colour": _colour(curve.kind, palette),
            "layer": layer,
            "mean": mean,
            "low": interval.low,
            "high": interval.high,
            "text": f"{nats(mean)}  [{nats(interval.low)}, {nats(interval.high)}]",
        }
        for layer, (mean, interval) in enumerate(zip(curve.means, curve.intervals, strict=True))
    ]


def _ends(curves: Sequence[Curve], top: float, said: Words, palette: Palette) -> list[Row]:
    """The name of each curve beside its end, moved apart where they would overlap."""
    ordered = sorted(curves, key=lambda curve: curve.means[-1])
    places = apart([curve.means[-1] * HEIGHT / top for curve in ordered], _LABEL_GAP)
    return [
        {
            "name": said[curve.kind],
            "colour": _colour(curve.kind, palette),
            "mean": curve.means[-1],
            "label": place * top / HEIGHT,
        }
        for curve, place in zip(ordered, places, strict=True)
    ]


def apart(places: Sequence[float], gap: float) -> list[float]:
    """Ascending `places`, none below 0, moved as little as needed to be `gap` apart."""
    blocks: list[tuple[float, int]] = []  # the mean of what its labels want, and how many
    for place in places:
        centre, count = place, 1
        while blocks and _upper(blocks[-1], gap) + gap > centre - gap * (count - 1) / 2:
            before, many = blocks.pop()
            centre = (before * many + centre * count) / (many + count)
            count += many
            centre = max(centre, gap * (count - 1) / 2)
        blocks.append((centre, count))
    return [
        centre + gap * (place - (count - 1) / 2)
        for centre, count in blocks
        for place in range(count)
    ]


def _upper(block: tuple[float, int], gap: float) -> float:
    return block[0] + gap * (block[1] - 1) / 2


def write_by_kind(
    folder: Path, found: ByKind, created: str | None = None, language: str = "en"
) -> Path:
    """Write ``report.html``, one file that loads nothing, and ``divergence-by-kind.png``.

    Args:
        folder: Where to write; made if it is not there.
        created: Date shown; now, if not given.

    Returns:
        The path of the page.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    picture = curves_chart(found, by_kind_words(drawable_language(language)))
    page = _html(found, created, language)
    return write_folder(folder, page, [("divergence-by-kind", picture)])


def _html(found: ByKind, created: str | None, language: str) -> str:
    said = by_kind_words(language)
    chart = curves_chart(found, said, PAGE).to_dict()
    judged = findings(found, language)
    return render(
        "by_kind.html.j2",
        language,
        created,
        w=said,
        conditions=one_line(conditions(found, said)),
        caveat=caveat(found, said),
        findings=judged,
        chart=inline_json(chart),
        alt=" ".join(finding.verdict for finding in judged),
        layers=[f"L{layer}" for layer in range(found.layers)],
        rows=[_cells(curve, said) for curve in found.curves],
        notes=[
            f"{measure(found, said)} {said['surprise']}",
            said["rules"],
            said["test"].format(margin=MARGIN, level=LEVEL),
        ],
    )


def _cells(curve: Curve, said: Words) -> list[str]:
    ends = curve.late_interval
    return [
        said[curve.kind],
        f"{curve.tokens:,}",
        str(curve.texts),
        *map(nats, curve.means),
        f"{nats(curve.late)} [{nats(ends.low)}, {nats(ends.high)}]",
        _settled(curve),
        f"{curve.nats:.2f}",
    ]
