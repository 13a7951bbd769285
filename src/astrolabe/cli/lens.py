"""`astrolabe lens`: what every layer of a model would say next."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from astrolabe.cli.options import DEFAULT_OUT, Device, Dtype, Json, OneModel, ReportLanguage
from astrolabe.cli.output import print_json

if TYPE_CHECKING:
    from astrolabe.core.decoding import Dola
    from astrolabe.inside.lens import Lens
    from astrolabe.models.local import LocalModel
    from astrolabe.report.lens import Seen

NORMS = ("final", "none")
DIVERGENCES = ("js", "published")
BUCKETS = ("low", "high", "all")


@dataclass(frozen=True)
class _Wish:
    """What to look at; see the options of `lens`."""

    text: str
    tokens: int
    dola: "Dola"
    by_dola: bool
    every: bool
    position: str
    candidates: str | None


def lens(
    text: Annotated[str, typer.Argument(help="What the model is to continue, as plain text.")],
    model: OneModel = "polaris",
    tokens: Annotated[int, typer.Option(help="Tokens to generate; fewer if the model ends.")] = 8,
    dola: Annotated[bool, typer.Option("--dola", help="Generate with DoLa, not greedily.")] = False,
    layers: Annotated[
        str, typer.Option(help="Layers that DoLa chooses from: low, high, all, or a list as 2,4.")
    ] = "high",
    norm: Annotated[
        str, typer.Option(help="Early layers through the final norm: final, none.")
    ] = "final",
    divergence: Annotated[
        str, typer.Option(help="js (Jensen-Shannon), or published (DoLa's released code).")
    ] = "js",
    every: Annotated[
        bool, typer.Option("--all", help="Also show the prompt's own tokens.")
    ] = False,
    position: Annotated[
        str, typer.Option(help="Generated token to look at closely: number from 0, or its text.")
    ] = "0",
    candidates: Annotated[
        str | None,
        typer.Option(help='Words to follow over the layers, such as "Seattle,Olympia".'),
    ] = None,
    png: Annotated[Path | None, typer.Option(help="Write the picture here.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write the page here.")] = None,
    out: Annotated[
        Path, typer.Option(help="Folder for lens.png and lens.html, if neither is named.")
    ] = Path(DEFAULT_OUT),
    dtype: Dtype = "auto",
    device: Device = "auto",
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """See what every layer would say next.

    How unlike the last layer each early one is, the top tokens of every layer, how candidates rise
    over the layers, and which layer DoLa contrasts: here, as a picture, and as a page.
    """
    from astrolabe.cli.progress import errors, load_local_said, log_to_terminal
    from astrolabe.report.lens_strings import lens_words

    lens_words(report_language)
    read_by = _dola(layers, norm, divergence)
    wish = _Wish(text, tokens, read_by, dola, every, position, candidates)
    _refuse_empty(wish)
    if png is None and html is None:
        png, html = out / "lens.png", out / "lens.html"
    files = {file: option for file, option in ((png, "--png"), (html, "--html")) if file}
    for file, option in files.items():
        _writable(file, option)
    log_to_terminal()
    loaded = load_local_said(model, dtype, device)
    seen = _see(loaded, wish)
    _show(seen, report_language, json)
    for file, option in files.items():
        with errors.status(f"writing {file}"):
            _write(file, option, seen, report_language)
        if not json:
            typer.echo(f"{'picture' if option == '--png' else 'page'}: {file}")


def _dola(layers: str, norm: str, divergence: str) -> "Dola":
    """What is read and what is contrasted.

    Raises:
        BadInput: for an unknown norm or divergence, or layers that are no list of numbers.
    """
    from pydantic import ValidationError

    from astrolabe.core.decoding import Dola
    from astrolabe.core.errors import BadInput
    from astrolabe.core.wording import did_you_mean, unlike

    for name, value, known in (("norm", norm, NORMS), ("divergence", divergence, DIVERGENCES)):
        if value not in known:
            raise BadInput(
                f"unknown {name} '{value}'{did_you_mean(value, known)}; there are "
                f"{', '.join(known)}"
            )
    try:
        chosen = layers if layers in BUCKETS else [int(part) for part in layers.split(",")]
        return Dola.model_validate({"layers": chosen, "norm": norm, "divergence": divergence})
    except ValidationError as error:
        raise BadInput(unlike(error, Dola)) from error
    except ValueError:
        raise BadInput(
            f"layers '{layers}' cannot be read; give low, high, all, or numbers such as 2,4"
        ) from None


def _refuse_empty(wish: _Wish) -> None:
    from astrolabe.core.errors import BadInput

    if not wish.text.strip():
        raise BadInput("the text is empty; give something for the model to continue")
    if wish.tokens < 1:
        raise BadInput(f"{wish.tokens} tokens to generate leave nothing to see; give at least 1")


def _writable(file: Path, option: str) -> None:
    """Better known before computing; makes the folder."""
    import tempfile

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.is_dir():
            raise IsADirectoryError(0, "it is a folder")
        with tempfile.TemporaryFile(dir=file.parent):
            return
    except OSError as error:
        raise _unwritable(file, option, error) from error


def _unwritable(file: Path, option: str, error: OSError) -> Exception:
    from astrolabe.core.errors import BadInput

    reason = error.strerror or error
    return BadInput(f"'{file}' cannot be written ({reason}); name another file with {option}")


def _see(model: "LocalModel", wish: _Wish) -> "Seen":
    """Continue the text, and read every layer where each token is predicted."""
    from astrolabe.cli.progress import errors
    from astrolabe.core.decoding import Decoding
    from astrolabe.core.prompt import Prompt
    from astrolabe.engine.generate import end_tokens
    from astrolabe.engine.lens import View, continued, look
    from astrolabe.report.lens import Seen

    model.exits(wish.dola)  # refuses what cannot be read before anything is computed
    given = model.encode([Prompt(text=wish.text)])[0].context
    _refuse_long(model, len(given), wish.tokens)
    with errors.status("generating"):
        ends = end_tokens(model.module, model.tokenizer)
        decoding = Decoding(dola=wish.dola if wish.by_dola else None)
        written = continued(model.inside, given, wish.tokens, decoding, ends)
    place = _place(model, written, wish.position)
    traced: tuple[int, ...] = ()
    if wish.candidates is not None:
        traced = _firsts(model, wish.text + model.decode(written[:place]), wish.candidates)
    with errors.status("reading the layers"):
        view = View(len(given), 1 if wish.every else len(given), wish.dola, place, traced)
        found = look(model.inside, given + written, view)
    answer = model.decode(written)
    return Seen(found, model.name, wish.text, answer, wish.by_dola, _texts(model, found))


def _refuse_long(model: "LocalModel", given: int, most: int) -> None:
    from astrolabe.core.errors import BadInput

    if given + most > model.context_length:
        raise BadInput(
            f"the text has {given} tokens, and with {most} more it is longer than the "
            f"{model.context_length} that model '{model.name}' was made to see; shorten it, or ask "
            "for fewer --tokens"
        )


def _place(model: "LocalModel", written: tuple[int, ...], position: str) -> int:
    """Which generated token is meant by a number, or by the text that begins in it.

    Raises:
        BadInput: when there is none.
    """
    from astrolabe.core.errors import BadInput

    if re.fullmatch(r"-?\d+", position):
        if 0 <= int(position) < len(written):
            return int(position)
        raise BadInput(
            f"position {int(position)} is out of range: {len(written)} tokens were generated, "
            f"numbered 0 to {len(written) - 1}"
        )
    begins = model.decode(written).find(position) if position else -1
    if begins < 0:
        raise BadInput(
            f"no generated token begins with '{position}'; the model wrote "
            f"{model.decode(written)!r}, tokens 0 to {len(written) - 1}"
        )
    # A text begins in the first token by whose end more than what stands before it is written.
    lengths = (len(model.decode(written[: place + 1])) for place in range(len(written)))
    return next(place for place, length in enumerate(lengths) if length > begins)


def _firsts(model: "LocalModel", before: str, candidates: str) -> tuple[int, ...]:
    """The first token of each candidate, as it continues the text.

    Raises:
        BadInput: for a candidate that has none, or shares it with another.
    """
    from astrolabe.core.errors import BadInput

    named = [part.strip() for part in candidates.replace("，", ",").split(",")]
    firsts: dict[int, str] = {}
    for candidate in dict.fromkeys(named):
        token = _first(model, before, candidate)
        if token in firsts:
            raise BadInput(
                f"candidates '{firsts[token]}' and '{candidate}' begin with the same token "
                f"{model.decode([token])!r}, so they cannot be told apart here; give others"
            )
        firsts[token] = candidate
    return tuple(firsts)


def _first(model: "LocalModel", before: str, candidate: str) -> int:
    """The first token of a candidate after `before`, with or without a space between them.

    Languages and wordings differ in this, so the model is asked which of the two it expects.

    Raises:
        BadInput: when the tokenizer has no token for it there.
    """
    from astrolabe.core.errors import BadInput
    from astrolabe.core.model import Reading
    from astrolabe.core.prompt import Prompt

    texts = [before, *(f"{before}{space}{candidate}" for space in (" ", "") if candidate)]
    begun, *wholes = (e.context for e in model.encode([Prompt(text=text) for text in texts]))
    unknown = model.tokenizer.unk_token_id
    readings = [
        Reading(whole[: len(begun) + 1], len(begun))
        for whole in wholes
        if whole[: len(begun)] == begun and len(whole) > len(begun) and whole[len(begun)] != unknown
    ]
    if not readings:
        raise BadInput(
            f"candidate '{candidate}' cannot be encoded after the text: the tokenizer of model "
            f"'{model.name}' gives it no token of its own there; give another"
        )
    found = dict(model.score(readings))
    best = max(found, key=lambda index: found[index].logprobs[0])
    return readings[best].tokens[-1]


def _texts(model: "LocalModel", lens: "Lens") -> dict[int, str]:
    """Every token of a lens as a person sees it."""
    from astrolabe.report.lens import token_texts

    tops = {token for position in lens.tops for layer in position for token, _ in layer}
    return token_texts(model, tops | set(lens.tokens) | {trace.token for trace in lens.traces})


def _show(seen: "Seen", language: str, json: bool) -> None:
    if json:
        from astrolabe.report.lens import lens_fields

        print_json(lens_fields(seen))
        return
    from astrolabe.report.lens_table import print_lens

    print_lens(seen, language)


def _write(file: Path, option: str, seen: "Seen", language: str) -> None:
    from astrolabe.report.lens_page import write_page, write_picture

    try:
        if option == "--png":
            write_picture(file, seen, language)
        else:
            write_page(file, seen, language=language)
    except OSError as error:
        raise _unwritable(file, option, error) from error
