"""The house's look for charts: two palettes and one configuration."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Palette:
    """Colours by what they are for.

    Attributes:
        series: One for each run of a group; hues that stay apart for colour-blind eyes
            (Okabe & Ito 2008), darkened where they would be too pale on white.
        outcomes: Right, wrong, unparsed, truncated, not run, without label, sandbox failed.
    """

    paper: str
    ink: str
    muted: str
    grid: str
    band: str
    accent: str
    series: tuple[str, ...]
    outcomes: tuple[str, ...]


PAPER = Palette(
    paper="#ffffff",
    ink="#1c2430",
    muted="#5b6675",
    grid="#e6e9ee",
    band="#e9eef5",
    accent="#0b5fa5",
    series=(
        "#0b5fa5",
        "#d55e00",
        "#00856a",
        "#b4528a",
        "#3fa3d8",
        "#b98300",
        "#5d4a9c",
        "#4a5360",
    ),
    outcomes=("#0b7f6f", "#e08a3c", "#8a63b8", "#8d96a3", "#d3d8df", "#b9c6e8", "#c0392b"),
)
"""Literal colours on white, for PNG."""

PAGE = Palette(
    paper="var(--paper)",
    ink="var(--ink)",
    muted="var(--muted)",
    grid="var(--grid)",
    band="var(--band)",
    accent="var(--accent)",
    series=tuple(f"var(--s{place})" for place in range(1, 9)),
    outcomes=tuple(f"var(--o{place})" for place in range(1, 8)),
)
"""Colours that the page's style sheet decides, so that light, dark and print need no script."""

SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")

FONT = "system-ui, -apple-system, Segoe UI, Noto Sans, Liberation Sans, sans-serif"
TOKENS = f"DejaVu Sans, {FONT}"
"""For tokens, whose spaces are drawn as ␣: pictures take a whole text from another family, one with
serifs, where the first one lacks a character."""
SIZE = 13
"""Pixels of ordinary text in charts."""


def config(palette: Palette) -> dict[str, Any]:
    """The Vega-Lite configuration of every chart."""
    return {
        "background": palette.paper,
        "font": FONT,
        "padding": 12,
        "view": {"stroke": None},
        "title": {
            "anchor": "start",
            "frame": "group",
            "color": palette.ink,
            "fontSize": 16,
            "fontWeight": 600,
            "subtitleColor": palette.muted,
            "subtitleFontSize": SIZE,
            "subtitlePadding": 5,
            "offset": 14,
        },
        "axis": {
            "labelColor": palette.ink,
            "labelFontSize": SIZE,
            "titleColor": palette.muted,
            "titleFontSize": SIZE,
            "titleFontWeight": "normal",
            "titlePadding": 8,
            "gridColor": palette.grid,
            "domain": False,
            "ticks": False,
            "labelPadding": 8,
        },
        "legend": {
            "labelColor": palette.ink,
            "labelFontSize": SIZE,
            "titleColor": palette.muted,
            "titleFontSize": SIZE,
            "titleFontWeight": "normal",
            "labelLimit": 600,
            "symbolSize": 90,
        },
        "text": {"color": palette.ink, "fontSize": SIZE, "font": FONT},
        "rule": {"color": palette.ink},
        "concat": {"spacing": 26},
    }
