"""`astrolabe steer`: turn a direction up while a model writes."""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolabe.cli.files import writable
from astrolabe.cli.options import (
    DEFAULT_OUT,
    Device,
    Dtype,
    Json,
    OneModel,
    Out,
    ReportLanguage,
    listed,
)
from astrolabe.cli.output import give_outcome

if TYPE_CHECKING:
    from astrolabe.core.site import Site
    from astrolabe.inside.steering.directions import Direction, Ordinary
    from astrolabe.models.local import LocalModel
    from astrolabe.studies.steer import Intended, Setting

_LONGEST = 256
"""Tokens after which a text that directions are taken from is cut."""


def steer(
    model: OneModel = "polaris",
    kind: Annotated[
        str | None,
        typer.Option(
            help="Steer towards texts of our own: arabic, hebrew, korean, chinese, dna, base64, "
            "hexadecimal."
        ),
    ] = None,
    feature: Annotated[
        str | None,
        typer.Option(help="Steer along a feature of a sparse autoencoder: FOLDER:NUMBER."),
    ] = None,
    towards: Annotated[
        Path | None, typer.Option(help="Steer towards the texts of a file, blank lines between.")
    ] = None,
    start: Annotated[
        Path | None,
        typer.Option("--from", help="Ordinary texts, to lead from. Default: of Polaris' world."),
    ] = None,
    wanted: Annotated[
        str | None,
        typer.Option(
            "--property",
            help="What should be written, such as arabic or dna. Default: the kind, what activates "
            "the feature, or what leans towards the texts.",
        ),
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(help="Where, such as resid.6. Default: after three quarters of the layers."),
    ] = None,
    act: Annotated[
        str, typer.Option(help="clamp the component along the direction, or add to it.")
    ] = "clamp",
    strengths: Annotated[
        str | None,
        typer.Option(help="Ladder, in mean lengths of a state. Default: 0.25 to 2."),
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="Neutral prompts, one a line. Default: our own.")
    ] = None,
    limit: Annotated[
        int, typer.Option(min=4, help="Prompts: half choose the strength, half measure it.")
    ] = 32,
    tokens: Annotated[int, typer.Option(min=1, help="Most tokens of each text.")] = 32,
    temperature: Annotated[float, typer.Option(min=0, max=10, help="0 is greedy.")] = 0.7,
    draws: Annotated[int, typer.Option(min=1, help="Random directions of the same strength.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Of everything that is drawn.")] = 0,
    level: Annotated[
        float, typer.Option(min=0.0001, max=0.5, help="Chance of deciding what is not there.")
    ] = 0.05,
    dtype: Dtype = "auto",
    device: Device = "auto",
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Turn a direction up while a model writes.

    Does it write what the direction stands for?
    The strength is chosen on half of the prompts by how much of the text is as intended and how
    fluent it stays, and measured on the others, against no steering and random directions.
    """
    from astrolabe.cli.progress import Bars, load_local_said, log_to_terminal
    from astrolabe.core.errors import BadInput
    from astrolabe.report.laboratory_strings import laboratory_words
    from astrolabe.studies.steer import LADDER, Setting, conduct
    from astrolabe.studies.steering_texts import neutral

    laboratory_words(report_language)
    sources = {"--kind": kind, "--feature": feature, "--towards": towards}
    given = [option for option, value in sources.items() if value is not None]
    if len(given) != 1:
        raise BadInput(
            f"give one of {', '.join(sources)} to say what to steer along"
            + (f"; got {' and '.join(given)}" if given else "")
        )
    from astrolabe.inside.steering.dose import Writing

    setting = Setting(
        neutral(prompts)[:limit],
        _numbers(strengths) if strengths else LADDER,
        act,  # type: ignore[arg-type]
        Writing(tokens, temperature, seed),
        draws,
        level=level,
    )
    folder = writable(Path(out).expanduser() / "steer")
    log_to_terminal()
    loaded = load_local_said(model, dtype, device)
    _refuse_long(loaded, setting)
    if feature is not None:
        direction, intended = _of_feature(loaded, feature, wanted, site, start, seed)
    else:
        direction, intended = _of_texts(loaded, kind, towards, wanted, site, start, seed)
    outcome = conduct(loaded, direction, intended, setting, Bars())
    give_outcome(outcome, folder, report_language, json)


def _of_texts(
    model: "LocalModel",
    kind: str | None,
    towards: Path | None,
    wanted: str | None,
    site: str | None,
    start: Path | None,
    seed: int,
) -> tuple["Direction", "Intended"]:
    """A difference of means, to a planted kind or to the texts of a file."""
    from astrolabe.inside.steering.directions import difference, encoded
    from astrolabe.inside.steering.written import kind_named
    from astrolabe.studies.steer import OfKind, leaning
    from astrolabe.studies.steering_texts import planted
    from astrolabe.studies.texts import read_texts

    if towards is not None:
        texts, name = read_texts(towards), towards.stem
    else:
        assert kind is not None
        kind = kind.strip().lower()
        texts, name = planted(kind, seed), kind
    what = kind_named(wanted or kind or "") if wanted or kind else None
    ordinary = _ordinary(model, _site(model, site), start, seed)
    with _reading(model):
        direction = difference(model, encoded(model, texts, _LONGEST, name), ordinary, name)
    return direction, OfKind(what) if what else leaning(direction)


def _of_feature(
    model: "LocalModel",
    feature: str,
    wanted: str | None,
    site: str | None,
    start: Path | None,
    seed: int,
) -> tuple["Direction", "Intended"]:
    """What a feature of a sparse autoencoder writes."""
    from astrolabe.core.errors import BadInput
    from astrolabe.inside.sae.saelens import load
    from astrolabe.inside.steering.directions import of_feature
    from astrolabe.inside.steering.written import kind_named
    from astrolabe.studies.steer import OfKind, active

    folder, _, number = feature.rpartition(":")
    if not folder or not number.isdecimal():
        raise BadInput(f"--feature takes FOLDER:NUMBER, such as my-sae:123, not '{feature}'")
    dictionary = load(Path(folder).expanduser())
    what = kind_named(wanted) if wanted else None
    named = site or dictionary.about.get("site")
    if named is None:
        raise BadInput(f"'{folder}' does not say of which site it is; give --site, such as resid.6")
    ordinary = _ordinary(model, _site(model, named), start, seed)
    direction = of_feature(dictionary, int(number), ordinary)
    intended = OfKind(what) if what else active(dictionary, int(number), ordinary.site)
    return direction, intended


def _site(model: "LocalModel", name: str | None) -> "Site":
    """The site that was asked for, or that after three quarters of the layers."""
    from astrolabe.core.site import Site

    if name is not None:
        return Site.parse(name)
    return Site("resid", max(1, round(0.75 * model.inside.anatomy.depth)))


def _ordinary(model: "LocalModel", site: "Site", start: Path | None, seed: int) -> "Ordinary":
    """What stands there in ordinary text."""
    from astrolabe.inside.steering.directions import encoded, ordinary
    from astrolabe.studies import steering_texts
    from astrolabe.studies.texts import read_texts

    texts = read_texts(start) if start else steering_texts.ordinary(seed)
    with _reading(model):
        return ordinary(model, encoded(model, texts, _LONGEST, "ordinary texts"), site)


def _reading(model: "LocalModel") -> AbstractContextManager[Any]:
    from astrolabe.cli.progress import errors

    return errors.status(f"reading the states of {model.name}")


def _numbers(text: str) -> tuple[float, ...]:
    """Strengths from the command line.

    Raises:
        BadInput: for what is no number.
    """
    from astrolabe.core.errors import BadInput

    try:
        return tuple(float(part) for part in listed(text))
    except ValueError:
        raise BadInput(f"--strengths takes numbers with commas between, not '{text}'") from None


def _refuse_long(model: "LocalModel", setting: "Setting") -> None:
    """Raises:
    BadInput: for prompts that leave no room in what the model was made to see.
    """
    from astrolabe.core.errors import BadInput
    from astrolabe.core.prompt import Prompt

    encoded = model.encode([Prompt(prompt) for prompt in setting.prompts])
    longest = max(len(one.context) for one in encoded)
    if longest + setting.writing.tokens > model.context_length:
        raise BadInput(
            f"a prompt has {longest} tokens, and with {setting.writing.tokens} more it is longer "
            f"than the {model.context_length} that model '{model.name}' was made to see; shorten "
            "it, or ask for fewer --tokens"
        )
