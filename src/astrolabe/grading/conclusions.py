"""The number that a text without a stated answer comes to, with an eye on the question.

A reader takes the last sentence of the main line that tells a number, and in it the number that
answers the question: in the unit asked for, said with the question's words, worked out or concluded
and not given. Where that leaves several, or the writer does not decide, nothing is read.
"""

import re
from collections.abc import Callable, Sequence

from astrolabe.grading import statements as st
from astrolabe.grading.asked import Asked
from astrolabe.grading.candidates import Candidate, candidates
from astrolabe.grading.mainline import main_line
from astrolabe.grading.quantities import Quantity
from astrolabe.grading.undecided import undecided

_CONCLUDES = re.compile(
    r"\b(?:so|thus|therefore|hence|in total|in all|altogether|all together|together|total|overall"
    r"|finally|leaving|leaves?|left|remains?|result|answer)\b"
    r"|所以|因此|故|[一总]共|共|合计|总[计数和价量额]|最后|综上|加起来|合起来|得到?|就是",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"\s{0,3}(?:so|thus|therefore|hence|that leaves|leaving|which leaves)\b|\s?所以|\s?因此"
)
_HYPOTHETICAL = re.compile(r"\bwould\b|\bcould have\b|会是")
_ALTERNATIVES = re.compile(
    r"(?<!:)(?<!:\d)\d[^\d,.;:=]{0,14}?(?:\bor\b|或者?|还是|[至~～]|到)\s?"
    r"(?:about |around )?(?:[a-z]\s?=\s?)?-?[$]?\d"
    r"|(?:\b(?:is|are|were)|[是为])\s?\d+\s?(?:[和与、,]|\band\b)\s?\d+(?![^.;]{0,20}\b(?:is|are)\b)"
    r"|\d\s?(?:to|through)\s?[$]?\d",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\b|\b(?:rise|grow|fall|drop|go|goes|went)\w*\b|从|由", re.IGNORECASE)
_CASE = re.compile(r"\s{0,3}(?:if|in case|如果|若|假如|按)(?=[^=]{0,200}$)", re.IGNORECASE)
_BREAKS_OFF = re.compile(r"[\w)]\s?[=+*/×÷-]\s{0,3}$")
_SHORT = 30


def concluded(text: str, asked: Asked) -> Quantity | None:
    """The number that plain text comes to; `None` where that would have to be guessed."""
    sentences = main_line(text)
    if sentences and _BREAKS_OFF.search(sentences[-1]):
        return None
    weak: list[tuple[str, list[Candidate]]] = []
    for place, sentence in reversed(list(enumerate(sentences))):
        found = [] if sentence.endswith("?") else list(candidates(sentence, asked))
        if not found:
            continue
        if all(one.weak for one in found):
            weak.append((sentence, found))
            continue
        chosen = None if _is_open(sentence) else _choose(found, asked)
        if chosen is None:
            return None
        rest = sentence + ". " + " ".join(sentences[place + 1 :])
        if undecided(rest) or st.taken_back(rest, chosen.end):
            return None
        if place and _CASE.match(sentence) and _CASE.match(sentences[place - 1]):
            return None
        return chosen
    return _only_given(weak)


def _only_given(weak: Sequence[tuple[str, list[Candidate]]]) -> Quantity | None:
    """The one number of a short text that only tells again what the question has told."""
    worked = [one for one in weak[0][1] if one.worked_out] if weak else []
    if worked and len(_values(worked)) == 1 and not undecided(weak[0][0]):
        return worked[-1].quantity
    if len(weak) != 1 or len(weak[0][0]) > _SHORT or undecided(weak[0][0]):
        return None
    left = [one for one in weak[0][1] if not (one.governed or one.beside)]
    return left[-1].quantity if len(_values(left)) == 1 else None


def answer_in(sentence: str, asked: Asked) -> Quantity | None:
    """The number of one sentence that answers the question."""
    found = [] if _is_open(sentence) else list(candidates(sentence, asked))
    return _choose(found, asked) if found else None


def _is_open(sentence: str) -> bool:
    """Whether a sentence offers numbers to choose from."""
    several = _ALTERNATIVES.search(sentence)
    return several is not None and not _FROM.search(sentence, 0, several.end())


def _choose(found: Sequence[Candidate], asked: Asked) -> Quantity | None:
    """The one that answers the question; each test leaves those that pass it, if any do."""
    left = _told_as_asked(found)
    for test in _TESTS if asked.known else _TESTS_UNASKED:
        if len(_values(left)) == 1:
            break
        left = test(left, asked) or left
    chosen = next((one for one in reversed(left) if one.fits), left[-1])
    return None if len(_values(left)) > 1 or chosen.beside else chosen.quantity


Test = Callable[[Sequence[Candidate], Asked], list[Candidate]]


def _told_as_asked(found: Sequence[Candidate]) -> list[Candidate]:
    """Those in the unit asked for, and results that are told without one."""
    if any(one.fits and not one.governed for one in found):
        return [
            one for one in found if one.fits or (one.bare and (one.worked_out or _sums_up(one)))
        ]
    if any(one.fits for one in found):
        return [one for one in found if one.fits or not (one.governed or one.given)]
    return list(found)


def _no_premise(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """What stands before an equation serves to work it out."""
    equation = max((place for place, one in enumerate(left) if one.worked_out), default=0)
    return [one for place, one in enumerate(left) if one.worked_out or place >= equation]


def _no_reason(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if not one.explains]


def _no_circumstance(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if not one.governed and not _HYPOTHETICAL.search(one.clause)]


def _not_given(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if not one.given]


def _not_in_brackets(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if not one.bracketed]


def _drawn(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """What the last clause draws from the others."""
    return [left[-1]] if _THEN.match(left[-1].clause) else []


def _echoing(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """Those that share the most words with the question."""
    shared = [asked.shared(one.clause) for one in left]
    return [one for one, n in zip(left, shared, strict=True) if n == max(shared)]


def _summing_up(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if _sums_up(one)]


def _alone_said(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """What alone is said to be something."""
    said = [one for one in left if one.said]
    return said if len(_values(said)) == 1 else []


def _not_restated(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if one.restates == asked.rounded]


def _nearest(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """Those right behind the question's words: "a remainder of 2"."""
    return [one for one in left if one.near == max(other.near for other in left)]


def _sums_up(one: Candidate) -> bool:
    return _CONCLUDES.search(one.clause) is not None


def _from_the_last_equation_on(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    equation = max((place for place, one in enumerate(left) if one.worked_out), default=0)
    return list(left[equation:])


_TESTS_UNASKED: tuple[Test, ...] = (_no_reason, _no_premise, _not_in_brackets)
_TESTS: tuple[Test, ...] = (
    *_TESTS_UNASKED,
    _no_circumstance,
    _not_restated,
    _drawn,
    _echoing,
    _not_given,
    _summing_up,
    _alone_said,
    _nearest,
    _from_the_last_equation_on,
)


def _values(found: Sequence[Candidate]) -> set[object]:
    """Different values; 25 % and 0.25 are one."""
    plain = {one.quantity.value for one in found if not one.quantity.percent}
    shares = {one.quantity.value for one in found if one.quantity.percent}
    return plain | {value for value in shares if value / 100 not in plain}
