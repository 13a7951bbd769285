"""Yes and no: what a text gives as its answer, in two languages, and published readings."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Generated
from astrolabe.grading import grade_text
from astrolabe.grading.published import dola, kojima, opencompass
from astrolabe.grading.yesno import gold_yesno, lenient_yesno, strict_yesno

# text, yesno-strict, yesno-lenient
TEXTS: list[tuple[str, str | None, str | None]] = [
    ("Yes", "yes", "yes"),
    ("no.", "no", "no"),
    ("**No**, because", "no", "no"),
    ("yes it is", "yes", "yes"),
    ("True", "yes", "yes"),
    ("\\boxed{\\text{No}}", "no", "no"),
    ("Answer: No", "no", "no"),
    ("#### yes", "yes", "yes"),
    ("A: yes", "yes", "yes"),
    ("So the answer is yes.", "yes", "yes"),
    ("Therefore the answer is: **Yes**", "yes", "yes"),
    ("Thus, yes.", "yes", "yes"),
    ("I'd say yes.", "yes", "yes"),
    ("Pears float.\n\nNo.", "no", "no"),
    ("No, it would not. Pears float. So the answer is no.", "no", "no"),
    ("Yes or no: Would a pear sink? A pear floats. So the answer is no.", "no", "no"),
    ("It's not true that pears sink. So the answer is no.", "no", "no"),
    ("No problem! The answer is yes.", "yes", "yes"),
    ("Yes.\n\nQ: next?\nA: no", "yes", "yes"),
    ("答案是：是", "yes", "yes"),
    ("是的，可以。", "yes", "yes"),
    ("对", "yes", "yes"),
    ("正确", "yes", "yes"),
    ("不是。", "no", "no"),
    ("不对。", "no", "no"),
    ("错误", "no", "no"),
    ("答案是否。", "no", "no"),
    ("答案是否定的。", "no", "no"),
    ("所以不会。", "no", "no"),
    # Only the lenient rule: a judgement of the statement; the last of two answers.
    ("The statement is false.", None, "no"),
    ("That is not true.", None, "no"),
    ("这个说法是错误的。", None, "no"),
    ("The answer is yes. Actually, no.", None, "no"),
    ("Yes, hamsters are prey. The answer is no.", None, "no"),
    # Neither.
    ("I know the answer.", None, None),
    ("Nobody knows", None, None),
    ("No one knows.", None, None),
    ("The answer is no one.", None, None),
    ("True story", None, None),
    ("The answer is not yes.", None, None),
    ("Yes and no.", None, None),
    ("yes or no", None, None),
    ("Answer: Yes/No", None, None),
    ("The answer is yes if it is ripe.", None, None),
    ("If the answer is yes, fine.", None, None),
    ("The answer is yes. Wait, that's wrong.", None, None),
    ("The answer is unknown.", None, None),
    ("答案是否正确？", None, None),
    ("是否", None, None),
    ("会议", None, None),
    ("我不知道", None, None),
]


@pytest.mark.parametrize(("text", "strict", "lenient"), TEXTS)
def test_what_is_read(text: str, strict: str | None, lenient: str | None) -> None:
    assert strict_yesno(text) == strict
    assert lenient_yesno(text) == lenient


# text, dola-strategyqa, opencompass-yesno, kojima-yesno
PUBLISHED: list[tuple[str, str | None, str | None, str | None]] = [
    ("So the answer is yes.", "yes", "yes", "yes"),
    ("The answer is Yes. The answer is no.", "yes", "no", "yes"),
    ("The answer is no, it is not.", None, "no", "no"),
    ("Thus, yes.", None, "yes", "yes"),
    ("I know.", None, "no", None),  # "no" inside "know"
    ("No idea.\n\nThe answer is yes.", "yes", "no", "no"),
    ("nothing", None, "no", None),
    ("", None, None, None),
]


@pytest.mark.parametrize(("text", "by_dola", "by_opencompass", "by_kojima"), PUBLISHED)
def test_published_readings(
    text: str, by_dola: str | None, by_opencompass: str | None, by_kojima: str | None
) -> None:
    assert dola.yesno(text) == by_dola
    assert opencompass.yesno(text) == by_opencompass
    assert kojima.yesno(text) == by_kojima


@pytest.mark.parametrize(
    ("gold", "choices", "answer"),
    [
        ("yes", (), "yes"),
        ("No", (), "no"),
        ("True", (), "yes"),
        ("否", (), "no"),
        ("A", ("Yes", "No"), "yes"),
        ("B", ("Yes", "No"), "no"),
    ],
)
def test_gold_answers_in_every_form(gold: str, choices: tuple[str, ...], answer: str) -> None:
    item = Item("strategyqa/0", "x", "Is it?", gold, choices)
    assert gold_yesno(item) == answer
    grade = grade_text("yesno-strict", item, Generated(f"{answer}.", 1, "eos"))
    assert (grade.outcome, grade.extracted) == (Outcome.RIGHT, answer)


def test_a_gold_answer_that_is_neither_is_refused() -> None:
    item = Item("strategyqa/0", "x", "Is it?", "maybe")
    with pytest.raises(BadInput, match="gold answer 'maybe', which is neither yes nor no"):
        grade_text("yesno-strict", item, Generated("yes", 1, "eos"))


pieces = st.lists(
    st.sampled_from([*(text for text, _, _ in TEXTS), " ", "\n", ". ", "yes", "no", "是", "not "]),
    max_size=6,
).map("".join)


@given(st.one_of(st.text(), pieces))
@settings(max_examples=300, deadline=None)
def test_lenient_agrees_wherever_strict_reads(text: str) -> None:
    strict = strict_yesno(text)
    if strict is not None:
        assert lenient_yesno(text) == strict


@pytest.mark.parametrize("flood", [" ", "no ", "yes ", "Answer: ", "答案是", "不", "it is true "])
def test_a_degenerate_text_takes_no_time(flood: str) -> None:
    text = "Answer is" + flood * (10_000 // len(flood))
    start = time.perf_counter()
    strict_yesno(text)
    lenient_yesno(text)
    assert time.perf_counter() - start < 2
