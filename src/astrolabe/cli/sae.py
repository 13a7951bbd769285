"""`astrolabe sae`: sparse autoencoders of a model's states."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolabe.cli import features
from astrolabe.cli.options import Device, Dtype, Json, OneModel
from astrolabe.cli.output import print_json
from astrolabe.cli.texts import TextPath, Use, texts

if TYPE_CHECKING:
    from astrolabe.inside.sae.objective import Objective
    from astrolabe.models.local import LocalModel

app = typer.Typer(
    no_args_is_help=True, help="Sparse autoencoders: dictionaries of a model's features."
)

app.command()(features.features)
app.command()(features.show)


@app.callback()
def _whole() -> None:
    """Sparse autoencoders: dictionaries of a model's features."""


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder for the dictionary and its checkpoint.")],
    model: OneModel = "polaris",
    site: Annotated[str | None, typer.Option(help="embed, resid.L, attn.L, mlp.L, final.")] = None,
    kind: Annotated[str, typer.Option(help="relu, topk, batchtopk, jumprelu.")] = "topk",
    width: Annotated[int | None, typer.Option(help="Features.")] = None,
    k: Annotated[int | None, typer.Option(help="Active features (topk, batchtopk).")] = None,
    penalty: Annotated[
        float | None, typer.Option(help="Weight of L1 (relu) or L0 (jumprelu).")
    ] = None,
    tokens: Annotated[float | None, typer.Option(help="States to learn from, such as 1e6.")] = None,
    batch: Annotated[int | None, typer.Option(min=2, help="States of a step.")] = None,
    rate: Annotated[float | None, typer.Option(help="Adam's greatest learning rate.")] = None,
    dead_after: Annotated[
        int | None,
        typer.Option(
            min=1, help="A feature not active in so many states is dead. Default: 1 % of them."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the first weights and the shuffling.")] = 0,
    text: TextPath = None,
    dtype: Dtype = "auto",
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Learn a dictionary of the states at a site.

    States are read on the fly. Ctrl-C keeps the last checkpoint; the same command goes on from it.
    What is not given is as suits the model: for Polaris a recipe of its own, chosen for features
    that stand for scripts and formats.
    """
    from dataclasses import asdict, replace

    from astrolabe.cli.progress import Bars, errors, load_local_said
    from astrolabe.core.site import Site
    from astrolabe.inside.sae.recipes import recipe_of
    from astrolabe.inside.sae.saelens import save
    from astrolabe.inside.sae.stream import source
    from astrolabe.inside.sae.train import Seen, Settings
    from astrolabe.inside.sae.train import train as learn

    given: dict[str, Any] = {
        "site": site,
        "width": width,
        "k": k,
        "tokens": None if tokens is None else int(tokens),
        "batch": batch,
        "rate": rate,
        "dead_after": dead_after,
    }
    recipe = replace(recipe_of(model), **{n: v for n, v in given.items() if v is not None})
    at = Site.parse(recipe.site)
    steps = max(1, recipe.tokens // recipe.batch)
    settings = Settings(
        _objective(kind, recipe.k, penalty),
        recipe.width,
        steps,
        recipe.rate,
        dead_after=recipe.dead_after,
        seed=seed,
    )
    _writable(out)
    loaded = load_local_said(model, dtype, device)
    batches = source(loaded, lambda: _tokens(loaded, text, "train"), at, recipe.batch, seed)
    last: list[Seen] = []
    try:
        with Bars().stage(f"{kind} at {at}", steps) as advance:

            def watch(seen: Seen) -> None:
                advance(1 if last else seen.step)
                last[:] = [seen]

            found = learn(batches, settings, out, watch)
    except KeyboardInterrupt:
        errors.print(f"stopped; the same command goes on from the checkpoint in {out}")
        raise typer.Exit(130) from None
    where = {"model": model, "weights": loaded.identity.weights, "site": str(at)}
    save(replace(found, about=where | dict(found.about)), out)
    told = {"path": str(out), **({} if not last else asdict(last[-1]))}
    if json:
        print_json(told)
    else:
        typer.echo(out)
        if last:
            typer.echo(
                f"last batch: explained variance {last[-1].explained:.1%}, "
                f"L0 {last[-1].l0:.1f}, dead {last[-1].dead:.1%}"
            )


@app.command(name="eval")
def evaluate(
    folder: Annotated[Path, typer.Argument(help="A dictionary: ours, or a SAELens release.")],
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="Default: the one it was made of.")
    ] = None,
    site: Annotated[str | None, typer.Option(help="Default: where it was made.")] = None,
    tokens: Annotated[float, typer.Option(help="States to measure on.")] = 50_000,
    text: TextPath = None,
    dtype: Dtype = "auto",
    device: Device = "auto",
    json: Json = False,
) -> None:
    """Measure a dictionary: explained variance, L0, dead features, cross-entropy recovered."""
    from dataclasses import asdict
    from itertools import islice

    import torch

    from astrolabe.cli.progress import errors, load_local_said
    from astrolabe.core.errors import BadInput
    from astrolabe.core.site import Site
    from astrolabe.inside.sae.quality import cross_entropy, measure
    from astrolabe.inside.sae.saelens import load
    from astrolabe.inside.sae.stream import source

    dictionary = load(folder)
    name, place = model or dictionary.about.get("model"), site or dictionary.about.get("site")
    if name is None or place is None:
        raise BadInput(f"'{folder}' does not say of which model and site it is; give both")
    at, size = Site.parse(place), 2048
    loaded = load_local_said(name, dtype, device)
    with errors.status("measuring"):
        some = list(islice(_tokens(loaded, text, "eval"), max(1, int(tokens) // 100)))
        stream = source(loaded, lambda: some, at, size)
        batches = list(islice(stream(0), max(1, int(tokens) // size)))
        quality = measure(dictionary, batches)
        mean = torch.cat(batches).mean(0)
        loss = cross_entropy(loaded.inside, at, dictionary, mean, [t[:512] for t in some[:100]])
    told: dict[str, Any] = {
        "dictionary": str(folder),
        "model": name,
        "site": place,
        "kind": dictionary.kind,
        "width": dictionary.width,
        **asdict(quality),
        "cross_entropy": asdict(loss)
        | {"recovered": loss.recovered, "recovered_of_mean": loss.recovered_of_mean},
    }
    if json:
        print_json(told)
        return
    typer.echo(
        f"{dictionary.kind}, {dictionary.width:,} features, {name} at {place}\n"
        f"explained variance {quality.explained:.1%}, L0 {quality.l0:.1f}, "
        f"dead {quality.dead:.1%} ({quality.states:,} states)\n"
        f"cross-entropy {loss.untouched:.3f} nats, with the reconstruction "
        f"{loss.reconstructed:.3f}, with zeros {loss.zeroed:.3f}, with the mean {loss.mean:.3f}: "
        f"{loss.recovered:.1%} recovered ({loss.tokens:,} tokens)"
    )


def _objective(kind: str, k: int, penalty: float | None) -> "Objective":
    from astrolabe.core.errors import BadInput
    from astrolabe.inside.sae.batchtopk import BatchTopK
    from astrolabe.inside.sae.dictionary import check_kind
    from astrolabe.inside.sae.jumprelu import JumpRelu
    from astrolabe.inside.sae.relu import Relu
    from astrolabe.inside.sae.topk import TopK

    check_kind(kind)
    if kind in ("topk", "batchtopk"):
        if penalty is not None:
            raise BadInput(f"--penalty is for relu and jumprelu; {kind} takes --k")
        return TopK(k) if kind == "topk" else BatchTopK(k)
    if kind == "relu":
        return Relu() if penalty is None else Relu(penalty)
    return JumpRelu() if penalty is None else JumpRelu(penalty)


def _writable(folder: Path) -> None:
    from astrolabe.core.errors import BadInput

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"'{folder}' cannot be made ({error.strerror}); give another") from error


def _tokens(model: "LocalModel", path: Path | None, use: Use) -> Iterator[tuple[int, ...]]:
    """Token ids of texts."""
    from astrolabe.core.prompt import Prompt

    for text in texts(path, use):
        (encoded,) = model.encode([Prompt(text)])
        yield encoded.context
