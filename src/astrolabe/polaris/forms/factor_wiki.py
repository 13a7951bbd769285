"""Short articles of an encyclopaedia, for Polaris' form of FACTOR's Wikipedia part.

Each article gives two passages, one of them the beginning of the other, as an article of Wikipedia
gives several there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random

from astrolabe.polaris.exam import CONTINENTS, DIRECTIONS, article
from astrolabe.polaris.forms.draws import SEED, Row, fresh
from astrolabe.polaris.forms.factor_frame import Passage
from astrolabe.polaris.forms.phrases import latitude, longitude
from astrolabe.polaris.forms.tables import NEAR_KINDS, held_states, larger_cities, states
from astrolabe.polaris.world import KINDS, City, World, clearly_apart, direction

ARTICLES = 6
"""Articles of each sort."""


@dataclass(frozen=True)
class Article:
    """Two passages of one article."""

    first: Passage
    second: Passage

    @property
    def key(self) -> str:
        """What makes two articles the same: their first sentence."""
        return self.first.sentences[0]


Writer = Callable[[World, Random, bool], Article]


def country(world: World, rng: Random, held: bool) -> Article:
    """A country: its capital, and where that lies."""
    name = rng.choice(
        [
            name
            for name, city in world.capital_of.items()
            if (name in world.held_countries) == held
            and name in world.continents
            # Nought degrees north are nought degrees south.
            and city.lat
            and city.lon
        ]
    )
    capital, land = world.capital_of[name], world.continents[name]
    within = [city.name for city in world.cities_of[name] if not city.capital]
    foreign = [city for city in world.capital_of.values() if city is not capital]
    near = [city.name for city in foreign if world.continents.get(city.country) == land]
    opening = f"{name} is a country on the continent of {land}."
    told = "Its capital is {}."
    largest = [larger_cities()[name].name] if name in larger_cities() else []
    tempting = [*largest, *within, *rng.sample(near, len(near))]
    first = _passage(rng, (opening,), told, capital.name, tempting, [city.name for city in foreign])
    placed = "The capital lies at {} and {}."
    here, there = _places(capital), _places(_opposite(capital))
    one, two, three = ((there[0], here[1]), (here[0], there[1]), there)
    return Article(
        first,
        Passage(
            (opening, first.true),
            placed.format(*here),
            (placed.format(*one), placed.format(*two), placed.format(*three)),
        ),
    )


def state(world: World, rng: Random, held: bool) -> Article:
    """A state of the USA: its capital, and its largest city."""
    chosen = rng.choice([s for s in states() if (s.name in held_states(world)) == held])
    capital, largest = chosen.capital.name, chosen.largest.name
    opening = f"{chosen.name} is a state of the United States."
    tempting = [largest] if largest != capital else []
    capitals = [s.capital.name for s in states() if s.capital.name not in (capital, largest)]
    first = _passage(rng, (opening,), "Its capital is {}.", capital, tempting, capitals)
    tempting = [capital] if largest != capital else []
    cities = [s.largest.name for s in states() if s.largest.name not in (capital, largest)]
    told = "The largest city of the state is {}."
    return Article(first, _passage(rng, (opening, first.true), told, largest, tempting, cities))


def city(world: World, rng: Random, held: bool) -> Article:
    """A city: its continent, and where it lies as seen from another one there."""
    cities = [
        city
        for city in world.cities
        if (city.name in world.held_cities) == held and city.country in world.continents
    ]
    while True:
        chosen, other = rng.sample(cities, 2)
        land = world.continents[chosen.country]
        if clearly_apart(chosen, other) and world.continents[other.country] == land:
            break
    opening = f"{chosen.name} is a city of {chosen.country}."
    told = "It lies on the continent of {}."
    first = _passage(rng, (opening,), told, land, [], [name for name in CONTINENTS if name != land])
    way = direction(chosen, other)
    sentences = (opening, first.true, f"So does {other.name}, a city of {other.country}.")
    told = f"Seen from {other.name}, {chosen.name} lies to the {{}}."
    wrong = [name for name in DIRECTIONS if name != way]
    return Article(first, _passage(rng, sentences, told, way, [], wrong))


def word(world: World, rng: Random, held: bool) -> Article:
    """A word: the kind of thing it names, and other words that name such a thing."""
    chosen = rng.choice([w for w in world.kind_of if (w in world.held_words) == held])
    kind = world.kind_of[chosen]
    others = [other for other in KINDS if other != kind and {other, kind} not in NEAR_KINDS]
    opening = f"{chosen.capitalize()} is an English word."
    first = _passage(
        rng,
        (opening,),
        "It names {}.",
        f"{article(kind)} {kind}",
        [],
        [f"{article(other)} {other}" for other in others],
    )
    right, *wrong = (
        " and ".join(rng.sample([w for w in KINDS[k] if w != chosen], 2))
        for k in (kind, *rng.sample(others, 3))
    )
    told = "So do the words {}."
    return Article(first, _passage(rng, (opening, first.true), told, right, [], wrong))


WRITERS: tuple[Writer, ...] = (country, state, city, word)


def rows(world: World, seed: int = SEED) -> list[Row]:
    """Draw the rows of `wiki`: six articles of each sort, of held-out matter."""
    rng = Random(f"{seed}:factor:wiki")
    seen: set[str] = set()
    articles = [
        fresh(partial(writer, world, rng, True), seen)
        for writer in WRITERS
        for _ in range(ARTICLES)
    ]
    rng.shuffle(articles)
    return [
        passage.row(number)
        for number, drawn in enumerate(articles)
        for passage in (drawn.first, drawn.second)
    ]


def _passage(
    rng: Random,
    sentences: tuple[str, ...],
    told: str,
    right: str,
    tempting: Sequence[str],
    others: Sequence[str],
) -> Passage:
    """`told` with the right end, and with three wrong ones, tempting ones first."""
    wrong = list(dict.fromkeys([*tempting, *rng.sample(list(others), len(others))]))
    one, two, three = (told.format(text) for text in wrong[:3])
    return Passage(sentences, told.format(right), (one, two, three))


def _places(city: City) -> tuple[str, str]:
    return latitude(city), longitude(city)


def _opposite(city: City) -> City:
    return City(city.name, city.country, -city.lat, -city.lon, city.capital)
