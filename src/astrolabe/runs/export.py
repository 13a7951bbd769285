"""Runs as files for other programs."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generated
from astrolabe.core.run import GradedItem, Run
from astrolabe.core.wording import did_you_mean
from astrolabe.runs.lm_eval import run_head, write_lm_eval
from astrolabe.runs.private import hidden, is_private
from astrolabe.runs.submission import write_ceval_submission


def export(run: Run, form: str, out: Path | None = None, reveal: bool = False) -> Path:
    """Write a run.

    Args:
        run: With its items.
        form: ``parquet``, ``csv``, ``json``, ``lm-eval`` or ``ceval-submission``.
        out: File, or folder for ``lm-eval``; made up from benchmark and id when `None`.
        reveal: Whether texts are passed on whose authors ask that they be passed on to nobody.

    Returns:
        What was written.

    Raises:
        BadInput: for an unknown form, or a place that cannot be written.
    """
    if form not in _WRITERS:
        raise BadInput(
            f"unknown format '{form}'{did_you_mean(form, _WRITERS)}; there are "
            f"{', '.join(_WRITERS)}"
        )
    ending = {"lm-eval": "", "ceval-submission": ".json"}.get(form, f".{form}")
    path = out or Path(f"{run.benchmark}-{run.id[:8]}{ending}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _WRITERS[form](hidden(run) if is_private(run) and not reveal else run, path)
    except OSError as error:
        raise BadInput(f"'{path}' cannot be written: {error.strerror or error}") from error
    return path


def rows(run: Run) -> list[dict[str, Any]]:
    """One flat row for each item: what was asked and answered, and every rule's grade.

    ``finish`` (of every sample, each once) and ``tokens`` (of all) are `None` where options were
    scored; ``shots`` are ids with spaces between them.
    """
    return [_row(item) for item in run.items]


def _row(item: GradedItem) -> dict[str, Any]:
    row: dict[str, Any] = {
        "item": item.item,
        "subject": item.subject,
        "categories": "; ".join(item.categories),
        "gold": item.gold,
        "answer": item.said,
        "finish": None,
        "tokens": None,
        "shots": " ".join(item.shots),
        "prompt": item.prompt,
    }
    written = [answer for answer in item.answers if isinstance(answer, Generated)]
    if written:
        row["finish"] = " ".join(dict.fromkeys(answer.finish for answer in written))
        row["tokens"] = sum(answer.tokens for answer in written)
    for rule, grade in item.grades.items():
        row[f"{rule}:outcome"] = grade.outcome.value
        row[f"{rule}:extracted"] = grade.extracted
        row[f"{rule}:margin"] = grade.margin
        row[f"{rule}:share"] = grade.share
        row[f"{rule}:votes"] = grade.votes
    return row


def _write_parquet(run: Run, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    table = pa.Table.from_pylist(rows(run))
    head = {key: json.dumps(value, ensure_ascii=False) for key, value in run_head(run).items()}
    parquet.write_table(table.replace_schema_metadata(head), path)


def _write_csv(run: Run, path: Path) -> None:
    table = rows(run)
    if not table:
        raise BadInput(f"run '{run.id[:8]}' has no items; there is nothing to write")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(table[0]))
        writer.writeheader()
        writer.writerows(table)


def _write_json(run: Run, path: Path) -> None:
    _dump({**run_head(run), "items": rows(run)}, path)


def _dump(value: Any, path: Path) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


_WRITERS: dict[str, Callable[[Run, Path], None]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
    "json": _write_json,
    "lm-eval": write_lm_eval,
    "ceval-submission": write_ceval_submission,
}
