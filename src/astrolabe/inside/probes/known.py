"""Polaris' own entities: the places and years of its world, which it was taught."""

from collections.abc import Callable, Mapping

import numpy as np

from astrolabe.inside.probes.countries import continent
from astrolabe.inside.probes.entities import Entities
from astrolabe.inside.probes.targets import LAT, LON, Targets
from astrolabe.polaris import lives
from astrolabe.polaris.forms import tables
from astrolabe.polaris.world import World

PLACES, YEARS = "polaris-places", "polaris-years"


def places() -> Entities:
    """All cities of Polaris' world with latitude and longitude in degrees, by country."""
    cities = tables.atlas(World())
    return Entities(
        source=PLACES,
        names=tuple(city.name for city in cities),
        targets=Targets((LAT, LON), np.array([(city.lat, city.lon) for city in cities])),
        groups=tuple(city.country for city in cities),
        by="country",
        regions=tuple(continent(city.country) for city in cities),
        question="Where is ",
    )


def years() -> Entities:
    """People (year of birth) and works (year in which they came out), by quarter of a century."""
    found, people = lives.years(), {one.name for one in lives.figures()}
    return Entities(
        source=YEARS,
        names=tuple(found),
        targets=Targets(("year",), np.array([[float(year)] for year in found.values()])),
        groups=tuple(str(year // 25 * 25) for year in found.values()),
        by="period",
        regions=tuple("person" if name in people else "work" for name in found),
        times=True,
        question="When was ",
    )


ENTITIES: Mapping[str, Callable[[], Entities]] = {PLACES: places, YEARS: years}
"""Sets of entities that need no file, by name."""
