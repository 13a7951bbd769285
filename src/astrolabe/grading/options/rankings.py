"""Options in order: "Jupiter > Saturn > Neptune", where the question wants an end of the row."""

import re
from itertools import pairwise

from astrolabe.grading.options.claims import Reading
from astrolabe.grading.options.context import supposed
from astrolabe.grading.options.namings import Naming

_GREATER = re.compile(r"(?:\s?\([^()\n]{1,24}\))?\s?>\s?")
_LESS = re.compile(r"(?:\s?\([^()\n]{1,24}\))?\s?<\s?")
_LEAST = re.compile(
    r"\b(?:least|smallest|lowest|shortest|fewest|slowest|lightest|nearest|closest|coldest|weakest"
    r"|youngest|cheapest|narrowest|shallowest|earliest)\b|最[小少低短慢轻近冷弱矮浅窄早便]",
    re.IGNORECASE,
)
_MOST = re.compile(r"\bmost\b|\b\w{3,12}est\b|最[大多高长快重远热强深宽晚老]", re.IGNORECASE)


def by_ranking(reading: Reading) -> set[int]:
    """The end that the question wants of a row that puts all options in order."""
    least, most = (sign.search(reading.question) is not None for sign in (_LEAST, _MOST))
    if not (least or most):
        return set()
    for sign in (_GREATER, _LESS):
        row = _row(reading, sign)
        if row and not supposed(reading, row[0]):
            first = (sign is _GREATER) != least
            return set(row[0 if first else -1].places)
    return set()


def _row(reading: Reading, sign: re.Pattern[str]) -> list[Naming]:
    """Namings, each of one option, with a sign between them, that name all options once."""
    row: list[Naming] = []
    for one, other in pairwise(reading.namings):
        if sign.fullmatch(reading.text, one.end, other.start):
            row += [other] if row and row[-1] is one else [one, other]
    named = [place for one in row for place in one.places]
    whole = sorted(named) == list(range(len(reading.options)))
    return row if whole and len(row) == len(named) else []
