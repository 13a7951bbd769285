"""Where a text says yes or no: in a word, in a short answer ("It does.", "其实不是"), as a clause.

A yes or a no counts where nothing but words that lead in to it stands before it in its clause, and
its clause ends behind it. The answer to a question that the writer puts himself counts where that
question is the one asked. What is only supposed says nothing; what hangs on a condition, or is
denied, leaves the answer open.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from astrolabe.grading import statements as st
from astrolabe.grading.propositions import Proposition, auxiliary
from astrolabe.grading.yesno_words import BETWEEN, CLOSE, END, FILLER, LABEL, LEAD, NO, YES

_WORD = re.compile(
    rf"(?:(?P<no>{NO})|(?P<yes>{YES})){END}|(?P<filler>{FILLER})(?={CLOSE}(?:[.!]|$))"
)
_SHORT = re.compile(
    r"(?:(?:it|they|he|she|this|that|there|you|we|one|i)(?:(?P<contracted>(?:'s|'re|'m) not)"
    r"|\s(?:(?:\w+ly|indeed|of course|sure)\s)?)|(?:sure|certainly|indeed)\s)"
    r"(?:(?P<auxiliary>is|are|was|were|am|do|does|did|can|ca|could|will|wo|would|has|have|had|should"
    r"|must|may|might)(?P<no>n't|not|\snot|\snever)?(?:\s(?:so|indeed|not|have|be))?|(?P<never>never)"
    rf"\s[a-z]{{2,5}}|(?<= not))(?={CLOSE}(?:$|[.,;:!–—\n]))",
    re.IGNORECASE,
)
_LEAD = re.compile(LEAD)
_BETWEEN = re.compile(BETWEEN)
_BREAK = re.compile(r"[.!?;:,\n–—…✅❌✓✔✗✘√×]")
_CONDITIONAL = re.compile(
    r"\b(?:if|whether|suppose|assuming|provided|in case)\b|如果|假如|假设|若|要是|是否",
    re.IGNORECASE,
)
_HANGS = re.compile(r"[ \t\"')\]},]{0,8}(?:only )?(?:if|assuming|provided|when|depending)\b")
_BOTH = re.compile(rf"{CLOSE}(?:,? ?(?:and|or|/|和|或者?|还是)\s?{BETWEEN}(?:{NO}|{YES}))")
_REPORTED = re.compile(
    r"(?:\b(?:says?|said|thinks?|thought|claims?|believes?|answers?|argue|expect)\b"
    r"|说|以为|认为|回答|觉得)[^.!?\n]{0,4}[\"“「]$"
)
_CUED = re.compile(
    rf"(?:{st.cue_pattern()}(?:an?\s(?:[a-z]{{3,14}}\s){{0,2}})?"
    r"|\b(?i:(?:i|we)(?:'d| would|'ll| will| must)?"
    r" (?:say|answer|conclude|go with|vote)(?: that)?)[\s:]"
    rf"|\\f?boxed\s?\{{|#{{4}}\s?|(?m:^)\s{{0,4}}A:)"
    rf"{BETWEEN}(?:\\f?boxed\s?\{{\s?)?(?:(?P<no>{NO})|(?P<yes>{YES})){END}(?!\s?:)"
)
_YES_AND_NO = re.compile(rf"(?:{NO}|{YES})\s?(?:and|和|也)\s?(?:{NO}|{YES})")
_CALLED = re.compile(rf"{CLOSE}(?:is|was)(?: not|n't)? ?(?:wrong|incorrect|right|correct)\b")
_LABEL = re.compile(LABEL)
_SENTENCE_END = re.compile(r"[.!?;\n…]")
_JOINT = re.compile(
    r"\b(?:so|thus|therefore|hence|but|because)\b"
    r"|\b(?:means|confirm|conclude|follows|is (?:true|clear|certain)) that\b"
    r"|所以|因此|可见|但是?|说明|而",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,:]")
_JUDGED = re.compile(
    r"\b(?i:it|that|this|(?:the|this|that) (?:statement|claim|assertion|sentence)"
    r"(?: ['\"][^'\"\n]{1,80}['\"])?)(?:'s|\sis)"
    r"(?P<not>n't|\snot)?\s(?:\w{1,12}ly\s)?"
    r"(?:(?P<yes>true|correct|right)|(?P<no>false|incorrect|untrue|wrong|an? (?:common |popular "
    r"|widespread )?(?:myth|misconception"
    r"|misbelief)))\b(?=\W{0,3}(?:$|[.,;:!\n]))"
    r"|[这那](?:其实|只)?(?:是|属于)(?:一[种个])?(?:[^\W\d_]{0,4}的)?(?P<myth>误解|误区|谣言|误会|错觉|讹传|迷信)"
    r"|(?:说法|陈述|观点|命题|判断|叙述|表述|描述|看法|这)(?:是)?(?P<not_zh>不)?"
    r"(?:(?P<yes_zh>正确|对|成立)|(?P<no_zh>错误|错))的?(?=[.,!;\n]|$)",
    re.IGNORECASE,
)
_THOUGHT_SO = re.compile(
    r"\b(?:people|many|most|some|you|one|we|i|often|commonly|widely)\b[^.!?\n]{0,24}"
    r"\b(?:think|thought|believed?|assumed?|expect|say) (?:so|that|it)(?: is)?,? (?:but|yet"
    r"|however)\b"
    r"|(?:人|通常|往往|常常?)[都会]{0,2}(?:这么|这样|如此)(?:认为|以为|想|觉得|说)[,;]?(?:但|其实|不过|然而|可)",
    re.IGNORECASE,
)
"""What others think, and the text goes on to gainsay: "Many think so, but ..."."""
_JUDGEMENT = re.compile(r"(?i:(?:not )?(?:true|correct|right)|false|incorrect|wrong|not so)")
_CONCEDED = re.compile(r"\s?,\s?(?:but|though|however)\b|,?\s?但")
"""Behind a "yes" within a sentence: "the platypus does, yes, but not bats"."""
_CLIPPED = {"ca": "can", "wo": "will"}
_REACH = 300
"""Characters before a clause that may belong to its sentence."""
_LONGEST = 300
"""A longer sentence says more than what was asked."""
_MOST_LEADS = 6


class Weight(Enum):
    """How an answer is given: in so many words, by a short answer, by a clause or a judgement.

    What is said beside the question answers another one, or is told of others.
    """

    STATED = "stated"
    SHORT = "short"
    BESIDE = "beside"
    IMPLIED = "implied"


@dataclass(frozen=True)
class Said:
    """An answer that a text gives: yes, no, or neither of them clearly.

    Attributes:
        start: Where its clause begins.
        end: Where the text goes on behind it.
    """

    answer: str | None
    start: int
    end: int
    weight: Weight


def answers(text: str, asked: Proposition) -> list[Said]:
    """The answers that plain text gives, in its order."""
    found = {one.end: one for one in _implied(text, asked)}
    found |= {one.end: one for one in _in_clauses(text, asked)}
    found |= {one.end: one for one in _cued(text)}
    return [found[end] for end in sorted(found)]


def _cued(text: str) -> Iterator[Said]:
    for match in _CUED.finditer(text):
        name = "no" if match["no"] else "yes"
        words, end = st.clause(text, match.start(), match.start()), match.end(name)
        if st.asks(text, end) or st.supposes(words):
            continue
        denied = match["no_en"] or match["no_zh"] or st.denies(words)
        yield Said(None if denied or _open(text, end) else name, match.start(), end, Weight.STATED)


def _in_clauses(text: str, asked: Proposition) -> Iterator[Said]:
    for start in (0, *(cut.end() for cut in _BREAK.finditer(text))):
        place = _led_in(text, start)
        both = _YES_AND_NO.match(text, place)
        word, short = _WORD.match(text, place), _SHORT.match(text, place)
        if both and not st.asks(text, both.end()):
            yield Said(None, start, both.end(), Weight.STATED)
        elif word and not st.asks(text, word.end()):
            answer = None if _open(text, word.end()) else "no" if word["no"] else "yes"
            judged = place > start and _JUDGEMENT.fullmatch(word.group())
            weight = Weight.IMPLIED if judged else Weight.STATED
            conceded = text[start - 1 : start] == "," and _CONCEDED.match(text, word.end())
            counts = not conceded and _counts(text, start, place, asked)
            yield Said(answer, start, word.end(), weight if counts else Weight.BESIDE)
        elif short and (answer := _short_answer(short, asked)):
            weight = Weight.SHORT if _counts(text, start, place, asked) else Weight.BESIDE
            yield Said(answer, start, short.end(), weight)


def _short_answer(short: re.Match[str], asked: Proposition) -> str | None:
    """What "it does" or "they can't" answers; the verb must be the question's."""
    if short["never"]:
        return "no"
    if short["contracted"]:
        return "no" if asked.auxiliary == "be" else None
    if short["auxiliary"] is None:
        return None
    verb = auxiliary(_CLIPPED.get(short["auxiliary"].lower(), short["auxiliary"]))
    if verb is None or (verb != asked.auxiliary and not (verb == "can" and short["no"])):
        return None
    denied = short["no"] is not None or re.search(r"\bnot$", short.group()) is not None
    return "no" if denied else "yes"


