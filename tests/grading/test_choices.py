"""Letters read from text: what is stated is read, what would have to be guessed is not."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.item import LETTERS
from astrolabe.grading.choices import lenient_letter, strict_letter

OPTIONS = ("London", "Paris", "Rome", "None of the above")
NO_TEXTS = ("",) * 4

# text, letter-strict, letter-lenient (four options whose texts do not matter)
TEXTS: list[tuple[str, str | None, str | None]] = [
    ("B", "B", "B"),
    (" B.", "B", "B"),
    ("(B) Paris", "B", "B"),
    ("**B**", "B", "B"),
    ("B: Paris", "B", "B"),
    ("b)", "B", "B"),
    ("b", "B", "B"),
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
    ("B\n\nQuestion: x\nAnswer: C", "B", "B"),
    ("Let's see. It must be option C.", None, "C"),
    ("I think A is the answer", "A", "A"),
    ("25 °C", None, None),
    ("答案是：B", "B", "B"),
    ("答案：C。因为", "C", "C"),
    ("答案: D", "D", "D"),
    ("正确答案为D", "D", "D"),
    ("非常明显答案是B", "B", "B"),
    ("不过答案是B", "B", "B"),
    ("故选C。", "C", "C"),
    ("B选项", "B", "B"),
    ("选B", "B", "B"),
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


# The same, with London, Paris, Rome and None of the above as options.
NAMED: list[tuple[str, str | None, str | None]] = [
    # Dress: brackets, boxes, emphasis, look-alike letters, markup.
    ("[B]", "B", "B"),
    ("`B`", "B", "B"),
    ("Ⓑ", "B", "B"),
    ("𝐁", "B", "B"),
    ("🅑", "B", "B"),
    ("\\boxed{B}", "B", "B"),
    ("$\\boxed{\\text{(B)}}$", "B", "B"),
    ("\\boxed{B. Paris}", "B", "B"),
    ("So the final answer is $\\boxed{C}$.", "C", "C"),
    ("<answer>B</answer>", "B", "B"),
    ('{"answer": "B"}', "B", "B"),
    ("### Final Answer\n\n**B**", "B", "B"),
    ("The answer is: **C) Rome**", "C", "C"),
    ("Answer:\n\nB) Paris", "B", "B"),
    ("答案：Ⓑ", "B", "B"),
    ("Option B", "B", "B"),
    ("(b)", "B", "B"),
    ("answer: b", "B", "B"),
    ("the answer is b.", "B", "B"),
    # Phrasings.
    ("Answer - B", "B", "B"),
    ("Ans: C", "C", "C"),
    ("Ans. C", "C", "C"),
    ("A: B", "B", "B"),
    ("Final Answer: The final answer is (B). I hope it is correct.", "B", "B"),
    ("The best choice would be (C)", "C", "C"),
    ("The right answer, in my view, is C.", "C", "C"),
    ("The answer is therefore C.", "C", "C"),
    ("The answer is most likely C.", "C", "C"),
    ("there is no doubt the answer is C", "C", "C"),
    ("I would go with B.", "B", "B"),
    ("I'd choose option C because it is nice.", "C", "C"),
    ("Therefore, B.", "B", "B"),
    ("Thus option B is correct.", "B", "B"),
    ("Option B (Paris) is correct.", "B", "B"),
    ("A is wrong. B is correct. C is wrong.", "B", "B"),
    ("I think it's B.", None, "B"),
    ("Probably B", None, "B"),
    ("正确答案为(B)", "B", "B"),
    ("【答案】B", "B", "B"),
    ("答案B", "B", "B"),
    ("答：B", "B", "B"),
    ("正确的是B", "B", "B"),
    ("选（B）", "B", "B"),
    ("我选B", "B", "B"),
    ("应选B项", "B", "B"),
    ("我认为选B更合适", "B", "B"),
    ("本题应选择C", "C", "C"),
    ("因此，正确选项是：C", "C", "C"),
    ("故选：B．", "B", "B"),
    ("选项B正确", "B", "B"),
    ("B选项是正确答案", "B", "B"),
    ("A正确；B错误；C正确；D正确。故选B。", "B", "B"),
    ("B、因为巴黎是首都", "B", "B"),
    # Denials.
    ("I would never choose B.", None, None),
    ("I would not pick B.", None, None),
    ("B is incorrect.", None, None),
    ("Neither A nor B is correct.", None, None),
    ("A and C are wrong, so the answer is D.", "D", "D"),
    ("The answer is C, not B.", "C", "C"),
    ("The answer is not B but C.", "C", "C"),
    ("A和C都不对，所以选D", "D", "D"),
    ("答案是C，而不是B", "C", "C"),
    ("答案不是B而是C", "C", "C"),
    ("不选B", None, None),
    ("误选B", None, None),
    ("若选B则错", None, None),
    ("不正确的是B", None, None),
    ("B不正确", None, None),
    ("It can't be A. It can't be B. It can't be D.", None, "C"),
    # Several answers, answers under a condition, answers taken back.
    ("A is correct and B is correct.", None, None),
    ("Both A and B are correct.", None, None),
    ("Either B or C", None, None),
    ("答案是B或C", None, None),
    ("选择B、C", None, None),
    ("The answer is B if we count this, otherwise C.", None, None),
    ("At first I thought the answer is A, but the answer is B.", "B", "B"),
    ("Answer: B. Wait, actually C.", None, "C"),
    ("The answer is B. Actually, it should be C.", None, "C"),
    ("Answer: B\nCorrection: C", None, "C"),
    ("The answer is B. Wait, that's wrong.", None, None),
    # Letters that are no answers.
    ("Vitamin B is water soluble", None, None),
    ("I got a B on the test", None, None),
    ("hepatitis B.", None, None),
    ("选B的人最多", None, None),
    ("C. S. Lewis wrote it", None, None),
    ("As an AI, I cannot answer.", None, None),
    ("AB", None, None),
    # A list of the options, and explanations of others behind the answer.
    ("A. London is in England, so no.\nB. It is in France.\nC. no", None, None),
    ("B\n\nA is wrong because London is in England. C is wrong.", "B", "B"),
    ("B. Paris\n\nExplanation: A. London is not in France. C. Rome is not.", "B", "B"),
    ("**Answer: B**\n\nOption A is wrong because London is English, which is incorrect.", "B", "B"),
    # The option's text, alone or against the letter.
    ("The answer is Paris.", None, "B"),
    ("paris", None, "B"),
    ("Paris is the correct answer.", None, "B"),
    ("None of the above.", None, "D"),
    ("The answer is not Paris.", None, None),
    ("The capital is paris", None, "B"),
    ("none of the options is correct", None, None),
    ("none of the above is correct, the answer should be Oslo", None, None),
    ("The answer is B Paris", "B", "B"),
    ("B. Rome", None, None),
    ("The answer is B: Rome", None, None),
]


@pytest.mark.parametrize(("text", "strict", "lenient"), TEXTS)
def test_what_is_read(text: str, strict: str | None, lenient: str | None) -> None:
    assert strict_letter(text, NO_TEXTS) == strict
    assert lenient_letter(text, NO_TEXTS) == lenient


@pytest.mark.parametrize(("text", "strict", "lenient"), NAMED)
def test_what_is_read_beside_texts(text: str, strict: str | None, lenient: str | None) -> None:
    assert strict_letter(text, OPTIONS) == strict
    assert lenient_letter(text, OPTIONS) == lenient


def test_only_letters_that_were_shown_are_read() -> None:
    assert strict_letter("Answer: J", ("",) * 10) == "J"
    assert strict_letter("Answer: C", ("", "")) is None
    assert lenient_letter("It is C, surely", ("", "")) is None
    assert lenient_letter("Answer: C. B stands for boron", ("", "")) is None


def test_a_text_that_two_options_share_names_neither() -> None:
    assert lenient_letter("The answer is Paris.", ("Paris", "Paris", "Rome")) is None
    assert strict_letter("B. Paris", ("Paris", "Paris", "Rome")) == "B"


phrases = st.lists(
    st.sampled_from(
        [
            *(text for text, _, _ in TEXTS + NAMED),
            *(" ", ". ", "\n", "not ", "A", "B", "，", "Answer: ", "或", "Wait, ", "Paris", "选"),
        ]
    ),
    max_size=6,
).map("".join)


@given(st.one_of(st.text(), phrases), st.integers(0, 26))
@settings(max_examples=300, deadline=None)
def test_reads_any_text_and_only_letters_that_were_shown(text: str, count: int) -> None:
    options = (*OPTIONS, *map(str, range(22)))[:count]
    strict, lenient = strict_letter(text, options), lenient_letter(text, options)
    if strict is not None:
        assert lenient == strict
    if lenient is not None:
        assert lenient in LETTERS[:count]


@given(st.sampled_from("ABCD"), st.sampled_from("ABCD"))
def test_a_denied_letter_is_never_read(denied: str, stated: str) -> None:
    for denial in (f"The answer is not {denied}.", f"答案不是{denied}。"):
        for text in (f"The answer is {stated}. {denial}", f"{denial} The answer is {stated}."):
            assert strict_letter(text, NO_TEXTS) == (None if stated == denied else stated)
        assert lenient_letter(f"Answer: {stated}. {denial}", NO_TEXTS) != denied


FLOODS = (
    " ",
    "*",
    "\n",
    "(",
    "A ",
    "B. ",
    "not ",
    "答案是",
    "Answer: ",
    "\\text{",
    "A is correct ",
)


@pytest.mark.parametrize("flood", FLOODS)
def test_a_degenerate_text_takes_no_time(flood: str) -> None:
    text = "Answer is" + flood * (10_000 // len(flood))
    start = time.perf_counter()
    strict_letter(text, OPTIONS)
    lenient_letter(text, OPTIONS)
    assert time.perf_counter() - start < 2
