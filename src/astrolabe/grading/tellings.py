"""Which sentence of several that tell numbers answers the question.

It is the last one, unless that goes on to something else: to another case ("At 30 litres a minute
it takes 30 minutes"), another quantity ("You save $14"), the whole of what was asked for a part of
("Together they have 36"). A sentence that works something out, or draws a conclusion, goes on to
nothing else.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from astrolabe.grading.asked import Asked
from astrolabe.grading.candidates import Candidate, candidates
from astrolabe.grading.choosing import CONCLUDES, choose
from astrolabe.grading.quantities import quantities

_ALTERNATIVES = re.compile(
    r"(?<!:)(?<!:\d)\d[^\d,.;:=]{0,14}?(?:\bor\b|或者?|还是|[至~～]|到)\s?"
    r"(?:about |around )?(?:[a-z]\s?=\s?)?-?[$]?\d"
    r"|(?:\b(?:is|are|were)|[是为])\s?\d+\s?(?:[和与、]|,\s|\band\b)\s?\d+"
    r"(?![^.;]{0,20}\b(?:is|are)\b)"
    r"|\d\s?(?:to|through)\s?[$]?\d",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\b|\b(?:rise|grow|fall|drop|go|goes|went)\w*\b|从|由", re.IGNORECASE)
_DRAWS = re.compile(
    r"(?:^|[,;:] ?)\W{0,4}(?:so|thus|therefore|hence|(?:that|this) (?:leaves|makes|gives|means)"
    r"|since|as|because|in conclusion|to conclude|finally|altogether|answer)\b"
    r"|(?:^|[,;:] ?)\W{0,4}(?:所以|因此|故|答|综上|可见)",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\W{0,4}(?:then|next|after|now|last|adding|subtracting|dividing|multiplying|doubling|halving|step|but|however|yet|actually|correction"
    r"|better|revised|rather|instead)\b"
    r"|\W{0,4}(?:然后|接着|最后|其次|于是|第|但|不过|然而|其实|可是|更正|修正|改|实际)|\b(?:leaving|leaves)\b",
    re.IGNORECASE,
)
_REVISES = re.compile(
    r"\b(?:wrong|mistake|miscounted|misread|oops|sorry|wait|correction)\b"
    r"|,\s(?:and )?not\s[$€£¥]?\d|而?不是\s?\d|错|不对|更正",
    re.IGNORECASE,
)
_BUT = re.compile(r"\b(?:but|yet|however|actually)\b|但|不过|然而|实际|其实|可是", re.IGNORECASE)
_WHOLE = re.compile(
    r"\b(?:together|in all|all in all|altogether|in total|total|both)\b"
    r"|[一总]共|共|合计|合起来|加起来",
    re.IGNORECASE,
)
_SUM_OF_LIST = re.compile(r"(?:^|;)\W{0,6}(?:grand )?total\s?:|[合共总]计\s?:", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:and|they|both|all|total|together)\b|[和与共]|、", re.IGNORECASE)
_LOOKED_BACK = 4
"""Sentences before the last that are looked at."""


@dataclass(frozen=True)
class Telling:
    """A sentence of the main line, with its numbers.

    Attributes:
        place: Which sentence it is.
        chosen: The number that answers the question; `None` where none or several might.
        open: Whether it offers numbers to choose from.
    """

    place: int
    sentence: str
    numbers: tuple[Candidate, ...]
    chosen: Candidate | None
    open: bool

    @classmethod
    def of(cls, place: int, sentence: str, asked: Asked) -> "Telling":
        numbers = tuple(candidates(sentence, asked))
        is_open = _is_open(sentence)
        chosen = choose(numbers, asked) if numbers and not is_open else None
        if chosen and _is_gainsaid(chosen, numbers, sentence):
            chosen, is_open = None, True
        return cls(place, sentence, numbers, chosen, is_open)

    @property
    def values(self) -> set[Fraction]:
        """All numbers in it, also those that cannot answer."""
        return {one.value for one in quantities(self.sentence, listed=True) if one}

    @property
    def restated(self) -> set[Fraction]:
        """Those that only tell another one again."""
        clauses = [one.clause for one in self.numbers if one.restates]
        return {one.value for said in clauses for one in quantities(said, listed=True) if one}

    @property
    def draws(self) -> bool:
        """Whether it concludes, goes a step on, or revises what was said before."""
        return bool(
            _DRAWS.search(self.sentence)
            or _GOES_ON.match(self.sentence)
            or _REVISES.search(self.sentence)
        )

    @property
    def works(self) -> bool:
        """Whether it works something out."""
        return "=" in self.sentence or any(one.worked_out for one in self.numbers)

    @property
    def strong(self) -> bool:
        """Whether anything speaks for its answering the question."""
        return any(not one.weak for one in self.numbers)


def answering(told: Sequence[Telling], asked: Asked) -> Telling:
    """The sentence that answers the question."""
    last = told[-1]
    if not asked.known:
        return last
    for earlier in reversed(told[-_LOOKED_BACK - 1 : -1]):
        known = {value for one in told if one.place < last.place for value in one.values}
        if not _goes_beyond(last, earlier, known, asked):
            break
        last = earlier
    return last


def _goes_beyond(last: Telling, earlier: Telling, known: set[Fraction], asked: Asked) -> bool:
    """Whether a sentence goes on to something else behind one that has answered the question.

    Args:
        known: The numbers that the sentences before the last tell.
    """
    answer, further = earlier.chosen, last.chosen
    if answer is None or last.open or last.draws or last.works:
        return False
    if further and further.quantity.value == answer.quantity.value:
        return False
    told_again = answer.given and not answer.said
    if further and further.fits and (told_again or not answer.fits):
        return False
    if not (answer.fits or answer.worked_out or answer.said or asked.echo(earlier.sentence)):
        return False
    given = {value for value, _ in asked.given}
    premises = last.values - last.restated - ({further.quantity.value} if further else set())
    return bool(premises - known - given) or _tells_something_else(last, earlier, asked)


def _tells_something_else(last: Telling, earlier: Telling, asked: Asked) -> bool:
    answer, further = earlier.chosen, last.chosen
    if answer is None or further is None:
        return False
    if answer.fits and not (further.fits or further.bare):
        return True
    if asked.of_another(last.sentence) and not asked.of_another(earlier.sentence):
        return True
    if further.at_rate and not answer.at_rate:
        return True
    echo, echoed = asked.echo(earlier.sentence), asked.echo(last.sentence)
    if echo >= 0.5 and echo - echoed >= 0.5:
        return True
    whole = (
        _WHOLE.search(last.sentence)
        and not _SEVERAL.search(asked.question)
        and not (_SUM_OF_LIST.search(last.sentence) and len(last.numbers) > 1)
    )
    if whole and (echo == 1 or answer.worked_out or (answer.fits and not asked.words)):
        return True
    worked = answer.worked_out and (answer.fits or answer.bare)
    nearer = asked.shared(last.sentence) > asked.shared(earlier.sentence)
    return worked and echoed < 0.5 and not nearer and not CONCLUDES.search(last.sentence)


def _is_gainsaid(chosen: Candidate, numbers: Sequence[Candidate], sentence: str) -> bool:
    """Whether another number stands behind a "but": "1500，但合格1425个"."""
    return any(
        _BUT.search(sentence, chosen.quantity.end, one.quantity.start)
        for one in numbers
        if one.quantity.value != chosen.quantity.value
        and not (one.given or one.governed or one.restates)
    )


def _is_open(sentence: str) -> bool:
    """Whether a sentence offers numbers to choose from."""
    several = _ALTERNATIVES.search(sentence)
    return several is not None and not _FROM.search(sentence, 0, several.end())


def answer_in(sentence: str, asked: Asked) -> Candidate | None:
    """The number of one sentence that answers the question."""
    return Telling.of(0, sentence, asked).chosen
