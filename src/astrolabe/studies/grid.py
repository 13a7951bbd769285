"""From lists of values to runs, and from runs to the comparisons that can be planned between them.

`astrolabe run mmlu gsm8k --shots 0,5` asks for a grid of conditions. Not every point of it makes
sense (worked exemplars with zero shots); such points are left out and named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from astrolabe.benchmarks import get
from astrolabe.core.condition import Reasoning
from astrolabe.core.decoding import Decoding
from astrolabe.core.errors import BadInput
from astrolabe.core.run import RunPlan, Study
from astrolabe.runs.compare import independent_differences
from astrolabe.studies.naming import checked, run_label


@dataclass(frozen=True)
class Choice:
    """What a run reads, whatever its condition. See `RunPlan`."""

    data: str | None = None
    subjects: tuple[str, ...] = ()
    limit: int | None = None
    exemplars: str | None = None


@dataclass(frozen=True)
class Grid:
    """A study, and what is missing from it.

    Attributes:
        left_out: Points of the grid that make no sense, each with the reason.
        not_compared: For each run that no comparison could be planned for, a sentence.
    """

    study: Study
    left_out: tuple[str, ...]
    not_compared: tuple[str, ...]


def grid(
    name: str,
    models: Sequence[str],
    benchmarks: Sequence[str],
    fields: Mapping[str, Sequence[Any]],
    choice: Choice,
    recipe: str = "official",
    unlike: bool = False,
) -> Grid:
    """Every sensible combination of `fields`, for every model and benchmark.

    Args:
        fields: Values of each condition field to be tried.
        unlike: Whether a run that differs from every other one in several things is compared all
            the same, with the first run of its benchmark.

    Raises:
        BadInput: when no combination makes sense for some benchmark, or the name cannot be one.
    """
    checked(name)
    plans: list[RunPlan] = []
    left_out: list[str] = []
    protocols = {benchmark: get(benchmark).recipe(recipe) for benchmark in benchmarks}
    for model, benchmark in product(models, benchmarks):
        found: dict[str, RunPlan] = {}
        refused: list[str] = []
        for values in product(*fields.values()):
            asked = dict(zip(fields, values, strict=True))
            if asked.get("reasoning", Reasoning.TRIGGER) != Reasoning.TRIGGER:
                asked.pop("trigger", None)  # it goes with the points of the grid that use it
            try:
                condition = protocols[benchmark].condition(**asked)
            except BadInput as error:
                refused.append(f"{benchmark} with {_words(asked)}: {error}")
                continue
            label = run_label(model, len(models), benchmark, condition.label())
            plan = RunPlan(label, model, benchmark, condition, **vars(choice))
            if condition.shots == 0:
                plan = replace(plan, exemplars=None)
            found.setdefault(condition.digest(), plan)
        if not found:
            raise BadInput(refused[0])
        plans += found.values()
        left_out += refused
    pairs = planned(plans)
    strange = _uncompared(plans, pairs)
    if unlike:
        pairs += tuple((first.label, plan.label) for first, plan in strange)
    return Grid(
        Study(name, tuple(plans), pairs, unlike),
        tuple(dict.fromkeys(left_out)),
        () if unlike else tuple(_advice(first, plan) for first, plan in strange),
    )


def planned(plans: Sequence[RunPlan]) -> tuple[tuple[str, str], ...]:
    """For each run the earliest one of the same benchmark that differs from it in one thing only.

    So every run that can be laid to one cause is compared once, and the correction for many
    comparisons stays small.
    """
    pairs = []
    for place, plan in enumerate(plans):
        for earlier in plans[:place]:
            if (
                earlier.benchmark == plan.benchmark
                and earlier.condition.recipe == plan.condition.recipe
                and len(independent_differences(earlier, plan)) == 1
            ):
                pairs.append((earlier.label, plan.label))
                break
    return tuple(pairs)


def _uncompared(
    plans: Sequence[RunPlan], pairs: Sequence[tuple[str, str]]
) -> list[tuple[RunPlan, RunPlan]]:
    """The first run of the benchmark, and each later one of it that is in none of `pairs`."""
    paired = {label for pair in pairs for label in pair}
    first: dict[str, RunPlan] = {}
    for plan in plans:
        first.setdefault(plan.benchmark, plan)
    return [
        (first[plan.benchmark], plan)
        for plan in plans
        if plan.label not in paired and plan is not first[plan.benchmark]
    ]


def _advice(first: RunPlan, plan: RunPlan) -> str:
    return (
        f"{plan.label} differs from every other run in several things; "
        f"--unlike compares it with {first.label}"
    )


def _words(asked: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {value.label() or 'greedy' if isinstance(value, Decoding) else value}"
        for name, value in asked.items()
    )
