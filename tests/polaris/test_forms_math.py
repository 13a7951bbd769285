"""MATH's form: every boxed answer, and every equation of the steps, holds in exact arithmetic.

The problems are read back from their text and solved by sympy, or by trying all cases.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sympy
from sympy.parsing.sympy_parser import (
    convert_xor,
    factorial_notation,
    implicit_multiplication_application,
    parse_expr,
    standard_transformations,
)

from astrolabe.polaris.forms.draws import reserved
from tests.polaris.rows import rows

PART = rows("math-500/test")
ROWS = [*rows("math/train"), *rows("math/test"), *PART]

X = sympy.Symbol("x", real=True)
RULES = (
    *standard_transformations,
    factorial_notation,
    convert_xor,
    implicit_multiplication_application,
)
GROUP = r"\{((?:[^{}]|\{[^{}]*\})*)\}"


def exact(latex: str) -> Any:
    """The value of a piece of LaTeX that has numbers, fractions, roots, and x, y or i in it."""
    text = latex
    for name, form in (("frac", r"((\1)/(\2))"), ("binom", r"binomial(\1, \2)")):
        text = re.sub(rf"\\{name}{GROUP}{GROUP}", form, text)
    text = re.sub(rf"\\sqrt{GROUP}", r"sqrt(\1)", text)
    text = text.replace("\\pi", "pi").replace("^\\circ", "").replace("\\cdot", "*")
    text = re.sub(r"\\(sin|cos) (\d+)", r"\1(\2*pi/180)", text)
    text = re.sub(r"\|([^|]+)\|", r"Abs(\1)", text).replace("{", "(").replace("}", ")")
    names = {"x": X, "y": sympy.Symbol("y"), "i": sympy.I}
    return parse_expr(text, local_dict=names, transformations=RULES)


def same(a: Any, b: Any) -> bool:
    return bool(sympy.simplify(a - b) == 0)


def boxed(solution: str) -> str:
    found = re.search(r" The answer is \$\\boxed\{(.*)\}\$\.$", solution)
    assert found, solution
    return found[1]


Answer = Any
"""What a problem's answer must be: a value, several, or the very text (as a string)."""


def values(*latex: str) -> list[Any]:
    return [exact(text) for text in latex]


def solve_linear(left: str, right: str) -> Answer:
    (solution,) = sympy.solve(exact(left) - exact(right), X)
    return solution


def solve_system(one: str, two: str) -> Answer:
    equations = [exact(left) - exact(right) for left, right in (e.split("=") for e in (one, two))]
    y = sympy.Symbol("y")
    solution = sympy.solve(equations, [X, y])
    return f"({solution[X]}, {solution[y]})"


def absolute(inner: str, sign: str, radius: str) -> Answer:
    # By trying: the whole numbers inside, and whether the ends belong to them.
    fits = [n for n in range(-60, 61) if (abs(exact(inner).subs(X, n)) <= int(radius))]
    left, right = ("(", ")") if sign == "<" else ("[", "]")
    return f"{left}{fits[0]}, {fits[-1]}{right}"


def midpoint(a: str, b: str, c: str, d: str) -> Answer:
    middle = sympy.Point(int(a), int(b)).midpoint(sympy.Point(int(c), int(d)))
    return (middle.x, middle.y)


def larger_root(polynomial: str) -> Answer:
    return max(sympy.solve(exact(polynomial), X))


def power_sum(polynomial: str, power: str) -> Answer:
    roots = sympy.roots(exact(polynomial), sympy.Symbol("x", real=True))
    return sympy.expand(sum(count * root ** int(power) for root, count in roots.items()))


def remainder(dividend: str, divisor: str) -> Answer:
    return sympy.rem(exact(dividend), exact(divisor), X)


def series(told: str) -> Answer:
    one, two, three = (exact(term) for term in re.split(r" (?=[+-] )", told))
    assert two / one == three / two
    n = sympy.Symbol("n")
    return sympy.summation(one * (two / one) ** n, (n, 0, sympy.oo))


