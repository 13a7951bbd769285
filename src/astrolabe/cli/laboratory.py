"""`astrolabe study NAME`: the experiments of the laboratory, all by one command factory.

An experiment declares what can be set in it alone (`astrolabe.studies.laboratory.Knob`); its
command takes that beside the options that all experiments share.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolabe.cli.files import writable
from astrolabe.cli.measure import kept_on_interrupt
from astrolabe.cli.options import (
    DEFAULT_DB,
    DEFAULT_OUT,
    Data,
    Db,
    Device,
    Dtype,
    Json,
    Limit,
    Out,
    ReportLanguage,
    Subjects,
    listed,
)
from astrolabe.cli.output import give_outcome

if TYPE_CHECKING:
    from astrolabe.studies.laboratory import Experiment, Knob

Model = Annotated[
    str,
    typer.Option(
        "--model", "-m", help="polaris, a local folder, a hub id, api:MODEL or api:MODEL@URL."
    ),
]
Benchmark = Annotated[str | None, typer.Option("--benchmark", "-b", help="On what items.")]
Recipe = Annotated[
    str | None, typer.Option("--recipe", help="Whose protocol. Default: the experiment's choice.")
]
Seed = Annotated[int, typer.Option(min=0, help="Of everything that is drawn.")]
Level = Annotated[
    float, typer.Option(min=0.0001, max=0.5, help="Chance of deciding what is not there.")
]


def command(name: str) -> Any:
    """The command of an experiment, as typer makes one; imports the experiment's module."""
    from astrolabe.studies.laboratory import experiment

    found = experiment(name)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(name, help=_help(found))(_function(found))
    return typer.main.get_command(alone)


def _help(experiment: "Experiment") -> str:
    made_for = ", ".join(experiment.suits) or "any benchmark"
    return (
        f"{experiment.summary.en}\n\nAfter {experiment.paper}.\n\n"
        f"For {made_for}; by default {experiment.benchmark}."
    )


def _function(experiment: "Experiment") -> Callable[..., None]:
    """A function whose signature has the shared options and the experiment's knobs."""
    shared = list(inspect.signature(_conduct).parameters.values())[2:]
    knobs = [
        inspect.Parameter(
            knob.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
        )
        for knob in experiment.knobs
        for annotation, default in [_option(knob)]
    ]

    def conduct(**chosen: Any) -> None:
        own = {knob.name: _read(knob, chosen.pop(knob.name)) for knob in experiment.knobs}
        _conduct(experiment, own, **chosen)

    parameters = [*shared[:1], *knobs, *shared[1:]]
    conduct.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    conduct.__annotations__ = {one.name: one.annotation for one in parameters}
    return conduct


def _option(knob: "Knob") -> tuple[Any, Any]:
    """A knob as annotation and default of a parameter."""
    default = knob.default
    if isinstance(default, tuple):
        option = typer.Option(help=knob.help)
        return Annotated[str, option], ",".join(map(str, default))
    if default is None:
        return Annotated[str | None, typer.Option(help=knob.help)], None
    least = knob.least
    if isinstance(default, int) and not isinstance(default, bool) and least is not None:
        least = int(least)
    limits: dict[str, Any] = {} if least is None else {"min": least}
    return Annotated[type(default), typer.Option(help=knob.help, **limits)], default


def _read(knob: "Knob", value: Any) -> Any:
    """A knob's value from the command line.

    Raises:
        BadInput: for a list whose parts are not what the knob takes.
    """
    from astrolabe.core.errors import BadInput

    if not isinstance(knob.default, tuple):
        return value
    parts = listed(value)
    kind = type(knob.default[0]) if knob.default else str
    option = f"--{knob.name.replace('_', '-')}"
    try:
        read = tuple(kind(part) for part in parts)
    except ValueError:
        what = "whole numbers" if kind is int else "numbers"
        raise BadInput(f"{option} takes {what} with commas between, not '{value}'") from None
    below = [part for part in read if knob.least is not None and float(part) < knob.least]
    if below or (knob.default and not read):
        least = "" if knob.least is None else f", none below {knob.least:g}"
        raise BadInput(f"{option} takes at least one value{least}; got '{value}'")
    return read


def _conduct(
    experiment: "Experiment",
    knobs: dict[str, Any],
    *,
    model: Model = "polaris",
    benchmark: Benchmark = None,
    recipe: Recipe = None,
    data: Data = None,
    subjects: Subjects = None,
    limit: Limit = None,
    seed: Seed = 0,
    level: Level = 0.05,
    dtype: Dtype = "auto",
    device: Device = "auto",
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    from astrolabe.cli.progress import Bars, load_said, log_to_terminal
    from astrolabe.report.laboratory_strings import laboratory_words
    from astrolabe.runs.store import Store
    from astrolabe.studies.laboratory import Bench

    laboratory_words(report_language)
    setting = experiment.setting(
        model,
        benchmark,
        recipe=recipe,
        data=data,
        subjects=tuple(listed(subjects)),
        limit=limit,
        seed=seed,
        level=level,
        knobs=knobs,
    )
    folder = writable(Path(out).expanduser() / experiment.name)
    log_to_terminal()
    with Store(db) as store, kept_on_interrupt(store.place):
        bench = Bench(partial(load_said, dtype=dtype, device=device), store, Bars())
        outcome = experiment.conduct(setting, bench)
    give_outcome(outcome, folder, report_language, json)


def names() -> Sequence[str]:
    """Names of all experiments; imports none of them."""
    from astrolabe.studies.laboratory import EXPERIMENTS

    return tuple(EXPERIMENTS)
