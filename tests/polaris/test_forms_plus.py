"""HumanEval+'s form: the same programs, and ten times the tests let fewer wrong ones through."""

from __future__ import annotations

import functools
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from astrolabe.polaris.world import KINDS
from tests.polaris.mutants import mutants
from tests.polaris.rows import rows
from tests.polaris.test_forms_programs import BY_NAME, code_of, function

PLAIN, PLUS = rows("humaneval/test"), rows("humaneval-plus/test")
NAMES = [row["entry_point"] for row in PLUS]
WORDS = [word for words in KINDS.values() for word in words]
FAULTS = (AssertionError, TypeError, AttributeError, ValueError, IndexError, ZeroDivisionError)
"""What a mutant may end in."""
CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 \t-_.!ßéÉñ"


def passes(row: dict[str, Any], candidate: Callable[[Any], Any]) -> bool:
    check = function(row["test"], "check")
    try:
        check(candidate)
    except FAULTS:
        return False
    return True


def solution(row: dict[str, Any]) -> Callable[[Any], Any]:
    return function(row["prompt"] + row["canonical_solution"], row["entry_point"])


def asked(row: dict[str, Any]) -> list[Any]:
    """The arguments that a test tries."""
    right, seen = solution(row), []

    def recorder(argument: Any) -> Any:
        seen.append(argument)
        return right(argument)

    function(row["test"], "check")(recorder)
    return seen


def test_only_the_tests_are_others() -> None:
    for plain, plus in zip(PLAIN, PLUS, strict=True):
        assert {**plus, "test": ""} == {**plain, "test": ""}


def test_there_are_about_ten_times_the_tests_and_the_old_ones_are_among_them() -> None:
    before = after = 0
    for plain, plus in zip(PLAIN, PLUS, strict=True):
        old, new = ({repr(argument) for argument in asked(row)} for row in (plain, plus))
        assert old < new
        assert len(new) >= 6 * len(old)
        before += len(old)
        after += len(new)
    assert 9 <= after / before <= 11


@pytest.mark.parametrize("row", PLUS, ids=NAMES)
class TestRow:
    def test_the_solution_passes_without_anything_else(self, row: dict[str, Any]) -> None:
        assert passes(row, solution(row))
        assert "import" not in row["test"]

    def test_neighbouring_programs_fail(self, row: dict[str, Any]) -> None:
        for other in BY_NAME[row["entry_point"]].neighbours():
            assert not passes(row, code_of(other)), other.name

    def test_one_wrong_result_fails(self, row: dict[str, Any]) -> None:
        right = solution(row)

        def but_for(wrong: str, argument: Any) -> Any:
            return None if repr(argument) == wrong else right(argument)

        for wrong in {repr(argument) for argument in asked(row)}:
            assert not passes(row, functools.partial(but_for, wrong))


def arguments(family: str) -> list[Any]:
    """Arguments of all lengths, up to such as no test has."""
    rng = Random(5)
    sizes = [n for n in (*range(8), 12, 20, 400) for _ in range(30)]
    draw: dict[str, Callable[[int], Any]] = {
        "numbers": lambda n: [rng.randint(-12 - n, 12 + n) for _ in range(n)],
        "limit": lambda n: n * rng.randint(-1, 8),
        "words": lambda n: [spoilt(rng) for _ in range(n)],
        "text": lambda n: "".join(rng.choice(CHARACTERS) for _ in range(n)),
    }
    return [draw[family](n) for n in sizes]


def spoilt(rng: Random) -> str:
    """A word, a part of one, or one with a capital letter anywhere."""
    word = rng.choice(WORDS)
    place = rng.randrange(len(word))
    capital = word[:place] + word[place].upper() + word[place + 1 :]
    return rng.choice((word, word[: place + 1], capital))


def outcome(candidate: Callable[[Any], Any], argument: Any) -> str:
    try:
        return repr(candidate(argument))
    except FAULTS as error:
        return type(error).__name__


def differs(name: str, source: str) -> bool:
    """Whether a mutant does otherwise for some argument."""
    program = BY_NAME[name]
    right, other = code_of(program), function(source, name)
    return any(outcome(right, x) != outcome(other, x) for x in arguments(program.family.argument))


def test_the_larger_tests_catch_what_the_plain_ones_let_pass() -> None:
    passed, missed = 0, []
    for plain, plus in zip(PLAIN, PLUS, strict=True):
        program = BY_NAME[plain["entry_point"]]
        made = mutants(f"{program.signature}\n{program.body}")
        alive = [source for source in made if passes(plain, function(source, program.name))]
        # Many do the same as the program: they are not wrong.
        wrong = [source for source in alive if differs(program.name, source)]
        left = [source for source in wrong if passes(plus, function(source, program.name))]
        dead = [source for source in made if source not in alive]
        assert not any(passes(plus, function(source, program.name)) for source in dead)
        passed += len(wrong)
        missed += [(program.end.name, source) for source in left]
    assert passed > 100
    # No test has so many things or letters that a count or a sum of lengths would pass 99.
    assert all("99)" in source for _, source in missed)
    assert {end for end, _ in missed} == {"count", "letters"}
    counts = [name for name in NAMES if BY_NAME[name].end.name in ("count", "letters")]
    assert len(missed) == len(counts)
