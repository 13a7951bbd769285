"""What commands give: to machines, to a terminal, and as a report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import typer

from astrolabe.cli.files import writing

_Found = TypeVar("_Found")


def print_json(value: Any) -> None:
    """A value as indented JSON on standard output."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))


def give(
    found: _Found,
    folder: Path,
    language: str,
    json: bool,
    *,
    fields: Callable[[_Found, str], Any],
    show: Callable[[_Found, str], None],
    write: Callable[..., Path],
) -> None:
    """What was found, as JSON or as tables, and its report.

    Args:
        fields: Makes JSON values of it.
        show: Prints it.
        write: Writes its report into a folder, in a language, and says where.

    Raises:
        BadInput: when the report cannot be written.
    """
    if json:
        print_json(fields(found, language))
    else:
        show(found, language)
    with writing(folder):
        report = write(folder, found, language=language)
    if not json:
        typer.echo(f"report: {report}")


def give_outcome(outcome: Any, folder: Path, language: str, json: bool) -> None:
    """`give` an `Outcome` of the laboratory."""
    from astrolabe.report.laboratory import outcome_fields, print_outcome, write_outcome

    give(
        outcome, folder, language, json, fields=outcome_fields, show=print_outcome,
        write=write_outcome,
    )  # fmt: skip
