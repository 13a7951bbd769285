"""`astrolabe probe`: does a model hold a map, or a calendar?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from astrolabe.cli.files import writable
from astrolabe.cli.options import DEFAULT_OUT, Device, Dtype, Json, Out, ReportLanguage, listed
from astrolabe.cli.output import give

if TYPE_CHECKING:
    from astrolabe.inside.probes.entities import Entities
    from astrolabe.studies.probing import Wish

NAME = "probe"
_PUBLISHED = ("empty", "question", "caps", "random")


def probe(
    entities: Annotated[
        str, typer.Argument(help="polaris-places, polaris-years, or a CSV file.")
    ] = "polaris-places",
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", help="polaris, a folder, or a hub id; repeat for more."),
    ] = None,
    layers: Annotated[str, typer.Option(help="all, or numbers such as 0,4,8-12.")] = "all",
    prompt: Annotated[
        list[str] | None,
        typer.Option(
            help="Before the name: empty, caps, random, question, city, or a text such as "
            "'Where is '; repeat for more. The first is the one that others are compared with."
        ),
    ] = None,
    target: Annotated[
        str | None, typer.Option(help="Columns to predict: numbers or dates; commas for more.")
    ] = None,
    name_column: Annotated[str | None, typer.Option(help="Column of the names.")] = None,
    group: Annotated[
        str | None, typer.Option(help="Column whose values are held out as a whole, or none.")
    ] = None,
    split: Annotated[
        str,
        typer.Option(help="What is held out: auto (groups, if any), group, entity, published."),
    ] = "auto",
    limit: Annotated[
        int | None, typer.Option(min=1, help="At most so many entities, drawn at random.")
    ] = None,
    nonlinear: Annotated[
        bool, typer.Option("--nonlinear", help="Also an MLP probe, and few dimensions (PCA).")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn.")] = 0,
    dtype: Dtype = "auto",
    device: Device = "auto",
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Read places or years off a model's layers.

    Linear probes of every layer, on entities held out by country or period, beside controls; what
    prompts change; a map or a time line of what was read. States are kept in the output folder, so
    that the same command goes on where it was interrupted.
    """
    from functools import partial

    from astrolabe.cli.progress import Bars, errors, load_local_said, log_to_terminal
    from astrolabe.inside.probes.schemas import entities as read
    from astrolabe.report.probe_strings import probe_words
    from astrolabe.studies.probing import probe as conduct

    probe_words(report_language)
    found = read(entities, name_column, listed(target), group, limit, seed)
    wish = _wish(found, prompt, layers, split, nonlinear, seed)
    names = list(dict.fromkeys(part for one in model or ["polaris"] for part in listed(one)))
    folder = writable(Path(out).expanduser() / NAME / Path(found.source).stem)
    log_to_terminal()
    load = partial(load_local_said, dtype=dtype, device=device)
    try:
        probing = conduct(load, names, found, wish, folder / "states", Bars())
    except KeyboardInterrupt:
        errors.print("stopped; the same command goes on from the states that were read")
        raise typer.Exit(130) from None
    from astrolabe.report.probe import print_probing, probing_fields, write_probing

    give(
        probing, folder, report_language, json, fields=probing_fields, show=print_probing,
        write=write_probing,
    )  # fmt: skip


def _wish(
    found: "Entities",
    prompts: list[str] | None,
    layers: str,
    split: str,
    nonlinear: bool,
    seed: int,
) -> "Wish":
    """What is to be probed.

    Raises:
        BadInput: for an unknown prompt or split, and layers that are no numbers.
    """
    from astrolabe.inside.probes.known import PLACES
    from astrolabe.studies.probe_prompts import CITY, variant
    from astrolabe.studies.probing import Wish

    usual = (*_PUBLISHED[:1], CITY, *_PUBLISHED[1:]) if found.source == PLACES else _PUBLISHED
    asked = list(dict.fromkeys(prompts or usual))
    found.folds(split, seed=seed)  # type: ignore[arg-type]  # refused here, before a model is loaded
    return Wish(
        tuple(variant(one, found) for one in asked),
        None if layers == "all" else _numbers(layers),
        split,  # type: ignore[arg-type]
        nonlinear,
        seed,
    )


def _numbers(layers: str) -> tuple[int, ...]:
    from astrolabe.core.errors import BadInput

    numbers: list[int] = []
    try:
        for part in listed(layers):
            first, _, last = part.partition("-")
            numbers += range(int(first), int(last or first) + 1)
    except ValueError:
        numbers = []
    if not numbers:
        raise BadInput(f"layers '{layers}' cannot be read; give all, or numbers such as 0,4,8-12")
    return tuple(numbers)
