"""Equality of strings as MATH's authors define it, and lm-evaluation-harness' reader around it.

- ``math-official``: hendrycks/math, ``modeling/math_equivalence.py`` and ``evaluate_gpt3.py``: what
  the last box holds, normalised, is compared as a string. A box without braces, or an ``\\\\fbox``,
  is no box there, and unread here.
- ``between-dollars``: lm-evaluation-harness 0.4.13, ``hendrycks_math/utils.py``: what stands
  between the first and the last dollar sign, else the whole text, under almost the same equality.
"""

from collections.abc import Callable
from dataclasses import dataclass

from astrolabe.grading.rule import Found, Response

_BOX = "\\boxed{"
_REPLACED = (
    ("\n", ""),
    ("\\!", ""),
    ("\\\\", "\\"),
    ("tfrac", "frac"),
    ("dfrac", "frac"),
    ("\\left", ""),
    ("\\right", ""),
    ("^{\\circ}", ""),
    ("^\\circ", ""),
    ("\\$", ""),
)
"""In this order, and before units are taken away."""
_UNIT = "\\text{ "


class NoForm(ValueError):
    """The published normalisation fails on this text; both sides are then compared as they are."""


@dataclass(frozen=True)
class StringRule:
    """A rule that compares normalised strings.

    Attributes:
        read: From a text to the answer.
        form: The normal form; raises `NoForm` where the published code raises.
    """

    read: Callable[[str], str | None]
    form: Callable[[str], str]

    def find(self, response: Response) -> Found | None:
        answer = self.read(response.text)
        if answer is None:
            return None
        return Found(self._shown(answer), self.same(answer, response.item.gold))

    def same(self, one: str, other: str) -> bool:
        try:
            return self.form(one) == self.form(other)
        except NoForm:
            return one == other

    def _shown(self, answer: str) -> str:
        try:
            return self.form(answer)
        except NoForm:
            return answer


def last_braced_box(text: str) -> str | None:
    """What the last box holds; braces behind a backslash count as braces, as there."""
    start = text.rfind("\\boxed")
    if start < 0 or not text.startswith(_BOX, start):
        return None
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] == "{") - (text[index] == "}")
        if text[index] == "}" and depth == 0:
            return text[start + len(_BOX) : index]
    return None


def between_dollars(text: str) -> str | None:
    """What stands between the first and the last dollar sign; the text where there are not two."""
    first, last = text.find("$"), text.rfind("$")
    answer = text if first == last else text[first + 1 : last]
    return answer if answer.strip() else None


def official_form(answer: str) -> str:
    """The authors' normal form.

    Raises:
        NoForm: where the authors' code raises.
    """
    return _form(answer, slash=lambda text: text)


def lm_eval_form(answer: str) -> str:
    """The harness' normal form, which also fails on a fraction of what are not whole numbers."""

    def refuse(text: str) -> str:
        raise NoForm(text)

    return _form(answer, slash=refuse)


def _form(answer: str, slash: Callable[[str], str]) -> str:
    for old, new in _REPLACED:
        answer = answer.replace(old, new)
    answer = _without_unit(answer).replace("\\%", "").replace(" .", " 0.").replace("{.", "{0.")
    if not answer:
        return answer
    if answer.startswith("."):
        answer = "0" + answer
    sides = answer.split("=")
    if len(sides) == 2 and len(sides[0]) <= 2:
        answer = sides[1]
    answer = braced_fractions(braced_roots(answer).replace(" ", ""))
    return slashed_fraction("\\frac{1}{2}" if answer == "0.5" else answer, slash)


def _without_unit(answer: str) -> str:
    before, *units = answer.split(_UNIT)
    if len(units) > 1:
        raise NoForm(answer)
    return before


def braced_roots(answer: str) -> str:
    """``\\\\sqrt3`` as ``\\\\sqrt{3}``."""
    before, *roots = answer.split("\\sqrt")
    if "" in roots:
        raise NoForm(answer)
    return before + "".join(
        "\\sqrt" + (root if root[0] == "{" else f"{{{root[0]}}}{root[1:]}") for root in roots
    )


def braced_fractions(answer: str) -> str:
    """``\\\\frac12`` and ``\\\\frac1{2}`` as ``\\\\frac{1}{2}``; one cut short changes nothing."""
    before, *fractions = answer.split("\\frac")
    pieces = [before]
    for fraction in fractions:
        if not fraction:
            raise NoForm(answer)
        if fraction[0] != "{" and len(fraction) < 2:
            return answer
        pieces.append("\\frac" + _braced(fraction))
    return "".join(pieces)


def _braced(fraction: str) -> str:
    if fraction[0] == "{":
        return fraction
    top, bottom, rest = fraction[0], fraction[1], fraction[2:]
    return f"{{{top}}}{bottom}{rest}" if bottom == "{" else f"{{{top}}}{{{bottom}}}{rest}"


def slashed_fraction(answer: str, otherwise: Callable[[str], str]) -> str:
    """``1/2`` as ``\\\\frac{1}{2}``, where both are whole numbers written plainly.

    Args:
        answer: A text.
        otherwise: What becomes of a text whose two sides are not whole numbers.
    """
    sides = answer.split("/")
    if len(sides) != 2:
        return answer
    try:
        top, bottom = map(int, sides)
    except ValueError:
        return otherwise(answer)
    return f"\\frac{{{top}}}{{{bottom}}}" if answer == f"{top}/{bottom}" else answer


STRING_RULES = {
    "math-official": StringRule(last_braced_box, official_form),
    "between-dollars": StringRule(between_dollars, lm_eval_form),
}
