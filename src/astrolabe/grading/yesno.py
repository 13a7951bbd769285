"""Rules that read yes or no from generated text, in English or Chinese. They never guess.

"No" inside "know", "Yes or no: ..." repeated from the question, "yes and no": none of these is an
answer. The lenient rule goes on to a judgement of the statement asked about ("that is false").
"""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.grading import statements as st
from astrolabe.grading.affirmations import Said, Weight, answers
from astrolabe.grading.plain import plain
from astrolabe.grading.propositions import proposition
from astrolabe.grading.rule import ByForm, Found, Response
from astrolabe.grading.turns import as_shown, own_turn
from astrolabe.grading.undecided import undecided
from astrolabe.grading.yesno_words import NO, YES

_OFFERED = re.compile(r"\(\s?(?:yes|true|是)\s?(?:or|/|,|或)\s?(?:no|false|否)\s?\)", re.IGNORECASE)
_NEXT_QUESTION = re.compile(r"(?<=[.!?])\s{1,3}(?:(?:Next )?Question|Q|题目|问题)\s?\d{0,3}\s?:")
_MOST_TURNS = 2
_HEAD, _TAIL = 1500, 4000
"""Characters at the beginning and at the end of a text in which an answer is looked for."""
_CONTRAST = re.compile(
    r"[.!?\n…]|\b(?:but|wait|actually|rather|sorry|however|instead|correction)\b|但|不过|更正|应该|其实",
    re.IGNORECASE,
)


def strict_yesno(text: str, question: str = "") -> str | None:
    """The "yes" or "no" that a text gives as its answer, if it never gives another.

    Args:
        text: What the model wrote.
        question: Tells short answers and clauses that answer it from others.
    """
    text, said = _read(text, question)
    if len({one.answer for one in said}) != 1:
        return None
    return _last(text, said) if any(one.weight is Weight.STATED for one in said) else None


def lenient_yesno(text: str, question: str = "") -> str | None:
    """The last answer that a text gives, in a word or a short answer, or else in a clause.

    Agrees with `strict_yesno` wherever that reads an answer.
    """
    return _last(*_read(text, question))


def _last(text: str, said: Sequence[Said]) -> str | None:
    """The last of the answers given, if nothing takes it back or gainsays it."""
    said = [one for one in said if one.weight is not Weight.BESIDE]
    given = [one for one in said if one.weight is not Weight.IMPLIED] or said
    if not given or _withdrawn(text, given[-1].end) or _wavers(given):
        return None
    last = given[-1]
    if last.weight is Weight.IMPLIED:
        return last.answer if len({one.answer for one in given}) == 1 else None
    gainsaid = any(one.end > last.end and one.answer != last.answer for one in said)
    return None if gainsaid or _at_odds(text, given) else last.answer


def _read(text: str, question: str) -> tuple[str, list[Said]]:
    """A text in plain form, and the answers it gives before it turns to another question."""
    text = own_turn(_OFFERED.sub("", plain(as_shown(text))).replace("TL;DR", "In short"))
    if len(text) > _HEAD + _TAIL:
        text = text[:_HEAD] + "\n" + text[-_TAIL:]
    asked = proposition(question)
    if (turn := _NEXT_QUESTION.search(text)) and (said := answers(text[: turn.start()], asked)):
        return text[: turn.start()], said
    return text, answers(text, asked)


def _wavers(given: Sequence[Said]) -> bool:
    """Whether the answer changes again and again."""
    turns = sum(a.answer != b.answer for a, b in itertools.pairwise(given))
    return turns > _MOST_TURNS


def _withdrawn(text: str, end: int) -> bool:
    return st.taken_back(text, end) or undecided(text, end)


def _at_odds(text: str, given: Sequence[Said]) -> bool:
    """Whether the last two answers stand side by side and differ: "in water yes, in air no"."""
    if len(given) < 2 or given[-2].answer in (None, given[-1].answer):
        return False
    return _CONTRAST.search(text, given[-2].end, given[-1].end) is None


@dataclass(frozen=True)
class YesNoRule(ByForm):
    """A rule that compares yes and no.

    Attributes:
        read: From a text to "yes" or "no".
    """

    read: Callable[[str], str | None]

    def find(self, response: Response) -> Found | None:
        return _found(self.read(response.text), response.item)


@dataclass(frozen=True)
class AskedYesNoRule(ByForm):
    """A rule that compares yes and no, and knows the question.

    Attributes:
        read: From a text and a question to "yes" or "no".
    """

    read: Callable[[str, str], str | None]

    def find(self, response: Response) -> Found | None:
        return _found(self.read(response.text, response.item.question), response.item)


def _found(answer: str | None, item: Item) -> Found | None:
    if answer is None:
        return None
    return Found(answer, bool(item.gold) and answer == gold_yesno(item))


YESNO_RULES = {
    "yesno-strict": AskedYesNoRule(strict_yesno),
    "yesno-lenient": AskedYesNoRule(lenient_yesno),
}


def gold_yesno(item: Item) -> str:
    """The gold answer as "yes" or "no", whether the item has its text or an option's letter.

    Raises:
        BadInput: where it is neither.
    """
    gold = item.choices[item.gold_index] if item.choices else item.gold
    word = gold.strip(" .").lower()
    for answer, pattern in (("no", NO), ("yes", YES)):
        if re.fullmatch(pattern, word):
            return answer
    raise BadInput(
        f"item '{item.id}' has the gold answer '{gold}', which is neither yes nor no; grade it "
        "with a rule for letters or texts"
    )
