"""Commands that look at what is there: `benchmarks`, `runs`, `show`, `compare`, `export`."""

import json as as_json
from pathlib import Path
from typing import Annotated, Any

import typer

from astrolabe.cli.options import DEFAULT_DB, Db, Json, ReportLanguage


def benchmarks(json: Json = False) -> None:
    """List the benchmarks."""
    from rich.console import Console
    from rich.table import Table

    from astrolabe.benchmarks import all_benchmarks

    rows = [
        {
            "name": benchmark.name,
            "title": benchmark.title,
            "languages": ", ".join(benchmark.languages),
            "recipes": ", ".join(benchmark.recipes),
            "licence": benchmark.licence,
            "hub": benchmark.hub,
        }
        for benchmark in all_benchmarks().values()
    ]
    if json:
        _print_json(rows)
        return
    table = Table(*rows[0], box=None)
    for row in rows:
        table.add_row(*row.values())
    Console().print(table)


def runs(db: Db = DEFAULT_DB, json: Json = False) -> None:
    """List the runs of a store, oldest first."""
    from astrolabe.report.tables import print_runs, run_fields
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        found = store.runs()
    if json:
        _print_json([run_fields(run) for run in found])
    else:
        print_runs(found)


def show(
    run: Annotated[str, typer.Argument(help="Beginning of a run's id.")],
    item: Annotated[
        str | None, typer.Option(help="Show this item: its number, from 0, or its id.")
    ] = None,
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Show a run, or one of its items.

    A run with conditions, outcomes and subjects; an item with prompt, answer and grades.
    """
    from astrolabe.report.tables import item_fields, print_item, print_run, run_fields
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        found = store.run(run)
    if item is None:
        _print_json(run_fields(found)) if json else print_run(found)
        return
    graded = found.find(item)
    _print_json(item_fields(graded)) if json else print_item(graded)


def compare(
    first: Annotated[str, typer.Argument(help="Baseline: beginning of a run's id.")],
    second: Annotated[str, typer.Argument(help="Alternative: beginning of a run's id.")],
    unlike: Annotated[
        bool, typer.Option("--unlike", help="Even if they differ in several things.")
    ] = False,
    report_language: ReportLanguage = "en",
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Compare two runs on their common items."""
    from astrolabe.report.tables import print_verdicts, verdict_fields
    from astrolabe.runs.compare import compare as compare_runs
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        pair = (store.run(first), store.run(second))
    verdicts = compare_runs([pair], unlike=unlike)
    if json:
        _print_json(verdict_fields(verdicts[0], report_language))
    else:
        print_verdicts(verdicts, report_language)


def export(
    run: Annotated[str, typer.Argument(help="Beginning of a run's id.")],
    format: Annotated[str, typer.Option(help="parquet, csv, json or lm-eval.")] = "json",
    out: Annotated[
        Path | None, typer.Option(help="File (folder for lm-eval). Default: by the run's id.")
    ] = None,
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Write a run's items and record to a file."""
    from astrolabe.runs.export import export as export_run
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        found = store.run(run)
    written = export_run(found, format, out)
    _print_json({"path": str(written)}) if json else typer.echo(written)


def _print_json(value: Any) -> None:
    print(as_json.dumps(value, ensure_ascii=False, indent=2))
