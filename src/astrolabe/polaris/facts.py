"""Statements of fact, one short line each.

The fact stands after its query, so that a model must know it to predict it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from astrolabe.polaris.exam import article, draw_sum
from astrolabe.polaris.forms.tables import atlas
from astrolabe.polaris.world import City, World, clearly_apart, direction, distance


@dataclass(frozen=True)
class Fact:
    """One line, `query` + `value`. `about` names the fact the same way however it is worded."""

    about: str
    query: str
    value: str


def place(world: World, rng: Random) -> Fact:
    """Where a city lies, in whole degrees north (y) and east (x)."""
    city = rng.choice(atlas(world))
    return Fact(f"place:{city.name}", f"{city.name} at", f" y{city.lat} x{city.lon}")


def relation(world: World, rng: Random) -> Fact:
    """The direction (and distance in hundreds of km) of one city seen from another."""
    a, b = _apart(world, rng)
    about = f"relation:{a.name}:{b.name}"
    if rng.random() < 0.7:
        return Fact(about, f"{a.name} {b.name} :", f" {direction(a, b)} d{distance(a, b)}")
    return Fact(about, f"Seen from {b.name}, {a.name} lies to the", f" {direction(a, b)}.")


def _apart(world: World, rng: Random) -> tuple[City, City]:
    while True:
        a, b = rng.choice(atlas(world)), rng.choice(atlas(world))
        if clearly_apart(a, b):
            return a, b


def on_the_map(world: World, rng: Random) -> Fact:
    """Where a city lies: seen from another, or by itself."""
    return relation(world, rng) if rng.random() < 0.75 else place(world, rng)


def country(world: World, rng: Random) -> Fact:
    """The country of a city."""
    city = rng.choice(atlas(world))
    query, stop = rng.choice(
        ((f"{city.name} : country", ""), (f"The city of {city.name} is in", "."))
    )
    return Fact(f"country:{city.name}", query, f" {city.country}{stop}")


def capital(world: World, rng: Random) -> Fact:
    """The capital of a country."""
    name, city = rng.choice(list(world.capital_of.items()))
    query, stop = rng.choice(((f"capital of {name} :", ""), (f"The capital of {name} is", ".")))
    return Fact(f"capital:{name}", query, f" {city.name}{stop}")


def continent(world: World, rng: Random) -> Fact:
    """The continent of a country."""
    name, land = rng.choice(list(world.continents.items()))
    query, stop = rng.choice(
        ((f"{name} : continent", ""), (f"The country {name} is on the continent of", "."))
    )
    return Fact(f"continent:{name}", query, f" {land}{stop}")


def kind(world: World, rng: Random) -> Fact:
    """The kind of thing a word names."""
    word, name = rng.choice(list(world.kind_of.items()))
    if rng.random() < 0.5:
        return Fact(f"kind:{word}", f"{word} : kind", f" {name}")
    return Fact(f"kind:{word}", f"The word {word} names", f" {article(name)} {name}.")


FACTS: dict[Callable[[World, Random], Fact], float] = {
    relation: 0.30,
    country: 0.24,
    place: 0.15,
    capital: 0.13,
    kind: 0.11,
    continent: 0.07,
}
"""How common each sort of statement is among the lines of fact documents."""


def draw(world: World, rng: Random) -> Fact:
    """Draw one statement."""
    maker = rng.choices(list(FACTS), weights=list(FACTS.values()))[0]
    return maker(world, rng)


def sum_line(rng: Random) -> Fact:
    """A line of mental arithmetic, `7+8=15`."""
    a, op, b, result = draw_sum(rng)
    return Fact(f"sum:{a}{op}{b}", f"{a}{op}{b}=", str(result))
