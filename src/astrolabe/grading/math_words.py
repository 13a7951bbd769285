"""Mathematics told in words, brought into signs: "根号三", "x的平方", "pi over 3", "x大于2".

Only words right beside mathematics are told so; "the root of the problem" stays.
"""

import re

from astrolabe.grading import numerals
from astrolabe.grading.quantities import written

_NUMERAL = r"[零一二两三四五六七八九十百千]{1,8}"
_OPERAND = rf"(?:\d+(?:\.\d+)?|[a-zA-Zπ](?![a-zA-Z])|{_NUMERAL})"
_SIDE = r"(?<![a-zA-Z])[a-zA-Z]\$?\s?"
_BEFORE = r"((?<![a-zA-Z])[a-zA-Z]|[\d²³)π])"
_AFTER = r"(?=\d|[√π(]|[a-zA-Z](?![a-zA-Z]))"
_NEXT = r"\s?(?=\$?-?(?:\d|[a-zA-Zπ√∞](?![a-zA-Z])|\\))"


def _digits(words: str) -> str:
    """A Chinese numeral in digits; whatever else stays."""
    read = numerals.chinese(words, 0)
    return written(read[0]) if read and read[2] == len(words) else words


_WORDS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sign)
    for pattern, sign in (
        (r"负无穷大?", "-∞"),
        (r"正?无穷大", "∞"),
        (r"正无穷", "∞"),
        (r"(?<=[\d零一二两三四五六七八九十之])派", "π"),
        (rf"({_SIDE})(?:大于(?:或?等于)|不小于){_NEXT}", r"\1≥"),
        (rf"({_SIDE})(?:小于(?:或?等于)|不大于){_NEXT}", r"\1≤"),
        (rf"({_SIDE})大于{_NEXT}", r"\1>"),
        (rf"({_SIDE})小于{_NEXT}", r"\1<"),
        (rf"({_SIDE})(?:等于|equals|is equal to){_NEXT}", r"\1="),
        (r"(?<=[\w)π])\s?(?:over)\s(?=\d|\()", "/"),
        (r"(?<![a-zA-Z])([a-zA-Z]|\d+) squared\b", r"\1²"),
        (r"(?<![a-zA-Z])([a-zA-Z]|\d+) cubed\b", r"\1³"),
        (r"(?<![a-zA-Z])([a-zA-Z])的平方(?![根差和])", r"\1²"),
        (r"(?<![a-zA-Z])([a-zA-Z])的立方(?![根差和])", r"\1³"),
        (rf"{_BEFORE}\s?(?:加上?|plus)\s?{_AFTER}", r"\1+"),
        (rf"{_BEFORE}\s?(?:减去?|minus)\s?{_AFTER}", r"\1-"),
    )
)
_ROOT = re.compile(rf"(?:根号下?|(?i:(?:the )?square root of ))({_OPERAND})")
_PART = re.compile(rf"({_NUMERAL}|\d+|[a-z])分之(√?\(?(?:{_OPERAND})?π?\)?|π)")
_TIMES = re.compile(rf"({_NUMERAL})倍?(?=[√π])|(\d)倍(?=[√π])")


def in_signs(text: str) -> str:
    """The text with what words tell of roots, parts, powers and order in signs."""
    for pattern, sign in _WORDS:
        text = pattern.sub(sign, text)
    text = _ROOT.sub(lambda root: "√" + _digits(root[1]), text)
    text = _TIMES.sub(lambda factor: _digits(factor[1]) if factor[1] else factor[2], text)
    return _PART.sub(_part, text)


def _part(part: re.Match[str]) -> str:
    """三分之√2 and 3分之π as fractions; 三分之二 is a number that words tell."""
    top = _digits(part[2])
    if not re.search(r"[√πa-zA-Z]", part[2] + part[1]) or not top:
        return part.group()
    return rf"\frac{{{top}}}{{{_digits(part[1])}}}"
