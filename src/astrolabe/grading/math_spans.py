"""Where a text writes mathematics: in formulas between signs of LaTeX, and bare among its words.

"Hence x = 2√3 or $-1$." has two spans, "x = 2√3" and "-1". What words say around them is for
others to read; sentences end only outside of spans ("8! = 40320" is no exclamation).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from astrolabe.grading.latex import SIGNS

FORMULA = re.compile(
    r"\$\$(?P<display>[^$]{1,1000})\$\$|(?<!\\)\$(?P<inline>(?:[^$\\]|\\.){1,1000})\$"
    r"|\\\[(?P<bracket>.{1,1000}?)\\\]|\\\((?P<paren>.{1,1000}?)\\\)"
    r"|\\begin\{(?P<name>(?:align|equation|gather)\*?)\}(?P<lines>.{1,2000}?)\\end\{(?P=name)\}",
    re.DOTALL,
)
_FUNCTIONS = (
    r"(?:arc)?(?:sin|cos|tan|cot|sec|csc)|ln|log|lg|exp|sqrt|cbrt|pi|infinity|max|min|gcd|lcm"
)
_SHORT_WORDS = (
    r"is|of|so|or|in|to|at|by|we|it|be|as|an|if|on|no|up|do|us|my|he|me|go|am|vs|ie|eg|id|ok|oh"
    r"|cm|mm|km|kg|mg|ml|ft|hr|kw|mi|oz|lb|sq"
)
_TOKEN = re.compile(
    r"(?P<number>\d+(?:(?:,|\{,\})\d{3}(?!\d))*(?:\.\d+)?|\.\d+)"
    r"|\\[a-zA-Z]+|\\[{}%,;:!| ]"
    rf"|(?<![a-zA-Z\\])(?:{_FUNCTIONS})(?![a-zA-Z])"
    r"|(?<![a-zA-Z])[b-zB-HJ-Z](?![a-zA-Z])"
    # "a" and "I" are words but beside an operator.
    r"|(?<![a-zA-Z])[aAI](?=\s?[-+*/^=<>_(),|'²³∩∪≤≥≠∈])(?![a-zA-Z])|(?<=[-+*/^=<>(\d∩∪|])\s?[aAI](?![a-zA-Z])"
    rf"|(?<![a-zA-Z])(?!(?:{_SHORT_WORDS})(?![a-zA-Z]))[a-zA-Z]{{2}}(?![a-zA-Z])"
    r"|(?<=\d)[a-zA-Z]{1,3}(?![a-zA-Z])"
    rf"|[-+*/^_=<>|°%{SIGNS}]|(?<=[\da-zA-Z)])['!](?=[\s(=*/+.,-]|$)|(?<=\d):(?=\d)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comma>,)"
)
_SIGN = "[零〇一二两三四五六七八九十百千万亿点]"
_WORDED = re.compile(
    rf"负?(?:{_SIGN}{{1,12}}又)?(?:{_SIGN}{{1,12}}|\d{{1,6}})分之(?:{_SIGN}{{1,12}}|\d{{1,6}})"
    rf"|(?<=[为是得于:])负?{_SIGN}{{1,12}}(?=[度个种.,;\n]|$)"
)
"""Chinese numbers in words: parts of a whole anywhere, others behind a word that links."""
_VALUE = re.compile(rf"[\d\\=^{SIGNS}]")
_EDGE = re.compile(r"^[\s=,:_^*/<>)\]}]+|[\s=,:|_^*/<>+(\[{-]+$")
_LONGEST = 400
_DEEPEST = 8
_BREAK = re.compile(r"[.!?;\n]")


@dataclass(frozen=True)
class Span:
    """Mathematics from `start` to `end` of a text, without the signs that set it off."""

    content: str
    start: int
    end: int


def content(formula: re.Match[str]) -> str:
    """What a formula holds; of several lines the last, without marks of alignment."""
    if formula["lines"] is not None:
        lines = [line for line in re.split(r"\\\\", formula["lines"]) if line.strip()]
        return lines[-1].replace("&", " ").strip() if lines else ""
    held = (formula[name] for name in ("display", "inline", "bracket", "paren"))
    return next(group for group in held if group is not None).strip()


def spans(text: str) -> list[Span]:
    """Every span, in the text's order."""
    found: list[Span] = []
    end = 0
    for formula in FORMULA.finditer(text):
        found += _gap_spans(text, end, formula.start())
        found.append(Span(content(formula), formula.start(), formula.end()))
        end = formula.end()
    return [*found, *_gap_spans(text, end, len(text))]


def sentences(text: str, found: list[Span]) -> list[tuple[int, int]]:
    """Where each sentence begins and ends."""
    parts, start, gap = [], 0, 0
    for span in [*found, Span("", len(text), len(text))]:
        for stop in _BREAK.finditer(text, gap, span.start):
            parts.append((start, stop.end()))
            start = stop.end()
        gap = span.end
    return [*parts, (start, len(text))]


def _gap_spans(text: str, start: int, stop: int) -> Iterator[Span]:
    for worded in _WORDED.finditer(text, start, stop):
        yield from _bare_spans(text, start, worded.start())
        yield Span(worded.group(), worded.start(), worded.end())
        start = worded.end()
    yield from _bare_spans(text, start, stop)


def _bare_spans(text: str, start: int, stop: int) -> Iterator[Span]:
    while start < stop:
        token = _TOKEN.search(text, start, stop)
        if token is None:
            return
        end = _run_end(text, token.start(), stop)
        written = text[token.start() : end]
        lead = _EDGE.match(written)
        first = lead.end() if lead and written[lead.end() - 1] not in "([{" else 0
        kept = _EDGE.sub("", written[first:])
        begin = text.find(kept, token.start(), end) if kept else end
        if kept and _VALUE.search(kept):
            yield Span(kept, begin, begin + len(kept))
        start = max(end, token.end())


def _run_end(text: str, start: int, stop: int) -> int:
    """Where the run of mathematics that begins at `start` ends.

    A comma, and what is no mathematics, ends it; within brackets a comma does not. A bracket that
    is not closed within the run ends it too.
    """
    opened: list[int] = []
    end, last_number = start, -1
    while end < min(stop, start + _LONGEST):
        place = end
        while place < stop and text[place] == " " and place - end < 2:
            place += 1
        token = _TOKEN.match(text, place, stop)
        if token is None or (token["comma"] and not opened):
            break
        if (token["close"] and not opened) or len(opened) > _DEEPEST:
            break
        # "3 4" are two numbers, and in "5 m" the letter is a unit.
        if place > end == last_number and not token["open"] and _apart(text, token):
            break
        if token["open"]:
            opened.append(token.start())
        elif token["close"]:
            opened.pop()
        end = token.end()
        last_number = end if token["number"] else -1
    return opened[0] if opened else end


def _apart(text: str, token: re.Match[str]) -> bool:
    letter = token.group().isalpha() and not re.match(r"\s?[-+^*/=<]", text[token.end() :][:2])
    return token["number"] is not None or letter
