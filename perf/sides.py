"""The two sides of every comparison with lm-evaluation-harness, asked for the same rows."""

import json
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from astrolabe.benchmarks import exemplars, get
from astrolabe.core.condition import Condition, Scoring
from astrolabe.core.digest import digest
from astrolabe.core.item import Item
from astrolabe.core.model import Generated, Reading, Scored
from astrolabe.core.run import RunPlan
from astrolabe.grading.rules import grade_text
from astrolabe.models.local import LocalModel
from astrolabe.runs.ask import ask
from astrolabe.runs.execute import execute_together
from astrolabe.runs.store import Store
from perf import rows
from perf.agree import Row
from perf.harness import Worker
from perf.protocols import PROTOCOLS, Protocol


@dataclass(frozen=True)
class Task:
    """What both sides are asked.

    Attributes:
        name: Of a protocol.
        limit: Rows of each config of the data.
        configs: Which of these; empty for the usual.
        rotations: Orders in which the options are shown, each a run of its own.
        shots: `None` for the protocol's.
        draw: How exemplars are drawn, where not as the protocol does; ``first`` are the same for
            every row.
        max_tokens: Tokens generated; a random model never stops by itself.
        exemplars: File with exemplars that the protocol fixes.
    """

    name: str
    limit: int = 50
    configs: tuple[str, ...] = ()
    rotations: tuple[int, ...] = (0,)
    shots: int | None = None
    draw: Literal["first"] | None = None
    max_tokens: int = 64
    exemplars: str | None = None

    @property
    def protocol(self) -> Protocol:
        return PROTOCOLS[self.name]

    @property
    def asked_shots(self) -> int | None:
        """Exemplars asked of both sides; `None` where each does as it does by itself."""
        return self.shots if self.shots is not None else self.protocol.shots

    def folder(self, rotation: int = 0) -> Path:
        """Where the rows are, with their options rotated."""
        return rows.write(self.protocol.benchmark, self.limit, self.configs, rotation)

    def items(self) -> tuple[Item, ...]:
        """Our items."""
        return get(self.protocol.benchmark).load(str(self.folder())).items

    def condition(self) -> Condition:
        """Our condition."""
        asked: dict[str, Any] = dict(self.protocol.asked)
        if self.asked_shots is not None:
            asked["shots"] = self.asked_shots
        if self.draw:
            asked["draw"] = self.draw
        recipe = get(self.protocol.benchmark).recipe(self.protocol.recipe)
        if recipe.condition(**asked).scoring is Scoring.GENERATED:
            asked["max_tokens"] = self.max_tokens
        return recipe.condition(**asked)

    def plans(self) -> list[RunPlan]:
        """Our runs, one for each order of the options."""
        folder = str(self.folder())
        return [
            RunPlan(
                f"rotation {rotation}",
                "random",
                self.protocol.benchmark,
                self.condition(),
                data=folder,
                exemplars=self.exemplars,
            )
            for rotation in self.rotations
        ]


def ours(model: LocalModel, task: Task) -> tuple[float, list[Row]]:
    """Seconds of whole runs (prompts, forward passes, grades, storing all), and what they found."""
    plans = task.plans()
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "answers.db") as store:
        start = time.perf_counter()
        runs = execute_together(plans, model, store)
        seconds = time.perf_counter() - start
    found = []
    for plan, run in zip(plans, runs, strict=True):
        made = ask(plan, model)
        for item, graded, fitted in zip(made.items, run.items, made.fitted, strict=True):
            said, places = graded.answers, _competing(item, task.protocol)
            options = [answer.total for answer in said if isinstance(answer, Scored)]
            continuations = fitted.prompt.continuations
            if places is not None:
                options = [options[place] for place in places]
                continuations = tuple(continuations[place] for place in places)
            found.append(
                Row(
                    name=f"{plan.label} {item.id}",
                    context=model.text(fitted.prompt),
                    scored=continuations or fitted.prompt.stops,
                    logprobs=tuple(options),
                    text="".join(answer.text for answer in said if isinstance(answer, Generated)),
                    credit={rule: grade.credit for rule, grade in graded.grades.items()},
                )
            )
    return seconds, found


def _competing(item: Item, protocol: Protocol) -> list[int] | None:
    """Places of the choices that lm-eval scores; `None` for all. Options are shown as they are."""
    if protocol.answers is None:
        return None
    lists = (item.metadata[f"{protocol.answers}_{side}"] for side in ("true", "false"))
    return [place for listed in lists for place in listed]


