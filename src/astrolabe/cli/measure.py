"""Commands that measure: `run`, `study`, `demo`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolabe.cli.files import writable, writing
from astrolabe.cli.options import (
    DEFAULT_DB,
    DEFAULT_OUT,
    Chains,
    Data,
    Db,
    Device,
    Dola,
    DolaDivergence,
    DolaNorm,
    Dtype,
    Exemplars,
    ExtractTokens,
    Json,
    Labels,
    Limit,
    Model,
    Out,
    PostSoftmax,
    Recipe,
    RelativeTop,
    RepetitionPenalty,
    ReportLanguage,
    Settled,
    Subjects,
    listed,
)
from astrolabe.cli.output import print_json

if TYPE_CHECKING:
    from astrolabe.core.run import Study
    from astrolabe.core.site import Site
    from astrolabe.studies.conduct import Findings


def run(
    benchmarks: Annotated[
        list[str], typer.Argument(help="Benchmarks: mmlu, gsm8k, ... (`astrolabe benchmarks`).")
    ],
    model: Model = "polaris",
    shots: Annotated[str | None, typer.Option(help="Numbers of exemplars, such as 0,5.")] = None,
    cot: Annotated[
        bool, typer.Option("--cot", help="Also with worked exemplars (chain of thought).")
    ] = False,
    reasoning: Annotated[
        str | None, typer.Option(help="none, worked, trigger; commas for more.")
    ] = None,
    trigger: Annotated[
        str | None, typer.Option(help="Phrase that begins the answer (reasoning trigger).")
    ] = None,
    role: Annotated[
        list[str] | None,
        typer.Option(help='Role sentence; repeat for more, "" for none.'),
    ] = None,
    language: Annotated[str | None, typer.Option(help="Language of the wording: en, zh.")] = None,
    scoring: Annotated[str | None, typer.Option(help="letters, text, generated.")] = None,
    order: Annotated[
        str | None, typer.Option(help="Options as-is, shuffled, rotated-1, -2, -3.")
    ] = None,
    template: Annotated[str | None, typer.Option(help="Chat template: off, turns, single.")] = None,
    draw: Annotated[
        str | None, typer.Option(help="Exemplars: first, seeded, shared, lm-eval.")
    ] = None,
    draw_seed: Annotated[str | None, typer.Option(help="Seeds of drawn exemplars.")] = None,
    labels: Labels = None,
    labels_seed: Annotated[str | None, typer.Option(help="Seeds of exemplars' labels.")] = None,
    flipped_share: Annotated[
        str | None, typer.Option(help="Shares of exemplars flipped (labels flipped), 0 to 1.")
    ] = None,
    chains: Chains = None,
    order_seed: Annotated[str | None, typer.Option(help="Seeds of shuffled options.")] = None,
    temperature: Annotated[float, typer.Option(help="0 is greedy.")] = 0.0,
    top_p: Annotated[float, typer.Option(help="Nucleus of sampling.")] = 1.0,
    seed: Annotated[int, typer.Option(help="Seed of sampling.")] = 0,
    repetition_penalty: RepetitionPenalty = 1.0,
    dola: Dola = None,
    dola_norm: DolaNorm = None,
    dola_divergence: DolaDivergence = None,
    relative_top: RelativeTop = None,
    post_softmax: PostSoftmax = None,
    settled: Settled = None,
    max_tokens: Annotated[int | None, typer.Option(help="Budget of a generated answer.")] = None,
    extract_tokens: ExtractTokens = None,
    samples: Annotated[
        int | None,
        typer.Option(min=1, help="Answers sampled for each item: pass@k, majority vote."),
    ] = None,
    recipe: Recipe = "official",
    data: Data = None,
    exemplars: Exemplars = None,
    subjects: Subjects = None,
    limit: Limit = None,
    record: Annotated[
        str | None,
        typer.Option(help="Record states as answers begin, at sites such as resid.4,mlp.8."),
    ] = None,
    unlike: Annotated[
        bool, typer.Option("--unlike", help="Compare runs that differ in several things.")
    ] = False,
    name: Annotated[str, typer.Option(help="Name of the study and of its report.")] = "run",
    dtype: Dtype = "auto",
    device: Device = "auto",
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Run benchmarks under one or more conditions.

    Lists (0,5) make a grid of every combination; runs that differ in one thing are compared.
    Answers are kept: the same command again computes only what is missing.
    """
    from astrolabe.cli.decoding import DolaOptions, decodings
    from astrolabe.studies.grid import Choice, grid

    sites = _sites(record, listed(model))
    fields: dict[str, Sequence[Any]] = {}
    lists: list[tuple[str, str | None, Callable[[str], Any]]] = [
        ("shots", shots, _whole_number),
        ("reasoning", _with_cot(reasoning, cot), str),
        ("language", language, str),
        ("scoring", scoring, str),
        ("order", order, str),
        ("template", template, str),
        ("draw", draw, str),
        ("draw_seed", draw_seed, _whole_number),
        ("labels", labels, str),
        ("labels_seed", labels_seed, _whole_number),
        ("flipped_share", flipped_share, _number),
        ("chains", chains, str),
        ("order_seed", order_seed, _whole_number),
    ]
    for field, text, read in lists:
        if text is not None:
            fields[field] = [read(part) for part in listed(text)]
    if role:
        fields["role"] = [text or None for text in role]
    if trigger is not None:
        fields["trigger"] = [trigger]
        fields.setdefault("reasoning", ["trigger"])
    for field, number in (
        ("max_tokens", max_tokens),
        ("extract_tokens", extract_tokens),
        ("samples", samples),
    ):
        if number is not None:
            fields[field] = [number]
    contrasts = DolaOptions(
        dola or (), dola_norm, dola_divergence, relative_top, post_softmax, settled
    )
    chance = {"temperature": temperature, "top_p": top_p, "seed": seed}
    if decoding := decodings(contrasts, chance | {"repetition_penalty": repetition_penalty}):
        fields["decoding"] = decoding
    chosen = Choice(data, tuple(listed(subjects)), limit, exemplars)
    asked = grid(name, listed(model), benchmarks, fields, chosen, recipe, unlike)
    for reason in asked.left_out:
        typer.echo(f"left out: {reason}", err=True)
    for reason in asked.not_compared:
        typer.echo(f"not compared: {reason}", err=True)
    _conduct(asked.study, dtype, device, db, out, report_language, json, sites)