def decimal(fraction: str) -> Answer:
    value = exact(fraction)
    return format(float(value), "g") if sympy.Rational(str(float(value))) == value else None


def weekday(today: str, days: str) -> Answer:
    start = next(
        day for day in (date(2024, 1, 1) + timedelta(i) for i in range(7)) if f"{day:%A}" == today
    )
    return f"\\text{{{start + timedelta(int(days)):%A}}}"


def base(value: str, base: str) -> Answer:
    def fits(digits: str) -> bool:
        return int(digits, int(base)) == int(value) and digits[0] != "0"

    return lambda answer: fits(answer.removesuffix(f"_{base}")) and answer.endswith(f"_{base}")


def dice(sides: str, total: str) -> Answer:
    rolls = list(itertools.product(range(1, int(sides) + 1), repeat=2))
    return sympy.Rational(sum(a + b == int(total) for a, b in rolls), len(rolls))


def orders(word: str) -> Answer:
    return sum(1 for _ in sympy.utilities.iterables.multiset_permutations(sorted(word)))


def draws(m: str, first: str, n: str, second: str, k: str, wanted: str) -> Answer:
    assert wanted == first != second
    balls = [first] * int(m) + [second] * int(n)
    hands = list(itertools.combinations(balls, int(k)))
    return sympy.Rational(sum(set(hand) == {first} for hand in hands), len(hands))


def circle(name: str, radius: str) -> Answer:
    shape = sympy.Circle(sympy.Point(0, 0), int(radius))
    return getattr(shape, name)


def polygon(which: str, sides: str) -> Answer:
    shape = sympy.RegularPolygon(sympy.Point(0, 0), 1, int(sides))
    return getattr(shape, f"{which}_angle") * 180 / sympy.pi


def equilateral(side: str) -> Answer:
    s = int(side)
    corners = (0, 0), (s, 0), (sympy.Rational(s, 2), s * sympy.sin(sympy.pi / 3))
    return sympy.Triangle(*corners).area


def triangle(*numbers: str) -> Answer:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return abs(sympy.Triangle(*(sympy.Point(int(x), int(y)) for x, y in pairs)).area)


def column(text: str) -> Any:
    return sympy.Matrix([int(n) for n in text.split("\\\\")])


def cross(one: str, two: str) -> Answer:
    entries = " \\\\ ".join(map(str, column(one).cross(column(two))))
    return f"\\begin{{pmatrix}} {entries} \\end{{pmatrix}}"


def determinant(entries: str) -> Answer:
    numbers = [int(n) for row in entries.split("\\\\") for n in row.split("&")]
    return sympy.Matrix(2, 2, numbers).det()


PAIR = r"\$\((-?\d+), (-?\d+)\)\$"
COLUMN = r"\\begin\{pmatrix\} (.+?) \\end\{pmatrix\}"

