"""Published letter rules, quirks included; expectations are worked out from their patterns."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.core.grade import Outcome
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import Generated
from astrolabe.grading import grade_text
from astrolabe.grading.published import chinese, gpqa, kojima, opencompass, simple_evals

FILES = (chinese, gpqa, kojima, opencompass, simple_evals)
RULES = {name: read for file in FILES for name, read in file.LETTER_RULES.items()}
OPTIONS = ("London", "Paris", "香港", "None of these")

# rule, text, letter as shown
CASES: list[tuple[str, str, str | None]] = [
    # CMMLU: first character, patterns in order, last letter before an ending, only letter.
    ("cmmlu", "B。因为A不对", "B"),
    ("cmmlu", "答案是：B，不是A", "B"),
    ("cmmlu", "答案是:B", "B"),
    ("cmmlu", "因A不对，选择C。答案为D", "D"),  # the first pattern before the third
    ("cmmlu", "我认为选B", "B"),
    ("cmmlu", "其中A项错误，B项错误，C和D中D当选", "D"),
    ("cmmlu", "有A、B、C的说法正确", "C"),
    ("cmmlu", "应当是：C而不是：A", "C"),
    ("cmmlu", "只能想到C", "C"),
    ("cmmlu", "可能为A或B", None),  # a random letter there
    ("cmmlu", "", None),
    # C-Eval, few-shot chat: the reply is the letter.
    ("ceval-exact", " b. ", "B"),
    ("ceval-exact", "(B)", "B"),
    ("ceval-exact", "B。", None),
    ("ceval-exact", "答案B", None),
    # C-Eval, after reasoning.
    ("ceval-cot", "首先，A不对。\n2. 所以答案是C。", "C"),
    ("ceval-cot", "答案：B", "B"),
    ("ceval-cot", "答案是：B", "B"),
    ("ceval-cot", "因此选择D，答案是A", "A"),
    ("ceval-cot", "下列说法错误的是B", "B"),
    ("ceval-cot", "综上，C", "C"),
    ("ceval-cot", "想了一会。\n答案是香港", "C"),
    ("ceval-cot", "想了一会。\n答案是香港。", None),  # the full stop is matched, too
    ("ceval-cot", "想了一会。\n答案是澳门。", None),
    ("ceval-cot", "让我们一步一步思考，\n1.想了。\n所以答案是D。", "D"),
    ("ceval-cot", "所以答案是D。\n\n题目\n答案：让我们一步一步思考，\n所以答案是A。", "D"),
    # simple-evals: the first localised "Answer:", without markup.
    ("simple-evals-letter", "Answer: **B**", "B"),
    ("simple-evals-letter", "**Answer:** $\\boxed{B}$", "B"),
    ("simple-evals-letter", "Answer: A. Answer: B", "A"),
    ("simple-evals-letter", "答案：C", "C"),
    ("simple-evals-letter", "答案: Ｂ", "B"),
    ("simple-evals-letter", "الإجابة: ب", "B"),
    ("simple-evals-letter", "উত্তর: ড", "C"),
    ("simple-evals-letter", "Answer: b", None),
    ("simple-evals-letter", "The answer is B", None),
    ("simple-evals-gpqa", "Answer: $B$", "B"),
    ("simple-evals-gpqa", "answer:C", "C"),
    ("simple-evals-gpqa", "Answer: **B**", None),
    # OpenCompass.
    ("first-capital", "the answer is B", "B"),
    ("first-capital", "The answer is B", None),  # T is no option
    ("first-capital", "答案: C", "C"),
    ("first-option", "答案是B", "B"),
    ("first-option", "选C，不选A", "C"),
    ("first-option", "The answer is (D).", "D"),
    ("first-option", "The correct answer is: \\boxed{C}", "C"),
    ("first-option", "故C", "C"),
    ("first-option", "Because", "B"),  # any letter, at last
    ("first-option", "nothing", None),
    ("opencompass-answer", "I think.\nANSWER: C", "C"),
    ("opencompass-answer", "answer: c", None),
    ("opencompass-answer", "Answer is C", None),
    # GPQA.
    ("gpqa-helm", "The correct answer is (B).", "B"),
    ("gpqa-helm", "The correct answer is **B**", "B"),
    ("gpqa-helm", "The correct answer is option B", "B"),
    ("gpqa-helm", "Answer: B", None),
    ("gpqa-strict", "The answer is (B).", "B"),
    ("gpqa-strict", "The answer is B!", "B"),
    ("gpqa-strict", "The answer is B", None),  # its last character is left out
    ("gpqa-strict", "The answer is (B) Paris.", None),
    ("gpqa-flexible", "Either (A) or (C)", "C"),
    ("gpqa-flexible", "It must be Paris, not London, sir", "A"),  # the last text
    ("gpqa-flexible", "My choice: B", "B"),
    ("gpqa-flexible", "B", None),
    # Zero-shot-CoT.
    ("kojima-letter", "Because of C", "B"),
    ("kojima-letter", " (C) Rome", "C"),
    ("kojima-letter", "none", None),
]


@pytest.mark.parametrize(("rule", "text", "letter"), CASES)
def test_what_is_read(rule: str, text: str, letter: str | None) -> None:
    assert RULES[rule](text, OPTIONS) == letter


@given(st.text(alphabet="ABCDEJ答案是：选正确 .\n1(Answer:)"), st.sampled_from(sorted(RULES)))
def test_only_options_that_were_shown_are_extracted(text: str, rule: str) -> None:
    item = Item("x/0", "x", "Which?", "A", ("London", "Paris"))
    grade = grade_text(rule, item, Generated(text, 1, "eos"), (1, 0))
    assert grade.extracted in {None, "A", "B"}
    assert (grade.extracted is None) == (grade.outcome is Outcome.UNPARSED)


@pytest.mark.parametrize("rule", RULES)
def test_the_original_letter_is_extracted(rule: str) -> None:
    """Every rule reads this text as the second option shown, which is the first of the item."""
    text = (
        "B"
        if rule in ("ceval-exact", "first-capital", "kojima-letter", "cmmlu")
        else ("答案是B，The answer is (B).\nAnswer: B\nANSWER: B")
    )
    text = "The answer is (B)." if rule in ("gpqa-helm", "gpqa-strict") else text
    item = Item("x/0", "x", "Which?", "A", ("w", "x", "y", "z"))
    grade = grade_text(rule, item, Generated(text, 1, "eos"), (1, 0, 2, 3))
    assert (grade.outcome, grade.extracted) == (Outcome.RIGHT, "A")


FLOODS = (
    " ",
    "A",
    "1",
    "答案是",
    "答案为",
    "正确",
    "A正确",
    "Answer: ",
    "correct answer is a",
    "(A)",
)


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("rule", RULES)
def test_a_degenerate_text_takes_no_time(rule: str, flood: str) -> None:
    text = flood * (10_000 // len(flood)) + "x\ny"
    start = time.perf_counter()
    letter = RULES[rule](text, OPTIONS)
    assert letter is None or letter in LETTERS
    assert time.perf_counter() - start < 2
