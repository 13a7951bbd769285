"""The report of a study: one HTML file that needs nothing else, and the charts as PNG."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.report import charts
from astrolabe.report.folder import write_folder
from astrolabe.report.fonts import drawable_language
from astrolabe.report.offline import inline_json, render
from astrolabe.report.page import page
from astrolabe.report.rows import (
    Findings,
    Line,
    accuracy_rows,
    difference_rows,
    lines,
    subject_rows,
)
from astrolabe.report.strings import Words, words
from astrolabe.report.theme import PAGE, PAPER, Palette
from astrolabe.runs.figures import percent, signed_points

if TYPE_CHECKING:
    import altair as alt


def write_report(
    folder: Path, findings: Findings, created: str | None = None, language: str = "en"
) -> Path:
    """Write ``report.html`` and its pictures.

    The page is one file that loads nothing, neither from a network nor from its folder; a content
    security policy in it holds browsers to that. The same charts lie beside it as
    ``accuracy.png``, ``differences.png`` and ``subjects.png``, the latter two where there is
    something to draw.

    Args:
        folder: Where to write; made if it is not there.
        findings: At least one run.
        created: Date shown; now, if not given.
        language: ``en`` or ``zh``.

    Returns:
        The path of the page.

    Raises:
        BadInput: for another language, or a run without items.
    """
    drawn = words(drawable_language(language))
    shown = lines(findings.runs)
    for name in ("accuracy", "differences", "subjects"):
        (folder / f"{name}.png").unlink(missing_ok=True)
    pictures = _charts(findings, shown, drawn, PAPER).items()
    return write_folder(folder, _html(findings, shown, created, language), pictures)


def _html(findings: Findings, shown: Sequence[Line], created: str | None, language: str) -> str:
    said = words(language)
    specs = {name: chart.to_dict() for name, chart in _charts(findings, shown, said, PAGE).items()}
    return render(
        "report.html.j2",
        language,
        created,
        **page(findings, shown, said, language),
        w=said,
        charts=[
            {"name": name, "spec": inline_json(spec), "alt": _alt(name, spec, shown, findings)}
            for name, spec in specs.items()
        ],
    )


def _charts(
    findings: Findings, shown: Sequence[Line], said: Words, palette: Palette
) -> dict[str, "alt.Chart"]:
    found = {}
    if by_run := accuracy_rows(shown):
        found["accuracy"] = charts.accuracy_chart(by_run, said, palette)
    if findings.verdicts:
        rows = difference_rows(findings.verdicts, shown)
        found["differences"] = charts.differences_chart(rows, said, palette)
    if by_subject := subject_rows(shown):
        found["subjects"] = charts.subjects_chart(by_subject, said, palette)
    return found


def _alt(name: str, spec: dict[str, Any], shown: Sequence[Line], findings: Findings) -> str:
    """A chart in words, for those who cannot see it."""
    title = str(spec["title"]["text"])
    match name:
        case "accuracy":
            parts = [f"{line.label} {percent(line.summary.accuracy)}" for line in shown]
        case "differences":
            parts = [
                f"{v.alternative} – {v.baseline} {signed_points(v.difference)}"
                for v in findings.verdicts
            ]
        case _:
            parts = []
    return f"{title}: {'; '.join(parts)}" if parts else title
