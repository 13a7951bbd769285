"""The world Polaris lives in: real cities, countries, kinds of things, made-up code words.

Everything here is either true (geography, kinds) or drawn by a seeded generator (code words).
What is *held out* is decided here too, once, so that the corpus and the benchmarks can never
disagree about it.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from astrolabe.polaris import DATA

HELD_OUT_SHARE = 0.3
"""Share of cities, countries and words that no exam document of the corpus asks about."""

EARTH_RADIUS_KM = 6371.0


def _read_words() -> dict[str, tuple[str, ...]]:
    """Lists of words by the name before the colon."""
    lines = (DATA / "words.txt").read_text(encoding="utf-8").splitlines()
    return {name: tuple(words.split()) for name, words in (line.split(":") for line in lines)}


_WORDS = _read_words()

KINDS: dict[str, tuple[str, ...]] = {n: words for n, words in _WORDS.items() if n.islower()}
"""Words by kind (fruit, animal ...); every word belongs to one kind only."""

PEOPLE, THINGS = _WORDS["PERSON"], _WORDS["THING"]
"""First names and countable things, for the word problems."""

RESERVED_CODE_WORDS = ("zep",)
"""Code words used by the shipped benchmark; the corpus never contains them."""


@dataclass(frozen=True)
class City:
    """A real city. `lat` and `lon` are in whole degrees, north and east positive."""

    name: str
    country: str
    lat: int
    lon: int
    capital: bool


@dataclass(frozen=True)
class World:
    """All entities, and which of them are held out from exam documents (`seed` decides)."""

    seed: int = 2026
    cities: tuple[City, ...] = field(default_factory=lambda: _read_cities())
    continents: dict[str, str] = field(default_factory=lambda: _read_continents())

    def __hash__(self) -> int:
        """By the seed, so that what is derived from a world can be kept."""
        return hash(self.seed)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """Every country, in the order of the data file."""
        return tuple(dict.fromkeys(city.country for city in self.cities))

    @cached_property
    def cities_of(self) -> dict[str, tuple[City, ...]]:
        """Cities by country."""
        return {
            country: tuple(c for c in self.cities if c.country == country)
            for country in self.countries
        }

    @cached_property
    def capital_of(self) -> dict[str, City]:
        """Capital by country, for the countries where it is undisputed."""
        return {city.country: city for city in self.cities if city.capital}

    @cached_property
    def kind_of(self) -> dict[str, str]:
        """Kind by word."""
        return {word: kind for kind, words in KINDS.items() for word in words}

    @cached_property
    def held_cities(self) -> frozenset[str]:
        """Cities that appear in statements only, never as the matter of an exam document."""
        return self._hold("cities", [city.name for city in self.cities])

    @cached_property
    def held_countries(self) -> frozenset[str]:
        """Countries whose capital and continent are stated, but never asked in an exam document."""
        return self._hold("countries", list(self.countries))

    @cached_property
    def held_words(self) -> frozenset[str]:
        """Words that are never the right answer of a `categories` question in the corpus."""
        held: set[str] = set()
        for kind, words in KINDS.items():
            held |= self._hold(f"words:{kind}", list(words))
        return frozenset(held)

    @staticmethod
    def held_sum(a: int, op: str, b: int) -> bool:
        """Whether no exam document may ask `a op b` (one sum in four); drills still state it."""
        return (3 * a + 5 * b + {"+": 0, "-": 1, "*": 2}[op]) % 4 == 0

    def _hold(self, name: str, entities: list[str]) -> frozenset[str]:
        rng = Random(f"{self.seed}:hold:{name}")
        return frozenset(rng.sample(entities, round(HELD_OUT_SHARE * len(entities))))


def _read_cities() -> tuple[City, ...]:
    with (DATA / "cities.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            City(
                row["city"],
                row["country"],
                int(row["lat"]),
                int(row["lon"]),
                row["capital"] == "1",
            )
            for row in csv.DictReader(file)
        )


def _read_continents() -> dict[str, str]:
    # Countries that lie on two continents have an empty field and are left out.
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["country"]: row["continent"] for row in csv.DictReader(file) if row["continent"]
        }


def east_of(a: City, b: City) -> int:
    """Degrees that `a` lies east of `b` the shorter way round, from -180 to 179."""
    return (a.lon - b.lon + 180) % 360 - 180


def clearly_apart(a: City, b: City) -> bool:
    """Whether the compass direction between two cities survives rounding and the date line."""
    return abs(a.lat - b.lat) >= 4 and 4 <= abs(east_of(a, b)) <= 150


def direction(a: City, b: City) -> str:
    """Where `a` lies as seen from `b`: `north east`, `north west`, `south east` or `south west`."""
    vertical = "north" if a.lat > b.lat else "south"
    return f"{vertical} {'east' if east_of(a, b) > 0 else 'west'}"


def distance(a: City, b: City) -> int:
    """Great-circle distance in hundreds of kilometres."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half = (
        math.sin((lat_a - lat_b) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(east_of(a, b)) / 2) ** 2
    )
    return round(2 * EARTH_RADIUS_KM * math.asin(math.sqrt(half)) / 100)


def code_word(rng: Random) -> str:
    """Draw a made-up word of one or two syllables, never one the benchmark uses."""
    while True:
        syllables = [
            rng.choice("bdfgklmnprstvwz") + rng.choice("aeiou")
            for _ in range(rng.choice((1, 1, 2)))
        ]
        word = "".join(syllables) + rng.choice("bdgklmnpstx")
        if word not in RESERVED_CODE_WORDS:
            return word
