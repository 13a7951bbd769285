"""The numbers of a sentence, each with what speaks for its being the answer to a question.

Left out are labels and dates, what is denied or only compared with, operands, and the sides of an
equation that still has its unknown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from astrolabe.grading.asked import Asked
from astrolabe.grading.quantities import Quantity, numeral_at, quantities, words_in
from astrolabe.grading.units import amount_at, singular

_CLAUSE = re.compile(
    r"(?<!\d), |, (?!\d)|;|\n|--|[–—](?!\s?[$€£]?\d)"
    r"|(?:(?<!\d )\band\b|\band\b(?! \d))(?![^,;=\d]{0,40}=)"
    r"|\b(?:but|so|thus|hence|therefore|which|that is,|while|whereas|because|since|ie)\b"
    r"|所以|因此|因为|由于|其中|[而即]",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"[=≈]")
_OPERATOR = re.compile(r"[+*/×÷^–—]|\s-\s|\d\s?-\s?[$€£]?\d|\bx\b|[a-z]\(|%\s?of")
_VERBAL = re.compile(
    r"(?:\b(?:plus|minus|times|less|twice|double|triple|thrice|half|divided by|multiplied by)\b"
    r"|[加减乘除])[^=]{0,40}?"
    r"(?:\b(?:is|are|makes?|gives?|equals?|leaves?)\b|等于|得|是)",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"(?<![A-Za-z])(?:\d\s?[xynk](?![A-Za-z]|\s?(?:\.?\d|[($\\]))|[xynk]\s?[-+*/^×÷]\s?[\d(]"
    r"|[-+*/×÷]\s?[xynk](?![A-Za-z]|\s?\d))"
)
_GOVERNED = re.compile(
    r"(?:\b(?:in|after|from|per|every|each|within|during|than|since|until|before|between|with|on"
    r"|for|at|of|by|to|among|over|under|past|first|last|another)\s"
    r"(?:(?:the|these|those|all|about|only|just|its|his|her|their)\s){0,2}|\b(?:the|these|those)\s"
    r"|[每按用从比第]|大概在)"
    r"[$£€]?$",
    re.IGNORECASE,
)
_NOT_GOVERNED = re.compile(
    r"(?:\b(?:total|sum|average|mean|amount|number|price|cost|profit|distance|speed|area|rate|length"
    r"|comes?|amounts?|adds? up|equal|rises?|drops?|falls?|grows?|works? out"
    r"|(?:is|are|was|were|be|stands?|lies?|stays?))\s(?:of|to|at|out to)"
    r"|\b(?:left|leaves?(?: \w{2,12})?|remains?|ends up|finishes) with)\s"
    r"(?:about\s|only\s)?[$£€]?$",
    re.IGNORECASE,
)
_ASIDE_BEHIND = re.compile(
    r"[\u3400-\u9fff]{1,3}?(?:[之以]?[后前内]|的(?=[\u3400-\u9fff]))|-[a-z]"
    r"|\s\w{1,12}\s(?:below|beneath|above|later|earlier|ago)\b"
)
_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bno longer|\bnor|\b(?:instead|out) of|\brather than|不是|并非|不等于"
    r"|不为|没有)[^,.;=\d]{0,12}$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"(?:\b(?:more|less|fewer|greater|larger|smaller|higher|lower|better) than|\b(?:over|under"
    r"|above|below|at least|at most|up to|nearly|almost)|[<>≤≥]|[大小多少高低]于|超过|不到"
    r"|至少|至多|比)[\s$]{0,3}$",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|whether|unless|suppose|assum\w+)\b|如果|假如|假设|若", re.IGNORECASE
)
_LABEL = re.compile(
    r"(?:\b(?:step|part|case|example|equation|question|problem|error|code|http|status|version|page"
    r"|chapter|figure|line|no|grade|level|room)\s?#?|第|[#№])\s?$",
    re.IGNORECASE,
)
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_DATE = re.compile(rf"\b{_MONTH}\.?,?\s?(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s?)?$")
_MONTH_BEHIND = re.compile(rf"\s{_MONTH}")
_BARE = re.compile(
    r"\s?(?:$|[.,;:!?)\]}]|(?:left|remain|over|altogether|together|more|again|in (?:all|total)"
    r"|of (?:them|these)|is|are|was|were|per|an?|because|since|and|on)\b)"
)
_OPERAND_BEFORE = re.compile(
    r"(?:\b(?:plus|minus|times|divided by|multiplied by)\s"
    r"|\b(?:multiply(?:ing)?|divid(?:e|ing)|subtract(?:ing)?|add(?:ing)?)\s"
    r"(?:(?!to get|gives|is\b|=)\S{1,20}\s){0,3}|(?:加|减|乘|除)[上去以]?)[$]?$",
    re.IGNORECASE,
)
_OPERAND_BEHIND = re.compile(
    r"\s?(?:plus|minus|times(?= (?:[$\d]|as\b))|divided by|multiplied by)\b|[加减乘]|除以"
)
_ENDS = re.compile(r"\s?(?:[a-z]{1,20}\s?){0,3}[^\W\d_a-z]{0,3}[.!?)\s]{0,3}$", re.IGNORECASE)
_EXPLAINS = re.compile(r"\s?(?:because|since|因为|由于)", re.IGNORECASE)
_NAME = re.compile(r"(?:^|[;\n])\W{0,6}([A-Za-z]{2,20})\s?[:=]\s?$")
_TENTATIVE = re.compile(
    r"\b(?:first|initial(?:ly)?|previous|earlier) (?:answer|guess|thought|attempt|try|result)\b"
    r"|\bat first\b|以为|乍一看|起初|一开始",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?:\b(?:is|are|was|were|be|equals?|makes?|gives?|get|becomes?|comes to)|[=是为得成]|等于)"
    r"\s?(?:about|exactly|only|just|约)?[\s$€£:]{0,3}$",
    re.IGNORECASE,
)
_MOST = 60
"""A sentence with more numbers than this is a list."""

_NO_ANSWER_BEHIND = (_LABEL, _DATE, _DENIED, _COMPARED, _OPERAND_BEFORE, _TENTATIVE)


@dataclass(frozen=True)
class Candidate:
    """A number of a sentence that may be the answer.

    Attributes:
        quantity: In the terms asked for.
        clause: What stands around it.
        fits: Whether it is told in the unit asked for.
        bare: Whether no unit at all is told with it.
        given: Whether the question tells it.
        governed: Whether a word makes it part of a circumstance: "in 5 days", "每5天".
        bracketed: Whether it stands in brackets.
        worked_out: Whether an equation comes to it.
        said: Whether it is what something is said to be: "is 5", "x = 5", "是5".
        explains: Whether it stands in a reason for something: "because 3 + 2 = 5".
    """

    quantity: Quantity
    clause: str
    fits: bool
    bare: bool
    given: bool
    governed: bool
    bracketed: bool
    worked_out: bool
    said: bool
    explains: bool

    @property
    def weak(self) -> bool:
        """Whether nothing speaks for its being the answer."""
        return not self.fits and (self.governed or (self.given and not self.said))


def candidates(sentence: str, asked: Asked) -> Iterator[Candidate]:
    """The numbers of a sentence of plain text that may be the answer, in their order."""
    numbers = list(_numbers(sentence, asked))
    if len(numbers) > _MOST:
        return
    supposed = _SUPPOSED.search(sentence)
    for start, end in _clauses(sentence):
        inside = [one for one in numbers if start <= one.start < end]
        for quantity, worked_out in _told(sentence, (start, end), inside):
            one = _candidate(sentence, (start, end), quantity, asked, worked_out)
            only_supposed = supposed and supposed.start() < quantity.start
            if one and (one.fits or one.worked_out or not only_supposed):
                yield one


def _candidate(
    sentence: str, clause: tuple[int, int], quantity: Quantity, asked: Asked, worked_out: bool
) -> Candidate | None:
    """A number with what speaks for it; `None` where it is none that could be an answer."""
    before = sentence[clause[0] : quantity.start]
    if (
        any(pattern.search(before) for pattern in _NO_ANSWER_BEHIND)
        or _MONTH_BEHIND.match(sentence, quantity.end)
        or _OPERAND_BEHIND.match(sentence, quantity.end)
    ):
        return None
    if asked.restates(sentence, quantity):
        return None
    in_asked = asked.told(sentence, quantity)
    governed = _GOVERNED.search(before) and not _NOT_GOVERNED.search(before)
    opened, closed = (sentence.count(sign, 0, quantity.start) for sign in "()")
    return Candidate(
        quantity=in_asked,
        clause=sentence[slice(*clause)],
        fits=in_asked != quantity or asked.fits(sentence, quantity) or _named(before, asked),
        bare=not quantity.percent and _BARE.match(sentence, quantity.end) is not None,
        given=any((one.value, one.percent) in asked.given for one in (quantity, in_asked)),
        governed=bool(governed or _ASIDE_BEHIND.match(sentence, quantity.end)),
        bracketed=opened > closed,
        worked_out=worked_out,
        said=_SAID.search(before) is not None,
        explains=_EXPLAINS.match(sentence, clause[0]) is not None,
    )


def _named(before: str, asked: Asked) -> bool:
    """Whether a number is headed by what was asked for: "Boys: 240"."""
    name = _NAME.search(before)
    return name is not None and singular(name[1]) in asked.nouns


def _clauses(sentence: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cut in _CLAUSE.finditer(sentence):
        yield start, cut.start()
        start = cut.start() + (1 if cut.group()[0] in ",;:\n" else 0)
    yield start, len(sentence)


def _told(
    sentence: str, clause: tuple[int, int], numbers: Sequence[Quantity]
) -> Iterator[tuple[Quantity, bool]]:
    """The numbers of a clause, each with whether an equation comes to it.

    None, where the equation still has its unknown on the left.
    """
    equals = [match.start() for match in _EQUALS.finditer(sentence, *clause)]
    left = (equals[-2] + 1 if len(equals) > 1 else clause[0]), (equals or [clause[1]])[-1]
    if _UNKNOWN.search(sentence, *left):
        return
    verbal = _VERBAL.search(sentence, *clause)
    if equals and not _OPERATOR.search(sentence, *left):
        comes_to = clause[1]
    else:
        comes_to = equals[-1] if equals else verbal.end() if verbal else clause[1]
    for one in numbers:
        yield one, one.start >= comes_to


def _meant(sentence: str, one: Quantity, asked: Asked, alone: bool) -> bool:
    """Whether a number in words is told as an answer: as was asked, or at the very end."""
    amount = amount_at(sentence, one.start)
    if amount and amount.parts > 1:
        return True
    if asked.fits(sentence, one):
        return one.value != 1 or numeral_at(sentence, one.start) is not None
    ends = numeral_at(sentence, one.start) and _ENDS.match(sentence, one.end)
    return alone and bool(ends) and one.value > 1


def _numbers(sentence: str, asked: Asked) -> Iterator[Quantity]:
    """The numbers of a sentence; an amount in several units is one."""
    found = [one for one in quantities(sentence, listed=True) if one]
    found += [one for one in words_in(sentence) if _meant(sentence, one, asked, alone=not found)]
    place = 0
    for one in sorted(found, key=lambda one: one.start):
        if one.start < place:
            continue
        amount = amount_at(sentence, one.start)
        if amount is None or amount.parts == 1:
            place = one.end
            yield one
            continue
        place = amount.end
        if whole := amount.told_in(asked.units) or amount.told_in_its_first():
            yield whole
