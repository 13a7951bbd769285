"""`astrolabe sandbox selftest` and `astrolabe execute`: model-written programs, safely."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from astrolabe.cli.options import Json
from astrolabe.cli.output import print_json

if TYPE_CHECKING:
    from astrolabe.grading.sandbox import Sandbox
    from astrolabe.grading.sandbox.results import Results
    from astrolabe.grading.sandbox.samples import Row, Score

app = typer.Typer(no_args_is_help=True, help="The sandbox in which model-written programs run.")

Mode = Annotated[
    str, typer.Option(help="fresh: a sandbox for every program; warm: one for many, faster.")
]
Workers = Annotated[int | None, typer.Option(help="Programs at a time. Default: one a core.")]


@app.callback()
def _whole() -> None:
    """The sandbox in which model-written programs run."""


@app.command()
def selftest(mode: Mode = "fresh", json: Json = False) -> None:
    """Try what must not work, inside the sandbox.

    Exit code 0 when everything was contained, 1 when something was not, 2 when no sandbox can be
    had on this machine.
    """
    from astrolabe.grading.sandbox import Sandbox

    sandbox = Sandbox(mode)
    try:
        sandbox.start()
    finally:
        sandbox.close()
    described = sandbox.describe()
    if json:
        print_json(described)
    else:
        for probe in sandbox.probes:
            said = "contained" if probe.contained else f"NOT CONTAINED: {probe.detail}"
            typer.echo(f"{probe.name:12} {said}")
        typer.echo(f"bubblewrap {described['version']}, {described['python']}, {mode}")
    if not all(probe.contained for probe in sandbox.probes):
        raise typer.Exit(1)


def execute(
    samples: Annotated[
        Path, typer.Argument(help="JSON Lines of task_id and completion; may end in .gz.")
    ],
    problems: Annotated[
        Path | None,
        typer.Option(help="HumanEval.jsonl.gz or in its layout. Default: Polaris' own problems."),
    ] = None,
    k: Annotated[str, typer.Option("--k", help="pass@k for these, with commas.")] = "1,10,100",
    mode: Mode = "fresh",
    workers: Workers = None,
    seconds: Annotated[float, typer.Option(help="How long a program may take.")] = 3.0,
    out: Annotated[
        Path | None, typer.Option(help="Results. Default: SAMPLES_results.jsonl.")
    ] = None,
    json: Json = False,
) -> None:
    """Run model-written programs in the sandbox.

    Against their tests; prints pass@k. Ctrl-C keeps the results there are; the same command goes
    on from them.
    """
    from astrolabe.grading.sandbox import Sandbox
    from astrolabe.grading.sandbox.results import Results
    from astrolabe.grading.sandbox.samples import score

    ks = [_whole_number(part) for part in k.split(",")]
    sandbox = Sandbox(mode, workers, seconds)
    known = _problems(problems)
    rows = _samples(samples, known)
    path = out or samples.with_name(f"{samples.name}_results.jsonl")
    conditions = {"problems": _digest(known), **sandbox.limits()}
    results = Results(path, rows, conditions)
    if results.missing():
        _run(sandbox, known, rows, results)
    found = score(results.rows(), ks)
    if json:
        print_json(_fields(found, results, known))
    else:
        _report(found, results, known, ks)
    if found.outcomes["infra"]:
        raise typer.Exit(1)


def _run(sandbox: "Sandbox", problems: "dict[str, Row]", rows: "list[Row]", out: "Results") -> None:
    """Run the samples that have no result yet."""
    from astrolabe.cli.progress import Bars
    from astrolabe.grading.sandbox.samples import program_of

    missing = out.missing()
    programs = [
        program_of(problems[rows[place]["task_id"]], rows[place]["completion"]) for place in missing
    ]
    try:
        with (
            sandbox,
            out.writing(sandbox.describe()),
            Bars().stage("programs", len(programs)) as advance,
        ):
            for number, execution in sandbox.run(programs):
                out.add(missing[number], execution)
                advance(1)
    except KeyboardInterrupt:
        there = len(rows) - len(out.missing())
        typer.echo(
            f"\nstopped; {there} of {len(rows)} results are in {out.path}; the same command goes "
            "on from them.",
            err=True,
        )
        raise typer.Exit(130) from None


def _problems(path: Path | None) -> "dict[str, Row]":
    """Problems by their id."""
    from astrolabe.benchmarks.sources import read_table, require
    from astrolabe.core.errors import BadInput
    from astrolabe.grading.sandbox.samples import PROBLEM, source_of_test
    from astrolabe.polaris import DATA

    path = path or DATA / "humaneval" / "test.jsonl"
    rows = require(read_table(path), PROBLEM, str(path))
    for number, row in enumerate(rows, start=1):
        for column in PROBLEM:
            if not isinstance(row[column], str):
                raise BadInput(f"{path}: row {number} has no text in column '{column}'")
        source_of_test(row)
    known = {row["task_id"]: row for row in rows}
    if len(known) < len(rows):
        raise BadInput(f"{path}: {len(rows)} rows have only {len(known)} task_ids; each needs one")
    return known


def _samples(path: Path, problems: "dict[str, Row]") -> "list[Row]":
    from astrolabe.benchmarks.sources import read_table, require
    from astrolabe.core.errors import BadInput
    from astrolabe.grading.sandbox.samples import SAMPLE

    rows = require(read_table(path), SAMPLE, str(path))
    for number, row in enumerate(rows, start=1):
        if not isinstance(row["completion"], str):
            raise BadInput(f"{path}: row {number} has no text in column 'completion'")
        if not isinstance(row["task_id"], str) or row["task_id"] not in problems:
            first = next(iter(problems))
            raise BadInput(
                f"{path}: row {number} is of '{row['task_id']}', which is none of the "
                f"{len(problems)} problems (the first is '{first}'); give theirs with --problems"
            )
    return rows


def _digest(problems: "dict[str, Row]") -> str:
    import json
    from hashlib import sha256

    text = json.dumps(list(problems.values()), sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def _fields(found: "Score", results: "Results", problems: "dict[str, Row]") -> dict[str, Any]:
    return {
        "pass_at_k": {str(k): value for k, value in found.pass_at.items()},
        "outcomes": found.outcomes,
        "problems": len(problems),
        "attempted": found.attempted,
        "fewest_samples": found.fewest,
        "results": str(results.path),
        "record": str(results.record),
    }


def _report(found: "Score", results: "Results", problems: "dict[str, Row]", ks: list[int]) -> None:
    for k in ks:
        if k in found.pass_at:
            typer.echo(f"pass@{k} {found.pass_at[k]:.4f}")
        else:
            typer.echo(f"pass@{k} needs {k} samples of every problem; one has {found.fewest}")
    typer.echo(", ".join(f"{n} {name.replace('_', ' ')}" for name, n in found.outcomes.items()))
    absent = len(problems) - found.attempted
    if absent:
        typer.echo(f"{absent} of {len(problems)} problems were not attempted and count nowhere")
    if found.outcomes["infra"]:
        typer.echo(
            "infra: the sandbox or the tests failed, so these samples count nowhere; "
            "the same command tries them again"
        )
    typer.echo(f"results in {results.path}")


def _whole_number(text: str) -> int:
    from astrolabe.core.errors import BadInput

    if not text.strip().isascii() or not text.strip().isdecimal() or int(text) < 1:
        raise BadInput(f"'{text}' is no k for pass@k; give whole numbers from 1, such as 1,10,100")
    return int(text)
