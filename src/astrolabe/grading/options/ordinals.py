"""Options named by their number: "the third option", "option two", "最后一项"."""

import re
from collections.abc import Iterator, Sequence

from astrolabe.grading.options.spans import How, Span

_ENGLISH = (
    "first second third fourth fifth sixth seventh eighth ninth tenth",
    "1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th",
    "one two three four five six seven eight nine ten",
)
_PLACES = {word: place for row in _ENGLISH for place, word in enumerate(row.split())}
_PLACES |= {str(place + 1): place for place in range(10)}
_PLACES |= {sign: place for place, sign in enumerate("一二三四五六七八九十")}
_ORDER = "|".join(f"{_ENGLISH[0]} {_ENGLISH[1]}".split())
_COUNT = "|".join(_ENGLISH[2].split())
_NOUN = r"(?:(?:answer )?(?:options?|choices?)|alternatives?|candidates?)"
_STOP = r"(?=[\"')\]]{0,2}\s{0,3}(?:$|[.,;:!?\n(]|\s(?:is|was|does|did|because|since|as)\b))"

_NAMED = re.compile(
    rf"(?<!\bmy )(?<!\bour )\b(?:the )?(?:(?P<back>second|third)[ -](?:to"
    rf"|from the)[ -])?(?P<order>{_ORDER}|last|final)"
    rf" (?:(?:of the )?(?:\w{{1,12}} )?{_NOUN}\b(?! \w{{1,12}}d\b)|(?:one|item|statement|sentence"
    rf"|word|phrase|pair|picture|graph|line|row|term|name|passage|text|quotation|example|figure"
    rf"|diagram|equation|formula|expression)\b{_STOP})"
    rf"|\b(?:number|no\.|#)\s?(?P<number>{_COUNT}|10|[1-9])\b{_STOP}"
    rf"|\b(?:option|choice|alternative) (?:number |no\. ?|#)?(?P<count>{_COUNT}|10"
    rf"|[1-9])\b(?![.,:]\d)"
    r"|倒数第(?P<rear>[一二三四五])(?:个选?项?|项)"
    r"|(?<!倒数)第(?P<zh>[一二三四五六七八九十]|10|[1-9])(?:个?(?:选项|选择|答案)|[项条]"
    r"|(?<=选第.)个(?:[^\W\d_]{0,4})(?=[.,;:!\n]|$)|(?<=是第.)个(?:[^\W\d_]{0,4})(?=[.,;:!\n]|$)"
    r"|个(?=[\"'」)]{0,2}(?:$|[.,;:!\n是对正])))"
    r"|(?P<before>[一二三四五六七八九十]|10|[1-9])号选项"
    r"|选项(?P<after>[一二三四五六七八九十]|10|[1-9])(?![\d.])"
    r"|(?P<end>最后(?:那|的)?一?个?(?:选项|选择|答案|项)|最后一个(?=[\"'」)]{0,2}(?:$"
    r"|[.,;:!\n是对正])))",
    re.IGNORECASE,
)

_CIRCLED = re.compile("[①-⑩]")
_ANSWERED = re.compile(r"(?:选|答案[是为:]?|\A)\s?([①-⑩])(?=\s{0,3}(?:$|[.,;!\n]))")
"""A number in a circle, where an answer stands; elsewhere it may number statements."""


def ordinals(text: str, options: Sequence[str]) -> Iterator[Span]:
    """Where plain text names one of the options by its number."""
    for match in _NAMED.finditer(text):
        yield Span(_place(match, len(options)), *match.span(), How.ORDINAL)
    if not any(_CIRCLED.search(option) for option in options):
        for match in _ANSWERED.finditer(text):
            yield Span(ord(match[1]) - ord("①"), *match.span(1), How.ORDINAL)


def _place(match: re.Match[str], count: int) -> int:
    for name in ("count", "number", "zh", "before", "after"):
        if match[name]:
            return _PLACES[match[name].casefold()]
    if match["rear"]:
        return max(0, count - 1 - _PLACES[match["rear"]])
    if match["end"]:
        return count - 1
    order = match["order"].casefold()
    if order in ("last", "final"):
        back = match["back"]
        return max(0, count - 1 - (_PLACES[back.casefold()] if back else 0))
    return _PLACES[order]
