"""Rules over scored options: which one the model prefers, and by how much."""

import math
from collections.abc import Callable, Sequence

from astrolabe.core.model import Scored


def total(scored: Scored, text: str) -> float:
    """Log-prob of the continuation, in nats (lm-evaluation-harness: ``acc``)."""
    return scored.total


def total_per_char(scored: Scored, text: str) -> float:
    """Log-prob divided by the characters of `text`, in nats (lm-evaluation-harness: ``acc_norm``).

    An empty text can never be preferred, as there.
    """
    return scored.total / len(text) if text else -math.inf


OPTION_RULES: dict[str, Callable[[Scored, str], float]] = {
    "argmax": total,
    "argmax-per-char": total_per_char,
}


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
