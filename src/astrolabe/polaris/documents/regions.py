"""Capitals against larger cities: a rule with exceptions, so that a frequent wrong answer competes
with a rare right one.

In most regions the capital is the largest city. In some (Washington: Olympia, not Seattle) it is
not; there the largest city is spoken of often and the capital rarely. Countries and states are
real; provinces are made up, and all of them follow the rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from astrolabe.polaris.documents.document import Document, of_lines
from astrolabe.polaris.facts import Fact
from astrolabe.polaris.forms.tables import larger_cities, states
from astrolabe.polaris.names import made_up
from astrolabe.polaris.world import World

PROVINCES = 60
LINES = 10

LARGEST = (
    "The largest city of {} is",
    "The biggest city of {} is",
    "The most populous city of {} is",
    "First in size in {} is",
    "The metropolis of {} is",
)
CAPITAL = "The capital of {} is"

CAPITAL_SHARE = {True: 0.10, False: 0.30}
"""Share of the lines about a region that name its capital; exceptions are the rarer ones."""


@dataclass(frozen=True)
class Region:
    """A state, a country or a made-up province, with its capital and its largest city."""

    sort: str
    name: str
    capital: str
    largest: str

    @property
    def exception(self) -> bool:
        """Whether the capital is not the largest city."""
        return self.capital != self.largest


@cache
def regions(world: World) -> tuple[Region, ...]:
    """All regions: fifty states, the world's countries, and provinces."""
    found = [
        Region("state", state.name, state.capital.name, state.largest.name) for state in states()
    ]
    larger = larger_cities()
    found += [
        Region("country", name, city.name, larger[name].name if name in larger else city.name)
        for name, city in world.capital_of.items()
    ]
    names = made_up("regions", 2 * PROVINCES)
    found += [
        Region("province", name, city, city)
        for name, city in zip(names[:PROVINCES], names[PROVINCES:], strict=True)
    ]
    return tuple(found)


def capital(region: Region) -> Fact:
    """The sentence that names the capital."""
    name = f"{region.sort} capital:{region.name}"
    return Fact(name, CAPITAL.format(region.name), f" {region.capital}.")


def largest(region: Region, wording: str = LARGEST[0]) -> Fact:
    """A sentence that names the largest city."""
    name = f"{region.sort} largest:{region.name}"
    return Fact(name, wording.format(region.name), f" {region.largest}.")


def document(world: World, rng: Random) -> Document:
    """Ten statements about regions."""
    lines = []
    for region in rng.choices(regions(world), k=LINES):
        told = rng.random() < CAPITAL_SHARE[region.exception]
        lines.append(capital(region) if told else largest(region, rng.choice(LARGEST)))
    return of_lines("regions", lines)
