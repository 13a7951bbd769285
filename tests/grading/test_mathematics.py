"""Mathematical answers: what is read, what is equal, and gold answers of MATH-500 read back."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.grade import Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Finish, Generated
from astrolabe.grading import grade_text
from astrolabe.grading.boxed import last_box
from astrolabe.grading.equality import same_expression
from astrolabe.grading.expressions import normal
from astrolabe.grading.mathematics import (
    MATH_RULES,
    lenient_expression,
    strict_expression,
)


def outcome(rule: str, text: str, gold: str, finish: Finish = "eos") -> Outcome:
    item = Item("math/0", "algebra", "What?", gold)
    return grade_text(rule, item, Generated(text, 5, finish)).outcome


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("\\boxed{5}", "5"),
        ("\\boxed{\\frac{1}{\\sqrt{2}}}", "\\frac{1}{\\sqrt{2}}"),
        ("\\boxed{1} then \\boxed{2}", "2"),
        ("\\boxed 5", "5"),
        ("$\\boxed5$", "5"),
        ("\\boxed{ 5 }", "5"),
        ("\\fbox{7}", "7"),
        ("\\boxed{\\{1, 2\\}}", "\\{1, 2\\}"),
        ("\\boxed{\\left\\{1\\right.}", "\\left\\{1\\right."),
        ("\\boxed{a \\boxed{b}}", "a \\boxed{b}"),
        ("\\boxed{5", None),
        ("\\boxed{1} and \\boxed{{2}", None),
        ("\\boxedtext{5}", None),
        ("no box", None),
    ],
)
def test_boxes_by_matching_braces(text: str, held: str | None) -> None:
    assert last_box(text) == held


# text, math-strict, math-verify
TEXTS: list[tuple[str, str | None, str | None]] = [
    ("so \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}", "\\frac{1}{2}"),
    ("\\[\\boxed{10}\\]", "10", "10"),
    ("If so, the only possible value is \\boxed{16}.", "16", "16"),
    ("\\boxed{1} and \\boxed{2}", "1, 2", "1, 2"),
    ("$x = \\boxed{1}$ or $x = \\boxed{2}$", "1, 2", "1, 2"),
    ("\\boxed{\\frac{3}{2}} or \\boxed{1.5}", "\\frac{3}{2}", "\\frac{3}{2}"),
    ("First \\boxed{3}. Then finally \\boxed{4}.", None, "4"),
    ("First \\boxed{3}. So again \\boxed{3.0}.", "3.0", "3.0"),
    ("It is not \\boxed{5}.", None, None),
    ("The answer is $x^2$.", "x^2", "x^2"),
    ("The final answer is $\\frac12$. I hope it is correct.", "\\frac12", "\\frac12"),
    ("**Answer:** $\\pi$", "\\pi", "\\pi"),
    ("The answer is \\(3\\).", "3", "3"),
    ("The answer is $x=3$ or $x=5$.", "x=3, x=5", "x=3, x=5"),
    ("答案是$\\frac{3}{4}$。", "\\frac{3}{4}", "\\frac{3}{4}"),
    ("Answer: 3.5 cm", "3.5 cm", "3.5 cm"),
    ("The answer is east.", "east", "east"),
    ("#### 12", "12", "12"),
    ("$5$", None, "5"),
    ("x^2+1", None, "x^2+1"),
    ("It takes a while. Thus we get $x = 7$.", None, "7"),
    ("Thus $a=1$ and $b=2$.", None, None),
    ("The answer is the set of all primes that are greater than seven.", None, None),
    ("The answer is not $5$.", None, None),
    ("The answer is $5$. Wait, that's wrong.", None, None),
    ("Is the answer $5$?", None, None),
    ("\\boxed{5", None, None),
    ("\\boxed{}", None, None),
    ("I do not know", None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "strict", "lenient"), TEXTS)
def test_what_is_read(text: str, strict: str | None, lenient: str | None) -> None:
    assert strict_expression(text) == strict
    assert lenient_expression(text) == lenient


# gold, answer, equal as strings, equal by algebra
PAIRS = [
    ("5", "5.0", True, True),
    ("\\frac12", "1/2", True, True),
    ("\\frac{1}{2}", "0.5", True, True),
    ("1\\frac{4}{5}", "1.8", True, True),
    ("1000", "1,000", True, True),
    ("11,\\! 111,\\! 100", "11111100", True, True),
    ("\\$18.90", "18.90", True, True),
    ("10", "10\\text{ cm}", True, True),
    ("90^\\circ", "90", True, True),
    ("\\text{east}", "East", True, True),
    ("\\text{(C)}", "C", True, True),
    ("5", "x=5", True, True),
    ("y=2x+3", "2x+3", True, True),
    ("[-2,7]", "x \\in [-2,7]", True, True),
    ("\\left(1,2\\right)", "(1, 2)", True, True),
    ("11\\sqrt2", "11\\sqrt{2}", True, True),
    ("\\dfrac{3}{56}", "\\frac3{56}", True, True),
    ("p - q", "p-q", True, True),
    ("2 x", "2x", True, True),
    (
        "\\begin{pmatrix}1\\\\2\\end{pmatrix}",
        "\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}",
        True,
        True,
    ),
    ("x^2+2x+1", "(x+1)^2", False, True),
    ("2\\sqrt{3}", "\\sqrt{12}", False, True),
    ("6+9i", "9i+6", False, True),
    ("3,5,7", "7, 5, 3", False, True),
    ("\\{1,2\\}", "\\{2,1\\}", False, True),
    ("50\\%", "0.5", False, True),
    ("3628800", "10!", False, True),
    ("4", "four", False, True),  # as under the rules for numbers
    # Never equal.
    ("1", "-1", False, False),
    ("(1,2)", "(2,1)", False, False),
    ("(1,2)", "\\{1,2\\}", False, False),
    ("(1,2)", "[1,2]", False, False),
    ("\\frac13", "0.333333", False, False),
    ("\\pi", "3.1415926", False, False),
    ("x+1", "y+1", False, False),
    ("a", "A", False, False),
    ("3", "3 or 4", False, False),
    ("\\text{Evelyn}", "Carla", False, False),
]


@pytest.mark.parametrize(("gold", "answer", "as_string", "by_algebra"), PAIRS)
def test_what_is_equal(gold: str, answer: str, as_string: bool, by_algebra: bool) -> None:
    assert (normal(gold) == normal(answer)) == as_string
    assert same_expression(gold, answer) == by_algebra


def test_an_answer_that_the_budget_may_have_cut_is_not_read() -> None:
    assert outcome("math-verify", "The answer is 18", "18", "length") is Outcome.TRUNCATED
    assert outcome("math-verify", "The answer is $18$", "18", "length") is Outcome.RIGHT
    assert outcome("math-verify", "So \\boxed{18}", "18", "length") is Outcome.RIGHT
    assert outcome("math-verify", "So \\boxed{18", "18", "length") is Outcome.TRUNCATED
    assert outcome("math-verify", "It is $18$", "18", "length") is Outcome.TRUNCATED


def test_simple_evals_reads_its_first_answer_line() -> None:
    rule = "simple-evals-math"
    assert (
        outcome(rule, "It is so.\nAnswer: $\\frac{2}{4}$\nAnswer: 7", "\\frac12") is Outcome.RIGHT
    )
    assert outcome(rule, "\\boxed{\\frac12}", "\\frac12") is Outcome.UNPARSED


def test_equal_answers_vote_together() -> None:
    assert MATH_RULES["math-verify"].same("(x+1)^2", "x^2+2x+1")
    assert not MATH_RULES["math-strict"].same("(x+1)^2", "x^2+2x+1")


pieces = st.lists(
    st.sampled_from([*(text for text, _, _ in TEXTS), " ", "\n", ". ", "$", "{", "}", "=", "7"]),
    max_size=6,
).map("".join)


@given(st.one_of(st.text(), pieces), st.booleans())
@settings(max_examples=300, deadline=None)
def test_lenient_agrees_wherever_strict_reads(text: str, complete: bool) -> None:
    strict = strict_expression(text, complete)
    if strict is not None:
        assert lenient_expression(text, complete) == strict


@given(st.text())
@settings(deadline=None)
def test_the_normal_form_is_a_form(text: str) -> None:
    assert normal(normal(text)) == normal(text)


def _math_500(shared: Path) -> list[dict[str, str]]:
    lines = (shared / "math/math_oai/test.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.shared
@pytest.mark.parametrize("rule", ["math-strict", "math-verify"])
def test_every_gold_answer_of_math_500_is_read_and_right(rule: str, shared: Path) -> None:
    for row in _math_500(shared):
        stated = f"The final answer is ${row['answer']}$. I hope it is correct."
        for text in (row["solution"], stated):
            assert outcome(rule, text, row["answer"]) is Outcome.RIGHT, (row["answer"], text)


@pytest.mark.shared
def test_no_answer_of_math_500_passes_for_another(shared: Path) -> None:
    """Each gold answer against its neighbours': equal only where the strings are."""
    golds = [row["answer"] for row in _math_500(shared)]
    accepted = [
        (gold, other)
        for gold, other in zip(golds, golds[1:] + golds[:1], strict=True)
        if normal(gold) != normal(other) and same_expression(gold, other)
    ]
    assert accepted == []
