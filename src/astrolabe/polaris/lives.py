"""People and works of history with their years: the calendar of Polaris' world."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from astrolabe.polaris import DATA
from astrolabe.polaris.facts import Fact

APART = 3
"""Years between two that are said to follow one another."""


@dataclass(frozen=True)
class Figure:
    """A person of history, with the years of birth and death."""

    name: str
    born: int
    died: int
    field: str


@dataclass(frozen=True)
class Work:
    """A work, the year in which it came out, and who made it."""

    title: str
    year: int
    creator: str
    kind: str


@cache
def figures() -> tuple[Figure, ...]:
    """All people."""
    return tuple(
        Figure(row["name"], int(row["born"]), int(row["died"]), row["field"])
        for row in _read("figures.csv")
    )


@cache
def works() -> tuple[Work, ...]:
    """All works."""
    return tuple(
        Work(row["title"], int(row["year"]), row["creator"], row["kind"])
        for row in _read("works.csv")
    )


def years() -> dict[str, int]:
    """The year of every person (birth) and work."""
    return {one.name: one.born for one in figures()} | {one.title: one.year for one in works()}


def line(rng: Random) -> Fact:
    """A statement about one person or work, or about which of two came first."""
    if rng.random() < 0.45:
        return _order(rng)
    if rng.random() < 0.35:
        work = rng.choice(works())
        if rng.random() < 0.7:
            return Fact(f"year:{work.title}", f"{work.title} : year", f" {work.year}")
        return Fact(f"creator:{work.title}", f"{work.title} is by", f" {work.creator}.")
    figure = rng.choice(figures())
    match rng.randrange(5):
        case 0:
            return Fact(f"died:{figure.name}", f"{figure.name} : died", f" {figure.died}")
        case 1:
            return Fact(f"field:{figure.name}", f"{figure.name} : field", f" {figure.field}")
        case 2:
            query = f"{figure.name} was born in the year"
            return Fact(f"born:{figure.name}", query, f" {figure.born}.")
        case _:
            return Fact(f"born:{figure.name}", f"{figure.name} : born", f" {figure.born}")


def _order(rng: Random) -> Fact:
    """Which of two came first, and by how many years."""
    named = years()
    while True:
        a, b = rng.sample(list(named), 2)
        gap = named[b] - named[a]
        if abs(gap) >= APART:
            break
    way = "earlier" if gap > 0 else "later"
    return Fact(f"order:{a}:{b}", f"{a} / {b} :", f" {way} d{abs(gap)}")


def _read(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
