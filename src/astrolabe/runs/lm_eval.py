"""A run in lm-evaluation-harness' layout, for the programs that read its logs."""

import json
import math
import statistics
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from astrolabe.core.condition import Scoring
from astrolabe.core.grade import Grade
from astrolabe.core.model import Generated
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.summary import summarise
from astrolabe.runs.values import number

_NAMES = {"argmax": ("acc", "none"), "argmax-per-char": ("acc_norm", "none")}
"""Metric and filter of our rules there; other rules are filters of ``exact_match``."""


def write_lm_eval(run: Run, folder: Path) -> None:
    """Write ``results_DATE.json`` and ``samples_TASK_DATE.jsonl``.

    Raises:
        OSError: when they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stamp = str(run.record.get("date", "")).replace(":", "-")
    results = json.dumps(_results(run), ensure_ascii=False, indent=2)
    (folder / f"results_{stamp}.json").write_text(results + "\n", encoding="utf-8")
    with (folder / f"samples_{run.benchmark}_{stamp}.jsonl").open("w", encoding="utf-8") as stream:
        for place, item in enumerate(run.items):
            for sample in _samples(run, item, place):
                stream.write(json.dumps(sample, ensure_ascii=False) + "\n")


def run_head(run: Run) -> dict[str, Any]:
    """Everything of a run but its items, as JSON values."""
    return {
        "run": run.id,
        "model": run.model,
        "benchmark": run.benchmark,
        "condition": run.condition.fields(),
        "rule": run.rule,
        "aggregate": run.aggregate,
        "record": dict(run.record),
    }


def _results(run: Run) -> dict[str, Any]:
    summary = summarise(run)
    metrics: dict[str, Any] = {}
    for rule, accuracy in summary.rules.items():
        metric, chain = _name(rule)
        metrics[f"{metric},{chain}"] = accuracy
        metrics[f"{metric}_stderr,{chain}"] = _stderr(run, rule)
    return {
        "results": {run.benchmark: {"alias": run.benchmark, **metrics}},
        "configs": {
            run.benchmark: {
                "task": run.benchmark,
                "num_fewshot": run.condition.shots,
                "metadata": run_head(run),
            }
        },
        "n-shot": {run.benchmark: run.condition.shots},
        "n-samples": {run.benchmark: {"original": summary.n, "effective": summary.n}},
        "config": {"model": "astrolabe", "model_args": {"pretrained": run.model}},
        "model_name": run.model,
        "date": run.record.get("date"),
    }


def _name(rule: str) -> tuple[str, str]:
    return _NAMES.get(rule, ("exact_match", rule))


def _stderr(run: Run, rule: str) -> float | str:
    """Sample standard error of the mean over items; of one item there is none (``N/A``)."""
    credits = [item.grades[rule].credit for item in run.items if item.judged(rule)]
    return statistics.stdev(credits) / math.sqrt(len(credits)) if len(credits) > 1 else "N/A"


def _samples(run: Run, item: GradedItem, place: int) -> Iterator[dict[str, Any]]:
    """One sample for each filter, with all metrics of that filter."""
    filters: dict[str, dict[str, Grade]] = {}
    for rule, grade in item.grades.items():
        metric, chain = _name(rule)
        filters.setdefault(chain, {})[metric] = grade
    responses = _responses(item)
    for chain, grades in filters.items():
        read = [next(iter(grades.values())).extracted]
        scored = item.answers and not isinstance(item.answers[0], Generated)
        yield {
            "doc_id": place,
            "doc": {"id": item.item, "subject": item.subject},
            "target": item.gold,
            "arguments": _arguments(run, item),
            "resps": responses,
            "filtered_resps": [response[0] for response in responses] if scored else read,
            "filter": chain,
            "metrics": list(grades),
            **{metric: grade.credit for metric, grade in grades.items()},
        }


def _responses(item: GradedItem) -> list[list[Any]]:
    return [
        [answer.text] if isinstance(answer, Generated) else [[number(answer.total), answer.greedy]]
        for answer in item.answers
    ]


def _arguments(run: Run, item: GradedItem) -> Mapping[str, Mapping[str, str]]:
    """What was asked, one entry for each response: the prompt, and the letter that was scored.

    Where the texts of options are scored, each item has its own, and a run does not keep them.
    """
    letters = run.condition.scoring is Scoring.LETTERS
    scored = run.record.get("prompts", {}).get("scored", []) if letters else []
    return {
        f"gen_args_{place}": {"arg_0": item.prompt}
        | ({"arg_1": scored[place]} if place < len(scored) else {})
        for place in range(len(item.answers))
    }
