"""Units in which quantities of one kind are told, so that 1.5 hours answers "How many minutes?"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from astrolabe.grading import numerals
from astrolabe.grading.quantities import Quantity, quantity_at

_TABLE: Mapping[str, str] = {
    "time": "1 second s sec 秒钟 秒; 60 minute min 分钟 分; 900 刻钟;"
    "3600 hour h hr 个小时 小时 时;"
    "86400 day 天 日; 604800 week 周 星期 个星期",
    "length": "1/1000 millimeter mm 毫米; 1/100 centimeter cm 厘米; 1/10 decimeter dm 分米;"
    "1 meter m 米; 1000 kilometer km 千米 公里",
    "imperial length": "1 inch in; 12 foot ft 英尺; 36 yard yd; 63360 mile mi 英里",
    "mass": "1/1000 milligram mg 毫克; 1 gram g 克; 1000 kilogram kg kilo 千克 公斤; 500 斤;"
    "1000000 tonne t 吨",
    "volume": "1 milliliter ml 毫升; 10 centiliter cl; 1000 liter l 升",
    "dollars": "1/100 cent ¢ 美分; 1 dollar $ usd buck 美元",
    "pounds": "1/100 penny p; 1 pound £ gbp 英镑",
    "yuan": "1/100 分; 1/10 角 毛; 1 元 块钱 块 ¥ ￥ rmb cny yuan",
    "euros": "1/100 cent 欧分; 1 euro € eur 欧元",
    "turns": "1 degree ° 度",
}
"""Kind of quantity: size and names of each unit, the plain name first."""
_IRREGULAR = {
    **{"people": "person", "children": "child", "feet": "foot", "men": "man", "women": "woman"},
    **{"mice": "mouse", "geese": "goose", "halves": "half", "pence": "penny", "loaves": "loaf"},
    **{"leaves": "leaf", "knives": "knife", "shelves": "shelf", "lives": "life"},
}
_MOST_PARTS = 4
_MONEY = ("yuan", "dollars", "pounds", "euros")


@dataclass(frozen=True)
class Unit:
    """A unit.

    Attributes:
        size: In the kind's base unit.
    """

    name: str
    kind: str
    size: Fraction


def _named() -> dict[str, tuple[Unit, ...]]:
    named: dict[str, tuple[Unit, ...]] = {}
    for kind, units in _TABLE.items():
        for row in units.split(";"):
            size, *names = row.split()
            unit = Unit(names[0], kind, Fraction(size))
            for name in names:
                named[name] = (*named.get(name, ()), unit)
    return named


_NAMED = _named()
_SIGNS = "|".join(sorted((name for name in _NAMED if not name.isascii()), key=len, reverse=True))
_NAME = re.compile(
    rf"[\s-]{{0,2}}(?:(?P<word>[A-Za-z]{{1,20}})(?![\w/^]|\s?[²³])|(?P<sign>{_SIGNS}))"
)
_CURRENCY = re.compile(r"[$£€¥￥]")
_SURE = re.compile(r"[A-Za-z]{3,}|[kcm]m|kg|ml|[$£€¥￥元克米吨升斤]|[\u3400-\u9fff]{2,}")
_AND = re.compile(r"\s?(?:,|and\b|又|零)?\s{0,2}", re.IGNORECASE)


def singular(word: str) -> str:
    """An English word in lower case and in the singular, as Americans spell units."""
    word = word.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "xes", "ches", "shes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 2:
        word = word[:-1]
    return re.sub(r"(met|lit)re$", r"\1er", word)


def units_named(name: str) -> tuple[Unit, ...]:
    """The units that a word or sign may stand for: "分" is a minute, or a hundredth of a yuan."""
    return _NAMED.get(name) or _NAMED.get(singular(name), ())


@dataclass(frozen=True)
class Amount:
    """A quantity told in one unit or several ("2 h 30 min"), of each kind that these may be of.

    Attributes:
        sizes: Kind: how many of the kind's base unit.
        first: The first unit, of each kind.
        sure: Whether a name or a sign tells it; a lone letter may mean anything.
        parts: How many units tell it.
    """

    sizes: Mapping[str, Fraction]
    first: Mapping[str, Unit]
    sure: bool
    parts: int
    start: int
    end: int

    def told_in(self, units: tuple[Unit, ...]) -> Quantity | None:
        """The quantity in the first of `units` that is of its kind."""
        for unit in units:
            if unit.kind in self.sizes:
                return Quantity(self.sizes[unit.kind] / unit.size, False, self.end, self.start)
        return None

    def of_another_kind(self, units: tuple[Unit, ...]) -> bool:
        """Whether it surely can't be told in any of `units`: 5 kg are no minutes."""
        return self.sure and bool(units) and not any(unit.kind in self.sizes for unit in units)

    def told_in_its_first(self) -> Quantity | None:
        """The quantity in its first unit, where it is money: "18元5角" is 18.5."""
        return self.told_in(tuple(self.first[kind] for kind in _MONEY if kind in self.first))


@dataclass(frozen=True)
class _Part:
    """A number with the units that what tells its unit may stand for."""

    number: Quantity
    told: str
    units: tuple[Unit, ...]
    end: int


def amount_at(text: str, start: int) -> Amount | None:
    """The amount whose first number begins at `start`; `None` where no known unit follows."""
    parts: list[_Part] = []
    while len(parts) < _MOST_PARTS:
        part = _part_at(text, parts[-1].end if parts else start, joined=bool(parts))
        if part is None or (parts and not _finer(parts[-1].units, part.units)):
            break
        parts.append(part)
    return _summed(parts) if parts else None


def _part_at(text: str, place: int, joined: bool) -> _Part | None:
    if joined and (joint := _AND.match(text, place)):
        place = joint.end()
    number = _number_at(text, place)
    if number is None or number.percent:
        return None
    told, end = _unit_of(text, number)
    if not told and text[place - 1 : place] == "块" and number.value < 10:
        told = "角"
    units = units_named(told)
    return _Part(number, told, units, end) if units else None


def _summed(parts: list[_Part]) -> Amount | None:
    kinds = [{unit.kind: unit for unit in part.units} for part in parts]
    common = set.intersection(*(set(units) for units in kinds))
    if not common:
        return None
    by_part = list(zip(parts, kinds, strict=True))
    sizes = {
        kind: sum((part.number.value * units[kind].size for part, units in by_part), Fraction(0))
        for kind in common
    }
    sure = all(_SURE.fullmatch(part.told) for part in parts)
    return Amount(sizes, kinds[0], sure, len(parts), parts[0].number.start, parts[-1].end)


def _finer(units: tuple[Unit, ...], others: tuple[Unit, ...]) -> bool:
    return any(a.kind == b.kind and a.size > b.size for a in units for b in others)


def _number_at(text: str, start: int) -> Quantity | None:
    if found := quantity_at(text, start, listed=True):
        return found
    if english := numerals.english(text, start):
        return Quantity(english[0], False, english[1], start)
    if chinese := numerals.chinese(text, start):
        return Quantity(chinese[0], chinese[1], chinese[2], start)
    return None


def _unit_of(text: str, number: Quantity) -> tuple[str, int]:
    """What tells the unit of a number, the sign before it or the name behind it."""
    if sign := _CURRENCY.search(text, number.start, number.end):
        return sign.group(), number.end
    name = _NAME.match(text, number.end)
    return (name["word"] or name["sign"], name.end()) if name else ("", number.end)
