"""Rules over scored options: which one the model prefers, and by how much."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from astrolabe.core.item import LETTERS, Item
from astrolabe.core.model import Scored


@dataclass(frozen=True)
class Preference:
    """What scores say of an item.

    Attributes:
        extracted: The option preferred: its original letter, or its text under TruthfulQA's rules,
            whose items may have more options than there are letters.
        right: Whether that is what should be preferred.
        margin: How far the preference is from turning: the lead of the best option over the next,
            or between true and false answers; in nats, or nats per what the rule divides by.
        share: What the item counts, where a rule gives parts.
    """

    extracted: str
    right: bool
    margin: float | None = None
    share: float | None = None


class OptionRule(Protocol):
    """A way to read an answer from the scores of options."""

    def prefers(
        self, item: Item, scored: Sequence[Scored], order: Sequence[int], texts: Sequence[str]
    ) -> Preference | None:
        """What is preferred; `None` where the log-probs are no numbers that could be ranked."""
        ...


@dataclass(frozen=True)
class Greatest:
    """The option with the greatest value; the first shown on ties.

    Attributes:
        value: Of a score and the text that was scored.
    """

    value: Callable[[Scored, str], float]

    def prefers(
        self, item: Item, scored: Sequence[Scored], order: Sequence[int], texts: Sequence[str]
    ) -> Preference | None:
        values = [self.value(s, text) for s, text, _ in zip(scored, texts, order, strict=True)]
        place, margin = preferred(values)
        if place is None:
            return None
        index = order[place]
        extracted = LETTERS[index] if index < len(LETTERS) else item.choices[index]
        return Preference(extracted, extracted == item.gold, margin)


def total(scored: Scored, text: str) -> float:
    """Log-prob of the continuation, in nats (lm-evaluation-harness: ``acc``)."""
    return scored.total


def total_per_char(scored: Scored, text: str) -> float:
    """Log-prob divided by the characters of `text`, in nats (lm-evaluation-harness: ``acc_norm``).

    An empty text can never be preferred, as there.
    """
    return scored.total / len(text) if text else -math.inf


def total_per_byte(scored: Scored, text: str) -> float:
    """Log-prob divided by the UTF-8 bytes of `text` (lm-evaluation-harness: ``acc_bytes``)."""
    return scored.total / len(text.encode()) if text else -math.inf


def mean_per_token(scored: Scored, text: str) -> float:
    """Mean log-prob of the continuation's tokens (AI21Labs/factor, ``eval_factuality.py``).

    FACTOR's options begin with the true one, and a tie goes to the first, so to the truth, as
    there: they are to be shown in their original order.
    """
    return scored.total / len(scored.logprobs) if scored.logprobs else -math.inf


def preferred(values: Sequence[float]) -> tuple[int | None, float | None]:
    """Place of the greatest value, the first on ties, and its lead over the next.

    Returns:
        The place is `None` where the numbers name none (a NaN, or nothing but minus infinity); the
        lead is `None` where it is not a finite number.
    """
    best = max(range(len(values)), key=values.__getitem__, default=None)
    if best is None or any(math.isnan(value) for value in values) or values[best] == -math.inf:
        return None, None
    lead = values[best] - max((v for i, v in enumerate(values) if i != best), default=-math.inf)
    return best, lead if math.isfinite(lead) else None


RANKING_RULES: dict[str, OptionRule] = {
    "argmax": Greatest(total),
    "argmax-per-char": Greatest(total_per_char),
    "argmax-per-byte": Greatest(total_per_byte),
    "argmax-per-token": Greatest(mean_per_token),
}
