"""A report as a folder: its page, its pictures, and its numbers for machines."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.report.charts import save_png

if TYPE_CHECKING:
    import altair as alt


def write_folder(
    folder: Path,
    page: str,
    pictures: "Iterable[tuple[str, alt.Chart]]",
    values: Mapping[str, Any] | None = None,
) -> Path:
    """Write ``report.html``, every picture as ``NAME.png``, and JSON values as ``NAME.json``.

    Args:
        folder: Made if it is not there.
        page: The whole of ``report.html``; loads nothing from the folder.
        pictures: Charts by name, as `drawable_language` lets them be drawn.
        values: JSON values by name.

    Returns:
        The path of the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name, chart in pictures:
        save_png(chart, folder / f"{name}.png")
    for name, value in (values or {}).items():
        text = json.dumps(value, ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(f"{text}\n", encoding="utf-8")
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return path
