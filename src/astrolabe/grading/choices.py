"""Rules that read an option letter from generated text, in English or Chinese. They never guess.

A text is brought into plain form and cut where its writer goes on to a question of its own. What is
left *names* options, by letter, by number or by their text (`options.namings`), and *claims*
something of some of them (`options.reader`). The strict rule reads the letter that is stated, if
nothing else is. The lenient rule takes the last of several statements; where nothing is stated, it
goes on to what the text commits to in other ways (`options.commitments`).
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from astrolabe.core.item import LETTERS
from astrolabe.grading import statements as st
from astrolabe.grading.options import commitments, doubts
from astrolabe.grading.options.asked import Asks
from astrolabe.grading.options.claims import Claim, Reading, Says, Weight
from astrolabe.grading.options.contrast import by_contrast
from astrolabe.grading.options.echo import by_echo, by_odd_one_out
from astrolabe.grading.options.formulas import level
from astrolabe.grading.options.rankings import by_ranking
from astrolabe.grading.options.reader import read
from astrolabe.grading.options.results import by_text
from astrolabe.grading.options.sole import by_only_naming
from astrolabe.grading.options.spans import How
from astrolabe.grading.options.texts import judged_pair, whole_text
from astrolabe.grading.options.turns import before_new_questions, turns
from astrolabe.grading.plain import plain
from astrolabe.grading.rule import AskedLetterRule, TextRule

_COMMITMENTS: tuple[Callable[[Reading], set[int]], ...] = (
    commitments.by_verdicts,
    commitments.by_negation,
    commitments.by_suggestion,
    commitments.by_conclusion,
    by_contrast,
    by_ranking,
    by_odd_one_out,
    by_echo,
    by_text,
    by_only_naming,
)
"""From the firmest to the weakest."""
_SENTENCE = re.compile(r"[.!?\n]")


def strict_letter(text: str, options: Sequence[str], question: str = "") -> str | None:
    """The letter that a text states, if it never states anything else.

    Args:
        text: What the model wrote.
        options: The options as shown; letters beyond them are not read.
        question: What was asked: "B is correct" is no answer where the wrong option is wanted.

    Returns:
        The letter as shown, or `None` when the text states none, several, leaves a statement open,
        or takes one back.
    """
    return _letter(_strict(_read(text, tuple(options), question)))


def lenient_letter(text: str, options: Sequence[str], question: str = "") -> str | None:
    """The last letter that a text states, or else the only one that it can mean.

    Agrees with `strict_letter` wherever that reads a letter.

    Args:
        text: What the model wrote.
        options: The options as shown; letters beyond them are not read.
        question: What was asked.

    Returns:
        The letter as shown, or `None` when the last statement is open or taken back, or when there
        is no statement and nothing else by which the text commits to one option only.
    """
    reading = _read(text, tuple(options), question)
    place = _strict(reading)
    if place is None:
        stated = [one for one in _statements(reading) if one.says is not Says.DENIED]
        stated = [one for one in stated if not _only_heads(reading, one)]
        place = _last_stated(reading) if stated else judged_pair(reading.text, options, question)
        if place is None and not stated:
            place = _committed(reading)
    if place is None and not reading.claims:
        place = whole_text(text, options)
    return _letter(place)


LETTER_RULES: dict[str, TextRule] = {
    "letter-strict": AskedLetterRule(strict_letter),
    "letter-lenient": AskedLetterRule(lenient_letter),
}


@lru_cache(maxsize=256)  # both rules read every answer
def _read(text: str, options: tuple[str, ...], question: str) -> Reading:
    """What the first part of a text claims that states an answer, or else its first turn."""
    # A full stop of Chinese ends a sentence, but would make "C。A" two initials.
    said = level(plain(text.replace("。", "。 ")))
    shown, asked = [level(plain(option)) for option in options], plain(question)
    talk = turns(said, shown)
    for turn in talk:
        for part in before_new_questions(turn):
            reading = read(part, shown, asked)
            if any(claim.place is not None for claim in reading.affirmed(Weight.STATED)):
                return reading
    return reading if len(talk) == 1 else read(talk[0], shown, asked)


def _letter(place: int | None) -> str | None:
    return None if place is None else LETTERS[place]


def _strict(reading: Reading) -> int | None:
    made = reading.affirmed(Weight.STATED)
    if not made and not reading.denied(Weight.STATED):
        wrong = reading.asked.wants is Asks.WRONG
        made = reading.affirmed(*([] if wrong else [Weight.VERDICT]), Weight.ANSWER)
    places = {claim.place for claim in made}
    if len(places) != 1 or all(claim.naming.how in (How.TEXT, How.FRAIL) for claim in made):
        return None
    place = places.pop()
    if place is None or place in reading.denied(Weight.STATED):
        return None
    if _unsettled(reading, made[-1]) or _only_heads(reading, made[0]):
        return None
    return place


def _statements(reading: Reading) -> list[Claim]:
    """What is stated; texts of options that stand alone count only where nothing else is."""
    made = [claim for claim in reading.claims if claim.weight is Weight.STATED]
    return made or [claim for claim in reading.claims if claim.weight is Weight.ALONE]


def _only_heads(reading: Reading, claim: Claim) -> bool:
    """Whether the first option named only heads a denial: "A, capital of X, so wrong"."""
    return (
        reading.asked.wants is Asks.RIGHT
        and claim.naming is reading.namings[0]
        and claim.place in reading.denied(Weight.VERDICT, Weight.RULED_OUT)
    )


def _last_stated(reading: Reading) -> int | None:
    made = _statements(reading)
    denied: set[int] = set()
    while made[-1].says is Says.DENIED:
        denied |= set(made.pop().naming.places)
    last = made[-1]
    if last.place in denied or doubts.gives_up(reading.text, last.naming.end):
        return None
    if _unsettled(reading, last):
        return _corrected(reading, last)
    for claim in reversed(made[:-1]):
        if claim.place not in (None, last.place):
            return last.place if _overrides(reading.text, claim, last) else None
    return last.place


def _unsettled(reading: Reading, last: Claim) -> bool:
    """Whether what follows the last statement takes it back, or speaks for another option."""
    text, end = reading.text, last.naming.end
    if st.taken_back(text, end) or doubts.gives_up(text, end):
        return True
    others = [one for one in _later(reading, last) if one.naming.places != last.naming.places]
    calls = (
        [Weight.ANSWER] if reading.asked.wants is Asks.WRONG else [Weight.ANSWER, Weight.VERDICT]
    )
    called = {place for one in others if one.weight in calls for place in one.naming.places}
    beside = any(
        one.naming.how is How.LETTER and not _SENTENCE.search(text, end, one.naming.start)
        for one in others
        if one.weight is Weight.SUGGESTED
    )
    return len(called) == 1 or beside


def _later(reading: Reading, last: Claim) -> list[Claim]:
    """What speaks for an option behind the last statement."""
    weights = (Weight.ANSWER, Weight.VERDICT, Weight.FITTING, Weight.SUGGESTED)
    return [one for one in reading.affirmed(*weights) if one.naming.start >= last.naming.end]


def _corrected(reading: Reading, last: Claim) -> int | None:
    """The option that the text turns to behind a statement that it takes back."""
    later = _later(reading, last)
    places = {one.place for one in later}
    if len(places) != 1:
        return None
    between = reading.text[last.naming.end : later[-1].naming.start]
    if not doubts.corrects(between) or st.taken_back(reading.text, later[-1].naming.end):
        return None
    return places.pop()


def _overrides(text: str, claim: Claim, last: Claim) -> bool:
    """Whether a later statement corrects an earlier one, and does not just contradict it."""
    between = text[claim.naming.end : last.naming.start]
    soft = doubts.soft(doubts.said_before(text, claim.naming.start))
    return soft or doubts.corrects(between)


def _committed(reading: Reading) -> int | None:
    if doubts.has_no_answer(reading.text):
        return None
    for meant in _COMMITMENTS:
        places = meant(reading)
        if places:
            known = len(places) == 1 and places <= set(range(len(reading.options)))
            clear = known and not places & reading.denied(Weight.STATED)
            return places.pop() if clear else None
    return None
