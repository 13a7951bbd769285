"""Made-up proper names, so that what we plant under them stands nowhere else."""

from __future__ import annotations

from random import Random

_HEADS = ("Br", "D", "F", "Gr", "K", "L", "M", "N", "Pr", "R", "S", "T", "V", "Z")
_VOWELS = "aeiou"
_MIDDLES = ("l", "ld", "m", "n", "nd", "r", "rv", "st", "v", "z")
_ENDS = ("ak", "an", "ar", "el", "en", "im", "in", "is", "on", "or", "os", "um", "ur", "us")


def made_up(purpose: str, count: int, taken: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """`count` distinct names, such as `Brandis`: always the same ones for one `purpose`.

    Args:
        taken: Names that are not drawn.
    """
    rng = Random(f"names:{purpose}")
    found: dict[str, None] = {}
    while len(found) < count:
        name = rng.choice(_HEADS) + rng.choice(_VOWELS) + rng.choice(_MIDDLES) + rng.choice(_ENDS)
        if name not in taken:
            found[name] = None
    return tuple(found)
