"""Lists of the options in a text: "A. ... B. ... C. ...", each entry with what is said under it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from astrolabe.grading.options.namings import Naming
from astrolabe.grading.options.spans import How

_HEADS = re.compile(
    r"(?:(?:^|\n)[\s>#*\-•·|\"'{(\[【✓✔✅√✗✘❌×☑]{0,12}(?:(?i:option|choice|statement)\s"
    r"|选项)?[(\[【\"']?"
    r"|[.,;:!?、)|{}]\s{0,3}[(\[【\"']?)\Z"
)
_LABEL = re.compile(r"[A-Za-z][\"')\]】」]{0,3}\s{0,2}(?:[.):、|\-–—→=]|选?项|[✓✔✅√✗✘❌×☑👈])")
_LINE = re.compile(r"[A-Za-z][\"')\]】」]{0,3}\s{0,3}(?:\n|$)")

_REACH = 24
_RIGHT_SIGN = re.compile(
    r"[✓✔✅√☑👈⬅←]|<-|^[\"'\s:|–—→=.)、-]{0,4}(?:true|yes|T|Y)\b", re.IGNORECASE
)
_WRONG_SIGN = re.compile(
    r"[✗✘❌✖🚫]|(?<![\d)\s])×|^×|×(?:\s|$)|^[\"'\s:|–—→=.)、-]{0,4}(?:false|no|F|N)\b",
    re.IGNORECASE,
)
_RIGHT_WORD = re.compile(
    r"\b(?:correct|right|true|this is (?:it|the answer)|fits|matches)\b|正确|符合题意|(?:^"
    r"|[,:是])对(?=的?$|的?[,.;])",
    re.IGNORECASE,
)
_WRONG_WORD = re.compile(
    r"\b(?:incorrect|wrong|false|(?:not|n't)(?: \w{1,12})? (?:correct|right|true)|ruled out"
    r"|eliminated|excluded"
    r"|out)\b|不正确|不对|错误?|有误|不符合?|排除|不当|不成立|不选",
    re.IGNORECASE,
)
_SIGN_BEFORE = re.compile(
    r"(?:^|\n)[\s>#*\-•·]{0,6}(?P<sign>[✓✔✅√☑✗✘❌✖×🚫])\s{0,2}[(\[]?(?:(?i:option) |选项)?\Z"
)
_SIGN_BEHIND = re.compile(r"[\s>#*\-•·✓✔✅√☑✗✘❌✖×🚫]+[(\[]?(?:(?i:option) |选项)?\Z")
_SENTENCE = re.compile(r"[!?;\n]|\.(?!\d)")
_SHORTEST = 3
"""Labels that make a list where it does not begin with A."""


@dataclass(frozen=True)
class Entry:
    """An entry of a list of options.

    Attributes:
        naming: The label at its head.
        body: What is said under it, up to the next label.
    """

    naming: Naming
    body: str

    @property
    def verdict(self) -> bool | None:
        """Whether the body calls its option right or wrong; `None` for neither, or both."""
        right = bool(_RIGHT_SIGN.search(self.body))
        wrong = bool(_WRONG_SIGN.search(self.body))
        if right == wrong:
            said = [sentence for sentence in _SENTENCE.split(self.body) if sentence.strip()]
            ends = said[:1] + said[-1:]
            wrong = any(_WRONG_WORD.search(sentence) for sentence in ends)
            right = any(_RIGHT_WORD.search(_WRONG_WORD.sub("", sentence)) for sentence in ends)
        return None if right == wrong else right


def entries(text: str, found: Sequence[Naming]) -> list[Entry]:
    """The entries of every list of options among namings that are no answers in themselves."""
    listed: list[Entry] = []
    run: list[Naming] = []
    for label in [*_labels(text, found), None]:
        if run and (label is None or label.places[0] != run[-1].places[0] + 1):
            listed += _list(text, run, label)
            run = []
        if label is not None:
            run.append(label)
    return listed


def _labels(text: str, found: Sequence[Naming]) -> Iterator[Naming]:
    for naming in found:
        if naming.how is How.LETTER and len(naming.places) == 1:
            before = text[max(0, naming.start - _REACH) : naming.start]
            last = before.rpartition("\n")[2]
            line = not re.search(r"\w", last) and (last != before or len(before) == naming.start)
            paired = naming.end > naming.start + 1
            if (paired or _HEADS.search(before)) and (
                _LABEL.match(text, naming.start) or (line and _LINE.match(text, naming.start))
            ):
                yield naming


def _list(text: str, run: Sequence[Naming], after: Naming | None) -> Iterator[Entry]:
    """The entries of a run of labels, if it is long enough to be a list."""
    if len(run) < (_SHORTEST if run[0].places[0] else 2):
        return
    before = [_SIGN_BEFORE.search(text[max(0, one.start - _REACH) : one.start]) for one in run]
    signs = [sign["sign"] for sign in before if sign]
    for i, naming in enumerate(run):
        following = run[i + 1] if i + 1 < len(run) else after
        end = following.start if following else len(text)
        if i + 1 == len(run):
            end = min(end, *(at for at in [text.find("\n\n", naming.end)] if at >= 0), len(text))
        body = text[naming.end : end].strip()
        # Signs that stand before the labels judge what follows them.
        if len(signs) == len(run):
            body = f"{signs[i]} {_SIGN_BEHIND.sub('', body)}"
        yield Entry(naming, body)
