"""The number that a text without a stated answer comes to, with an eye on the question.

A reader takes the last sentence of the main line that tells a number, and in it the number that
answers the question: in the unit asked for, said with the question's words, worked out or concluded
and not given. Where that leaves several, or the writer does not decide, nothing is read.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

from astrolabe.grading import statements as st
from astrolabe.grading.asked import Asked
from astrolabe.grading.choosing import CONCLUDES, values
from astrolabe.grading.mainline import main_line
from astrolabe.grading.quantities import Quantity, quantity_at
from astrolabe.grading.tellings import Telling, answering
from astrolabe.grading.undecided import undecided

_CASE = re.compile(r"\s{0,3}(?:if|in case|如果|若|假如|按)(?=[^=]{0,200}$)", re.IGNORECASE)
_REFRAIN = re.compile(
    r"\W{0,6}(?P<number>-?\d[\d.,]{0,12}\d|\d)(?:\s{1,3}(?P=number)){2,}(?:\s{1,3}\d*)?"
)
_HOW_MANY = re.compile(r"\bhow many\b|多少|几", re.IGNORECASE)
_NONE = re.compile(
    r"^\W{0,4}(?:none|nobody|no one)\b(?: of (?:them|the \w{1,16}))?(?: (?:is|are|was|were"
    r"|remains?|left)\b|\W*$)"
    r"|一[\u3400-\u9fff]?[都也](?:没有?|不)(?:剩|有|留|会)|没有?剩下?",
    re.IGNORECASE,
)
"""A count of nothing: "None are left", "一个也没剩"."""
_LONGEST = 10_000
_DIGIT = re.compile(r"\d")
_BREAKS_OFF = re.compile(r"[\w)]\s?[=+*/×÷-]\s{0,3}$")
_SHORT = 30


def concluded(text: str, asked: Asked) -> Quantity | None:
    """The number that plain text comes to; `None` where that would have to be guessed."""
    sentences = main_line(text)
    if sentences and _BREAKS_OFF.search(sentences[-1]):
        return None
    told = [
        Telling.of(place, sentence, asked)
        for place, sentence in enumerate(sentences)
        if not sentence.endswith("?")
    ]
    if len(told) == 1 and not told[0].values and (none := _NONE.search(told[0].sentence)):
        asks_number = _HOW_MANY.search(asked.question)
        return Quantity(Fraction(0), False, none.end(), none.start()) if asks_number else None
    strong = [one for one in told if one.strong]
    if not strong:
        return _only_given([one for one in told if one.numbers])
    last = answering(strong, asked)
    if last.chosen is None or (last.place and _two_cases(sentences, last.place)):
        return None
    rest = last.sentence + ". " + " ".join(sentences[last.place + 1 :])
    number = last.chosen.quantity
    return None if undecided(rest) or st.taken_back(rest, number.end) else number


def _two_cases(sentences: Sequence[str], place: int) -> bool:
    """Whether two sentences each tell what holds in a case."""
    return bool(_CASE.match(sentences[place]) and _CASE.match(sentences[place - 1]))


def refrain(text: str) -> Quantity | None:
    """The number that plain text repeats and says nothing else; its last one may be cut off."""
    repeated = _REFRAIN.fullmatch(text[:_LONGEST])
    return quantity_at(repeated["number"], 0) if repeated else None


def sums_up(text: str) -> bool:
    """Whether the last sentence of plain text that has a digit draws a conclusion."""
    told = [one for one in main_line(text) if _DIGIT.search(one)]
    return bool(told) and CONCLUDES.search(told[-1]) is not None


def _only_given(weak: Sequence[Telling]) -> Quantity | None:
    """The one number of a short text that only tells again what the question has told."""
    if not weak or undecided(weak[-1].sentence):
        return None
    worked = [one for one in weak[-1].numbers if one.worked_out]
    if worked and len(values(worked)) == 1:
        return worked[-1].quantity
    if len(weak) != 1 or len(weak[0].sentence) > _SHORT:
        return None
    left = [one for one in weak[0].numbers if not (one.governed or one.beside)]
    return left[-1].quantity if len(values(left)) == 1 else None
