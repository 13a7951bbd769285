"""Numbers written in words: "twenty-one", "一百零五", "三分之一"."""

import re
from fractions import Fraction

_ONES = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
    **{"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13},
    **{"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18},
    "nineteen": 19,
}
_TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70},
    **{"eighty": 80, "ninety": 90},
}
_POWERS = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ENGLISH_WORD = "|".join(sorted({**_ONES, **_TENS, **_POWERS, "hundred": 100}, key=len)[::-1])
_ENGLISH = re.compile(
    rf"(?:(?:negative|minus) )?(?:{_ENGLISH_WORD})\b"
    rf"(?:(?:[ -]|,? and |, )(?:{_ENGLISH_WORD})\b){{0,12}}",
    re.IGNORECASE,
)
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE_WHOLE = r"[零〇一二两三四五六七八九十百千万亿]{1,20}"
_CHINESE = re.compile(
    rf"(?P<minus>负)?(?:(?P<percent>百分之)|(?P<bottom>{_CHINESE_WHOLE})分之)?"
    rf"(?P<whole>{_CHINESE_WHOLE})(?:点(?P<decimals>[零〇一二三四五六七八九]{{1,20}}))?"
)


def english(text: str, start: int) -> tuple[Fraction, int] | None:
    """The English number that begins at `start`, below 10^12, and where it ends."""
    match = _ENGLISH.match(text, start)
    if match is None:
        return None
    words = re.split(r"[ ,-]+", match.group().lower())
    total = group = 0
    for word in words:
        if word in _POWERS:
            total, group = total + (group or 1) * _POWERS[word], 0
        elif word == "hundred":
            group = (group or 1) * 100
        else:
            group += _ONES.get(word, _TENS.get(word, 0))
    sign = -1 if words[0] in ("negative", "minus") else 1
    return Fraction(sign * (total + group)), match.end()


def chinese(text: str, start: int) -> tuple[Fraction, bool, int] | None:
    """The Chinese number that begins at `start`, whether it is a percentage, and where it ends."""
    match = _CHINESE.match(text, start)
    if match is None:
        return None
    value = Fraction(_chinese_whole(match["whole"]))
    if match["decimals"]:
        digits = [_DIGITS[sign] for sign in match["decimals"]]
        value += sum(Fraction(digit, 10**place) for place, digit in enumerate(digits, start=1))
    if match["bottom"]:
        bottom = _chinese_whole(match["bottom"])
        if bottom == 0:
            return None
        value /= bottom
    return (-value if match["minus"] else value), match["percent"] is not None, match.end()


def _chinese_whole(signs: str) -> int:
    """一百零五 is 105, 十八 is 18, 两万 is 20000, 二〇二四 is 2024."""
    if all(sign in _DIGITS for sign in signs):
        return int("".join(str(_DIGITS[sign]) for sign in signs))
    total = section = digit = 0
    for sign in signs:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _UNITS:
            section, digit = section + (digit or 1) * _UNITS[sign], 0
        else:
            scale = 10**4 if sign == "万" else 10**8
            total, section, digit = (total + section + digit or 1) * scale, 0, 0
    return total + section + digit
