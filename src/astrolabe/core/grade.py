"""`Grade`: what became of one item."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """The five things that can become of an item. *Unread* is not *wrong*."""

    RIGHT = "right"
    WRONG = "wrong"
    UNPARSED = "unparsed"
    """The model answered, but no answer could be read from what it said."""
    TRUNCATED = "truncated"
    """The token budget ended before an answer could be read."""
    NOT_RUN = "not_run"
    """No answer was obtained at all."""


@dataclass(frozen=True)
class Grade:
    """The verdict on one answer.

    Attributes:
        outcome: One of five.
        extracted: What was read from the answer; `None` when nothing could be.
        rule: Name of the rule that read it, for example ``strict``.
        margin: For scored options, the lead of the best option over the next, in nats;
            `None` for generated answers.
    """

    outcome: Outcome
    extracted: str | None
    rule: str
    margin: float | None = None

    @property
    def right(self) -> bool:
        return self.outcome is Outcome.RIGHT
