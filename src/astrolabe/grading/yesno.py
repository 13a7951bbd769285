"""Rules that read yes or no from generated text, in English or Chinese. They never guess.

"No" inside "know", "Yes or no: ..." repeated from the question, "yes and no": none of these is an
answer. The lenient rule goes on to a judgement of the statement asked about ("that is false").
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.grading import statements as st
from astrolabe.grading.plain import own_answer, plain
from astrolabe.grading.rule import Found, Response

_YES = r"(?:(?i:yes|yeah|yep|yup|true|affirmative)\b|是的|是|对的|对|正确|没错|肯定的?|可以|能|会)"
_NO = (
    r"(?:(?i:no|nope|false|negative)\b|否定的?|否|不是的?|不对|不正确|错误的?|错|不可以|不能"
    r"|不会|不)"
)
_ANSWER = rf"(?:(?P<no>{_NO})|(?P<yes>{_YES}))"
_OPEN = r"[\s\"'(\[{【「<:]{0,8}(?:\\f?boxed\s?\{\s?)?"
_CLOSE = r"[\s\"')\]】」}>]{0,4}"
_END = (
    rf"(?={_CLOSE}(?:$|[.,;:!–—<]|-\s|的?[.,!;])|\s?\n"
    r"|\s(?:it|they|he|she|there|that|this|these|those|because|since|as|i|we|you|but|is)\b)"
)
_CONCLUDING = r"(?:so|thus|therefore|hence|in conclusion|overall|actually|wait|sorry|correction)"
_STATEMENTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{st.cue_pattern()}|\\f?boxed\s?\{{|#{{4}}\s?|(?m:^)\s{{0,4}}A:){_OPEN}{_ANSWER}{_END}",
        rf"\b(?i:{_CONCLUDING}),?:?\s{_OPEN}{_ANSWER}{_END}",
        rf"(?:所以|因此|综上(?:所述)?|总之|更正|故)[,:]?{_OPEN}{_ANSWER}{_END}",
        rf"\b(?i:(?:i|we)(?:'d| would| will)? (?:say|answer|think|believe|go with)(?: that)?),?:?\s"
        rf"{_OPEN}{_ANSWER}{_END}",
        rf"(?:\A|\n)[\s#>]{{0,8}}{_OPEN}{_ANSWER}(?={_CLOSE}\.?\s{{0,8}}\Z)",
        rf"\A[\s#>]{{0,8}}{_OPEN}{_ANSWER}{_END}",
    )
)
_BOTH = re.compile(rf"{_CLOSE}(?:,? ?(?:and|or|/|和|或者?|还是)\s?{_OPEN}{_ANSWER})", re.IGNORECASE)
_DENIED_AFTER = re.compile(rf"{_CLOSE}(?:is|was)(?: not|n't)? ?(?:wrong|incorrect|right|correct)\b")
_JUDGED = re.compile(
    r"\b(?i:it|that|this|(?:the|this|that) (?:statement|claim|assertion|sentence))(?:'s|\sis)\s"
    r"(?P<not>not\s)?(?:\w{1,12}ly\s)?(?:(?P<yes>true|correct|right)|(?P<no>false|incorrect|untrue|wrong))\b"
    r"|(?:说法|陈述|观点|命题|这)(?:是)?(?P<not_zh>不)?(?:(?P<yes_zh>正确|对)|(?P<no_zh>错误|错))的?(?=[.,!;\n]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Said:
    """An answer that a text gives: yes, no, or neither of them clearly."""

    answer: str | None
    end: int


def strict_yesno(text: str) -> str | None:
    """The "yes" or "no" that a text gives as its answer, if it never gives another."""
    text = own_answer(plain(text))
    said = _answers(text)
    answers = {one.answer for one in said}
    if len(answers) != 1 or st.taken_back(text, said[-1].end):
        return None
    return answers.pop()


def lenient_yesno(text: str) -> str | None:
    """The last answer that a text gives, or else the one judgement it passes.

    Agrees with `strict_yesno` wherever that reads an answer.
    """
    text = own_answer(plain(text))
    said = _answers(text)
    if said:
        return None if st.taken_back(text, said[-1].end) else said[-1].answer
    judgements = set(_judgements(text))
    return judgements.pop() if len(judgements) == 1 else None


@dataclass(frozen=True)
class YesNoRule:
    """A rule that compares yes and no.

    Attributes:
        read: From a text to "yes" or "no".
    """

    read: Callable[[str], str | None]

    def find(self, response: Response) -> Found | None:
        answer = self.read(response.text)
        if answer is None:
            return None
        return Found(answer, bool(response.item.gold) and answer == gold_yesno(response.item))

    def same(self, one: str, other: str) -> bool:
        return one == other


YESNO_RULES = {
    "yesno-strict": YesNoRule(strict_yesno),
    "yesno-lenient": YesNoRule(lenient_yesno),
}


def gold_yesno(item: Item) -> str:
    """The gold answer as "yes" or "no", whether the item has its text or an option's letter.

    Raises:
        BadInput: where it is neither.
    """
    gold = item.choices[item.gold_index] if item.choices else item.gold
    word = gold.strip(" .").lower()
    for answer, pattern in (("no", _NO), ("yes", _YES)):
        if re.fullmatch(pattern, word):
            return answer
    raise BadInput(
        f"item '{item.id}' has the gold answer '{gold}', which is neither yes nor no; grade it "
        "with a rule for letters or texts"
    )


def _answers(text: str) -> list[_Said]:
    """The answers given, in the text's order; of two readings of one place, the longer."""
    found: dict[int, tuple[int, _Said]] = {}
    for pattern in _STATEMENTS:
        for match in pattern.finditer(text):
            name = "no" if match["no"] else "yes"
            place, start = match.start(name), match.start()
            words = st.clause(text, start, start)
            if st.asks(text, match.end()) or st.supposes(words):
                continue
            if place not in found or start < found[place][0]:
                found[place] = start, _Said(_clear(text, match, words, name), match.end(name))
    return [found[place][1] for place in sorted(found)]


def _clear(text: str, match: re.Match[str], words: str, name: str) -> str | None:
    groups = match.groupdict()
    if groups.get("no_en") or groups.get("no_zh") or st.denies(words):
        return None
    end = match.end(name)
    if _BOTH.match(text, end) or _DENIED_AFTER.match(text, end) or st.hangs_on_condition(text, end):
        return None
    return name


def _judgements(text: str) -> Iterator[str | None]:
    for match in _JUDGED.finditer(text):
        words = st.clause(text, match.start(), match.start())
        if st.denies(words) or st.supposes(words) or st.asks(text, match.end()):
            yield None
            continue
        yes = bool(match["yes"] or match["yes_zh"]) != bool(match["not"] or match["not_zh"])
        yield "yes" if yes else "no"
