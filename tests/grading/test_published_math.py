"""Published rules for mathematics: what they read, and their well-known quirks."""

import json
from pathlib import Path

import pytest

from astrolabe.core.grade import Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Generated
from astrolabe.grading import grade_text
from astrolabe.grading.published import minerva
from astrolabe.grading.published.math_strings import last_braced_box, official_form

R, W, U = Outcome.RIGHT, Outcome.WRONG, Outcome.UNPARSED


def outcome(rule: str, text: str, gold: str) -> Outcome:
    item = Item("math/0", "algebra", "What?", gold)
    return grade_text(rule, item, Generated(text, 5, "eos")).outcome


# The published normal form, step by step (protocols, section 7).
FORMS = [
    ("\\dfrac{1}{2}", "\\frac{1}{2}"),
    ("\\frac12", "\\frac{1}{2}"),
    ("\\frac1{72}", "\\frac{1}{72}"),
    ("\\frac{72}1", "\\frac{72}1"),
    ("1/2", "\\frac{1}{2}"),
    ("x/2", "x/2"),
    ("0.5", "\\frac{1}{2}"),
    ("0.50", "0.50"),
    (".5", "\\frac{1}{2}"),
    ("\\sqrt3", "\\sqrt{3}"),
    ("10\\text{ cm}", "10"),
    ("10\\text{cm}", "10\\text{cm}"),
    ("90^\\circ", "90"),
    ("90^{\\circ}", "90"),
    ("50\\%", "50"),
    ("\\$5", "5"),
    ("\\left( 1, 2 \\right)", "(1,2)"),
    ("x=5", "5"),
    ("xyz=5", "xyz=5"),
    ("1,\\!000", "1,000"),
    ("5\n", "5"),
]


@pytest.mark.parametrize(("answer", "form"), FORMS)
def test_the_authors_normal_form(answer: str, form: str) -> None:
    assert official_form(answer) == form


STATED = "Final Answer: The final answer is ${}$. I hope it is correct."

# rule, gold, text, outcome
CASES = [
    ("math-official", "\\frac12", "So \\boxed{\\frac{1}{2}}.", R),
    ("math-official", "5", "\\boxed{4} no, \\boxed{5}", R),
    ("math-official", "5", "\\boxed{5.0}", W),
    ("math-official", "5", "\\boxed 5", U),
    ("math-official", "5", "\\fbox{5}", U),
    ("math-official", "5", "\\boxed{5", U),
    ("math-official", "5", "The answer is 5.", U),
    # The form fails on two units, and the texts are compared as they are.
    ("math-official", "1\\text{ a}\\text{ b}", "\\boxed{1\\text{ a}\\text{ b}}", R),
    ("between-dollars", "\\frac12", "It is $1/2$.", R),
    ("between-dollars", "5", "5", R),
    ("between-dollars", "5", "so $x$ is $5$", W),
    ("between-dollars", "x/2", "$x / 2$", W),
    ("between-dollars", "x/2", "$x/2$", R),
    ("between-dollars", "5", "$$", U),
    (
        "minerva",
        "\\frac{1}{2}",
        STATED.format("0.5"),
        R,
    ),
    (
        "minerva",
        "x^2-1",
        STATED.format("(x-1)(x+1)"),
        R,
    ),
    ("minerva", "5", "Final Answer: The final answer is $x = 5$. ", R),
    ("minerva", "5", "Final Answer: The final answer is $5$ dollars. I hope it is correct.", R),
    ("minerva", "5", "The final answer is $5$. I hope it is correct.", U),
    ("minerva", "[2,5)", STATED.format("[2,5)"), R),
    ("opencompass-math", "\\frac12", "\\boxed{\\frac{1}{2}}", R),
    ("opencompass-math", "5", "\\boxed{{5}}", R),
    ("opencompass-math", "5", "So. The answer is 5 units. Done.", R),
    ("opencompass-math", "5", "The final answer is $5$.", R),
    ("opencompass-math", "3", "\\boxed{3.0}", R),
    ("opencompass-math", "x \\le 3", "\\boxed{x < 3}", R),
    ("opencompass-math", "5", "\\boxed{x = 5}", R),
    ("opencompass-math", "5", "", U),
]


@pytest.mark.parametrize(("rule", "gold", "text", "expected"), CASES)
def test_what_is_right(rule: str, gold: str, text: str, expected: Outcome) -> None:
    assert outcome(rule, text, gold) is expected


def test_minervas_normal_form() -> None:
    """Appendix D: the last side, wrapping and units off, shorthands spelt out."""
    assert minerva.normal("x = 12 \\text{ feet}") == "12"
    assert minerva.normal("the answer is $\\frac12$") == "\\frac{1}{2}"
    assert minerva.normal("\\boxed{\\textbf{7}}") == "7"
    assert minerva.normal("1,234,567") == "1234567"
    assert minerva.normal("1, 2") == "1,2"  # a pair is no number with thousands
    assert minerva.normal("\\left(2 ft, 3\\right)") == "\\left(2,3\\right)"
    assert minerva.normal("\\sqrt[3]8") == "\\sqrt[3]{8}"
    assert minerva.normal("\\sqrt3") == "\\sqrt{3}"


@pytest.mark.shared
def test_boxes_of_math_500_hold_its_answers(shared: Path) -> None:
    """The published data pair solutions with answers; the box must lead from one to the other."""
    lines = (shared / "math/math_oai/test.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert all(last_braced_box(row["solution"]) is not None for row in rows)
    assert all(outcome("math-official", row["solution"], row["answer"]) is R for row in rows)
