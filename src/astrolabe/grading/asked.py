"""What a question asks for: the unit that its number is to be told in, and the words it uses.

A reader who meets several numbers in a sentence takes the one that answers the question: "12
litres for 180 km" answers "How many litres?". Nothing here looks at the right answer.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction

from astrolabe.grading.quantities import Quantity
from astrolabe.grading.question_words import PHRASE_ENDS, common_beginning, tokens
from astrolabe.grading.units import Unit, amount_at, singular, units_named

_DENIES = re.compile(
    r"\b(?:do|does|did|are|is|were|have|has)(?:n't| not)\b|[不没未][\u3400-\u9fff]"
)
_OPPOSITES = tuple(
    (re.compile(one, re.IGNORECASE), re.compile(other, re.IGNORECASE))
    for one, other in (
        (
            r"\b(?:larger|bigger|greater|largest|biggest|greatest)\b|较大|大数",
            r"\b(?:smaller|smallest|lesser)\b|较小|小数",
        ),
        (r"\b(?:longer|longest)\b|较长", r"\b(?:shorter|shortest)\b|较短"),
        (r"\b(?:older|oldest|elder)\b", r"\b(?:younger|youngest)\b"),
    )
)
"""What tells two things apart of which a question asks for one."""
_CURRENCY = re.compile(r"[$£€¥￥]")
_FOLLOWING = re.compile(r"[\s-]{0,2}((?:[A-Za-z/]{1,20}(?:\s?[²³]|\^\{?[23]\}?)?[\s-]{0,2}){1,4})")
_SHARE_OF = re.compile(r"\s(?:out )?of (?:(?:the|its|his|her|their|those|these|all) ){0,2}\d[\d,]*")
_RATE = re.compile(
    r"(?: [\w-]{1,16}){0,2}? (?:an?|per|each|every) (second|minute|hour|day|week|month|year)s?\b"
)
_RATE_BEFORE = re.compile(r"(?P<time>每个?(?:秒|分|小时|天|日|周|星期|月|年))[^,.;\d]{0,8}$")
_POWER = re.compile(r"\s?(?:\^\{?)?([23²³])\}?$")
_METRES = {"mm": "毫米", "cm": "厘米", "dm": "分米", "m": "米", "km": "千米"}
_SQUARED = re.compile(r"^(?P<metre>[mcdk]?m)\s?\^?\{?(?P<power>[23²³])\}?")
_SQUARED_SIGNS = re.compile(r"[平立]方[千分厘毫]?米")
POWERS = {"square": "2²", "cubic": "3³"}
"""What raises a unit, and the signs for it."""


@dataclass(frozen=True)
class Asked:
    """What a question asks for.

    Attributes:
        nouns: What English may count behind the number, in the singular.
        counter: What Chinese has behind 多少 or 几.
        units: Units to tell the number in.
        scale: What the number is a multiple of: 10^4 in "多少万元".
        percent: Whether it asks for a percentage.
        part: Whether it asks for a fraction.
        whole: Whether it asks how many whole ones there are.
        label: What the number labels, where a label is asked for: "On which day".
        date_part: What is asked of a date: ``year``, ``month`` or ``day``.
        people: Names in the last sentence of the question, and those that only stand before it.
        rounded: Whether it asks for a rounded number.
        given: The numbers that the question itself tells, each with whether it is a percentage.
        others: What else the question counts.
        question: Its last sentence.
        tokens: Words of its last sentence that carry meaning; pairs of signs in Chinese.
    """

    nouns: frozenset[str] = frozenset()
    counter: str = ""
    units: tuple[Unit, ...] = ()
    scale: int = 1
    percent: bool = False
    part: bool = False
    whole: bool = False
    label: str = ""
    date_part: str = ""
    people: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    rounded: bool = False
    given: frozenset[tuple[Fraction, bool]] = frozenset()
    tokens: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    question: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a question that says anything."""
        return bool(self.tokens or self.nouns or self.counter or self.given)

    def fits(self, text: str, quantity: Quantity) -> bool:
        """Whether a number in a text is told in the way asked for."""
        if self.percent or quantity.percent:
            return self.percent and quantity.percent
        if self.label and self.label_before(text, quantity):
            return True
        if self.part:
            return quantity.value.denominator > 1
        if self.counter:
            behind = text[quantity.end : quantity.end + 12].lstrip(" (")
            return _counted_by(behind, self.counter)
        if _CURRENCY.search(text, quantity.start, quantity.end):
            return any(unit in self.units for unit in units_named(text[quantity.start]))
        end = quantity.end + text.startswith(")", quantity.end)
        share = _SHARE_OF.match(text, end)
        following = _FOLLOWING.match(text, share.end() if share else end)
        for word in following[1].split() if following else ():
            if self._counts(word):
                return True
            if word.lower() in PHRASE_ENDS:
                break
        return False

    def label_before(self, text: str, quantity: Quantity) -> str:
        """The label asked for, as it stands before a number: "day " in "on day 3"."""
        before = text[max(0, quantity.start - 12) : quantity.start]
        found = re.search(rf"(?:\b|(?=[第星周])){self.label} ?$", before, re.IGNORECASE)
        return found[0] if self.label and found else ""

    @property
    def denies(self) -> bool:
        """Whether it asks for how many something is not true of."""
        return _DENIES.search(self.question) is not None

    def opposes(self, words: str) -> bool:
        """Whether words speak of the smaller one where the question asks for the larger one."""
        for pair in _OPPOSITES:
            for one, other in (pair, pair[::-1]):
                if one.search(self.question) and not other.search(self.question):
                    return other.search(words) is not None and one.search(words) is None
        return False

    def of_another(self, sentence: str) -> bool:
        """Whether a sentence speaks of somebody else than the question, in the end, asks about."""
        own, others = self.people
        named = set(re.findall(r"\b[A-Z][a-z]{2,}\b", sentence))
        return bool(own) and bool(named & others) and not named & own

    def _counts(self, word: str) -> bool:
        """Whether a word behind a number is what was asked to be counted."""
        powers = [signs for name, signs in POWERS.items() if name in self.nouns]
        raised = _POWER.search(word)
        if bool(raised) != bool(powers) and (raised or units_named(word)):
            return False
        if raised and raised[1] not in powers[0]:
            return False
        word = _POWER.sub("", word)
        names = {singular(word), singular(word.split("/")[0])}
        return bool(self.nouns & (names | {unit.name for unit in units_named(word)}))

    def at_another_rate(self, text: str, quantity: Quantity) -> bool:
        """Whether a number is told by a time that the question does not speak of."""
        if by := _RATE_BEFORE.search(text[max(0, quantity.start - 12) : quantity.start]):
            return self.known and by["time"] not in self.question
        rate = _RATE.match(text, quantity.end)
        return (
            self.known
            and rate is not None
            and singular(rate[1]) not in tokens(self.question) | self.nouns
        )

    def counts_other(self, text: str, quantity: Quantity) -> bool:
        """Whether a number is one of other things: of rows, where tulips are asked for."""
        if not (self.nouns or self.counter) or self.fits(text, quantity):
            return False
        following = _FOLLOWING.match(text, quantity.end)
        return following is not None and singular(following[1].split()[0]) in self.others

    def told(self, text: str, quantity: Quantity) -> Quantity | None:
        """A quantity in a text as a number of what is asked for.

        1.5 hours are 90 where minutes are asked for; 92万元 are 92 where 万元 are.

        Returns:
            `None` where it is of another kind.
        """
        if quantity.percent:
            return None if (self.nouns or self.counter) and not self.percent else quantity
        amount = amount_at(text, quantity.start)
        if amount and (converted := amount.told_in(self.units)):
            return replace(converted, value=converted.value / self.scale)
        if amount and amount.of_another_kind(self.units):
            return None
        counted = quantity.scale == 1 and self.scale > 1 and self.fits(text, quantity)
        if counted or quantity.scale == self.scale:
            return replace(quantity, value=quantity.value / self.scale)
        return quantity

    def restates(self, text: str, quantity: Quantity) -> bool:
        """Whether a fraction only puts two numbers of the question one over the other."""
        top, _, bottom = text[quantity.start : quantity.end].partition("/")
        sides = [side.strip() for side in (top, bottom)]
        if not all(side.isdecimal() for side in sides) or quantity.value.denominator > 1:
            return False
        return all((Fraction(side), False) in self.given for side in sides)

    @property
    def words(self) -> frozenset[str]:
        """Its tokens without the numbers."""
        return frozenset(token for token in self.tokens if not token.isdecimal())

    def echo(self, words: str) -> float:
        """The share of the question's words that some words use."""
        own = tokens(words)
        used = [token in own if token.isascii() else token in words for token in self.words]
        return sum(used) / len(used) if used else 0.0

    def shared(self, words: str) -> int:
        """How many of the question's tokens some words use."""
        own = tokens(words)
        return sum(token in own if token.isascii() else token in words for token in self.tokens)


def _counted_by(behind: str, counter: str) -> bool:
    """Whether what follows a Chinese number counts as was asked."""
    behind = _SQUARED.sub(_in_signs, behind.strip())
    if squared := _SQUARED_SIGNS.match(counter):
        return behind.startswith(squared.group())
    told = {behind, behind.removeprefix("个")}
    return any(
        common_beginning(one, other) for one in told for other in (counter, counter.lstrip("个"))
    )


def _in_signs(squared: re.Match[str]) -> str:
    return f"{'平方' if squared['power'] in '2²' else '立方'}{_METRES[squared['metre']]}"
