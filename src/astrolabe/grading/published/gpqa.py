"""Readers of GPQA's generated answers in HELM and lm-evaluation-harness.

- ``gpqa-helm``: stanford-crfm/helm, ``gpqa_chain_of_thought_metric.py``: four patterns in turn. The
  second cannot match any real text (it looks for a backslash-escaped bracket), as there.
- ``gpqa-strict``, ``gpqa-flexible``: lm-evaluation-harness 0.4.13, ``gpqa/cot_zeroshot`` and
  ``filters/extraction.py``: what follows "The answer is " on its line, but for the last character;
  and the last letter in brackets, else the last option's text, else the last letter behind a colon.
"""

import re
import string
import unicodedata
from collections.abc import Sequence

from astrolabe.core.item import LETTERS

_HELM = tuple(
    re.compile(pattern)
    for pattern in (
        r"answer is \(?([A-J])\)?",
        r"\.{0,40}\[aA\]nswer:\s{0,40}\(?([A-J])\)?",
        r"correct answer is [^A-Za-z]*([A-J])",
        r"correct answer is [^A-Z]*([A-J])",
    )
)
_STATED = re.compile(r"(?<=The answer is )(.*)(?=.)")
_BRACKETED = re.compile(r"\([A-Z]\)")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)


def helm(text: str, options: Sequence[str]) -> str | None:
    """The first pattern that matches decides."""
    for pattern in _HELM:
        if match := pattern.search(text):
            return match[1]
    return None


def strict(text: str, options: Sequence[str]) -> str | None:
    """The rest of the line behind the first "The answer is ", if it is a letter but for signs."""
    match = _STATED.search(text)
    said = match[1].strip().translate(_NO_PUNCTUATION).strip().upper() if match else ""
    return said if len(said) == 1 and said in LETTERS else None


def flexible(text: str, options: Sequence[str]) -> str | None:
    """The last "(X)", else the last full text of an option, else the last letter behind a colon."""
    if found := _BRACKETED.findall(text):
        return str(found[-1][1])
    texts = {_bare(option): place for place, option in reversed(list(enumerate(options)))}
    wanted = "|".join(re.escape(_bare(option)) for option in options)
    named = re.findall(wanted, _bare(text)) if wanted else []
    if named and named[-1]:
        return LETTERS[texts[named[-1]]]
    behind = re.findall(rf":\s*([{LETTERS[: max(1, len(options))]}])", text)
    return behind[-1] if behind else None


def _bare(text: str) -> str:
    """Without case and punctuation, as that filter compares texts of options."""
    return "".join(c for c in text.strip().lower() if not unicodedata.category(c).startswith("P"))


LETTER_RULES = {"gpqa-helm": helm, "gpqa-strict": strict, "gpqa-flexible": flexible}
