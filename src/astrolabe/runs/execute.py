"""Runs from plan to grades: ask what is missing, keep every answer, grade all.

Runs of one model are asked together, so that what their prompts share is computed once for all of
them, and readings of the same tokens (options by letter, early exits, DoLa variants) ride on one
forward pass.
"""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Answer, Generation, Model, Reading
from astrolabe.core.run import Run, RunPlan
from astrolabe.runs.ask import Asked, Request, ask
from astrolabe.runs.extract import ask_for_answers
from astrolabe.runs.grade import grade
from astrolabe.runs.record import record, run_id
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent, Watch

SECONDS_AT_RISK = 1.0
"""Answers are written down at least this often, so that a kill costs no more."""


def execute(plan: RunPlan, model: Model, store: Store, watch: Watch | None = None) -> Run:
    """Do one run; see `execute_together`."""
    return execute_together([plan], model, store, watch)[0]


def execute_together(
    plans: Sequence[RunPlan],
    model: Model,
    store: Store,
    watch: Watch | None = None,
    keep: bool = True,
) -> list[Run]:
    """Do runs of one model in one go. Answers that the store has are not computed again.

    Interrupted at any moment, every answer that was written down stays; the same call goes on
    from there.

    Args:
        keep: Whether the runs are kept, too, and not their answers only.

    Raises:
        BadInput: see `ask`, and for a store that cannot be written, or programs to be judged where
            no sandbox can be had.
    """
    bench = _Bench(model, store, watch or Silent())
    asked = [ask(plan, model, bench.watch) for plan in plans]
    started = time.monotonic()
    runs: dict[int, Run] = {}
    stopped = True
    try:
        _answer_all(asked, bench)
        stopped = False
    finally:
        # Also after Ctrl-C, or when one run cannot be answered: what is complete is a run. Those
        # whose programs have still to be run come last, and not at all when somebody waits.
        for place, one in sorted(enumerate(asked), key=lambda pair: pair[1].runs_programs):
            keys = one.by_key.keys()
            complete = one.whole and keys <= bench.answers.keys()
            if complete and not (stopped and one.runs_programs):
                computed = len(keys - bench.known)
                measured = {
                    "answers": {"computed": computed, "from_store": len(keys) - computed},
                    "seconds_together": round(time.monotonic() - started, 3),
                    "runs_together": len(asked),
                    "date": datetime.now(UTC).isoformat(timespec="seconds"),
                }
                runs[place] = _finished(one, measured, bench)
                if keep:
                    store.save_run(runs[place])
    return [runs[place] for place in sorted(runs)]


@dataclass(frozen=True)
class _Bench:
    """What runs are made with.

    Attributes:
        answers: Those that are there, by key.
        known: Keys of those that the store had.
    """

    model: Model
    store: Store
    watch: Watch
    answers: dict[str, Answer] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def look_up(self, keys: Collection[str]) -> None:
        """Take from the store what it has of `keys`."""
        found = self.store.answers(key for key in keys if key not in self.answers)
        self.answers.update(found)
        self.known.update(found)


def _finished(asked: Asked, measured: dict[str, Any], bench: _Bench) -> Run:
    """The graded run.

    Args:
        measured: What is said of the measurement, unless nothing was measured anew.
    """
    plan, model, store = asked.plan, bench.model, bench.store
    identity = run_id(asked, model.identity.digest)
    made = record(asked, model)
    earlier = store.record(identity)
    if measured["answers"]["computed"] == 0 and earlier is not None:
        made |= {key: earlier[key] for key in (*measured, "model", "sandbox") if key in earlier}
    else:
        made |= measured
    items, judged = grade(asked, bench.answers, model, store, bench.watch)
    return Run(
        id=identity,
        model=model.identity.name,
        benchmark=plan.benchmark,
        condition=plan.condition,
        rule=asked.recipe.rules[plan.condition.scoring][0],
        aggregate=asked.recipe.aggregate,
        items=items,
        record=made | judged,
    )


def _answer_all(asked: Sequence[Asked], bench: _Bench) -> None:
    """Add to the answers, and to the store, what the runs still need.

    What is asked only after what was written first, once that is there.

    Raises:
        BadInput: when something asked cannot be answered; everything else has been by then, as far
            as runs do not need it.
    """
    name = asked[0].title if len(asked) == 1 else f"{len(asked)} runs"
    items = f"{sum(len(one.items) for one in asked)} items"
    try:
        _answer_asked(asked, (name, items), bench)
        if again := [one for one in asked if not one.whole]:
            for one in again:
                ask_for_answers(one, bench.answers, bench.model)
            _answer_asked(again, (f"{name}, after their reasoning", items), bench)
    except BadInput:
        if len(asked) == 1:
            raise
        _one_by_one(asked, bench)


def _answer_asked(asked: Sequence[Asked], name: tuple[str, str], bench: _Bench) -> None:
    """Answer what is asked so far; see `answer`."""
    by_key = {key: request for one in asked for key, request in one.by_key.items()}
    bench.look_up(by_key)
    answer(by_key, bench.answers, name, bench.model, bench.store, bench.watch)


def answer(
    requests: Mapping[str, Request],
    answers: dict[str, Answer],
    name: tuple[str, str],
    model: Model,
    store: Store,
    watch: Watch,
) -> None:
    """Add to `answers`, and to the store, what `requests`, by their keys, still need.

    Args:
        answers: What the store has of them.
        name: What this is called while it is done, and how much it is ("20 items").

    Raises:
        BadInput: when something asked cannot be answered; what was answered before is kept.
    """
    what, many = name
    missing = {key: request for key, request in requests.items() if key not in answers}
    if not missing:
        watch.say(f"{what}: the answers to all {many} are in the store; nothing to compute")
        return
    fresh: dict[str, Answer] = {}
    saved = time.monotonic()
    try:
        with watch.stage(f"{what}: {many}, answers", len(requests)) as advance:
            advance(len(requests) - len(missing))
            for key, found in _compute(missing, model):
                fresh[key] = answers[key] = found
                advance(1)
                if time.monotonic() - saved > SECONDS_AT_RISK:
                    store.save_answers(fresh)
                    fresh, saved = {}, time.monotonic()
    finally:
        store.save_answers(fresh)


def _one_by_one(asked: Sequence[Asked], bench: _Bench) -> None:
    """Answer runs each by itself, so that one that cannot be answered is in no other's way.

    Raises:
        BadInput: the first one's, when all have been tried.
    """
    refused: list[BadInput] = []
    for one in asked:
        try:
            _answer_all([one], bench)
        except BadInput as error:
            refused.append(BadInput(f"{one.title}: {error}"))
    if refused:
        raise refused[0]


def _compute(missing: dict[str, Request], model: Model) -> Iterator[tuple[str, Answer]]:
    readings = [(key, r) for key, r in missing.items() if isinstance(r, Reading)]
    generations = [(key, g) for key, g in missing.items() if isinstance(g, Generation)]
    keys = [key for key, _ in readings]
    for index, scored in model.score([reading for _, reading in readings]):
        yield keys[index], scored
    keys = [key for key, _ in generations]
    for index, generated in model.generate([generation for _, generation in generations]):
        yield keys[index], generated
