"""From a text to what it claims of options."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from astrolabe.grading import statements as st
from astrolabe.grading.options import doubts
from astrolabe.grading.options.asked import Asks, asked
from astrolabe.grading.options.claims import Claim, Reading, Says, Weight
from astrolabe.grading.options.introductions import Introduction, stating, suggesting
from astrolabe.grading.options.lists import entries
from astrolabe.grading.options.namings import Naming, namings
from astrolabe.grading.options.spans import CLOSE, How
from astrolabe.grading.options.texts import whole_text
from astrolabe.grading.options.verdicts import Verdict, only, verdict

_SIGN = r"[\u2190-\u2bff\U0001f300-\U0001faff\ufe0f]"
_MARK = r"[✓✔✅√☑✗✘❌✖]"
_STOPS = re.compile(
    rf"{CLOSE}(?:$|[.,;:!\n–—(]|\s[-(]|\s?{_SIGN}|\s{{0,3}}</|(?:[这那]一?个?)?选?项|[句组]"
    rf"|[这那]个|吧"
    rf"|了[,.]|因为|由于"
    r"|\s(?:because|since|as|for|due|not|instead|rather|over|here)\b)"
)
"""Behind a name, the sentence stops or goes on to explain."""
_CLEFT = re.compile(rf"{CLOSE}\s(?:that|who|which)\b")
"""It is B *that* ..."""
_PREDICATE = re.compile(rf"{CLOSE}(?:\s(?:is|was)\b|正确|才?是)")
"""Behind a name, the sentence goes on to say something of it."""
_DENIED_AFTER = re.compile(
    rf"{CLOSE}(?:[,:]?\s{{0,3}}(?:(?:is|was)(?:\s+not\b|n't\b)|(?:(?:is|was)\s+)?(?:wrong"
    rf"|incorrect|false)\b"
    r"|不对|是?错(?!误答案|误选项))|(?:选?项)?(?:是?不(?!错)|是?错|并非))"
)
_BUT = re.compile(
    r"[\"')\]]{0,3},? ?(?:but|but rather|(?:but )?(?:it's|it is"
    r"|rather))(?: rather)? ?(?:option )?[(\[]?"
    r"|[\"')\]]{0,3}(?:选项|项)?,?(?:而是?|应该?)(?:选|是|为)?[\"'(\[]?"
)
_NOT_CHOSEN = re.compile(
    r"不(?:认为|觉得|建议|主张|会|是|应|该|能|可|想|必|宜|要)|并非|没有?"
    r"|[错误]"
)
"""In front of "选": "参差不齐选C" denies nothing."""
_OF_THOSE = re.compile(rf"{CLOSE}的")
"""Behind "选B": those who choose it, the reason to."""
_OPENING = re.compile(
    r"[\s#>:*\"'(\[{【「《<-]{0,16}(?:(?i:(?:the|option|choice|answer)\s)|选?项|选"
    r"|\\f?boxed\s?\{){0,3}"
    r"[\"'(\[{【「《<]{0,3}"
)
_LEADS = re.compile(
    rf"{CLOSE}(?!:\s?\.?\d|\s?\((?:no|yes|right|wrong|correct|incorrect|true|false)[),;])"
    rf"(?:、(?!\s?[A-Z](?![A-Za-z0-9]))|[.:,;!\n)\]】」}}–—<]|\s[-(]|\s?(?!{_MARK}){_SIGN}"
    r"|\s(?:because|since|as|for|due)\b|因为|由于|选?项\s{0,3}(?:$|[.,:;!\n])|$)"
)
"""Behind the name that a text begins with: an answer, and not the subject of a sentence."""
_LINE_BEHIND = re.compile(
    rf"{CLOSE}(?:选?项)?[.,!]{{0,2}}(?:{_SIGN}|[ \t]){{0,4}}(?:</?\w{{1,16}}>)?(?:\n|$)"
)
_ALL_BEHIND = re.compile(
    rf"{CLOSE}(?:选?项)?[.,!\s]{{0,4}}(?:{_SIGN}|\s){{0,4}}(?:</?\w{{1,16}}>)?\s*$"
)
_SENTENCE_BEFORE = re.compile(r"[.!?]\s{0,3}[(\[]?(?:(?:[Oo]ption|[Aa]n?|[Tt]he) |选)?\Z")
_GLOSSED = re.compile(rf"{CLOSE}(?:[–—:=]|\s?-)")
_NEXT_NAME = re.compile(r"\n[\s>#*•·(\[-]{0,8}(?:[A-Z][.):、]\s?)?\Z")
_FIRST_WORDS = re.compile(r"[ .:,)–—-]*[^.,!;\n(]*?(?=[.,!;\n(]|\b(?:because|since|as)\b)")
"""What is said right behind the name that a text begins with, as far as it stops."""
_CUT = re.compile(r"[.!;,\n(](?!\d)|\s(?:because|since|as)\b|因为")
_NUMERAL = re.compile(
    r"[\s\"'(\[$¥€£+-]{0,4}(?:\d|\\frac|[一二两三四五六七八九十百千零负]|(?:an? )?(?:half|quarter"
    r"|third|zero|one|two"
    r"|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w{3,5}teen|\w{3,5}ty|minus"
    r"|negative)\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\([^()\n]{0,80}\)")
_PART = re.compile(r"[:–—]")
_LONGEST = 200
_WIDEST_TURN = 30

_WEIGHTS = {
    Verdict.ANSWER: Weight.ANSWER,
    Verdict.RIGHT: Weight.VERDICT,
    Verdict.WRONG: Weight.VERDICT,
    Verdict.OUT: Weight.RULED_OUT,
    Verdict.FITS: Weight.FITTING,
}


def read(text: str, options: Sequence[str], question: str) -> Reading:
    """What plain text claims of options.

    Args:
        text: Without markup, and without the next question.
        options: Plain, as shown.
        question: Plain; empty where it is not known.
    """
    wanted = asked(question)
    statements = list(stating(text))
    found = _with_values(text, namings(text, options), statements, options)
    stated = _introduced(text, found, statements)
    on_line = {at for at, words in stated.items() if "\n" not in text[words.end : found[at].start]}
    listed = entries(text, [one for at, one in enumerate(found) if at not in on_line])
    labels = {entry.naming.start for entry in listed}
    hinted = _introduced(text, found, suggesting(text))
    reader = _Reader(text, len(options), wanted.wants)
    claims: list[Claim] = []
    for at, naming in enumerate(found):
        ceiling = found[at + 1].start if at + 1 < len(found) else len(text)
        free = naming.start not in labels
        claim = (
            (reader.stated(naming, stated.get(at)) if free else None)
            or (reader.alone(naming, ceiling) if free else None)
            or (reader.turned(claims[-1], naming) if claims else None)
            or reader.judged(naming, ceiling)
            or (reader.suggested(naming, hinted.get(at)) if free else None)
            or (reader.subject(naming, stated.get(at)) if free else None)
        )
        if claim:
            claims.append(claim)
    return Reading(
        text, tuple(options), question, wanted, tuple(found), tuple(listed), tuple(claims)
    )


def _introduced(
    text: str, found: Sequence[Naming], words: Iterable[Introduction]
) -> dict[int, Introduction]:
    """Of each naming that is introduced, by its index, the longest introduction."""
    starts = [naming.start for naming in found]
    longest: dict[int, Introduction] = {}
    for one in words:
        at = bisect_left(starts, one.end)
        if at < len(found) and one.reaches(text, starts[at]):
            known = longest.get(at)
            if known is None or (one.start, one.stops) < (known.start, known.stops):
                longest[at] = one
    return longest


def _with_values(
    text: str, found: list[Naming], words: Iterable[Introduction], options: Sequence[str]
) -> list[Naming]:
    """The namings, and options named behind a cue by their value in another form."""
    more: dict[int, Naming] = {}
    ends = [naming.end for naming in found]
    for one in words:
        if not _NUMERAL.match(text, one.end):
            continue
        cut = _CUT.search(text, one.end, one.end + _LONGEST)
        stop = cut.start() if cut else min(len(text), one.end + _LONGEST)
        following = bisect_left(ends, one.end + 1)
        clear = following == len(found) or found[following].start >= stop
        if clear and (place := whole_text(text[one.end : stop], options)) is not None:
            more[one.end] = Naming((place,), one.end, stop, How.FRAIL)
    return sorted([*found, *more.values()], key=lambda naming: naming.start) if more else found


@dataclass(frozen=True)
class _Reader:
    """Finds the claim that a naming makes; each way to claim is one method."""

    text: str
    count: int
    wants: Asks

    def stated(self, naming: Naming, words: Introduction | None) -> Claim | None:
        """Behind words that state an answer."""
        text = self.text
        if words is None or _OF_THOSE.match(text, naming.end) or st.asks(text, naming.end):
            return None
        if doubts.other_question(doubts.said_before(text, naming.start)):
            return None
        clause = st.clause(text, words.start, words.start)
        boxed = text.startswith("\\", words.start)
        if not boxed and doubts.supposed(clause + text[words.start : words.end]):
            return None
        needs_stop = words.stops or naming.how in (How.TEXT, How.FRAIL)
        if needs_stop and not _STOPS.match(text, naming.end):
            return None
        if boxed or words.turns:
            denied = st.denied_right_before(text, words.start)
        elif text.startswith("选", words.start):
            denied = _NOT_CHOSEN.search(clause) is not None
        else:
            denied = st.denies(clause)
        if denied or words.denied or self._denied_after(naming):
            return Claim(naming, Says.DENIED, Weight.STATED)
        return Claim(naming, self._says(naming), Weight.STATED)

    def alone(self, naming: Naming, ceiling: int) -> Claim | None:
        """At the beginning of the text, or as all of a line or of the last sentence."""
        text, start, end = self.text, naming.start, naming.end
        before = text[max(0, start - _LONGEST) : start]
        weight = Weight.ALONE if naming.how in (How.TEXT, How.FRAIL) else Weight.STATED
        if naming.described:
            return None
        if len(before) == start and _OPENING.fullmatch(before) and _LEADS.match(text, end):
            if self._heads_list(end, ceiling):
                return None
            first = _FIRST_WORDS.match(text, end, min(ceiling, end + _LONGEST))
            denied = first is not None and self.wants is Asks.RIGHT and st.denies(first[0])
            if denied or st.asks(text, end) or self._denied_after(naming):
                return None
            return Claim(naming, self._says(naming), weight)
        if _OPENING.fullmatch(before.rpartition("\n")[2]) and _LINE_BEHIND.match(text, end):
            return Claim(naming, self._says(naming), weight)
        if _SENTENCE_BEFORE.search(before) and _ALL_BEHIND.match(text, end):
            return Claim(naming, self._says(naming), Weight.SUGGESTED)
        return None

    def _heads_list(self, end: int, ceiling: int) -> bool:
        """Whether a name at the beginning heads a list of names, each with its gloss."""
        line = self.text[end:ceiling]
        return bool(_GLOSSED.match(line)) and _NEXT_NAME.search(line) is not None

    def turned(self, last: Claim, naming: Naming) -> Claim | None:
        """Behind "but" and an option that is denied: "not A but B"."""
        gap = self.text[last.naming.end : naming.start]
        if last.says is not Says.DENIED or len(gap) > _WIDEST_TURN or not _BUT.fullmatch(gap):
            return None
        weight = Weight.STATED if last.weight is Weight.STATED else Weight.SUGGESTED
        return Claim(naming, self._says(naming), weight)

    def judged(self, naming: Naming, ceiling: int) -> Claim | None:
        """Before a verdict."""
        if naming.how is How.FRAIL:
            return None
        said = verdict(self.text, naming.start, naming.end, ceiling)
        if said is not None:
            denied = said in (Verdict.WRONG, Verdict.OUT)
            says = Says.DENIED if denied else self._says(naming)
            return Claim(naming, says, _WEIGHTS[said])
        if only(self.text, naming.start):
            return Claim(naming, self._says(naming), Weight.SUGGESTED)
        return None

    def suggested(self, naming: Naming, words: Introduction | None) -> Claim | None:
        """Behind words that suggest an answer."""
        text, end = self.text, naming.end
        if words is None or not (_STOPS.match(text, end) or _CLEFT.match(text, end)):
            return None
        if naming.how is How.FRAIL or (naming.how is How.TEXT and words.attributes):
            return None
        clause = _ASIDE.sub("", st.clause(text, words.start, naming.start))
        if (
            st.asks(text, end)
            or doubts.supposed(clause)
            or doubts.ranked_behind(text, naming.start)
        ):
            return None
        # "The one that is not a metal is B" denies nothing where that is what the question wants.
        if self.wants is Asks.RIGHT:
            denied = st.denies(_PART.split(clause)[-1])
        else:
            denied = st.denied_right_before(text, naming.start)
        if denied or self._denied_after(naming):
            return Claim(naming, Says.DENIED, Weight.SUGGESTED)
        return Claim(naming, self._says(naming), Weight.SUGGESTED)

    def subject(self, naming: Naming, words: Introduction | None) -> Claim | None:
        """As what a conclusion goes on to say something of: "so B is ..."."""
        if words is None or not words.stops or not _PREDICATE.match(self.text, naming.end):
            return None
        clause = st.clause(self.text, words.start, words.start)
        if naming.how is How.FRAIL or doubts.supposed(clause) or self._denied_after(naming):
            return None
        return Claim(naming, self._says(naming), Weight.SUGGESTED)

    def _denied_after(self, naming: Naming) -> bool:
        return self.wants is Asks.RIGHT and _DENIED_AFTER.match(self.text, naming.end) is not None

    def _says(self, naming: Naming) -> Says:
        """Whether a claim that does not deny affirms one option, or leaves open which."""
        one = naming.only
        clear = one is not None and one < self.count
        clear = clear and not st.hangs_on_condition(self.text, naming.end)
        return Says.AFFIRMED if clear else Says.OPEN
