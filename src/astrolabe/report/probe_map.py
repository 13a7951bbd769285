"""What a probe says of each entity, drawn: a map of places, a time line of years."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from astrolabe.inside.probes.metrics import Predictions, haversine
from astrolabe.report.layout import finished, heading, tooltips
from astrolabe.report.probe_strings import held, prompt_name, r2, region_name, thing
from astrolabe.report.rows import Row, one_line
from astrolabe.report.strings import Words
from astrolabe.report.theme import PAPER, SIZE, Palette
from astrolabe.studies.outcome import Text, said
from astrolabe.studies.probing import Probed, Probing

WIDTH = 760
"""Pixels of a map or time line."""
_TALLEST = 460
MOST_DOTS = 3000
"""Dots drawn at most; a sample of more entities is shown."""
_NAMED = 14
"""Entities whose names are drawn."""
_REGIONS = 7
"""Regions with a colour of their own."""


def scatter(
    probed: Probed, probing: Probing, words: Words, language: str, palette: Palette = PAPER
) -> tuple[str, Any]:
    """What the probe says of each entity: a map of places, else predicted against true values.

    Returns:
        A name for the file, and the chart.
    """
    what = "map" if probing.entities.what == "places" else "timeline"
    drawn = _map if what == "map" else _line
    if probing.entities.what == "numbers":
        what = "values"
    return what, drawn(_Dots(probed, probing, words, language, palette))


class _Dots:
    """Entities with their true and predicted values, in the colours of their regions."""

    def __init__(
        self, probed: Probed, probing: Probing, words: Words, language: str, palette: Palette
    ) -> None:
        self.probed, self.probing, self.words = probed, probing, words
        self.language, self.palette = language, palette
        self.layer = probed.main.best.layer
        every = probed.main.at(self.layer)
        shown = np.arange(len(every.entity))
        if len(shown) > MOST_DOTS:
            shown = np.sort(np.random.default_rng(0).permutation(shown)[:MOST_DOTS])
        self.predictions = Predictions(
            every.names,
            *(
                column[shown]
                for column in (
                    every.entity,
                    every.group,
                    every.truth,
                    every.predicted,
                    every.baseline,
                )
            ),
        )
        entities = probing.entities
        self.names = [one_line(entities.names[i]) for i in self.predictions.entity]
        found = [
            one_line(region_name(region, language))
            for region in entities.regions or ("",) * len(entities)
        ]
        counts = Counter(region for region in found if region)
        self.regions = [name for name, _ in counts.most_common(_REGIONS)]
        other = words["elsewhere"]
        self.region = [
            found[i] if found[i] in self.regions else other for i in self.predictions.entity
        ]
        if other in self.region and self.regions:
            self.regions.append(other)

    def colour(self) -> Any:
        import altair as alt

        if not self.regions:
            return alt.value(self.palette.accent)
        colours = [*self.palette.series[:_REGIONS], self.palette.series[7]]
        if self.words["elsewhere"] in self.regions:
            colours[len(self.regions) - 1] = self.palette.series[7]
        return alt.Color(
            "region:N",
            scale=alt.Scale(domain=self.regions, range=colours[: len(self.regions)]),
            legend=alt.Legend(orient="top", title=None, columns=8),
        )

    def text(self, text: Text) -> str:
        return said(text, self.language)

    def subtitle(self, more: Text) -> str:
        main = self.probed.main
        best, by = main.best, held(main.by)
        unseen = Text("not seen it", "它")
        if main.by not in ("entity", "held-out part"):
            unseen = Text(
                f"seen no entity of its {said(by, 'en')}", f"与其同一{said(by, 'zh')}的任何实体"
            )
        prompt = prompt_name(self.probing.variants[0])
        en = (
            f"{self.probed.model}, layer {self.layer}, {said(prompt, 'en')}, R2 {r2(best.r2)}. "
            f"Each entity is predicted by a linear probe that has {unseen.en}. "
        )
        zh = (
            f"{self.probed.model}，第 {self.layer} 层，{said(prompt, 'zh')}，R2 {r2(best.r2)}。"
            f"预测每个实体的线性探针没有见过{unseen.zh}。"
        )
        return self.text(Text(en + more.en, zh + more.zh))


def _map(dots: _Dots) -> Any:
    """Two panels on the same axes: where places are, and where the probe puts them."""
    import altair as alt

    truth, predicted = dots.predictions.lat_lon or (dots.predictions.truth,) * 2
    away = haversine(truth, predicted)
    low, high = _view(truth, predicted)
    rows: list[Row] = []
    for place, name in enumerate(dots.names):
        told = {"name": name, "region": dots.region[place], "off": f"{away[place]:,.0f} km"}
        for panel, points in (("truth", truth), ("predicted", predicted)):
            lat, lon = np.clip(points[place], low, high)
            rows.append({**told, "panel": panel, "lat": float(lat), "lon": float(lon)})
    named = _spread([truth, predicted], dots.names)
    span = high - low
    middle = np.cos(np.radians((low[0] + high[0]) / 2))
    wide = WIDTH
    tall = WIDTH * span[0] / (span[1] * middle)
    if tall > _TALLEST:
        wide, tall = wide * _TALLEST / tall, _TALLEST
    panels = []
    titles = {
        "truth": Text("Where they are", "真实位置"),
        "predicted": Text("Where the probe puts them", "探针读出的位置"),
    }
    for panel, title in titles.items():
        here = [row for row in rows if row["panel"] == panel]
        x = alt.X("lon:Q", title=None, scale=alt.Scale(domain=[low[1], high[1]], nice=False))
        y = alt.Y("lat:Q", title=None, scale=alt.Scale(domain=[low[0], high[0]], nice=False))
        degrees = "format(abs(datum.value), '.4~f') + '°' + (datum.value {} 0 ? '{}' : datum.value"
        degrees += " < 0 ? '{}' : '')"
        x = x.axis(labelExpr=degrees.format(">", "E", "W"), tickCount=7, labelFlush=False)
        y = y.axis(labelExpr=degrees.format(">", "N", "S"), tickCount=5)
        base = alt.Chart(alt.Data(values=here)).encode(x=x, y=y)
        small = 46 if len(here) < 600 else 18
        marks = base.mark_circle(size=small, opacity=0.75).encode(
            color=dots.colour(),
            tooltip=tooltips(dots.words, name="name", region="region", off="off"),
        )
        texts = alt.Chart(alt.Data(values=[here[i] for i in named]))
        texts = texts.mark_text(dy=-9, fontSize=SIZE - 2, color=dots.palette.ink).encode(
            x=x, y=y, text="name:N"
        )
        rings = alt.Chart(alt.Data(values=[here[i] for i in named]))
        rings = rings.mark_point(size=small + 20, color=dots.palette.ink, strokeWidth=1).encode(
            x=x, y=y
        )
        panels.append(
            alt.layer(marks, rings, texts).properties(
                width=wide, height=tall, title=heading(dots.text(title))
            )
        )
    whole = alt.vconcat(*panels, spacing=18)
    more = Text("The same names are ringed in both.", "两幅图中圈出的是同样的名称。")
    return finished(whole, _map_title(dots), dots.subtitle(more), dots.palette)


def _map_title(dots: _Dots) -> str:
    scores = dots.probed.main.best.scores
    km = f"{scores.km.value:,.0f}" if scores.km else "–"
    shown = dots.probed.conclusions[0].outcome == "shown"
    text = (
        Text(
            f"The map inside {dots.probed.model}: on average {km} km off",
            f"{dots.probed.model} 内部的地图：平均误差 {km} km",
        )
        if shown
        else Text(
            f"No map was found inside {dots.probed.model}",
            f"在 {dots.probed.model} 内部没有发现地图",
        )
    )
    return dots.text(text)


def _view(truth: np.ndarray, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What is shown of (latitude, longitude): all true places, and nearly all predicted ones; the
    few beyond stand at the edge."""
    inner = np.quantile(predicted, [0.01, 0.99], axis=0)
    low = np.minimum(truth.min(axis=0), inner[0])
    high = np.maximum(truth.max(axis=0), inner[1])
    room = 0.04 * (high - low)
    most = np.array([90.0, 180.0])
    return np.maximum(low - room, -most), np.minimum(high + room, most)


