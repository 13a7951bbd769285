"""How much of a written text is of a kind, by the properties that features are described by."""

import unicodedata
from collections.abc import Sequence

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.inside.features.properties import PROPERTIES, Property, property_named
from astrolabe.inside.features.text import Text

BROKEN = "\N{REPLACEMENT CHARACTER}"
"""What bytes that make no character are decoded as; of no kind."""

KINDS = tuple(one.name for one in PROPERTIES if one.sort in ("script", "format"))
"""Kinds that a text can be asked for: those of which every single character is, or is not."""


def kind_named(name: str) -> Property:
    """The property that a text of that kind has throughout.

    Raises:
        BadInput: for a property that no text can have throughout, or that is unknown.
    """
    found = property_named(name)
    if found.name not in KINDS:
        raise BadInput(
            f"'{found.name}' says nothing of how much of a text is so; take one of "
            f"{', '.join(KINDS)}"
        )
    return found


def share(text: str, kind: Property) -> float:
    """Share of a text's characters that are of a kind; 0 of a text in which none counts.

    Spaces do not count; nor, for scripts, do punctuation and combining marks, which scripts share.
    Digits and signs do count, against any script, and bytes that make no character against all.
    """
    count = len(text)
    # The property is asked as of a model that reads single characters.
    read = Text(text, tuple(range(count)), tuple((place, place + 1) for place in range(count)))
    left_out = "ZCPM" if kind.sort == "script" else "ZC"
    categories = np.array([unicodedata.category(char)[0] for char in text], dtype="U1")
    counts = ~np.isin(categories, list(left_out))
    if not counts.any():
        return 0.0
    # A digit in a run of a script has that property, but is not writing in the script.
    able = categories == "L" if kind.sort == "script" else np.array([c != BROKEN for c in text])
    return float((kind.holds(read) & able & counts).sum() / counts.sum())


def distinct(tokens: Sequence[int], size: int = 3) -> float:
    """Share of different ones among all runs of `size` tokens (Li et al. 2016, arXiv:1510.03055).

    A text that says one thing again and again is likely under any model; this tells it.
    """
    runs = [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]
    return len(set(runs)) / len(runs) if runs else 1.0
