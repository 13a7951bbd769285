"""The words that a question and its answer may share."""

import re

from astrolabe.grading.quantities import words_in
from astrolabe.grading.units import singular

_WORD = re.compile(
    r"[a-zA-Z]{2,}|[\u3400-\u9fff]+|(?<![\d.,:+*/×÷=-])\d+(?:[.,]\d+)*(?![\d:]|[.,]\d|\s?[+*/×÷=%-]|\sx)"
)
_IN_ALL = re.compile(r"一共|总共|共计|合计")
_PARTICLE = re.compile(r"[有是为了的从到在和与]")
COMMON = frozenset(
    {"the", "an", "of", "in", "is", "are", "was", "were", "be", "it", "to", "and", "or", "for"}
    | {"on", "at", "by", "from", "with", "how", "many", "much", "what", "which", "do", "does"}
    | {"did", "has", "have", "had", "he", "she", "they", "his", "her", "their", "there", "that"}
    | {"this", "will", "would", "can", "could", "so", "then", "as", "all", "not", "but", "if"}
    | {"thi", "wa", "doe"}
)
"""Words that say nothing of what is asked; some without the ending that `singular` takes off."""
PHRASE_ENDS = frozenset(
    {"is", "are", "was", "were", "be", "do", "does", "did", "has", "have", "had", "can", "could"}
    | {"will", "would", "should", "must", "may", "might", "in", "on", "at", "per", "a", "an", "the"}
    | {"for", "of", "to", "from", "with", "by", "there", "left", "and", "or", "that", "which"}
    | {"who", "it", "he", "she", "they", "you", "we", "i", "if", "when", "after", "before", "each"}
)
"""Words behind which no noun belongs to a number any more."""


def tokens(words: str) -> frozenset[str]:
    """Words that carry meaning, in the singular; pairs of signs in Chinese; numbers told."""
    found: set[str] = {str(one.value) for one in words_in(words)}
    for word in _WORD.findall(_PARTICLE.sub(" ", _IN_ALL.sub("共", words))):
        if word.isascii():
            found.add(singular(word))
        else:
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
    return frozenset(found - COMMON)


def common_beginning(one: str, other: str) -> int:
    """Length of the common beginning of two texts."""
    same = (a == b for a, b in zip(one, other, strict=False))
    return next((i for i, equal in enumerate(same) if not equal), min(len(one), len(other)))
