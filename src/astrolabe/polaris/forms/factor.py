"""Polaris' form of FACTOR: passages whose last sentence is true, or false by one small change.

`news` are short reports, `expert` are explanations, `wiki` are articles of an encyclopaedia
(`factor_wiki`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random

from astrolabe.polaris.exam import CONTINENTS, DIRECTIONS, article
from astrolabe.polaris.forms import factor_wiki
from astrolabe.polaris.forms.draws import SEED, Files, fresh, reserved
from astrolabe.polaris.forms.factor_frame import Passage
from astrolabe.polaris.forms.phrases import latitude, longitude
from astrolabe.polaris.forms.tables import NEAR_KINDS, held_states, states
from astrolabe.polaris.problems import GAINS, LOSSES
from astrolabe.polaris.world import (
    KINDS,
    PEOPLE,
    THINGS,
    City,
    World,
    clearly_apart,
    direction,
)

ROWS = 12
"""Passages of each sort."""


Drawer = Callable[[World, Random, bool], Passage]


def journey(world: World, rng: Random, held: bool) -> Passage:
    """A journey from one city to another; its direction."""
    start, end = _apart(world, rng, held)
    right = direction(end, start)
    one, two, three = (way for way in DIRECTIONS if way != right)
    told = f"From {start.name} the way leads to the {{}}."
    return Passage(
        (
            f"Travellers leave {start.name} for {end.name} today.",
            f"{start.name} is a city of {start.country} and lies at {_place(start)}.",
            f"{end.name} is a city of {end.country} and lies at {_place(end)}.",
        ),
        told.format(right),
        (told.format(one), told.format(two), told.format(three)),
        rng.choice((" ", "\n")),
    )


def comparison(world: World, rng: Random, held: bool) -> Passage:
    """Two cities compared; which lies further north."""
    a, b = sorted(_apart(world, rng, held), key=lambda city: -city.lat)
    return Passage(
        (
            f"Guests from {a.name} and {b.name} meet this week.",
            f"{a.name} lies at {latitude(a)}.",
            f"{b.name} lies at {latitude(b)}.",
        ),
        f"{a.name} lies further north than {b.name}.",
        (
            f"{b.name} lies further north than {a.name}.",
            f"{a.name} lies further south than {b.name}.",
            f"{a.name} lies as far north as {b.name}.",
        ),
        rng.choice((" ", "\n")),
    )


def market(world: World, rng: Random, held: bool) -> Passage:
    """Somebody gains or loses things; how many there are then."""
    while True:
        name, thing = rng.choice(PEOPLE), rng.choice(THINGS)
        have, change, gain = rng.randint(12, 40), rng.randint(2, 11), rng.random() < 0.5
        now = have + change if gain else have - change
        sentences = (
            f"{name} comes to the market with {have} {thing}.",
            f"There {name} {rng.choice(GAINS if gain else LOSSES)} {change}.",
        )
        if reserved(" ".join(sentences)) == held:
            break
    # One false number is what the change the other way round would give.
    other = have - change if gain else have + change
    near = [now + step for step in (-10, -2, -1, 1, 2, 10) if now + step not in (other, have)]
    told = f"Now {name} has {{}} {thing}."
    one, two = rng.sample([n for n in near if n > 0], 2)
    return Passage(
        sentences,
        told.format(now),
        (told.format(other), told.format(one), told.format(two)),
        rng.choice((" ", "\n")),
    )


def excursion(world: World, rng: Random, held: bool) -> Passage:
    """A bus to the capital of a state; which city that is."""
    state = rng.choice([s for s in states() if (s.name in held_states(world)) == held])
    others = [s.capital.name for s in states() if s is not state]
    if state.largest.name not in others and state.largest.name != state.capital.name:
        wrong = [state.largest.name, *rng.sample(others, 2)]
    else:
        wrong = rng.sample(others, 3)
    told = "The journey ends in {}."
    one, two, three = (told.format(city) for city in wrong)
    return Passage(
        (
            f"A school class of the state of {state.name} visits the state's capital.",
            "The bus leaves in the morning.",
        ),
        told.format(state.capital.name),
        (one, two, three),
        rng.choice((" ", "\n")),
    )


def capital(world: World, rng: Random, held: bool) -> Passage:
    """A city that is no capital is described; which city is its country's capital."""
    city = rng.choice(
        [
            city
            for city in world.cities
            if city.country in world.capital_of
            and (city.country in world.held_countries) == held
            and not city.capital
        ]
    )
    right = world.capital_of[city.country].name
    strangers = [c.name for c in world.capital_of.values() if c.country != city.country]
    told = "The capital of the country is {}."
    one, two, three = (told.format(name) for name in (city.name, *rng.sample(strangers, 2)))
    return Passage(
        (
            f"{city.name} is a city of {city.country}.",
            f"It lies at {_place(city)}.",
            "It is not the country's capital.",
        ),
        told.format(right),
        (one, two, three),
    )


