"""Where a text names options, in whatever way: by letter, by number, by their text.

Namings of one option side by side ("B. Paris", "Paris (B)") are one naming. A letter beside the
text of another option ("B. Rome") is a naming that contradicts itself. Namings in a row ("A, B and
D", "A、B") are one naming of several options.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from astrolabe.grading.options.letters import letters
from astrolabe.grading.options.ordinals import ordinals
from astrolabe.grading.options.spans import How, Span
from astrolabe.grading.options.texts import texts

_LABEL_TO_TEXT = re.compile(
    r"[\"')\]}】」]{0,3}\s?(?:选?项)?[ \t]{0,3}(?:[.:、)|\-–—=]|is\b|是|即|,?也就是)?[ \t]{0,3}"
    r"[\"'(\[《“「<]{0,3}(?:(?i:the|an?) )?"
)
_TEXT_TO_LABEL = re.compile(
    r"[\"')\]》”」]{0,3}[ \t]?[,:]?[ \t]?[(\[]{1,2}(?:(?i:option|choice|answer|that's|that is)"
    r"[ \t]|选项|选|即|答案)?"
)
_CUT = re.compile(r"[\"')\]}》」]{0,4}(?:\s{0,3}$|[.,;:!?(\n]|\s+(?:because|since|as)\b)")
_GOES_ON = re.compile(r",(?! (?:because|since|as|which)\b)")
"""Behind "... A. Rome": the text begins the next sentence, and is not the label's."""
_JOINED = re.compile(
    r"[\"')\]】」]{0,3}(?:(?:选项|项)?[ \t]?(?:[,、/&]|,? ?\b(?:and|or|nor)\b|和|还是|或者?|与|及"
    r"|以及|还有|跟)[ \t]?"
    r"|[ \t])(?:(?:and|or|nor|和|或|以及)[ \t]?)?(?:(?i:options?|the)[ \t]|选项)?[\"'(\[【「]{0,3}"
)
_ONLY_COMMA = re.compile(r"[^\w/、&]*,[^\w/、&]*")
_ROW_GOES_ON = re.compile(
    r"[\"')\]】」》]{0,3}(?:$|[.,;:!?\n、/&]|\s?(?:and|or|nor|are|were|both|all)\b"
    r"|[和与或及都均皆全])"
)
"""Behind the second of two names with a comma between: a row, and no sentence about it."""
_RANGE = re.compile(r"[)\]]?\s?(?:[-–—~至到]|to|through)\s?[(\[]?")
_LABELS = re.compile(r"[.):、(|\-–—]|^[ \t]+$")
_TEXTS = (How.TEXT, How.FRAIL)
_WIDEST = 24
_IS = re.compile(r"\bis\b|(?<!就)是")


@dataclass(frozen=True)
class Naming:
    """A place in a text where one option is named, or several in a row.

    Attributes:
        places: Places among the options as shown, ascending; they may lie beyond them.
        how: The firmest way in which it is named.
        agrees: Whether letter and text beside each other name the same option.
        described: Whether the text only says which option a label has: "A is Paris".
    """

    places: tuple[int, ...]
    start: int
    end: int
    how: How
    agrees: bool = True
    described: bool = False

    @property
    def only(self) -> int | None:
        """The option named, if it is one and no doubt is left which."""
        return self.places[0] if len(self.places) == 1 and self.agrees else None


def namings(text: str, options: Sequence[str]) -> list[Naming]:
    """Every naming of options in plain text, in its order, without overlaps.

    Frail ones are among them, each by itself: whoever reads them must know that an answer stands
    there.
    """
    single = [
        Naming((span.place,), span.start, span.end, span.how) for span in _spans(text, options)
    ]
    return _folded(text, _folded(text, single, _pair), _row)


def _spans(text: str, options: Sequence[str]) -> list[Span]:
    """What stands in an option's text is part of that, and no letter or number of its own."""
    kept: list[Span] = []
    for source in (texts(text, options), ordinals(text, options), letters(text, options)):
        taken = sorted((span.start, span.end) for span in kept)
        kept += [span for span in source if not _overlaps(span, taken)]
    return sorted(kept, key=lambda span: span.start)


def _overlaps(span: Span, taken: Sequence[tuple[int, int]]) -> bool:
    """Whether a span shares signs with one of `taken`, which are in order and apart."""
    after = bisect_left(taken, (span.end, 0))
    return after > 0 and taken[after - 1][1] > span.start


def _folded(
    text: str, found: Iterable[Naming], join: Callable[[str, Naming, Naming], Naming | None]
) -> list[Naming]:
    """The namings, each joined with the last one where `join` says how."""
    kept: list[Naming] = []
    for naming in found:
        joined = join(text, kept[-1], naming) if kept else None
        if joined:
            kept[-1] = joined
        else:
            kept.append(naming)
    return kept


def _pair(text: str, one: Naming, other: Naming) -> Naming | None:
    """A label and an option's text side by side."""
    gap = text[one.end : other.start]
    if len(gap) > _WIDEST or (one.how in _TEXTS) == (other.how in _TEXTS):
        return None
    pattern = _TEXT_TO_LABEL if one.how in _TEXTS else _LABEL_TO_TEXT
    beside = pattern.fullmatch(gap)
    agrees = one.places == other.places
    if gap.startswith(". ") and not agrees and _GOES_ON.match(text, other.end):
        return None
    if not beside or not (agrees or (_LABELS.search(gap) and _CUT.match(text, other.end))):
        return None
    label = other if one.how in _TEXTS else one
    described = bool(_IS.search(gap))
    return Naming(label.places, one.start, other.end, label.how, agrees, described)


def _row(text: str, one: Naming, other: Naming) -> Naming | None:
    """Namings in a row, by a word or a sign that joins them."""
    gap = text[one.end : other.start]
    if len(gap) > _WIDEST or How.FRAIL in (one.how, other.how) or one.described or other.described:
        return None
    places: Iterable[int] = other.places
    if _RANGE.fullmatch(gap) and one.how is other.how is How.LETTER:
        places = range(one.places[-1], other.places[0] + 1)
    elif _JOINED.fullmatch(gap) or (not gap and one.how is other.how is How.LETTER):
        # "B, C is wrong" says of B that it is the answer, and of C that it is wrong.
        if _ONLY_COMMA.fullmatch(gap) and not _ROW_GOES_ON.match(text, other.end):
            return None
    else:
        return None
    return Naming(
        tuple(sorted({*one.places, *places})),
        one.start,
        other.end,
        min(one.how, other.how, key=list(How).index),
        one.agrees and other.agrees,
    )
