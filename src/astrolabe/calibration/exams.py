"""Runs of Polaris' own benchmarks, through the whole pipeline, that several instruments share."""

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
    from astrolabe.benchmarks import get

    recipe = get("mmlu").recipe("official")
    plans = [
        RunPlan(
            f"exam, {role or 'no role'}",
            bench.model.name,
            "mmlu",
            recipe.condition(shots=shots, role=role),
        )
        for role in roles
    ]
    return execute_together(plans, bench.model, bench.store, bench.watch)


def worked(bench: Bench, *roles: str | None) -> list[Run]:
    """Word problems after five worked exemplars, under each role."""
    from astrolabe.benchmarks import get

    recipe = get("gsm8k").recipe("lm-eval")
    plans = [
        RunPlan(
            f"problems, {role or 'no role'}",
            bench.model.name,
            "gsm8k",
            recipe.condition(
                shots=5, draw="first", reasoning="worked", max_tokens=MAX_TOKENS, role=role
            ),
            limit=PROBLEMS,
        )
        for role in roles
    ]
    return execute_together(plans, bench.model, bench.store, bench.watch)


def rights(run: Run) -> dict[str, bool]:
    """Whether each item was right, by id."""
    return {item.item: item.grades[run.rule].right for item in run.items}
