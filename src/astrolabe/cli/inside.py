"""`astrolabe inside`: does the inside of a model tell which items it gets right, or flip?"""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from astrolabe.cli.files import writable
from astrolabe.cli.measure import kept_on_interrupt
from astrolabe.cli.options import (
    DEFAULT_DB,
    DEFAULT_OUT,
    Db,
    Device,
    Json,
    Out,
    ReportLanguage,
    listed,
)
from astrolabe.cli.output import give_outcome


def inside(
    run: Annotated[str, typer.Argument(help="Beginning of a run's id.")],
    other: Annotated[
        str | None, typer.Argument(help="For flips: beginning of another's, on the same benchmark.")
    ] = None,
    predict: Annotated[
        str, typer.Option(help="right: which items are; flips: right in one of two runs.")
    ] = "right",
    layers: Annotated[
        str | None,
        typer.Option(help="Such as 0,4,8, or all. Default: those recorded, or else all."),
    ] = None,
    shuffles: Annotated[int, typer.Option(help="Of the labels; they decide.")] = 199,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn.")] = 0,
    level: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="Chance of deciding what is not there.")
    ] = 0.05,
    device: Device = "auto",
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Ask whether a model's states tell what it gets right.

    A probe of each layer's states, at the last token of each prompt, held out by subject, beside
    shuffled labels, the model's own confidence, prompt length, and random weights. States are kept
    beside the store; `astrolabe run --record` records them, and then no model is needed here.
    """
    from astrolabe.cli.progress import Bars, load_local_said, log_to_terminal
    from astrolabe.report.laboratory_strings import laboratory_words
    from astrolabe.runs.states import home
    from astrolabe.runs.store import Store
    from astrolabe.studies.inside_run import Asking, inside_run
    from astrolabe.studies.inside_tables import outcome

    laboratory_words(report_language)
    asking = Asking(predict, _layers(layers), shuffles, seed, level)
    log_to_terminal()
    with Store(db, create=False) as store:
        asked = store.run(run)
        second = None if other is None else store.run(other)
    folder = writable(Path(out).expanduser() / f"inside-{asked.id[:8]}")
    load = partial(load_local_said, device=device)
    with kept_on_interrupt(str(home(store.place, asked))):
        found = inside_run(asked, second, asking, load, home(store.place, asked), Bars())
    give_outcome(outcome(found), folder, report_language, json)


def _layers(text: str | None) -> tuple[int, ...] | None:
    """Layers that are named; none for the recorded ones, `None` for all.

    Raises:
        BadInput: for what is no number.
    """
    from astrolabe.core.errors import BadInput

    if text == "all":
        return None
    parts = listed(text)
    if not all(part.isdecimal() for part in parts):
        raise BadInput(f"--layers takes numbers with commas between, or all; not '{text}'")
    return tuple(dict.fromkeys(map(int, parts)))
