"""The one of a sentence's numbers that answers the question.

A reader takes the number in the unit asked for, said with the question's words, worked out or
concluded and not given. Each test leaves the numbers that pass it, if any do, until one value is
left; where several are, nothing is read.
"""

import re
from collections.abc import Callable, Sequence

from astrolabe.grading.asked import Asked
from astrolabe.grading.candidates import Candidate

CONCLUDES = re.compile(
    r"\b(?:so|thus|therefore|hence|in total|in all|altogether|all together|together|total|overall"
    r"|finally|leaving|leaves?|bringing|making|left|remains?|result|answer)\b"
    r"|所以|因此|故|[一总]共|共|合计|总[计数和价量额]|最后|综上|加起来|合起来|得到?|(?<!也)就是",
    re.IGNORECASE,
)
"""What says that a number sums up."""
_THEN = re.compile(
    r"\s{0,3}(?:so|thus|therefore|hence|that leaves|leaving|which (?:leaves|rounds))\b"
    r"|\s?所以|\s?因此"
)
_DENIES = re.compile(r"\bnot\b|n't\b|\bwithout\b|[不没未]", re.IGNORECASE)
_HYPOTHETICAL = re.compile(r"\bwould\b|\bcould have\b|会是")


def choose(found: Sequence[Candidate], asked: Asked) -> Candidate | None:
    """The one that answers the question; each test leaves those that pass it, if any do."""
    left = _told_as_asked(found)
    for test in _TESTS if asked.known else _TESTS_UNASKED:
        if len(values(left)) == 1:
            break
        left = test(left, asked) or left
    chosen = next((one for one in reversed(left) if one.fits), left[-1])
    return None if len(values(left)) > 1 or chosen.beside else chosen


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
    return [
        one for one in left if not (one.governed or one.at_rate or _HYPOTHETICAL.search(one.clause))
    ]


def _of_its_kind(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """Not of the smaller one, where the larger one is asked for."""
    return [one for one in left if not asked.opposes(one.clause)]


def _denied_as_asked(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """How many do not, where that is asked for."""
    return [one for one in left if _DENIES.search(one.clause)] if asked.denies else []


def _not_given(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if not one.given]


def _not_in_brackets(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if not one.bracketed]


def _drawn(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """What the last clause draws from the others, or adds to what they tell."""
    if _THEN.match(left[-1].clause):
        return [left[-1]]
    known = values([one for one in left if not one.drawn])
    new = [one for one in left if one.drawn and not values([one]) & known]
    return new if len(values(new)) == 1 else []


def _summed(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """What a colon announces behind other numbers."""
    return [one for one in left if one.announced]


def _echoing(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """Those that share the most words with the question."""
    shared = [asked.shared(one.clause) for one in left]
    return [one for one, n in zip(left, shared, strict=True) if n == max(shared)]


def _summing_up(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if _sums_up(one)]


def _alone_said(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """What alone is said to be something."""
    said = [one for one in left if one.said]
    return said if len(values(said)) == 1 else []


def _not_restated(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    return [one for one in left if one.restates == asked.rounded]


def _nearest(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    """Those right behind the question's words: "a remainder of 2"."""
    return [one for one in left if one.near == max(other.near for other in left)]


def _sums_up(one: Candidate) -> bool:
    return CONCLUDES.search(one.clause) is not None


def _from_the_last_equation_on(left: Sequence[Candidate], asked: Asked) -> list[Candidate]:
    equation = max((place for place, one in enumerate(left) if one.worked_out), default=0)
    return list(left[equation:])


_TESTS_UNASKED: tuple[Test, ...] = (_no_reason, _no_premise, _not_in_brackets)
_TESTS: tuple[Test, ...] = (
    *_TESTS_UNASKED,
    _no_circumstance,
    _of_its_kind,
    _denied_as_asked,
    _not_restated,
    _summed,
    _drawn,
    _echoing,
    _not_given,
    _summing_up,
    _alone_said,
    _nearest,
    _from_the_last_equation_on,
)


def values(found: Sequence[Candidate]) -> set[object]:
    """Different values of numbers; 25 % and 0.25 are one."""
    plain = {one.quantity.value for one in found if not one.quantity.percent}
    shares = {one.quantity.value for one in found if one.quantity.percent}
    return plain | {value for value in shares if value / 100 not in plain}
