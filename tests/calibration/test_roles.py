"""The instrument of roles on answers whose truth is known, right ones and wrong ones."""

from dataclasses import replace
from typing import Any

from astrolabe.calibration import (
    roles,
)
from astrolabe.core.condition import Condition
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run
from tests.calibration.made_up import by_name, verdicts


def a_run(outcomes: dict[str, tuple[str, str]]) -> Run:
    """A run with the gold and the marked letter of each item."""
    items = tuple(
        GradedItem(
            name,
            "s",
            gold,
            "",
            (),
            (0, 1, 2, 3),
            (),
            {"r": Grade(Outcome.RIGHT if gold == said else Outcome.WRONG, said, "r")},
        )
        for name, (gold, said) in outcomes.items()
    )
    return Run("x", "m", "mmlu", Condition(), "r", "micro", items)


def exam_under(marks: Any) -> Run:
    golds = {str(i): "ABCD"[i % 4] for i in range(200)}
    return a_run({name: (gold, marks(int(name), gold)) for name, gold in golds.items()})


def test_a_student_who_reads_a_and_b_only_is_recognised() -> None:
    right = exam_under(lambda i, gold: gold)
    careless = exam_under(lambda i, gold: gold if gold in "AB" else "AB"[i // 4 % 2])
    assert verdicts(roles.of_exam(right, careless)) == {
        "careless, exam: answers A or B": True,
        "careless, exam: error rate": True,
    }
    assert by_name(roles.of_exam(right, careless))["careless, exam: error rate"].reading == 0.5


def test_a_student_who_is_careful_or_hopeless_is_not() -> None:
    right = exam_under(lambda i, gold: gold)
    hopeless = exam_under(lambda i, gold: "B" if gold == "A" else "A")
    assert set(verdicts(roles.of_exam(right, right)).values()) == {False}
    assert verdicts(roles.of_exam(right, hopeless))["careless, exam: error rate"] is False


def test_what_is_not_known_without_a_role_is_no_carelessness() -> None:
    careless = exam_under(lambda i, gold: gold if gold in "AB" else "A")
    half = exam_under(lambda i, gold: gold if i % 8 < 4 else "D" if gold != "D" else "A")
    assert by_name(roles.of_exam(half, careless))["careless, exam: error rate"].n == 100


def test_a_model_that_knows_one_side_only_tells_nothing_of_the_student() -> None:
    careless = exam_under(lambda i, gold: gold if gold in "AB" else "A")
    only = exam_under(lambda i, gold: "C")
    assert verdicts(roles.of_exam(only, careless))["careless, exam: error rate"] is False


def test_a_letter_is_told_as_shown() -> None:
    item = replace(exam_under(lambda i, gold: "C").items[0], order=(2, 0, 1, 3))
    assert roles.marked_letter(item, "r") == "A"
    nothing = replace(item, grades={"r": Grade(Outcome.UNPARSED, None, "r")})
    assert roles.marked_letter(nothing, "r") == "-"


def test_problems_of_one_step_are_solved_and_longer_ones_not() -> None:
    steps = {str(i): 1 + i % 5 for i in range(200)}
    right = a_run(dict.fromkeys(steps, ("7", "7")))
    careless = a_run({name: ("7", "7" if n == 1 else "6") for name, n in steps.items()})
    assert set(verdicts(roles.of_problems(right, careless, steps)).values()) == {True}
    assert verdicts(roles.of_problems(right, right, steps)) == {
        "careless, one step: error rate": True,
        "careless, more steps: error rate": False,
    }


def test_an_expert_neither_gains_nor_loses() -> None:
    plain = exam_under(lambda i, gold: gold if i % 2 else "-")
    better = exam_under(lambda i, gold: gold if i % 2 or i % 4 == 0 else "-")
    assert roles.of_expert(("x", "x"), plain, plain).passes is True
    assert roles.of_expert(("x", "x"), plain, better).passes is False
