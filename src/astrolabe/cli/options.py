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
    typer.Option("--model", "-m", help="polaris, a local folder, or a hub id; commas for more."),
]
Data = Annotated[
    str | None,
    typer.Option("--data", help="Folder or hub id to read items from. Default: Polaris' own."),
]
Recipe = Annotated[str, typer.Option("--recipe", help="Whose protocol: official, lm-eval.")]
Dtype = Annotated[str, typer.Option("--dtype", help="auto, float32, bfloat16 or float16.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu, cuda, cuda:1, mps.")]
Out = Annotated[
    str, typer.Option("--out", help="Folder for reports; each study gets a folder in it.")
]
ReportLanguage = Annotated[
    str, typer.Option("--report-language", help="Language of sentences and page: en, zh.")
]

DEFAULT_DB = "astrolabe.db"
DEFAULT_OUT = "astrolabe-out"
