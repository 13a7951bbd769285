"""The form in which mathematical answers are compared as strings, before any algebra.

Numbers are written in one way ("1,000.0" is "1000", "1/2" is "0.5"); signs that say nothing of the
value (spaces, ``\\\\left``, ``\\\\!``, dollar signs), a unit behind a number and a name before "="
are dropped; words keep their letters.
"""

import re

from astrolabe.grading.boxed import matching_brace
from astrolabe.grading.latex import latex
from astrolabe.grading.quantities import quantity_at, written

_SPACING = re.compile(
    r"\\(?:left|right|displaystyle|limits|bigl?|bigr?|Bigl?|Bigr?)(?![a-zA-Z])"
    r"|(?<!\\)\\[!,;: ]|\\q?quad(?![a-zA-Z])|\\(?=\n)|\$|~"
)
_SAME = (
    (re.compile(r"\\[dt]frac(?![a-zA-Z])"), r"\\frac"),
    (re.compile(r"\\(?:le|leqslant)(?![a-zA-Z])"), r"\\leq"),
    (re.compile(r"\\(?:ge|geqslant)(?![a-zA-Z])"), r"\\geq"),
    (re.compile(r"\\ne(?![a-zA-Z])"), r"\\neq"),
    (re.compile(r"\\(?:lbrace)(?![a-zA-Z])"), r"\\{"),
    (re.compile(r"\\(?:rbrace)(?![a-zA-Z])"), r"\\}"),
    (re.compile(r"\^\s?(?:\\circ|\{\s?\\circ\s?\})|\\degree(?![a-zA-Z])|°"), ""),
    (re.compile(r"\\(?:cdot|times)(?![a-zA-Z])"), r"\\cdot "),
    (re.compile(r"\\varnothing(?![a-zA-Z])"), r"\\emptyset"),
    (re.compile(r"(?<![\w)}\]])\+\s?(?=\\infty(?![a-zA-Z]))"), ""),
    (re.compile(r"([\^_])\{(\w)\}"), r"\1\2"),
    (re.compile(r"\\frac\s?(\d)\s?(\d)"), r"\\frac{\1}{\2}"),
    (re.compile(r"\\frac\s?(\d)\s?\{"), r"\\frac{\1}{"),
    (re.compile(r"\\sqrt\s?(\d)"), r"\\sqrt{\1}"),
    (re.compile(r"(?<=\d)(?:\{,\}|,?\s?\\[!,])\s?(?=\d{3}(?!\d))"), ","),
)
_MOST_ROUNDS = 5
"""Dropping spaces may join signs to another ("< =")."""
_STYLES = re.compile(r"\\(?:text|textbf|textit|textrm|mathrm|mathbf|mathit|mbox|operatorname)\s?\{")
_NAME = re.compile(r"^\s*(?:[a-zA-Z]|\\[a-zA-Z]+|[a-zA-Z]\([a-zA-Z]\))\s*(?:=|\\in(?![a-zA-Z]))\s*")
_UNIT = re.compile(r"(?<=[\d}])\s*(?:[a-zA-Z]+\.?\s*(?:\^\{?[23]\}?)?\s*){1,4}$")
_WORDS = re.compile(r"[a-zA-Z]{2}[a-zA-Z' ]*")
_LETTER_IN_BRACKETS = re.compile(r"\(([A-Z])\)")


def unwrapped(answer: str) -> str:
    """An answer without commands of style: ``\\\\text{east}`` is "east", a unit keeps its space."""
    pieces, end = [], 0
    for style in _STYLES.finditer(answer):
        close = matching_brace(answer, style.end() - 1)
        if style.start() < end or close is None:
            continue
        pieces += [answer[end : style.start()], f" {answer[style.end() : close]} "]
        end = close + 1
    return "".join([*pieces, answer[end:]])


def normal(answer: str) -> str:
    """The compared form, which is its own compared form."""
    for _ in range(_MOST_ROUNDS):
        form = _normal(answer)
        if form == answer:
            break
        answer = form
    return answer


def _normal(answer: str) -> str:
    answer = latex(answer).strip().rstrip(".,;").strip()
    # A thousands separator has to go before spacing does.
    for pattern, usual in _SAME:
        answer = pattern.sub(usual, answer)
    percent = bool(re.search(r"\\?%\s*$", answer))
    answer = _SPACING.sub(" ", answer.replace("\\$", "").replace("\\%", "%"))
    answer = _NAME.sub("", unwrapped(answer)).strip()
    number = quantity_at(answer, 0)
    if number and re.fullmatch(r"\s*%?", answer[number.end :]):
        return written(number.value) + ("%" if percent else "")
    if _WORDS.fullmatch(answer):
        return " ".join(answer.lower().split())
    answer = _LETTER_IN_BRACKETS.sub(r"\1", _without_unit(answer))
    return re.sub(r"\s+", "", answer)


def _without_unit(answer: str) -> str:
    """A number without the words behind it; "3 or 4" and "2x" keep theirs."""
    unit = _UNIT.search(answer)
    if unit is None or re.search(r"\b(?:or|and)\b", unit.group()):
        return answer
    bare = answer[: unit.start()].strip()
    words = unit.group().split()
    spaced = answer[unit.start() : unit.start() + 1].isspace()
    if not spaced or all(len(word) == 1 for word in words):
        return answer
    number = quantity_at(bare, 0)
    if number and number.end == len(bare):
        return written(number.value)
    return bare
