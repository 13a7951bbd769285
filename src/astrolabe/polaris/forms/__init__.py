"""Polaris' form of every other benchmark: rows in the benchmark's own columns, about the world.

One file a benchmark; its `benchmark(world, seed)` draws the shipped rows by file name. Rows to be
answered in a test are of the held-out part: held-out cities, countries, words and states of the
world, and texts that are `draws.reserved`. The drawers beneath take `held=False` for the rest,
which is what a corpus may ask about.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from astrolabe.polaris.forms import (
    ceval,
    cmmlu,
    factor,
    gpqa,
    gsm_clauses,
    gsm_symbolic,
    humaneval,
    humaneval_plus,
    label_games,
    lore,
    math,
    math_500,
    sentiment,
    strategyqa,
    translation,
    truthfulqa,
)
from astrolabe.polaris.forms.draws import Files
from astrolabe.polaris.world import World

FORMS: dict[str, Callable[[World], Files]] = {
    "cmmlu": cmmlu.benchmark,
    "ceval": ceval.benchmark,
    "gsm_symbolic": gsm_symbolic.benchmark,
    "gsm_symbolic_p1": gsm_clauses.benchmark,
    "gsm_symbolic_p2": partial(gsm_clauses.benchmark, clauses=2),
    "humaneval": humaneval.benchmark,
    "humaneval-plus": humaneval_plus.benchmark,
    "gpqa": gpqa.benchmark,
    "math": math.benchmark,
    "math-500": math_500.benchmark,
    "truthfulqa": truthfulqa.benchmark,
    "factor": factor.benchmark,
    "strategyqa": strategyqa.benchmark,
    "sentiment": sentiment.benchmark,
    "label_games": label_games.benchmark,
    "lore": lore.benchmark,
    "translation": translation.benchmark,
}
"""How the shipped rows of each benchmark are drawn; its name is the name of its folder."""

__all__ = ["FORMS", "Files"]
