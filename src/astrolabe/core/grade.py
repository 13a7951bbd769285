"""`Grade`: what became of one item."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What can become of an item. *Unread* is not *wrong*, and *unjudged* is neither."""

    RIGHT = "right"
    WRONG = "wrong"
    UNPARSED = "unparsed"
    """The model answered, but no answer could be read from what it said."""
    TRUNCATED = "truncated"
    """The token budget ended before an answer could be read."""
    NOT_RUN = "not_run"
    """No answer was obtained at all."""
    UNLABELLED = "unlabelled"
    """An answer was read, but nobody says which one is right (a split without labels)."""
    INFRA = "infra"
    """An answer was obtained, but what should have judged it (the sandbox) failed."""

    @property
    def read(self) -> bool:
        """Whether an answer was read and judged."""
        return self in (Outcome.RIGHT, Outcome.WRONG)

    @property
    def judged(self) -> bool:
        """Whether the item counts: unread answers do, as not right; unjudged ones do not."""
        return self not in (Outcome.UNLABELLED, Outcome.INFRA)


@dataclass(frozen=True)
class Grade:
    """The verdict on one item.

    Attributes:
        outcome: What became of it.
        extracted: What was read from the answer; `None` when nothing could be.
        rule: Name of the rule that read it, for example ``strict``.
        margin: The lead of the right over the wrong, where a rule measures one: of the best option
            over the next, in nats; of the likest true reference over the likest false one (BLEU,
            ROUGE), as a share. Otherwise `None`.
        share: What the item counts, 0 to 1, under rules that give parts: the mass on true answers,
            pass@k, the share of samples that were right. `None` where right counts 1, else 0.
        votes: Share of samples that voted for `extracted`, under a rule that takes a vote.
    """

    outcome: Outcome
    extracted: str | None
    rule: str
    margin: float | None = None
    share: float | None = None
    votes: float | None = None

    @property
    def right(self) -> bool:
        return self.outcome is Outcome.RIGHT

    @property
    def credit(self) -> float:
        """What the item counts in an accuracy, 0 to 1."""
        return float(self.right) if self.share is None else self.share
