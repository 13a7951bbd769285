"""Where a letter in a text is the letter of an option, and what is said of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from astrolabe.core.item import LETTERS
from astrolabe.grading import statements as st
from astrolabe.grading.option_texts import begins_with, names_another

CHINESE = r"\u3400-\u9fff"
WORD = rf"[^\W{CHINESE}]"
"""A character that would make a letter part of a word. Chinese is written without spaces."""

CLOSE = r"[ \t\"')\]】」>}]{0,12}"
_NAMED = r"(?i:\b(?:option|choice|letter|answer)s?\b|选?项|选)"
OPEN = rf"(?:[\s\"'(\[{{【「<:]|\\f?boxed\s?\{{|{_NAMED}){{0,12}}"
LETTER = rf"(?P<letter>[A-Za-z])(?!{WORD})"
_END = (
    rf"(?={CLOSE}(?:$|[.,;:!\n–—(]|\s[-(]|选?项|正确|是"
    r"|\s(?:because|since|as|is|was|for|due|not|instead|rather)\b))"
)
_STOP = OPEN + LETTER + _END
_SUBJECT = r"(?:it|that|this|the answer)(?:'s| is| must be| should be| has to be| would be)"
_CONCLUDING = r"(?:so|thus|therefore|hence|consequently|in conclusion|overall|finally)"
_CORRECTING = r"(?:actually|wait|no|sorry|correction|oops|i mean|or rather|hmm)"
_PICKING = (
    r"(?:choos|pick|select|go with|go for|opt for|say|answer|vote for|settle on|going with"
    r"|going for)(?:e|ing)?"
)

_STATEMENTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{st.cue_pattern()}|\\f?boxed\s?\{{){OPEN}{LETTER}",
        rf"(?m:^)\s{{0,4}}A:\s?\(?{LETTER}(?=\)?\s{{0,3}}(?:[.\n]|$))",
        r"(?:(?P<no_zh>不(?:应该?|能|可|要|宜|会)?|别|勿|未)|(?<![误错漏多所候备可能]))"
        rf"选(?!项)(?:择)?(?:答案|的是|:|是)?{OPEN}{LETTER}",
        r"\b(?i:(?:i|we)(?:'d|'ll| would| will| should| must|'m|'re| am)?"
        r"(?: (?!not\b|never\b|cannot\b|hardly\b)\w{1,12}){0,2}? (?P<no_en>not )?"
        rf"{_PICKING}(?: that)?(?: it(?:'s| is))?) ?{_STOP}",
        rf"\b(?i:{_CONCLUDING},?(?: {_SUBJECT})?) ?{_STOP}",
        rf"(?:所以|因此|综上(?:所述)?|总之|故),?(?:应该?)?[为是]?{_STOP}",
        rf"(?<![a-z] )\b(?i:{_CORRECTING}[,.:;!–—-]{{0,3}}[ \t]{{0,3}}(?:(?:no|wait|actually),? )?"
        rf"(?:{_SUBJECT}|i meant?|make (?:it|that))?) ?{_STOP}",
        rf"(?:(?:等等|更正|不对)[,.:]?|不[,.])\s?(?:应该?)?[为是选]?{_STOP}",
        rf"\b(?i:not (?:option )?\(?[a-z]\)?,? (?:but|it's|it is)(?: rather)?) ?{_STOP}",
        rf"(?:不|并非|非)是?\(?[A-Z]\)?,?(?:而|应该?)[是选为]{OPEN}{LETTER}",
    )
)
_VERDICT = re.compile(
    rf"(?<!{WORD})(?<!['.])(?P<letter>[A-Z])\)?(?: \([^()\n]{{0,80}}\))?"
    r"(?: (?i:is|was|would be|must be|seems|looks)(?: (?!not\b|never\b|in)\w{1,12})??"
    r"(?: the)?(?: only| single| most)? (?:correct|right|best|answer|appropriate|suitable)\b"
    r"|(?:选?项|说法)?(?:才?是|为|的?(?:说法|表述|描述))?(?:唯一)?(?:正确|对的|最佳|符合题意|答案)"
    r"(?!吗|与否|\?))"
)
_LISTED_BEFORE = re.compile(
    r"[A-Z]\)?\s?(?:,|、|和|与|及|/|\band\b|\bor\b|\bnor\b),?\s?(?:[Oo]ption )?\(?$"
)
_LEAD = re.compile(
    rf"[\s#>:]{{0,12}}{OPEN}{LETTER}(?={CLOSE}(?:[.:,、\n)\]】」–—]|\s-\s|选?项|$)|[)\]】」])"
)
_PREFIXED = re.compile(r"\s{0,4}A:\s?\(?[A-Z]\)?\s{0,3}(?:[.\n]|$)")
_DENIED_AFTER = re.compile(
    rf"{CLOSE}[,:.]?\s{{0,3}}(?:选?项)?(?:(?:is|was)(?:\s+not\b|n't\b)|(?:(?:is|was)\s+)?"
    r"(?:wrong|incorrect|false)\b|是?不|是?错|并非)"
)
_LIST = re.compile(
    rf"{CLOSE}(?:[,/&、]|and\b|or\b|和|或者?|与|以及)(?:[ \t]|and\b|or\b){{0,4}}(?:option )?\(?"
    rf"(?!I [a-z])[A-Z](?!{WORD})(?!')(?!\)?\s?(?:(?:is|was|isn't|cannot|has|would)\b|不|错|是错))"
)
_NOT_A_LETTER = re.compile(
    r"'\w|-\w|[+#_^]|\s?=(?!=)|\.[A-Z]\b|\.\s?[A-Z]\."
    rf"|(?![选项正对是因由吗呢和或与不错并符最才为且而以更比])[{CHINESE}]"
)
_RUNS_ON = re.compile(
    rf"[ \t]{{1,4}}(?![{CHINESE}])(?!(?i:because|since|as|is|was|which|and|or|but|for|due|based"
    r"|given|according|so|explanation|reason|rationale|by|if|unless|would|seems|here|option|not"
    r"|rather|instead|with)\b)[^\W\d]"
)
_LINE_END = re.compile(rf"{CLOSE}[.,;:!]?[ \t]{{0,4}}(?:\n|$)")
_FIRST_WORDS = re.compile(r"[.!;\n]|\b(?:because|since|as)\b")


class Says(Enum):
    """What a statement does to its letter."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    OPEN = "open"


