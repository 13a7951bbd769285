"""Options that several commands share."""

from typing import Annotated

import typer

Db = Annotated[
    str,
    typer.Option(
        "--db",
        envvar="ASTROLABE_DB",
        help="Store: an SQLite file, or a URL such as postgresql+psycopg://user@host/name.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Model = Annotated[
    str,
    typer.Option(
        "--model",
        "-m",
        help="polaris, a local folder, a hub id, api:MODEL or api:MODEL@URL; commas for more.",
    ),
]
OneModel = Annotated[
    str, typer.Option("--model", "-m", help="polaris, a local folder, or a hub id.")
]
Subjects = Annotated[
    str | None, typer.Option("--subjects", help="Only these subjects; commas for more.")
]
Limit = Annotated[int | None, typer.Option("--limit", min=1, help="At most so many items.")]
Data = Annotated[
    str | None,
    typer.Option("--data", help="Folder or hub id to read items from. Default: Polaris' own."),
]
Exemplars = Annotated[
    str | None,
    typer.Option(
        "--exemplars",
        help="File of exemplars with question, answer, rationale; or another benchmark's name.",
    ),
]
Labels = Annotated[
    str | None,
    typer.Option(
        "--labels",
        help="Labels of exemplars: gold, random, flipped, symbolic, none, shuffled-inputs.",
    ),
]
Chains = Annotated[
    str | None,
    typer.Option(
        "--chains", help="Worked solutions of exemplars: gold, shuffled (lines), wrong (another's)."
    ),
]
Recipe = Annotated[
    str, typer.Option("--recipe", help="Whose protocol: official, lm-eval, simple-evals, ...")
]
Reveal = Annotated[
    bool,
    typer.Option("--reveal", help="Also rows whose authors ask that they be shown to nobody."),
]
Dtype = Annotated[str, typer.Option("--dtype", help="auto, float32, bfloat16 or float16.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda, cuda:1, mps.")]
Out = Annotated[
    str, typer.Option("--out", help="Folder for reports; each study gets a folder in it.")
]
ReportLanguage = Annotated[
    str,
    typer.Option(
        "--report-language",
        help="Of sentences, page, pictures: en, zh; terminal tables are English.",
    ),
]
ExtractTokens = Annotated[
    int | None,
    typer.Option(
        "--extract-tokens",
        min=0,
        help="Budget of an answer asked for after the reasoning; 0 reads it from that.",
    ),
]

Dola = Annotated[
    list[str] | None,
    typer.Option(
        "--dola",
        help="Contrast layers (DoLa): low, high, all, or layers such as 4,6; repeat for more runs, "
        "none for the baseline.",
    ),
]
DolaNorm = Annotated[
    str | None,
    typer.Option(help="Early layers go through the final norm: final, none; commas for more."),
]
DolaDivergence = Annotated[
    str | None,
    typer.Option(help="How unlike layers are: js, published; commas for more."),
]
RelativeTop = Annotated[
    float | None,
    typer.Option(help="DoLa rules out tokens below this share of the likeliest. Default: 0.1."),
]
PostSoftmax = Annotated[
    bool | None,
    typer.Option(
        "--post-softmax/--no-post-softmax",
        help="DoLa's contrast is made a distribution again. Default: it is.",
    ),
]
Settled = Annotated[
    float | None,
    typer.Option(help="DoLa leaves the last layer where both give one token this probability."),
]
RepetitionPenalty = Annotated[
    float, typer.Option(help="Divides the scores of repeated tokens, in all runs alike; 1 is none.")
]

DEFAULT_DB = "astrolabe.db"
DEFAULT_OUT = "astrolabe-out"


def listed(text: str | None) -> list[str]:
    """The parts of an option that takes several, with commas between; none of nothing."""
    return [part.strip() for part in (text or "").split(",") if part.strip()]