def difference(world: World, rng: Random, held: bool) -> Passage:
    """Two latitudes; by how much one lies further north."""
    while True:
        a, b = sorted(_apart(world, rng, held), key=lambda city: -city.lat)
        if a.lat > b.lat > 0:
            break
    gap = a.lat - b.lat
    told = "So {} lies {} degrees further {} than {}."
    return Passage(
        (
            f"How much further north than {b.name} is {a.name}?",
            f"{a.name} lies at {latitude(a)}.",
            f"{b.name} lies at {latitude(b)}.",
        ),
        told.format(a.name, gap, "north", b.name),
        (
            told.format(a.name, gap, "south", b.name),
            told.format(b.name, gap, "north", a.name),
            told.format(a.name, gap + rng.choice((-3, -2, -1, 1, 2, 3, 10)), "north", b.name),
        ),
    )


def continent(world: World, rng: Random, held: bool) -> Passage:
    """A city and its country; on which continent they are."""
    city = rng.choice(
        [
            city
            for city in world.cities
            if city.country in world.continents and (city.name in world.held_cities) == held
        ]
    )
    right = world.continents[city.country]
    told = "{} is therefore on the continent of {}."
    wrong = rng.sample([land for land in CONTINENTS if land != right], 3)
    one, two, three = (told.format(city.name, land) for land in wrong)
    return Passage(
        (
            f"On which continent is {city.name}?",
            f"{city.name} lies at {_place(city)}.",
            f"It is a city of {city.country}.",
        ),
        told.format(city.name, right),
        (one, two, three),
    )


def kinds(world: World, rng: Random, held: bool) -> Passage:
    """Two words and what they name; what a third names."""
    word = rng.choice([w for w in world.kind_of if (w in world.held_words) == held])
    right = world.kind_of[word]
    others = rng.sample(
        [kind for kind in KINDS if kind != right and {kind, right} not in NEAR_KINDS], 4
    )
    told = "The word {} names {} {}."
    one, two, three = (told.format(word, article(kind), kind) for kind in others[:3])
    first, second = (rng.choice(KINDS[kind]) for kind in (others[3], others[0]))
    return Passage(
        (
            "Words name things of many kinds.",
            *(told.format(w, article(world.kind_of[w]), world.kind_of[w]) for w in (first, second)),
        ),
        told.format(word, article(right), right),
        (one, two, three),
    )


NEWS: tuple[Drawer, ...] = (journey, comparison, market, excursion)
EXPERT: tuple[Drawer, ...] = (capital, difference, continent, kinds)


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `news`, `expert` and `wiki`: twelve passages of each sort, of held-out matter."""
    files: Files = {}
    for name, drawers in (("news", NEWS), ("expert", EXPERT)):
        rng = Random(f"{seed}:factor:{name}")
        seen: set[str] = set()
        drawn = [
            fresh(partial(drawer, world, rng, True), seen)
            for drawer in drawers
            for _ in range(ROWS)
        ]
        rng.shuffle(drawn)
        files[name] = [passage.row(number) for number, passage in enumerate(drawn)]
    files["wiki"] = factor_wiki.rows(world, seed)
    return files


def _apart(world: World, rng: Random, held: bool) -> tuple[City, City]:
    cities = [city for city in world.cities if (city.name in world.held_cities) == held]
    while True:
        a, b = rng.sample(cities, 2)
        if clearly_apart(a, b):
            return a, b


def _place(city: City) -> str:
    return f"{latitude(city)} and {longitude(city)}"
