"""The commands, put together."""

import os
from typing import Annotated

import typer

from astrolabe import __version__
from astrolabe.cli import (
    calibrate,
    grade,
    inside,
    lens,
    look,
    measure,
    plan,
    polaris,
    probe,
    prompt,
    sae,
    sandbox,
    steer,
    study,
)

DEBUG = "ASTROLABE_DEBUG"

app = typer.Typer(
    name="astrolabe",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="One instrument to use, judge, look inside and decode large language models.",
)

app.command()(measure.run)
app.command()(measure.demo)
app.command()(plan.plan)
app.command()(prompt.prompt)
app.command()(lens.lens)
app.command()(inside.inside)
app.command()(probe.probe)
app.command()(steer.steer)
app.command()(look.benchmarks)
app.command()(look.runs)
app.command()(look.show)
app.command()(look.compare)
app.command()(look.diff)
app.command()(look.export)
app.command()(grade.regrade)
app.command()(sandbox.execute)
app.add_typer(study.app, name="study")
app.add_typer(calibrate.app, name="calibrate")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(sae.app, name="sae")
app.add_typer(polaris.app, name="polaris")


def debugging() -> bool:
    """Whether tracebacks are wanted."""
    return bool(os.environ.get(DEBUG))


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"astrolabe {__version__}")
        raise typer.Exit


@app.callback()
def _whole(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks of errors.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    if debug:
        os.environ[DEBUG] = "1"
