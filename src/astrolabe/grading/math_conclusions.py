"""What a text comes to, where it never says "the answer is": the mathematics of its last sentence.

Of several values in a sentence the one counts that the question asks for ("the area is ..."), or
the only one behind "so". What is denied, supposed, rough, bounded, or part of more ("the square of
$a$", "multiples of 3") is no value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from astrolabe.grading import statements as st
from astrolabe.grading.math_spans import Span, sentences, spans

_JOINT = re.compile(r"[\s,;、]{0,3}(?:(?:and|or)\b|和|或者?|与|及)?\s{0,3}(?:[a-zA-Z]\s?=\s?)?")
_SO = re.compile(
    r"(?i)\b(?:so|hence|therefore|thus|gives?|giving|yields?|conclude|we (?:get|have|find"
    r"|obtain))\b"
    r"|所以|因此|因而|从而|于是|故|综上|可得|解得|得到|即得|得|则|∴|⇒"
)
_CLAUSE = re.compile(
    r"[,;:，]|(?i:\b(?:so|hence|therefore|thus|but|while|whereas|and|since|because|where)\b)"
    r"|所以|因此|故|而|但|从而|于是|由于|因为"
)
_LINK = re.compile(
    r"(?i)(?:\b(?:is|are|equals?|becomes?|(?:must|will) be|comes? to|is equal to)|=|:)"
    r"(?: (?:simply|then|therefore|thus|just|exactly|the (?:point|interval|set)))?[\s:]{0,3}$"
)
_ZH_LINK = re.compile(r"(?:应该?|就|分别|便)?(?:是|为|等于|:|=|有|得)?[\s:]{0,3}$")
_ZH_NOUN = re.compile(r"[\u3400-\u9fff]{1,20}$")
_ZH_LEAD = re.compile(
    r"^(?:所以|因此|因而|从而|于是|综上|即|故|则|而|其|该|可得|得到?|解得|可知|此时|所求的?|最终|最后|这个|那么|答)+"
)
_PLAIN_WORD = re.compile(
    r"(?:the|so|hence|therefore|thus|that|this|its?|for|and|with|then|have|get|which|given|our|final"
    r"|required|desired|total|exact|their|these|there|from)"
)
_BOUNDED = re.compile(
    r"(?i)(?:\b(?:at least|at most|more than|less than|fewer than|greater than|larger than"
    r"|smaller than|about|approximately|around|roughly|nearly|almost|close to|multiples? of"
    r"|powers? of"
    r"|square of|half of|twice|times|modulo|mod|than|divided by|multiplied by|plus|minus)"
    r"|大于|小于|至少|至多|多于|少于|超过|不到|约为?|大约|近似为?|除以|乘以|乘|减去?|加上?)[\s$:是为]{0,3}$"
)
_PART = re.compile(
    r"\s?(?:的(?![.,\s])|倍|左右|以上|以下|以内|多个?|几)"
    r"|\s(?:times|plus|minus|divided by|multiplied by|or (?:more|less|so)|squared|cubed"
    r"|percent more)\b"
    r"|\s?(?:不是|不对|错|舍去?|不合|不符)"
    r"|\s(?:is|are|was) (?:not|wrong|rejected|extraneous|impossible)\b"
)
_RAISED = re.compile(r"\s?(?:的(?P<zh>平方|立方)(?![根差和])|(?P<en>squared|cubed)\b)")
_TOLD_AGAIN = re.compile(
    r"(?i)\b(?:in words|in other words|as a (?:decimal|percentage)|in decimals|numerically"
    r"|or about)\b"
)
_ASIDE = re.compile(
    r"(?i)^\s{0,4}[(*_\[]{0,3}\s?(?:check|verif|you can check|note|remark|indeed|as a check|注"
    r"|验证|检验|经检验|说明|备注)"
)
_OPEN = re.compile(
    r"(?i)\b(?:can't|can ?not|couldn't|could not|unable to|impossible to|hard to)(?: be)?"
    r" (?:\w+ )?(?:tell|decided?|determined?|say|solved?|answer(?:ed)?|find|found|choose|know)"
    r"|\b(?:not|n't) (?:\w+ )?(?:sure|certain|know)\b|\b(?:unsure|undecided|unclear"
    r"|uncertain)\b|\bno idea\b"
    r"|\bdepends on\b|无法(?:确定|判断|解答|给出|回答|求解|得出|算出)"
    r"|不(?:能|太|好)?确定|拿不准|不知道|说不准"
    r"|不清楚|难以(?:确定|判断)|不会做|没有把握|还是.{1,40}呢|需要您|请问"
)
# Words of mathematics that have a "no" in them and deny nothing.
_NO_DENIAL = re.compile(
    r"不等式|不等于|不等|不定|不同|不重|不含|不计|不变|不妨|不超过|不大于|不小于|不少于|非负|非零|非空|正负|误差|错位|否则"
    r"|(?i:\bno (?:real |further |other |more |common )?(?:solutions?|roots?|factors?|values?)\b)"
)


@dataclass(frozen=True)
class Group:
    """A value, or several that are listed together."""

    answer: str
    start: int
    end: int


def leaves_open(words: str) -> bool:
    """Whether words say that their writer does not know."""
    return _OPEN.search(words) is not None


def concluded(text: str, question: str = "") -> str | None:
    """The value that the last sentence with mathematics comes to.

    Sentences in parentheses, checks, and sentences without mathematics may follow it; where they
    do, it must say that it concludes, or speak of what is asked.
    """
    found = spans(text)
    behind = False
    for start, end in reversed(sentences(text, found)):
        said = text[start:end]
        if not re.search(r"\w", said):
            if said.strip().startswith("?"):
                return None
            continue
        inside = [span for span in found if start <= span.start < end]
        if leaves_open(said) or st.taken_back(said, 0):
            return None
        if not inside or _parenthesis(text, start, end) or (_ASIDE.match(said) and start > 0):
            behind = True
            continue
        if said.rstrip().endswith("?"):
            return None
        return _of_sentence(text, (start, end), inside, question, behind)
    return None


def groups(text: str, inside: list[Span], end: int) -> Iterator[Group]:
    """Spans, those that words or commas list together as one."""
    index = 0
    while index < len(inside):
        held, last = [inside[index]], index
        while last + 1 < len(inside) and _listed(text, inside[last], inside[last + 1]):
            last += 1
            held.append(inside[last])
        index = last + 1
        start, stop = held[0].start, held[-1].end
        raised = _RAISED.match(text, stop, end)
        if raised and len(held) == 1:
            power = 2 if raised["zh"] == "平方" or raised["en"] == "squared" else 3
            yield Group(f"({held[0].content})^{power}", start, raised.end())
        else:
            yield Group(", ".join(span.content for span in held), start, stop)


def stands_alone(text: str, group: Group, end: int) -> bool:
    """Whether neither the words before a group nor those behind it make it another value."""
    before = text[max(0, group.start - 30) : group.start]
    return not _BOUNDED.search(before) and not _PART.match(text, group.end, end)


def _listed(text: str, one: Span, other: Span) -> bool:
    """Whether two spans are listed together; equations of different names are not by a comma."""
    joint = _JOINT.fullmatch(text, one.end, other.start)
    if joint is None or one.end == other.start:
        return False
    names = one.content.partition("=")[0].strip(), other.content.partition("=")[0].strip()
    if "=" in one.content and "=" in other.content:
        return names[0] == names[1] and len(names[0]) < 8
    return bool(joint.group().strip()) and ("=" not in other.content)


def _of_sentence(
    text: str, limits: tuple[int, int], inside: list[Span], question: str, behind: bool
) -> str | None:
    start, end = limits
    told_again = _TOLD_AGAIN.search(text, inside[0].end, end)
    end = told_again.start() if told_again else end
    inside = [span for span in inside if span.start < end]
    kept = [g for g in groups(text, inside, end) if _holds(text, start, g, end)]
    asked = [g for g in kept if _asked(text[start : g.start], g.answer, question)]
    if asked:
        return simple(asked[-1].answer)
    so = list(_SO.finditer(text, start, end))
    tail = [g for g in kept if so and g.start >= so[-1].start()]
    if len(tail) == 1:
        return simple(tail[0].answer)
    # "so x = 3" stood behind another so: nothing follows the last one.
    if len(kept) == 1 and len(list(groups(text, inside, end))) == 1 and not (behind and not so):
        return simple(kept[0].answer)
    return None


def simple(answer: str) -> str:
    """An answer without a letter that names it: "x = 3" is "3"; the rest of a chain stays."""
    name = re.match(r"\s*[a-zA-Z](?:\s?\([a-zA-Z]\))?\s*=\s*(?=\S)", answer)
    return answer[name.end() :].strip() if name and answer.count("=") == 1 else answer


def _holds(text: str, start: int, group: Group, end: int) -> bool:
    """Whether a group's clause neither denies nor supposes it, and it stands for itself."""
    before = _CLAUSE.split(text[start : group.start])[-1]
    before = _NO_DENIAL.sub("", before)
    if _inside_parentheses(text[start : group.start]) or st.denies(before) or st.supposes(before):
        return False
    return stands_alone(text, group, end)


