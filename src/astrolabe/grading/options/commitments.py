"""What a text that states no answer still commits to.

Each reader here gives the options that it finds meant: none where it finds nothing, several where
it cannot tell which. Whoever asks goes from the firmer reader to the weaker one, and stops where
one finds anything.
"""

import re
from collections.abc import Sequence

from astrolabe.grading import statements as st
from astrolabe.grading.options import doubts
from astrolabe.grading.options.asked import Asks
from astrolabe.grading.options.claims import Reading, Says, Weight
from astrolabe.grading.options.context import (
    holds,
    inside,
    said_behind,
    sentences,
)
from astrolabe.grading.options.namings import Naming
from astrolabe.grading.options.results import UNIT_STOP, suggested
from astrolabe.grading.options.spans import How

_CONCLUDING = re.compile(
    r"(?:^\s*|[,;:.(—–-]\s?|\b(?:and|but) )so\b(?! (?:do|does|did|is|are|was|were|can|will|far"
    r"|much|many|that)\b)|\b(?:thus|therefore|hence|consequently|accordingly"
    r"|overall"
    r"|in conclusion|in summary|in short|(?:this|that|which) (?:means|makes|leaves|gives)|leaving"
    r"|we conclude"
    r"|i(?:'d| would| must| can)? (?:conclude|think|believe|say|guess|reckon|suspect)"
    r"|in my (?:view|opinion)|answer(?: is|:)?)\b"
    r"|答案|所以|因此|因而|故|可见|由此|综上|总之|于是|从而|我(?:认为|觉得|想|猜|看)",
    re.IGNORECASE,
)
_HEADING = re.compile(r"(?:conclusion|answer|summary|结论|总结|答案|结果)\s?:?\s*$", re.IGNORECASE)
_REACH, _BEFORE = 300, 40


def by_verdicts(reading: Reading) -> set[int]:
    """The option called the answer; the one judged unlike all others; the one not ruled out."""
    answers = {p for c in reading.affirmed(Weight.ANSWER) for p in c.naming.places}
    if answers:
        return answers
    everything, out = set(range(len(reading.options))), reading.denied(Weight.RULED_OUT)
    rights, wrongs = called(reading)
    others = len(everything) - 1
    if reading.asked.wants is Asks.WRONG:
        rights, wrongs = wrongs, rights | out
        if len(rights) > 1 and not wrongs:
            return set()
    elif len(rights) == others > 1 and len(wrongs | out) == 1:
        return everything - rights
    if not rights and len(wrongs | out) == others:
        return everything - wrongs - out
    return rights - out


def by_negation(reading: Reading) -> set[int]:
    """Where the exception is wanted, the one option of which something is denied."""
    if reading.asked.wants is not Asks.EXCEPTION:
        return set()
    firm = [one for one in reading.namings if one.how is not How.FRAIL and one.only is not None]
    echo = re.compile(rf"{re.escape(reading.asked.denial)}(?:是|为)?[\"'《]?\Z", re.IGNORECASE)
    return {
        one.places[0]
        for one in firm
        if echo.search(reading.text[max(0, one.start - _BEFORE) : one.start])
        or (one.start not in reading.denials and st.denies(said_behind(reading, one)))
    }


def by_suggestion(reading: Reading) -> set[int]:
    """What the text suggests by letter or number, if it suggests one thing only."""
    found = [c for c in reading.affirmed(Weight.SUGGESTED) if c.naming.how is not How.TEXT]
    return suggested(reading, found)


def by_conclusion(reading: Reading) -> set[int]:
    """What the sentences that draw a conclusion name."""
    meant: set[int] = set()
    for start, end in sentences(reading.text):
        here = inside(reading, start, end)
        firm = [one for one in here if one.how is not How.FRAIL]
        meant |= _concluded(reading, start, end, firm or here[-1:])
    return meant


def called(reading: Reading) -> tuple[set[int], set[int]]:
    """The options that verdicts and entries of lists call right, and those that they call wrong."""
    called: dict[int, bool] = {}
    for entry in reading.entries:
        if (right := entry.verdict) is not None:
            called[entry.naming.places[0]] = right
    for claim in reading.claims:
        if claim.weight in (Weight.VERDICT, Weight.FITTING):
            called |= dict.fromkeys(claim.naming.places, claim.says is not Says.DENIED)
    rights = {place for place, right in called.items() if right}
    return rights, set(called) - rights


def _concluded(reading: Reading, start: int, end: int, named: Sequence[Naming]) -> set[int]:
    """The options that a sentence affirms behind words of conclusion, or under such a heading."""
    text = reading.text
    sign = _CONCLUDING.search(text[start:end])
    headed = _HEADING.search(text[max(0, start - _REACH) : start].strip())
    if not (sign or headed) or text.startswith("?", end):
        return set()
    after = start + (sign.end() if sign else 0)
    behind = [one for one in named if one.start >= after]
    if not behind or doubts.looked_at(text, behind[0].start, behind[0].end):
        return set()
    if behind[0].how is How.FRAIL and not UNIT_STOP.match(text, behind[0].end):
        return set()
    return {p for one in behind if one.agrees and holds(reading, one) for p in one.places}
