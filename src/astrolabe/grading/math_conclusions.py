"""What a text comes to, where it never says "the answer is": the mathematics of its last sentence.

Of several values in a sentence the one counts that the question asks for ("the area is ..."), or
the only one behind "so". What is denied, supposed, rough, bounded, or part of more ("the square of
$a$", "multiples of 3") is no value.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from astrolabe.grading import math_phrases as phrases
from astrolabe.grading import statements as st
from astrolabe.grading.equality import same_expression
from astrolabe.grading.math_spans import Span, sentences, spans

_REACH = 300
"""Characters before a value that may speak of it."""
_MOST_VALUES = 60
"""A sentence with more of them comes to none."""
_JOINT = re.compile(r"[\s,;、]{0,3}(?:(?:and|or)\b|和|或者?|与|及)?\s{0,3}(?:[a-zA-Z]\s?=\s?)?")


@dataclass(frozen=True)
class Group:
    """A value, or several that are listed together."""

    answer: str
    start: int
    end: int


def asks_for_several(question: str) -> bool:
    """Whether a question asks for the values of several names."""
    return phrases.SYSTEM.search(question) is not None


def leaves_open(words: str) -> bool:
    """Whether words say that their writer does not know."""
    return phrases.OPEN.search(words) is not None


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
        if not inside and phrases.NOTHING.search(said) and not st.supposes(said):
            return r"\emptyset"
        if not inside and (word := phrases.WORD_TOLD.fullmatch(said.strip())):
            doubtful = st.denies(said) or st.supposes(said)
            return None if doubtful else word[1]
        if not inside or _parenthesis(text, start, end) or sentence.only_checks(inside):
            if st.taken_back(said, 0) or phrases.REJECTS.search(said):
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
        if len(held) > 1 and phrases.REJECTED.match(text, held[-1].end, end):
            held.pop()  # x = 3 or x = -1 (rejected)
        start, stop = held[0].start, held[-1].end
        raised = phrases.RAISED.match(text, stop, end)
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
    return not phrases.BOUNDED.search(before) and not phrases.PART.match(text, group.end, end)


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
        if self.start == 0 or not phrases.ASIDE.match(said):
            return False
        so = list(phrases.SO.finditer(self.text, self.start, self.end))
        named = re.compile(r"[a-zA-Z]\s*=")
        return not so or not any(
            named.match(span.content) for span in inside if span.start >= so[-1].start()
        )

    def value(self, inside: list[Span], behind: bool) -> str | None:
        """What is asked for; else what stands behind "so"; else the only value."""
        if len(inside) > _MOST_VALUES:
            return None
        end = self.end
        if told_again := phrases.TOLD_AGAIN.search(self.text, inside[0].end, end):
            end = told_again.start()
        every = list(groups(self.text, [span for span in inside if span.start < end], end))
        every = [group for group in every if not self._beside(group)] or every
        kept = [group for group in every if self._holds(group, end)]
        chosen = self._chosen(kept, len(every) == 1 and not behind)
        if chosen is None or st.taken_back(self.text[: self.end], chosen.end):
            return None
        return simple(chosen.answer)

    def _chosen(self, kept: list[Group], single: bool) -> Group | None:
        together = self._all_asked(kept)
        if together:
            return together
        if kept and all(same_expression(kept[0].answer, other.answer) for other in kept[1:4]):
            single = single or len(kept) > 1
            kept = kept[-1:]
        asked = [group for group in kept if self._asked(group)]
        if asked:
            return asked[-1]
        so = list(phrases.SO.finditer(self.text, self.start, self.end))
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
        pair = rf"(?:{phrases.SOUGHT}|\()\s?(?:both |the pair )?\(?{listed}(?![a-zA-Z(])"
        if not (re.search(pair, self.question) or asks_for_several(self.question)):
            return None
        return Group(", ".join(g.answer for g in named), named[0].start, named[-1].end)

    def _before(self, group: Group) -> str:
        return self.text[max(self.start, group.start - _REACH) : group.start]

    def _holds(self, group: Group, end: int) -> bool:
        """Whether its clause neither denies nor supposes it, and it stands for itself."""
        before = self._before(group)
        clause = phrases.NO_DENIAL.sub("", phrases.CLAUSE.split(before)[-1])
        if phrases.GIVEN.search(clause) or phrases.GIVEN_BEHIND.match(self.text, group.end):
            return False
        if before.count("(") > before.count(")") or st.denies(clause) or st.supposes(clause):
            return False
        condition = list(phrases.CONDITION.finditer(before))
        if condition and not phrases.SO_SURELY.search(before, condition[-1].end()):
            return False
        return stands_alone(self.text, group, end)

    def _beside(self, group: Group) -> bool:
        """Whether it stands in parentheses, or says where another value holds: "3 at x = 1"."""
        before = self._before(group)
        return (
            before.count("(") > before.count(")")
            or phrases.WHERE.search(before) is not None
            or re.match(r"\s?[时处]", self.text[group.end : group.end + 2]) is not None
        )

    def _asked(self, group: Group) -> bool:
        """Whether the words before it, or the name that it is given, are what is asked for."""
        if not self.question:
            return False
        clause = phrases.CLAUSE.split(self._before(group))[-1]
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
    sought = rf"(?:{phrases.SOUGHT})\s?(?:all )?(?:the )?\$?{re.escape(name[1])}(?![\w(=^])"
    return re.search(sought, question) is not None


def _noun_asked(clause: str, question: str) -> bool:
    if noun := phrases.ZH_NOUN.search(phrases.ZH_LINK.sub("", clause)):
        head = phrases.ZH_LEAD.sub("", noun.group()).rpartition("的")[2]
        return len(head) > 1 and head in question
    link = phrases.LINK.search(clause)
    if link is None:
        return False
    words = re.findall(r"[a-z]{3,}", clause[: link.start()].lower())
    content = [word for word in words if not phrases.PLAIN_WORD.fullmatch(word)]
    asked = question.lower()
    return bool(content) and all(word[:5] in asked for word in content)
