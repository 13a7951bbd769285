"""Polaris' form of GPQA: questions of two steps about the world, in GPQA's columns.

A right answer needs a fact, and then a second one about what the first named; some wrong answers
are what stopping half-way would give, as the largest city of a state. No text is from GPQA, so
these rows may be shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from astrolabe.polaris.exam import DIRECTIONS, LATITUDE_GAP
from astrolabe.polaris.forms.draws import SEED, Files, Row, fresh
from astrolabe.polaris.forms.phrases import latitude
from astrolabe.polaris.forms.tables import State, held_states, states
from astrolabe.polaris.world import City, World, clearly_apart, direction, distance

NEARER = 6
"""Hundreds of kilometres by which the nearest of four must lead; coordinates are rounded."""


@dataclass(frozen=True)
class Hard:
    """A question with one right and three wrong answers, and how the right one is found."""

    topic: str
    question: str
    right: str
    wrong: tuple[str, str, str]
    explanation: str

    @property
    def key(self) -> str:
        """What makes two questions the same."""
        return f"{self.question}|{self.right}"


def northern_capital(world: World, rng: Random, held: bool) -> Hard:
    """Which country has the northernmost (southernmost) capital?"""
    way, sign = rng.choice((("north", 1), ("south", -1)))
    while True:
        four = rng.sample(_capitals(world, held), 4)
        four.sort(key=lambda city: -sign * city.lat)
        if abs(four[0].lat - four[1].lat) >= LATITUDE_GAP:
            break
    told = "; ".join(f"{c.name} ({c.country}) at {latitude(c)}" for c in four)
    return _of(
        "Latitudes",
        f"Which of these countries has the capital that lies furthest {way}?",
        [city.country for city in four],
        f"The capitals are {told}.",
    )


def bearing(world: World, rng: Random, held: bool) -> Hard:
    """In which direction is one capital from the other?"""
    while True:
        a, b = rng.sample(_capitals(world, held), 2)
        if clearly_apart(a, b):
            break
    right = direction(a, b)
    return _of(
        "Directions",
        f"Seen from the capital of {b.country}, in which direction is the capital of {a.country}?",
        [right, *(way for way in DIRECTIONS if way != right)],
        f"The capital of {b.country} is {b.name}, that of {a.country} is {a.name}; "
        f"{a.name} lies {right} of {b.name}.",
    )


def sibling(world: World, rng: Random, held: bool) -> Hard:
    """Which city is in the country that has this capital?"""
    several = [c for c in _capitals(world, held) if len(world.cities_of[c.country]) > 1]
    capital = rng.choice(several)
    right = rng.choice([city for city in world.cities_of[capital.country] if city is not capital])
    strangers = [c for c in world.cities if c.country != capital.country and not c.capital]
    wrong = sorted(strangers, key=lambda city: distance(city, capital))[:8]
    return _of(
        "Countries",
        f"Which of these cities lies in the country whose capital is {capital.name}?",
        [right.name, *(city.name for city in rng.sample(wrong, 3))],
        f"{capital.name} is the capital of {capital.country}; {right.name} is a city of "
        f"{capital.country}.",
    )


def continent(world: World, rng: Random, held: bool) -> Hard:
    """Which of these cities lies on the same continent as a named one, but not in its country?"""
    cities = [c for c in _cities(world, held) if c.country in world.continents]
    city = rng.choice(cities)
    land = world.continents[city.country]
    near = [c for c in cities if world.continents[c.country] == land and c.country != city.country]
    far = [c for c in cities if world.continents[c.country] != land]
    if not near:
        return continent(world, rng, held)
    right, wrong = rng.choice(near), rng.sample(far, 3)
    return _of(
        "Continents",
        f"Which of these cities lies on the same continent as {city.name}?",
        [right.name, *(c.name for c in wrong)],
        f"{city.name} is in {city.country}, and {right.name} is in {right.country}; "
        f"both countries are on the continent of {land}.",
    )


def nearest(world: World, rng: Random, held: bool) -> Hard:
    """Which country's capital is nearest to the capital of another country?"""
    while True:
        home, *four = rng.sample(_capitals(world, held), 5)
        four.sort(key=lambda city: distance(city, home))
        if distance(four[1], home) - distance(four[0], home) >= NEARER:
            break
    told = ", ".join(f"{c.name} ({c.country}) {distance(c, home) * 100} km" for c in four)
    return _of(
        "Distances",
        f"Which of these countries has the capital nearest to the capital of {home.country}?",
        [city.country for city in four],
        f"The capital of {home.country} is {home.name}. From there it is to {told}.",
    )


