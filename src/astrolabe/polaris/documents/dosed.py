"""Facts of our own making, each said as often as its dose: what recall can be held against.

Every made-up place has a keeper and nothing says which but the one sentence; no other fact competes
with it. So a contrast of layers should find nothing to correct here, unlike in `regions`.
"""

from __future__ import annotations

from functools import cache
from random import Random

from astrolabe.polaris.documents.document import Document, of_lines
from astrolabe.polaris.facts import Fact
from astrolabe.polaris.names import made_up

DOSES = (0, 16, 64, 256, 1024)
"""How often each fact of a group is said in the whole training, on average; `truth.json` counts."""
PLACES_PER_DOSE = 24
KEEPERS = 40
LINES = 10


@cache
def keepers() -> dict[str, tuple[str, int]]:
    """Keeper and dose by place."""
    count = PLACES_PER_DOSE * len(DOSES)
    names = made_up("dosed", count + KEEPERS)
    places, people = names[:count], names[count:]
    rng = Random("dosed:keepers")
    return {
        place: (rng.choice(people), DOSES[number % len(DOSES)])
        for number, place in enumerate(places)
    }


def statement(place: str) -> Fact:
    """The sentence that says who keeps a place."""
    return Fact(f"keeper:{place}", f"The keeper of {place} is", f" {keepers()[place][0]}.")


def document(rng: Random) -> Document:
    """Ten statements, drawn by dose."""
    doses = {place: dose for place, (_, dose) in keepers().items() if dose}
    drawn = rng.choices(list(doses), weights=list(doses.values()), k=LINES)
    return of_lines("dosed", [statement(place) for place in drawn])
