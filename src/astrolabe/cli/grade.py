"""Commands about grading: `regrade` and `calibrate graders`."""

from pathlib import Path
from typing import Annotated

import typer

from astrolabe.cli.options import DEFAULT_DB, Db, Json, listed
from astrolabe.cli.output import print_json


def regrade(
    run: Annotated[str, typer.Argument(help="Beginning of a run's id.")],
    rules: Annotated[
        str | None,
        typer.Option(help="Grade by these rules instead, the headline first; nothing is kept."),
    ] = None,
    shown: Annotated[
        int, typer.Option("--list", min=0, help="Disputed items to list at most.")
    ] = 20,
    db: Db = DEFAULT_DB,
    json: Json = False,
) -> None:
    """Grade a run's answers anew.

    No model is needed; the new grades are kept. Items on which the rules disagree are listed.
    """
    from astrolabe.cli.progress import Bars
    from astrolabe.report.grading import print_regraded, regraded_fields
    from astrolabe.runs.regrade import regrade as grade_anew
    from astrolabe.runs.store import Store

    with Store(db, create=False) as store:
        before = store.run(run)
        names = None if rules is None else listed(rules)
        after = grade_anew(before, store, names, Bars())
        if names is None:
            store.save_run(after)
    if json:
        print_json(regraded_fields(before, after))
    else:
        print_regraded(before, after, shown)


def graders(
    solutions: Annotated[
        Path | None,
        typer.Option(help="Also labelled solutions: example_model_solutions.jsonl of GSM8K."),
    ] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only this rule; repeat for more.")] = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List every answer that a rule misgrades.")
    ] = False,
    json: Json = False,
) -> None:
    """Measure how often graders err.

    On labelled answers in English and Chinese, written to be hard to read.
    """
    from astrolabe.calibration.answers import corpus
    from astrolabe.calibration.answers import solutions as labelled_solutions
    from astrolabe.calibration.graders import calibrate
    from astrolabe.cli.progress import errors
    from astrolabe.report.grading import calibration_fields, print_calibration

    answers = list(corpus())
    if solutions is not None:
        answers += labelled_solutions(solutions)
    with errors.status("grading labelled answers"):
        found = calibrate(answers, rule)
    if json:
        print_json(calibration_fields(found))
    else:
        print_calibration(found, listed)
