"""One option set against all others: "A, B and D are metals; C is not"."""

import re

from astrolabe.grading.options.asked import Asks
from astrolabe.grading.options.claims import Reading
from astrolabe.grading.options.context import (
    SENTENCE,
    denied,
    supposed,
)
from astrolabe.grading.options.namings import Naming
from astrolabe.grading.options.spans import CLOSE, How

_BUT_NOT = re.compile(
    r"[^.;\n]{0,60}(?:,\s?(?:但|却|可)[^.;,\n]{0,8}(?:不|非|没)|,? (?:but|yet"
    r"|though)(?: \w+){0,4} (?:not|n't|never|no)\b)"
)
_EXCEPT = re.compile(
    r"(?:\b(?:all|every(?:thing|one)?|each)\b[^.,;]{0,20} (?:but|except(?: for)?|apart from)"
    r"|\bexcept(?: for)?|(?<![排去消])除了?)\s?(?:(?:option|the|an?) )?[(\[\"']?\Z",
    re.IGNORECASE,
)
_THE_OTHERS = re.compile(
    r"[^,.;!?\n]{1,40}[,.;]\s?(?:而|但|(?:and|but|while|whereas) )?"
    r"(?:(?:其他|其余|其它|另外)(?:的|[两三四]?(?:个|者)?(?:选?项)?)?[都均皆全]"
    r"|(?:all )?the (?:others|rest|other (?:options|choices|three|ones)) (?:is|are|do|have)\b)",
    re.IGNORECASE,
)
_OTHERS_ARE = re.compile(
    rf"{CLOSE}(?:选?项)?(?:[之以]?外)?,?(?:其他|其余|其它|别的|另外|剩下"
    rf"|[都均全])"
)
_OF_ALL = re.compile(
    rf"{CLOSE}(?:[两三四]?(?:个|者)?选?项)?(?:\s[a-z]{{2,}}(?:'t)?\b|[都均皆全也分是属])"
)
_OF_ONE = re.compile(
    rf"{CLOSE}(?:选?项)?(?:\s(?!also\b|too\b)[a-z]{{2,}}(?:'t)?\b(?! also| too)"
    rf"|(?![也同])[\u3400-\u9fff])"
)
"""Behind a row of options, and behind one, what is said of them."""
_REMAINING = re.compile(
    r"剩下的?[那这]?一?[个项种]|余下的?[那这]?一?[个项种]|\bthe (?:remaining|last remaining"
    r"|other) (?:one|option"
    r"|choice)\b",
    re.IGNORECASE,
)
_REACH, _BEFORE = 300, 40


def by_contrast(reading: Reading) -> set[int]:
    """The one option set against all others: "A, B and D are metals; C is not"."""
    text = reading.text
    for row in reading.namings:
        excepted = _EXCEPT.search(text[max(0, row.start - _BEFORE) : row.start])
        if excepted and not excepted[0].isascii():
            excepted = _OTHERS_ARE.match(text, row.end)
        firm = row.how is not How.FRAIL or text.startswith((",", "外", "以外", "之外"), row.end)
        if row.only is not None and firm and (excepted or _THE_OTHERS.match(text, row.end)):
            return set(row.places)
        rest = set(range(len(reading.options))) - set(row.places)
        if len(rest) != 1 or len(row.places) < 2 or row.how is How.FRAIL or supposed(reading, row):
            continue
        excluded = reading.asked.wants is Asks.EXCEPTION and _OF_ALL.match(text, row.end)
        remaining = _REMAINING.search(text, row.end)
        if denied(reading, row) or excluded or remaining or _BUT_NOT.match(text, row.end):
            return rest
        if any(set(one.places) == rest and _set_against(text, row, one) for one in reading.namings):
            return rest
    return set()


def _set_against(text: str, row: Naming, one: Naming) -> bool:
    """Whether something is said of one option beside a row of all others."""
    gap = text[row.end : one.start] if row.end <= one.start else text[one.end : row.start]
    near = len(gap) <= _REACH and "\n\n" not in gap and len(SENTENCE.split(gap)) <= 2
    return near and bool(_OF_ONE.match(text, one.end) and _OF_ALL.match(text, row.end))
