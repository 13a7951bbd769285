"""The two sides of every comparison with lm-evaluation-harness, asked for the same rows."""

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from astrolabe.benchmarks import get
from astrolabe.core.model import Generated, Scored
from astrolabe.core.run import RunPlan
from astrolabe.models.local import LocalModel
from astrolabe.runs.execute import ask, execute
from astrolabe.runs.store import Store
from perf.harness import Worker

SHOTS = 5
MAX_TOKENS = 64
"""Tokens generated for a word problem; a random model never stops by itself."""

BenchmarkName = Literal["mmlu", "gsm8k"]
BENCHMARKS: tuple[BenchmarkName, ...] = ("mmlu", "gsm8k")


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
"""Rows by our items' ids."""


def plan(benchmark: BenchmarkName, folder: Path) -> RunPlan:
    """Our run with lm-eval's recipe on the rows in `folder` (from `rows.write`)."""
    asked: dict[str, Any] = {"max_tokens": MAX_TOKENS} if benchmark == "gsm8k" else {}
    condition = get(benchmark).recipe("lm-eval").condition(shots=SHOTS, **asked)
    return RunPlan("perf", "random", benchmark, condition, data=str(folder / benchmark))


def ours(model: LocalModel, asked: RunPlan) -> tuple[float, Rows]:
    """Seconds of a whole run (prompts, forward passes, grades, storing all), and what it found."""
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "answers.db") as store:
        start = time.perf_counter()
        run = execute(asked, model, store)
        seconds = time.perf_counter() - start
        made = ask(asked, model)
        keys = [[answer[0].key(model.identity) for answer in one] for one in made.requests]
        stored = store.answers([key for one in keys for key in one])
    found = {}
    for graded, fitted, own in zip(run.items, made.fitted, keys, strict=True):
        answers = [stored[key] for key in own]
        found[graded.item] = Row(
            context=model.text(fitted.prompt),
            scored=fitted.prompt.continuations or fitted.prompt.stops,
            logprobs=tuple(answer.total for answer in answers if isinstance(answer, Scored)),
            text="".join(answer.text for answer in answers if isinstance(answer, Generated)),
            right={rule: grade.right for rule, grade in graded.grades.items()},
        )
    return seconds, found


class LmEval:
    """lm-evaluation-harness with one model, in its own process."""

    def __init__(self, model: Path, folder: Path, threads: int) -> None:
        self._folder = folder
        self._worker = Worker(
            "lm_eval_score.py", *("--model", str(model), "--rows", str(folder)),
            *("--threads", str(threads)),
        )  # fmt: skip
        self.versions: dict[str, str] = {}

    def __enter__(self) -> "LmEval":
        self._worker.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._worker.__exit__(*error)

    def run(
        self, benchmark: BenchmarkName, batch: int, limit: int | None = None
    ) -> tuple[float, Rows]:
        """Seconds from loaded rows to metrics, and what was found."""
        subjects = sorted(
            path.name for path in (self._folder / benchmark).iterdir() if path.is_dir()
        )
        reply = self._worker.ask(
            tasks=["gsm8k"] if benchmark == "gsm8k" else [f"mmlu_{name}" for name in subjects],
            shots=SHOTS,
            batch=batch,
            limit=limit,
            max_tokens=MAX_TOKENS,
        )
        self.versions = reply["versions"]
        return reply["seconds"], _rows(reply["items"])

    def best_batch(self, benchmark: BenchmarkName, sizes: Sequence[int], limit: int) -> int:
        """The batch size that is quickest on the first `limit` rows of every task."""
        self.run(benchmark, sizes[0], limit=1)
        times = {size: self.run(benchmark, size, limit)[0] for size in sizes}
        told = ", ".join(f"{size}: {seconds:.1f} s" for size, seconds in times.items())
        print(f"lm-eval's batch sizes, {benchmark}, first {limit} rows of each task: {told}")
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
