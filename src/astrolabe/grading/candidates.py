"""The numbers of a sentence, each with what speaks for its being the answer to a question.

Left out are numbers that what stands around them rules out (`grading.surroundings`), and the sides
of an equation that still has its unknown.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from astrolabe.grading import surroundings
from astrolabe.grading.asked import Asked
from astrolabe.grading.quantities import Quantity, numeral_at, quantities, words_in
from astrolabe.grading.units import amount_at, singular

_CLAUSE = re.compile(
    r"(?<!\d), |, (?!\d)|;|\n|--|[–—](?!\s?[$€£]?\d)"
    r"|(?:(?<!\d )\band\b|\band\b(?! \d))(?![^,;=\d]{0,40}=)"
    r"|\b(?:but|yet|so|thus|hence|therefore|which|that is,|while|whereas|because|since|ie)\b|≈"
    r"|所以|因此|因为|由于|其中|而|(?<![\u3400-\u9fff])即",
    re.IGNORECASE,
)
"""Where a clause begins; "4, 8 and 12" is one list."""
_OPERATOR = re.compile(r"[+*/×÷^–—]|\s-\s|\d\s?-\s?[$€£]?\d|[²³]|\bx\b|[a-z]\(|%\s?of")
_VERBAL = re.compile(
    r"(?:\b(?:plus|minus|times|less|twice|double|triple|thrice|half|divided by|multiplied by)\b"
    r"|[加减乘除])[^=]{0,40}?(?:\b(?:is|are|makes?|gives?|equals?|leaves?)\b|等于|得|是)",
    re.IGNORECASE,
)
"""An equation in words, up to its result."""
_UNKNOWN = re.compile(
    r"(?<![A-Za-z])(?:\d\s?[xynk](?![A-Za-z]|\s?(?:\.?\d|[($\\]))|[xynk]\s?[-+*/^×÷]\s?[\d(]"
    r"|[-+*/×÷]\s?[xynk](?![A-Za-z]|\s?\d))"
)
_VALUE_OF = re.compile(r"(?<![A-Za-z\d])(?<!\d )([a-z])\s?=\s?-?\d")
_SUPPOSED = re.compile(
    r"\b(?:if|whether|unless|suppose|assum\w+)\b|如果|假如|假设|若", re.IGNORECASE
)
_STARTS_AGAIN = re.compile(
    r"[,;:]\s?(?:[啊哦]?不对?|错了|no|no wait|wait|oops|scratch that)(?=\s?,)", re.IGNORECASE
)
_EXPLAINS = re.compile(r"\s?(?:because|since|因为|由于)", re.IGNORECASE)
_RESTATES = re.compile(
    r"\s?(?:or\b|≈|(?:(?:which|that) is )?(?:about|roughly|approximately|some|around)\b"
    r"|大?约[为是合]?|折?合(?=[\d约])|相当于)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?:^|[;\n])\W{0,6}([A-Za-z]{2,20})\s?[:=]\s?$")
_ONE_IS = re.compile(r"\s[a-z]{2,15}\s(?:is|was|remains?|stays?|will be)\b", re.IGNORECASE)
_ENDS = re.compile(r"\s?(?:[a-z]{1,20}\s?){0,3}[^\W\d_a-z]{0,3}[.!?)\s]{0,3}$", re.IGNORECASE)
_ANNOUNCES = re.compile(r"\d\s?[^\W\d][^:\n]{0,60}:\s?[$€£¥]?\Z")
_DATE = re.compile(
    r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})[日号])?"
    r"|(?<!\d)(?P<only_month>\d{1,2})月(?P<only_day>\d{1,2})[日号]"
)
_DRAWS = re.compile(
    r"[,;] ?(?:and )?(?:so|thus|therefore|hence)\b|所以|因此",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")
_NEAR = 24
"""Characters before a number whose words belong to it."""
_MOST = 60
"""A sentence with more numbers than this is a list."""


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
        restates: Whether it only tells another number again, roughly or in another unit.
        beside: Whether it counts something else that the question speaks of.
        at_rate: Whether it is told by a time that the question does not speak of.
        near: How many of the question's words stand right before it.
        announced: Whether it follows a colon in front of which other numbers are told.
        drawn: Whether its sentence draws it, and what it stands beside, from what is told before.
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
    restates: bool
    beside: bool
    at_rate: bool
    near: int
    announced: bool
    drawn: bool

    @property
    def weak(self) -> bool:
        """Whether nothing speaks for its being the answer."""
        return not self.fits and (self.governed or (self.given and not self.said))


@dataclass(frozen=True)
class _Clause:
    """A clause of a sentence.

    Attributes:
        result: Where the result of its equation begins, if it has one.
    """

    sentence: str
    start: int
    end: int
    result: int

    @property
    def text(self) -> str:
        return self.sentence[self.start : self.end]


def candidates(sentence: str, asked: Asked) -> Iterator[Candidate]:
    """The numbers of a sentence of plain text that may be the answer, in their order."""
    numbers = list(_numbers(sentence, asked))
    if len(numbers) > _MOST:
        return
    supposed = _SUPPOSED.search(sentence)
    begins = max((again.end() for again in _STARTS_AGAIN.finditer(sentence)), default=0)
    for clause in _clauses(sentence):
        inside = [one for one in numbers if max(clause.start, begins) <= one.start < clause.end]
        result = next((one.start for one in inside if one.start >= clause.result), None)
        for number in inside:
            one = _candidate(clause, number, asked, worked_out=number.start == result)
            only_supposed = supposed and supposed.start() < number.start
            if one and (one.fits or one.worked_out or not only_supposed):
                yield one


def _candidate(
    clause: _Clause, number: Quantity, asked: Asked, worked_out: bool
) -> Candidate | None:
    """A number with what speaks for it; `None` where it is none that could be an answer."""
    text, end = clause.sentence, number.end
    before = text[clause.start : number.start].removesuffix(asked.label_before(text, number))
    told = asked.told(text, number)
    if told is None or (asked.whole and told.value.denominator > 1):
        return None
    if asked.restates(text, number) or surroundings.is_no_answer(before, text, end):
        return None
    announced = _ANNOUNCES.search(text, 0, number.start) is not None
    opened, closed = (text.count(sign, 0, number.start) for sign in "()")
    return Candidate(
        quantity=told,
        clause=clause.text,
        fits=told != number or asked.fits(text, number) or _named(before, asked),
        bare=not number.percent and surroundings.is_bare(text, end),
        given=any((one.value, one.percent) in asked.given for one in (number, told)),
        governed=surroundings.is_circumstance(before, text, end, asked.counter)
        or surroundings.is_change(before, asked.question),
        bracketed=opened > closed,
        worked_out=worked_out,
        said=surroundings.is_said(before),
        explains=not announced and _EXPLAINS.match(text, clause.start) is not None,
        restates=_RESTATES.match(text, clause.start) is not None,
        beside=not worked_out and asked.counts_other(text, number),
        at_rate=asked.at_another_rate(text, number),
        near=asked.shared(_DIGITS.split(before[-_NEAR:])[-1]),
        announced=announced,
        drawn=_DRAWS.search(text, 0, number.start) is not None,
    )


def _named(before: str, asked: Asked) -> bool:
    """Whether a number is headed by what was asked for: "Boys: 240"."""
    name = _NAME.search(before)
    return name is not None and singular(name[1]) in asked.nouns


def _clauses(sentence: str) -> Iterator[_Clause]:
    """The clauses that do not hold an equation whose unknown is still on its left."""
    start = 0
    for cut in (*_CLAUSE.finditer(sentence), None):
        end = cut.start() if cut else len(sentence)
        equals = [place for place in range(start, end) if sentence[place] == "="]
        left = equals[-2] + 1 if len(equals) > 1 else start, equals[-1] if equals else end
        if not (_UNKNOWN.search(sentence, *left) or _named_unknown(sentence, left)):
            yield _Clause(sentence, start, end, _result(sentence, (start, end), left))
        start = cut.start() + (cut.group()[0] in ",;\n") if cut else end


def _named_unknown(sentence: str, left: tuple[int, int]) -> bool:
    """Whether the left side of an equation has a letter whose value the sentence tells."""
    letters = "".join({found[1] for found in _VALUE_OF.finditer(sentence)})
    return bool(letters) and bool(
        re.search(
            rf"\d\s?[{letters}](?![A-Za-z])|(?<![A-Za-z\d])[{letters}]\s?[-+*/×÷]",
            sentence[slice(*left)],
        )
    )


def _result(sentence: str, clause: tuple[int, int], left: tuple[int, int]) -> int:
    """Where the result of a clause's equation begins, or the clause ends.

    "x = 5" and "2 km = 2000 m" work nothing out.
    """
    if left[1] < clause[1]:
        return left[1] if _OPERATOR.search(sentence, *left) else clause[1]
    verbal = _VERBAL.search(sentence, *clause)
    return verbal.end() if verbal else clause[1]


def _meant(sentence: str, one: Quantity, asked: Asked, alone: bool) -> bool:
    """Whether a number in words is told as an answer: as was asked, or at the very end."""
    amount = amount_at(sentence, one.start)
    if amount and amount.parts > 1:
        return True
    if asked.fits(sentence, one):
        told_of = numeral_at(sentence, one.start) or _ONE_IS.match(sentence, one.end)
        return one.value != 1 or told_of is not None
    ends = numeral_at(sentence, one.start) and _ENDS.match(sentence, one.end)
    told = one.value > 1 or (one.value.denominator > 1 and not sentence[one.start].isascii())
    said = surroundings.is_said(sentence[max(0, one.start - _NEAR) : one.start])
    return (alone or said) and bool(ends) and told


def _inside(one: Quantity, spans: Sequence[re.Match[str]]) -> bool:
    return any(span.start() <= one.start < span.end() for span in spans)


def _asked_part(date: re.Match[str], asked: Asked) -> Quantity:
    """The year, the month or the day of a date, whichever was asked for."""
    start, end = date.span(asked.date_part)
    return Quantity(Fraction(date[asked.date_part]), False, end, start)


def _numbers(sentence: str, asked: Asked) -> Iterator[Quantity]:
    """The numbers of a sentence; an amount in several units is one, so is a date."""
    dates = list(_DATE.finditer(sentence))
    found: Sequence[Quantity] = [
        *(one for one in quantities(sentence, listed=True) if one and not _inside(one, dates)),
        *(_asked_part(date, asked) for date in dates if date.groupdict().get(asked.date_part)),
    ]
    words = (one for one in words_in(sentence) if _meant(sentence, one, asked, alone=not found))
    place = 0
    for one in sorted((*found, *words), key=lambda one: one.start):
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
