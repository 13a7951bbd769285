"""The two sides of every comparison with lm-evaluation-harness, asked for the same rows."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from astrolabe.benchmarks import get
from astrolabe.core.model import Generated, Reading, Scored
from astrolabe.core.run import RunPlan
from astrolabe.models.local import LocalModel
from astrolabe.runs.ask import ask
from astrolabe.runs.execute import execute_together
from astrolabe.runs.store import Store
from perf import rows
from perf.harness import Worker

BenchmarkName = Literal["mmlu", "gsm8k"]
BENCHMARKS: tuple[BenchmarkName, ...] = ("mmlu", "gsm8k")


@dataclass(frozen=True)
class Task:
    """What both sides are asked.

    Attributes:
        limit: Rows of each subject.
        rotations: Orders in which the options are shown, each a run of its own.
        draw: How exemplars are drawn; ``first`` are the same for every row.
        max_tokens: Tokens generated for a word problem; a random model never stops by itself.
    """

    benchmark: BenchmarkName
    limit: int = 50
    subjects: tuple[str, ...] = rows.SUBJECTS
    rotations: tuple[int, ...] = (0,)
    shots: int = 5
    draw: Literal["lm-eval", "first"] = "lm-eval"
    max_tokens: int = 64

    def folder(self, rotation: int = 0) -> Path:
        """Where the rows are, with their options rotated."""
        return rows.write(self.limit, self.subjects, rotation)

    def plans(self) -> list[RunPlan]:
        """Our runs with lm-eval's recipe, one for each order of the options."""
        return [self._plan(rotation) for rotation in self.rotations]

    def _plan(self, rotation: int) -> RunPlan:
        asked: dict[str, Any] = {"shots": self.shots}
        if self.benchmark == "gsm8k":
            asked |= {"max_tokens": self.max_tokens, "draw": self.draw}
        if rotation:
            asked["order"] = f"rotated-{rotation}"
        condition = get(self.benchmark).recipe("lm-eval").condition(**asked)
        data = str(self.folder() / self.benchmark)
        return RunPlan(f"rotation {rotation}", "random", self.benchmark, condition, data=data)


@dataclass(frozen=True)
class Row:
    """What one side made of one row.

    Attributes:
        context: The prompt as text.
        scored: Options' texts, or the stops of a generated answer.
        logprobs: Log-prob of each option; empty for generated answers.
        text: The generated answer.
        right: Whether the row was right, under each rule.
    """

    context: str
    scored: tuple[str, ...]
    logprobs: tuple[float, ...] = ()
    text: str = ""
    right: dict[str, bool] = field(default_factory=dict)


Rows = dict[str, Row]
"""Rows by rotation and our items' ids."""


