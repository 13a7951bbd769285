"""Numbers as people and models write them, read exactly.

"1,234.50", "$18", "18 %", "3 1/2", "\\\\frac{1}{2}", "1.5 million", "1.2e3", "2 × 10^5", "3万" all
become a `Fraction`. What is only part of something longer (a range, a date, a time, a list, an
expression) is no number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from astrolabe.grading import numerals

_WHOLE = (
    r"(?:\d{1,3}(?:,\d{3})+(?!,?\d)|\d{1,2}(?:,\d{2})+,\d{3}(?!,?\d)"  # 1,234,567; 12,34,567
    r"|\d{1,3}(?:\.\d{3}){2,}(?!\.?\d)|(?<!\d)\d{1,3}(?: \d{3})+(?![,.]?\d)"  # 1.234.567; 1 234
    r"|\d+)"
)
_DECIMAL = rf"({_WHOLE}(?:\.\d+)?|\.\d+)"
_GLYPHS = {
    **{"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5"},
    **{"⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8"},
    "⅞": "7/8",
}
_SCALES = {
    **{"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12},
    **{"百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "万亿": 10**12, "k": 1000},
}
_MOST_DIGITS = 400
"""Longer numbers are no answers, and Python refuses to read the longest."""


def _decimal(number: str) -> Fraction:
    whole = number.replace(",", "").replace(" ", "")
    return Fraction(whole.replace(".", "") if whole.count(".") > 1 else whole)


def _fraction(whole: str | None, top: str, bottom: str) -> Fraction | None:
    return Fraction(int(whole or 0)) + Fraction(int(top), int(bottom)) if int(bottom) else None


def _scientific(number: str, exponent: str) -> Fraction:
    return _decimal(number) * Fraction(10) ** int(exponent)


Form = tuple[re.Pattern[str], Callable[..., Fraction | None]]
_FORMS: tuple[Form, ...] = (
    (re.compile(r"(?:(\d+)\s?)?\\frac\s?\{\s?(-?\d+)\s?\}\s?\{\s?(\d+)\s?\}"), _fraction),
    (re.compile(r"(?:(\d+)\s?)?\\frac\s?(\d)\s?(\d)(?!\d)"), _fraction),
    (re.compile(r"(\d+)\s?(?:\s|-|又)\s?(\d+)\s?/\s?(\d+)"), _fraction),
    (re.compile(r"()(\d+)\s?/\s?(\d+)"), _fraction),
    (
        re.compile(r"(?:(\d+)\s?又\s?)?(\d+)\s?分之\s?(\d+)"),
        lambda whole, bottom, top: _fraction(whole, top, bottom),
    ),
    (
        re.compile(r"(\d*)\s?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"),
        lambda whole, glyph: Fraction(int(whole or 0)) + Fraction(_GLYPHS[glyph]),
    ),
    (re.compile(r"()10\s?\^\s?\{?\s?(-?\d{1,3})\s?\}?"), lambda _, e: _scientific("1", e)),
    (re.compile(_DECIMAL + r"[eE]([-+]?\d{1,3})(?!\w)"), _scientific),
    (
        re.compile(_DECIMAL + r"\s?[×x*]\s?10\s?(?:\^|\*\*)\s?\{?\s?([-+]?\d{1,3})\s?\}?"),
        _scientific,
    ),
    (
        re.compile(r"(\d+),(\d{1,2})(?=\s?(?:[€£%]|(?:EUR|euros?|km|cm|kg|[mglh])\b))"),
        lambda whole, decimals: Fraction(f"{whole}.{decimals}"),
    ),
    (
        re.compile(r"(?<=[€£])(\d+),(\d{2})(?![\d,])"),
        lambda whole, decimals: Fraction(f"{whole}.{decimals}"),
    ),
    (re.compile(_DECIMAL), _decimal),
)
_BEFORE = re.compile(
    r"(?P<minus>(?:(?:negative|minus)\s|[-–]|负|零下)\s?|\+\s?)?"
    r"(?:(?:US|HK|NT|CA|AU)?[$€£¥₹￥]|(?:USD|EUR|GBP|RMB|CNY|Rs)\b\.?)?\s?"
    r"(?P<minus_inside>[-–])?(?P<percent>百分之)?\s?",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"\s?((?i:hundred|thousand|million|billion|trillion)\b|万亿|万|亿"
    r"|百(?![分帕])|千(?![克米瓦卡帕赫伏焦])|k(?!\w))"
)
_ADDED = re.compile(r"零?(\d{1,4})(千|百|万)?(?!\d)")
"""What may follow 万 or 亿 within one number: 3万5千, 1亿2000万."""
_AND_A_HALF = re.compile(r"(?P<unit>个|年|天|小时|米|斤|里|吨|岁|倍)半(?![径球数价])")
_BELOW_ZERO = re.compile(r"(?:\s?(?:degrees?|°)?(?: ?C\b| Celsius)?)? below (?:zero|0\b|freezing)")
_PERCENT = re.compile(
    r"\s?(?:%|percent\b|per cent\b|个?百分点|percentage points?\b)", re.IGNORECASE
)
_GOES_ON = re.compile(
    r"[\d_²³⁰¹⁴-⁹]|[.,]\d|[\^!]\S|\((?![^\W\d_]{2}|[\u3400-\u9fff])\S"
    r"|[ \t]{0,3}\^|[ \t]{0,3}(?:[*×÷/+]|\bx\b)[ \t]{0,3}[$€£¥]?[\d(\\]"
    r"|[ \t]{0,3}[-–—~]{1,2}[ \t]{0,3}[$€£¥]?[\d(]|:\d|[ \t]?(?:π|√|\\[a-zA-Z]|(?:pi|sqrt)\b)"
    r"|[xyzni]\b|(?-i:[MBKT]\b)|[多余几来]|年\d|/\d|[ \t]?(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
"""What makes a number part of a longer thing."""
_LISTED = re.compile(
    r"(?:,[ \t]{0,3}(?:and\s)?|[ \t]{0,3}(?:to|or|and|through|out of|of|或|至|到|和)[ \t]{0,3})"
    r"[$€£¥]?\d"
    r"|[ \t]{0,3}[^\W\d_]{1,12},?(?:\s?and)?[ \t]{0,3}\d",
    re.IGNORECASE,
)
"""What makes a number one of several; the last line is of compound units (5 h 30 min)."""
_RUN = re.compile(r"\d+")
_LEAD_LENGTH = 20
_LEAD = re.compile(
    r"(?:(?P<minus>\b(?:negative|minus)\s|[-–]|负|零下)(?P<space>\s?))?(?:[$€£¥￥]\s?)?[-–]?"
    r"(?:百分之|\\frac\s?\{\s?)?\.?$",
    re.IGNORECASE,
)
_PART_BEFORE = re.compile(r"\d[,:]$|[\w./^\\]$(?<![\u3400-\u9fff])|[*×÷/+]\s{0,2}$|\d\s?x\s{0,2}$")
_SUBTRACTS = (
    re.compile(r"[\w)\]%]$(?<![是为得到于成约有剩作])"),
    re.compile(r"[\w)\]%]\s?$(?<![是为得到于成约有剩作])"),
)
"""What stands before a minus that subtracts: without, and with, a space behind it."""
_WORDS_GO_ON = re.compile(
    r"\s?-?(?:and|or|to|of|half|halves|thirds?|quarters?|\w+ths?)\b", re.IGNORECASE
)
_WORDS_END = re.compile(r"\s?(?:[a-z]{1,20}\s?){0,3}(?:$|[.,;!\n)\"'}<])", re.IGNORECASE)
_SIGNS_END = re.compile(r"[^\W\d_a-zA-Z]{0,2}\s?(?:$|[.,;!\n)\"'}<])")
"""What may follow a number in words."""
_MOST_PLACES = 40


@dataclass(frozen=True)
class Quantity:
    """A number that was read.

    Attributes:
        value: Exactly; of "20 %" it is 20.
        percent: Whether it is a percentage.
        end: Where the text goes on behind it.
        start: Where it begins, with its sign and its currency.
        scale: What its digits were multiplied by: 10^4 in "3万".
    """

    value: Fraction
    percent: bool
    end: int
    start: int = 0
    scale: int = 1

    def against(self, gold: "Quantity") -> Fraction:
        """The value to be compared with `gold`: "20 %" is 20, and 0.2 where that is right."""
        if self.percent != gold.percent:
            other = self.value / 100 if self.percent else self.value * 100
            return gold.value if other == gold.value else self.value
        return self.value


def quantity_at(text: str, start: int, listed: bool = False) -> Quantity | None:
    """The number that begins at `start`, with its sign and currency, if it stands for itself.

    Args:
        listed: Whether it may stand beside others: in a list, a range, before another unit.
    """
    before = _BEFORE.match(text, start)
    place = before.end() if before else start
    for pattern, value_of in _FORMS:
        match = pattern.match(text, place)
        if match is None:
            continue
        if len(match.group()) > _MOST_DIGITS:
            return None
        value = value_of(*match.groups())
        if value is None or before is None:
            return None
        found = _finished(text, before, match.end(), value)
        whole = not _GOES_ON.match(text, found.end) and (
            listed or not _LISTED.match(text, found.end)
        )
        return found if whole else None
    return None


def _finished(text: str, before: re.Match[str], end: int, value: Fraction) -> Quantity:
    """A number with what stands around it: scale, percent sign, minus."""
    times = 1
    if scale := _SCALE.match(text, end):
        times, end = _SCALES[scale[1].lower()], scale.end()
        value *= times
        if scale[1] in "千百万亿" and (added := _ADDED.match(text, end)):
            value, end = value + int(added[1]) * _SCALES.get(added[2], 1), added.end()
    if half := _AND_A_HALF.match(text, end):
        value, end = value + Fraction(1, 2), half.start("unit")
    percent = before["percent"] is not None
    if sign := _PERCENT.match(text, end):
        percent, end = True, sign.end()
    minus = (before["minus"] or "").strip() not in ("", "+") or before["minus_inside"]
    if below := _BELOW_ZERO.match(text, end):
        minus, end = True, below.end()
    return Quantity(-value if minus else value, percent, end, before.start(), times)


def numeral_at(text: str, start: int) -> Quantity | None:
    """The number in words that begins at `start`, if nothing but a unit follows it."""
    if found := numerals.english(text, start):
        value, end = found
        percent = _PERCENT.match(text, end) is not None
        whole = not _WORDS_GO_ON.match(text, end) and _WORDS_END.match(text, end)
        return Quantity(value, percent, end, start) if whole else None
    if written := numerals.chinese(text, start):
        value, percent, end = written
        return Quantity(value, percent, end, start) if _SIGNS_END.match(text, end) else None
    return None


def quantities(text: str, listed: bool = False) -> list[Quantity | None]:
    """Every number in a text, in its order; `None` for digits that are part of something else.

    Args:
        listed: Whether a number may stand beside others: in a list, a range, before another unit.
    """
    found: list[Quantity | None] = []
    end = 0
    for run in _RUN.finditer(text):
        if run.start() < end:
            continue
        quantity = _around(text, run.start(), listed)
        found.append(quantity)
        end = quantity.end if quantity else run.end()
    return found


def words_in(text: str) -> list[Quantity]:
    """Every number in words, in the text's order, whatever follows it."""
    found: list[Quantity] = []
    end = 0
    for start in numerals.starts(text):
        if start < end:
            continue
        if english := numerals.english(text, start):
            value, end = english
            percent = _PERCENT.match(text, end) is not None
        elif chinese := numerals.chinese(text, start):
            value, percent, end = chinese
        else:
            continue
        found.append(Quantity(value, percent, end, start))
    return found


def _around(text: str, digits: int, listed: bool) -> Quantity | None:
    """The number whose first digit stands at `digits`; `None` where that belongs to another."""
    lead = _LEAD.search(text[max(0, digits - _LEAD_LENGTH) : digits])
    start = digits - (len(lead.group()) if lead else 0)
    if _PART_BEFORE.search(text[max(0, start - 6) : start]):
        return None
    # "20-18" and "20 - 18" subtract; "cost -5" and "= -5" are negative.
    if (
        lead
        and lead["minus"] in ("-", "–")
        and _SUBTRACTS[lead["space"] != ""].search(text[:start][-3:])
    ):
        return None
    return quantity_at(text, start, listed)


def written(value: Fraction) -> str:
    """A value in one form only: "18", "0.25" where decimals end, "1/3" where they do not."""
    rest = value.denominator
    places = 0
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest, places = rest // prime, places + 1
    if rest != 1 or places > _MOST_PLACES:
        return str(value)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    whole, decimals = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"
