"""The table of rules, scored options, and the way back from the shown order to the original."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Outcome
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import Generated, Scored
from astrolabe.grading import TEXT_RULES, grade_options, grade_text
from astrolabe.grading.mathematics import MATH_RULES
from astrolabe.grading.numbers import NUMBER_RULES
from astrolabe.grading.published.math_strings import STRING_RULES
from astrolabe.grading.published.numbers import NUMBER_RULES as PUBLISHED_NUMBER_RULES
from astrolabe.grading.references import REFERENCE_RULES
from astrolabe.grading.rules import text_rule
from astrolabe.grading.scored import RANKING_RULES

ITEM = Item("mmlu/test/0", "anatomy", "Which?", "C", ("w", "xx", "yyy", "zzzz"))
OPEN = Item("gsm8k/test/0", "gsm8k", "How many?", "18")
REFERENCES = {"correct_answers": ["a b"], "incorrect_answers": ["c"]}
TRUTHFUL = Item("truthfulqa/0", "myths", "Why?", "A", metadata=REFERENCES)
YES = Item("strategyqa/0", "strategyqa", "Is it?", "yes")
AS_IS = (0, 1, 2, 3)
GOLD = {
    **dict.fromkeys([*NUMBER_RULES, *PUBLISHED_NUMBER_RULES], OPEN),
    **dict.fromkeys(["yesno-strict", "yesno-lenient", "opencompass-yesno"], YES),
    **dict.fromkeys(["kojima-yesno", "dola-strategyqa"], YES),
    **dict.fromkeys([*MATH_RULES, *STRING_RULES, "minerva", "opencompass-math"], OPEN),
    **dict.fromkeys(REFERENCE_RULES, TRUTHFUL),
}
"""What a rule grades, where that is not `ITEM`."""


def scored(*totals: float) -> list[Scored]:
    return [Scored((total,), greedy=False) for total in totals]


def test_argmax_sums_and_per_char_divides() -> None:
    options = [Scored((-1.0, -0.5), False), *scored(-2.0, -3.3, -3.6)]
    summed = grade_options("argmax", ITEM, options, AS_IS, ITEM.choices)
    divided = grade_options("argmax-per-char", ITEM, options, AS_IS, ITEM.choices)
    assert (summed.extracted, summed.margin) == ("A", 0.5)
    assert divided.extracted == "D"
    assert divided.margin == pytest.approx(3.6 / 4 * -1 + 2.0 / 2)


def test_a_tie_goes_to_the_first_shown_with_no_margin() -> None:
    grade = grade_options("argmax", ITEM, scored(-2, -1, -1, -3), AS_IS, ITEM.choices)
    assert (grade.extracted, grade.margin) == ("B", 0.0)


@pytest.mark.parametrize("totals", [(math.nan, -1, -2, -3), (-math.inf,) * 4])
def test_log_probs_that_rank_nothing_are_unread(totals: tuple[float, ...]) -> None:
    grade = grade_options("argmax", ITEM, scored(*totals), AS_IS, ITEM.choices)
    assert (grade.outcome, grade.extracted) == (Outcome.UNPARSED, None)


def test_an_empty_option_never_wins_per_char() -> None:
    texts = ("", "xx", "yyy", "zzzz")
    grade = grade_options("argmax-per-char", ITEM, scored(0.0, -9, -3, -9), AS_IS, texts)
    assert grade.extracted == "C"


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_what_is_extracted_is_the_original_letter(order: tuple[int, ...]) -> None:
    shown = order.index(2)
    texts = [ITEM.choices[i] for i in order]
    options = scored(*(-1.0 if place == shown else -2.0 for place in range(4)))
    preferred = grade_options("argmax", ITEM, options, order, texts)
    said = grade_text("letter-strict", ITEM, Generated(LETTERS[shown], 1, "stop"), order)
    assert (preferred.extracted, preferred.outcome) == ("C", Outcome.RIGHT)
    assert (said.extracted, said.outcome) == ("C", Outcome.RIGHT)


def test_a_letter_read_is_wrong_when_another_is_right() -> None:
    grade = grade_text("letter-strict", ITEM, Generated("C", 1, "stop"), (3, 2, 1, 0))
    assert (grade.extracted, grade.outcome) == ("B", Outcome.WRONG)


def test_lists_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        grade_options("argmax", ITEM, scored(-1, -2), AS_IS, ITEM.choices)


def test_an_unknown_rule_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInput, match="'argmax' for text; there are letter-strict, letter-leni"):
        grade_text("argmax", ITEM, Generated("B", 1, "stop"), AS_IS)
    with pytest.raises(BadInput, match="'best' for options; there are argmax, argmax-per-char"):
        grade_options("best", ITEM, scored(-1, -2, -3, -4), AS_IS, ITEM.choices)


@given(st.text(), st.sampled_from(TEXT_RULES), st.sampled_from(["stop", "eos", "length"]))
@settings(deadline=None)  # some rules load what they need when first used
def test_outcome_and_extracted_always_agree(text: str, rule: str, finish: str) -> None:
    item = GOLD.get(rule, ITEM)
    grade = grade_text(rule, item, Generated(text, 1, finish), AS_IS if item.choices else ())  # type: ignore[arg-type]
    unread = Outcome.TRUNCATED if finish == "length" else Outcome.UNPARSED
    assert (grade.extracted is None) == (grade.outcome is unread)
    if rule not in REFERENCE_RULES:
        same = grade.extracted is not None and text_rule(rule).same(grade.extracted, item.gold)
        assert grade.right == same


@given(st.lists(st.floats(-50, 0), min_size=4, max_size=4), st.sampled_from(sorted(RANKING_RULES)))
def test_the_margin_is_never_negative(totals: list[float], rule: str) -> None:
    grade = grade_options(rule, ITEM, scored(*totals), AS_IS, ITEM.choices)
    assert grade.margin is not None
    assert grade.margin >= 0


def test_per_byte_and_per_token_divide_by_what_they_say() -> None:
    texts = ("北京", "Oslo", "x", "y")
    options = [Scored((-3.0, -3.0), False), Scored((-7.0,), False), *scored(-90.0, -90.0)]
    by_char = grade_options("argmax-per-char", ITEM, options, AS_IS, texts)
    by_byte = grade_options("argmax-per-byte", ITEM, options, AS_IS, texts)
    by_token = grade_options("argmax-per-token", ITEM, options, AS_IS, texts)
    assert (by_char.extracted, by_char.margin) == ("B", pytest.approx(6 / 2 - 7 / 4))
    assert (by_byte.extracted, by_byte.margin) == ("A", pytest.approx(7 / 4 - 6 / 6))
    assert (by_token.extracted, by_token.margin) == ("A", pytest.approx(7 - 3))


def test_a_tie_per_token_goes_to_the_first_which_is_factors_truth() -> None:
    options = [Scored((-2.0, -2.0), False), Scored((-2.0,), False)]
    item = Item("news/0", "news", "…", "A", ("true", "false"))
    assert grade_options("argmax-per-token", item, options, (0, 1), ("true", "false")).right


def test_without_a_gold_answer_what_is_read_is_kept_and_not_judged() -> None:
    unlabelled = Item("ceval/test/0", "law", "Which?", "", ("w", "xx", "yyy", "zzzz"))
    said = grade_text("letter-strict", unlabelled, Generated("B", 1, "stop"), (1, 0, 2, 3))
    ranked = grade_options("argmax", unlabelled, scored(-1, -2, -3, -4), AS_IS, ITEM.choices)
    assert (said.outcome, said.extracted) == (Outcome.UNLABELLED, "A")
    assert (ranked.outcome, ranked.extracted) == (Outcome.UNLABELLED, "A")
    unread = grade_text("letter-strict", unlabelled, Generated("?", 1, "stop"), AS_IS)
    assert unread.outcome is Outcome.UNPARSED
