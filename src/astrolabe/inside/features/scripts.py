"""The script of letters."""

import unicodedata
from collections.abc import Mapping
from functools import cache

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


@cache
def script_of(char: str) -> str:
    """The script of a letter; empty of other characters, and of scripts that are not listed."""
    if not unicodedata.category(char).startswith("L"):
        return ""
    return SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0], "")


def scripts_of(text: str) -> NDArray[np.str_]:
    """The script of every character of a text [C]; Han in a line with kana is ``kana``, since
    Japanese mixes the two."""
    found: list[str] = []
    for line in text.splitlines(keepends=True):
        scripts = [script_of(char) for char in line]
        japanese = "kana" in scripts
        found += ["kana" if japanese and own == "han" else own for own in scripts]
    return np.array(found, dtype="U12")
