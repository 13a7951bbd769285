"""`Item`: one question of a benchmark."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from astrolabe.core.digest import digest

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Item:
    """One question.

    Attributes:
        id: Stable name inside the benchmark, for example ``anatomy/test/17``.
        subject: Name of the subject, also the cluster of the statistics.
        question: The question's text, unchanged from the source.
        gold: The right answer: a letter for a choice item, otherwise its text; empty where the
            source keeps it to itself.
        choices: Texts of the options in their original order; empty for open questions.
        rationale: A worked solution, where the source has one.
        metadata: Whatever else the source says of the item (JSON values); wordings reach it as
            ``{meta[name]}``.
        categories: Groups that the item itself belongs to (a level of difficulty), besides those
            of its subject.
    """

    id: str
    subject: str
    question: str
    gold: str
    choices: tuple[str, ...] = ()
    rationale: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)
    categories: tuple[str, ...] = ()

    @property
    def gold_index(self) -> int:
        """Index of the right option; only for items with choices."""
        return LETTERS.index(self.gold)

    @property
    def asks(self) -> tuple[str, ...]:
        """What is put before the model; two items that ask the same are the same question."""
        return (self.question, *self.choices)

    @cached_property
    def digest(self) -> str:
        """Digest of what the item asks and holds for right."""
        grouped = [list(self.categories)] if self.categories else []
        return digest(
            self.id,
            self.subject,
            self.question,
            self.gold,
            list(self.choices),
            self.rationale,
            dict(self.metadata),
            *grouped,
        )
