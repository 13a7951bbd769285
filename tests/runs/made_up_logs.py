"""Runs of invented items, and what lm-evaluation-harness would have written down of them.

Names and forms are those of its 0.4.13: numbers in responses are texts, an absent answer is
``[invalid]``, every filter has a line of its own.
"""

import json
from pathlib import Path
from typing import Any

from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Condition
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Generated, Scored
from astrolabe.core.run import GradedItem, Run

STAMP = "2026-01-02T03-04-05.678901"


def exam(n: int, subject: str = "anatomy") -> Dataset:
    """Questions with four options, the first of which is right, and one exemplar."""
    items = tuple(
        Item(f"{subject}/test/{i}", subject, f"What is part {i}?", "A", ("p", "q", "r", "s"))
        for i in range(n)
    )
    shown = Item(f"{subject}/dev/0", subject, "What is shown?", "B", ("p", "q", "r", "s"))
    return Dataset(items, {subject: (shown,)}, "invented")


def problems(n: int) -> Dataset:
    items = tuple(Item(f"test/{i}", "grade_school_math", f"How many: {i}?", "7") for i in range(n))
    shown = Item("train/0", "grade_school_math", "How many apples?", "3", rationale="One, two.")
    return Dataset(items, {"": (shown,)}, "invented")


def exam_prompt(item: Item, header: str, shown: str = "", cue: str = "Answer:") -> str:
    options = "\n".join(f"{x}. {text}" for x, text in zip("ABCD", item.choices, strict=True))
    return f"{header}{shown}{item.question}\n{options}\n{cue}"


def scored_item(item: Item, prompt: str, totals: list[float], shots: tuple[str, ...]) -> GradedItem:
    """Graded by argmax."""
    best = "ABCD"[totals.index(max(totals))]
    outcome = Outcome.RIGHT if best == item.gold else Outcome.WRONG
    return GradedItem(
        item=item.id,
        subject=item.subject,
        gold=item.gold,
        prompt=prompt,
        answers=tuple(Scored((total,), False) for total in totals),
        order=(0, 1, 2, 3),
        shots=shots,
        grades={"argmax": Grade(outcome, best, "argmax")},
    )


def written_item(
    item: Item, prompt: str, text: str, read: dict[str, str | None], shots: tuple[str, ...] = ()
) -> GradedItem:
    """Graded by rules, each with what it read."""
    grades = {}
    for rule, extracted in read.items():
        outcome = Outcome.UNPARSED if extracted is None else Outcome.WRONG
        outcome = Outcome.RIGHT if extracted == item.gold else outcome
        grades[rule] = Grade(outcome, extracted, rule)
    answers = (Generated(text, 5, "stop"),)
    return GradedItem(item.id, item.subject, item.gold, prompt, answers, (), shots, grades)


def run_of(
    benchmark: str, condition: Condition, items: list[GradedItem], aggregate: str = "micro"
) -> Run:
    rule = next(iter(items[0].grades))
    record = {"prompts": {"opening": "<s>"}, "data": {"place": None}}
    return Run("f" * 32, "model", benchmark, condition, rule, aggregate, tuple(items), record)


def scored_sample(
    item: Item, row: int, prompt: str, totals: list[float], delimiter: str = " "
) -> dict[str, Any]:
    best = totals.index(max(totals))
    answers = [[str(total), "False"] for total in totals]
    return {
        "doc_id": row,
        "doc": {
            "question": item.question,
            "subject": item.subject,
            "choices": list(item.choices),
            "answer": "ABCD".index(item.gold),
        },
        "target": str("ABCD".index(item.gold)),
        "arguments": {
            f"gen_args_{place}": {"arg_0": prompt, "arg_1": f"{delimiter}{letter}"}
            for place, letter in enumerate("ABCD")
        },
        "resps": [[answer] for answer in answers],
        "filtered_resps": answers,
        "filter": "none",
        "metrics": ["acc"],
        "acc": float("ABCD"[best] == item.gold),
    }


def written_samples(
    item: Item, row: int, prompt: str, text: str, read: dict[str, str | None]
) -> list[dict[str, Any]]:
    """One sample for each filter."""
    return [
        {
            "doc_id": row,
            "doc": {"question": item.question, "answer": f"so\n#### {item.gold}"},
            "target": f"so\n#### {item.gold}",
            "arguments": {"gen_args_0": {"arg_0": prompt, "arg_1": {"until": ["Question:"]}}},
            "resps": [[text]],
            "filtered_resps": [extracted or "[invalid]"],
            "filter": name,
            "metrics": ["exact_match"],
            "exact_match": float(extracted == item.gold),
        }
        for name, extracted in read.items()
    ]


def write_log(
    folder: Path,
    tasks: dict[str, list[dict[str, Any]]],
    headers: dict[str, str] | None = None,
    groups: dict[str, list[str]] | None = None,
    group_scores: dict[str, dict[str, Any]] | None = None,
    **more: Any,
) -> Path:
    """``results_DATE.json`` and ``samples_TASK_DATE.jsonl``; the path of the first."""
    folder.mkdir(parents=True, exist_ok=True)
    scores: dict[str, dict[str, Any]] = {}
    for task, samples in tasks.items():
        scores[task] = {"name": task, "alias": task, "sample_len": len(samples)}
        for sample in samples:
            for metric in sample["metrics"]:
                same = [s[metric] for s in samples if s["filter"] == sample["filter"]]
                scores[task][f"{metric},{sample['filter']}"] = sum(same) / len(same)
                scores[task][f"{metric}_stderr,{sample['filter']}"] = 0.25
        lines = "".join(json.dumps(sample) + "\n" for sample in samples)
        (folder / f"samples_{task}_{STAMP}.jsonl").write_text(lines)
    results = {
        "results": scores | (group_scores or {}),
        "group_subtasks": groups or {},
        "configs": {
            task: {"task": task, "description": (headers or {}).get(task, "")} for task in tasks
        },
        "chat_template": None,
    }
    path = folder / f"results_{STAMP}.json"
    path.write_text(json.dumps(results | more))
    return path
