"""Rules that read an option letter from generated text, in English or Chinese. They never guess.

A text is searched for *statements*: a cue ("Answer:", "the answer is", "答案是：", "故选") and a
letter after it. A statement affirms its letter, denies it ("I don't think the answer is B",
"答案不是B"), or is open ("B or C"); under a condition or a question ("if the answer is B", "is the
answer B?") it says nothing. A capital A before a word is taken for the article, not for an option.
"""

import re
from collections.abc import Callable, Iterator
from enum import Enum

from astrolabe.core.item import LETTERS

_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94)} | {ord("。"): ".", ord("　"): " "}
_CHINESE = r"\u3400-\u9fff"
_WORD = rf"[^\W{_CHINESE}]"
"""A character that would make a letter part of a word. Chinese is written without spaces."""

# Repeats of white space and markup are bounded: a text of nothing else must not take for ever.
_GAP = r"[\s*_]{0,8}"
_OPEN = r"(?:[\s*_\"'“”‘’`$(\[【「<]|\\boxed\{|\\text\{){0,12}"
_CLOSE = r"[ \t*_\"”’`$)\]】」>}]{0,12}"
_CUE = (
    r"(?:\banswer(?: (?:to|for) (?:the|this|that|your)(?: \w+)? (?:question|problem))?"
    rf"|\b(?:correct|right|best|final|my) (?:option|choice|letter)){_GAP}"
    r"(?P<no_en>isn['’]t\b|is(?: \w+)? not\b|can(?:not|['’]t) be\b)?"
    rf"(?:(?(no_en)|(?:is|was|would be|must be|should be)\b){_GAP}:?|[:=])"
    rf"{_GAP}(?:(?:option|choice|letter)\b)?"
    r"|(?:答案(?:选项)?[*_\s]{0,4}(?P<no_zh>并?[不非])?(?:应该|应当|应|就|可能)?(?:是|为|选|:)"
    rf"|(?:故|应|因此|所以)(?:本题)?选择?){_GAP}:?{_GAP}(?:选项)?"
)
_STATEMENT = re.compile(rf"(?i:{_CUE}){_OPEN}(?P<letter>[A-Za-z])(?!{_WORD})")
_LEAD = re.compile(
    rf"[\s*_#>:]{{0,12}}{_OPEN}(?P<letter>[A-Za-z])(?!{_WORD})"
    rf"(?={_CLOSE}(?:[.:,、\n)\]】」]|选?项|$)|[)\]】」])"
)
_ALONE = re.compile(rf"(?<!{_WORD})(?<![°º'’\-.])(?P<letter>[A-Z])(?!{_WORD})")
_ECHOED_OPTIONS = re.compile(r"\s*\(?A[).:、][^\n]*\n[ \t]*\(?B[).:、]")

_BREAK = re.compile(r"[.!?;,\n]|\b(?:so|hence|therefore|thus|but|because)\b|所以|因此|但|故|不过")
_SENTENCE_END = re.compile(r"[.!;\n]")
_REACH = 300
"""Characters before and after a letter that may belong to its sentence."""
_DENYING = re.compile(
    r"(?i)\b(?:not|never|no|nor|neither|cannot|doubt|wrong|incorrect|false|except|excluded?"
    r"|eliminated?|ruled? out|unlikely)\b|n['’]t\b|不(?![仅但难])|非(?!常)|错|排除|除了|否"
)
_SUPPOSING = re.compile(
    r"(?i)\b(?:if|whether|unless|suppose|assum\w+|possible|another)\b|\?|如果|假如|若|是否"
)
_DENIED_AFTER = re.compile(
    rf"{_CLOSE}[,:.]?\s{{0,3}}(?:选?项)?(?:(?:is|was)(?:\s+not\b|n['’]t\b)|(?:(?:is|was)\s+)?"
    r"(?:wrong|incorrect|false)\b|是?不|是?错|并非)"
)
_QUESTION = re.compile(rf"{_CLOSE}[吗呢]?\?")
_LIST = re.compile(
    rf"{_CLOSE}(?:[,/&、]|and\b|or\b|和|或者?|与)(?:[ \t]|and\b|or\b){{0,4}}(?:option )?\(?"
    rf"(?!I [a-z])[A-Z](?!{_WORD})(?!['’])"
)
_NOT_A_LETTER = re.compile(
    rf"['’]\w|-\w|[+#]|\.[A-Z]\b|(?![选项正对是因由吗呢和或与不错并])[{_CHINESE}]"
)
_ARTICLE = re.compile(r"[ \t]+(?!(?:because|since|as|is|was|which|and|or)\b)\w")


