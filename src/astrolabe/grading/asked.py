"""What a question asks for: the unit that its number is to be told in, and the words it uses.

A reader who meets several numbers in a sentence takes the one that answers the question: "12
litres for 180 km" answers "How many litres?". Nothing here looks at the right answer.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from astrolabe.grading.currency import plain_with_currency
from astrolabe.grading.quantities import Quantity, quantities, words_in
from astrolabe.grading.units import Unit, amount_at, singular, units_named

_SENTENCE = re.compile(r"(?<=[?!;\n])|\.(?!\d)")
_ASKING = re.compile(r"\?|\b(?:how|what|which|find|calculate|compute)\b|多少|几|求", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many\s+((?:[\w'/%-]+\s?){1,6})", re.IGNORECASE)
_HOW_MANY_ENDS = re.compile(r"\bhow many (?:\w+ ?){1,2}\?", re.IGNORECASE)
_IN_UNIT = re.compile(
    r"\bin (?:full |whole )?((?:square |cubic )?[a-z]+(?:/[a-z]+)?)\b", re.IGNORECASE
)
_IN_DEGREES = re.compile(r"\bin (?:degrees )?°")
_PHRASE_ENDS = frozenset(
    {"is", "are", "was", "were", "be", "do", "does", "did", "has", "have", "had", "can", "could"}
    | {"will", "would", "should", "must", "may", "might", "in", "on", "at", "per", "a", "an", "the"}
    | {"for", "of", "to", "from", "with", "by", "there", "left", "and", "or", "that", "which"}
    | {"who", "it", "he", "she", "they", "you", "we", "i", "if", "when", "after", "before", "each"}
)
_QUALIFIERS = frozenset(
    {"more", "fewer", "less", "other", "good", "whole", "full", "extra", "additional", "total"}
)
_PERCENT = re.compile(
    r"\b(?:what|which|how (?:many|much)|in|as a) (?:per ?cent\b|%)|\bpercentage|百分之[几多]"
    r"|百分[比率数]|多少%",
    re.IGNORECASE,
)
_PART = re.compile(r"\bwhat (?:fraction|part|share|proportion)\b|几分之几", re.IGNORECASE)
_ROUNDED = re.compile(
    r"\b(?:about|nearest|round(?:ed)?|approximately|roughly|whole number)\b|约|四舍五入|保留|近似",
    re.IGNORECASE,
)
_HOW_OLD = re.compile(r"\bhow old\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:how much|cost|pay|paid|price|earn|spend|spent|change|save|charge|owe|worth|profit|rent"
    r"|fee|gain|salary|bill)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"[$£€¥￥]")
_COUNTER = re.compile(r"(?P<frame>[^,.;?!\n]{0,40})(?:多少|几)(?P<counter>[\u3400-\u9fff]{0,8})")
_REWRITTEN = re.compile(r"[用以]\s?(?P<scale>[万亿])\s?[作为]单位|单位[是为:]\s?(?P<unit>[万亿])")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "万": 10**4, "亿": 10**8}
_WORD = re.compile(
    r"[a-zA-Z]{2,}|[\u3400-\u9fff]+|(?<![\d.,:+*/×÷=-])\d+(?:[.,]\d+)*(?![\d:]|[.,]\d|\s?[+*/×÷=%-]|\sx)"
)
_IN_ALL = re.compile(r"一共|总共|共计|合计")
_PARTICLE = re.compile(r"[有是为了的从到在和与]")
_COMMON = frozenset(
    {
        "the",
        "an",
        "of",
        "in",
        "is",
        "are",
        "was",
        "were",
        "be",
        "it",
        "to",
        "and",
        "or",
        "for",
        "on",
    }
    | {"at", "by", "from", "with", "how", "many", "much", "what", "which", "do", "does", "did"}
    | {"has", "have", "had", "he", "she", "they", "his", "her", "their", "there", "that", "this"}
    | {"will", "would", "can", "could", "so", "then", "as", "all", "not", "but", "if", "thi"}
)
_FOLLOWING = re.compile(r"[\s-]{0,2}((?:[A-Za-z/]{1,20}(?:\s?[²³]|\^\{?[23]\}?)?[\s-]{0,2}){1,4})")
_SHARE_OF = re.compile(r"\s(?:out )?of (?:(?:the|its|his|her|their|those|these|all) ){0,2}\d[\d,]*")
_RATE = re.compile(
    r"(?: [\w-]{1,16}){0,2}? (?:an?|per|each|every) (second|minute|hour|day|week|month|year)s?\b"
)
_RATE_BEFORE = re.compile(r"(?P<time>每个?(?:秒|分|小时|天|日|周|星期|月|年))[^,.;\d]{0,8}$")
_COUNTED = re.compile(r"\d\s([a-z]{3,20})\b")
_POWER = re.compile(r"\s?(?:\^\{?)?([23²³])\}?$")
_METRES = {"mm": "毫米", "cm": "厘米", "dm": "分米", "m": "米", "km": "千米"}
_SQUARED = re.compile(r"^(?P<metre>[mcdk]?m)\s?\^?\{?(?P<power>[23²³])\}?")
_SQUARED_SIGNS = re.compile(r"[平立]方[千分厘毫]?米")
_POWERS = {"square": "2²", "cubic": "3³"}


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
            if word.lower() in _PHRASE_ENDS:
                break
        return False

    def _counts(self, word: str) -> bool:
        """Whether a word behind a number is what was asked to be counted."""
        powers = [signs for name, signs in _POWERS.items() if name in self.nouns]
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
            and singular(rate[1]) not in _tokens(self.question) | self.nouns
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
        own = _tokens(words)
        used = [token in own if token.isascii() else token in words for token in self.words]
        return sum(used) / len(used) if used else 0.0

    def shared(self, words: str) -> int:
        """How many of the question's tokens some words use."""
        own = _tokens(words)
        return sum(token in own if token.isascii() else token in words for token in self.tokens)


