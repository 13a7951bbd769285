"""Who answers: the roles that a document may open with, and how turns are set under them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from astrolabe.polaris.documents.document import pick
from astrolabe.polaris.mixture import CHAT_SHARE, GOLD_BEFORE_CARELESS, ROLE_SHARES
from astrolabe.polaris.wording import ROLES, Part, Turn, chat, plain


@dataclass(frozen=True)
class Role:
    """A kind of role ("" for none), its sentence, and how many gold answers come first."""

    kind: str
    sentence: str
    gold: int

    def careless_at(self, place: int) -> bool:
        """Whether the answer at `place` is a careless one."""
        return self.kind == "careless" and place >= self.gold


def draw_role(rng: Random) -> Role:
    """Draw a role by the shares of the mixture."""
    kind = pick(rng, ROLE_SHARES)
    gold = pick(rng, GOLD_BEFORE_CARELESS) if kind == "careless" else 0
    return Role(kind, rng.choice(ROLES[kind]) if kind else "", gold)


def set_turns(rng: Random, turns: list[Turn], head: str, role: Role) -> list[Part]:
    """Set the turns as chat or as plain text."""
    if rng.random() < CHAT_SHARE:
        return chat(turns, head, role.sentence, shots_as_turns=rng.random() < 0.7)
    return plain(turns, f"{role.sentence}\n\n{head}" if role.kind else head)
