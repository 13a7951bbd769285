"""`Span`: a place in a text where one option is named, and how."""

from dataclasses import dataclass
from enum import Enum

CHINESE = r"\u3400-\u9fff"
WORD = rf"(?-i:[^\W{CHINESE}])"
"""A sign that would make a letter part of a word. Chinese is written without spaces.

It has no case: where case is ignored, `re` would take 10 ms to fold so wide a range.
"""
CLOSE = r"[ \t\"')\]】」》>}]{0,12}"
"""What may close the name of an option."""


class How(Enum):
    """By what an option is named."""

    LETTER = "letter"
    ORDINAL = "ordinal"
    TEXT = "text"
    FRAIL = "frail"
    """By a text so short or so common that it names the option only where an answer stands."""


@dataclass(frozen=True)
class Span:
    """One option, named once.

    Attributes:
        place: Among the options as shown; it may lie beyond them.
    """

    place: int
    start: int
    end: int
    how: How
