"""Rules that read a number from generated text and compare values, exactly. They never guess.

The strict rule reads a final answer that is clearly stated ("#### 18", "A: 18", "the answer is
18", "答案是18", a box, or a number that is a line of its own at the end). The lenient rule goes on
to the last number of the text, where its sentence holds no other. "18", "$18.00" and "18 eggs" are
the same answer.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from astrolabe.core.errors import BadInput
from astrolabe.grading import statements as st
from astrolabe.grading.boxed import boxes
from astrolabe.grading.plain import own_answer, plain
from astrolabe.grading.quantities import (
    Quantity,
    numeral_at,
    quantities,
    quantity_at,
    written,
)
from astrolabe.grading.rule import Found, Response

_CUE = re.compile(
    st.cue_pattern("result|value|number|total|amount|solution|sum")
    + r"|(?P<mark>#{3,4}\s?|(?m:^)\s{0,4}A:\s{0,4}(?:#{3,4}\s?)?)"
)
_OPENING = re.compile(
    r"(?:[\s\"'(\[{:≈=]|(?i:about|around|approximately|approx\.?|roughly|exactly|only|just"
    r"|(?:a|in) total(?: of)?)\b|大?约|一共|总共|共|是|有){0,8}"
)
_SENTENCE = re.compile(r"[!?;\n]|\.(?!\d)")
_LONGEST = 300
_TAIL = 2000
"""Characters at the end of a text in which its last number is looked for."""
_OPERATOR = re.compile(r"[+*/×÷]|\s-\s|\d-\d|\bx\b")
_COMPARED = re.compile(
    r"(?:\b(?:more|less|fewer|greater|larger|smaller|higher|lower) than|\b(?:over|under|above|below"
    r"|at least|at most|up to|between|nearly|almost)|[<>≤≥]|[大小多少]于|超过|不到|至少|至多)"
    r"[\s$]{0,3}$",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"(?:therefore|thus|so|hence|total|result|final|sum|x|y|n|所以|因此|故|总共|一共|共)"
    r"[^=\n]{0,80}=\s{0,3}(?=[^=\n]{0,60}$)",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?m:^)\s{0,8}(?:[-*•#]{1,6}\s)?\d{1,2}[.):、]\s|第\s?\d{1,2}\s?[步题]"
    r"|\b(?:step|part|case|example|equation|question|problem)\s\d{1,3}\b",
    re.IGNORECASE,
)
"""Numbers that count steps."""
_SEVERAL = re.compile(r"=[^=]{0,80}(?:\bor\b|\band\b|或)[^=]{0,80}=")
_UNIT = r"[\s°]{0,4}(?:[^\W\d_]+(?:\s?\^\s?\{?[23]\}?|[23²³](?!\d))?[\s./-]{0,3}){0,4}"
_ALONE = re.compile(rf"{_UNIT}[.,!)\s]{{0,3}}$")
_DIRECT = re.compile(
    rf"(?!{_UNIT}[\")\]}}]{{0,3}}\s{{0,3}}(?:[*×÷/+=]|[-–]\s?\d))"
    rf"(?:{_UNIT}(?:$|[.,;:!?)}}\]\"'(\n–—<]|\s-\s)"
    r"|\s{0,2}(?:because|since|as|for|which|so|if)\b)"
)
_CALCULATOR = re.compile(r"<<[^<>\n]{0,200}>>")
_DIGIT = re.compile(r"\d")
_SUPPOSED = re.compile(r"\b(?:if|whether|unless|suppose|assum\w+)\b|如果|假如|假设", re.IGNORECASE)
_NEAR_START = 20
"""Characters before an answer that comes first and is explained afterwards."""


@dataclass(frozen=True)
class _Stated:
    """A number stated to be the answer, or denied; `None` where none could be read."""

    quantity: Quantity | None
    denied: bool
    end: int


def strict_number(text: str, complete: bool = True) -> Quantity | None:
    """The number that a text states to be its answer, if it never states another value.

    Args:
        text: What the model wrote.
        complete: Whether the model ended the text itself; where the budget did, a number at the
            very end may lack digits and is not read.

    Returns:
        `None` when the text states none, several, or takes one back.
    """
    text = _prepared(text)
    stated = _statements(text)
    values = {one.quantity.value for one in stated if one.quantity and not one.denied}
    if len(values) != 1 or any(one.denied or one.quantity is None for one in stated):
        return None
    return _last(text, stated, complete)


def lenient_number(text: str, complete: bool = True) -> Quantity | None:
    """The last number that a text states, or else its last number, where that is unambiguous.

    Agrees with `strict_number` wherever that reads a number.

    Args:
        text: What the model wrote.
        complete: Whether the model ended the text itself; the last number of a text that the
            budget ended is not read.

    Returns:
        `None` when the last statement is denied or taken back, or when there is no statement and
        the last sentence with a number holds several, supposes, denies or asks.
    """
    text = _prepared(text)
    stated = _statements(text)
    if stated:
        return _last(text, stated, complete)
    return _last_number(text) if complete else None


@dataclass(frozen=True)
class NumberRule:
    """A rule that compares values.

    Attributes:
        read: From a text, and whether it is complete, to the number.
    """

    read: Callable[[str, bool], Quantity | None]

    def find(self, response: Response) -> Found | None:
        quantity = self.read(response.text, response.complete)
        if quantity is None:
            return None
        if not response.item.gold:
            return Found(written(quantity.value), right=False)
        gold = _gold(response.item.gold, response.item.id)
        value = quantity.against(gold)
        return Found(written(value), value == gold.value)

    def same(self, one: str, other: str) -> bool:
        return one == other


NUMBER_RULES = {
    "number-strict": NumberRule(strict_number),
    "number-lenient": NumberRule(lenient_number),
}


def _gold(gold: str, name: str) -> Quantity:
    quantity = _whole(_prepared(gold).strip())
    if quantity is None:
        raise BadInput(
            f"item '{name}' has the gold answer '{gold}', which is no number; grade it with a rule "
            "for texts or for mathematics"
        )
    return quantity


def _prepared(text: str) -> str:
    # A full-width comma separates clauses, never thousands; <<2*9=18>> is a call of a calculator.
    return own_answer(plain(_CALCULATOR.sub("", text).replace("，", ", ")))


def _last(text: str, stated: list[_Stated], complete: bool) -> Quantity | None:
    last = stated[-1]
    if last.denied or last.quantity is None or st.taken_back(text, last.end):
        return None
    return last.quantity if complete or text[last.end :].strip() else None


def _statements(text: str) -> list[_Stated]:
    found = [*_boxed(text), *_cued(text)]
    found.sort(key=lambda one: one.end)
    return found or list(_last_line(text))


def _boxed(text: str) -> Iterator[_Stated]:
    for start, end, content in boxes(text):
        quantity = None if content is None else _whole(content)
        yield _Stated(quantity, st.denied_right_before(text, start), end)


def _cued(text: str) -> Iterator[_Stated]:
    last_digit = next(reversed(list(_DIGIT.finditer(text))), None)
    for cue in _CUE.finditer(text):
        words = st.clause(text, cue.start(), cue.start())
        start, stop = cue.end(), _sentence_end(text, cue.end())
        if st.supposes(words) or text.startswith("?", stop) or "\\boxed" in text[start:stop]:
            continue
        read = _direct(text, start)
        if read is None and not cue["mark"] and last_digit and last_digit.start() < stop:
            read = _indirect(text, start, stop)
        if read is None:
            continue
        quantity, end = read
        if quantity and cue.start() < _NEAR_START and _works_out_another(text, end, quantity):
            quantity = None
        denied = bool(cue["no_en"] or cue["no_zh"]) or (not cue["mark"] and st.denies(words))
        yield _Stated(quantity, denied, end)


def _last_line(text: str) -> Iterator[_Stated]:
    """The last line, where it is nothing but a number, or a conclusion that ends in one."""
    body = text.rstrip()
    start = body.rfind("\n") + 1
    line = body[start:].strip()
    quantity = _whole(line) if line.rfind("=") <= 0 else None
    if quantity is None and (conclusion := _CONCLUSION.match(body, start)):
        quantity = _whole(body[conclusion.end() :])
    if quantity is not None:
        yield _Stated(quantity, False, len(body))


def _sentence_end(text: str, start: int) -> int:
    end = _SENTENCE.search(text, start, start + _LONGEST)
    return end.start() if end else min(len(text), start + _LONGEST)


def _direct(text: str, start: int) -> tuple[Quantity | None, int] | None:
    """The number right behind a cue, with where it ends; `None` where a longer sentence follows."""
    place = _opened(text, start)
    quantity = quantity_at(text, place) or numeral_at(text, place)
    if quantity is None or not _DIRECT.match(text, quantity.end):
        return None
    return (None if _COMPARED.search(text[start:place]) else quantity), quantity.end


def _indirect(text: str, start: int, stop: int) -> tuple[Quantity | None, int] | None:
    """The only number of the sentence behind a cue, or the right side of its equation.

    Returns:
        No number, where several might be meant; `None` where the sentence speaks of none.
    """
    said = text[start:stop]
    equals = text.rfind("=", start, stop)
    if equals >= 0:
        return None if _SEVERAL.search(said) else _right_side(text, start, equals), stop
    numbers = quantities(said)
    if not numbers:
        return None
    only = numbers[0] if len(numbers) == 1 else None
    if only is None or st.denies(said) or _compared(said):
        return None, stop
    return only, start + only.end


def _works_out_another(text: str, end: int, quantity: Quantity) -> bool:
    """Whether what explains an answer ends in an equation with another value."""
    equals = text.rfind("=")
    if equals < end:
        return False
    result = quantity_at(text, _opened(text, equals + 1))
    return result is not None and result.value != quantity.value


def _compared(said: str) -> bool:
    digit = re.search(r"\d", said)
    return digit is not None and _COMPARED.search(said[: digit.start()]) is not None


def _right_side(text: str, start: int, equals: int) -> Quantity | None:
    """The number on the right of an equation, if its left side works it out or names it."""
    left = text[start:equals]
    if re.search(r"\d", left) and not _OPERATOR.search(left):
        return None  # "18 eggs = 1.5 dozen": either may be meant
    return quantity_at(text, _opened(text, equals + 1))


def _opened(text: str, start: int) -> int:
    opening = _OPENING.match(text, start)
    return opening.end() if opening else start


def _whole(text: str) -> Quantity | None:
    """The number that a short text consists of, but for a name before it and a unit behind."""
    equals = text.rfind("=")
    place = _opened(text, equals + 1)
    if equals >= 0:
        quantity = _right_side(text, 0, equals)
    else:
        quantity = quantity_at(text, place) or numeral_at(text, place)
    return quantity if quantity and _ALONE.match(text, quantity.end) else None


def _last_number(text: str) -> Quantity | None:
    """The number of the last sentence that has one, if it has no other."""
    digit = re.search(r"\d(?=\D*$)", text[-_TAIL:])
    if digit is None:
        return None
    place = max(0, len(text) - _TAIL) + digit.start()
    start = max(0, place - _LONGEST)
    breaks = list(_SENTENCE.finditer(text, start, place))
    start, stop = breaks[-1].end() if breaks else start, _sentence_end(text, place)
    said = _LABEL.sub("", text[start:stop])
    # "If each has 5, all have 2*5 = 10" works something out; "if they sell all, it is 10" does not.
    supposed = _SUPPOSED.search(said.rpartition(", ")[2] if "=" in said else said)
    if text.startswith("?", stop) or st.denies(said) or supposed or _compared(said):
        return None
    if _SEVERAL.search(said):
        return None
    numbers = quantities(said[said.rfind("=") + 1 :])
    return numbers[0] if len(numbers) == 1 else None
