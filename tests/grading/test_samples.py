"""Several answers to one item: shares, votes and pass@k."""

import itertools
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Finish, Generated
from astrolabe.grading import grade_text
from astrolabe.grading.samples import best_of, majority, mean, summed_up

ITEM = Item("gsm8k/test/0", "gsm8k", "How many?", "18")
RULE = "number-strict"


def graded(*texts: str, gold: str = "18", finish: Finish = "eos") -> list[Grade]:
    item = Item("gsm8k/test/0", "gsm8k", "How many?", gold)
    return [grade_text(RULE, item, Generated(text, 5, finish)) for text in texts]


def answers(*numbers: str | None) -> list[Grade]:
    return graded(*("no idea" if number is None else f"#### {number}" for number in numbers))


def test_the_share_counts_every_sample() -> None:
    grade = mean(answers("18", "18", "7", None))
    assert (grade.rule, grade.share, grade.credit) == (RULE, 0.5, 0.5)
    assert (grade.outcome, grade.extracted) == (Outcome.WRONG, "18")
    assert mean(answers("18", "18", "7")).outcome is Outcome.RIGHT


def test_equal_values_vote_together_and_unread_samples_do_not() -> None:
    grade = majority(answers("18", "7", "18.00", None, "7", "$18"))
    assert (grade.rule, grade.outcome, grade.extracted) == (f"{RULE}:maj", Outcome.RIGHT, "18")
    assert grade.votes == 3 / 6
    assert grade.share is None


def test_the_majority_may_be_wrong() -> None:
    assert majority(answers("7", "7", "18")).outcome is Outcome.WRONG


def test_a_tie_for_the_first_place_is_unread() -> None:
    for order in itertools.permutations(["18", "18", "7", "7", None]):
        grade = majority(answers(*order))
        assert (grade.outcome, grade.extracted, grade.votes) == (Outcome.UNPARSED, None, None)


def test_nothing_read_is_truncated_only_where_every_text_was() -> None:
    cut = graded("Let me", finish="length")
    assert [g.outcome for g in summed_up(cut * 2).values()] == [Outcome.TRUNCATED] * 3
    assert [g.outcome for g in summed_up(cut + answers(None)).values()] == [Outcome.UNPARSED] * 3


@pytest.mark.parametrize("outcome", [Outcome.INFRA, Outcome.NOT_RUN])
def test_one_sample_that_was_not_judged_leaves_the_item_unjudged(outcome: Outcome) -> None:
    grades = [*answers("18", "18"), Grade(outcome, None, RULE)]
    assert {grade.outcome for grade in summed_up(grades).values()} == {outcome}
    assert {grade.share for grade in summed_up(grades).values()} == {None}


def test_unlabelled_samples_vote_and_have_no_share() -> None:
    found = summed_up(graded("#### 18", "#### 18", "#### 7", gold=""))
    assert {grade.outcome for grade in found.values()} == {Outcome.UNLABELLED}
    assert {grade.share for grade in found.values()} == {None}
    assert found[f"{RULE}:maj"].extracted == "18"
    assert found[f"{RULE}:maj"].votes == pytest.approx(2 / 3)


@given(st.lists(st.booleans(), min_size=1, max_size=7), st.integers(1, 7))
def test_pass_at_k_is_the_chance_of_one_right_in_every_draw(rights: list[bool], k: int) -> None:
    grades = answers(*("18" if right else "7" for right in rights))
    if k > len(rights):
        with pytest.raises(BadInput, match=f"pass@{k} cannot be estimated from {len(rights)} samp"):
            best_of(grades, k)
        return
    draws = list(itertools.combinations(rights, k))
    assert best_of(grades, k).share == pytest.approx(sum(map(any, draws)) / len(draws))


def test_names_of_all_sums() -> None:
    assert list(summed_up(answers(*["18"] * 4))) == [RULE, f"{RULE}:maj", f"{RULE}:pass@2"]
    names = list(summed_up(answers(*["18"] * 10)))
    assert names[2:] == [f"{RULE}:pass@2", f"{RULE}:pass@5", f"{RULE}:pass@10"]


def test_programs_are_not_voted_on() -> None:
    """What became of a program when it was run is no answer."""
    ran = [Grade(Outcome.RIGHT, "passed", "completion"), Grade(Outcome.WRONG, "no", "completion")]
    assert list(summed_up(ran)) == ["completion", "completion:pass@2"]


@given(st.lists(st.sampled_from(["18", "7", "3", None]), min_size=1, max_size=9), st.randoms())
def test_the_order_of_samples_does_not_matter(
    said: Sequence[str | None], shuffler: random.Random
) -> None:
    shuffled = list(said)
    shuffler.shuffle(shuffled)
    assert summed_up(answers(*said)) == summed_up(answers(*shuffled))
