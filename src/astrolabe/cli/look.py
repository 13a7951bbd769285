"""Commands that look at what is there: benchmarks, runs, one run, two runs, files of them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from astrolabe.cli.options import DEFAULT_DB, Db, Device, Dtype, Json, ReportLanguage, Reveal
from astrolabe.cli.output import print_json

if TYPE_CHECKING:
    from astrolabe.core.run import Run


def benchmarks(json: Json = False) -> None:
    """List the benchmarks.

    Their size, metric, languages, recipes (the first is the default), licence and hub id.
    """
    from astrolabe.benchmarks import all_benchmarks
    from astrolabe.report.benchmarks import benchmark_fields, print_benchmarks

    found = list(all_benchmarks().values())
    if json:
        print_json([benchmark_fields(benchmark) for benchmark in found])
    else:
        print_benchmarks(found)


def runs(db: Db = DEFAULT_DB, json: Json = False) -> None:
    """List the runs of a store, oldest first."""
    from astrolabe.report.tables import print_runs, run_fields
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        found = store.runs()
    if json:
        print_json([run_fields(run) for run in found])
    else:
        print_runs(found)


def show(
    run: Annotated[str, typer.Argument(help="Beginning of a run's id.")],
    item: Annotated[
        str | None, typer.Option(help="Show this item: its number, from 0, or its id.")
    ] = None,
    reveal: Reveal = False,
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Show a run, or one of its items.

    A run with conditions, outcomes and subjects; an item with prompt, answer and grades.
    """
    from astrolabe.report.grading import corrected_fields, print_corrected
    from astrolabe.report.tables import item_fields, print_item, print_run, run_fields
    from astrolabe.runs.private import is_private, refuse_to_show
    from astrolabe.runs.questions import texts_scored
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        found = store.run(run)
    if item is None and json:
        print_json(run_fields(found) | {"corrected": corrected_fields(found)})
        return
    if item is None:
        print_run(found)
        print_corrected(found)
        return
    graded = found.find(item)
    if is_private(found) and not reveal:
        refuse_to_show(found.benchmark)
    options = texts_scored(found, graded)
    if json:
        print_json(item_fields(graded) | {"options": options})
    else:
        print_item(graded, options)


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
        print_json(verdict_fields(verdicts[0], report_language))
    else:
        print_verdicts(verdicts, report_language)


def diff(
    first: Annotated[str, typer.Argument(help="Beginning of a run's id.")],
    second: Annotated[
        str | None, typer.Argument(help="Beginning of another's, on the same benchmark.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(help="Instead: results_DATE.json of lm-eval --log_samples."),
    ] = None,
    metric: Annotated[
        str | None, typer.Option(help="Its metric, such as exact_match,strict-match.")
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Its task or group, where several ask the same items.")
    ] = None,
    isolate: Annotated[
        bool,
        typer.Option("--isolate", help="Ask the model again, one change at a time."),
    ] = False,
    dtype: Dtype = "auto",
    device: Device = "auto",
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Say why two numbers differ.

    The gap is laid to template, header, shots, wording, scored string, truncation, extraction and
    aggregate, item by item.
    """
    from astrolabe.benchmarks import get
    from astrolabe.core.errors import BadInput
    from astrolabe.report.diff import gap_fields, print_gap
    from astrolabe.runs.accounts import of_run
    from astrolabe.runs.diff import explain
    from astrolabe.runs.lm_eval_account import of_lm_eval
    from astrolabe.runs.private import is_private
    from astrolabe.runs.store import Store

    if (second is None) == (against is None):
        raise BadInput("give a second run, or --against a results file of lm-eval: one of the two")
    with Store(db, create=False) as store:
        runs = [store.run(name) for name in (first, second) if name is not None]
    if len({run.benchmark for run in runs}) > 1:
        raise BadInput(
            f"the runs are of different benchmarks ({', '.join(run.benchmark for run in runs)})"
        )
    if isolate:
        _isolate(runs, dtype, device, db, json)
        return
    if any(map(is_private, runs)) and not json:
        raise BadInput(
            f"the authors of {runs[0].benchmark} ask that no row be shown, and this shows some; "
            "--json gives the numbers alone"
        )
    accounts = [of_run(run) for run in runs]
    if against is not None:
        data = get(runs[0].benchmark).load(runs[0].record.get("data", {}).get("place"))
        rules = tuple(runs[0].items[0].grades)
        accounts.append(of_lm_eval(against, data, rules, metric, task))
    gap = explain(*accounts)
    print_json(gap_fields(gap)) if json else print_gap(gap)


def _isolate(runs: "list[Run]", dtype: str, device: str, db: str, json: bool) -> None:
    from astrolabe.cli.progress import Bars, load_said, log_to_terminal
    from astrolabe.core.errors import BadInput
    from astrolabe.report.isolate import isolated_fields, print_isolated
    from astrolabe.runs.store import Store
    from astrolabe.studies.isolate import isolate

    if len(runs) < 2:
        raise BadInput("--isolate takes two runs of ours: another tool cannot be asked again")
    log_to_terminal()
    model = load_said(runs[0].model, dtype, device)
    with Store(db) as store:
        found = isolate(runs[0], runs[1], model, store, Bars())
    print_json(isolated_fields(found)) if json else print_isolated(found)


def export(
    run: Annotated[str, typer.Argument(help="Beginning of a run's id.")],
    format: Annotated[
        str, typer.Option(help="parquet, csv, json, lm-eval or ceval-submission.")
    ] = "json",
    out: Annotated[
        Path | None, typer.Option(help="File (folder for lm-eval). Default: by the run's id.")
    ] = None,
    reveal: Reveal = False,
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Write a run's items and record to a file."""
    from astrolabe.runs.export import export as export_run
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        found = store.run(run)
    written = export_run(found, format, out, reveal)
    print_json({"path": str(written)}) if json else typer.echo(written)
