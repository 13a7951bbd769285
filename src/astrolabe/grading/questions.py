"""What questions ask for, read from their wording in English or Chinese."""

import re
from dataclasses import replace
from functools import lru_cache

from astrolabe.grading.asked import POWERS, Asked
from astrolabe.grading.currency import plain_with_currency
from astrolabe.grading.quantities import quantities, words_in
from astrolabe.grading.question_words import COMMON, PHRASE_ENDS, tokens
from astrolabe.grading.units import singular, units_named

_SENTENCE = re.compile(r"(?<=[?!;\n])|\.(?!\d)")
_ASKING = re.compile(r"\?|\b(?:how|what|which|find|calculate|compute)\b|多少|几|求", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow many\s+((?:[\w'/%-]+\s?){1,6})", re.IGNORECASE)
_HOW_MANY_ENDS = re.compile(r"\bhow many (?:\w+ ?){1,2}\?", re.IGNORECASE)
_IN_UNIT = re.compile(
    r"\bin (?:full |whole )?((?:square |cubic )?[a-z]+(?:/[a-z]+)?)\b", re.IGNORECASE
)
_IN_DEGREES = re.compile(r"\bin (?:degrees )?°")
_QUALIFIERS = frozenset(
    {"more", "fewer", "less", "other", "good", "whole", "full", "extra", "additional", "total"}
)
_PERCENT = re.compile(
    r"\b(?:what|which|how (?:many|much)|in|as a) (?:per ?cent\b|%)|\bpercentage|百分之[几多]"
    r"|百分[比率数]|多少%",
    re.IGNORECASE,
)
_PART = re.compile(r"\bwhat (?:fraction|part|share|proportion)\b|几分之几", re.IGNORECASE)
_ROUNDED = re.compile(
    r"\b(?:about|nearest|round(?:ed)?|approximately|roughly|whole number)\b|约|四舍五入|保留|近似",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"\bhow many (?:whole|full|complete)\b", re.IGNORECASE)
_LABELLED = re.compile(
    r"\b(?:which|what) (day|page|floor|step|row|line|chapter|room|level|grade|round|week|year)\b"
    r"|(第|星期|周)几",
    re.IGNORECASE,
)
_DATE_PARTS = tuple(
    (part, re.compile(rf"[哪几]一?{sign}"))
    for part, sign in (("year", "年"), ("month", "个?月"), ("day", "[日号]"))
)
_NAME = re.compile(r"\b[A-Z][a-z]{2,}\b")
_HOW_OLD = re.compile(r"\bhow old\b", re.IGNORECASE)
_MONEY = re.compile(
    r"\b(?:how much|cost|pay|paid|price|earn|spend|spent|change|save|charge|owe|worth|profit|rent"
    r"|fee|gain|salary|bill)\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"[$£€¥￥]")
_COUNTER = re.compile(
    r"(?P<frame>[^,.;?!\n]{0,40})(?:多少|几|哪一?(?=[年月日天]))(?P<counter>[\u3400-\u9fff]{0,8})"
)
_REWRITTEN = re.compile(r"[用以]\s?(?P<scale>[万亿])\s?[作为]单位|单位[是为:]\s?(?P<unit>[万亿])")
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "万": 10**4, "亿": 10**8}
_COUNTED = re.compile(r"\d\s([a-z]{3,20})\b")


@lru_cache(maxsize=512)
def asked_by(question: str) -> Asked:
    """What a question asks for; nothing in particular, where there is no question."""
    text = plain_with_currency(question.replace("，", ", ").replace("。", "。 "))
    sentences = [part for part in _SENTENCE.split(text) if part.strip()]
    asking = [part for part in sentences if _ASKING.search(part)]
    last = (asking or sentences or [""])[-1]
    told = [*quantities(text, listed=True), *words_in(text)]
    asked = Asked(
        percent=_PERCENT.search(last) is not None,
        part=_PART.search(last) is not None,
        whole=_WHOLE.search(last) is not None,
        label=_label(last),
        people=_people(last, text),
        date_part=next((part for part, sign in _DATE_PARTS if sign.search(last)), ""),
        rounded=_ROUNDED.search(text) is not None,
        given=frozenset((one.value, one.percent) for one in told if one),
        tokens=tokens(last),
        question=last,
    )
    if rewritten := _REWRITTEN.search(text):
        return replace(asked, scale=_SCALES[rewritten["scale"] or rewritten["unit"]])
    if found := list(_COUNTER.finditer(last)):
        return _chinese(found[-1], asked)
    return _english(last, text, asked)


def _label(question: str) -> str:
    """What the number asked for is a label of: "On which day", "第几天"."""
    asked = _LABELLED.search(question)
    return (asked[1] or asked[2]).lower() if asked else ""


def _people(question: str, text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Names in the last sentence of a question, and those that only stand before it."""
    own = {name for name in _NAME.findall(question) if name.lower() not in COMMON | PHRASE_ENDS}
    others = {name for name in _NAME.findall(text) if name.lower() not in COMMON | PHRASE_ENDS}
    return frozenset(own), frozenset(others - own)


def _chinese(found: re.Match[str], asked: Asked) -> Asked:
    counter = found["counter"]
    scale = next((sign for sign in _SCALES if counter.startswith(sign)), "")
    counter = counter.removeprefix(scale)
    bare = counter.removeprefix("个") if counter.startswith("个小时") else counter
    names = [bare[:n] for n in range(len(counter), 0, -1)]
    return replace(
        asked,
        counter=counter,
        units=next((units for name in names if (units := units_named(name))), ()),
        scale=_SCALES.get(scale, 1),
        tokens=tokens(found["frame"]) or tokens(counter[1:]),
    )


def _english(question: str, text: str, asked: Asked) -> Asked:
    nouns = _nouns(question)
    if not nouns and _MONEY.search(question) and (sign := _CURRENCY.search(text)):
        nouns = {unit.name for unit in units_named(sign.group())}
    if not nouns and _HOW_OLD.search(question):
        nouns = {"year"}
    # "How many cycle?" may ask for a noun or for a verb.
    named = not _HOW_MANY_ENDS.search(question)
    others = [singular(noun) for noun in _COUNTED.findall(text)] if named else []
    powers = nouns & set(POWERS)
    scales = [_SCALES[noun] for noun in nouns if noun in _SCALES]
    return replace(
        asked,
        nouns=frozenset(nouns),
        units=() if powers else tuple(unit for noun in nouns for unit in units_named(noun)),
        scale=scales[0] if scales else 1,
        tokens=asked.tokens - nouns,
        others=frozenset(others) - nouns - COMMON,
    )


def _nouns(question: str) -> set[str]:
    """What "how many" counts, or the unit in which an answer is asked for."""
    nouns: set[str] = set()
    if found := _HOW_MANY.search(question):
        for word in found[1].split():
            if word.lower() in PHRASE_ENDS:
                break
            nouns.add(singular(word))
    for phrase in _IN_UNIT.findall(question):
        *power, name = phrase.lower().split()
        if "/" in name or units_named(name) or singular(name) in _SCALES:
            nouns.update((*power, singular(name)))
    if _IN_DEGREES.search(question):
        nouns.add("degree")
    return nouns - _QUALIFIERS