SOLVERS: tuple[tuple[str, Callable[..., Answer]], ...] = (
    (r"Solve for \$x\$: \$(.+) = (.+)\$\.", solve_linear),
    (r"Solve the system of equations \$(.+)\$ and \$(.+)\$\. .+", solve_system),
    (r"Expand \$(.+)\$\.", lambda product: sympy.expand(exact(product))),
    (r"Find all real numbers \$x\$ with \$\|(.+)\| (<|\\le) (\d+)\$\. .+", absolute),
    (rf"What is the midpoint of the segment from {PAIR} to {PAIR}\? .+", midpoint),
    (r"What is the larger of the two solutions of \$(.+) = 0\$\? .+", larger_root),
    (r"Compute \$(.+)\$, where \$i\^2 = -1\$\.", lambda product: sympy.expand(exact(product))),
    (r"Let \$r\$ and \$s\$ be the roots of \$(.+)\$\. Find \$r\^(\d) \+ s\^\2\$\.", power_sum),
    (r"What is the remainder when \$(.*x.*)\$ is divided by \$(.+)\$\?", remainder),
    (r"Find the sum of the infinite geometric series \$(.+) \+ \\cdots\$\.", series),
    (r"Compute \$(\\frac.+)\$\. Give your answer as a reduced fraction\.", exact),
    (r"What is \$(\d+)\\%\$ of \$(\d+)\$\?", lambda p, n: sympy.Rational(int(p) * int(n), 100)),
    (r"Evaluate \$(.+)\$\.", exact),
    (r"Write \$(.+)\$ as a decimal\.", decimal),
    (
        r"What is the greatest common divisor of \$(\d+)\$ and \$(\d+)\$\?",
        lambda a, b: max(n for n in range(1, int(a) + 1) if int(a) % n == int(b) % n == 0),
    ),
    (
        r"What is the least common multiple of \$(\d+)\$ and \$(\d+)\$\?",
        lambda a, b: next(n for n in itertools.count(1) if n % int(a) == n % int(b) == 0),
    ),
    (
        r"What is the remainder when \$(\d+)\^\{(\d+)\}\$ is divided by \$(\d+)\$\?",
        lambda b, e, m: pow(int(b), int(e)) % int(m),
    ),
    (r"Write the base ten number \$(\d+)\$ in base \$(\d)\$\.", base),
    (r"Today is (\w+)\. What day of the week is it in \$(\d+)\$ days\?", weekday),
    (
        r"In how many ways can \$(\d+)\$ of \$(\d+)\$ people be chosen for a committee\?",
        lambda k, n: sum(1 for _ in itertools.combinations(range(int(n)), int(k))),
    ),
    (r"Two fair dice, .+ from \$1\$ to \$(\d+)\$, .+ add up to \$(\d+)\$\?", dice),
    (r"In how many different orders can all the letters of the word (\w+) be written\?", orders),
    (
        r"A bag holds \$(\d)\$ (\w+) and \$(\d)\$ (\w+) balls\. \w+ draws \$(\d)\$ balls .+ "
        r"all of them are (\w+)\?",
        draws,
    ),
    (r"What is the (area|circumference) of a circle of radius \$(\d+)\$\? .+", circle),
    (
        r"The legs of a right triangle are \$(\d+)\$ and \$(\d+)\$ long\. .+",
        lambda a, b: sympy.Point(int(a), 0).distance(sympy.Point(0, int(b))),
    ),
    (r"How many degrees does each (\w+) angle .+ with \$(\d+)\$ sides have\?", polygon),
    (r"What is the area of an equilateral triangle .+ length \$(\d+)\$\? .+", equilateral),
    (rf"What is the area of the triangle with the corners {PAIR}, {PAIR} and {PAIR}\?", triangle),
    (r"Compute \$(\\(?:sin|cos) \d+)\^\\circ\$\.", exact),
    (r"Compute \$\\begin\{vmatrix\} (.+) \\end\{vmatrix\}\$\.", determinant),
    (rf"Compute the cross product of \${COLUMN}\$ and \${COLUMN}\$\.", cross),
)


def agrees(answer: str, wanted: Answer) -> bool:
    if callable(wanted) and not isinstance(wanted, sympy.Basic):
        return bool(wanted(answer))
    if isinstance(wanted, str):
        return answer == wanted
    if isinstance(wanted, tuple):
        parts = re.fullmatch(r"\\left\((.+), (.+)\\right\)", answer)
        assert parts
        return all(same(exact(p), w) for p, w in zip(parts.groups(), wanted, strict=True))
    return same(exact(answer), wanted)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["problem"][:40])
def test_the_boxed_answer_is_right(row: dict[str, Any]) -> None:
    matches = [(re.fullmatch(form, row["problem"]), solver) for form, solver in SOLVERS]
    ((match, solver),) = [(match, solver) for match, solver in matches if match]
    assert agrees(boxed(row["solution"]), solver(*match.groups()))


def test_a_wrong_answer_is_noticed() -> None:
    assert not agrees("\\frac{3}{4}", sympy.Rational(4, 3))
    assert not agrees("2\\sqrt{3}", 3 * sympy.sqrt(2))
    assert not agrees("(1, 2)", "(2, 1)")
    assert not agrees("\\left(1, \\frac{1}{2}\\right)", (1, sympy.Rational(3, 2)))
    assert not agrees("100_2", base("5", "2"))


