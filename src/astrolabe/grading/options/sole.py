"""The only option that a text names, where it stands as an answer would."""

import re

from astrolabe.grading.options import doubts
from astrolabe.grading.options.asked import Asks
from astrolabe.grading.options.claims import Reading, Weight
from astrolabe.grading.options.commitments import called
from astrolabe.grading.options.context import (
    denied,
    holds,
    said_behind,
    sentence_of,
    sentences,
    supposed,
)
from astrolabe.grading.options.echo import echoes
from astrolabe.grading.options.namings import Naming
from astrolabe.grading.options.results import STOP, is_result
from astrolabe.grading.options.spans import CLOSE, How

_PLACE = re.compile(
    r"(?:(?:^|[\n:.,;!?>=–—→(\[\"{]|\b(?:option|choice|letter|answer|pick|choose|select|go with"
    r"|going with|be|say|so|thus|therefore|hence|guess|think|believe|it's|that's|probably|maybe"
    r"|(?:it|that|this|one|answer|choice) (?:is|was)))\s{0,4}[(\[\"']{0,2}|[是选为项])\Z",
    re.IGNORECASE,
)
"""What stands before a letter in the place of an answer."""
_ENDS = re.compile(
    rf"{CLOSE}(?:$|[.,;:!\n–—(/]|\s[-(/]|[选项正对是因由符吧了无]"
    r"|\s(?:because|since|as|here|then|without|for sure|of course|obviously)\b)"
)
"""What stands behind it there."""
_BEGINS = re.compile(r"(?:^|[.!\n])[\s#>*-]{0,4}(?:(?:the|an?)\s)?[\"'《「]?\Z", re.IGNORECASE)
_IS_BEHIND = re.compile(rf"{CLOSE}\s?(?:(?:is|are)\b|[是为]|就是|属于)|[^,.;\n]{{0,12}},?是")
_AGENT = re.compile(
    r"\b(?:is|was|are|were|been) (?:\w+ ){1,4}(?:by|in|to|from|as)\s?(?:(?:the|an?) )?\Z|(?:出自"
    r"|源于|由)[^,.;\n]{0,8}\Z",
    re.IGNORECASE,
)
"""What makes the end of a sentence its point: "it was written by"."""
_CLEFT = re.compile(r"是[\"'《]?\Z"), re.compile(rf"{CLOSE}[\u3400-\u9fff]{{1,16}}的[.!]?\s*$")
"""是 ... 的: what stands between them is the point."""
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_DATED = re.compile(
    rf"(?:\b(?:in|on|at)|[于在])\s?(?:[\w ]{{0,24}}\b{_MONTH},? )?\Z", re.IGNORECASE
)
_DAY = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)? (?={_MONTH}\b)|\b{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"|\d{{1,2}}[月日]"
)
"""The day of a date whose year is told."""
_ASIDE = re.compile(r"\([^()\n]{0,120}\)")
_DIGITS = re.compile(r"\d+")
_BEFORE = 40
_FEW_WORDS, _SHARE = 6, 0.4
_SHORT_TEXT, _FEW_SENTENCES = 200, 2
_MOST = 20
"""A letter that stands alone more often than this is not an answer but a refrain."""


def by_only_naming(reading: Reading) -> set[int]:
    """The only option that a text names, if it stands where an answer would."""
    firm = [one for one in reading.namings if one.how is not How.FRAIL]
    if len(firm) > _MOST or doubts.unfinished(reading.text):
        return set()
    if any(_only_spoken_of(reading, one) for one in firm):
        return set()
    held = [one for one in firm if not denied(reading, one)]
    out = reading.denied(*Weight)
    if reading.asked.wants is Asks.WRONG:
        out |= called(reading)[0]
    places = {place for one in held for place in one.places} - out
    if len(places) == 1 and _brief(reading) and any(_answers(reading, one) for one in held):
        return places
    letters = [one for one in firm if one.how is not How.TEXT]
    if len(places) == 1 and places == {place for one in letters for place in one.places}:
        return places if any(_in_place(reading.text, one) for one in letters) else set()
    return set() if firm else _only_number(reading)


def _only_spoken_of(reading: Reading, one: Naming) -> bool:
    """Whether a text only speaks of an option, without giving it as an answer."""
    text = reading.text
    return (
        one.described
        or supposed(reading, one)
        or doubts.looked_at(text, one.start, one.end)
        or doubts.hedged(said_behind(reading, one))
        or (one.how is How.TEXT and doubts.beside_the_point(sentence_of(text, one)))
        or doubts.unsure(text, one.end)
    )


def _answers(reading: Reading, one: Naming) -> bool:
    """Whether the sentence of a naming says what was asked, or has the form of an answer."""
    if one.how is not How.TEXT:
        return bool(_ENDS.match(reading.text, one.end)) or echoes(reading, one, 2)
    if echoes(reading, one, 1) or is_result(reading, one):
        return True
    before = reading.text[max(0, one.start - _BEFORE) : one.start]
    subject = _BEGINS.search(before) and _IS_BEHIND.match(reading.text, one.end)
    cleft = _CLEFT[0].search(before) and _CLEFT[1].match(reading.text, one.end)
    point = _AGENT.search(before) and STOP.match(reading.text, one.end)
    return bool(subject or cleft or point or _little_else(reading.text, one))


def _little_else(text: str, one: Naming) -> bool:
    """Whether a few words say hardly more than the option's text: "Ludwig van Beethoven"."""
    few = len(text.split()) <= _FEW_WORDS
    return few and one.end - one.start >= _SHARE * len(text.strip())


def _brief(reading: Reading) -> bool:
    text = _ASIDE.sub("", reading.text).strip(" \n.")
    brief = len(text) <= _SHORT_TEXT and len(list(sentences(text))) <= _FEW_SENTENCES
    return brief and not reading.entries and "?" not in text


def _only_number(reading: Reading) -> set[int]:
    """The option whose number is the only one of a short text: "It was sealed in 1215"."""
    text = reading.text
    numbers = len(_DIGITS.findall(_DAY.sub("", _ASIDE.sub("", text))))
    named = sum(len(_DIGITS.findall(text[one.start : one.end])) for one in reading.namings)
    if not named or named != numbers or not _brief(reading):
        return set()
    if any(doubts.beside_the_point(sentence_of(text, one)) for one in reading.namings):
        return set()
    told = all(holds(reading, one) and _told(reading, one) for one in reading.namings)
    return {place for one in reading.namings for place in one.places} if told else set()


def _told(reading: Reading, one: Naming) -> bool:
    """Whether a number is told as the time or the count that was asked for."""
    before = reading.text[max(0, one.start - _BEFORE) : one.start]
    compared = before.rstrip().endswith(("比", "than"))
    return not compared and bool(_DATED.search(before) or echoes(reading, one, 1))


def _in_place(text: str, one: Naming) -> bool:
    before = text[max(0, one.start - _BEFORE) : one.start]
    return bool(_PLACE.search(before) and _ENDS.match(text, one.end))