def _inside_parentheses(before: str) -> bool:
    return before.count("(") > before.count(")")


def _parenthesis(text: str, start: int, end: int) -> bool:
    said = text[start:end].strip()
    opened = text[:start].count("(") > text[:start].count(")")
    return start > 0 and (said.startswith("(") or (opened and ")" in said))


def _asked(before: str, answer: str, question: str) -> bool:
    """Whether the words before a value, or the name that it is given, are what is asked for."""
    if not question:
        return False
    clause = _CLAUSE.split(before)[-1]
    return _names_asked(answer, question) or _noun_asked(clause, question)


_SOUGHT = (
    r"(?i:find|solve for|values? of|compute|what is|determine|evaluate|simplify|write|give)"
    r"|求|计算|化简|则"
)


def _names_asked(answer: str, question: str) -> bool:
    name = re.match(r"([a-zA-Z](?:\([a-zA-Z]\))?|[a-zA-Z]{2})\s*=", answer)
    if name is None:
        return False
    sought = rf"(?:{_SOUGHT})\s?(?:all )?(?:the )?\$?{re.escape(name[1])}(?![\w(=^])"
    return re.search(sought, question) is not None


def _noun_asked(clause: str, question: str) -> bool:
    if noun := _ZH_NOUN.search(_ZH_LINK.sub("", clause)):
        head = _ZH_LEAD.sub("", noun.group()).rpartition("的")[2]
        return len(head) > 1 and head in question
    link = _LINK.search(clause)
    if link is None:
        return False
    words = re.findall(r"[a-z]{3,}", clause[: link.start()].lower())
    content = [word for word in words if not _PLAIN_WORD.fullmatch(word)]
    asked = question.lower()
    return bool(content) and all(word[:5] in asked for word in content)