def test_equations_of_the_steps_hold() -> None:
    checked = 0
    for row in ROWS:
        steps = row["solution"].split(" The answer is ")[0]
        for formula in re.findall(r"\$([^$]+)\$", steps):
            sides = formula.split(" = ")
            letters = re.sub(r"\\(?:frac|sqrt|cdot|circ|binom|sin|cos)", "", formula)
            if len(sides) == 1 or re.search(r"[a-z<]", letters):
                continue
            for one, two in itertools.pairwise(sides):
                assert same(exact(one), exact(two)), row["solution"]
                checked += 1
    # Twelve sorts of problem, seven rows of each, have these many equations of numbers or more.
    assert checked >= 7 * (1 + 1 + 3 + 2 + 1 + 2 + 1 + 1 + 2 + 1 + 2 + 1)


def test_answers_are_in_lowest_terms() -> None:
    for row in ROWS:
        for top, under in re.findall(r"\\frac\{(\d+)\}\{(\d+)\}", boxed(row["solution"])):
            assert sympy.gcd(int(top), int(under)) == 1 < int(under)
        for square in re.findall(r"\\sqrt\{(\d+)\}", boxed(row["solution"])):
            assert max(sympy.factorint(int(square)).values()) == 1


@pytest.mark.parametrize(("split", "count"), [("train", 60), ("test", 150)])
def test_sorts_types_and_levels_are_spread(split: str, count: int) -> None:
    shipped = rows(f"math/{split}")
    assert len(shipped) == len({row["problem"] for row in shipped}) == count
    for form, _ in SOLVERS:
        fitting = sum(bool(re.fullmatch(form, row["problem"])) for row in shipped)
        assert fitting <= count // 30
    types = Counter(row["type"] for row in shipped)
    assert set(types) == {
        "Algebra",
        "Counting & Probability",
        "Geometry",
        "Intermediate Algebra",
        "Number Theory",
        "Prealgebra",
        "Precalculus",
    }
    assert {row["level"] for row in shipped} == {f"Level {i}" for i in range(1, 6)}
    assert all(reserved(row["problem"]) == (split == "test") for row in shipped)


def sort_of(problem: str) -> str:
    (form,) = [form for form, _ in SOLVERS if re.fullmatch(form, problem)]
    return form


def test_the_part_kept_apart_is_of_the_same_sorts_and_has_no_row_of_the_whole() -> None:
    whole = [*rows("math/train"), *rows("math/test")]
    assert len({row["problem"] for row in PART}) == len(PART) == 50
    assert not {row["problem"] for row in PART} & {row["problem"] for row in whole}
    assert all(reserved(row["problem"]) for row in PART)
    kinds = {(sort_of(row["problem"]), row["type"], row["level"]) for row in whole}
    for row in PART:
        sort = (sort_of(row["problem"]), row["subject"], f"Level {row['level']}")
        assert sort in kinds, sort
    sorts = Counter(sort_of(row["problem"]) for row in PART)
    (missing,) = {form for form, _ in SOLVERS} - sorts.keys()
    # Each angle of a regular polygon: MATH has all of them that are held out.
    assert "angle" in missing
    assert set(sorts.values()) == {1, 2}


def test_the_part_kept_apart_has_its_own_columns_right() -> None:
    for number, row in enumerate(PART):
        assert row["answer"] == boxed(row["solution"])
        assert isinstance(row["level"], int)
        folder = re.sub(r"\W+", "_", row["subject"].replace("&", "and")).lower()
        assert row["unique_id"] == f"test/{folder}/{number}.json"


def test_answers_are_of_many_forms() -> None:
    answers = [boxed(row["solution"]) for row in rows("math/test")]
    forms = ("\\frac", "\\sqrt", "\\pi", "i", "_", "\\text", "\\circ", "[", "(", "matrix", "x^")
    for sign in forms:
        assert sum(sign in answer for answer in answers) >= 2, sign
