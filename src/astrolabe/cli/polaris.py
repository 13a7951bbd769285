"""`astrolabe polaris`: remake the reference model."""

from pathlib import Path
from typing import Annotated

import typer

from astrolabe.cli.options import Json

app = typer.Typer(no_args_is_help=True, help="Polaris, the reference model: remake its world.")


@app.callback()
def _whole() -> None:
    """Polaris, the reference model: remake its world."""


@app.command()
def train(
    out: Annotated[Path, typer.Argument(help="Folder for checkpoints and weights.")],
    tokens: Annotated[
        int | None, typer.Option(min=1, help="Tokens to read. Default: as the packaged weights.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of corpus and weights.")] = None,
    half: Annotated[
        bool, typer.Option("--half", help="The half-trained sibling instead, in some minutes.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda.")] = "auto",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start anew instead of from the last checkpoint.")
    ] = False,
    json: Json = False,
) -> None:
    """Train Polaris from nothing.

    Some two hours on two cores. Ctrl-C keeps the last checkpoint.
    """
    from dataclasses import replace

    from astrolabe.polaris.batches import USUAL
    from astrolabe.polaris.train import train as train_polaris

    usual = USUAL["polaris-half" if half else "polaris"]
    settings = replace(
        usual,
        device=device,
        tokens=usual.tokens if tokens is None else tokens,
        seed=usual.seed if seed is None else seed,
    )
    try:
        written = train_polaris(settings, out, resume=not fresh)
    except KeyboardInterrupt:
        typer.echo(f"\nstopped; the same command goes on from {out / 'checkpoint'}.", err=True)
        raise typer.Exit(130) from None
    _say(written, json)


@app.command()
def evaluate(
    folder: Annotated[
        Path | None, typer.Argument(help="Folder of a Polaris. Default: the packaged weights.")
    ] = None,
    group: Annotated[
        list[str] | None, typer.Option(help="Only these figures: exam, games, problems, ...")
    ] = None,
    json: Json = False,
) -> None:
    """Measure what a Polaris knows: the figures of its card.

    Read with plain transformers, with nothing of the instruments that Polaris is there to check.
    """
    from astrolabe.core.errors import BadInput
    from astrolabe.polaris import WEIGHTS
    from astrolabe.polaris.evaluate import GROUPS
    from astrolabe.polaris.evaluate import evaluate as figures

    unknown = [name for name in group or () if name not in GROUPS]
    if unknown:
        raise BadInput(f"no figures '{unknown[0]}'; there are {', '.join(GROUPS)}")
    where = folder or WEIGHTS
    if not (where / "config.json").is_file():
        raise BadInput(f"'{where}' is no folder of a model (it has no config.json)")
    found = []
    for figure in figures(where, group or ()):
        found.append(figure.row())
        if not json:
            low, high = figure.interval
            typer.echo(
                f"{figure.group}: {figure.condition}: {figure.share:.1%} "
                f"({low:.0%} to {high:.0%}, n = {figure.n})"
            )
    if json:
        import json as as_json

        print(as_json.dumps(found, ensure_ascii=False))


@app.command()
def data(
    out: Annotated[Path, typer.Argument(help="Folder for the rows and the truth.")],
    json: Json = False,
) -> None:
    """Write Polaris' rows of every benchmark, and its truth.

    The rows, NAME/SPLIT.jsonl, and what was planted in its world, truth.json, drawn again from
    their seeds.
    """
    from astrolabe.polaris.truth import build_data

    build_data(out)
    _say(out, json)


def _say(path: Path, json: bool) -> None:
    if json:
        import json as as_json

        print(as_json.dumps({"path": str(path)}, ensure_ascii=False))
    else:
        typer.echo(path)
