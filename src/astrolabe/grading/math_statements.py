"""What a text boxes, or states behind a cue ("The answer is $x^2$."), to be its answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from astrolabe.grading import expressions
from astrolabe.grading import statements as st
from astrolabe.grading.boxed import boxes
from astrolabe.grading.equality import same_expression
from astrolabe.grading.math_conclusions import Group, groups, leaves_open, stands_alone
from astrolabe.grading.math_spans import FORMULA, content, sentences, spans

_CUE = re.compile(st.cue_pattern("result|value|solution|expression|form") + r"|#{4}\s?")
_JOINED = re.compile(r"[\s,$;]{0,6}(?:(?:and|or|或|和)[\s$]{0,6})?(?:[a-zA-Z]\s?=\s?)?")
_JOINT = re.compile(r"[\s,;]{0,6}(?:(?:and|or|或|和)\s{0,6})?")
_LONGEST = 400
_MOST_WORDS = 4
_MATHEMATICAL = re.compile(r"[\d\\^=+*/<>√π∞]")
_FILLER = re.compile(
    r"(?i)(?:[\s:,\"'$]|the (?:ordered )?(?:point|interval|set|number|fraction|expression|pair"
    r"|vector|function)\b"
    r"|点|区间|集合|函数)*"
)
_APPOSED = re.compile(r"(?:,|:|\bnamely|,? that is,?|即)\s?$")
_ASIDE = re.compile(
    r",?\s?(?:\bor )?(?i:\b(?:about|approximately|roughly|i\.e\.|that is|which|since|because|as"
    r"|where)\b)"
    r"|[,;]?\s?(?:约|大约|也就是|因为|其中|即)|\s?\((?=[^()]*(?:[A-Za-z]{3}|[\u3400-\u9fff]))|</"
    r"|[\"']\s?\}|,? ?≈"
)
_WRONG = re.compile(
    r"[\s$]{0,4}(?:(?i:(?:is|was|would be) (?:wrong|incorrect|not (?:right|correct|the answer)))"
    r"|是错|不对|不正确)"
)
_DOUBT = re.compile(
    r"(?i)\b(?:or|either|maybe|perhaps|possibly|might|no|wait|sorry|actually"
    r"|instead|unless|if|in case)\b|可能|或许|也许|大概|不对|错|更正|等等|还是|抱歉|如果|若|除非"
    r"|舍去|不满足|不成立|矛盾|不合|不符|猜|随便|别人|假设|当"
    r"|(?i:\b(?:extraneous|contradict\w*|guess\w*)\b)"
)
"""Words behind a value in its sentence that may take it back, or put another beside it."""
_REASON = re.compile(
    r"[\s,;]{0,3}(?:(?i:since|because|which|where|by|from|after|that is|i\.e\.|at|when|as|about"
    r"|(?:and )?not)\b"
    r"|\(|≈|因为|由于|其中|即|约|此时|也就是|检验|经检验|代入|而?不是|而非)"
)
"""What explains a value, and names others in doing so."""
_OR = re.compile(r"\bor\b|或")
_NOUN_LINK = re.compile(r"[\u3400-\u9fff]{1,12}(?:是|为|等于|有|:)|(?i:the [a-z ]{1,40} is) ?")
_UNIT = re.compile(r"[^\W\d_]{0,6}[²³]?(?: [a-z]{1,12})?[.]?")
_ENDED = re.compile(r"\s?[.,;!]\s|\s?\n|[\s.,]+[^\W\d_]{2}")
_ASKS_BACK = re.compile(
    r"(?i)(?:对吗|是吗|对吧|对不对|是不是|right|correct|isn't it|真的吗|行吗)\s?\?"
)
_GOES_ON = re.compile(
    r"[,;.()\[]|(?i:\b(?:since|because|where|which|by|from|after)\b)|因为|其中|即|约"
)


@dataclass(frozen=True)
class Stated:
    """An answer stated, or one that cannot be told; the text goes on at `end`.

    Attributes:
        mended: Whether it stood in a box that only the end of its formula closes.
    """

    answer: str | None
    start: int
    end: int
    mended: bool = False


def stated(text: str, complete: bool = True) -> list[Stated]:
    """What is boxed, and stated behind the last box; where nothing is boxed, what is stated.

    Args:
        text: What the model wrote.
        complete: Whether the model ended it itself. A box that the budget cut while it repeated
            what was boxed before says nothing new.
    """
    boxed = list(_boxed(text, complete))
    if not boxed:
        return list(_cued(text))
    return [*boxed, *_later(text, boxed[-1].end)]


def kept(text: str, last: Stated, complete: bool) -> bool:
    """Whether a statement still holds at the end of the text."""
    behind = text[last.end :]
    if last.answer is None or st.taken_back(text, last.end) or leaves_open(behind):
        return False
    if _WRONG.match(behind):
        return False
    # What the budget cut may go on: "2x" in "2x+3". A box or a formula that is closed does not.
    closed = text[: last.end].endswith(("}", "$", "\\)", "\\]"))
    return (
        complete or closed or re.match(r"\s?[.,;!]\s|\s?\n|[\s.,]+[^\W\d_]{2}", behind) is not None
    )


def _boxed(text: str, complete: bool) -> Iterator[Stated]:
    """What boxes hold; those of one sentence are one answer ("\\\\boxed{1} or \\\\boxed{2}")."""
    held: list[str | None] = []
    begin = end = 0
    for start, stop, inside in boxes(text):
        if st.denied_right_before(text, start):
            continue
        if not complete and held and inside is None and _repeats(text[start:stop], held[-1]):
            continue
        if held and not _JOINED.fullmatch(text, end, start):
            yield Stated(_together(held), begin, end, text[end - 1] == "$")
            held = []
        begin = begin if held else start
        held.append(inside or None)
        end = stop
    if held:
        yield Stated(_together(held), begin, end, text[end - 1] == "$")


def _repeats(cut: str, before: str | None) -> bool:
    return before is not None and before.startswith(cut.partition("{")[2].strip())


def _together(held: list[str | None]) -> str | None:
    """One answer of several boxes, each value once; `None` where one cannot be told."""
    forms = {expressions.normal(part): part for part in reversed(held) if part}
    return None if None in held else ", ".join(reversed(forms.values()))


def _later(text: str, box_end: int) -> Iterator[Stated]:
    """Formulas and numbers stated behind the last box."""
    for one in _cued(text, box_end):
        answer = one.answer or ""
        worded = re.search(r"\\boxed|(?<![\\a-zA-Z])[a-zA-Z]{3}|[\u3400-\u9fff]{2}", answer)
        if _MATHEMATICAL.search(answer) and not worded:
            yield one


def _cued(text: str, start: int = 0) -> Iterator[Stated]:
    for cue in _CUE.finditer(text, start):
        words = st.clause(text, cue.start(), cue.start())
        denied = cue["no_en"] or cue["no_zh"] or st.denies(words)
        read = _behind(text, cue.end())
        if read is None or st.supposes(words) or st.asks(text, read.end):
            continue
        yield Stated(None, read.start, read.end) if denied else read


def _behind(text: str, start: int) -> Stated | None:
    """The formulas, or the few words, behind a cue; `None` where a longer sentence follows."""
    formula = FORMULA.match(text, start)
    if formula is None:
        return _value_behind(text, start) or _words_behind(text, start)
    held, end = [content(formula)], formula.end()
    while (joint := _JOINT.match(text, end)) and (more := FORMULA.match(text, joint.end())):
        held.append(content(more))
        end = more.end()
    if re.match(r"\s?(?:的(?![.,\s])|times\b|or (?:more|less)\b|以上|以下)", text[end : end + 12]):
        return Stated(None, start, end)
    return Stated(", ".join(held), start, end)


def _value_behind(text: str, start: int) -> Stated | None:
    """The value that a sentence behind a cue begins with, or the only one, set off at its end."""
    part = text[start : start + _LONGEST]
    found = spans(part)
    end = sentences(part, found)[0][1]
    inside = [span for span in found if span.start < end]
    values = list(groups(part, inside, end))
    if not values or not stands_alone(part, values[0], end):
        return None
    first = values[0]
    filler = _FILLER.match(part)
    begins = filler is not None and filler.end() >= first.start
    rest = part[first.end : end].strip()
    if _ASKS_BACK.search(rest):
        return None
    rest = rest.partition("</")[0]
    told_twice = all(same_expression(first.answer, other.answer) for other in values[1:3])
    doubt = _DOUBT.search(_OR.sub("", rest) if values[1:] and told_twice else rest)
    another = values[1:] and rest[:1] in {",", ";"} and not told_twice and not _REASON.match(rest)
    if doubt or another or re.match(r"[-+*/^=<>_\\]", rest.replace("\\)", "")):
        return Stated(None, start, start + end)
    ends = re.fullmatch(r"[\s.,;!\"'`*$)\]}\\<]*", rest) is not None
    if begins and (ends or _GOES_ON.match(rest)):
        return Stated(first.answer, start, start + first.end)
    lead = part[: first.start]
    if len(values) == 1 and _NOUN_LINK.fullmatch(lead) and _UNIT.fullmatch(rest):
        return None if st.denies(lead) else Stated(first.answer, start, start + first.end)
    apposed = _APPOSED.search(lead) and not (st.denies(lead) or st.supposes(lead))
    if len(values) == 1 and ends and apposed and not _DOUBT.search(lead):
        return Stated(first.answer, start, start + first.end)
    return None


_SENTENCE = re.compile(r"\n|(?<!\\)[!?;](?=\s|$)|\.(?=\s|$)")


def _words_behind(text: str, start: int) -> Stated | None:
    stop = _SENTENCE.search(text, start, start + _LONGEST)
    end = stop.start() if stop else min(len(text), start + _LONGEST)
    said = text[start:end]
    if _ASKS_BACK.search(text[start : end + 2]):
        return None
    if (aside := _ASIDE.search(said)) and aside.start():
        if _DOUBT.search(said[aside.end() :]):
            return Stated(None, start, end)
        said = said[: aside.start()]
    said = said.strip().strip("\"'")
    formulas = list(FORMULA.finditer(said))
    if len(formulas) == 1 and len(FORMULA.sub("", said).split()) <= _MOST_WORDS:
        one = Group(content(formulas[0]), formulas[0].start(), formulas[0].end())
        alone = stands_alone(said, one, len(said))
        return Stated(one.answer if alone else None, start, end)
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\\[a-zA-Z]+", "", said))
    if formulas or not said or len(words) > _MOST_WORDS:
        return None
    if not _MATHEMATICAL.search(said) and (st.denies(said) or leaves_open(said)):
        return None
    return Stated(said, start, end)
