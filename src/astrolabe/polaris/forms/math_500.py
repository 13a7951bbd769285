"""Polaris' form of MATH-500: problems beside those of its form of MATH, in MATH-500's columns."""

from __future__ import annotations

from functools import partial
from random import Random

from astrolabe.polaris.forms import math, math_shapes
from astrolabe.polaris.forms.draws import SEED, Files, fresh
from astrolabe.polaris.world import World

ROWS = 50

# Regular polygons are few, and MATH's test has all that are held out.
MAKERS = [maker for maker in math.MAKERS if maker is not math_shapes.polygon]


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test`: fifty problems, one or two of each of 29 sorts, none of them in MATH."""
    rng = Random(f"{seed}:math-500")
    seen = {str(row["problem"]) for rows in math.benchmark(world, seed).values() for row in rows}
    makers = [*MAKERS, *rng.sample(MAKERS, ROWS - len(MAKERS))]
    drawn = [fresh(partial(math.draw, rng, maker, True), seen) for maker in makers]
    rng.shuffle(drawn)
    return {
        "test": [
            {
                "problem": exercise.problem,
                "solution": exercise.solution,
                "answer": exercise.answer,
                "subject": exercise.type,
                "level": exercise.level,
                "unique_id": f"test/{_folder(exercise.type)}/{number}.json",
            }
            for number, exercise in enumerate(drawn)
        ]
    }


def _folder(kind: str) -> str:
    """The folder that MATH keeps problems of a type in: `counting_and_probability`."""
    return kind.lower().replace(" & ", " and ").replace(" ", "_")
