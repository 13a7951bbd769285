"""DNA, base64 and hexadecimal, told from words and from each other by their characters alone.

Such text has no spaces in it, so whatever stands between two spaces is in a format or not as a
whole: it has to be long enough, all of it in the format's alphabet, and hold every sort of
character that tells it from words and numbers. Its first token may still look like anything to a
model, which reads from left to right; what that costs shows in the recall.
"""

import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

LEAST = 16
"""Characters of the shortest run that is in a format: as many as eight random bytes have in
hexadecimal; words and numbers so long that also meet the rest of a rule are rare."""

FORMATS: Mapping[str, tuple[str, ...]] = {
    "dna": ("[ACGT]+",),
    "base64": ("[A-Za-z0-9+/]+={0,2}", ".*[A-Z].*", ".*[a-z].*", ".*[0-9+/].*"),
    "hexadecimal": ("[0-9a-f]+|[0-9A-F]+", ".*[0-9].*", ".*[a-fA-F].*"),
}
"""Formats: patterns, each of which a run has to match as a whole."""


def in_format(text: str, name: str) -> NDArray[np.bool_]:
    """Whether each character of a text [C] is in a format."""
    marks = np.zeros(len(text), dtype=bool)
    for run in re.finditer(rf"\S{{{LEAST},}}", text):
        if all(re.fullmatch(pattern, run[0]) for pattern in FORMATS[name]):
            marks[run.start() : run.end()] = True
    return marks
