"""Which kind a token is, by rules on the text alone.

A word is a run of letters (with apostrophes inside), or a run of digits with points and commas
inside and letters after it (``1,000``, ``3.5``, ``1990s``). A token belongs to the word in which
its first character that is not white space stands, and only the first token of a word counts as the
prediction of that word. From the first rule that fits:

``continuation``
    A later token of a word, or of a character that is split into bytes.
``function``
    A word of a closed list: articles, prepositions, conjunctions, pronouns, auxiliaries and the
    like, with their contractions.
``copied``
    Any other word or number that stood in the same text before, whatever its case and without the
    ending ``'s``.
``number``
    A number, or the English name of a month or weekday (May and March not at the beginning of a
    sentence, where they may be other words).
``name``
    A capitalised word that does not begin a sentence. A sentence begins after ``. ! ? …`` and on a
    new line, but not after the full stop of an initial, an option letter or a title (``Mr.``).
``other``
    Any other word.
``punctuation``
    Everything else: punctuation, symbols, line breaks, and single letters that are not the English
    words *a* and *I*, such as the letters of options.

Chinese has no spaces between words, so what counts as a word is the token itself as the model's
tokenizer cuts it: ``function`` if it is in a closed list, ``copied`` if the same characters stood
in the text before, else ``other``. Chinese names have no capitals and cannot be told by rule.
The rules are made for English and Chinese; other languages fall mostly under ``other``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

Kind = Literal["name", "number", "other", "copied", "function", "punctuation", "continuation"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_LETTERS = rf"[^\W\d_{_HAN}]+"
_WORD = re.compile(
    rf"(?P<number>\d+(?:[.,]\d+)*(?:{_LETTERS})?)|(?P<word>{_LETTERS}(?:['’]{_LETTERS})*)"
)
_HAN_CHARACTER = re.compile(f"[{_HAN}]")
_LEAD = re.compile(r"[\s\"'“”‘’(\[{<>*_#|—-]*$")
"""What may stand between the end of a sentence and the first word of the next."""
_LOOK_BACK = 60
"""Characters before a word that are searched for the end of a sentence."""
_SHORT = re.compile(rf"(?:^|[^\w.])(?:{_LETTERS}\.)*({_LETTERS})\.$")
_ENDINGS = ("'s", "'re", "'ve", "'ll", "'d", "'m")

_TITLES = frozenset(("dr", "mr", "mrs", "ms", "mt", "no", "prof", "rev", "sr", "st", "vs"))
_MONTHS_AND_DAYS = """
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
"""
_DATES = frozenset(_MONTHS_AND_DAYS.split())
_AMBIGUOUS_DATES = frozenset(("march", "may"))

_ENGLISH = """
a an the this that these those each every either neither some any no none all both half such
another other few fewer little less least many more most much several enough own i me my mine
myself we us our ours ourselves you your yours yourself yourselves he him his himself she her
hers herself it its itself they them their theirs themselves one ones who whom whose which
what whoever whatever whichever someone somebody something anyone anybody anything everyone
everybody everything nobody nothing aboard about above across after against along alongside
amid among amongst around as at before behind below beneath beside besides between beyond by
despite down during except for from in inside into like near of off on onto opposite out
outside over past per regarding round since than through throughout till to toward towards
under underneath unlike until up upon via with within without and or but nor so yet if unless
although though because while whereas whether when whenever where wherever why how lest once
am is are was were be been being have has had having do does did doing done will would shall
should can could may might must ought cannot not also too very only even just still already
again then there here now thus hence therefore however ever never rather quite else instead
perhaps
"""
ENGLISH = frozenset(_ENGLISH.split())
"""English function words, in lower case."""

_CHINESE = """
的 地 得 了 着 过 吗 呢 吧 啊 嘛 是 在 有 和 与 及 以及 或 或者 还是 而 而且 并 并且 但 但是
却 不过 可是 然而 因为 由于 所以 因此 因而 于是 如果 若 要是 假如 只要 只有 除非 虽然 尽管
即使 既然 无论 不论 不管 那么 则 就 才 也 都 还 又 再 很 太 更 最 非常 十分 已 已经 曾 曾经
正在 将 会 能 能够 可以 可 应 应该 应当 必须 要 不 没 没有 未 非 无 被 把 让 使 给 对 对于
关于 从 自 自从 到 往 向 朝 于 以 用 按 按照 根据 通过 为 为了 由 比 跟 同 除了 随着 之 之间
之后 之前 其 其中 其他 所 者 这 那 这个 那个 这些 那些 这里 那里 这样 那样 哪 哪个 哪些 什么
谁 怎么 怎样 如何 为什么 多少 几 每 各 某 该 此 我 你 您 他 她 它 我们 你们 他们 她们 它们
自己 上 下 里 中 内 外 前 后 时 个 们 只 等 以下
"""
CHINESE = frozenset(_CHINESE.split())
"""Chinese function words: particles, prepositions, conjunctions, pronouns, auxiliaries."""


def kinds(text: str, spans: Sequence[tuple[int, int]]) -> list[Kind]:
    """The kind of each token of a text.

    Args:
        spans: First character of each token and the one after its last, in order; with or without
            the white space around it.
    """
    words = list(_words(text))
    begins = {start: kind for start, _, kind in words}
    inside = {place for start, end, _ in words for place in range(start + 1, end)}
    found: list[Kind] = []
    covered = 0
    for start, end in spans:
        first = next((i for i in range(start, end) if not text[i].isspace()), None)
        if first is None:
            found.append("punctuation")
        elif first < covered or first in inside:
            found.append("continuation")
        elif _HAN_CHARACTER.match(text[first]):
            found.append(_chinese(text, first, end))
        else:
            found.append(begins.get(first, "punctuation"))
        covered = max(covered, end)
    return found


def _words(text: str) -> Iterator[tuple[int, int, Kind]]:
    """Each word of a text with its first character, the one after its last, and its kind."""
    seen: set[str] = set()
    for match in _WORD.finditer(text):
        kind, key = _kind(text, match)
        if kind in ("number", "name", "other"):
            kind = "copied" if key in seen else kind
            seen.add(key)
        yield match.start(), match.end(), kind


def _kind(text: str, match: re.Match[str]) -> tuple[Kind, str]:
    """The kind of a word that had not stood before, and what it is known by if it comes again."""
    word = match[0]
    if match["number"]:
        return "number", word
    key = word.casefold().replace("’", "'")
    if key.endswith("n't"):
        return "function", key
    for ending in _ENDINGS:
        key = key.removesuffix(ending)
    if len(word) == 1 and not _is_a_word(text, match):
        return "punctuation", key
    capital = word[0].isupper()
    opens = capital and _opens_sentence(text, match.start())
    if capital and key in _DATES and not (opens and key in _AMBIGUOUS_DATES):
        return "number", key
    if key in ENGLISH:
        return "function", key
    return ("name" if capital and not opens else "other"), key


def _is_a_word(text: str, match: re.Match[str]) -> bool:
    """Whether a single letter is *I*, or *a* before another word, and not the name of something."""
    if match[0] in "aA":
        return re.match(r" +[\"'“‘]?\w", text[match.end() :][:_LOOK_BACK]) is not None
    return match[0] == "I"


def _opens_sentence(text: str, start: int) -> bool:
    """Whether the word at `start` is the first of a sentence or of a line."""
    before = text[max(0, start - _LOOK_BACK) : start]
    lead = _LEAD.search(before)
    assert lead is not None
    before = before[: lead.start()]
    if not before or "\n" in lead[0]:
        return True
    if before[-1] not in ".!?…。！？":
        return False
    short = _SHORT.search(before)
    return short is None or not (len(short[1]) == 1 or short[1].casefold() in _TITLES)


def _chinese(text: str, first: int, end: int) -> Kind:
    token = text[first:end].strip()
    if token in CHINESE:
        return "function"
    return "copied" if text.find(token, 0, first) >= 0 else "other"
