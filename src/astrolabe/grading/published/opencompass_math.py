"""opencompass' reading of MATH answers, its second version: ``datasets/math.py``.

The last box; without one, the first piece between full stops that says "final answer" or "answer
is", else the first piece. Equality of strings is tried in three normal forms in turn: its own, its
own with Minerva's on top, and Minerva's alone. Minerva's is changed: text before "=" stays, and
``\\\\le`` becomes "<".
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from astrolabe.grading.published import minerva
from astrolabe.grading.published.math_strings import (
    NoForm,
    braced_fractions,
    last_braced_box,
    slashed_fraction,
)
from astrolabe.grading.rule import Found, Response

_STATES = re.compile("final answer|answer is")
_DOUBLE_BRACES = re.compile(r"^\{(.*)\}$")
_REMOVED = (*minerva.REMOVED, "\n", "\r", "\f")
_SUBSTITUTED = (*minerva.SUBSTITUTED, ("\\le", "<"))
_UNWRAPPED = (
    (re.compile(r"(\\text\{)\((.*?)\)(\})"), r"\2"),
    *minerva.WRAPPINGS,
)
_INNERMOST = tuple(
    re.compile(pattern)
    for pattern in (r"finalansweris(.*)", r"answer?is:?(.*)", r"oxed\{(.*?)\}", r"\$(.*?)\$")
)
"""What stands behind or between these, the last of each in turn, is the answer."""
_UNIT = re.compile(r"\\text{.*?}$")
_BOX = re.compile(r"\\mbox{.*?}")
_ROOT = re.compile(r"\\sqrt(\w+)")
_FIRST = (
    *(("\\!", ""), ("\\ ", ""), ("\\\\", "\\"), ("\\\\", "\\"), ("tfrac", "frac")),
    *(("dfrac", "frac"), ("\\left", ""), ("\\right", "")),
)
_THEN = (
    *(("^{\\circ}", ""), ("^\\circ", ""), ("\\$", ""), ("$", ""), ("\\text", ""), ("x\\in", "")),
    *(("\\%", ""), ("%", ""), (" .", " 0."), ("{.", "{0."), ("\\cdot", "")),
    ("infinity", "\\infty"),
)


def read(text: str) -> str | None:
    """What is compared with the gold answer; `None` where it is empty."""
    box = last_braced_box(text)
    if box is not None:
        box = _DOUBLE_BRACES.sub(r"\1", box)
    return box or _normal(_stating_piece(text)) or None


def _stating_piece(text: str) -> str:
    pieces = text.split(".")
    return next((piece for piece in pieces if _STATES.search(piece.lower())), pieces[0])


_SHORTHANDS = (
    (re.compile(r"(frac)([^{])(.)"), r"frac{\2}{\3}"),
    (re.compile(r"(sqrt)([^{])"), r"sqrt{\2}"),
)


def _normal(answer: str) -> str:
    """Minerva's normal form as changed here."""
    for old, new in (*_SUBSTITUTED, *((word, "") for word in _REMOVED)):
        answer = answer.replace(old, new)
    for pattern, new in _UNWRAPPED:
        answer = pattern.sub(new, answer)
    for pattern in _INNERMOST:
        if found := pattern.findall(answer):
            answer = found[-1]
    answer = answer.strip()
    if "rac" in answer and "\\frac" not in answer:
        answer = answer.replace("rac", "\\frac")
    for pattern, new in _SHORTHANDS:
        answer = pattern.sub(new, answer)
    answer = answer.replace("$", "")
    without_commas = answer.replace(",", "")
    return without_commas if without_commas.isdigit() else answer


def _own_form(answer: str) -> str:
    """opencompass' own normal form, second version."""
    answer = answer.strip().replace("\n", "").rstrip(".")
    answer = _replaced(answer, _FIRST)
    without_unit = _UNIT.sub("", answer).strip()
    answer = _replaced(without_unit or answer, _THEN)
    if "\\infty" not in answer:
        answer = answer.replace("inf", "\\infty")
    answer = _replaced(answer, (("+\\inity", "\\infty"), ("and", ""), ("\\mathbf", "")))
    answer = _BOX.sub("", answer)
    if "j" in answer and "i" not in answer:
        answer = answer.replace("j", "i")
    answer = re.sub(r"(\d+)\.0+([^\d])", r"\1\2", answer)
    answer = re.sub(r"(\d+)\.0+$", r"\1", answer)
    if not answer:
        return answer
    if answer.startswith("."):
        answer = "0" + answer
    sides = answer.split("=")
    if len(sides) == 2 and len(sides[0]) <= 2:
        answer = sides[1]
    answer = _ROOT.sub(r"\\sqrt{\1}", answer).replace(" ", "")
    with suppress(NoForm):  # a fraction cut short leaves the text as it is
        answer = braced_fractions(answer)
    return slashed_fraction(answer, _refused)


def _replaced(answer: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for old, new in pairs:
        answer = answer.replace(old, new)
    return answer


def _refused(answer: str) -> str:
    raise NoForm(answer)


def _both(answer: str) -> str:
    return _normal(_own_form(answer))


_FORMS: tuple[Callable[[str], str], ...] = (_own_form, _both, _normal)


@dataclass(frozen=True)
class OpenCompassMathRule:
    """Equality in any of the three forms, or of the texts as they are."""

    def find(self, response: Response) -> Found | None:
        answer = read(response.text)
        if answer is None:
            return None
        return Found(answer, self.same(answer, response.item.gold))

    def same(self, one: str, other: str) -> bool:
        return one == other or any(_alike(form, one, other) for form in _FORMS)


def _alike(form: Callable[[str], str], one: str, other: str) -> bool:
    try:
        return form(one) == form(other)
    except NoForm:
        return False


OPENCOMPASS_MATH_RULES = {"opencompass-math": OpenCompassMathRule()}
