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
    r"(?i)\b(?:so|hence|therefore|thus|gives?|giving|yields?|conclude|should be|we (?:get|have|find"
    r"|obtain))\b"
    r"|所以|因此|因而|从而|于是|故|综上|可得|解得|得到|即得|得|则|应该是|应当是|应为|∴|⇒"
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
    r"|required|desired|total|exact|their|these|there|from|values?|functions?|expressions?|numbers?|results?)"
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
_SOUGHT = (
    r"(?i:find|solve for|values? of|compute|what is|determine|evaluate|simplify|write|give)"
    r"|求|计算|化简|则"
)
_SYSTEM = re.compile(r"(?i)\bsystem\b|\bordered pair\b|\bpoint\b|方程组|交点|坐标")
_CONDITION = re.compile(r"(?i)\b(?:if|suppose|assuming|provided|unless)\b|如果|假如|假设|若|倘若")
_SO_SURELY = re.compile(r"(?i)\b(?:so|hence|therefore|thus)\b|所以|因此|故")
_WHERE = re.compile(r"(?i)(?:\b(?:at|when|where|for|attained at)|当|在)[\s$]{0,2}$")
_NOTHING = re.compile(
    r"(?i)\bno (?:real |such )?(?:solutions?|roots?)\b|无(?:实数)?[解根]|没有(?:实数)?[解根]|空集"
)
_REJECTS = re.compile(r"(?i)\b(?:extraneous|reject(?:ed)?|discard(?:ed)?)\b|增根|舍去|舍掉")
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
        if said.strip().startswith("?") or said.rstrip().endswith("?") or leaves_open(said):
            return None
        if not re.search(r"\w", said):
            continue
        inside = [span for span in found if start <= span.start < end]
        sentence = _Sentence(text, start, end, question)
        if not inside and _NOTHING.search(said) and not st.supposes(said):
            return r"\emptyset"
        if not inside or _parenthesis(text, start, end) or sentence.only_checks(inside):
            if st.taken_back(said, 0) or _REJECTS.search(said):
                return None
            behind = True
            continue
        return sentence.value(inside, behind)
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
            either = re.search(r"\bor\b|或", text[held[0].end : held[-1].start])
            joint = " or " if either and len(held) == 2 else ", "
            yield Group(joint.join(span.content for span in held), start, stop)


def stands_alone(text: str, group: Group, end: int) -> bool:
    """Whether neither the words before a group nor those behind it make it another value."""
    before = text[max(0, group.start - 30) : group.start]
    return not _BOUNDED.search(before) and not _PART.match(text, group.end, end)


def _listed(text: str, one: Span, other: Span) -> bool:
    """Whether two spans are listed together; equations of different letters are not."""
    joint = _JOINT.fullmatch(text, one.end, other.start)
    if joint is None or one.end == other.start:
        return False
    if "=" in one.content and "=" in other.content:
        names = [span.content.partition("=")[0].strip()[:1] for span in (one, other)]
        return names[0] == names[1] and all(
            re.match(r"\w[\d_₁₂₃₄{}]*\s*=", span.content) for span in (one, other)
        )
    return bool(joint.group().strip()) and "=" not in other.content


@dataclass(frozen=True)
class _Sentence:
    """A sentence of a text that answers `question`."""

    text: str
    start: int
    end: int
    question: str

    def only_checks(self, inside: list[Span]) -> bool:
        """Whether it checks or remarks, and concludes no value of a name."""
        said = self.text[self.start : self.end]
        if self.start == 0 or not _ASIDE.match(said):
            return False
        so = list(_SO.finditer(self.text, self.start, self.end))
        named = re.compile(r"[a-zA-Z]\s*=")
        return not so or not any(
            named.match(span.content) for span in inside if span.start >= so[-1].start()
        )

    def value(self, inside: list[Span], behind: bool) -> str | None:
        """What is asked for; else what stands behind "so"; else the only value."""
        end = self.end
        if told_again := _TOLD_AGAIN.search(self.text, inside[0].end, end):
            end = told_again.start()
        every = list(groups(self.text, [span for span in inside if span.start < end], end))
        kept = [group for group in every if self._holds(group, end)]
        kept = [group for group in kept if not self._circumstance(group)] or kept
        chosen = self._chosen(kept, len(every) == 1 and not behind)
        if chosen is None or st.taken_back(self.text[: self.end], chosen.end):
            return None
        return simple(chosen.answer)

    def _chosen(self, kept: list[Group], single: bool) -> Group | None:
        together = self._all_asked(kept)
        if together:
            return together
        asked = [group for group in kept if self._asked(group)]
        if asked:
            return asked[-1]
        so = list(_SO.finditer(self.text, self.start, self.end))
        tail = [group for group in kept if so and group.start >= so[-1].start()]
        if len(tail) == 1:
            return tail[0]
        return kept[0] if len(kept) == 1 and (single or so) else None

    def _all_asked(self, kept: list[Group]) -> Group | None:
        """ "x = 3, y = 1" where both are asked for."""
        named = [g for g in kept if re.match(r"[a-zA-Z]\s*=", g.answer)][-3:]
        names = [group.answer[0] for group in named]
        if len(set(names)) < 2 or len(set(names)) < len(names):
            return None
        listed = r"\s?(?:,|and|和|、|与|及)\s?".join(rf"\$?{name}\$?" for name in names)
        pair = rf"(?:{_SOUGHT}|\()\s?(?:both |the pair )?\(?{listed}(?![a-zA-Z(])"
        if not (re.search(pair, self.question) or _SYSTEM.search(self.question)):
            return None
        return Group(", ".join(g.answer for g in named), named[0].start, named[-1].end)

    def _before(self, group: Group) -> str:
        return self.text[self.start : group.start]

    def _holds(self, group: Group, end: int) -> bool:
        """Whether its clause neither denies nor supposes it, and it stands for itself."""
        before = self._before(group)
        clause = _NO_DENIAL.sub("", _CLAUSE.split(before)[-1])
        if before.count("(") > before.count(")") or st.denies(clause) or st.supposes(clause):
            return False
        condition = list(_CONDITION.finditer(before))
        if condition and not _SO_SURELY.search(before, condition[-1].end()):
            return False
        return stands_alone(self.text, group, end)

    def _circumstance(self, group: Group) -> bool:
        """Whether it only says where another value holds: "3 at x = 1"."""
        return (
            _WHERE.search(self._before(group)) is not None
            or re.match(r"\s?[时处]", self.text[group.end : group.end + 2]) is not None
        )

    def _asked(self, group: Group) -> bool:
        """Whether the words before it, or the name that it is given, are what is asked for."""
        if not self.question:
            return False
        clause = _CLAUSE.split(self._before(group))[-1]
        return _names_asked(group.answer, self.question) or _noun_asked(clause, self.question)


def simple(answer: str) -> str:
    """An answer without a letter that names it: "x = 3" is "3"; the rest of a chain stays."""
    name = re.match(r"\s*[a-zA-Z](?:\s?\([a-zA-Z]\))?\s*=\s*(?=\S)", answer)
    return answer[name.end() :].strip() if name and answer.count("=") == 1 else answer


def _parenthesis(text: str, start: int, end: int) -> bool:
    said = text[start:end].strip()
    opened = text[:start].count("(") > text[:start].count(")")
    return start > 0 and (said.startswith("(") or (opened and ")" in said))


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
