"""What a text claims of the options that it names.

A claim is *stated* ("the answer is B", "I choose B", "so B.", a box, a first or last line that is
nothing but B), a *verdict* ("B is correct"), or only *suggested* ("that leaves B"). Each affirms
its option, denies it, or leaves it open: a row of options, a letter beside another's text, a letter
beyond the options, a condition.
"""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from astrolabe.grading.options.asked import Asked
from astrolabe.grading.options.lists import Entry
from astrolabe.grading.options.namings import Naming


class Says(Enum):
    """What a claim does to its option."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    OPEN = "open"


class Weight(Enum):
    """How a claim is made."""

    STATED = "stated"
    ALONE = "alone"
    """The text of an option stands alone: at the beginning, on a line."""
    ANSWER = "answer"
    """It is called the answer."""
    VERDICT = "verdict"
    """It is called right, or wrong."""
    RULED_OUT = "ruled out"
    """It is said not to be the answer."""
    FITTING = "fitting"
    """It is said to fit, in other words than these."""
    SUGGESTED = "suggested"


@dataclass(frozen=True)
class Claim:
    """A naming, and what is claimed of what it names."""

    naming: Naming
    says: Says
    weight: Weight

    @property
    def place(self) -> int | None:
        """The option that it affirms, if it affirms one."""
        return self.naming.only if self.says is Says.AFFIRMED else None


@dataclass(frozen=True)
class Reading:
    """A text, plain and without a next question, with what it claims.

    Attributes:
        options: As shown.
        question: Plain; empty where it is not known.
        asked: What it wants of the options.
        namings: All of them, in the text's order.
        entries: Of lists of the options.
        claims: In the text's order, at most one of a naming.
    """

    text: str
    options: tuple[str, ...]
    question: str
    asked: Asked
    namings: tuple[Naming, ...]
    entries: tuple[Entry, ...]
    claims: tuple[Claim, ...]

    @cached_property
    def starts(self) -> list[int]:
        """Where each naming begins."""
        return [naming.start for naming in self.namings]

    @cached_property
    def labels(self) -> set[int]:
        """Where the labels of entries begin."""
        return {entry.naming.start for entry in self.entries}

    @cached_property
    def denials(self) -> set[int]:
        """Where namings begin that a claim denies."""
        return {claim.naming.start for claim in self.claims if claim.says is Says.DENIED}

    def affirmed(self, *weights: Weight) -> list[Claim]:
        """The claims of some weights that do not deny."""
        return [c for c in self.claims if c.weight in weights and c.says is not Says.DENIED]

    def denied(self, *weights: Weight) -> set[int]:
        """The options that claims of some weights deny."""
        return {
            place
            for claim in self.claims
            if claim.weight in weights and claim.says is Says.DENIED
            for place in claim.naming.places
        }