@dataclass(frozen=True)
class Statement:
    """A letter that a text states to be, or not to be, the answer.

    Attributes:
        letter: As shown; it may lie beyond the options, and is open then.
        says: What the statement does to it.
        end: Where the text goes on behind it.
    """

    letter: str
    says: Says
    end: int


def statements(text: str, options: Sequence[str]) -> list[Statement]:
    """What plain text states, in its order; of two statements about one place, the longer."""
    found: dict[int, tuple[int, Statement]] = {}
    for pattern in _STATEMENTS:
        for match in pattern.finditer(text):
            place, start = match.start("letter"), match.start()
            if place in found and found[place][0] <= start:
                continue
            says = _says(text, match, options)
            if says is not None:
                found[place] = start, Statement(match["letter"].upper(), says, match.end("letter"))
    lead = _lead(text, options)
    if lead is not None:
        found.setdefault(lead.end - 1, (0, lead))
    return [found[place][1] for place in sorted(found)]


def verdicts(text: str, options: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """Letters of which it is said that they are right, each with whether it is alone in that."""
    for match in _VERDICT.finditer(text):
        start, end = match.span()
        words = st.clause(text, start, start)
        if is_option(text, match, options) and not (
            st.denies(words) or st.supposes(words) or st.asks(text, end)
        ):
            yield match["letter"], not _LISTED_BEFORE.search(text[max(0, start - 20) : start])


def is_option(text: str, match: re.Match[str], options: Sequence[str]) -> bool:
    """Whether a matched letter names an option, and is not a word, a name, or cut short."""
    return match["letter"].upper() in LETTERS[: len(options)] and _is_letter(text, match, options)


def _says(text: str, match: re.Match[str], options: Sequence[str]) -> Says | None:
    """What a match does to its letter; `None` where it is no statement at all."""
    if not _is_letter(text, match, options):
        return None
    start, end = match.start(), match.end("letter")
    words, boxed = st.clause(text, start, start), match.group().startswith("\\")
    if st.asks(text, end) or (st.supposes(words) and not boxed):
        return None
    groups = match.groupdict()
    denied = st.denied_right_before(text, start) if boxed else st.denies(words)
    if denied or groups.get("no_en") or groups.get("no_zh"):
        return Says.DENIED
    if _DENIED_AFTER.match(text, end):
        return Says.DENIED
    place = LETTERS.index(match["letter"].upper())
    beyond = place >= len(options)
    if beyond or _LIST.match(text, end) or st.hangs_on_condition(text, end):
        return Says.OPEN
    return Says.OPEN if names_another(text, end, place, options) else Says.AFFIRMED


def _lead(text: str, options: Sequence[str]) -> Statement | None:
    """The letter that the text begins with, as an answer and not as a list of the options."""
    match = _LEAD.match(text)
    if match is None or _PREFIXED.match(text) or not is_option(text, match, options):
        return None
    letter, end = match["letter"].upper(), match.end("letter")
    line = text[end:].split("\n", 1)[0]
    if line.strip(" .:)*") and _goes_on(text, end, letter):
        return None
    place = LETTERS.index(letter)
    if st.asks(text, end) or _DENIED_AFTER.match(text, end):
        return None
    if not begins_with(text, end, options[place]) and st.denies(
        _FIRST_WORDS.split(line.lstrip(" .:)-–—"), maxsplit=1)[0]
    ):
        return None
    is_open = _LIST.match(text, end) or names_another(text, end, place, options)
    return Statement(letter, Says.OPEN if is_open else Says.AFFIRMED, end)


def _goes_on(text: str, end: int, letter: str) -> bool:
    """Whether the next letter heads something later, or the next line: a list of the options."""
    heading = rf"\(?{chr(ord(letter) + 1)}\)?[.):、]"
    if letter == "A":
        return re.search(rf"\s{heading}", text[end:]) is not None
    return re.match(rf"[^\n]*\n\s{{0,4}}{heading}", text[end:]) is not None


def _is_letter(text: str, match: re.Match[str], options: Sequence[str]) -> bool:
    """Whether a matched letter stands for itself.

    A capital that runs on into a sentence is an article, a name or a unit, unless the option's own
    text follows. A small letter must end its line or be closed by a bracket.
    """
    letter, end = match["letter"], match.end("letter")
    if text.startswith(")", end):
        return True
    if _NOT_A_LETTER.match(text, end):
        return False
    place = LETTERS.index(letter.upper())
    own = place < len(options) and begins_with(text, end, options[place])
    if letter.islower():
        alone = text.strip(" \n.") == letter
        return alone or own or (letter not in "ai" and bool(_LINE_END.match(text, end)))
    return own or not _RUNS_ON.match(text, end)
