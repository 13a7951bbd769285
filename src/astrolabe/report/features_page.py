"""A feature as files: a picture, and a page that needs nothing else."""

from pathlib import Path
from typing import Any

from astrolabe.report.charts import save_png
from astrolabe.report.features import Portrait
from astrolabe.report.features_strings import feature_words
from astrolabe.report.features_table import conditions, span
from astrolabe.report.fonts import drawable_language
from astrolabe.report.layout import finished, heading
from astrolabe.report.offline import inline_json, render
from astrolabe.report.strings import Words, words
from astrolabe.report.theme import PAGE, PAPER, TOKENS, Palette


def write_picture(path: Path, seen: Portrait, language: str = "en") -> Path:
    """Write the histogram and the logit effects as one PNG.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    return save_png(chart(seen, feature_words(drawable_language(language)), PAPER), path)


def write_page(
    path: Path, seen: Portrait, created: str | None = None, language: str = "en"
) -> Path:
    """Write the page: charts, and contexts in colour over the whole range.

    Args:
        created: Date shown; now, if not given.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    said, common = feature_words(language), words(language)
    page = render(
        "feature.html.j2",
        language,
        created,
        w=said,
        title=said["title"].format(feature=seen.feature),
        conditions=conditions(seen, said),
        polaris=(common["polaris"], common["polaris_more"]) if seen.model == "polaris" else None,
        seen=seen,
        bins=bin_rows(seen, said),
        spec=inline_json(chart(seen, said, PAGE).to_dict()),
    )
    path.write_text(page, encoding="utf-8")
    return path


def bin_rows(seen: Portrait, said: Words) -> list[dict[str, Any]]:
    """Parts of the range: their names, and their contexts token by token, each with its activation
    as a share of the greatest and whether it is the one drawn."""
    greatest = seen.bins[0].greatest if seen.bins else 1.0
    return [
        {
            "name": span(part, said),
            "contexts": [
                {
                    "activation": f"{one.activation:.2f}",
                    "tokens": [
                        (seen.names[token], f"{value / greatest:.2f}", place == one.position)
                        for place, (token, value) in enumerate(
                            zip(one.tokens, one.activations, strict=True), one.start
                        )
                    ],
                }
                for one in part.contexts
            ],
        }
        for part in seen.bins
    ]


def chart(seen: Portrait, said: Words, palette: Palette) -> Any:
    """The histogram beside the logit effects."""
    import altair as alt

    both = alt.hconcat(_histogram(seen, said, palette), _effects(seen, said, palette), spacing=40)
    title = said["title"].format(feature=seen.feature)
    notes = [conditions(seen, said), said["effects_note"]]
    if seen.hits:
        notes.insert(1, said["histogram_note"].format(property=seen.hits[0].property))
    return finished(both, title, " · ".join(notes), palette)


def _histogram(seen: Portrait, said: Words, palette: Palette) -> Any:
    import altair as alt

    found = seen.histogram
    rows = [
        {"from": low, "to": high, "all": count, "among": among}
        for low, high, count, among in zip(
            found.edges, found.edges[1:], found.counts, found.among, strict=False
        )
    ]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("from:Q", title=said["activation"], axis=alt.Axis(grid=False)), x2="to:Q"
    )
    outline = base.mark_bar(fill=palette.band, stroke=palette.muted, strokeWidth=0.6)
    filled = base.mark_bar(fill=palette.accent)
    # A root, so that rare strong activations are seen beside frequent weak ones.
    scale = alt.Scale(type="sqrt")
    layers = [
        mark.encode(y=alt.Y(f"{field}:Q", title=said["tokens"], scale=scale), y2=alt.datum(0))
        for mark, field in ((outline, "all"), (filled, "among"))
    ]
    return alt.layer(*layers).properties(width=380, height=300, title=heading(said["histogram"]))


def _effects(seen: Portrait, said: Words, palette: Palette) -> Any:
    import altair as alt

    some = [*seen.effects.promoted, *reversed(seen.effects.suppressed)]
    rows = [
        {"place": place, "token": seen.names[e.token], "amount": e.amount, "up": e.amount > 0}
        for place, e in enumerate(some)
    ]
    names = [row["token"] for row in rows]
    axis = alt.Axis(
        title=None, labelExpr=f"{inline_json(names)}[datum.value]", labelFont=TOKENS, grid=False
    )
    colour = alt.condition("datum.up", alt.value(palette.accent), alt.value(palette.series[1]))
    bars = alt.Chart(alt.Data(values=rows)).mark_bar()
    return bars.encode(
        x=alt.X("amount:Q", title=f"{said['suppressed']} ← → {said['promoted']}"),
        y=alt.Y("place:O", axis=axis),
        color=colour,
    ).properties(width=330, height=300, title=heading(said["effects"]))
