"""Options named by their text: in full, in the plural, by a surname, without an aside."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from operator import itemgetter

from astrolabe.grading.options.formulas import in_words
from astrolabe.grading.options.spans import CHINESE, WORD, How, Span
from astrolabe.grading.plain import plain
from astrolabe.grading.quantities import numeral_at, quantity_at
from astrolabe.grading.yesno import lenient_yesno

_OUTER = " \t\n.,:;!?\"'`()[]{}<>-–—*、「」《》"
_ARTICLE = re.compile(r"^(?:the|an?) ", re.IGNORECASE)
_SHORT = re.compile(r"[-+±(]?\s?[$¥€£]?\s?\.?\d.{0,12}|[a-zA-Z0-9]{1,2}|.")
_STEM = re.compile(r"[甲乙丙丁戊]")
"""By these, persons and things are told apart in Chinese exams, as by letters."""
_STEM_WORD = "醇烷烯炔酸醛酮苯胺酯醚基级方亥肝型类"
"""Behind a stem, these make another word of it."""
_YES = re.compile(r"yes|true|correct|right|正确的?|对的?|是的?")
_NO = re.compile(r"no|false|incorrect|wrong|错误?的?|否|不是|不对|不正确")
_SAID_OF_ALL = re.compile(
    rf"{_YES.pattern}|{_NO.pattern}|same|different|both|neither|all|none|other|it|相同|不同"
)
"""Texts that are said of options as often as they are options."""
_BRACKETED = re.compile(r"(?P<core>[^()]{2,60}?)\s?\((?P<aside>[^()]{3,60})\)")
_NAME = re.compile(
    r"(?:[A-Z][\w'.-]*\s){1,3}(?P<last>[A-Z][\w'-]{2,})|[^\s·]{1,10}·(?P<surname>[^\s·]{2,8})"
)
_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
_PLURAL = 3
"""The shortest word that is known in singular and plural."""
_BLANK = re.compile(r"[\s{}\\$]|(?<=\d),(?=\d{3})")
_VARIABLE = re.compile(r"[a-zA-Z]\w?\s?=\s?")
_WHOLE = re.compile(r"\d{1,2}(?![\d.,:/^])")
_LONGEST_UNIT = 10
_COUNTED = re.compile(rf"[a-z°/]{{1,10}}|[{CHINESE}]{{1,2}}")
"""A unit of which the option says nothing."""


def normal(text: str) -> str:
    """The form in which texts of options are compared: case, outer signs, first article dropped."""
    return _ARTICLE.sub("", " ".join(text.casefold().strip(_OUTER).split()))


def begins_with(text: str, start: int, option: str) -> bool:
    """Whether what follows `start`, behind punctuation, begins with an option's full text."""
    wanted = normal(option)
    rest = normal(text[start : start + len(option) + 40])
    return bool(wanted) and re.match(rf"{re.escape(wanted)}(?!\w)", rest) is not None


def texts(text: str, options: Sequence[str]) -> Iterator[Span]:
    """Where plain text names an option by its text, the longest where several begin."""
    pattern = _scanner(tuple(options))
    for match in pattern.finditer(text) if pattern else ():
        how, _, place = str(match.lastgroup).partition("_")
        place, _, _ = place.partition("_")
        yield Span(int(place), *match.span(), How.FRAIL if how == "frail" else How.TEXT)


def whole_text(text: str, options: Sequence[str]) -> int | None:
    """Place of the only option whose text, or whose value, is all that a passage says."""
    said = "" if text.rstrip().endswith(("?", "？")) else _squeezed(text)
    same = [place for place, option in enumerate(options) if said and _squeezed(option) == said]
    if said and not same and (value := _value(text)):
        same = [place for place, option in enumerate(options) if _same(value, _value(option))]
    return same[0] if len(same) == 1 else None


def judged_pair(text: str, options: Sequence[str], question: str) -> int | None:
    """Place of the option that a judgement of the statement asked about names.

    One of the options is "true" or "yes", and one is "false" or "no".
    """
    forms = [normal(option) for option in options]
    words = [
        [place for place, form in enumerate(forms) if side.fullmatch(form)] for side in (_YES, _NO)
    ]
    if any(len(side) != 1 for side in words):
        return None
    answer = lenient_yesno(text, question)
    return None if answer is None else words[answer == "no"][0]