def _spread(views: Sequence[np.ndarray], names: Sequence[str]) -> list[int]:
    """Entities whose names are short enough to be drawn, far from one another in every view.

    Args:
        views: Where entities stand, [entities, 2] each.
    """
    fit = [place for place, name in enumerate(names) if len(name) <= 18]
    if not fit:
        return []
    scaled = [points[fit] / (np.ptp(points, axis=0) + 1e-12) for points in views]

    def away(place: int) -> np.ndarray:
        apart = [((points - points[place]) ** 2).sum(axis=1) for points in scaled]
        return np.min(apart, axis=0)  # type: ignore[no-any-return]

    chosen = [int(away(0).argmax())]
    nearest = away(chosen[0])
    while len(chosen) < min(_NAMED, len(fit)):
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, away(chosen[-1]))
    return [fit[place] for place in chosen]


def _line(dots: _Dots) -> Any:
    """Predicted against true values, with the line on which they agree."""
    import altair as alt

    times = dots.probing.entities.what == "times"
    truth, predicted = dots.predictions.truth[:, :1], dots.predictions.predicted[:, :1]
    low, high = float(truth.min()), float(truth.max())
    room = 0.03 * (high - low)
    ends = np.quantile(predicted, [0.005, 0.995])
    domain = [min(low, ends[0]) - room, max(high, ends[1]) + room]
    number = ".0f" if times else ".3g"
    rows = [
        {
            "name": name,
            "region": dots.region[place],
            "x": float(truth[place, 0]),
            "y": float(np.clip(predicted[place, 0], *domain)),
            "truth": f"{truth[place, 0]:{number}}",
            "predicted": f"{predicted[place, 0]:{number}}",
        }
        for place, name in enumerate(dots.names)
    ]
    what = dots.text(Text("year", "年份")) if times else dots.predictions.names[0]
    axis = alt.Axis(format="d" if times else "~g", tickCount=8, grid=True)
    x = alt.X(
        "x:Q",
        title=f"{what} ({dots.words['truth']})",
        scale=alt.Scale(domain=[low - room, high + room], nice=False),
        axis=axis,
    )
    y = alt.Y(
        "y:Q",
        title=f"{what} ({dots.words['predicted']})",
        scale=alt.Scale(domain=domain, nice=False),
        axis=axis,
    )
    base = alt.Chart(alt.Data(values=rows)).encode(x=x, y=y)
    corner = [{"x": at, "y": at} for at in (low, high)]
    agree = alt.Chart(alt.Data(values=corner)).mark_line(
        color=dots.palette.muted, strokeDash=[5, 4], strokeWidth=1.5
    )
    marks = base.mark_circle(size=52 if len(rows) < 600 else 18, opacity=0.75).encode(
        color=dots.colour(),
        tooltip=tooltips(
            dots.words, name="name", region="region", truth="truth", predicted="predicted"
        ),
    )
    named = _spread([np.concatenate([truth, predicted], axis=1)], dots.names)
    texts = alt.Chart(alt.Data(values=[rows[i] for i in named])).mark_text(
        dy=-10, fontSize=SIZE - 2, color=dots.palette.ink
    )
    whole = alt.layer(
        agree.encode(x=x, y=y), marks, texts.encode(x=x, y=y, text="name:N")
    ).properties(width=WIDTH, height=_TALLEST)
    more = Text("Dashed: predicted as they are.", "虚线：预测与真实一致。")
    return finished(whole, _line_title(dots, times), dots.subtitle(more), dots.palette)


def _line_title(dots: _Dots, times: bool) -> str:
    error = dots.probed.main.best.scores.error[0].value
    what, model = thing(dots.probing.entities), dots.probed.model
    if dots.probed.conclusions[0].outcome != "shown":
        return dots.text(
            Text(f"No {what.en} was found inside {model}", f"在 {model} 内部没有发现{what.zh}")
        )
    if times:
        return dots.text(
            Text(
                f"The calendar inside {model}: on average {error:,.0f} years off",
                f"{model} 内部的年表：平均误差 {error:,.0f} 年",
            )
        )
    return dots.text(Text(f"A {what.en} inside {model}", f"{model} 内部的{what.zh}"))
