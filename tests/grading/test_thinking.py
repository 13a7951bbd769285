"""Answers stand behind thoughts; a thought that never ends holds none."""

import pytest

from astrolabe.core.grade import Outcome
from astrolabe.core.item import Item
from astrolabe.core.model import Finish, Generated
from astrolabe.grading import grade_text
from astrolabe.grading.plain import own_answer, plain
from astrolabe.grading.thinking import after_thinking

ITEM = Item("mmlu/0", "x", "Which?", "B", ("w", "x", "y", "z"))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("B", "B"),
        ("<think>The answer is A.</think>B", "B"),
        ("The answer is A.</think>\nB", "\nB"),
        ("<think>a</think><think>b</think>B", "B"),
        ("<THINKING>a</THINKING>B", "B"),
        ("[THINK]a[/THINK]B", "B"),
        ("◁think▷a◁/think▷B", "B"),
        ("<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>B", "B"),
        ("Write <think> before thoughts.", "Write <think> before thoughts."),
        ("<think>The answer is B.", None),
        (" \n<think>The answer is B.", None),
        ("<think>a</think><think>The answer is B.", None),
    ],
)
def test_what_follows_the_last_thought(text: str, rest: str | None) -> None:
    assert after_thinking(text) == rest


@pytest.mark.parametrize(
    ("text", "finish", "outcome"),
    [
        ("<think>It is A. The answer is A.</think>The answer is B.", "eos", Outcome.RIGHT),
        ("<think>It is B. The answer is B.", "length", Outcome.TRUNCATED),
        ("<think>It is B. The answer is B.", "eos", Outcome.UNPARSED),
        ("<think>It is B.</think>", "eos", Outcome.UNPARSED),
    ],
)
@pytest.mark.parametrize("rule", ["letter-strict", "letter-lenient", "gpqa-helm", "cmmlu"])
def test_no_rule_reads_a_thought(rule: str, text: str, finish: Finish, outcome: Outcome) -> None:
    graded = grade_text(rule, ITEM, Generated(text, 9, finish), (0, 1, 2, 3))
    assert graded.outcome is outcome


@pytest.mark.parametrize(
    ("text", "usual"),
    [
        ("**B**", "B"),
        ("`B` and *C*", "B and C"),
        ("2**10 * 3", "2**10 * 3"),
        ("x_1", "x_1"),
        ("Ｂ：１８％。", "B:18%."),
        ("Ⓑ 🅱 𝟏𝟖", "B B 18"),
        ("$\\mathbf{B}$", "  B  "),
        ("1{,}234", "1234"),
        ("\\$5", " 5"),
        ("-\\$5", "-5"),
        ("3 \\times 10", "3 × 10"),
        ("\\dfrac{1}{2}", "\\frac{1}{2}"),
        ("<b>B</b> < C", "B < C"),
    ],
)
def test_plain_text(text: str, usual: str) -> None:
    assert plain(text) == usual


def test_the_writers_own_next_question_is_cut_off() -> None:
    assert own_answer("B\n\nQuestion: Which?\nAnswer: C") == "B\n"
    assert own_answer("B\n问题：哪个？\n答案：C".replace("：", ":")) == "B"
    assert own_answer("Question: Which?\nAnswer: C") == "Question: Which?\nAnswer: C"
    assert own_answer("There is no question: B") == "There is no question: B"
