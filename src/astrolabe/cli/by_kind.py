"""`astrolabe study divergence-by-kind`: do the two findings behind DoLa hold for a model?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from astrolabe.cli.files import writable
from astrolabe.cli.options import DEFAULT_OUT, Device, Dtype, Json, OneModel, Out, ReportLanguage
from astrolabe.cli.output import give

if TYPE_CHECKING:
    from astrolabe.core.model import Norm
    from astrolabe.studies.texts import Source

NAME = "divergence-by-kind"
POLARIS_TEXTS = 200
POLARIS_SEED = 2


def by_kind(
    model: OneModel = "polaris",
    text: Annotated[
        Path | None,
        typer.Option(help="File of texts, separated by blank lines. Default: Polaris' own."),
    ] = None,
    norm: Annotated[
        str, typer.Option(help="Early layers through the final norm: final, none.")
    ] = "final",
    limit: Annotated[
        int | None, typer.Option(min=1, help=f"At most so many texts. Polaris: {POLARIS_TEXTS}.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help=f"Of Polaris' documents. Default: {POLARIS_SEED}.")
    ] = None,
    dtype: Dtype = "auto",
    device: Device = "auto",
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Which kinds of token keep changing in the high layers.

    Names, dates and numbers against function words, and copied words against new ones, by the
    divergence of every early layer from the last.
    """
    from astrolabe.cli.progress import Bars, load_local_said, log_to_terminal
    from astrolabe.report.by_kind_strings import by_kind_words
    from astrolabe.studies.by_kind import by_kind as conduct

    by_kind_words(report_language)
    chosen = _norm(norm)
    texts, source = _texts(model, text, limit, seed)
    folder = writable(Path(out).expanduser() / NAME)
    log_to_terminal()
    loaded = load_local_said(model, dtype, device)
    found = conduct(loaded, texts, source, chosen, Bars())
    from astrolabe.report.by_kind import by_kind_fields, print_by_kind, write_by_kind

    give(
        found, folder, report_language, json, fields=by_kind_fields, show=print_by_kind,
        write=write_by_kind,
    )  # fmt: skip


def _norm(norm: str) -> "Norm":
    from astrolabe.core.errors import BadInput

    if norm == "final":
        return "final"
    if norm == "none":
        return "none"
    raise BadInput(f"unknown norm '{norm}'; there are final, none")


def _texts(
    model: str, file: Path | None, limit: int | None, seed: int | None
) -> "tuple[list[str], Source]":
    """The texts to be read.

    Raises:
        BadInput: for a seed together with a file, a model without texts of its own, and as
            `read_texts` and `polaris_texts`.
    """
    from astrolabe.core.errors import BadInput
    from astrolabe.models.local import POLARIS
    from astrolabe.studies.texts import Source, polaris_texts, read_texts

    if file is not None:
        if seed is not None:
            raise BadInput("--seed draws Polaris' documents, but --text names a file; give one")
        return read_texts(file)[:limit], Source(file=file.name)
    if model != POLARIS:
        raise BadInput(
            f"texts made for Polaris tell nothing about model '{model}'; give it a file of texts "
            "separated by blank lines with --text"
        )
    drawn = POLARIS_SEED if seed is None else seed
    return polaris_texts(limit or POLARIS_TEXTS, drawn), Source(seed=drawn)