@lru_cache(maxsize=64)
def _scanner(options: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for the texts that no two options share; its groups are named by place."""
    forms = [normal(option) for option in options]
    aliases = [list(_aliases(options, place)) for place in range(len(options))]
    letters = {chr(ord("a") + place) for place in range(len(options))}
    times = Counter([*forms, *(alias for those in aliases for alias in those)])
    named = [
        (name, f"{_firmness(form)}_{place}_{i}")
        for place, form in enumerate(forms)
        for i, name in enumerate([form, *aliases[place]])
        if name and times[name] == 1 and name not in letters
    ]
    named.sort(key=lambda pair: -len(pair[0]))
    # Where two options are one word in two forms, neither form stands for the other.
    roots = Counter(_root(form) for form in forms)
    bounded = [
        (_bounds(form), f"(?P<{group}>{_spelt(form, varies=roots[_root(form)] <= 1)})")
        for form, group in named
    ]
    # Neighbours share their bounds: most of the time to compile goes into these.
    pattern = "|".join(
        f"{left}(?:{'|'.join(form for _, form in those)}){right}"
        for (left, right), those in groupby(bounded, key=itemgetter(0))
    )
    return re.compile(pattern, re.IGNORECASE) if named else None


def _aliases(options: Sequence[str], place: int) -> Iterator[str]:
    """Shorter names of an option: a surname among names, what is before or in brackets."""
    if bracketed := _BRACKETED.fullmatch(options[place].strip()):
        yield normal(bracketed["core"])
        yield normal(bracketed["aside"])
    if counted := _WHOLE.match(options[place].strip()):
        for word in in_words(int(counted[0])):
            yield word + normal(options[place])[counted.end() :]
    names = [_NAME.fullmatch(option.strip()) for option in options]
    if all(names) and (name := names[place]):
        yield normal(name["last"] or name["surname"])


def _firmness(form: str) -> str:
    frail = _SAID_OF_ALL.fullmatch(form) or (_SHORT.fullmatch(form) and not _STEM.fullmatch(form))
    return "frail" if frail else "firm"


def _root(form: str) -> str:
    """A form without the ending of a plural."""
    return re.sub(r"(?:(?<=[sxz])|(?<=ch)|(?<=sh))es$|s$", "", form)


def _bounds(form: str) -> tuple[str, str]:
    """What must stand around a form: it is not inside a longer word or number."""
    if _STEM.fullmatch(form):
        return "", rf"(?![{_STEM_WORD}])"
    left = rf"(?<!{WORD})(?<!\d[.,:/])" if re.match(WORD, form) else ""
    if form[0].isdigit():
        left += r"(?<!第)(?<!page )(?<!chapter )(?<!step )(?<!question )"
    right = rf"(?!{WORD})(?![.,:/]\d)" if re.match(WORD, form[-1]) else ""
    return left, right


def _spelt(form: str, varies: bool) -> str:
    """A form as a pattern, whatever blanks are around signs.

    Args:
        varies: Whether it may stand in the singular or in the plural.
    """
    if _STEM.fullmatch(form):
        return form
    tokens = list(_TOKEN.finditer(form))
    pieces = [re.escape(tokens[0][0])]
    for before, token in pairwise(tokens):
        words = before[0].isalnum() and token[0].isalnum()
        pieces.append((r"\s+" if words else r"\s*") + re.escape(token[0]))
    last = tokens[-1][0]
    if varies and last.isascii() and last.isalpha() and len(last) >= _PLURAL:
        pieces.append("" if last.endswith("ss") else "(?:e?s)?")
        if last.endswith("s") and not last.endswith("ss"):
            pieces[-2:] = [pieces[-2][:-1] + "(?:s(?:es)?)?"]
    return "".join(pieces)


def _squeezed(text: str) -> str:
    return _BLANK.sub("", normal(text))


def _value(text: str) -> tuple[Fraction, str] | None:
    """The number that a short passage consists of, with its unit."""
    text = plain(text).strip(" \t\n.\"'`()")
    variable = _VARIABLE.match(text)
    start = variable.end() if variable else 0
    found = quantity_at(text, start) or numeral_at(text, start)
    if found is None:
        return None
    unit = _squeezed(text[found.end :])
    if len(unit) > _LONGEST_UNIT or re.search(r"\d", unit):
        return None
    return (found.value / 100 if found.percent else found.value), unit


def _same(one: tuple[Fraction, str], other: tuple[Fraction, str] | None) -> bool:
    if other is None or one[0] != other[0]:
        return False
    return one[1] in ("", other[1]) or (not other[1] and bool(_COUNTED.fullmatch(one[1])))
