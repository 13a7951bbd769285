"""What Zero-shot-CoT's authors take for the answer: kojima-takeshi188/zero_shot_cot, ``utils.py``.

Zero-shot answers are read by their *first* match, in words, too ("Because" is "B"). Numbers stand
in `published.numbers`.
"""

import re
from collections.abc import Sequence

from astrolabe.core.item import LETTERS
from astrolabe.grading.yesno import YesNoRule

_SEPARATORS = re.compile("[\"'\n.\\s:,]")


def letter(text: str, options: Sequence[str]) -> str | None:
    """The first capital that is an option's letter, wherever it stands."""
    return next((sign for sign in text if sign in LETTERS[: len(options)]), None)


def yesno(text: str) -> str | None:
    """The first word that is yes or no."""
    words = _SEPARATORS.sub(" ", text.lower()).split(" ")
    return next((word for word in words if word in ("yes", "no")), None)


LETTER_RULES = {"kojima-letter": letter}
YESNO_RULES = {"kojima-yesno": YesNoRule(yesno)}