def ours(model: LocalModel, plans: Sequence[RunPlan]) -> tuple[float, Rows]:
    """Seconds of whole runs (prompts, forward passes, grades, storing all), and what they found."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "answers.db") as store:
        start = time.perf_counter()
        runs = execute_together(plans, model, store)
        seconds = time.perf_counter() - start
    found = {}
    for plan, run in zip(plans, runs, strict=True):
        made = ask(plan, model)
        for graded, fitted in zip(run.items, made.fitted, strict=True):
            said = graded.answers
            found[f"{plan.label} {graded.item}"] = Row(
                context=model.text(fitted.prompt),
                scored=fitted.prompt.continuations or fitted.prompt.stops,
                logprobs=tuple(answer.total for answer in said if isinstance(answer, Scored)),
                text="".join(answer.text for answer in said if isinstance(answer, Generated)),
                right={rule: grade.right for rule, grade in graded.grades.items()},
            )
    return seconds, found


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

    def run(
        self, task: Task, batch: int, limit: int | None = None, max_tokens: int | None = None
    ) -> tuple[float, Rows]:
        """Seconds from loaded rows to metrics, one run for each order, and what was found.

        Args:
            limit: At most so many rows of each subject.
            max_tokens: At most so many tokens generated.
        """
        seconds = 0.0
        found: Rows = {}
        for rotation in task.rotations:
            reply = self._worker.ask(
                rows=str(task.folder(rotation)),
                tasks=["gsm8k"]
                if task.benchmark == "gsm8k"
                else [f"mmlu_{name}" for name in sorted(task.subjects)],
                shots=task.shots,
                sampler="first_n" if task.draw == "first" else None,
                batch=batch,
                limit=limit,
                max_tokens=max_tokens or task.max_tokens,
            )
            self.versions = reply["versions"]
            seconds += reply["seconds"]
            rows_found = _rows(reply["items"])
            found |= {f"rotation {rotation} {key}": row for key, row in rows_found.items()}
        return seconds, found

    def best_batch(self, task: Task, sizes: Sequence[int], limit: int) -> int:
        """The batch size that is quickest on the first `limit` rows of every subject."""
        few = replace(task, rotations=task.rotations[:1])
        self.run(few, sizes[0], limit=1, max_tokens=4)
        times = {size: self.run(few, size, limit, max_tokens=16)[0] for size in sizes}
        told = ", ".join(f"{size}: {seconds:.1f} s" for size, seconds in times.items())
        print(f"lm-eval's batch sizes, {task.benchmark}, first {limit} rows each: {told}")
        return min(times, key=times.__getitem__)


def _rows(items: Sequence[dict[str, Any]]) -> Rows:
    """lm-eval lists a row once for each of its rules."""
    found: Rows = {}
    for item in items:
        subject = item["task"].partition("_")[2]
        key = f"{subject}/test/{item['row']}" if subject else f"test/{item['row']}"
        row = found.setdefault(
            key,
            Row(
                item["context"],
                tuple(item["scored"]),
                tuple(item.get("logprobs", ())),
                item.get("text", ""),
            ),
        )
        row.right["argmax" if item["rule"] == "none" else item["rule"]] = item["right"]
    return found


@dataclass(frozen=True)
class Agreement:
    """How far two sides agree on the same rows.

    Attributes:
        rows: Rows compared.
        prompts: Rows with the same prompt and the same options or stops, byte for byte.
        scored: Options of which both gave a log-prob; 0 for generated answers.
        difference: Largest difference of any option's log-prob, in nats.
        texts: Rows with the same generated text.
        right: Rows right or wrong alike, under every rule that both know.
        correct: Rows right on our side under the headline rule.
    """

    rows: int
    prompts: int
    scored: int
    difference: float
    texts: int
    right: int
    correct: int

    def holds(self, tolerance: float) -> bool:
        """Whether everything agrees, log-probs within `tolerance`."""
        same = self.prompts == self.texts == self.right == self.rows
        return same and self.difference <= tolerance

    def sentence(self) -> str:
        """The agreement in one line."""
        answers = f"texts identical {self.texts}"
        if self.scored:
            answers = f"log-probs of {self.scored} options differ by {self.difference:.1e} at most"
        return (
            f"of {self.rows} rows, prompts identical {self.prompts}, {answers}, "
            f"right alike {self.right} (right {self.correct})"
        )


def agreement(mine: Rows, theirs: Rows) -> Agreement:
    """Compare two sides row by row.

    Raises:
        ValueError: when they did not answer the same rows.
    """
    if mine.keys() != theirs.keys():
        raise ValueError(f"different rows: {sorted(mine.keys() ^ theirs.keys())[:3]} ...")
    pairs = [(mine[key], theirs[key]) for key in mine]
    differences = [
        abs(a - b)
        for one, other in pairs
        for a, b in zip(one.logprobs, other.logprobs, strict=True)
    ]
    return Agreement(
        rows=len(pairs),
        prompts=sum((a.context, a.scored) == (b.context, b.scored) for a, b in pairs),
        scored=len(differences),
        difference=max(differences, default=0.0),
        texts=sum(a.text == b.text for a, b in pairs),
        right=sum(all(a.right.get(rule) == b.right[rule] for rule in b.right) for a, b in pairs),
        correct=sum(next(iter(a.right.values())) for a, _ in pairs),
    )
