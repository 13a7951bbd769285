"""Polaris' form of HumanEval+: the programs of its HumanEval, each with about ten times the tests.

A test has the form of EvalPlus' copy on the hub: inputs, expected results, and an assertion between
them. To keep it short, most of the inputs are stretches of one long argument that has what is at
the edge: numbers about zero and about every bound, words nearly chosen, letters beyond A to Z,
repeats. The inputs of the plain test are among them.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from string import ascii_letters, digits
from typing import Any

from astrolabe.polaris.forms import humaneval
from astrolabe.polaris.forms.draws import SEED, Files
from astrolabe.polaris.forms.humaneval import Task
from astrolabe.polaris.forms.programs import NUMBERS, RANGE, TEXT, WORDS, Program
from astrolabe.polaris.world import KINDS, World

LIMITS = range(-10, 36)
"""Inputs of programs about the numbers up to a limit: beyond those of the plain test both ways."""
THINGS = 15
"""Things in a long argument."""
STRETCHES = (1, 2, 3, 4, THINGS - 1)
"""Lengths of the stretches of it that are inputs."""
LATE = 10
"""What comes after so many things changes the result, at the longest stretch."""

_WORDS = [word for words in KINDS.values() for word in words]


def numbers(rng: Random, program: Program) -> list[int]:
    """Every number from -3 to 6, larger ones that the program chooses, one of them twice.

    Nought comes first: behind it, products are not nought.
    """
    near = [n for n in range(-3, 7) if n]
    far = [n for n in (*range(-999, -8), *range(9, 1000)) if program.choice.run(n)]
    large = rng.sample(far, 4)
    things = [*near, *large, large[0]]
    return [0, *rng.sample(things, THINGS - 1)]


def words(rng: Random, program: Program) -> list[str]:
    """Words that the program chooses, one of them twice and two with capitals, and others.

    Of the others one is short, and up to two would be chosen if they began at another letter.
    """
    chosen = [word for word in _WORDS if program.choice.run(word)]
    others = [word for word in _WORDS if word not in chosen] or _WORDS
    turned = [w for w in others if any(program.choice.run(w[i:] + w[:i]) for i in range(len(w)))]
    wrong = [*rng.sample(turned, min(2, len(turned))), min(others, key=len)]
    wrong = list(dict.fromkeys([*wrong, *rng.sample(others, 5)]))[:5]
    some = rng.sample(chosen, THINGS - len(wrong) - 3)
    inner = some[2][:1] + some[2][1:-1].upper() + some[2][-1:]
    return rng.sample([*some, some[0], some[1].capitalize(), inner, *wrong], THINGS)


def text(rng: Random, program: Program) -> str:
    """Characters that the program chooses, one of them twice, and others.

    Among them are white space and letters beyond A to Z, one of which is two as a capital.
    """
    edge = "ßÉ \t"
    usual = f"{ascii_letters}{digits}!-"
    chosen = [c for c in usual if program.choice.run(c)]
    some = rng.sample(chosen, min(6, len(chosen)))
    others = [c for c in usual if c not in chosen] or list(usual)
    things = [*edge, *some, some[0], *rng.sample(others, THINGS - len(edge) - len(some) - 1)]
    return "".join(rng.sample(things, THINGS))


MATERIAL: dict[str, Callable[[Random, Program], Any]] = {
    NUMBERS.argument: numbers,
    WORDS.argument: words,
    TEXT.argument: text,
}
"""How a long argument is drawn, for programs on what can be cut into stretches."""


def material(rng: Random, program: Program) -> Any:
    """A long argument of which the last things matter, too."""
    while True:
        drawn = MATERIAL[program.family.argument](rng, program)
        if program.run(drawn[1:]) != program.run(drawn[1 : 1 + LATE]):
            return drawn


def test(rng: Random, task: Task) -> str:
    """The larger test of a program."""
    program = task.program
    if program.family is RANGE:
        given: list[Any] = list(LIMITS)
        inputs = f"    inputs = [[n] for n in range({LIMITS.start}, {LIMITS.stop})]\n"
    else:
        things = material(rng, program)
        given = [
            *task.arguments,
            *(things[i : i + n] for n in STRETCHES for i in range(THINGS - n + 1)),
        ]
        inputs = (
            f"    things = {short(things)}\n"
            f"    inputs = {short([[argument] for argument in task.arguments])}\n"
            f"    for n in {short(STRETCHES)}:\n"
            f"        inputs += [[things[i:i + n]] for i in range({THINGS + 1} - n)]\n"
        )
    results = short([program.run(argument) for argument in given])
    return (
        "def assertion(out, exp):\n"
        "    assert out == exp, f'{out!r} is not {exp!r}'\n\n\n"
        "def check(candidate):\n"
        f"{inputs}"
        f"    results = {results}\n"
        "    for inp, exp in zip(inputs, results, strict=True):\n"
        "        assertion(candidate(*inp), exp)\n"
    )


def short(value: Any) -> str:
    """A value as Python writes it, without the spaces after commas."""
    if isinstance(value, list | tuple):
        left, right = ("[", "]") if isinstance(value, list) else ("(", ")")
        return f"{left}{','.join(map(short, value))}{right}"
    return repr(value)


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test`: the rows of HumanEval with larger tests."""
    rng = Random(f"{seed}:humaneval-plus")
    return {"test": [{**task.row, "test": test(rng, task)} for task in humaneval.tasks(seed)]}
