"""Runs from plan to grades: ask what is missing, keep every answer, grade all.

Runs of one model are asked together, so that what their prompts share is computed once for all of
them, and readings of the same tokens (options by letter, early exits, DoLa variants) ride on one
forward pass.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from astrolabe import __version__
from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Dataset, Recipe
from astrolabe.core.condition import Condition, Scoring
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import (
    Answer,
    Exit,
    Exited,
    Generated,
    Generation,
    Model,
    Reading,
    Scored,
)
from astrolabe.core.run import GradedItem, Run, RunPlan, pick
from astrolabe.decoding.dola import contrasted
from astrolabe.grading import grade_options, grade_text
from astrolabe.prompting.draws import exemplars, sample
from astrolabe.runs.fit import Fitted, fit
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent, Watch

SECONDS_AT_RISK = 1.0
"""Answers are written down at least this often, so that a kill costs no more."""

AT_ONCE = 500
"""Prompts tokenised together: enough to share their common parts, few enough to show progress."""

Request = Reading | Generation


@dataclass(frozen=True)
class Asked:
    """A run made ready: what will be asked, in the model's own tokens.

    Attributes:
        requests: For each item, what is asked for each of its answers, by key: one generation, or
            for each option its reading and, where layers are contrasted, those at early exits.
    """

    plan: RunPlan
    dataset: Dataset
    recipe: Recipe
    items: tuple[Item, ...]
    fitted: list[Fitted]
    requests: list[tuple[dict[str, Request], ...]]

    @property
    def by_key(self) -> dict[str, Request]:
        """Everything that is asked."""
        return {key: r for item in self.requests for one in item for key, r in one.items()}


def check(plan: RunPlan) -> None:
    """Whether a run can be made, as far as that can be told without its model.

    Raises:
        BadInput: for a benchmark, recipe, data, subject or number of shots that cannot be had.
    """
    benchmark = get(plan.benchmark)
    recipe = benchmark.recipe(plan.condition.recipe)
    recipe.wording(plan.condition.language, plan.condition.scoring)
    dataset = benchmark.load(plan.data)
    exemplars(_chosen(plan, dataset), dataset, plan.condition)


def ask(plan: RunPlan, model: Model, watch: Watch | None = None) -> Asked:
    """Load, choose, render and encode the items of a run; nothing is computed yet.

    Raises:
        BadInput: for data, a subject or a condition that cannot be had.
    """
    benchmark = get(plan.benchmark)
    recipe = benchmark.recipe(plan.condition.recipe)
    dataset = benchmark.load(plan.data)
    items = _chosen(plan, dataset)
    shots = exemplars(items, dataset, plan.condition)
    fitted: list[Fitted] = []
    with (watch or Silent()).stage(f"{_title(plan)}: prompts", len(items)) as advance:
        for start in range(0, len(items), AT_ONCE):
            some = slice(start, start + AT_ONCE)
            fitted += fit(items[some], shots[some], recipe, plan.condition, model)
            advance(len(items[some]))
    dola = plan.condition.decoding.dola
    exits = model.exits(dola) if dola else ()
    requests = [
        tuple(
            {request.key(model.identity): request for request in one}
            for one in _requests(each, plan.condition, exits)
        )
        for each in fitted
    ]
    return Asked(plan, dataset, recipe, items, fitted, requests)


def ask_one(plan: RunPlan, model: Model, name: str) -> tuple[Item, Fitted]:
    """One item of a run, by number or id, made ready as `ask` would.

    Raises:
        BadInput: as `ask`, and when there is no such item.
    """
    benchmark = get(plan.benchmark)
    dataset = benchmark.load(plan.data)
    items = _chosen(plan, dataset)
    item = pick(items, [item.id for item in items], name)
    shots = exemplars(items, dataset, plan.condition)[items.index(item)]
    recipe = benchmark.recipe(plan.condition.recipe)
    return item, fit([item], [shots], recipe, plan.condition, model)[0]


def execute(plan: RunPlan, model: Model, store: Store, watch: Watch | None = None) -> Run:
    """Do one run; see `execute_together`."""
    return execute_together([plan], model, store, watch)[0]


def execute_together(
    plans: Sequence[RunPlan], model: Model, store: Store, watch: Watch | None = None
) -> list[Run]:
    """Do runs of one model in one go. Answers that the store has are not computed again.

    Interrupted at any moment, every answer that was written down stays; the same call goes on
    from there.

    Raises:
        BadInput: see `ask`, and for a store that cannot be written.
    """
    watch = watch or Silent()
    asked = [ask(plan, model, watch) for plan in plans]
    started = time.monotonic()
    answers = store.answers({key for one in asked for key in one.by_key})
    known = frozenset(answers)
    runs = []
    try:
        _answer_all(asked, answers, model, store, watch)
    finally:
        # Also after Ctrl-C, or when one run cannot be answered: what is complete is a run.
        for one in asked:
            keys = one.by_key.keys()
            if keys <= answers.keys():
                computed = len(keys - known)
                measured = {
                    "answers": {"computed": computed, "from_store": len(keys) - computed},
                    "seconds_together": round(time.monotonic() - started, 3),
                    "runs_together": len(asked),
                    "date": datetime.now(UTC).isoformat(timespec="seconds"),
                }
                runs.append(_finished(one, answers, measured, model, store))
                store.save_run(runs[-1])
    return runs


def _finished(
    asked: Asked,
    answers: Mapping[str, Answer],
    measured: dict[str, Any],
    model: Model,
    store: Store,
) -> Run:
    """The graded run.

    Args:
        measured: What is said of the measurement, unless nothing was measured anew.
    """
    plan, identity = asked.plan, _run_id(asked, model)
    record = _record(asked, model)
    earlier = store.record(identity)
    if measured["answers"]["computed"] == 0 and earlier is not None:
        record |= {key: earlier[key] for key in (*measured, "model") if key in earlier}
    else:
        record |= measured
    return Run(
        id=identity,
        model=model.identity.name,
        benchmark=plan.benchmark,
        condition=plan.condition,
        rule=asked.recipe.rules[plan.condition.scoring][0],
        aggregate=asked.recipe.aggregate,
        categories=asked.recipe.categories,
        items=tuple(_graded(asked, place, answers, model) for place in range(len(asked.items))),
        record=record,
    )


def _title(plan: RunPlan) -> str:
    return plan.label or f"{plan.benchmark} · {plan.condition.label()}"


def _chosen(plan: RunPlan, dataset: Dataset) -> tuple[Item, ...]:
    known = dict.fromkeys(item.subject for item in dataset.items)
    for subject in plan.subjects:
        if subject not in known:
            raise BadInput(
                f"benchmark '{plan.benchmark}' ({dataset.source}) has no subject '{subject}'; "
                f"it has {', '.join(known)}"
            )
    items = (item for item in dataset.items if not plan.subjects or item.subject in plan.subjects)
    return sample(items, plan.limit)


def _requests(
    fitted: Fitted, condition: Condition, exits: Sequence[Exit]
) -> tuple[tuple[Request, ...], ...]:
    if condition.scoring is not Scoring.GENERATED:
        return tuple(
            (reading, *(replace(reading, exit=exit) for exit in exits))
            for reading in fitted.encoded.readings
        )
    assert condition.max_tokens is not None  # the condition refuses generated without it
    generation = Generation(
        fitted.encoded.context, condition.max_tokens, fitted.prompt.stops, condition.decoding
    )
    return ((generation,),)


def _answer_all(
    asked: Sequence[Asked], answers: dict[str, Answer], model: Model, store: Store, watch: Watch
) -> None:
    """Add to `answers`, and to the store, what the runs still need.

    Raises:
        BadInput: when something asked cannot be answered; everything else has been by then, as far
            as runs do not need it.
    """
    by_key = {key: request for one in asked for key, request in one.by_key.items()}
    missing = {key: request for key, request in by_key.items() if key not in answers}
    name = _title(asked[0].plan) if len(asked) == 1 else f"{len(asked)} runs"
    if not missing:
        watch.say(f"{name}: all {len(by_key)} answers are in the store; nothing to compute")
        return
    fresh: dict[str, Answer] = {}
    saved = time.monotonic()
    try:
        with watch.stage(f"{name}: answers", len(by_key)) as advance:
            advance(len(by_key) - len(missing))
            for key, answer in _compute(missing, model):
                fresh[key] = answers[key] = answer
                advance(1)
                if time.monotonic() - saved > SECONDS_AT_RISK:
                    store.save_answers(fresh)
                    fresh, saved = {}, time.monotonic()
    except BadInput:
        if len(asked) == 1:
            raise
        _one_by_one(asked, answers, model, store, watch)
    finally:
        store.save_answers(fresh)


def _one_by_one(
    asked: Sequence[Asked], answers: dict[str, Answer], model: Model, store: Store, watch: Watch
) -> None:
    """Answer runs each by itself, so that one that cannot be answered is in no other's way.

    Raises:
        BadInput: the first one's, when all have been tried.
    """
    refused: list[BadInput] = []
    for one in asked:
        try:
            _answer_all([one], answers, model, store, watch)
        except BadInput as error:
            refused.append(BadInput(f"{_title(one.plan)}: {error}"))
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


def _graded(asked: Asked, place: int, answers: Mapping[str, Answer], model: Model) -> GradedItem:
    item, fitted = asked.items[place], asked.fitted[place]
    condition, prompt = asked.plan.condition, fitted.prompt
    rules = asked.recipe.rules[condition.scoring]
    said = [
        _answer(list(requests.values()), [answers[key] for key in requests], condition)
        for requests in asked.requests[place]
    ]
    grades: dict[str, Grade] = {}
    if prompt.continuations:
        scored = [answer for answer in said if isinstance(answer, Scored)]
        by_text = condition.scoring is Scoring.TEXT
        texts = [item.choices[i] if by_text else LETTERS[p] for p, i in enumerate(prompt.order)]
        for rule in rules:
            grades[rule] = grade_options(rule, item, scored, prompt.order, texts)
    else:
        (generated,) = (answer for answer in said if isinstance(answer, Generated))
        for rule in rules:
            grades[rule] = grade_text(rule, item, generated, prompt.order)
    # What was cut off was not sent.
    sent = model.decode(fitted.encoded.context) if fitted.cut else model.text(prompt)
    return GradedItem(
        item=item.id,
        subject=item.subject,
        gold=item.gold,
        prompt=sent,
        answers=tuple(said),
        order=prompt.order,
        shots=prompt.shots,
        grades=grades,
    )


def _answer(
    requests: Sequence[Request], answers: Sequence[Answer], condition: Condition
) -> Scored | Generated:
    """What is said in the end, from the last layer's answer and those of early exits."""
    first, *others = answers
    assert not isinstance(first, Exited)
    if isinstance(first, Generated) or condition.decoding.dola is None:
        return first
    early = {
        request.exit: answer
        for request, answer in zip(requests[1:], others, strict=True)
        if isinstance(request, Reading) and request.exit and isinstance(answer, Exited)
    }
    return contrasted(first, early, condition.decoding.dola)


