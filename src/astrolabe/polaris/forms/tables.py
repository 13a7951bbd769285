"""Tables beside the world's own: states of the USA, largest cities that are no capitals, and
Chinese names.

Facts as of the 2020 census of the USA and the newest census of each country; coordinates in whole
degrees, as in `cities.csv`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from astrolabe.polaris import DATA
from astrolabe.polaris.forms.draws import held_out
from astrolabe.polaris.world import City, World

USA = "United States"

Sort = Literal["continent", "country", "city", "kind", "word"]
"""What a name is the name of; `kind` and `word` are those of `world.KINDS`."""

NEAR_KINDS = (
    {"vehicle", "animal"},
    {"vehicle", "tool"},
    {"fruit", "vegetable"},
    {"fruit", "colour"},
    {"metal", "colour"},
)
"""Kinds that some word could be counted to both of (horse, papaya, peach, silver): questions
whose answer hangs on it do not bring them together."""


@dataclass(frozen=True)
class State:
    """A state of the USA, its capital, and its most populous city (often the same)."""

    name: str
    capital: City
    largest: City


@cache
def states() -> tuple[State, ...]:
    """All fifty states, in alphabetical order."""
    return tuple(
        State(row["state"], _american(row, "capital"), _american(row, "largest"))
        for row in _read("states.csv")
    )


def held_states(world: World) -> frozenset[str]:
    """States that are stated, but never asked about in a document that trains."""
    return held_out("states", [state.name for state in states()], world.seed)


@cache
def larger_cities() -> dict[str, City]:
    """The largest city by country, for countries of the world where it is not the capital."""
    return {
        row["country"]: City(
            row["largest"], row["country"], int(row["lat"]), int(row["lon"]), capital=False
        )
        for row in _read("largest.csv")
    }


@cache
def atlas(world: World) -> tuple[City, ...]:
    """All cities of the world, of the states, of `larger_cities`, and more; one for each name."""
    found = {city.name: city for city in world.cities}
    ambiguous: set[str] = set()
    american = (city for state in states() for city in (state.capital, state.largest))
    for city in (*american, *larger_cities().values(), *_more_cities()):
        known = found.setdefault(city.name, city)
        if (known.country, known.lat, known.lon) != (city.country, city.lat, city.lon):
            ambiguous.add(city.name)
    return tuple(city for name, city in found.items() if name not in ambiguous)


@cache
def chinese(sort: Sort) -> dict[str, str]:
    """Chinese names of all things of one `sort`, by their English names."""
    return {row["name"]: row["zh"] for row in _read("names.zh.csv") if row["sort"] == sort}


def _more_cities() -> Iterator[City]:
    """Cities that no exam asks about."""
    for row in _read("more_cities.csv"):
        yield City(row["city"], row["country"], int(row["lat"]), int(row["lon"]), capital=False)


def _american(row: dict[str, str], which: str) -> City:
    lat, lon = int(row[f"{which}_lat"]), int(row[f"{which}_lon"])
    return City(row[which], USA, lat, lon, capital=False)


def _read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
