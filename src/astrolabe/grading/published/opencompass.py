"""opencompass' text post-processors for letters and yes or no: ``utils/text_postprocessors.py``,
``datasets/gpqa.py``, ``datasets/strategyqa.py``.

- ``first-capital``: the first capital letter anywhere (C-Eval, CMMLU). "The answer is B" is "T".
- ``first-option``: a cascade of patterns, the first that matches decides (MMLU, five shots).
- ``opencompass-answer``: the first "ANSWER: X" (MMLU and GPQA after simple-evals).
- ``opencompass-yesno``: "yes" or "no" after the last "answer is " of the first paragraph, inside
  words, too (StrategyQA).
"""

import re
from collections.abc import Sequence
from functools import cache

from astrolabe.core.item import LETTERS
from astrolabe.grading.yesno import YesNoRule

_ANSWER = re.compile(r"(?i)ANSWER\s{0,40}:\s{0,40}([A-D])")
_YES_OR_NO = re.compile("yes|no")
# X is any of the letters shown. "故选" and "只有...对" stand in one pattern: in the source a comma
# is missing between the two (opencompass issue 2600), and so the first of them never matches alone.
_FIRST_OPTION = (
    *(r"答案是?\s*(X)", r"答案是?\s*：\s*(X)", r"答案是?\s*:\s*(X)", r"答案选项应?该?是\s*(X)"),
    *(r"答案选项应?该?为\s*(X)", r"答案应该?是\s*(X)", r"答案应该?选\s*(X)"),
    *(r"答案选项为?\s*：\s*(X)", r"答案选项为?\s+\(?\*?\*?(X)\*?\*?\)?", r"答案选项是?\s*:\s*(X)"),
    *(r"答案为\s*(X)", r"答案选\s*(X)", r"选择?\s*(X)", r"故选?\s*(X)只有选?项?\s?(X)\s?是?对"),
    *(r"只有选?项?\s?(X)\s?是?错", r"只有选?项?\s?(X)\s?不?正确", r"只有选?项?\s?(X)\s?错误"),
    *(r"说法不?对选?项?的?是\s?(X)", r"说法不?正确选?项?的?是\s?(X)", r"说法错误选?项?的?是\s?(X)"),
    *(r"(X)\s?是正确的", r"(X)\s?是正确答案", r"选项\s?(X)\s?正确", r"所以答\s?(X)"),
    *(r"所以\s?(X[.。$]?$)", r"所有\s?(X[.。$]?$)", r"[\s，：:,](X)[。，,\.]?$"),
    *(r"[\s，,：:][故即](X)[。\.]?$", r"[\s，,：:]因此(X)[。\.]?$", r"[是为。]\s?(X)[。\.]?$"),
    *(r"因此\s?(X)[。\.]?$", r"显然\s?(X)[。\.]?$", r"答案是\s?(\S+)(?:。|$)"),
    *(r"答案应该是\s?(\S+)(?:。|$)", r"答案为\s?(\S+)(?:。|$)", r"(?i:ANSWER\s*:\s*(X))"),
    *(r"[Tt]he answer is:?\s+\(?(X)\)?", r"[Tt]he answer is:?\s+\(?\*?\*?(X)\*?\*?\)?"),
    *(r"[Tt]he answer is option:?\s+\(?(X)\)?", r"[Tt]he correct answer is:?\s+\(?(X)\)?"),
    *(r"[Tt]he correct answer is option:?\s+\(?(X)\)?", r"[Tt]he correct answer is:?.*?boxed{(X)}"),
    *(
        r"[Tt]he correct option is:?.*?boxed{(X)}",
        r"[Tt]he correct answer option is:?.*?boxed{(X)}",
    ),
    *(r"[Tt]he answer to the question is:?\s+\(?(X)\)?", r"^选项\s?(X)", r"^(X)\s?选?项"),
    *(r"(\s|^)X[\s。，,：:\.$]", r"1.\s?(.*?)$", r"1.\s?(X)[.。$]?$", r"(X):", r"(X)"),
)


def first_capital(text: str, options: Sequence[str]) -> str | None:
    """The first capital anywhere, if it is an option's letter."""
    first = next((sign for sign in text if sign.isupper()), "")
    return first if first and first in LETTERS[: len(options)] else None


def first_option(text: str, options: Sequence[str]) -> str | None:
    """The first pattern of the cascade whose match holds an option's letter, in ABC order."""
    text = text.strip()
    letters = LETTERS[: len(options)]
    for pattern in _cascade(letters) if letters else ():
        if match := pattern.search(text):
            found = match[1] or match[0]
            for letter in letters:
                if letter in found:
                    return letter
    return None


@cache
def _cascade(letters: str) -> tuple[re.Pattern[str], ...]:
    return tuple(
        re.compile(pattern.replace("X", f"[{letters}]"), re.DOTALL) for pattern in _FIRST_OPTION
    )


def answer(text: str, options: Sequence[str]) -> str | None:
    """The first "ANSWER: X"; a small letter is unread: there it is compared as it is, and wrong."""
    match = _ANSWER.search(text)
    return match[1] if match and match[1].isupper() else None


def yesno(text: str) -> str | None:
    """Yes or no behind the last "answer is " of the first paragraph."""
    match = _YES_OR_NO.search(text.split("\n\n")[0].split("answer is ")[-1].lower())
    return match[0] if match else None


LETTER_RULES = {
    "first-capital": first_capital,
    "first-option": first_option,
    "opencompass-answer": answer,
}
YESNO_RULES = {"opencompass-yesno": YesNoRule(yesno)}