def _run_id(asked: Asked, model: Model) -> str:
    return digest(
        "run",
        model.identity.digest,
        asked.plan.benchmark,
        asked.dataset.digest(),
        [item.digest for item in asked.items],
        asked.plan.condition.digest(),
        _prompts_digest(asked),
        list(asked.recipe.rules[asked.plan.condition.scoring]),
    )


def _prompts_digest(asked: Asked) -> str:
    """Digest of what is sent; a corrected wording or another chat template is another run."""
    return digest([list(fitted.encoded.context) for fitted in asked.fitted])


def _record(asked: Asked, model: Model) -> dict[str, Any]:
    """What a reader needs to trust the number or to repeat it."""
    lengths = [len(fitted.encoded.context) for fitted in asked.fitted]
    first = asked.fitted[0].prompt
    return {
        "astrolabe": __version__,
        "model": model.describe(),
        "data": {
            "source": asked.dataset.source,
            "digest": asked.dataset.digest(),
            "items": len(asked.items),
            "of": len(asked.dataset.items),
            "options": len(asked.items[0].choices),
            "subjects": list(asked.plan.subjects),
            "limit": asked.plan.limit,
        },
        "condition": asked.plan.condition.digest(),
        "recipe": {"name": asked.recipe.name, "source": asked.recipe.source},
        "prompts": {
            "digest": _prompts_digest(asked),
            "tokens": sum(lengths),
            "longest": max(lengths),
            "scored": list(first.continuations),
            "stops": list(first.stops),
            "shots": list(first.shots),
            "shots_dropped": sum(fitted.dropped for fitted in asked.fitted),
            "cut_left": sum(fitted.cut > 0 for fitted in asked.fitted),
        },
    }
