"""TruthfulQA's formulas, against their definitions in plain arithmetic."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Scored
from astrolabe.grading import grade_options

# Choices: the best answer, another true one, three false ones, of which one competes in mc1 alone.
CHOICES = ("Best.", "True.", "False.", "Untrue.", "Wrong.")
PLACES = {"mc1_true": [0], "mc1_false": [2, 4], "mc2_true": [0, 1], "mc2_false": [2, 3]}


def item(**places: list[int]) -> Item:
    return Item("validation/0", "Myths", "What?", "A", CHOICES, metadata={**PLACES, **places})


def grade(rule: str, *totals: float, order: tuple[int, ...] = (0, 1, 2, 3, 4)) -> Grade:
    scored = [Scored((totals[index],), greedy=False) for index in order]
    return grade_options(rule, item(), scored, order, [CHOICES[index] for index in order])


def test_only_the_best_answer_competes_in_mc1_and_a_tie_is_wrong() -> None:
    assert grade("mc1", -2, -1, -3, -1, -4) == Grade(Outcome.RIGHT, "Best.", "mc1", 1.0)
    assert grade("mc1", -4, -1, -3, -1, -4) == Grade(Outcome.WRONG, "False.", "mc1", 1.0)
    assert grade("mc1", -3, -1, -3, -1, -4) == Grade(Outcome.WRONG, "False.", "mc1", 0.0)


def test_mc2_is_the_mass_on_true_answers() -> None:
    found = grade("mc2", math.log(0.1), math.log(0.2), math.log(0.05), math.log(0.05), 0.0)
    assert found.share == pytest.approx(0.3 / 0.4)
    assert found.margin == pytest.approx(math.log(3))
    assert (found.outcome, found.extracted) == (Outcome.RIGHT, "True.")


def test_mc2_of_answers_too_unlikely_to_be_written_as_probabilities() -> None:
    """The released code would halve these, and find another mass."""
    found = grade("mc2", -1000.0, -1001.0, -1000.0, -1002.0, 0.0)
    expected = (1 + math.exp(-1)) / (2 + math.exp(-1) + math.exp(-2))
    assert found.share == pytest.approx(expected)


def test_mc3_is_the_share_of_true_answers_above_every_false_one() -> None:
    assert grade("mc3", -1, -3, -2, -4, 0).share == 0.5
    assert grade("mc3", -1, -3, -2, -4, 0).outcome is Outcome.WRONG
    assert grade("mc3", -1, -1.5, -2, -4, 0).share == 1.0
    assert grade("mc3", -2, -1, -2, -4, 0).share == 0.5


def test_an_answer_that_a_source_lists_twice_counts_twice() -> None:
    scored = [Scored((math.log(p),), False) for p in (0.1, 0.2, 0.05, 0.05, 0.5)]
    twice = item(mc2_true=[0, 1, 1])
    found = grade_options("mc2", twice, scored, range(5), CHOICES)
    assert found.share == pytest.approx(0.5 / 0.6)


@given(st.lists(st.floats(-60, 0), min_size=5, max_size=5), st.permutations(range(5)))
def test_the_order_shown_does_not_matter(totals: list[float], order: list[int]) -> None:
    for rule in ("mc1", "mc2", "mc3"):
        shuffled, as_is = grade(rule, *totals, order=tuple(order)), grade(rule, *totals)
        assert shuffled.outcome == as_is.outcome
        assert shuffled.share == as_is.share
        assert shuffled.margin == as_is.margin


@given(st.lists(st.floats(-30, 0), min_size=5, max_size=5))
def test_agrees_with_the_formulas(totals: list[float]) -> None:
    true, false = totals[:2], totals[2:4]
    probs = [math.exp(total) for total in true], [math.exp(total) for total in false]
    assert grade("mc1", *totals).right == (totals[0] > max(totals[2], totals[4]))
    assert grade("mc2", *totals).share == pytest.approx(sum(probs[0]) / sum(map(sum, probs)))
    assert grade("mc3", *totals).share == sum(t > max(false) for t in true) / 2


def test_more_answers_than_letters() -> None:
    choices = tuple(f"Answer {number}." for number in range(40))
    places = {"mc2_true": [0], "mc2_false": list(range(1, 40))}
    many = Item("validation/1", "Myths", "What?", "A", choices, metadata=places)
    scored = [Scored((-float(40 - number),), False) for number in range(40)]
    assert grade_options("mc2", many, scored, range(40), choices).extracted == "Answer 39."


@pytest.mark.parametrize("totals", [(math.nan, -1, -1, -1, -1), (-math.inf,) * 5])
def test_log_probs_that_rank_nothing_are_unread(totals: tuple[float, ...]) -> None:
    for rule in ("mc1", "mc2", "mc3"):
        assert grade(rule, *totals) == Grade(Outcome.UNPARSED, None, rule)


def test_an_impossible_answer_is_no_obstacle() -> None:
    assert grade("mc2", -1, -math.inf, -math.inf, -math.inf, 0).share == 1.0
    assert grade("mc2", -math.inf, -math.inf, -1, -1, 0).share == 0.0


def test_items_that_do_not_say_what_competes_are_refused() -> None:
    scored = [Scored((-1.0,), False)] * 5
    plain = Item("mmlu/0", "x", "Which?", "A", CHOICES)
    with pytest.raises(BadInput, match="'mmlu/0' does not list the options of 'mc2_true'"):
        grade_options("mc2", plain, scored, range(5), CHOICES)
    with pytest.raises(BadInput, match="lists options in 'mc1_false' that it does not have"):
        grade_options("mc1", item(mc1_false=[5]), scored, range(5), CHOICES)
