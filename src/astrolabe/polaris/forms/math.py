"""Polaris' form of MATH: problems of our own of MATH's types and levels, in MATH's columns."""

from __future__ import annotations

from functools import partial
from random import Random

from astrolabe.polaris.forms import math_algebra, math_numbers, math_shapes
from astrolabe.polaris.forms.draws import SEED, Files, fresh, reserved
from astrolabe.polaris.forms.math_frame import Exercise, Maker
from astrolabe.polaris.world import World

MAKERS: tuple[Maker, ...] = (*math_algebra.MAKERS, *math_numbers.MAKERS, *math_shapes.MAKERS)

ROWS = {"train": 2, "test": 5}
"""Rows of each sort of problem."""


def draw(rng: Random, maker: Maker, held: bool) -> Exercise:
    """A problem of one sort; those whose text is `reserved` are held out."""
    while True:
        exercise = maker(rng)
        if reserved(exercise.problem) == held:
            return exercise


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `train` and `test`: two and five problems of each of thirty sorts."""
    rng = Random(f"{seed}:math")
    seen: set[str] = set()
    files: Files = {}
    for split, count in ROWS.items():
        drawn = [
            fresh(partial(draw, rng, maker, split == "test"), seen)
            for maker in MAKERS
            for _ in range(count)
        ]
        rng.shuffle(drawn)
        files[split] = [
            {
                "problem": exercise.problem,
                "level": f"Level {exercise.level}",
                "type": exercise.type,
                "solution": exercise.solution,
            }
            for exercise in drawn
        ]
    return files
