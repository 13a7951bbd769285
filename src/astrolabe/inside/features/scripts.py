"""The script that every character of a text stands in, itemised as Unicode does (UAX #24).

A letter has a script of its own. Spaces, punctuation, digits and combining marks (Common and
Inherited characters) have none: they take that of the run they stand in, which is the script of the
last letter before them in their line or, at the beginning of a line, of the first after them.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

SCRIPTS: Mapping[str, str] = {
    "LATIN": "latin",
    "ARABIC": "arabic",
    "HEBREW": "hebrew",
    "HANGUL": "hangul",
    "CJK": "han",
    "HIRAGANA": "kana",
    "KATAKANA": "kana",
    "CYRILLIC": "cyrillic",
    "GREEK": "greek",
    "DEVANAGARI": "devanagari",
    "THAI": "thai",
}
"""Scripts by the word that the Unicode names of their letters begin with."""

OTHER = "other"
"""Of letters of scripts that are not listed: they end a run, as all letters do."""


class Itemised(NamedTuple):
    """The scripts of a text.

    Attributes:
        own: Of every letter; empty of characters that have none of their own [C].
        run: Of the run that every character stands in; empty in a line without letters [C].
    """

    own: NDArray[np.str_]
    run: NDArray[np.str_]


@cache
def script_of(char: str) -> str:
    """The script of a letter; empty of other characters.

    Modifier letters of no listed script count as Common, which the usual ones are, such as the
    lengthening mark of kana.
    """
    category = unicodedata.category(char)
    if not category.startswith("L"):
        return ""
    unlisted = "" if category == "Lm" else OTHER
    return SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0], unlisted)


# Ten properties ask for the same text one after another.
@lru_cache(maxsize=1)
def itemised(text: str) -> Itemised:
    """The scripts of a text, by letters and by runs; Han in a line with kana is ``kana``, since
    Japanese mixes the two."""
    own: list[str] = []
    run: list[str] = []
    for line in text.splitlines(keepends=True):
        scripts = [script_of(char) for char in line]
        if "kana" in scripts:
            scripts = ["kana" if script == "han" else script for script in scripts]
        own += scripts
        run += _runs(scripts)
    return Itemised(np.array(own, dtype="U12"), np.array(run, dtype="U12"))


def _runs(scripts: Sequence[str]) -> list[str]:
    """The run of every character of a line, by the characters' own scripts."""
    current = next(filter(None, scripts), "")
    found = []
    for script in scripts:
        current = script or current
        found.append(current)
    return found