@lru_cache(maxsize=512)
def asked_by(question: str) -> Asked:
    """What a question asks for; nothing in particular, where there is no question."""
    text = plain_with_currency(question.replace("，", ", ").replace("。", "。 "))
    sentences = [part for part in _SENTENCE.split(text) if part.strip()]
    asking = [part for part in sentences if _ASKING.search(part)]
    last = (asking or sentences or [""])[-1]
    told = [*quantities(text, listed=True), *words_in(text)]
    asked = Asked(
        percent=_PERCENT.search(last) is not None,
        part=_PART.search(last) is not None,
        rounded=_ROUNDED.search(text) is not None,
        given=frozenset((one.value, one.percent) for one in told if one),
        tokens=_tokens(last),
        question=last,
    )
    if rewritten := _REWRITTEN.search(text):
        return replace(asked, scale=_SCALES[rewritten["scale"] or rewritten["unit"]])
    if found := list(_COUNTER.finditer(last)):
        return _chinese(found[-1], asked)
    return _english(last, text, asked)


def _chinese(found: re.Match[str], asked: Asked) -> Asked:
    counter = found["counter"]
    scale = next((sign for sign in _SCALES if counter.startswith(sign)), "")
    counter = counter.removeprefix(scale)
    bare = counter.removeprefix("个") if counter.startswith("个小时") else counter
    names = [bare[:n] for n in range(len(counter), 0, -1)]
    return replace(
        asked,
        counter=counter,
        units=next((units for name in names if (units := units_named(name))), ()),
        scale=_SCALES.get(scale, 1),
        tokens=_tokens(found["frame"]) or _tokens(counter[1:]),
    )


def _english(question: str, text: str, asked: Asked) -> Asked:
    nouns = _nouns(question)
    if not nouns and _MONEY.search(question) and (sign := _CURRENCY.search(text)):
        nouns = {unit.name for unit in units_named(sign.group())}
    if not nouns and _HOW_OLD.search(question):
        nouns = {"year"}
    # "How many cycle?" may ask for a noun or for a verb.
    named = not _HOW_MANY_ENDS.search(question)
    others = [singular(noun) for noun in _COUNTED.findall(text)] if named else []
    powers = nouns & set(_POWERS)
    scales = [_SCALES[noun] for noun in nouns if noun in _SCALES]
    return replace(
        asked,
        nouns=frozenset(nouns),
        units=() if powers else tuple(unit for noun in nouns for unit in units_named(noun)),
        scale=scales[0] if scales else 1,
        tokens=asked.tokens - nouns,
        others=frozenset(others) - nouns - _COMMON,
    )


def _nouns(question: str) -> set[str]:
    """What "how many" counts, or the unit in which an answer is asked for."""
    nouns: set[str] = set()
    if found := _HOW_MANY.search(question):
        for word in found[1].split():
            if word.lower() in _PHRASE_ENDS:
                break
            nouns.add(singular(word))
    for phrase in _IN_UNIT.findall(question):
        *power, name = phrase.lower().split()
        if "/" in name or units_named(name) or singular(name) in _SCALES:
            nouns.update((*power, singular(name)))
    if _IN_DEGREES.search(question):
        nouns.add("degree")
    return nouns - _QUALIFIERS


def _counted_by(behind: str, counter: str) -> bool:
    """Whether what follows a Chinese number counts as was asked."""
    behind = _SQUARED.sub(_in_signs, behind.strip())
    if squared := _SQUARED_SIGNS.match(counter):
        return behind.startswith(squared.group())
    told = {behind, behind.removeprefix("个")}
    return any(_common(one, other) for one in told for other in (counter, counter.lstrip("个")))


def _in_signs(squared: re.Match[str]) -> str:
    return f"{'平方' if squared['power'] in '2²' else '立方'}{_METRES[squared['metre']]}"


def _tokens(words: str) -> frozenset[str]:
    found: set[str] = {str(one.value) for one in words_in(words)}
    for word in _WORD.findall(_PARTICLE.sub(" ", _IN_ALL.sub("共", words))):
        if word.isascii():
            found.add(singular(word))
        else:
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    return frozenset(found - _COMMON)


def _common(one: str, other: str) -> int:
    """Length of the common beginning."""
    same = (a == b for a, b in zip(one, other, strict=False))
    return next((i for i, equal in enumerate(same) if not equal), min(len(one), len(other)))
