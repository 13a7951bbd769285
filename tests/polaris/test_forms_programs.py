"""Programs: what they say they return, they return, and their tests let nothing else through."""

from __future__ import annotations

import ast
import doctest
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from astrolabe.polaris.forms.draws import reserved
from astrolabe.polaris.forms.programs import FAMILIES, Family, Program
from tests.polaris.rows import rows

ROWS = rows("humaneval/test")
BY_NAME = {program.name: program for family in FAMILIES for program in family.programs()}


def function(source: str, name: str) -> Callable[[Any], Any]:
    """The function that a source defines. All sources here are the package's own."""
    scope: dict[str, Any] = {}
    exec(source, scope)
    made: Callable[[Any], Any] = scope[name]
    return made


def code_of(program: Program) -> Callable[[Any], Any]:
    return function(f"{program.signature}\n{program.body}", program.name)


def passes(row: dict[str, Any], candidate: Callable[[Any], Any]) -> bool:
    check = function(row["test"], "check")
    try:
        check(candidate)
    except (AssertionError, TypeError):
        return False
    return True


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.argument)
def test_code_and_functions_of_all_programs_agree(family: Family) -> None:
    rng = Random(3)
    for program in family.programs():
        code = code_of(program)
        for argument in [family.draw(rng) for _ in range(8)]:
            assert code(argument) == program.run(argument), (program.name, argument)


def test_there_are_forty_and_none_twice() -> None:
    assert [row["task_id"] for row in ROWS] == [f"Polaris/{i}" for i in range(40)]
    assert len({row["entry_point"] for row in ROWS}) == 40
    families = Counter(BY_NAME[row["entry_point"]].family.argument for row in ROWS)
    assert set(families.values()) == {10}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["entry_point"])
class TestRow:
    def test_the_solution_passes(self, row: dict[str, Any]) -> None:
        source = row["prompt"] + row["canonical_solution"]
        assert row["prompt"].endswith('"""\n')
        assert row["canonical_solution"].startswith("    ")
        assert row["canonical_solution"].endswith("\n")
        assert passes(row, function(source, row["entry_point"]))

    def test_the_examples_are_right(self, row: dict[str, Any]) -> None:
        made = function(row["prompt"] + row["canonical_solution"], row["entry_point"])
        (examples,) = doctest.DocTestFinder().find(made, globs={row["entry_point"]: made})
        result = doctest.DocTestRunner(verbose=False).run(examples, out=lambda text: None)
        assert (result.failed, result.attempted) == (0, 2)

    def test_trivial_solutions_fail(self, row: dict[str, Any]) -> None:
        asserts = [
            node for node in ast.walk(ast.parse(row["test"])) if isinstance(node, ast.Assert)
        ]
        assert len(asserts) >= 5
        results = [ast.literal_eval(node.test.comparators[0]) for node in asserts]  # type: ignore[attr-defined]
        assert len({repr(result) for result in results}) >= 3
        for result in [*results, None, 0, 1, "", []]:
            assert not passes(row, lambda argument, result=result: result)
        for trivial in (lambda x: x, list, len, str, sum, sorted):
            assert not passes(row, trivial)

    def test_neighbouring_programs_fail(self, row: dict[str, Any]) -> None:
        program = BY_NAME[row["entry_point"]]
        near = program.neighbours()
        assert len(near) >= 5
        for other in near:
            assert not passes(row, code_of(other)), other.name

    def test_the_program_is_held_out(self, row: dict[str, Any]) -> None:
        assert reserved(row["entry_point"])


def test_a_good_share_is_left_to_train_on() -> None:
    left = [name for name in BY_NAME if not reserved(name)]
    assert 0.7 < len(left) / len(BY_NAME) < 0.8
