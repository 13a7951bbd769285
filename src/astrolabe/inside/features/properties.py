"""Properties of a token in its text that can be measured: what a feature may turn out to stand for.

Every property is a predicate on (token, text), decided from characters and places alone; a token
has a property of characters if one of its own has. Scripts are those of runs, itemised as in
Unicode's UAX #24 (see `scripts`): a token of letters has the script of its letters, and one of
spaces, punctuation or digits alone that of the run it stands in, so that the full stop of a Hebrew
sentence is Hebrew. What would need a judge is left out: languages
that share a script, parts of speech but for English closed classes (see `words`), topics.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from astrolabe.core.errors import BadInput
from astrolabe.core.wording import did_you_mean
from astrolabe.inside.features.formats import FORMATS, in_format
from astrolabe.inside.features.scripts import itemised
from astrolabe.inside.features.text import Text
from astrolabe.inside.features.words import CLASSES

Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class Property:
    """Something that holds of a token or does not.

    Attributes:
        name: As it is searched for.
        sort: script, format, layout, position or word.
        says: What it means, in English and Chinese.
        holds: Of which tokens of a text [T].
    """

    name: str
    sort: str
    says: tuple[str, str]
    holds: Callable[[Text], Marks]


_LANGUAGES: Mapping[str, tuple[str, str, str]] = {
    "arabic": ("arabic", "Arabic script", "阿拉伯文字"),
    "chinese": ("han", "Han characters in a line without kana", "汉字（该行无假名）"),
    "japanese": ("kana", "kana, and Han in a line with kana", "假名及同行汉字"),
    "korean": ("hangul", "Hangul", "谚文"),
    "hebrew": ("hebrew", "Hebrew script", "希伯来文字"),
    "latin": ("latin", "Latin script", "拉丁字母"),
    "cyrillic": ("cyrillic", "Cyrillic script", "西里尔字母"),
    "greek": ("greek", "Greek script", "希腊字母"),
    "devanagari": ("devanagari", "Devanagari", "天城文"),
    "thai": ("thai", "Thai script", "泰文"),
}
"""Script properties: the script behind each, and what it says."""

_FORMATS: Mapping[str, tuple[str, str]] = {
    "dna": ("a run of 16 or more of A, C, G and T", "由 A、C、G、T 组成、不少于 16 个字符的连串"),
    "base64": (
        "a run of 16 or more characters of base64, capitals, small letters and others among them",
        "不少于 16 个字符的 base64 连串（含大、小写字母及其他字符）",
    ),
    "hexadecimal": (
        "a run of 16 or more hexadecimal digits, letters among them",
        "不少于 16 位、含字母的十六进制连串",
    ),
}


def _script(script: str) -> Callable[[Text], Marks]:
    """Of tokens with a letter of a script, and of those without letters in a run of it."""

    def holds(text: Text) -> Marks:
        own, run = itemised(text.text)
        found: Marks = np.where(
            text.having(own != ""), text.having(own == script), text.having(run == script)
        )
        return found

    return holds


def _format(name: str) -> Callable[[Text], Marks]:
    return lambda text: text.having(in_format(text.text, name))


def _matching(pattern: str) -> Callable[[Text], Marks]:
    """Of tokens with characters in what a pattern matches."""
    some = re.compile(pattern, re.MULTILINE)

    def holds(text: Text) -> Marks:
        marks = np.zeros(len(text.text), dtype=bool)
        for found in some.finditer(text.text):
            marks[found.start() : found.end()] = True
        return text.having(marks)

    return holds


def _words(words: frozenset[str]) -> Callable[[Text], Marks]:
    """Of tokens that end such a word."""

    def holds(text: Text) -> Marks:
        marks = np.zeros(len(text.text), dtype=bool)
        for found in re.finditer(r"\w+", text.text):
            if found[0].lower() in words:
                marks[found.end() - 1] = True
        return text.having(marks)

    return holds


def _first_of_text(text: Text) -> Marks:
    marks = np.zeros(len(text.tokens), dtype=bool)
    marks[:8] = True
    return marks


def _first_of_line(text: Text) -> Marks:
    return np.array(
        [start < end and (start == 0 or text.text[start - 1] == "\n") for start, end in text.spans]
    )


def _seen_before(text: Text) -> Marks:
    seen: set[int] = set()
    marks = []
    for token in text.tokens:
        marks.append(token in seen)
        seen.add(token)
    return np.array(marks)


def _simple(
    name: str, sort: str, english: str, chinese: str, holds: Callable[[Text], Marks]
) -> Property:
    return Property(name, sort, (english, chinese), holds)


PROPERTIES: tuple[Property, ...] = (
    *(Property(n, "script", says, _script(s)) for n, (s, *says) in _LANGUAGES.items()),  # type: ignore[arg-type]
    *(Property(name, "format", _FORMATS[name], _format(name)) for name in FORMATS),
    _simple("digit", "format", "a digit", "数字", _matching(r"\d")),
    _simple("capital", "format", "a capital letter", "大写字母", _matching("[A-Z]")),
    _simple("punctuation", "format", "a punctuation mark", "标点", _matching(r"[^\w\s]")),
    _simple("newline", "layout", "a line break", "换行", _matching("\n")),
    _simple(
        "list",
        "layout",
        "the mark of a list item",
        "列表项标记",
        _matching(r"^[ \t]*(?:[-*•]|\(?[A-Za-z0-9]{1,2}[.)])(?=\s)"),
    ),
    _simple("bold", "layout", "bold in Markdown", "Markdown 粗体", _matching(r"\*\*[^*\n]+\*\*")),
    _simple(
        "quoted", "layout", "between quotation marks", "引号内", _matching(r"[\"“「][^\"”」\n]+")
    ),
    _simple("parenthesis", "layout", "in parentheses", "括号内", _matching(r"[(（][^()（）\n]+")),
    _simple(
        "start of text", "position", "one of the first 8 tokens", "前 8 个词元", _first_of_text
    ),
    _simple("start of line", "position", "the first token of a line", "行首词元", _first_of_line),
    _simple("seen before", "position", "a token seen before", "此前出现过的词元", _seen_before),
    *(
        _simple(name, "word", f"an English {name}", f"英语{chinese}", _words(some))
        for name, (chinese, some) in CLASSES.items()
    ),
)

NAMES = tuple(prop.name for prop in PROPERTIES)


def property_named(name: str) -> Property:
    """Raises:
    BadInput: for a name that no property has.
    """
    for prop in PROPERTIES:
        if prop.name == name.strip().lower():
            return prop
    raise BadInput(f"no property '{name}'{did_you_mean(name, NAMES)}; there are {', '.join(NAMES)}")


def labels(texts: Sequence[Text], skip: int = 1) -> Marks:
    """Which properties hold of the tokens of texts, their first `skip` left out [R, P]."""
    return np.concatenate(
        [np.stack([p.holds(text)[skip:] for p in PROPERTIES], axis=1) for text in texts]
    )
