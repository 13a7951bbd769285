"""Answers of a word or two: right when they are the gold answer, whatever their case and marks.

Nothing is looked for inside a sentence: who asks for a word shows by examples, or says, that it
shall stand alone.
"""

import unicodedata

from astrolabe.grading.plain import plain
from astrolabe.grading.rule import FormRule

_MARKS = " \t.,;:!?\"'()[]<>«»„…。，、；：！？「」《》（）"


def first_line(text: str) -> str | None:
    """The first line of a text that has anything to say, in the compared form."""
    for line in text.splitlines():
        if form := short_form(line):
            return form
    return None


def short_form(text: str) -> str:
    """The compared form: composed letters, no case, one space between words, no marks around."""
    composed = unicodedata.normalize("NFKC", plain(text))
    return " ".join(composed.casefold().split()).strip(_MARKS)


SHORT_RULES = {"short-answer": FormRule(first_line, short_form)}