def our_grades(task: Task, items: Sequence[Item], texts: Sequence[str]) -> list[Row]:
    """Our grades of given texts, one for each item; of no prompt."""
    return [
        Row(
            name=item.id,
            context="",
            scored=(),
            text=text,
            credit={
                rule: grade_text(rule, item, Generated(text, 1, "stop")).credit
                for rule in task.protocol.rules.values()
            },
        )
        for item, text in zip(items, texts, strict=True)
    ]


def sequences(model: LocalModel, plans: Sequence[RunPlan]) -> list[tuple[int, ...]]:
    """The token sequences that have to be fed for `plans`."""
    asked = [ask(plan, model) for plan in plans]
    requests = [
        r for one in asked for item in one.requests for answer in item for r in answer.values()
    ]
    return [r.tokens[:-1] if isinstance(r, Reading) else r.tokens for r in requests]


class LmEval:
    """lm-evaluation-harness with one model, in its own process."""

    def __init__(self, model: Path, threads: int) -> None:
        self._worker = Worker(
            "lm_eval_score.py",
            *("--model", str(model), "--cache", str(rows.cache() / "datasets")),
            *("--threads", str(threads)),
        )
        self.versions: dict[str, str] = {}

    def __enter__(self) -> "LmEval":
        self._worker.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._worker.__exit__(*error)

    def equipped(self, task: Task) -> Task:
        """`task` with the exemplars that its protocol fixes, read from this lm-eval's package."""
        name = task.protocol.published
        if name is None:
            return task
        package = Path(self._worker.ask(do="package")["folder"])
        (pool,) = exemplars.published(name, package).values()
        shown = [
            {"question": item.question, "answer": item.gold}
            | ({} if item.rationale is None else {"rationale": item.rationale})
            for item in pool
        ]
        path = rows.cache() / f"exemplars-{name}-{digest(shown)[:8]}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in shown), encoding="utf-8")
        return replace(task, exemplars=str(path))

    def run(
        self, task: Task, batch: int, limit: int | None = None, max_tokens: int | None = None
    ) -> tuple[float, list[Row]]:
        """Seconds from loaded rows to metrics, one run for each order, and what was found.

        Args:
            limit: At most so many rows of each subject.
            max_tokens: At most so many tokens generated.
        """
        seconds = 0.0
        found: list[Row] = []
        for rotation in task.rotations:
            reply = self._worker.ask(
                do="answer",
                rows=str(task.folder(rotation)),
                tasks=task.protocol.task_names(task.configs),
                shots=task.asked_shots,
                sampler="first_n" if task.draw == "first" else None,
                batch=batch,
                limit=limit,
                max_tokens=max_tokens or task.max_tokens,
            )
            self.versions = reply["versions"]
            seconds += reply["seconds"]
            found += _rows(reply["items"], task.protocol)
        return seconds, found

    def grades(self, task: Task, answers: Sequence[str | Sequence[float]]) -> list[Row]:
        """lm-eval's grades of given answers: for each row a text, or its options' log-probs."""
        reply = self._worker.ask(
            do="grade",
            rows=str(task.folder()),
            tasks=task.protocol.task_names(task.configs),
            answers=list(answers),
        )
        return [row.unasked() for row in _rows(reply["items"], task.protocol)]

    def best_batch(self, task: Task, sizes: Sequence[int], limit: int) -> int:
        """The batch size that is quickest on the first `limit` rows of every subject."""
        few = replace(task, rotations=task.rotations[:1])
        self.run(few, sizes[0], limit=1, max_tokens=4)
        times = {size: self.run(few, size, limit, max_tokens=16)[0] for size in sizes}
        told = ", ".join(f"{size}: {seconds:.1f} s" for size, seconds in times.items())
        print(f"lm-eval's batch sizes, {task.name}, first {limit} rows each: {told}")
        return min(times, key=times.__getitem__)


def _rows(items: Sequence[dict[str, Any]], protocol: Protocol) -> list[Row]:
    """lm-eval lists a row once for each of its filters.

    Raises:
        ValueError: when a metric is missing that the protocol names.
    """
    found: dict[str, Row] = {}
    for item in items:
        known = found.get(item["name"])
        found[item["name"]] = Row(
            name=item["name"],
            context=item["context"],
            scored=tuple(item["scored"]),
            logprobs=tuple(item.get("logprobs", ())),
            text=item.get("text", ""),
            credit=(known.credit if known else {}) | item["credit"],
        )
    return [replace(row, credit=_by_our_rules(row, protocol)) for row in found.values()]


def _by_our_rules(row: Row, protocol: Protocol) -> dict[str, float]:
    missing = [metric for metric in protocol.rules if metric not in row.credit]
    if missing:
        raise ValueError(f"{row.name} has no metric '{missing[0]}'; it has {', '.join(row.credit)}")
    return {rule: row.credit[metric] for metric, rule in protocol.rules.items()}
