"""Numbers that a text states to be its answer, behind a cue, in a box, or alone in its last line.

Read are "#### 18", "A: 18", "the answer is 18", "答案是18", a box, and a number that is a line of
its own at the end, or the right side of a conclusion there. A statement may deny its number, or
speak of a number that cannot be told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from astrolabe.grading import statements as st
from astrolabe.grading import surroundings
from astrolabe.grading.asked import Asked
from astrolabe.grading.boxed import boxes
from astrolabe.grading.mainline import without_asides
from astrolabe.grading.quantities import Quantity, numeral_at, quantities, quantity_at
from astrolabe.grading.tellings import answer_in
from astrolabe.grading.undecided import undecided
from astrolabe.grading.units import amount_at

_CUE = re.compile(
    st.cue_pattern("result|value|number|total|amount|solution|sum")
    + r"|\"(?:final[_ ]?)?(?:answer|result)\"\s{0,3}:\s{0,3}\"?"
    + r"|<(?:final|(?:final[_ ]?)?result)>\s{0,3}"
    + r"|(?m:^)[ \t>*-]{0,6}(?:最终|最后)?(?:结果|得数|答数|结论)(?:[是为]|\s?:)"
    + r"|最[终后](?:结果|答案)(?:[是为]|\s?:)"
    + r"|\"(?:最终)?(?:答案|结果)\"\s{0,3}:\s{0,3}\"?|故[选填]:?"
    + r"|(?m:^)[^\w\n]{0,6}(?i:correct(?:ion|ed)(?: answer)?)\s?:"
    + r"|(?:更正|订正|修正)(?:后的?答案)?[是为:]"
    + r"|<(?:最终)?答案>|\b[Ii] mean(?:t)?(?: to say)?:?\s|(?:我的意思是|改[为成])"
    + r"|(?P<mark>#{3,4}\s?|(?m:^)\s{0,4}A:\s{0,4}(?:#{3,4}\s?)?)"
)
_OPENING = re.compile(
    r"(?:[\s\"'(\[{:≈=>]"
    r"|(?i:about|around|approximately|approx\.?|roughly|exactly|only|just|(?:a|in) total(?: of)?)\b"
    r"|大?约|一共|总共|共|是|有){0,8}"
)
_REVISED = re.compile(
    r"\b(?:but|however|yet|actually|correction|rather)\b[^?\n]{0,80}\d"
    r"|(?:但|不过|然而|实际|更正|改为|可是)[^?\n]{0,40}\d",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[-*•>] ")
_SENTENCE = re.compile(r"[!?;\n]|\.(?!\d)")
_FULL_STOP = re.compile(r"[!;\n]|\.(?!\d)")
_COUNTS = re.compile(r"[^\w\n]{0,6}\d[\d.,]*\s(?!percent\b|per cent\b)[a-z]", re.IGNORECASE)
_FEW_WORDS = re.compile(r"[^\w\n]{0,6}(?:\S{1,20}\s?){1,4}")
_UNIT_BEGUN = re.compile(r"[^\w\n]{0,6}\d[\d.,]*\s?[^\W\d_]{1,20}\s?")
_ITEM = re.compile(r"\s{0,3}1[.)、]\s|(?s:.{0,400})\n\s{0,3}2[.)、]\s")
_LONGEST = 300
_SHORT = 40
_EARLIER = re.compile(
    r"\b(?:first|initial|previous|earlier|old|original|former)\s?$|(?:最初|起先|原先)的?$",
    re.IGNORECASE,
)
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
_CONCLUDES = re.compile(
    r"\s{0,3}(?:so|therefore|thus|hence|in total|altogether|所以|因此|故|一共|总共)\b",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"\W{0,4}|[^\w\\]{0,4}[A-Za-z]*(?:answer|number|result|value)[^\d\\]{0,12}", re.IGNORECASE
)
"""What stands in a box that only says where the answer will be."""
_SEVERAL = re.compile(r"=[^=]{0,80}(?:\bor\b|\band\b|或)[^=]{0,80}=")
_NO_UNIT = (
    r"(?!(?i:is|are|was|were|be|isn|can|cannot|couldn|not|too|has|have|do|does|will|would|should|seems"
    r"|looks|sounds|it|that|this|so|if|when|wrong|right|or|and)\b)"
)
_UNIT = (
    rf"[ \t°]{{0,4}}(?:{_NO_UNIT}"
    r"(?:[^\W\d_\u3400-\u9fff]+|(?:(?![不太错对是这那就该可吗呢没非])[\u3400-\u9fff]){1,5}"
    r"(?![\u3400-\u9fff]))"
    r"(?:\s?\^\s?\{?[23]\}?|[23²³](?!\d))?[ \t./-]{0,3}){0,4}"
)
_ALONE = re.compile(rf"{_UNIT}[.,!)\s]{{0,3}}$")
_DIRECT = re.compile(
    rf"(?!{_UNIT}[\")\]}}]{{0,3}}\s{{0,3}}(?:[*×÷/+=]|[-–]\s?\d))"
    rf"(?:{_UNIT}(?:$|[.,;:!?)}}\]\"'(\n–—<]|\s-\s)"
    r"|\s{0,2}(?:because|since|as|for|which|so|if)\b)"
)
_DIGIT = re.compile(r"\d")
_NEAR_START = 20
"""Characters before an answer that comes first and is explained afterwards."""


@dataclass(frozen=True)
class Stated:
    """A number stated to be the answer, or denied; `None` where none could be read.

    Attributes:
        end: Where the text goes on behind it.
        start: Where what is stated begins, behind the cue.
        sure: Whether it is all that is stated; else it was chosen among several numbers.
    """

    quantity: Quantity | None
    denied: bool
    end: int
    start: int
    sure: bool = True


def stated_numbers(text: str, asked: Asked) -> list[Stated]:
    """What plain text states, in its order."""
    found = [*_boxed(text, asked), *_cued(text, asked)]
    found.sort(key=lambda one: one.end)
    return found or list(_last_line(text, asked))


def _boxed(text: str, asked: Asked) -> Iterator[Stated]:
    for start, end, content in boxes(text):
        if content is not None and _PLACEHOLDER.fullmatch(content):
            continue
        quantity = None if content is None else whole(content, asked)
        yield Stated(quantity, st.denied_right_before(text, start), end, start)


def _cued(text: str, asked: Asked) -> Iterator[Stated]:
    last_digit = next(reversed(list(_DIGIT.finditer(text))), None)
    for cue in _CUE.finditer(text):
        words = st.clause(text, cue.start(), cue.start())
        bullet = _BULLET.match(text, cue.end()) if cue.group().endswith("\n") else None
        start = bullet.end() if bullet else cue.end()
        stop = _sentence_end(text, start)
        if (
            st.supposes(words)
            or _EARLIER.search(words)
            or text.startswith("?", stop)
            or "\\boxed" in text[start:stop]
        ):
            continue
        read = _direct(text, start, asked)
        if read is None and not cue["mark"] and last_digit and last_digit.start() < stop:
            read = _indirect(text, (start, stop), asked)
        if read is None:
            continue
        quantity, end = read.quantity, read.end
        if quantity and cue.start() < _NEAR_START and _concludes_another(text, end, quantity):
            quantity = None
        denied = bool(cue["no_en"] or cue["no_zh"]) or (not cue["mark"] and st.denies(words))
        yield Stated(quantity, denied, end, start, read.sure)


def _last_line(text: str, asked: Asked) -> Iterator[Stated]:
    """The last line, where it is nothing but a number, or a conclusion that ends in one."""
    body = text.rstrip()
    start = body.rfind("\n") + 1
    line = body[start:].strip().lstrip("#> ")
    quantity = whole(line, asked) if line.rfind("=") <= 0 else None
    if quantity is None and (conclusion := _CONCLUSION.match(body, start)):
        quantity = whole(body[conclusion.end() :], asked)
    if quantity is not None and not _ends_list(body[:start], line, asked):
        yield Stated(quantity, False, len(body), start)


def _ends_list(before: str, line: str, asked: Asked) -> bool:
    """Whether a line counts something, and the line before it something else."""
    last = before.rstrip().rpartition("\n")[2].strip()
    return all(_COUNTS.match(one) and whole(one, asked) for one in (last, line))


def leading_number(text: str, asked: Asked, complete: bool = True) -> Quantity | None:
    """The number that a text consists of up to its first full stop, if nothing takes it back.

    What follows explains it: it must not conclude another value.

    Args:
        complete: Whether the text's own end may be that stop: behind one that is cut off, the
            number is whole where a unit has begun.
    """
    text = text.lstrip()
    stop = _FULL_STOP.search(text, 0, _SHORT)
    if stop is None and (complete or not _UNIT_BEGUN.fullmatch(text)):
        return None
    end = stop.start() if stop else len(text)
    if "=" in text[:end] or not _FEW_WORDS.fullmatch(text[:end]):
        return None
    quantity = whole(text[:end], asked)
    if quantity is None or (quantity.value, quantity.percent) in asked.given:
        return None
    if _REVISED.search(text, end):
        return None
    if _ITEM.match(text) or st.taken_back(text, end) or undecided(text, end):
        return None
    return None if _concludes_another(text, end, quantity) else quantity


def _sentence_end(text: str, start: int) -> int:
    end = _SENTENCE.search(text, start, start + _LONGEST)
    return end.start() if end else min(len(text), start + _LONGEST)


@dataclass(frozen=True)
class _Read:
    """What stands behind a cue; no number, where several might be meant."""

    quantity: Quantity | None
    end: int
    sure: bool = True


def _direct(text: str, start: int, asked: Asked) -> _Read | None:
    """The number right behind a cue; `None` where a longer sentence follows."""
    place = _opened(text, start)
    quantity = _at(text, place, asked)
    if quantity is None or not _DIRECT.match(text, quantity.end):
        return None
    return _Read(None if _COMPARED.search(text[start:place]) else quantity, quantity.end)


def _indirect(text: str, span: tuple[int, int], asked: Asked) -> _Read | None:
    """The number of the sentence behind a cue that answers the question.

    It is the right side of its equation, its only one, or the one asked for.

    Returns:
        `None` where the sentence speaks of no number.
    """
    said = text[slice(*span)]
    numbers = quantities(said)
    if not numbers or surroundings.labels(said):
        return None
    quantity = None
    equals = text.rfind("=", *span)
    if equals >= 0 and not _SEVERAL.search(said):
        quantity = _right_side(text, span[0], equals, asked)
    elif len(numbers) == 1 and not st.denies(said) and not _compared(said):
        quantity = numbers[0] and asked.told(said, numbers[0])
    if quantity or not asked.known or st.denies(said):
        return _Read(quantity, span[1])
    chosen = answer_in(said, asked)
    return _Read(chosen.quantity if chosen else None, span[1], sure=False)


def _concludes_another(text: str, end: int, quantity: Quantity) -> bool:
    """Whether what explains an answer concludes another value: "So 9 + 4 = 13"."""
    explained = [one for one in without_asides(text[end:]) if _DIGIT.search(one)]
    if not explained or not _CONCLUDES.match(explained[-1]):
        return False
    equals = explained[-1].rfind("=")
    result = quantity_at(explained[-1], _opened(explained[-1], equals + 1)) if equals > 0 else None
    return result is not None and result.value != quantity.value


def _compared(said: str) -> bool:
    digit = re.search(r"\d", said)
    return digit is not None and _COMPARED.search(said[: digit.start()]) is not None


def _right_side(text: str, start: int, equals: int, asked: Asked) -> Quantity | None:
    """The number on the right of an equation, if its left side works it out or names it."""
    left = text[start:equals]
    if _DIGIT.search(left) and not _OPERATOR.search(left):
        return None  # "18 eggs = 1.5 dozen": either may be meant
    return _at(text, _opened(text, equals + 1), asked, words=False)


def _opened(text: str, start: int) -> int:
    opening = _OPENING.match(text, start)
    return opening.end() if opening else start


def whole(text: str, asked: Asked) -> Quantity | None:
    """The number that a short text consists of, but for a name before it and a unit behind."""
    equals = text.rfind("=")
    if equals >= 0:
        quantity = _right_side(text, 0, equals, asked)
    else:
        quantity = _at(text, _opened(text, 0), asked)
    return quantity if quantity and _ALONE.match(text, quantity.end) else None


def _at(text: str, place: int, asked: Asked, words: bool = True) -> Quantity | None:
    """The number at a place, as it was asked for."""
    amount = amount_at(text, place)
    if amount and amount.parts > 1:
        return amount.told_in(asked.units) or amount.told_in_its_first()
    quantity = quantity_at(text, place) or (numeral_at(text, place) if words else None)
    if quantity is None or asked.restates(text, quantity):
        return None
    return asked.told(text, quantity)
