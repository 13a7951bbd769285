"""What a sentence says "it is", in the end: "the element is nitrogen", "so x = 9".

Where nothing else tells, the last sentence that names an option decides.
"""

import re
from collections.abc import Sequence

from astrolabe.grading import statements as st
from astrolabe.grading.options import doubts
from astrolabe.grading.options.claims import Claim, Reading, Says, Weight
from astrolabe.grading.options.context import (
    holds,
    inside,
    sentences,
)
from astrolabe.grading.options.echo import echoes
from astrolabe.grading.options.namings import Naming
from astrolabe.grading.options.spans import CLOSE, How
from astrolabe.grading.options.texts import whole_text

UNKNOWN = -1
"""Stands for an option that is meant and cannot be told."""

_COPULA = re.compile(
    r"(?:\b(?:is|was|are|were|be|called|named|known as|equals|(?:is|was|are|were) [\w ]{2,30} by)"
    r"|[=是为叫]|等于)\s?(?:(?:the|an?)\s)?"
    r"[\"'(\[《“]{0,2}\Z",
    re.IGNORECASE,
)
_HAS = re.compile(
    r"(?:\b(?:has|have|had|makes?|gives?|leaves?|gets?)|[有剩共得])\s?\Z", re.IGNORECASE
)
_RESULT = re.compile(r"\b(?:is|was|are|equals)\b(?: about| exactly)?|[=是为得]|等于")
_BECAUSE = r"\s(?:because|since|as)\b|因为"
STOP = re.compile(rf"[\u3400-\u9fff]?{CLOSE}(?:$|[.,;:!\n–—(]|\s[^\w\s]|{_BECAUSE})")
UNIT_STOP = re.compile(
    rf"\s?[^\W\d_]{{0,2}}{CLOSE}(?:$|[.,;:!\n–—(]|\s[^\w\s+*/×÷=<>-]"
    rf"|{_BECAUSE})"
)
_OTHER_CASE = re.compile(
    r"[\s(]{0,3}(?:(?:如果|若|要是|假如)(?:是|在|改|换|按|问)|if (?:it|this|that) (?:were|was)\b"
    r"|had (?:it|the)\b)",
    re.IGNORECASE,
)
"""What begins a sentence about what would be in another case."""
_BEFORE = 40


def by_text(reading: Reading) -> set[int]:
    """What it suggests by an option's text, or what its last sentence says "it is"."""
    if meant := suggested(reading, reading.affirmed(Weight.SUGGESTED)):
        return meant
    if doubts.unfinished(reading.text):
        return set()
    last: list[Naming] = []
    here: list[Naming] = []
    firm: list[Naming] = []
    for start, end in sentences(reading.text):
        if _OTHER_CASE.match(reading.text, start):
            continue
        here = inside(reading, start, end)
        firm = [one for one in here if one.how is not How.FRAIL]
        last = firm or last
    found = _identified(reading, last) or _identified(reading, here)
    return found or (set() if firm else _valued(reading))


def _identified(reading: Reading, last: Sequence[Naming]) -> set[int]:
    """What a sentence says "it is"."""
    held = [one for one in last if holds(reading, one)]
    results = [one for one in held if is_result(reading, one)]
    if not results or (held[-1].how is not How.FRAIL and results != held[-1:]):
        return set()
    return {UNKNOWN if one.only is None else one.only for one in results}


def _valued(reading: Reading) -> set[int]:
    """The option whose value, in whatever form, the last sentence says "it is"."""
    parts = list(sentences(reading.text))
    said = reading.text[slice(*parts[-1])] if parts else ""
    copula = list(_RESULT.finditer(said))
    if not copula or doubts.supposed(said) or st.denies(said):
        return set()
    place = whole_text(said[copula[-1].end() :], reading.options)
    return set() if place is None else {place}


def is_result(reading: Reading, one: Naming) -> bool:
    """Whether a naming stands behind "is" and ends its clause; a number, too, behind "has"."""
    before = reading.text[max(0, one.start - _BEFORE) : one.start]
    if one.how is not How.FRAIL:
        return bool(_COPULA.search(before) and STOP.match(reading.text, one.end))
    told = _COPULA.search(before) or (_HAS.search(before) and echoes(reading, one, 1))
    return bool(told and UNIT_STOP.match(reading.text, one.end))


def suggested(reading: Reading, found: Sequence[Claim]) -> set[int]:
    """The options of claims; an unknown one where they are open, or taken back in the end."""
    meant = {place for claim in found for place in claim.naming.places}
    if found and st.taken_back(reading.text, found[-1].naming.end):
        meant.add(UNKNOWN)
    if any(claim.says is Says.OPEN for claim in found):
        meant.add(UNKNOWN)
    return meant
