"""Polaris' form of HumanEval: tiny programs with a docstring, a solution and a test."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from astrolabe.polaris.forms.draws import SEED, Files, Row, fresh, reserved
from astrolabe.polaris.forms.programs import FAMILIES, Family, Program
from astrolabe.polaris.world import World

ROWS = 40
EXAMPLES = 2
ASSERTS = 6
"""At least so many, and more where they are needed to tell a program from all its neighbours."""
SAME_RESULT = 2
"""A result that occurred so often is only welcome from an argument that rules out a neighbour."""
TRIES = 100


def draw(rng: Random, family: Family, held: bool) -> Program:
    """A program; those whose name is `reserved` are held out."""
    programs = [program for program in family.programs() if reserved(program.name) == held]
    end = rng.choice(sorted({program.end.name for program in programs}))
    return rng.choice([program for program in programs if program.end.name == end])


def arguments(rng: Random, program: Program) -> list[Any]:
    """Arguments on which the program differs from each of its neighbours.

    Nothing where some neighbour seems to do the same, so that no test could tell them apart, or
    where nearly all results are alike.
    """
    empty = program.family.draw(Random(0)) * 0
    chosen, results, alike = [empty], [program.run(empty)], program.neighbours()
    for _ in range(TRIES):
        argument = program.family.draw(rng)
        result = program.run(argument)
        left = [other for other in alike if other.run(argument) == result]
        wanted = len(chosen) < ASSERTS and results.count(result) < SAME_RESULT
        if argument not in chosen and (len(left) < len(alike) or wanted):
            chosen.append(argument)
            results.append(result)
        alike = left
    return [] if alike or len(chosen) < ASSERTS else chosen


def prompt(rng: Random, program: Program) -> str:
    """Signature and docstring with examples, up to the first line of the body."""
    shown: list[Any] = []
    while len(shown) < EXAMPLES:
        argument = program.family.draw(rng)
        if program.run(argument) and argument not in shown:
            shown.append(argument)
    examples = "".join(
        f"    >>> {program.name}({argument!r})\n    {program.run(argument)!r}\n"
        for argument in shown
    )
    return f'{program.signature}\n    """{program.sentence}\n\n{examples}    """\n'


@dataclass(frozen=True)
class Task:
    """A program with the arguments of its test, and its row."""

    program: Program
    arguments: tuple[Any, ...]
    row: Row


def task(rng: Random, program: Program, number: int) -> Task | None:
    """The task of a program; None for one that no test tells from its neighbours."""
    tried = arguments(rng, program)
    if not tried:
        return None
    asserts = "".join(
        f"    assert candidate({argument!r}) == {program.run(argument)!r}\n" for argument in tried
    )
    row: Row = {
        "task_id": f"Polaris/{number}",
        "prompt": prompt(rng, program),
        "canonical_solution": program.body,
        "test": f"def check(candidate):\n{asserts}",
        "entry_point": program.name,
    }
    return Task(program, tuple(tried), row)


def tasks(seed: int = SEED) -> list[Task]:
    """Draw forty programs, the families in turn."""
    rng = Random(f"{seed}:humaneval")
    found: list[Task] = []
    seen: set[str] = set()
    while len(found) < ROWS:
        family = FAMILIES[len(found) % len(FAMILIES)]
        drawn = task(rng, fresh(partial(draw, rng, family, True), seen), len(found))
        if drawn is not None:
            found.append(drawn)
    return found


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test`: forty programs with their tests."""
    return {"test": [drawn.row for drawn in tasks(seed)]}