def _led_in(text: str, start: int) -> int:
    """Where a clause goes on behind the words that lead in to it."""
    place = _between(text, start)
    for _ in range(_MOST_LEADS):
        lead = _LEAD.match(text, place)
        if lead is None or _WORD.match(text, place) or _SHORT.match(text, place):
            break
        place = _between(text, lead.end())
    return place


def _between(text: str, start: int) -> int:
    gap = _BETWEEN.match(text, start)
    return gap.end() if gap else start


def _counts(text: str, start: int, place: int, asked: Proposition) -> bool:
    """Whether an answer at the beginning of a clause answers what was asked."""
    before = text[max(0, start - _REACH) : start]
    if _CONDITIONAL.search(re.split(r"[.!?;\n]", before)[-1]):
        return False
    if _REPORTED.search(text[max(0, place - 40) : place]):
        return False
    said = before.rstrip()
    if said.endswith("?"):
        return asked.asked_again(re.split(r"[.!\n]", said)[-1])
    if said.endswith(":"):
        label = re.split(r"[.!?;:,\n]", said[:-1])[-1]
        label = label.strip(" *#->")
        led_in = _LABEL.fullmatch(label) or _led_in(label, 0) == len(label)
        return bool(led_in) or asked.asked_again(label + "?")
    return True


