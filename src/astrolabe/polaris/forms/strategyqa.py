"""Polaris' form of StrategyQA: yes-no questions whose two steps are not spelt out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random

from astrolabe.polaris.exam import LATITUDE_GAP, article
from astrolabe.polaris.forms.draws import SEED, Files, Row, balanced, fresh, reserved
from astrolabe.polaris.forms.phrases import latitude, longitude
from astrolabe.polaris.forms.tables import NEAR_KINDS, held_states, states
from astrolabe.polaris.problems import HOLDERS
from astrolabe.polaris.world import KINDS, PEOPLE, THINGS, City, World, distance, east_of

NEARER = 6
"""Hundreds of kilometres between the two distances of a question; coordinates are rounded."""


KINGDOM = {"England", "Scotland"}
"""Countries of the world that are in one country, too."""


@dataclass(frozen=True)
class Strategy:
    """A question with its answer, the facts behind it, and the questions it comes apart into.

    `term` and `description` name what it is about. In a step, `#1` is the answer to the first.
    """

    term: str
    description: str
    question: str
    answer: bool
    facts: tuple[str, ...]
    steps: tuple[str, ...]

    @property
    def key(self) -> str:
        """What makes two questions the same."""
        return self.question


Drawer = Callable[[World, Random, bool, bool], Strategy]
"""Draws a question; then whether of the held-out part, then the answer it shall have."""


def further_north(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Is the capital of a country further north than some city?"""
    while True:
        capital, city = _capital(world, rng, held), rng.choice(world.cities)
        gap = capital.lat - city.lat
        if abs(gap) >= LATITUDE_GAP and (gap > 0) == answer:
            break
    return Strategy(
        *_about(capital),
        f"Is the capital of {capital.country} further north than {city.name}?",
        answer,
        (_is_capital(capital), *(f"{c.name} lies at {latitude(c)}." for c in (capital, city))),
        (f"What is the capital of {capital.country}?", f"Is #1 further north than {city.name}?"),
    )


