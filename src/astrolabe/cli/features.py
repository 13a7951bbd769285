"""`astrolabe sae features` and `sae show`: what the features of a dictionary stand for."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from astrolabe.cli.options import DEFAULT_OUT, Device, Dtype, Json, ReportLanguage
from astrolabe.cli.output import print_json
from astrolabe.cli.texts import TextPath, texts

if TYPE_CHECKING:
    from astrolabe.core.site import Site
    from astrolabe.inside.features.survey import Survey
    from astrolabe.inside.sae.dictionary import Dictionary
    from astrolabe.models.local import LocalModel

Folder = Annotated[Path, typer.Argument(help="A dictionary: ours, or a SAELens release.")]
ItsModel = Annotated[
    str | None, typer.Option("--model", "-m", help="Default: the one it was made of.")
]
ItsSite = Annotated[str | None, typer.Option("--site", help="Default: where it was made.")]
Tokens = Annotated[float, typer.Option(help="Tokens to look at.")]


def features(
    folder: Folder,
    prop: Annotated[
        str | None, typer.Option("--property", help="Rank features by this, such as arabic.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Features listed of a property.")] = 10,
    model: ItsModel = None,
    site: ItsSite = None,
    tokens: Tokens = 50_000,
    text: TextPath = None,
    dtype: Dtype = "auto",
    device: Device = "auto",
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Find features by what they stand for.

    For each property the best feature, or for one property the best ones, beside the best raw
    neuron: precision, recall and log-likelihood ratio on texts that the threshold was not chosen
    on.
    """
    from astrolabe.inside.features.properties import property_named
    from astrolabe.report.features import listing, listing_fields
    from astrolabe.report.features_strings import feature_words
    from astrolabe.report.features_table import print_listing

    feature_words(report_language)
    wanted = None if prop is None else property_named(prop)
    dictionary, loaded, at = _loaded(folder, model, site, dtype, device)
    found = listing(_survey(dictionary, loaded, at, text, tokens), wanted, limit)
    if json:
        print_json(listing_fields(found))
    else:
        print_listing(found, report_language)


def show(
    folder: Folder,
    feature: Annotated[int, typer.Argument(help="Number of the feature, from 0.")],
    model: ItsModel = None,
    site: ItsSite = None,
    tokens: Tokens = 50_000,
    text: TextPath = None,
    out: Annotated[
        Path, typer.Option(help="Folder for feature-NUMBER.png and feature-NUMBER.html.")
    ] = Path(DEFAULT_OUT),
    dtype: Dtype = "auto",
    device: Device = "auto",
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Look at one feature: where it is active, how much, and what it makes the model say.

    Contexts over the whole range of its activation, a histogram, the tokens that it promotes and
    suppresses, and the properties that it tells best: here, as a picture, and as a page.
    """
    from astrolabe.cli.files import writable, writing
    from astrolabe.report.features import portrait, portrait_fields
    from astrolabe.report.features_page import write_page, write_picture
    from astrolabe.report.features_strings import feature_words
    from astrolabe.report.features_table import print_portrait

    feature_words(report_language)
    home = writable(out)
    dictionary, loaded, at = _loaded(folder, model, site, dtype, device)
    _refuse_unknown(dictionary, feature)
    survey = _survey(dictionary, loaded, at, text, tokens)
    seen = portrait(survey, dictionary, loaded, at, feature)
    if json:
        print_json(portrait_fields(seen))
    else:
        print_portrait(seen, report_language)
    with writing(home):
        picture = write_picture(home / f"feature-{feature}.png", seen, report_language)
        page = write_page(home / f"feature-{feature}.html", seen, language=report_language)
    if not json:
        typer.echo(f"picture: {picture}\npage: {page}")


def _loaded(
    folder: Path, model: str | None, site: str | None, dtype: str, device: str
) -> "tuple[Dictionary, LocalModel, Site]":
    """The dictionary, with the model and site that it is looked at in."""
    from astrolabe.cli.progress import load_local_said, log_to_terminal
    from astrolabe.core.errors import BadInput
    from astrolabe.core.site import Site
    from astrolabe.inside.sae.saelens import load

    dictionary = load(folder)
    name, place = model or dictionary.about.get("model"), site or dictionary.about.get("site")
    if name is None or place is None:
        raise BadInput(f"'{folder}' does not say of which model and site it is; give both")
    at = Site.parse(place)
    log_to_terminal()
    return dictionary, load_local_said(name, dtype, device), at


def _refuse_unknown(dictionary: "Dictionary", feature: int) -> None:
    """Better known before texts are read."""
    from astrolabe.core.errors import BadInput

    if not 0 <= feature < dictionary.width:
        raise BadInput(
            f"there is no feature {feature}; the dictionary has {dictionary.width}, numbered 0 to "
            f"{dictionary.width - 1}"
        )


def _survey(
    dictionary: "Dictionary", model: "LocalModel", site: "Site", path: Path | None, tokens: float
) -> "Survey":
    from astrolabe.cli.progress import errors
    from astrolabe.inside.features.survey import survey

    with errors.status("reading texts"):
        return survey(
            model, model.tokenizer, dictionary, site, texts(path, "eval"), max(1, int(tokens))
        )
