"""An experiment's outcome, shown: in the terminal, as JSON, as pictures, and as a page."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.report.folder import write_folder
from astrolabe.report.folding import folded
from astrolabe.report.fonts import drawable_language
from astrolabe.report.laboratory_charts import chart
from astrolabe.report.laboratory_strings import figure, laboratory_words
from astrolabe.report.notes import ID
from astrolabe.report.offline import inline_json, render
from astrolabe.report.rows import visible
from astrolabe.report.strings import Words
from astrolabe.report.tables import styled
from astrolabe.report.theme import PAGE
from astrolabe.studies.outcome import Chart, Column, Finding, Outcome, Table, Text, said

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

NARROW = 14
"""Characters that a column of text is to have at least, where its texts are that long."""
GAP = 2
"""Characters between columns."""


def print_outcome(outcome: Outcome, language: str = "en", console: "Console | None" = None) -> None:
    """The question, the tables, the findings, and the answer.

    Args:
        console: Where to print; the terminal, if not given.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    from rich.console import Console

    out = console or Console(highlight=False)
    words = laboratory_words(language)

    tell(out, said(outcome.question, language), "bold")
    tell(out, _where(outcome, words), "dim")
    for table in outcome.tables:
        print_table(out, table, language)
    out.print()
    tell(out, words["findings"], "bold")
    for finding in outcome.findings:
        style = "" if finding.decided else "dim"
        tell(out, f"• {said(finding.sentence, language)}", style)
    for note in outcome.notes:
        tell(out, said(note, language), "dim")
    out.print()
    tell(out, said(outcome.answer, language), "bold")


def tell(out: "Console", text: str, style: str) -> None:
    """A text in the terminal, in lines that are broken as its script wants it."""
    out.print(styled(folded(visible(text), out.width), style))


def print_table(out: "Console", table: Table, language: str) -> None:
    """A table under its title, as far as the terminal has room for it, and its note."""
    words = laboratory_words(language)
    out.print()
    tell(out, said(table.title, language), "bold")
    columns = _fitting(table, language, out.width)
    out.print(_rich(columns, table.rows, language))
    if left := [said(c.heading, language) for c in table.columns if c not in columns]:
        tell(out, words["left_out"].format(words["comma"].join(left)), "dim")
    if table.note:
        tell(out, said(table.note, language), "dim")


def outcome_fields(outcome: Outcome, language: str = "en") -> dict[str, Any]:
    """Everything as JSON values, texts in `language`.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    laboratory_words(language)
    values: dict[str, Any] = _values(outcome, language)
    return values


def write_outcome(
    folder: Path, outcome: Outcome, created: str | None = None, language: str = "en"
) -> Path:
    """Write ``report.html``, one file that loads nothing, ``outcome.json``, and every chart as PNG.

    Args:
        folder: Where to write; made if it is not there.
        created: Date shown; now, if not given.

    Returns:
        The path of the page.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    page = _html(outcome, laboratory_words(language), created, language)
    drawn = drawable_language(language)
    words = laboratory_words(drawn)
    pictures = ((one.name, chart(one, words, drawn)) for one in outcome.charts)
    return write_folder(folder, page, pictures, {"outcome": outcome_fields(outcome, language)})


def _where(outcome: Outcome, words: Words) -> str:
    count = len(outcome.runs)
    runs = [words["counted_runs"].format(count)] if count else []
    return " · ".join([outcome.model, outcome.benchmark, *runs])


def _badge(finding: Finding) -> str:
    """Key of the word for what became of a claim."""
    if finding.outcome == "not decided":
        return "not_decided"
    contradicted = finding.outcome == "reversed" and finding.expects == "same"
    return "contradicted" if contradicted else finding.outcome


