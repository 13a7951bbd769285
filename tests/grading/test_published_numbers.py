"""Published number rules on the traps of real answers, each as its authors wrote it."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.core.grade import Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Finish, Generated
from astrolabe.grading import grade_text
from astrolabe.grading.published.numbers import NUMBER_RULES

R, W, U = Outcome.RIGHT, Outcome.WRONG, Outcome.UNPARSED
SOLUTIONS = (
    Path(__file__).resolve().parents[2].parent / "shared/data/gsm8k/example_model_solutions.jsonl"
)


def grade(rule: str, text: str, gold: str, finish: Finish = "stop") -> Outcome:
    item = Item("gsm8k/test/0", "gsm8k", "How many?", gold)
    return grade_text(rule, item, Generated(text, 5, finish)).outcome


MARKED_OR_LAST = ("gsm8k-official", "strict-match", "flexible-extract")

# gold, text, then the outcome under each of these.
TRAPS = [
    ("18", "2*9=<<2*9=18>>18\n#### 18", R, R, R),
    ("18", "#### 18.", W, R, R),
    ("18", "#### 18.0", W, W, W),
    ("18", "#### 18.00", W, W, W),
    ("1234", "#### 1,234", R, R, R),
    ("1,234", "#### 1234", R, R, R),
    ("18", "#### $18", U, U, R),
    ("1000", "It costs $1,000", U, U, R),
    ("18", "#### 18%", R, R, R),
    ("18", "#### 18 dollars", R, R, R),
    ("18", "####18", U, U, R),
    ("18", "#### 18\n#### 5", R, R, W),
    ("18", "#### 18\n\nQuestion 2: Tom has 7 hens", R, R, W),
    ("18", "The answer is 18.", U, U, R),
    ("18", "The answer is 18...", U, U, W),
    ("18", "So 18. I hope that helps...", U, U, U),
    ("18", "A: 18", U, U, R),
    ("18", "from 20 to 18-2", U, U, W),
    ("-5", "#### -5", R, R, R),
    ("5", "#### -5", W, W, W),
    ("5", "5", U, U, R),
    ("18", "eighteen", U, U, U),
    ("18", "", U, U, U),
    ("18", "#### .", U, U, U),
    ("18", "１８", U, U, U),
]


@pytest.mark.parametrize(("gold", "text", "official", "strict", "flexible"), TRAPS)
def test_traps(gold: str, text: str, official: Outcome, strict: Outcome, flexible: Outcome) -> None:
    outcomes = [grade(rule, text, gold) for rule in MARKED_OR_LAST]
    assert outcomes == [official, strict, flexible]


# rule, gold, text, outcome
OTHERS = [
    ("gsm8k-cot", "18", "So 9 * 2 = 18. The answer is 18.", R),
    ("gsm8k-cot", "18", "The answer is 18", W),  # needs a sign behind the number: reads 1
    ("gsm8k-cot", "8", "The answer is 8", U),
    ("gsm8k-cot", "1234", "The answer is 1,234.", R),
    ("gsm8k-cot", "18", "the answer is 18.", U),
    ("gsm8k-cot", "18", "The answer is $18.", U),
    ("gsm8k-cot-sc", "18", "The answer is 18", R),
    ("gsm8k-cot-sc", "18", "The answer is 18. The answer is 20.", R),
    ("opencompass-number", "1234", "It is 1,234", W),
    ("opencompass-number", "234", "It is 1,234", R),
    ("opencompass-number", "18", "It is 18.00 dollars", R),
    ("opencompass-number", "18", "It is 18.0001", W),
    ("opencompass-number", "18", "18 it is. Question: what of 5?", R),
    ("kojima-number", "18", " 18 eggs, of 20", R),
    ("kojima-number", "1800", " 1,800.", R),
    ("kojima-number", "18", " 18.00", W),
    ("kojima-number", "-18", "minus: -18.", R),
    ("kojima-few-shot-number", "18", "It lays 20. The answer is 18. Or 7.", R),
    ("kojima-few-shot-number", "7", "It lays 20, or 7.", R),
    ("simple-evals-mgsm", "18", "Answer: 18.00", R),
    ("simple-evals-mgsm", "1800", "20\nAnswer: 1,800", R),
    ("simple-evals-mgsm", "18", "答案：18", R),
    ("simple-evals-mgsm", "18", "18", U),
]


@pytest.mark.parametrize(("rule", "gold", "text", "outcome"), OTHERS)
def test_other_protocols(rule: str, gold: str, text: str, outcome: Outcome) -> None:
    assert grade(rule, text, gold) is outcome


def test_an_unread_text_is_truncated_only_when_the_budget_ended_it() -> None:
    assert grade("strict-match", "Let me think", "18", "length") is Outcome.TRUNCATED
    assert grade("strict-match", "Let me think", "18", "eos") is Outcome.UNPARSED
    assert grade("strict-match", "#### 18", "18", "length") is Outcome.RIGHT


numberish = st.text(alphabet="0123456789.,$#- \nax", max_size=40)


@given(st.one_of(st.text(), numberish), st.sampled_from(sorted(NUMBER_RULES)))
def test_never_right_when_the_gold_is_not_in_the_text(text: str, rule: str) -> None:
    outcome = grade(rule, text, "7318")
    if "7318" not in re.sub(r"[,$]", "", text):
        assert outcome is not Outcome.RIGHT


@given(st.text(), st.integers(-(10**9), 10**9), st.booleans())
def test_a_marked_number_at_the_end_is_read(prefix: str, number: int, commas: bool) -> None:
    written = f"{number:,}" if commas else str(number)
    text = f"{prefix.replace('#', '')}\n#### {written}"
    assert all(grade(rule, text, str(number)) is Outcome.RIGHT for rule in MARKED_OR_LAST)


@pytest.mark.shared
@pytest.mark.skipif(not SOLUTIONS.exists(), reason=f"no {SOLUTIONS}")
def test_agrees_with_the_authors_flags_on_their_labelled_solutions() -> None:
    """4016 of 4016, once the file's closing "A: N" is written as the data's "#### N"."""
    seen = 0
    for line in SOLUTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = row["ground_truth"].rsplit("A: ", 1)[1]
        for answer in (value for value in row.values() if isinstance(value, dict)):
            marked = "\n#### ".join(answer["solution"].rsplit("\nA: ", 1))
            read = {rule: grade(rule, marked, gold) is Outcome.RIGHT for rule in MARKED_OR_LAST}
            read["as written"] = grade("flexible-extract", answer["solution"], gold) is R
            assert set(read.values()) == {answer["is_correct"]}, (read, marked)
            seen += 1
    assert seen == 4016
