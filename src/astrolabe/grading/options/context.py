"""What surrounds a naming: its sentence, its clause, and whether they deny or suppose it."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from astrolabe.grading import statements as st
from astrolabe.grading.options import doubts
from astrolabe.grading.options.claims import Reading
from astrolabe.grading.options.namings import Naming

SENTENCE = re.compile(r"[!?;\n]|\.(?!\d)")
_CLAUSE_END = re.compile(r"[.,;:!?\n(]|\b(?:because|since|but|so|and|while)\b|因为|所以|但")
_REACH, _NEAR = 300, 60


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of every sentence that says anything."""
    start = 0
    for stop in [*(match.start() for match in SENTENCE.finditer(text)), len(text)]:
        if text[start:stop].strip(" .!?;"):
            yield start, stop
        start = stop + 1


def sentence_of(text: str, one: Naming) -> str:
    """What the sentence of a naming says around it."""
    before = SENTENCE.split(text[max(0, one.start - _REACH) : one.start])[-1]
    return before + " " + SENTENCE.split(text[one.end : one.end + _REACH], maxsplit=1)[0]


def inside(reading: Reading, start: int, end: int) -> list[Naming]:
    """The namings of a sentence that are no labels of a list."""
    starts = reading.starts
    those = reading.namings[bisect_left(starts, start) : bisect_left(starts, end)]
    return [one for one in those if one.start not in reading.labels]


def holds(reading: Reading, one: Naming) -> bool:
    """Whether nothing around a naming denies or supposes it, or leaves it a mere possibility."""
    hedged = doubts.hedged(said_behind(reading, one))
    return not (hedged or denied(reading, one) or supposed(reading, one))


def supposed(reading: Reading, one: Naming) -> bool:
    """Whether its sentence only supposes what it says, or asks, or tells who chose it."""
    said = doubts.own_words(reading.text, one.start)
    chosen = said.endswith("选") and reading.text.startswith("的", one.end)
    return chosen or doubts.supposed(said) or doubts.asked_behind(reading.text, one.end)


def denied(reading: Reading, one: Naming) -> bool:
    """Whether a claim denies it, or the words of its own clause do, as far as the next naming."""
    if one.start in reading.denials:
        return True
    at = bisect_left(reading.starts, one.start)
    floor = max(reading.namings[at - 1].end if at else 0, one.start - _REACH)
    before = st.clause(reading.text[floor : one.start], one.start - floor, one.start - floor)
    return st.denies(before) or st.denies(said_behind(reading, one))


def said_behind(reading: Reading, one: Naming) -> str:
    """What its clause says behind a naming, as far as the next one."""
    at = bisect_left(reading.starts, one.start) + 1
    ceiling = reading.starts[at] if at < len(reading.starts) else len(reading.text)
    behind = reading.text[one.end : min(ceiling, one.end + _NEAR)]
    return _CLAUSE_END.split(behind, maxsplit=1)[0]