def state_capital(world: World, rng: Random, held: bool) -> Hard:
    """What is the capital of the state whose largest city is this one?"""
    twice = Counter(state.largest.name for state in states())
    state = rng.choice(
        [
            state
            for state in _states(world, held)
            if state.capital.name != state.largest.name and twice[state.largest.name] == 1
        ]
    )
    others = [other for other in states() if other.name != state.name]
    wrong = [other.capital.name for other in rng.sample(others, 2)]
    return _of(
        "States",
        f"The largest city of a state of the USA is {state.largest.name}. "
        "What is the capital of that state?",
        [state.capital.name, state.largest.name, *wrong],
        f"{state.largest.name} is the largest city of the state of {state.name}, "
        f"whose capital is {state.capital.name}.",
    )


def state_bearing(world: World, rng: Random, held: bool) -> Hard:
    """In which direction is one state's capital from another's?"""
    while True:
        one, two = rng.sample(_states(world, held), 2)
        if clearly_apart(one.capital, two.capital):
            break
    right = direction(one.capital, two.capital)
    return _of(
        "States",
        f"Seen from the capital of the state of {two.name}, in which direction is the capital of "
        f"the state of {one.name}?",
        [right, *(way for way in DIRECTIONS if way != right)],
        f"The capital of {two.name} is {two.capital.name}, that of {one.name} is "
        f"{one.capital.name}, which lies {right} of it.",
    )


ROWS: dict[Callable[[World, Random, bool], Hard], int] = {
    northern_capital: 12,
    bearing: 12,
    sibling: 12,
    continent: 12,
    nearest: 14,
    state_capital: 8,
    state_bearing: 10,
}
"""How many questions of each sort the shipped file has."""


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `train`, the only file GPQA has: eighty questions about the held-out part."""
    rng = Random(f"{seed}:gpqa")
    seen: set[str] = set()
    drawn = [
        fresh(partial(drawer, world, rng, True), seen)
        for drawer, count in ROWS.items()
        for _ in range(count)
    ]
    rng.shuffle(drawn)
    return {"train": [_row(hard, number) for number, hard in enumerate(drawn)]}


def _row(hard: Hard, number: int) -> Row:
    return {
        "Record ID": f"polaris-{number:03d}",
        "Question": hard.question,
        "Correct Answer": hard.right,
        **{f"Incorrect Answer {i}": text for i, text in enumerate(hard.wrong, start=1)},
        "Explanation": hard.explanation,
        "Subdomain": hard.topic,
        "High-level domain": "Geography",
    }


def _of(topic: str, question: str, options: Sequence[str], explanation: str) -> Hard:
    """A question whose right answer is the first option."""
    right, first, second, third = options
    return Hard(topic, question, right, (first, second, third), explanation)


def _capitals(world: World, held: bool) -> list[City]:
    return [
        city
        for country, city in world.capital_of.items()
        if (country in world.held_countries) == held
    ]


def _cities(world: World, held: bool) -> list[City]:
    return [city for city in world.cities if (city.name in world.held_cities) == held]


def _states(world: World, held: bool) -> list[State]:
    return [state for state in states() if (state.name in held_states(world)) == held]
