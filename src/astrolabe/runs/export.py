"""Runs as files for other programs."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from astrolabe.core.errors import BadInput
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.summary import summarise


def export(run: Run, form: str, out: Path | None = None) -> Path:
    """Write a run.

    Args:
        run: With its items.
        form: ``parquet``, ``csv``, ``json`` or ``lm-eval``.
        out: File, or folder for ``lm-eval``; made up from benchmark and id when `None`.

    Returns:
        What was written.

    Raises:
        BadInput: for an unknown form, or a place that cannot be written.
    """
    if form not in _WRITERS:
        raise BadInput(f"unknown format '{form}'; there are {', '.join(_WRITERS)}")
    ending = "" if form == "lm-eval" else f".{form}"
    path = out or Path(f"{run.benchmark}-{run.id[:8]}{ending}")
    try:
        _WRITERS[form](run, path)
    except OSError as error:
        raise BadInput(f"'{path}' cannot be written: {error.strerror or error}") from error
    return path


def rows(run: Run) -> list[dict[str, Any]]:
    """One flat row for each item: what was asked and answered, and every rule's grade."""
    return [_row(item) for item in run.items]


def _row(item: GradedItem) -> dict[str, Any]:
    row: dict[str, Any] = {
        "item": item.item,
        "subject": item.subject,
        "gold": item.gold,
        "answer": item.answer,
        "prompt": item.prompt,
    }
    for rule, grade in item.grades.items():
        row[f"{rule}:outcome"] = grade.outcome.value
        row[f"{rule}:extracted"] = grade.extracted
        row[f"{rule}:margin"] = grade.margin
    return row


def _head(run: Run) -> dict[str, Any]:
    return {
        "run": run.id,
        "model": run.model,
        "benchmark": run.benchmark,
        "condition": run.condition.fields(),
        "rule": run.rule,
        "aggregate": run.aggregate,
        "record": dict(run.record),
    }


def _write_parquet(run: Run, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as parquet

    table = pa.Table.from_pylist(rows(run))
    head = {key: json.dumps(value, ensure_ascii=False) for key, value in _head(run).items()}
    parquet.write_table(table.replace_schema_metadata(head), path)


def _write_csv(run: Run, path: Path) -> None:
    table = rows(run)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(table[0]))
        writer.writeheader()
        writer.writerows(table)


def _write_json(run: Run, path: Path) -> None:
    _dump({**_head(run), "items": rows(run)}, path)


def _write_lm_eval(run: Run, folder: Path) -> None:
    """lm-evaluation-harness' layout: ``results_DATE.json`` and ``samples_TASK_DATE.jsonl``."""
    folder.mkdir(parents=True, exist_ok=True)
    summary = summarise(run)
    stamp = str(run.record.get("date", "")).replace(":", "-")
    metrics = {
        f"{_METRIC.get(rule, f'exact_match,{rule}')}": v for rule, v in summary.rules.items()
    }
    results = {
        "results": {run.benchmark: {"alias": run.benchmark, **metrics}},
        "configs": {
            run.benchmark: {
                "task": run.benchmark,
                "num_fewshot": run.condition.shots,
                "metadata": _head(run),
            }
        },
        "n-shot": {run.benchmark: run.condition.shots},
        "n-samples": {run.benchmark: {"original": summary.n, "effective": summary.n}},
        "config": {"model": "astrolabe", "model_args": {"pretrained": run.model}},
        "model_name": run.model,
        "date": run.record.get("date"),
    }
    _dump(results, folder / f"results_{stamp}.json")
    with (folder / f"samples_{run.benchmark}_{stamp}.jsonl").open("w", encoding="utf-8") as stream:
        for place, item in enumerate(run.items):
            for rule, grade in item.grades.items():
                sample = {
                    "doc_id": place,
                    "doc": {"id": item.item, "subject": item.subject},
                    "target": item.gold,
                    "arguments": {"gen_args_0": {"arg_0": item.prompt}},
                    "resps": [[item.answer]],
                    "filtered_resps": [grade.extracted],
                    "filter": _METRIC.get(rule, f",{rule}").partition(",")[2],
                    "metrics": [_METRIC.get(rule, "exact_match").partition(",")[0]],
                    _METRIC.get(rule, "exact_match").partition(",")[0]: float(grade.right),
                }
                stream.write(json.dumps(sample, ensure_ascii=False) + "\n")


_METRIC = {"argmax": "acc,none", "argmax-per-char": "acc_norm,none"}
"""lm-evaluation-harness' names of our rules: metric and filter."""


def _dump(value: Any, path: Path) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


_WRITERS: dict[str, Callable[[Run, Path], None]] = {
    "parquet": _write_parquet,
    "csv": _write_csv,
    "json": _write_json,
    "lm-eval": _write_lm_eval,
}
