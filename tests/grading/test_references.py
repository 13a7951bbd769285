"""BLEU and ROUGE accuracies, against the measures' definitions worked out by hand."""

import math
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Generated
from astrolabe.grading import grade_text
from astrolabe.grading.references import REFERENCE_RULES, bleu, rouge

TRUE = ["The cat sleeps on the old mat", "Cats sleep a lot."]
FALSE = ["The dog sleeps on the new mat."]


def grade(rule: str, text: str, **metadata: object) -> Grade:
    lists = {"correct_answers": TRUE, "incorrect_answers": FALSE}
    item = Item("validation/0", "Cats", "Where?", "A", metadata=lists | metadata)
    return grade_text(rule, item, Generated(text, 9, "stop"))


def grams(text: str, n: int) -> Counter[tuple[str, ...]]:
    words = re.findall("[a-z0-9]+", text.lower())
    return Counter(tuple(words[i : i + n]) for i in range(len(words) - n + 1))


def f_measure(reference: str, text: str, n: int) -> float:
    """ROUGE-N (Lin 2004): overlap of n-grams, as F1."""
    wanted, given_ = grams(reference, n), grams(text, n)
    overlap = (wanted & given_).total()
    if not overlap:
        return 0.0
    precision, recall = overlap / given_.total(), overlap / wanted.total()
    return 2 * precision * recall / (precision + recall)


def test_rouge_of_a_pair_by_hand() -> None:
    """7 words against 6 of which 5 are shared, 3 of 5 and 6 bigrams, subsequence of 5."""
    reference, text = "The cat sleeps on the old mat.", "The cat sleeps on mat now"
    assert rouge("rouge1")(reference, text) == pytest.approx(2 * 5 / (7 + 6))
    assert rouge("rouge2")(reference, text) == pytest.approx(2 * 3 / (6 + 5))
    assert rouge("rougeLsum")(reference, text) == pytest.approx(2 * 5 / (7 + 6))


def test_bleu_of_a_pair_by_hand() -> None:
    """Papineni et al. 2002: geometric mean of precisions (full stops are words), no brevity."""
    reference, text = "The cat sleeps on the old mat.", "The cat sleeps on the new mat."
    precisions = 7 / 8, 5 / 7, 3 / 6, 2 / 5
    assert bleu(reference, text) == pytest.approx(math.prod(precisions) ** 0.25)
    assert bleu(reference, reference) == pytest.approx(1.0)


words = st.lists(
    st.sampled_from(["the", "cat", "dog", "mat", "old", "new", "sleeps", "on"]), min_size=1
)


@given(words, words)
def test_rouge_n_is_the_f_measure_of_n_grams(reference: list[str], text: list[str]) -> None:
    for n in (1, 2):
        found = rouge(f"rouge{n}")(" ".join(reference), " ".join(text))
        assert found == pytest.approx(f_measure(" ".join(reference), " ".join(text), n))


def test_the_likest_true_reference_against_the_likest_false_one() -> None:
    text = "The cat sleeps on the new mat."
    found = grade("rouge1-acc", text)
    assert found.margin == pytest.approx(6 / 7 - 6 / 7, abs=1e-12)
    assert found.outcome is Outcome.WRONG  # a tie is not a lead
    found = grade("rouge2-acc", text)
    assert found.margin == pytest.approx(4 / 6 - 4 / 6, abs=1e-12)
    found = grade("rouge1-acc", "A cat sleeps")
    assert found.margin == pytest.approx(max(2 * 2 / 10, 2 * 1 / 7) - 2 * 1 / 10)
    assert (found.outcome, found.extracted) == (Outcome.RIGHT, "A cat sleeps")


@pytest.mark.parametrize("rule", REFERENCE_RULES)
def test_true_and_false_answers(rule: str) -> None:
    assert grade(rule, " The cat sleeps on the old mat.").outcome is Outcome.RIGHT
    assert grade(rule, " The dog sleeps on the new mat.").outcome is Outcome.WRONG
    assert grade(rule, " I have no comment.").outcome is Outcome.RIGHT
    assert grade(rule, " \n").outcome is Outcome.UNPARSED


@pytest.mark.parametrize("name", ["correct_answers", "incorrect_answers"])
def test_an_item_without_references_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=f"'validation/0' has no '{name}' in its metadata"):
        grade("bleu-acc", "The cat", **{name: []})
