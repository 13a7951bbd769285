"""`astrolabe prompt`: exactly what will be sent."""

from typing import Annotated, Any

import typer

from astrolabe.cli.options import (
    Chains,
    Data,
    Exemplars,
    ExtractTokens,
    Json,
    Labels,
    Recipe,
    Reveal,
)
from astrolabe.cli.output import print_json


def prompt(
    benchmark: Annotated[str, typer.Argument(help="Benchmark (`astrolabe benchmarks`).")],
    item: Annotated[str, typer.Option(help="Number of the item, from 0, or its id.")] = "0",
    model: Annotated[str, typer.Option("--model", "-m", help="Whose tokenizer.")] = "polaris",
    shots: Annotated[int | None, typer.Option(min=0, help="Number of exemplars.")] = None,
    reasoning: Annotated[str | None, typer.Option(help="none, worked, trigger.")] = None,
    trigger: Annotated[str | None, typer.Option(help="Phrase that begins the answer.")] = None,
    role: Annotated[str | None, typer.Option(help="Role sentence.")] = None,
    language: Annotated[str | None, typer.Option(help="en, zh.")] = None,
    scoring: Annotated[str | None, typer.Option(help="letters, text, generated.")] = None,
    order: Annotated[str | None, typer.Option(help="as-is, shuffled, rotated-1, ...")] = None,
    order_seed: Annotated[int | None, typer.Option(help="Seed of shuffled options.")] = None,
    template: Annotated[str | None, typer.Option(help="off, turns, single.")] = None,
    draw: Annotated[str | None, typer.Option(help="first, seeded, shared, lm-eval.")] = None,
    draw_seed: Annotated[int | None, typer.Option(help="Seed of drawn exemplars.")] = None,
    labels: Labels = None,
    labels_seed: Annotated[int | None, typer.Option(help="Seed of exemplars' labels.")] = None,
    flipped_share: Annotated[
        float | None, typer.Option(help="Share flipped (labels flipped).")
    ] = None,
    chains: Chains = None,
    max_tokens: Annotated[
        int | None, typer.Option(min=1, help="Budget of a generated answer.")
    ] = None,
    extract_tokens: ExtractTokens = None,
    recipe: Recipe = "official",
    data: Data = None,
    exemplars: Exemplars = None,
    reveal: Reveal = False,
    tokens: Annotated[bool, typer.Option("--tokens", help="Also print the token ids.")] = False,
    json: Json = False,
) -> None:
    """Print exactly what will be sent.

    For one item: the prompt, and what will be scored.
    """
    from astrolabe.benchmarks import get
    from astrolabe.core.run import RunPlan
    from astrolabe.models.local import load
    from astrolabe.runs.ask import ask_one
    from astrolabe.runs.figures import counted

    asked = {
        "shots": shots,
        "reasoning": reasoning,
        "trigger": trigger,
        "role": role,
        "language": language,
        "scoring": scoring,
        "order": order,
        "order_seed": order_seed,
        "template": template,
        "draw": draw,
        "draw_seed": draw_seed,
        "labels": labels,
        "labels_seed": labels_seed,
        "flipped_share": flipped_share,
        "chains": chains,
        "max_tokens": max_tokens,
        "extract_tokens": extract_tokens,
    }
    if trigger is not None and reasoning is None:
        asked["reasoning"] = "trigger"
    wishes: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    protocol = get(benchmark).recipe(recipe)
    condition = protocol.condition(**wishes)
    loaded = load(model)
    plan = RunPlan("", model, benchmark, condition, data, exemplars=exemplars)
    question, fitted = ask_one(plan, loaded, item, reveal)
    chosen = question.item
    ids = list(fitted.encoded.context)
    text = loaded.text(fitted.prompt)
    extract = protocol.extract(condition)
    scored = [
        {"text": t, "tokens": list(r.tokens[r.start :])}
        for t, r in zip(fitted.prompt.continuations, fitted.encoded.readings, strict=True)
    ]
    if fitted.dropped:
        typer.echo(f"{counted(fitted.dropped, 'exemplar')} dropped to fit", err=True)
    if fitted.cut:
        typer.echo(f"{counted(fitted.cut, 'token')} cut from the left", err=True)
    if json:
        fields = {
            "item": chosen.id,
            "gold": chosen.gold,
            "condition": condition.fields(),
            "text": text,
            "tokens": ids,
            "scored": scored,
            "stops": list(fitted.prompt.stops),
            "extract": extract,
            "shots": list(fitted.prompt.shots),
        }
        print_json(fields)
        return
    typer.echo(text)
    typer.echo(
        f"\n--- item {chosen.id} · {condition.label()} · {len(ids)} tokens · gold {chosen.gold}",
        err=True,
    )
    for option in scored:
        typer.echo(f"scored: {option['text']!r} as {option['tokens']}", err=True)
    if fitted.prompt.stops:
        typer.echo(f"stops: {', '.join(map(repr, fitted.prompt.stops))}", err=True)
    if extract is not None:
        typer.echo(f"then, after what the model writes: {extract!r}", err=True)
    if tokens:
        pieces = loaded.tokenizer.convert_ids_to_tokens(ids)
        typer.echo(" ".join(f"{i}:{p}" for i, p in zip(ids, pieces, strict=True)))
