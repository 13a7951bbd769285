"""Numbers written in words: "twenty-one", "seven and a half", "一百零五", "三分之一"."""

import re
from collections.abc import Iterator
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
_PARTS = {
    **{"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6},
    **{"seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twelfth": 12, "hundredth": 100},
}
_ENGLISH_WORD = "|".join(sorted({**_ONES, **_TENS, **_POWERS, "hundred": 100}, key=len)[::-1])
_SHARE = r"(?:half|thirds?|quarters?)\b"
_ENGLISH = re.compile(
    r"(?P<minus>(?:negative|minus) )?"
    rf"(?P<whole>(?:{_ENGLISH_WORD}|an?(?= (?:hundred|thousand|million|billion)))\b"
    rf"(?:(?:[ -]|,? and |, )(?:{_ENGLISH_WORD})\b(?! {_SHARE})){{0,12}})"
    rf"(?: point (?P<decimals>(?:(?:{'|'.join(_ONES)})\b ?){{1,9}}))?"
    rf"(?: and (?P<top>an?|one|two|three) (?P<part>{_SHARE}))?"
    rf"(?: (?P<power>{'|'.join(_POWERS)})\b)?",
    re.IGNORECASE,
)
_ENGLISH_FRACTION = re.compile(
    rf"(?P<top>an?|{'|'.join(_ONES)})[ -](?P<part>{'|'.join(_PARTS)})s?\b", re.IGNORECASE
)
_ONE = "|".join(word for word, value in _ONES.items() if value)
_SIDE_BY_SIDE = re.compile(rf"\b(?:{_ONE})[ -](?:{_ONE})\b", re.IGNORECASE)
"""Digits that make up no number: "nine three", "seven eight"."""
_ABOUT = re.compile(r"[一二两三四五六七八九]{2}")
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_CHINESE_WHOLE = r"(?:[零〇一二两三四五六七八九十万亿]|百(?![分帕])|千(?![克米瓦卡帕赫伏焦])){1,20}"
_CHINESE = re.compile(
    rf"(?P<minus>负|零下)?(?:(?P<percent>百分之)|(?P<bottom>{_CHINESE_WHOLE})分之)?"
    rf"(?P<whole>{_CHINESE_WHOLE})(?:点(?P<decimals>[零〇一二三四五六七八九]{{1,20}}))?"
    rf"(?:又(?P<part_bottom>{_CHINESE_WHOLE})分之(?P<part_top>{_CHINESE_WHOLE}))?(?P<half>个半)?"
)


_STARTS = re.compile(
    rf"\b(?:(?:negative|minus) )?(?:{_ENGLISH_WORD}"
    r"|an? (?:half|quarter|third|hundred|thousand|million))\b"
    r"|(?<![第每这那某各另同统唯任万一二三四五六七八九十百千亿零两])(?:负|零下)?"
    r"[零一二两三四五六七八九十百](?![般定样些直起切致])",
    re.IGNORECASE,
)


def starts(text: str) -> Iterator[int]:
    """Where a number in words may begin."""
    return (match.start() for match in _STARTS.finditer(text))


def english(text: str, start: int) -> tuple[Fraction, int] | None:
    """The English number that begins at `start`, below 10^12, and where it ends.

    A half, two thirds and the like are numbers too where nothing but a part is named.
    """
    if part := _ENGLISH_FRACTION.match(text, start):
        return _share(part["top"], part["part"]), part.end()
    match = _ENGLISH.match(text, start)
    if match is None:
        return None
    if _SIDE_BY_SIDE.search(match["whole"]):
        return None
    value = Fraction(_english_whole(match["whole"]))
    if match["decimals"]:
        digits = [_ONES[word] for word in match["decimals"].lower().split()]
        value += sum(Fraction(digit, 10**place) for place, digit in enumerate(digits, start=1))
    if match["part"]:
        value += _share(match["top"], match["part"])
    value *= _POWERS[match["power"].lower()] if match["power"] else 1
    end = match.start() + len(match.group().rstrip())
    return (-value if match["minus"] else value), end


def _english_whole(written: str) -> int:
    total = group = 0
    for word in re.split(r"[ ,-]+", written.lower()):
        if word in _POWERS:
            total, group = total + (group or 1) * _POWERS[word], 0
        elif word == "hundred":
            group = (group or 1) * 100
        else:
            group += _ONES.get(word, _TENS.get(word, 0))
    return total + group


def _share(top: str, part: str) -> Fraction:
    bottom = _PARTS.get(part.lower()) or _PARTS[part.lower().removesuffix("s")]
    return Fraction(_ONES.get(top.lower(), 1), bottom)


def chinese(text: str, start: int) -> tuple[Fraction, bool, int] | None:
    """The Chinese number that begins at `start`, whether it is a percentage, and where it ends."""
    match = _CHINESE.match(text, start)
    if match is None or _is_about(match["whole"]):
        return None
    value = Fraction(_chinese_whole(match["whole"]))
    if match["decimals"]:
        digits = [_DIGITS[sign] for sign in match["decimals"]]
        value += sum(Fraction(digit, 10**place) for place, digit in enumerate(digits, start=1))
    parts = [_chinese_whole(match[name] or "一") for name in ("bottom", "part_bottom")]
    if 0 in parts:
        return None
    value /= parts[0]
    if match["part_top"]:
        value += Fraction(_chinese_whole(match["part_top"]), parts[1])
    if match["half"]:
        value += Fraction(1, 2)
    return (-value if match["minus"] else value), match["percent"] is not None, match.end()


def _is_about(signs: str) -> bool:
    """Whether two digits side by side say "or so": 七八十, 二十五六. A row of digits does not."""
    about = _ABOUT.search(signs)
    return about is not None and (len(signs) == 2 or any(sign not in _DIGITS for sign in signs))


def _chinese_whole(signs: str) -> int:
    """一百零五 is 105, 十八 is 18, 两万 is 20000, 一百五 is 150, 二〇二四 is 2024."""
    if all(sign in _DIGITS for sign in signs):
        return int("".join(str(_DIGITS[sign]) for sign in signs))
    total = section = digit = 0
    step = 1
    for place, sign in enumerate(signs):
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            # "一百五" is 150, not 105: a last digit right behind a unit counts tenths of it.
            last = place == len(signs) - 1 and step > 10 and digit > 0
            digit *= step // 10 if last and signs[place - 1] not in _DIGITS else 1
        elif sign in _UNITS:
            step = _UNITS[sign]
            section, digit = section + (digit or 1) * step, 0
        else:
            step = 10**4 if sign == "万" else 10**8
            total, section, digit = (total + section + digit or 1) * step, 0, 0
    return total + section + digit
