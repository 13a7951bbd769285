"""What the report's page says, as plain values for its template."""

import json
from collections.abc import Sequence
from typing import Any

from astrolabe.core.grade import Outcome
from astrolabe.core.run import GradedItem, Run
from astrolabe.core.verdict import Verdict
from astrolabe.report.rows import (
    Findings,
    Line,
    Row,
    condition_texts,
    contrasted,
    contrasted_text,
    differing,
    outcome_names,
)
from astrolabe.report.strings import HOW_TO_READ, Words
from astrolabe.runs.figures import percent, within
from astrolabe.runs.private import is_private
from astrolabe.runs.sentences import sentence
from astrolabe.runs.summary import Group

SAMPLE = 3
"""Items shown of those that were right, and as many of those that were not."""
LONGEST_ANSWER = 1200
LONGEST_PROMPT = 1500
"""Characters shown of a prompt, from its end, where the item stands."""


def page(findings: Findings, shown: Sequence[Line], words: Words, language: str) -> dict[str, Any]:
    """Everything between the page's title and its scripts."""
    fields = _differing([line.run for line in shown])
    return {
        "study": findings.study.name,
        "level": f"{100 * shown[0].summary.level:.0f} %",
        "models": list(dict.fromkeys(line.run.model for line in shown)),
        "polaris": any(_is_polaris(line.run) for line in shown),
        "verdicts": [_verdict(verdict, language) for verdict in findings.verdicts],
        "fields": fields,
        "same": _same([line.run for line in shown], fields),
        "groups": _groups(shown, fields),
        "subject_tables": _subject_tables(shown),
        "details": [_detail(line, words) for line in shown],
        "how_to_read": [words[key] for key in HOW_TO_READ],
        "outcome_names": _outcomes(shown),
    }


def _outcomes(shown: Sequence[Line]) -> list[str]:
    """The outcomes that can follow from an answer, and others where they occurred."""
    return [
        name
        for name in outcome_names()
        if Outcome(name).judged or any(line.summary.outcomes[Outcome(name)] for line in shown)
    ]


def _is_polaris(run: Run) -> bool:
    return run.model.lower() == "polaris"


def _verdict(verdict: Verdict, language: str) -> Row:
    return {
        "sentence": sentence(verdict, language),
        "decided": verdict.decided,
        "differs": differing(verdict, language),
    }


def _fields(run: Run) -> dict[str, str]:
    """The model and the condition as text."""
    return {"model": run.model} | condition_texts(run)


def _differing(runs: Sequence[Run]) -> list[str]:
    return [name for name in _fields(runs[0]) if len({_fields(run)[name] for run in runs}) > 1]


def _same(runs: Sequence[Run], differing: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, text) for name, text in _fields(runs[0]).items() if name not in differing]


def _groups(shown: Sequence[Line], fields: Sequence[str]) -> list[Row]:
    """Runs by benchmark, each with its `fields` and whether these differ from the first run's."""
    groups: dict[str, list[Row]] = {}
    first: dict[str, dict[str, str]] = {}
    for line in shown:
        values = _fields(line.run)
        usual = first.setdefault(line.run.benchmark, values)
        cells = [(values[name], values[name] != usual[name]) for name in fields]
        groups.setdefault(line.run.benchmark, []).append(_figures(line) | {"cells": cells})
    return [{"benchmark": name, "runs": runs} for name, runs in groups.items()]


def _figures(line: Line) -> Row:
    summary = line.summary
    _, *others = summary.rules.items()
    return {
        "label": line.short,
        "n": summary.n,
        "accuracy": percent(summary.accuracy),
        "interval": within(summary.interval),
        "outcomes": {
            str(name): (count, percent(count / summary.n))
            for name, count in summary.outcomes.items()
        },
        "read": percent(summary.accuracy_read),
        "rules": [(rule, percent(accuracy)) for rule, accuracy in others],
        "near_ties": summary.near_ties,
    }


def _subject_tables(shown: Sequence[Line]) -> list[Row]:
    """For each benchmark with several subjects: subjects down, runs across."""
    tables = []
    for benchmark in dict.fromkeys(line.run.benchmark for line in shown):
        own = [line for line in shown if line.run.benchmark == benchmark]
        by_name: list[dict[str, Group]] = [
            {g.name: g for g in line.summary.subjects} for line in own
        ]
        names = list(dict.fromkeys(name for groups in by_name for name in groups))
        if len(names) < 2:
            continue
        rows = [
            {
                "name": name.replace("_", " "),
                "category": _category(own[0].run, name),
                "cells": [_cell(groups.get(name)) for groups in by_name],
            }
            for name in names
        ]
        tables.append(
            {
                "benchmark": benchmark,
                "labels": [line.short for line in own],
                "rows": rows,
                "categories": any(row["category"] for row in rows),
            }
        )
    return tables


def _category(run: Run, subject: str) -> str:
    """What all items of a subject belong to; a level of difficulty is no category of it."""
    of_items = [item.categories for item in run.items if item.subject == subject]
    common = [name for name in (of_items or [()])[0] if all(name in own for own in of_items)]
    return ", ".join(common)


def _cell(group: Group | None) -> Row | None:
    if group is None:
        return None
    return {
        "accuracy": percent(group.accuracy),
        "count": f"{group.right}/{group.n}",
        "interval": within(group.interval),
    }


def _detail(line: Line, words: Words) -> Row:
    run = line.run
    counts = contrasted(run)
    return {
        "label": line.label,
        "fields": [
            ("benchmark", run.benchmark),
            *_fields(run).items(),
            ("rule", run.rule),
            ("aggregate", run.aggregate),
            ("id", run.id),
            *([(words["contrasted"], contrasted_text(counts))] if counts else []),
        ],
        "categories": [
            {"name": group.name, **(_cell(group) or {})} for group in line.summary.categories
        ],
        "record": json.dumps(dict(run.record), ensure_ascii=False, indent=2, default=str),
        "items": [_item(item, run.rule, words) for item in _sample(run)],
    }


def _sample(run: Run) -> list[GradedItem]:
    """A few items that were right and a few that were not, evenly spaced over the run.

    None where the authors ask that no row be shown.
    """
    if is_private(run):
        return []
    right = [item for item in run.items if item.grades[run.rule].right]
    other = [item for item in run.items if not item.grades[run.rule].right]
    return [
        kind[place * len(kind) // min(SAMPLE, len(kind))]
        for kind in (right, other)
        for place in range(min(SAMPLE, len(kind)))
    ]


def _item(item: GradedItem, rule: str, words: Words) -> Row:
    grade = item.grades[rule]
    answer, prompt = item.said, item.prompt
    return {
        "id": item.item,
        "subject": item.subject.replace("_", " "),
        "gold": item.gold,
        "read": "–" if grade.extracted is None else grade.extracted,
        "outcome": str(grade.outcome),
        "outcome_text": words[grade.outcome],
        "answer": answer if len(answer) <= LONGEST_ANSWER else answer[:LONGEST_ANSWER] + " …",
        "prompt": prompt if len(prompt) <= LONGEST_PROMPT else "… " + prompt[-LONGEST_PROMPT:],
    }
