"""Runs made up from grades, for the step from runs to findings."""

from collections.abc import Sequence
from functools import cache

import numpy as np

from astrolabe.core.condition import Condition
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run


def made_run(
    grades: Sequence[bool] | np.ndarray,
    name: str = "run",
    subjects: int = 1,
    benchmark: str = "made-up",
    **fields: object,
) -> Run:
    """A run whose items, `i0`, `i1`, ..., were graded so."""
    items = tuple(_item(place, place % subjects, bool(right)) for place, right in enumerate(grades))
    condition = Condition.parse(dict(fields))
    return Run(name, "made-up", benchmark, condition, "rule", "micro", items)


@cache  # the same few, over thousands of runs
def _item(place: int, subject: int, right: bool) -> GradedItem:
    return GradedItem(
        item=f"i{place}",
        subject=f"s{subject}",
        gold="A",
        prompt="",
        answers=(),
        order=(),
        shots=(),
        grades={"rule": Grade(Outcome.RIGHT if right else Outcome.WRONG, "A", "rule")},
    )


def null_rate_bounds(repetitions: int, level: float = 0.05) -> tuple[int, int]:
    """The 99.9 % range of how often a test of that level errs in so many repetitions."""
    from scipy.stats import binom

    return int(binom.ppf(0.0005, repetitions, level)), int(binom.ppf(0.9995, repetitions, level))