def study(
    file: Annotated[Path, typer.Argument(help="A study file (YAML).")],
    dtype: Dtype = "auto",
    device: Device = "auto",
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """Conduct a declared study.

    That is: its runs and its planned comparisons, as the file says.
    """
    from astrolabe.studies.file import read

    _conduct(read(file), dtype, device, db, out, report_language, json)


def demo(
    db: Db = DEFAULT_DB,
    out: Out = DEFAULT_OUT,
    report_language: ReportLanguage = "en",
    json: Json = False,
) -> None:
    """See prompts change what a model can do.

    The offline tour, on Polaris.
    """
    from astrolabe.studies.demo import demo as demo_study

    _conduct(demo_study(), "auto", "cpu", db, out, report_language, json)


def _conduct(
    study: "Study",
    dtype: str,
    device: str,
    db: str,
    out: str,
    language: str,
    json: bool,
    sites: "Sequence[Site]" = (),
) -> None:
    from astrolabe.cli.progress import Bars, load_said, log_to_terminal
    from astrolabe.report.html import write_report
    from astrolabe.report.strings import words
    from astrolabe.runs.store import Store
    from astrolabe.studies.conduct import conduct

    words(language)
    folder = writable(Path(out).expanduser() / study.name)
    log_to_terminal()
    with Store(db) as store, kept_on_interrupt(store.place):
        load = partial(load_said, dtype=dtype, device=device)
        findings = conduct(study, load, store, Bars(), sites)
    _show(findings, language, json)
    with writing(folder):
        report = write_report(folder, findings, language=language)
    if not json:
        typer.echo(f"report: {report}")


def _show(findings: "Findings", language: str, json: bool) -> None:
    from astrolabe.report.tables import findings_fields, print_findings

    if json:
        print_json(findings_fields(findings, language))
    else:
        print_findings(findings, language)


@contextmanager
def kept_on_interrupt(db: str) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(
            f"\nstopped; every answer so far is in {db}. The same command goes on from there.",
            err=True,
        )
        raise typer.Exit(130) from None


def _whole_number(text: str) -> int:
    from astrolabe.core.errors import BadInput

    try:
        return int(text)
    except ValueError:
        raise BadInput(f"'{text}' is not a whole number") from None


def _number(text: str) -> float:
    from astrolabe.core.errors import BadInput

    try:
        return float(text)
    except ValueError:
        raise BadInput(f"'{text}' is not a number") from None


def _sites(record: str | None, models: Sequence[str]) -> "tuple[Site, ...]":
    """Sites by name, where states of models are to be recorded.

    Raises:
        BadInput: for what is no site, and a model that shows none, before it is asked anything.
    """
    from astrolabe.core.site import Site
    from astrolabe.models.named import refuse_served

    sites = tuple(map(Site.parse, listed(record)))
    for model in models if sites else ():
        refuse_served(model)
    return sites


def _with_cot(reasoning: str | None, cot: bool) -> str | None:
    """`--cot` adds worked exemplars to whatever is asked for."""
    if not cot:
        return reasoning
    return f"{reasoning or 'none'},worked"
