"""How labelled answers are held against the letter rules: what a careful reader reads in each."""

from collections.abc import Sequence

import pytest

from astrolabe.grading.choices import lenient_letter, strict_letter

Answers = Sequence[tuple[str, tuple[str, ...], Sequence[tuple[str, str | None]]]]
"""Question, options as shown, and answers with the letter that is read; `None` for none."""


def answered(answers: Answers) -> pytest.MarkDecorator:
    """Every answer as a case: question, options, text, and what it says."""
    return pytest.mark.parametrize(
        ("question", "options", "text", "says"),
        [(question, options, *case) for question, options, cases in answers for case in cases],
    )


def assert_read(question: str, options: tuple[str, ...], text: str, says: str | None) -> None:
    """The lenient rule reads what the text says, others that or nothing."""
    assert strict_letter(text, options, question) in (says, None)
    assert lenient_letter(text, options, question) == says
    # Without the question less can be read, and nothing else.
    assert lenient_letter(text, options) in (says, None)
