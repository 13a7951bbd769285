"""Letters read from text: what is stated is read, what would have to be guessed is not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.grading.choices import lenient_letter, strict_letter

# text, letter-strict, letter-lenient (four options)
TEXTS: list[tuple[str, str | None, str | None]] = [
    ("B", "B", "B"),
    (" B.", "B", "B"),
    ("(B) Paris", "B", "B"),
    ("**B**", "B", "B"),
    ("B: Paris", "B", "B"),
    ("b)", "B", "B"),
    ("b", None, None),
    ("A\n\nQ: x\nA. p\nB. q", "A", "A"),
    ("A dog barks.", None, None),
    ("D.C. is the capital", None, None),
    ("C++ is a language", None, None),
    ("C'est la vie", None, None),
    ("Because", None, None),
    ("A, B and D", None, None),
    ("B) is not right.", None, None),
    ("A. Paris\nB. Rome\nC. Oslo\nD. Bern", None, None),
    ("A. Paris\nB. Rome\nC. Oslo\nAnswer: C", "C", "C"),
    ("Answer: B", "B", "B"),
    ("answer: (c)", "C", "C"),
    ("**Answer:** B", "B", "B"),
    ("Answer: $\\boxed{B}$", "B", "B"),
    ("The answer is (B).", "B", "B"),
    ("The correct answer is option D: Bern", "D", "D"),
    ("The answer to the question is B.", "B", "B"),
    ("The answer is not A, so the answer is B.", "B", "B"),
    ("The answer is A", "A", "A"),
    ("The answer is Alaska.", None, None),
    ("Answer: A large city", None, None),
    ("Answer: B12", None, None),
    ("Answer: E", None, None),
    ("the answer is a", None, None),
    ("The answer is B or C.", None, None),
    ("Answer: B/C", None, None),
    ("Answer: A. Or rather, the answer is B or A.", None, None),
    ("the answer is not B", None, None),
    ("The answer isn't B.", None, None),
    ("The answer cannot be B", None, None),
    ("The answer is definitely not B.", None, None),
    ("I don't think the answer is B.", None, None),
    ("The wrong answer is B.", None, None),
    ("The answer is B is wrong", None, None),
    ("It's not B.", None, None),
    ("Option B is wrong.", None, None),
    ("Is the answer B?", None, None),
    ("The answer is B?", None, None),
    ("If the answer is B, then the sky is green.", None, None),
    ("The answer is B. Actually, the answer is not B.", None, None),
    ("The answer is B. No, the answer is C.", None, "C"),
    ("B\n\nQuestion: x\nAnswer: C", None, "C"),
    ("Let's see. It must be option C.", None, "C"),
    ("I think A is the answer", None, "A"),
    ("25 °C", None, None),
    ("答案是：B", "B", "B"),
    ("答案：C。因为", "C", "C"),
    ("答案: D", "D", "D"),
    ("正确答案为D", "D", "D"),
    ("非常明显答案是B", "B", "B"),
    ("不过答案是B", "B", "B"),
    ("故选C。", "C", "C"),
    ("B选项", "B", "B"),
    ("选B", None, "B"),
    ("Ｂ", "B", "B"),
    ("（Ｂ）", "B", "B"),
    ("答案是Ｂ。", "B", "B"),
    ("答案：B和C", None, None),
    ("答案是B细胞", None, None),
    ("答案不是B", None, None),
    ("我认为答案不是B。", None, None),
    ("不应选B", None, None),
    ("答案是不是B？", None, None),
    ("下列说法不正确的是B", None, None),
]


@pytest.mark.parametrize(("text", "strict", "lenient"), TEXTS)
def test_what_is_read(text: str, strict: str | None, lenient: str | None) -> None:
    assert strict_letter(text, 4) == strict
    assert lenient_letter(text, 4) == lenient


def test_only_letters_that_were_shown_are_read() -> None:
    assert strict_letter("Answer: E", 5) == "E"
    assert strict_letter("Answer: C", 2) is None
    assert lenient_letter("It is C, surely", 2) is None


phrases = st.lists(
    st.sampled_from(
        [*(text for text, _, _ in TEXTS), " ", ". ", "\n", "not ", "A", "B", "，", "Answer: ", "或"]
    ),
    max_size=6,
).map("".join)


@given(st.one_of(st.text(), phrases), st.integers(0, 26))
@settings(max_examples=300, deadline=None)
def test_reads_any_text_and_only_letters_that_stand_in_it(text: str, options: int) -> None:
    strict, lenient = strict_letter(text, options), lenient_letter(text, options)
    if strict is not None:
        assert lenient == strict
    if lenient is not None:
        assert lenient in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:options]
        full_width = chr(ord(lenient) + 0xFEE0)
        assert {lenient, lenient.lower(), full_width, full_width.lower()} & set(text) or (
            chr(ord(lenient.lower()) + 0xFEE0) in text
        )


@given(st.sampled_from("ABCD"), st.sampled_from("ABCD"))
def test_a_denied_letter_is_never_read(denied: str, stated: str) -> None:
    for denial in (f"The answer is not {denied}.", f"答案不是{denied}。"):
        for text in (f"The answer is {stated}. {denial}", f"{denial} The answer is {stated}."):
            assert strict_letter(text, 4) == (None if stated == denied else stated)
        assert lenient_letter(f"Answer: {stated}. {denial}", 4) != denied


@pytest.mark.parametrize("flood", [" ", "*", "\n", "(", "A ", "B. ", "not ", "答案是", "Answer: "])
def test_a_degenerate_text_takes_no_time(flood: str) -> None:
    start = time.perf_counter()
    strict_letter("Answer is" + flood * 5000, 4)
    lenient_letter("Answer is" + flood * 5000, 4)
    assert time.perf_counter() - start < 2
