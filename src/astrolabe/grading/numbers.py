"""Rules that read a number from generated text and compare values, exactly. They never guess.

The strict rule reads a final answer that is clearly stated ("#### 18", "A: 18", "the answer is
18", "答案是18", a box, or a number that is a line of its own at the end). The lenient rule goes on
to the number that the text comes to in its last sentence. "18", "$18.00" and "18 eggs" are the same
answer, and where the question asks for minutes, 1.5 hours are 90.
"""

from collections.abc import Callable
from dataclasses import dataclass

from astrolabe.core.errors import BadInput
from astrolabe.grading import statements as st
from astrolabe.grading.asked import Asked
from astrolabe.grading.conclusions import concluded, refrain, sums_up
from astrolabe.grading.number_text import NumberText
from astrolabe.grading.quantities import Quantity, written
from astrolabe.grading.questions import asked_by
from astrolabe.grading.rule import ByForm, Found, Response
from astrolabe.grading.stated_numbers import Stated, leading_number, stated_numbers, whole
from astrolabe.grading.undecided import undecided


def strict_number(text: str, complete: bool = True, question: str = "") -> Quantity | None:
    """The number that a text states to be its answer, if it never states another value.

    Args:
        text: What the model wrote.
        complete: Whether the model ended the text itself; where the budget did, a number at the
            very end may lack digits and is not read.
        question: Asks for the unit in which the number is told.

    Returns:
        `None` when the text states none, several, or takes one back.
    """
    return _strict(NumberText.of(text, complete), asked_by(question))


def lenient_number(text: str, complete: bool = True, question: str = "") -> Quantity | None:
    """The last number that a text states, or else the one that it comes to.

    Agrees with `strict_number` wherever that reads a number.

    Args:
        text: What the model wrote.
        complete: Whether the model ended the text itself; the last number of a text that the
            budget ended is not read.
        question: Says which of several numbers is the answer, and in which unit it is told.

    Returns:
        `None` when the last statement is denied or taken back, or when there is no statement and
        the last sentence with a number leaves several, supposes, denies or asks.
    """
    own = NumberText.of(text, complete)
    asked = asked_by(question)
    found = _lenient(own, asked)
    return found or (_lenient(NumberText(own.later, complete), asked) if own.later else None)


@dataclass(frozen=True)
class NumberRule(ByForm):
    """A rule that compares values.

    Attributes:
        read: From a text, whether it is complete, and the question, to the number.
    """

    read: Callable[[str, bool, str], Quantity | None]

    def find(self, response: Response) -> Found | None:
        quantity = self.read(response.text, response.complete, response.item.question)
        if quantity is None:
            return None
        if not response.item.gold:
            return Found(written(quantity.value), right=False)
        gold = _gold(response.item.gold, response.item.id)
        value = quantity.against(gold)
        return Found(written(value), value == gold.value)


NUMBER_RULES = {
    "number-strict": NumberRule(strict_number),
    "number-lenient": NumberRule(lenient_number),
}


def _gold(gold: str, name: str) -> Quantity:
    quantity = whole(NumberText.of(gold).plain.strip(), asked_by(""))
    if quantity is None:
        raise BadInput(
            f"item '{name}' has the gold answer '{gold}', which is no number; grade it with a rule "
            "for texts or for mathematics"
        )
    return quantity


def _strict(text: NumberText, asked: Asked) -> Quantity | None:
    stated = _statements(text, asked)
    values = {one.quantity.value for one in stated if one.quantity and not one.denied}
    if len(values) != 1 or not all(one.quantity and one.sure for one in stated):
        return None
    if any(one.denied for one in stated):
        return None
    return _last(text, stated)


def _statements(text: NumberText, asked: Asked) -> list[Stated]:
    """What a text states, but for what may be cut off at its end."""
    stated = stated_numbers(text.plain, asked)
    end = len(text.plain.rstrip())
    return [one for one in stated if text.complete or one.end < end]


def _lenient(text: NumberText, asked: Asked) -> Quantity | None:
    stated = _statements(text, asked)
    if not stated:
        return _unstated(text, asked)
    if _only_rules_out(stated):
        stated = [one for one in stated if not one.denied]
    last = stated[-1]
    if text.complete and last.denied:
        return concluded("not " + text.plain[last.start :], asked)
    if text.complete and st.taken_back(text.plain, last.end):
        return concluded(text.plain[last.end :], asked)
    return _confirmed(text, stated, asked) or _last(text, stated)


def _only_rules_out(stated: list[Stated]) -> bool:
    """Whether the denials at the end are of other numbers than the one affirmed before."""
    affirmed = [one.quantity.value for one in stated if one.quantity and not one.denied]
    denied = [one.quantity.value for one in stated if one.quantity and one.denied]
    return bool(affirmed) and stated[-1].denied and affirmed[-1] not in denied


def _confirmed(text: NumberText, stated: list[Stated], asked: Asked) -> Quantity | None:
    """Of several values stated, the one that the words behind them come back to."""
    values = {one.quantity.value for one in stated if one.quantity and not one.denied}
    if len(values) < 2 or not text.complete:
        return None
    found = concluded(text.plain[stated[-1].end :], asked)
    return found if found and found.value in values else None


def _unstated(text: NumberText, asked: Asked) -> Quantity | None:
    if number := refrain(text.plain):
        return number
    if lead := leading_number(text.plain, asked, text.complete):
        return lead
    if text.complete:
        return concluded(text.plain, asked)
    settled, explained = text.settled
    return concluded(settled, asked) if explained or sums_up(settled) else None


def _last(text: NumberText, stated: list[Stated]) -> Quantity | None:
    last = stated[-1]
    if last.denied or last.quantity is None:
        return None
    if st.taken_back(text.plain, last.end) or undecided(text.plain, last.end):
        return None
    return last.quantity if text.complete or text.plain[last.end :].strip() else None
