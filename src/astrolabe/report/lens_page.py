"""The lens as files: a picture, and a page that needs nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolabe.report import lens_charts as charts
from astrolabe.report.charts import save_png
from astrolabe.report.fonts import drawable_language
from astrolabe.report.lens import Seen, heat_rows, odds, probability, top_rows
from astrolabe.report.lens_strings import HOW_TO_READ, lens_words
from astrolabe.report.offline import inline_json, render
from astrolabe.report.strings import Words, words
from astrolabe.report.theme import PAGE

Cell = tuple[str, bool]
"""A text, and whether it is marked."""


@dataclass(frozen=True)
class Table:
    """A chart's numbers, for those who cannot see it or want to copy them."""

    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write_picture(path: Path, seen: Seen, language: str = "en") -> Path:
    """Write the three charts as one PNG.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    said = lens_words(drawable_language(language))
    return save_png(charts.picture(seen, said), path)


def write_page(path: Path, seen: Seen, created: str | None = None, language: str = "en") -> Path:
    """Write the page: one file that loads nothing, with the charts and their numbers.

    Args:
        created: Date shown; now, if not given.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    said = lens_words(language)
    plausible = f"{100 * seen.lens.dola.relative_top:g} %"
    tables = {"heat": heat_table(seen, said), "tops": tops_table(seen, said)}
    tables["traces"] = traces_table(seen, said)
    drawn = {
        "heat": charts.heat_chart(seen, said, PAGE),
        "tops": charts.tops_chart(seen, said, PAGE),
        "traces": charts.traces_chart(seen, said, PAGE),
    }
    specs = {name: chart.to_dict() for name, chart in drawn.items()}
    page = render(
        "lens.html.j2",
        language,
        created,
        w=said,
        seen=seen,
        conditions=charts.conditions(seen, said),
        shown_prompt=seen.prompt,
        shown_answer=seen.answer,
        polaris=_polaris(seen, language),
        charts=[
            {
                "name": name,
                "spec": inline_json(spec),
                "alt": str(spec["title"]["text"]),
                "table": tables[name],
            }
            for name, spec in specs.items()
        ],
        how_to_read=[said[key].format(share=plausible) for key in HOW_TO_READ],
    )
    path.write_text(page, encoding="utf-8")
    return path


def _polaris(seen: Seen, language: str) -> tuple[str, str] | None:
    common = words(language)
    return (common["polaris"], common["polaris_more"]) if seen.model == "polaris" else None


def heat_table(seen: Seen, said: Words) -> Table:
    """Divergences, a line for each token; the contrasted layer is marked."""
    cells: dict[int, list[Cell]] = {}
    for row in heat_rows(seen, said):
        line = cells.setdefault(row["place"], [(row["token"], False)])
        line.append((row["divergence"], row["contrasted"]))
    layers = [seen.layer(layer, said) for layer in range(seen.lens.depth)]
    return Table([said["token"], *layers], list(cells.values()))


def tops_table(seen: Seen, said: Words) -> Table:
    """The likeliest tokens, a line for each layer, the last at the top."""
    cells: dict[int, list[Cell]] = {}
    for row in top_rows(seen, said):
        line = cells.setdefault(row["layer"], [(row["name"], False)])
        line.append((f"{row['token']}  {row['probability']}", False))
    ranks = max(map(len, cells.values())) - 1
    head = [said["layer"], *map(str, range(1, ranks + 1))]
    return Table(head, [cells[layer] for layer in sorted(cells, reverse=True)])


def traces_table(seen: Seen, said: Words) -> Table:
    """The candidates' probabilities, DoLa's at the top, then the layers, the last first."""
    lens = seen.lens
    after = [(said["after_dola"], False), *((odds(t, said), False) for t in lens.traces)]
    layers: list[list[Any]] = [
        [
            (seen.layer(layer, said), False),
            *((probability(trace.layers[layer]), False) for trace in lens.traces),
        ]
        for layer in range(lens.depth, -1, -1)
    ]
    head = [said["layer"], *(seen.texts[trace.token] for trace in lens.traces)]
    return Table(head, [after, *layers])
