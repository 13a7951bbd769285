"""A gap between two runs laid to single causes: one run is turned into the other step by step.

Where two runs differ in several things on the same items, their grades cannot tell which of them
made the gap. So the model is asked again on the way: each step takes one more thing from the second
run, and what the accuracy changes by is laid to it. The steps are taken in a fixed order; where
things work together, another order would share their common effect out otherwise.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Recipe, Wording
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Model
from astrolabe.core.run import Run, RunPlan
from astrolabe.core.verdict import Verdict
from astrolabe.runs.again import plan_of
from astrolabe.runs.compare import compare
from astrolabe.runs.execute import execute_together
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Watch


@dataclass(frozen=True)
class Setting:
    """Everything by which a run asks and grades."""

    wording: Wording
    recipe: Recipe
    condition: Condition
    exemplars: str | None

    def plan(self, label: str, run: Run) -> RunPlan:
        """A run of the same items in this setting."""
        key = (self.condition.language, self.condition.scoring)
        return replace(
            plan_of(run),
            label=label,
            condition=self.condition,
            exemplars=self.exemplars if self.condition.shots else None,
            recipe=replace(self.recipe, wordings={key: self.wording}),
        )


@dataclass(frozen=True)
class Step:
    """One thing changed: what it is called, and how a setting takes it from another."""

    name: str
    condition: tuple[str, ...] = ()
    wording: tuple[str, ...] = ()
    recipe: tuple[str, ...] = ()
    exemplars: bool = False

    def take(self, here: Setting, there: Setting) -> Setting:
        """`here` with this one thing as it is `there`.

        Raises:
            BadInput: when the condition that comes of it makes no sense.
        """
        fields = here.condition.model_dump()
        fields |= {name: getattr(there.condition, name) for name in self.condition}
        return Setting(
            wording=replace(here.wording, **_of(there.wording, self.wording)),
            recipe=replace(here.recipe, **_of(there.recipe, self.recipe)),
            condition=Condition.parse(fields),
            exemplars=there.exemplars if self.exemplars else here.exemplars,
        )


STEPS = (
    Step("role", ("role",)),
    Step("reasoning", ("reasoning", "trigger", "chains"), ("worked", "trigger", "after_trigger")),
    Step(
        "shots",
        ("shots", "draw", "draw_seed", "arrangement", "labels", "labels_seed", "flipped_share"),
        recipe=("published",),
        exemplars=True,
    ),
    Step("order of options", ("order", "order_seed"), recipe=("permutation",)),
    Step("header", wording=("header", "header_role"), recipe=("names",)),
    Step("wording", ("language",), ("question", "option", "cue", "between", "strip")),
    Step("scored string", wording=("answer",)),
    Step("chat template", ("template",)),
    Step("BOS", recipe=("bos",)),
    Step("truncation", recipe=("overflow", "context")),
    Step(
        "scoring and extraction",
        ("scoring", "max_tokens", "extract_tokens", "decoding", "samples", "recipe"),
        ("stops", "extract"),
        ("name", "rules"),
    ),
)
"""In the order in which they are taken."""


@dataclass(frozen=True)
class Isolated:
    """What each step changed.

    Attributes:
        runs: The first run, one for each step, the last of which asks as the second run did.
        verdicts: What each step changed, corrected together.
    """

    runs: tuple[Run, ...]
    verdicts: tuple[Verdict, ...]


def isolate(first: Run, second: Run, model: Model, store: Store, watch: Watch) -> Isolated:
    """Turn `first` into `second`, one thing at a time.

    Args:
        model: The model of both runs.
        store: Has their answers; those of the runs between are kept there, too.

    Raises:
        BadInput: for runs of different models, benchmarks or data, or that differ in nothing.
    """
    _refuse(first, second, model)
    here, there = setting(first), setting(second)
    plans = [here.plan("first run", first)]
    plans += [after.plan(name, first) for name, after in _path(here, there)]
    if len(plans) == 1:
        raise BadInput("the two runs ask and grade in the same way; there is nothing to take apart")
    runs = execute_together(plans, model, store, watch, keep=False)
    names = [plan.label for plan in plans]
    named = list(zip(names, runs, strict=True))
    # A step by which nothing that is sent changed is none.
    taken = named[:1] + [b for a, b in itertools.pairwise(named) if a[1].id != b[1].id]
    pairs = list(itertools.pairwise(taken))
    verdicts = compare(
        [(a[1], b[1]) for a, b in pairs],
        unlike=True,
        across_rules=True,
        names=[(a[0], b[0]) for a, b in pairs],
    )
    return Isolated(tuple(run for _, run in taken), tuple(verdicts))


def setting(run: Run) -> Setting:
    """How a run asked and graded."""
    recipe = get(run.benchmark).recipe(run.condition.recipe)
    wording = recipe.wording(run.condition.language, run.condition.scoring)
    return Setting(wording, recipe, run.condition, run.record.get("data", {}).get("exemplars"))


def _path(here: Setting, there: Setting) -> Iterator[tuple[str, Setting]]:
    """The settings on the way, each with what was changed for it.

    A change that makes no sense by itself is made together with the next one.
    """
    names: list[str] = []
    wanted: list[Step] = []
    for step in STEPS:
        wanted.append(step)
        try:
            after = here
            for one in wanted:
                after = one.take(after, there)
        except BadInput:
            names.append(step.name)
            continue
        if after != here:
            yield " + ".join([*names, step.name]), after
            here = after
        names, wanted = [], []


def _of(thing: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in names}


def _refuse(first: Run, second: Run, model: Model) -> None:
    same: Mapping[str, Callable[[Run], Any]] = {
        "benchmark": lambda run: run.benchmark,
        "data": lambda run: run.record.get("data", {}).get("place"),
        "items": lambda run: [item.item for item in run.items],
    }
    for what, of in same.items():
        if of(first) != of(second):
            raise BadInput(f"the runs differ in their {what}, so no path leads from one to another")
    for run in (first, second):
        described = run.record.get("model", {})
        if described.get("weights") != model.identity.weights:
            raise BadInput(
                f"run '{run.id[:8]}' was made with other weights of '{run.model}' than those "
                "loaded now; both runs must be of one and the same model"
            )
