"""`astrolabe calibrate`: every instrument against what was planted; `calibrate graders`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from astrolabe.cli import grade
from astrolabe.cli.options import Device, Json, ReportLanguage
from astrolabe.cli.output import print_json

if TYPE_CHECKING:
    from astrolabe.models.local import LocalModel

HALF = "polaris-half"
"""Name of the half-trained model that is packaged beside the default one."""

app = typer.Typer(
    invoke_without_command=True,
    help="See how far off an instrument reads where the truth is known.",
)
app.command()(grade.graders)


@app.callback()
def calibrate(
    context: typer.Context,
    model: Annotated[
        str, typer.Option("--model", "-m", help="polaris, or a folder with one trained as it was.")
    ] = "polaris",
    half: Annotated[
        str | None,
        typer.Option(help="Likewise, half-trained. Default: polaris-half, beside polaris."),
    ] = None,
    only: Annotated[
        str | None, typer.Option(help="Only these instruments, such as phrases,dose.")
    ] = None,
    device: Device = "cpu",
    out: Annotated[
        Path | None, typer.Option(help="Folder for calibration.png and calibration.json.")
    ] = None,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """See how far off every instrument reads where the truth is known.

    Against what was planted in Polaris, in simulations and in labelled answers. Ends with code 1
    when a line fails.
    """
    if context.invoked_subcommand is not None:
        return
    import tempfile

    from astrolabe.calibration.instrument import Bench, instruments
    from astrolabe.calibration.instrument import calibrate as calibrate_all
    from astrolabe.cli.files import writable
    from astrolabe.cli.progress import Bars, load_local_said, log_to_terminal
    from astrolabe.report.calibration import (
        calibration_records,
        print_calibrations,
        write_calibrations,
    )
    from astrolabe.report.strings import words
    from astrolabe.runs.store import Store

    words(report_language)
    chosen = instruments([name.strip() for name in only.split(",")] if only else ())
    folder = None if out is None else writable(out.expanduser())
    log_to_terminal()
    loaded = load_local_said(model, device=device)
    halved = half_model(half, model, device)
    with tempfile.TemporaryDirectory() as scratch, Store(Path(scratch) / "answers.db") as store:
        lines = calibrate_all(Bench(loaded, halved, store, Bars()), chosen)
    if json:
        print_json(calibration_records(lines))
    else:
        print_calibrations(lines, chosen)
    if folder is not None:
        picture = write_calibrations(folder, lines, chosen, report_language)
        if not json:
            typer.echo(f"picture: {picture}")
    if any(line.passes is False for line in lines):
        raise typer.Exit(1)


def half_model(name: str | None, model: str, device: str) -> "LocalModel | None":
    """The half-trained model that was asked for, or that is packaged beside the default one."""
    from astrolabe.models.local import POLARIS, load

    name = name or (HALF if model == POLARIS else None)
    return None if name is None else load(name, device=device)
