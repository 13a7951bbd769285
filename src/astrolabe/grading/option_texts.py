"""Answers that name an option by its full text instead of its letter."""

import re
from collections.abc import Iterator, Sequence

from astrolabe.core.item import LETTERS
from astrolabe.grading import statements as st

_CUE = re.compile(st.cue_pattern())
_CUT = re.compile(r"\.(?=\s|$)|[,;(]| because\b| since\b| as\b")
_OUTER = " \t\n.,:;!\"'()[]{}<>-–—*、"
_ARTICLE = re.compile(r"^(?:the|an?) ")
_LONGEST = 400
"""Characters of a line that may be an option's text."""


def normal(text: str) -> str:
    """The form in which texts of options are compared: case, outer signs, first article dropped."""
    return _ARTICLE.sub("", " ".join(text.casefold().strip(_OUTER).split()))


def begins_with(text: str, start: int, option: str) -> bool:
    """Whether what follows `start`, behind punctuation, begins with an option's full text."""
    wanted = normal(option)
    rest = normal(text[start : start + len(option) + 40])
    return bool(wanted) and re.match(rf"{re.escape(wanted)}(?!\w)", rest) is not None


def names_another(text: str, start: int, place: int, options: Sequence[str]) -> bool:
    """Whether what follows the letter of one option is the full text of another ("B. Rome")."""
    if begins_with(text, start, options[place]):
        return False
    own = normal(options[place])
    named = set(_options_named(text[start : start + _LONGEST].split("\n")[0], options))
    return bool(named) and all(normal(options[other]) != own for other in named)


def stated_text(text: str, options: Sequence[str]) -> str | None:
    """The letter of the only option whose full text the answer states.

    The text is the whole answer, its first or its last line, or stands behind the last cue.

    Returns:
        `None` where no option's text is stated, more than one is, or two options share one text.
    """
    stated = _behind_cues(text)
    if stated is None:
        lines = [line for line in text.strip().split("\n") if line.strip()]
        candidates = [line[:_LONGEST] for line in (lines[:1] + lines[-1:])]
    else:
        candidates = [stated]
    named = {place for line in candidates for place in _options_named(line, options)}
    if not named and stated is None:
        named = set(_called_right(text, options))
    return LETTERS[named.pop()] if len(named) == 1 else None


def _behind_cues(text: str) -> str | None:
    """The line behind the last cue that affirms what follows; empty when the last one denies it."""
    for cue in reversed(list(_CUE.finditer(text))):
        words = st.clause(text, cue.start(), cue.start())
        line = text[cue.end() : cue.end() + _LONGEST].lstrip().split("\n")[0]
        if not st.supposes(words) and not line.endswith("?"):
            return "" if cue["no_en"] or cue["no_zh"] or st.denies(words) else line
    return None


def _options_named(line: str, options: Sequence[str]) -> Iterator[int]:
    """Places of the options whose full text a line is, or begins with up to a cut."""
    texts = [normal(option) for option in options]
    ends = [len(line), *(cut.start() for cut in _CUT.finditer(line))]
    said = {normal(line[:end]) for end in ends}
    return (place for place, option in enumerate(texts) if option and option in said)


def _called_right(text: str, options: Sequence[str]) -> Iterator[int]:
    """Places of the options of whose text it is said that it is right."""
    said = " ".join(text.casefold().split())
    for place, option in enumerate(map(normal, options)):
        call = rf"(?<!\w){re.escape(option)} (?:is|was) (?:the )?(?:correct|right|best)\b"
        if option and (match := re.search(call, said)):
            words = st.clause(said, match.start(), match.start())
            if not st.denies(words) and not st.supposes(words):
                yield place
