"""What lm-evaluation-harness wrote down with ``--log_samples``, and of which items of ours.

``results_DATE.json`` holds scores by task and group, ``samples_TASK_DATE.jsonl`` beside it one line
for each row and filter. Rows know nothing of our ids, so they are found by their texts.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Template
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

Sample = Mapping[str, Any]


@dataclass(frozen=True)
class Results:
    """A results file.

    Attributes:
        scores: By task and group, then by ``METRIC,FILTER``.
        groups: Tasks and groups in each group.
        headers: What opens a task's prompts, where that was written down.
        template: How the chat template was used.
    """

    place: Path
    scores: Mapping[str, Mapping[str, Any]]
    groups: Mapping[str, Sequence[str]]
    headers: Mapping[str, str]
    template: Template

    def tasks(self, name: str) -> set[str]:
        """The tasks that a name stands for: itself, or those of a group.

        Raises:
            BadInput: when there is none of that name.
        """
        if name not in self.scores and name not in self.groups:
            raise BadInput(f"'{self.place}' has no task '{name}'; it has {', '.join(self.scores)}")
        if not self.groups.get(name):
            return {name}
        return {task for member in self.groups[name] for task in self.tasks(member)}

    def metrics(self, task: str) -> dict[str, float]:
        """A task's scores by ``METRIC,FILTER``."""
        return {
            name: float(value)
            for name, value in self.scores.get(task, {}).items()
            if isinstance(value, int | float) and "," in name and "_stderr" not in name
        }


@dataclass(frozen=True)
class Log:
    """One task's samples, and the item that each is about; `None` for rows that are not ours."""

    task: str
    samples: tuple[tuple[Sample, Item | None], ...]

    @property
    def items(self) -> set[str]:
        """Ids of the items that it is about."""
        return {item.id for _, item in self.samples if item is not None}


def read_results(place: Path) -> Results:
    """A results file.

    Raises:
        BadInput: for a file that is not there or of another form.
    """
    try:
        value = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"results file '{place}' cannot be read: {error}") from error
    try:
        system = value.get("system_instruction")
        return Results(
            place=place,
            scores={task: dict(scores) for task, scores in value["results"].items()}
            | {group: dict(scores) for group, scores in (value.get("groups") or {}).items()},
            groups=value.get("group_subtasks") or {},
            headers={
                task: "\n\n".join(filter(None, [system, str(config["description"] or "")]))
                for task, config in value["configs"].items()
                if "description" in config
            },
            template=Template.OFF
            if not value.get("chat_template")
            else Template.TURNS
            if value.get("fewshot_as_multiturn")
            else Template.SINGLE,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"'{place}' is no results file of lm-evaluation-harness; give its results_DATE.json, "
            "made with --log_samples"
        ) from error


def read_logs(results: Results, dataset: Dataset, wanted: str | None) -> list[Log]:
    """The logs beside a results file that are about items of ours.

    Args:
        wanted: Task or group to read; `None` for all.

    Raises:
        BadInput: when there are none, when they are of another form, or when several tasks ask the
            same items.
    """
    stamp = results.place.stem.removeprefix("results_")
    files = sorted(results.place.parent.glob(f"samples_*_{stamp}.jsonl"))
    if not files:
        raise BadInput(
            f"no samples_*_{stamp}.jsonl beside '{results.place}'; run lm-eval --log_samples"
        )
    tasks = results.tasks(wanted) if wanted else None
    index = _by_text(dataset)
    logs: list[Log] = []
    for file in files:
        task = file.name.removeprefix("samples_").removesuffix(f"_{stamp}.jsonl")
        if tasks is None or task in tasks:
            log = Log(task, tuple(_found(_read(file), task, index)))
            _refuse_double(log, logs, results)
            logs += [log] if log.items else []
    if not logs:
        raise BadInput(
            f"no sample beside '{results.place}' is about an item of {dataset.source}; were both "
            "run on the same data?"
        )
    return logs


def _read(file: Path) -> Iterator[Sample]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                sample = json.loads(line)
                if not (sample["arguments"].values() and sample["resps"]):
                    raise ValueError("it has no arguments or no responses")
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise BadInput(
                    f"'{file}': line {number} is no sample of lm-evaluation-harness ({error})"
                ) from error
            yield sample


def _by_text(dataset: Dataset) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in dataset.items:
        for text in {item.id, item.question.strip()}:
            found.setdefault(text, []).append(item)
    return found


def _found(
    samples: Iterator[Sample], task: str, index: Mapping[str, Sequence[Item]]
) -> Iterator[tuple[Sample, Item | None]]:
    """Samples with their items. A row stands there once for each filter.

    A question can stand in a benchmark twice: then one of the task's own subject is taken, and one
    that no other row is about.
    """
    items: dict[Any, Item | None] = {}
    taken: set[str] = set()
    for sample in samples:
        row = sample.get("doc_id")
        if row not in items:
            texts = set(_texts(sample.get("doc")))
            fitting = [
                item
                for text in sorted(texts)
                for item in index.get(text, ())
                if item.id not in taken and _fits(item, texts)
            ]
            items[row] = max(fitting, key=lambda item: item.subject in task, default=None)
            taken |= {item.id for item in fitting if item is items[row]}
        yield sample, items[row]


def _fits(item: Item, texts: set[str]) -> bool:
    return item.id in texts or all(choice.strip() in texts for choice in item.choices)


def _texts(value: Any) -> Iterator[str]:
    """Every text in a row, stripped."""
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(part)


def _refuse_double(log: Log, others: Sequence[Log], results: Results) -> None:
    """Refuse what asks other tasks' items again; single questions stand in two subjects."""
    for other in others:
        if 2 * len(log.items & other.items) > len(log.items):
            raise BadInput(
                f"'{results.place}' has several tasks about the same items ({other.task}, "
                f"{log.task}); say which with --task"
            )