def _open(text: str, end: int) -> bool:
    """Whether an answer is one of two, is called wrong, or hangs on a condition."""
    return bool(_BOTH.match(text, end) or _CALLED.match(text, end) or _HANGS.match(text, end))


def _implied(text: str, asked: Proposition) -> Iterator[Said]:
    """Clauses that say what was asked or deny it, and judgements of it."""
    start = 0
    for cut in (*_SENTENCE_END.finditer(text), None):
        end = cut.start() if cut else len(text)
        sentence = text[start:end]
        too_long = len(sentence) > _LONGEST
        if not (too_long or (cut and cut.group() == "?") or _CONDITIONAL.search(sentence)):
            said = next(filter(None, map(asked.said_in, _parts(sentence))), None)
            judged = _JUDGED.search(sentence) or _THOUGHT_SO.search(sentence)
            if said is None and judged:
                said = _judgement(judged)
            if said is not None:
                yield Said(said, start, end, Weight.IMPLIED)
        start = cut.end() if cut else end


def _parts(sentence: str) -> Iterator[str]:
    """A sentence, what follows each of its joints, and its clauses, the last first."""
    yield sentence
    yield from (sentence[joint.end() :] for joint in reversed(list(_JOINT.finditer(sentence))))
    yield from reversed(_CLAUSE.split(sentence))


def _judgement(judged: re.Match[str]) -> str:
    if judged.re is _THOUGHT_SO or judged["myth"]:
        return "no"
    yes = bool(judged["yes"] or judged["yes_zh"]) != bool(judged["not"] or judged["not_zh"])
    return "yes" if yes else "no"
