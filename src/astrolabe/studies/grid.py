"""From lists of values to runs, and from runs to the comparisons that can be planned between them.

`astrolabe run mmlu gsm8k --shots 0,5` asks for a grid of conditions. Not every point of it makes
sense (worked exemplars with zero shots); such points are left out and named.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.run import RunPlan, Study
from astrolabe.runs.compare import independent_differences


@dataclass(frozen=True)
class Choice:
    """What a run reads, whatever its condition. See `RunPlan`."""

    data: str | None = None
    subjects: tuple[str, ...] = ()
    limit: int | None = None


@dataclass(frozen=True)
class Grid:
    """A study, and the points of the grid that were left out, each with the reason."""

    study: Study
    left_out: tuple[str, ...]


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

    Raises:
        BadInput: when no combination makes sense for some benchmark.
    """
    plans: list[RunPlan] = []
    left_out: list[str] = []
    for model, benchmark in product(models, benchmarks):
        found: dict[str, RunPlan] = {}
        refused: list[str] = []
        for values in product(*fields.values()):
            asked = dict(zip(fields, values, strict=True))
            try:
                condition = get(benchmark).recipe(recipe).condition(**asked)
            except BadInput as error:
                refused.append(f"{benchmark} with {_words(asked)}: {error}")
                continue
            label = " · ".join([*([model] if len(models) > 1 else []), benchmark])
            label = f"{label} · {condition.label()}"
            plan = RunPlan(
                label, model, benchmark, condition, choice.data, choice.subjects, choice.limit
            )
            found.setdefault(condition.digest(), plan)
        if not found:
            raise BadInput(refused[0])
        plans += found.values()
        left_out += refused
    return Grid(Study(name, tuple(plans), planned(plans), unlike), tuple(dict.fromkeys(left_out)))


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


def _words(asked: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in asked.items())