def _fitting(table: Table, language: str, width: int) -> list[Column]:
    """The columns that a terminal has room for: the spare ones go first, from the right."""
    from rich.cells import cell_len

    needed = {}
    for column in table.columns:
        words = said(column.heading, language).split() or [""]
        cells = [_cell(row.get(column.key), column, language) for row in table.rows]
        widest = max(map(cell_len, (*words, *cells)))
        needed[column] = min(widest, NARROW) if column.kind == "text" else widest
    kept = list(table.columns)
    for column in reversed(table.columns):
        if sum(needed[c] + GAP for c in kept) - GAP > width - 2 and column.spare:
            kept.remove(column)
    return kept


def _rich(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], language: str
) -> "RenderableType":
    """A table for the terminal: numbers are never broken, long headings of theirs are."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table as Rich

    shown = Rich(
        box=box.SIMPLE_HEAD,
        padding=(0, 1),
        collapse_padding=True,
        pad_edge=False,
        header_style="dim",
    )
    cells = [[_cell(row.get(c.key), c, language) for c in columns] for row in rows]
    for place, column in enumerate(columns):
        heading = visible(said(column.heading, language))
        if column.kind == "text":
            widest = max(cell_len(text) for text in (heading, *(row[place] for row in cells)))
            shown.add_column(heading, overflow="fold", min_width=min(widest, NARROW))
            continue
        widest = max((len(row[place]) for row in cells), default=0)
        broken = heading if len(heading) <= widest else heading.replace(" ", "\n")
        shown.add_column(broken, justify="right", no_wrap=True)
    for row in cells:
        shown.add_row(*(styled(cell) for cell in row))
    return shown


def _cell(value: Any, column: Column, language: str) -> str:
    if value is not None and column.kind == "text":
        return visible(said(value, language))
    return figure(value, column.kind, language)


def _values(value: Any, language: str) -> Any:
    if isinstance(value, Text):
        return value.said(language)
    if is_dataclass(value):
        return {f.name: _values(getattr(value, f.name), language) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _values(part, language) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_values(part, language) for part in value]
    return value


def _html(outcome: Outcome, words: Words, created: str | None, language: str) -> str:
    return render(
        "laboratory.html.j2",
        language,
        created,
        w=words,
        experiment=outcome.experiment,
        question=said(outcome.question, language),
        where=_where(outcome, words),
        polaris=outcome.model.lower() == "polaris",
        answer=said(outcome.answer, language),
        charts=[
            {
                "name": declared.name,
                "spec": inline_json(chart(declared, words, language, PAGE).to_dict()),
                "alt": described(declared, language),
            }
            for declared in outcome.charts
        ],
        findings=[
            {
                "badge": words[_badge(finding)],
                "decided": finding.decided,
                "sentence": said(finding.sentence, language),
            }
            for finding in outcome.findings
        ],
        tables=[page_table(table, language) for table in outcome.tables],
        notes=[said(note, language) for note in outcome.notes],
        runs=[run[:ID] for run in outcome.runs],
        record=json.dumps(dict(outcome.record), ensure_ascii=False, indent=2, default=str),
    )


def page_table(table: Table, language: str) -> dict[str, Any]:
    """A table as the pages' templates show it."""
    return {
        "title": said(table.title, language),
        "note": said(table.note, language) if table.note else None,
        "columns": [(said(c.heading, language), c.kind != "text") for c in table.columns],
        "rows": [
            [(_cell(row.get(c.key), c, language), c.kind != "text") for c in table.columns]
            for row in table.rows
        ],
    }


def described(declared: Chart, language: str) -> str:
    """A chart in words, for those who cannot see it."""
    parts = []
    stacked = declared.kind == "stacked"  # its means tell the story; all of its rows are too many
    for mark in (mark for mark in declared.rows if mark.emphasis or not stacked):
        x, kind = mark.x, declared.x.kind
        place = figure(x, kind) if isinstance(x, int | float) else said(x, language)
        series = said(mark.series, language)
        named = f"{series}, {place}" if series else place
        parts.append(f"{named}: {figure(mark.value, declared.y.kind)}")
    return f"{said(declared.title, language)}. {'; '.join(parts)}"
