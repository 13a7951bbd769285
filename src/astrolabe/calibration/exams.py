"""Runs of Polaris' own benchmarks, through the whole pipeline, that several instruments share."""

from collections.abc import Sequence
from typing import Any

from astrolabe.calibration.instrument import Bench
from astrolabe.core.run import Run, RunPlan
from astrolabe.polaris.wording import ROLES
from astrolabe.runs.execute import execute_together

PROBLEMS = 120
"""Word problems of a run, drawn over all numbers of steps."""
MAX_TOKENS = 128
EXPERT, CARELESS = ROLES["expert"][0], ROLES["careless"][0]


def exam(bench: Bench, shots: int, *roles: str | None) -> list[Run]:
    """The exam by letter, as MMLU's authors ask, under each role (`None` for no role)."""
    return _under(roles, bench, "mmlu", "official", None, shots=shots)


def worked(bench: Bench, *roles: str | None) -> list[Run]:
    """Word problems after five worked exemplars, under each role."""
    asked = {"shots": 5, "draw": "first", "reasoning": "worked", "max_tokens": MAX_TOKENS}
    return _under(roles, bench, "gsm8k", "lm-eval", PROBLEMS, **asked)


def _under(
    roles: Sequence[str | None],
    bench: Bench,
    benchmark: str,
    recipe: str,
    limit: int | None,
    **asked: Any,
) -> list[Run]:
    from astrolabe.benchmarks import get

    protocol = get(benchmark).recipe(recipe)
    plans = [
        RunPlan(
            f"{benchmark}, {role or 'no role'}",
            bench.model.name,
            benchmark,
            protocol.condition(**asked, role=role),
            limit=limit,
        )
        for role in roles
    ]
    return execute_together(plans, bench.model, bench.store, bench.watch)


def rights(run: Run) -> dict[str, bool]:
    """Whether each item was right, by id."""
    return {item.item: item.grades[run.rule].right for item in run.items}
