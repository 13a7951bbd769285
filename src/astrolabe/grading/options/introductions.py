"""Words that introduce the name of an option: as the answer, or as what it might well be.

"The answer is", "I choose", "so", "actually," and a box *state* what follows them; "it must be",
"that leaves", "对应选项" only *suggest* it. Some of them do so only where the sentence stops behind
the name: "so B." is an answer, "so B contains iron" is a thought on the way.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from astrolabe.grading import statements as st

_SUBJECT = (
    r"(?:it|that|this|the answer)(?:'s| is| must be| should be| has to be| would be| can only be)"
)
_CONCLUDING = r"(?:so|thus|therefore|hence|consequently|in conclusion|overall|finally)"
_CORRECTING = r"(?:actually|wait|no|sorry|correction|oops|i mean|or rather|hmm)"
_NOUN = (
    r"(?:option|choice|answer|one|statement|alternative|letter|candidate|word|term|phrase"
    r"|possibility)"
)
_PICKING = (
    r"(?:choos|pick|select|go with|go for|opt for|say|answer|vote for|settle on|settle for"
    r"|going with|going for|stick with|sticking with)(?:e|ing)?"
)
_STATING: tuple[tuple[re.Pattern[str], bool, bool], ...] = tuple(
    (re.compile(pattern), stops, turns)
    for pattern, stops, turns in (
        (st.cue_pattern(), False, False),
        (r"\\f?boxed\s?\{", False, False),
        (r"[\"']\w{0,20}(?i:answer|choice|option|letter|选项|选择|答案)[\"']\s?:\s?", False, False),
        (r"[\"']\w{1,30}[\"']\s?:\s?\[?(?=[\"'][A-Z][\"'])", False, False),
        (r"<[a-z_]{1,20}>\s{0,3}(?=\(?[A-Z]\)?\s{0,3}</)", False, False),
        (r"<\w{0,20}(?i:answer|choice|option|letter|选项|选择|答案)>", False, False),
        (r"(?m:^)\s{0,4}A:\s?", True, False),
        (
            r"(?:(?P<no_zh>不(?:应该?|能|可|要|宜|会)?|别|勿|未)"
            r"|(?<![误错漏多所候备人生者易])(?<!可能)(?<!可))选(?!项)(?:择|定)?(?:答案|的是|:|是)?",
            False,
            False,
        ),
        (
            r"\b(?i:(?:i|we)(?:'d|'ll| would| will| should| must|'m|'re| am)?"
            r"(?: (?!not\b|never\b|cannot\b|hardly\b|like\b|do\b)\w{1,12}){0,2}? (?P<no_en>not )?"
            rf"{_PICKING}(?: that)?(?: it(?:'s| is))?) ?",
            True,
            False,
        ),
        (rf"\b(?i:{_CONCLUDING},?(?: {_SUBJECT})?):? ?", True, False),
        (r"(?:所以|因此|综上(?:所述)?|总之|故),?(?:应该?)?[为是]?", True, False),
        (
            rf"(?<![a-z] )\b(?i:{_CORRECTING}[,.:;!–—-]{{0,3}}[ \t]{{0,3}}"
            rf"(?:(?:no|wait|actually),? )?(?:{_SUBJECT}|i meant?|make (?:it|that))?) ?",
            True,
            True,
        ),
        (
            r"(?:(?:等等|更正|不对)[,.:]?|不[,.])\s?(?:应该?)?[为是选]?|改(?:为|成|选|填)",
            True,
            True,
        ),
    )
)
"""Pattern, whether the sentence must stop behind the name, whether it turns from another answer."""
_SUGGESTING = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b(?P<which>which|that)(?: is| was| are) ?",
        r"\b(?i:(?:it|this|(?<!,\s)that|one|what|there|these|they|those|here)"
        r"(?:'s| is| was| are| must be| has to be| should be| would be| can only be| will be)"
        r"(?: (?:called|named|known as|labell?ed|lettered|in fact|in|by|at"
        r"|\w{2,12}ly))?) ?",
        r"\b(?i:labell?ed|lettered|marked|namely|i\.e\.|that is|corresponds? (?:to|with)"
        r"|corresponding to|points? (?:me )?to|leaves?(?: us)?(?: only)?(?: with)?"
        r"|left with(?: only)?|makes? it|making it|gives?(?: us)?|take|conclusion|pick"
        r"|(?:my|best|safest) (?:guess|pick|choice|bet|vote)(?: is| would be)?"
        r"|probably|likely|perhaps|maybe|surely|guess)\b[:,]? ?",
        r"(?:^|(?<=[.!:,\n])) ?(?i:(?:please |just |so )?(?:choose|pick|select|mark|circle|tick"
        r"|take|go with)) ",
        r"\b(?i:settl(?:e|ed|ing) (?:on|for)|prefer(?:red)?|opt(?:ed)? for|decid(?:e|ed) (?:on"
        r"|for)|went with|going with"
        r"|choosing|(?:this|it|that)(?:'s| is) (?:an?|the)(?: \w{1,16}){0,3} (?:case|example"
        r"|instance|form|kind|type) of) ?",
        r"(?:->|=>|[→⇒👉✅✔])\s?",
        r"\b(?i:lean(?:ing)? (?:towards?|to)|inclined (?:towards?|to)|(?:yes|indeed|right"
        r"|ok(?:ay)?),?|stay with"
        r"|remain(?:s|ing)?(?: option| choice)?(?: is)?) ?",
        rf"\b(?i:{_NOUN}s?\b[^.,;!?\n]{{0,80}}? (?:is|was|must be|would be|has to be)) ?",
        rf"\b(?i:{_NOUN}s?\b[^.,;!?\n]{{0,80}} (?:is|was|must be|would be|has to be)) ?",
        r"[是为](?:第?[^\W\d_]{0,2}中的)?",
        r"(?:即|也就是|就是|对应(?:的)?(?:选项|答案)?[是为:]?|剩下?的?(?:只有|就是|是)?|得[到出]"
        r"|属于"
        r"|叫做?|称为|名为"
        r"|锁定|指向|确定[是为]?|填|只有|倾向于?|当属|非)",
    )
)
_OPEN = re.compile(
    r"(?:[\s\"'(\[{【「《<:…]|(?i:(?<![a-z])(?:the|an?|option|choice|letter|answer"
    r"|number)s?(?![a-z]))|选?项|选)"
    r"{0,12}"
)
_WIDEST = 40


@dataclass(frozen=True)
class Introduction:
    """Words behind which the name of an answer stands.

    Attributes:
        stops: Whether they introduce it only where the sentence stops behind the name.
        denied: Whether they say that it is not the answer.
        turns: Whether they turn from another answer to this one.
        attributes: Whether they may as well only tell more of something: "which is".
    """

    start: int
    end: int
    stops: bool = False
    denied: bool = False
    turns: bool = False
    attributes: bool = False

    def reaches(self, text: str, place: int) -> bool:
        """Whether nothing but an opening stands between the words and `place`."""
        gap = text[self.end : place]
        return place >= self.end and len(gap) <= _WIDEST and bool(_OPEN.fullmatch(gap))


def stating(text: str) -> Iterator[Introduction]:
    """Words that state an answer, pattern by pattern."""
    for pattern, stops, turns in _STATING:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            denied = bool(groups.get("no_en") or groups.get("no_zh"))
            yield Introduction(*match.span(), stops, denied, turns)


def suggesting(text: str) -> Iterator[Introduction]:
    """Words that suggest one, pattern by pattern; all of them need a stop."""
    for pattern in _SUGGESTING:
        for match in pattern.finditer(text):
            attributes = bool(match.groupdict().get("which"))
            yield Introduction(*match.span(), stops=True, attributes=attributes)