def further_east(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Does the capital of a country lie east of some city of the same continent?"""
    while True:
        capital, city = _capital(world, rng, held), rng.choice(world.cities)
        gap = east_of(capital, city)
        same = world.continents.get(capital.country, 0) == world.continents.get(city.country, 1)
        if same and abs(gap) >= LATITUDE_GAP and (gap > 0) == answer:
            break
    return Strategy(
        *_about(capital),
        f"Does the capital of {capital.country} lie east of {city.name}?",
        answer,
        (_is_capital(capital), *(f"{c.name} lies at {longitude(c)}." for c in (capital, city))),
        (f"What is the capital of {capital.country}?", f"Does #1 lie east of {city.name}?"),
    )


def one_country(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Are two cities in one country?"""
    cities = [city for city in world.cities if (city.name in world.held_cities) == held]
    while True:
        a = rng.choice(cities)
        b = rng.choice(world.cities_of[a.country] if answer else world.cities)
        doubtful = a.country != b.country and {a.country, b.country} <= KINGDOM
        if a.name != b.name and (a.country == b.country) == answer and not doubtful:
            break
    return Strategy(
        *_about(a),
        f"Are {a.name} and {b.name} cities of the same country?",
        answer,
        tuple(f"{c.name} is a city of {c.country}." for c in (a, b)),
        (f"In which country is {a.name}?", f"Is {b.name} in #1?"),
    )


def one_continent(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Is a city on the same continent as a country?"""
    countries = [c for c in world.continents if (c in world.held_countries) == held]
    while True:
        country, city = rng.choice(countries), rng.choice(world.cities)
        land, other = world.continents[country], world.continents.get(city.country)
        if other and (land == other) == answer and city.country != country:
            break
    return Strategy(
        country,
        f"country of {land}",
        f"Is {city.name} on the same continent as {country}?",
        answer,
        (
            f"{country} is on the continent of {land}.",
            f"{city.name} is a city of {city.country}, which is on the continent of {other}.",
        ),
        (
            f"On which continent is {country}?",
            f"On which continent is {city.name}?",
            "Is #1 the same as #2?",
        ),
    )


def nearer(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Is the capital of a country nearer to one city than to another?"""
    while True:
        capital = _capital(world, rng, held)
        one, two = rng.sample([c for c in world.cities if c is not capital], 2)
        gap = distance(capital, two) - distance(capital, one)
        if abs(gap) >= NEARER and (gap > 0) == answer:
            break
    return Strategy(
        *_about(capital),
        f"Is the capital of {capital.country} nearer to {one.name} than to {two.name}?",
        answer,
        (
            _is_capital(capital),
            *(
                f"From {capital.name} to {c.name} it is {distance(capital, c) * 100} km."
                for c in (one, two)
            ),
        ),
        (
            f"What is the capital of {capital.country}?",
            f"How far is #1 from {one.name} and from {two.name}?",
            "Is the first distance of #2 smaller than the second?",
        ),
    )


def state_capital(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Is the largest city of a state also its capital, or another city?"""
    own = [s for s in states() if (s.name in held_states(world)) == held]
    state = rng.choice([s for s in own if (s.capital == s.largest) == answer])
    return Strategy(
        state.name,
        "state of the USA",
        f"Is the state of {state.name} governed from its largest city?",
        answer,
        (
            f"{state.capital.name} is the capital of the state of {state.name}.",
            f"{state.largest.name} is the largest city of the state of {state.name}.",
        ),
        (
            f"What is the capital of the state of {state.name}?",
            f"What is the largest city of the state of {state.name}?",
            "Is #1 the same as #2?",
        ),
    )


def enough(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Do so many boxes of so many things make enough?"""
    while True:
        name, thing, holder = rng.choice(PEOPLE), rng.choice(THINGS), rng.choice(HOLDERS)
        count, each = rng.randint(2, 9), rng.randint(2, 9)
        total = count * each
        wanted = total + rng.choice((-10, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 10))
        told = f"{name} has {count} {holder} with {each} {thing} in each"
        question = f"{told}. Can {name} give away {wanted} {thing}?"
        if wanted > 1 and (total >= wanted) == answer and reserved(question) == held:
            break
    return Strategy(
        thing,
        "things that can be counted",
        question,
        answer,
        (f"{count} times {each} is {total}.",),
        (f"How many {thing} does {name} have?", f"Is #1 at least {wanted}?"),
    )


def one_kind(world: World, rng: Random, held: bool, answer: bool) -> Strategy:
    """Do two words name things of one kind?"""
    word = rng.choice([w for w in world.kind_of if (w in world.held_words) == held])
    kind = world.kind_of[word]
    if answer:
        other = rng.choice([w for w in KINDS[kind] if w != word])
    else:
        far = [k for k in KINDS if k != kind and {k, kind} not in NEAR_KINDS]
        other = rng.choice(KINDS[rng.choice(far)])
    return Strategy(
        word,
        f"{article(kind)} {kind}",
        f"Do the words {word} and {other} name things of the same kind?",
        answer,
        tuple(
            f"The word {w} names {article(world.kind_of[w])} {world.kind_of[w]}."
            for w in (word, other)
        ),
        (
            f"What does the word {word} name?",
            f"What does the word {other} name?",
            "Is #1 the same as #2?",
        ),
    )


ROWS: dict[Drawer, tuple[int, int]] = {
    further_north: (8, 22),
    further_east: (8, 22),
    nearer: (8, 22),
    one_country: (8, 20),
    one_continent: (8, 20),
    state_capital: (6, 10),
    enough: (8, 18),
    one_kind: (6, 16),
}
"""Rows of each sort in `train`, and in `test`, which is of held-out matter."""


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `train` and `test`: sixty and 150 questions, half of each sort to be answered yes."""
    rng = Random(f"{seed}:strategyqa")
    seen: set[str] = set()
    files: Files = {}
    for place, split in enumerate(("train", "test")):
        drawn = [
            fresh(partial(drawer, world, rng, split == "test", bool(yes)), seen)
            for drawer, counts in ROWS.items()
            for yes in balanced(rng, counts[place], 2)
        ]
        rng.shuffle(drawn)
        files[split] = [_row(strategy) for strategy in drawn]
    return files


def _row(drawn: Strategy) -> Row:
    return {
        "qid": hashlib.sha256(drawn.question.encode()).hexdigest()[:20],
        "term": drawn.term,
        "description": drawn.description,
        "question": drawn.question,
        "answer": drawn.answer,
        "facts": list(drawn.facts),
        "decomposition": list(drawn.steps),
        "evidence": [],
    }


def _capital(world: World, rng: Random, held: bool) -> City:
    return world.capital_of[
        rng.choice([c for c in world.capital_of if (c in world.held_countries) == held])
    ]


def _is_capital(city: City) -> str:
    return f"The capital of {city.country} is {city.name}."


def _about(city: City) -> tuple[str, str]:
    return city.name, f"{'capital' if city.capital else 'city'} of {city.country}"