class _Says(Enum):
    AFFIRMED = "affirmed"
    DENIED = "denied"
    OPEN = "open"


def strict_letter(text: str, options: int) -> str | None:
    """The letter that a text begins with or states, if it never says anything else.

    Args:
        text: What the model wrote.
        options: How many options were shown; letters beyond them are not read.

    Returns:
        The letter as shown, or `None` when the text states none, several, leaves a statement open,
        or takes one back.
    """
    text = text.translate(_HALF_WIDTH)
    said = list(_statements(text, options))
    lead = _lead(text, options)
    affirmed = {letter for letter, says in said if says is _Says.AFFIRMED}
    if lead is not None:
        affirmed.add(lead)
    denied = {letter for letter, says in said if says is _Says.DENIED}
    if len(affirmed) != 1 or affirmed & denied or any(says is _Says.OPEN for _, says in said):
        return None
    return affirmed.pop()


def lenient_letter(text: str, options: int) -> str | None:
    """The last letter that a text states, or begins with, or the only one that stands alone.

    Agrees with `strict_letter` wherever that reads a letter.

    Args:
        text: What the model wrote.
        options: How many options were shown; letters beyond them are not read.

    Returns:
        The letter as shown, or `None` when the last statement is open or taken back, or when there
        is no statement and not exactly one letter stands alone in a sentence without a negation.
    """
    text = text.translate(_HALF_WIDTH)
    denied = set()
    for letter, says in reversed(list(_statements(text, options))):
        if says is _Says.AFFIRMED:
            return None if letter in denied else letter
        if says is _Says.OPEN:
            return None
        denied.add(letter)
    lead = _lead(text, options)
    if lead is not None or denied:
        return None if lead in denied else lead
    return _only_letter(text, options)


LETTER_RULES: dict[str, Callable[[str, int], str | None]] = {
    "letter-strict": strict_letter,
    "letter-lenient": lenient_letter,
}


def _statements(text: str, options: int) -> Iterator[tuple[str, _Says]]:
    """Letters that are stated to be, or not to be, the answer, in the text's order."""
    for match in _STATEMENT.finditer(text):
        clause = _before(text, match.start(), _BREAK)
        letter, end = _option(text, match, options), match.end()
        if letter is None or _QUESTION.match(text, end) or _SUPPOSING.search(clause):
            continue
        negated = match["no_en"] or match["no_zh"] or _DENYING.search(clause)
        if negated or _DENIED_AFTER.match(text, end):
            yield letter, _Says.DENIED
        elif _LIST.match(text, end):
            yield letter, _Says.OPEN
        else:
            yield letter, _Says.AFFIRMED


def _lead(text: str, options: int) -> str | None:
    """The letter that the text begins with, as an answer and not as a list of the options."""
    match = _LEAD.match(text)
    if match is None or _ECHOED_OPTIONS.match(text):
        return None
    if any(bad.match(text, match.end()) for bad in (_LIST, _DENIED_AFTER, _QUESTION)):
        return None
    return _option(text, match, options)


def _only_letter(text: str, options: int) -> str | None:
    """The one option letter that stands alone, if no sentence with it denies or supposes."""
    alone = [match for match in _ALONE.finditer(text) if _option(text, match, options)]
    if len({match["letter"] for match in alone}) != 1:
        return None
    for match in alone:
        after = text[match.end() : match.end() + _REACH]
        rest = _SENTENCE_END.split(after, maxsplit=1)[0]
        sentence = _before(text, match.start(), _SENTENCE_END) + rest
        if _DENYING.search(sentence) or _SUPPOSING.search(sentence):
            return None
    return alone[0]["letter"]


def _option(text: str, match: re.Match[str], options: int) -> str | None:
    """The option that a matched letter names; `None` where it is a word, a name or cut short.

    A small letter counts only before a closing bracket: "the answer is a" may go on.
    """
    letter, end = match["letter"], match.end("letter")
    if letter.islower() and not text.startswith(")", end):
        return None
    letter = letter.upper()
    if letter not in LETTERS[:options] or _NOT_A_LETTER.match(text, end):
        return None
    return None if letter in "AI" and _ARTICLE.match(text, end) else letter


def _before(text: str, end: int, separator: re.Pattern[str]) -> str:
    """What stands between the last separator and `end`."""
    return separator.split(text[max(0, end - _REACH) : end])[-1]
