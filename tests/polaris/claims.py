"""A second way to tell what is true of Polaris' world: sentences, checked against the tables.

It reads the tables itself and has its own geometry, so that nothing of the generators is used.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Callable, Iterator
from typing import Any

from astrolabe.polaris import DATA

Place = tuple[int, int]
"""Latitude and longitude in whole degrees, north and east positive."""


def table(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _words() -> dict[str, str]:
    lines = (line.split(":") for line in (DATA / "words.txt").read_text("utf-8").splitlines())
    return {word: kind for kind, words in lines if kind.islower() for word in words.split()}


KIND = _words()
COUNTRY = {row["city"]: row["country"] for row in table("cities.csv")}
CAPITAL = {row["country"]: row["city"] for row in table("cities.csv") if row["capital"] == "1"}
CONTINENT = {row["country"]: row["continent"] for row in table("countries.csv") if row["continent"]}
STATE_CAPITAL = {row["state"]: row["capital"] for row in table("states.csv")}
STATE_LARGEST = {row["state"]: row["largest"] for row in table("states.csv")}
LARGER = {row["country"]: row["largest"] for row in table("largest.csv")}
PLACE: dict[str, Place] = {
    row["city"]: (int(row["lat"]), int(row["lon"])) for row in table("cities.csv")
}
STATE_PLACE: dict[str, Place] = {
    row["state"]: (int(row["capital_lat"]), int(row["capital_lon"])) for row in table("states.csv")
}
"""Where the capital of the state lies."""


def kilometres(a: Place, b: Place) -> float:
    """Great-circle distance from the angle between two vectors from the centre of the Earth."""
    one, two = (
        (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        for lat, lon in (map(math.radians, place) for place in (a, b))
    )
    dot = sum(a * b for a, b in zip(one, two, strict=True))
    return 6371.0 * math.acos(min(1.0, dot))


def way(a: Place, b: Place) -> str:
    """Where `a` lies as seen from `b`, the shorter way round."""
    east = math.sin(math.radians(a[1] - b[1])) > 0
    return f"{'north' if a[0] > b[0] else 'south'} {'east' if east else 'west'}"


def degrees(number: str, half: str) -> int:
    """`33 degrees south` as a signed number."""
    return -int(number) if half in ("south", "west") else int(number)


def ahead(a: str, way: str, b: str) -> bool:
    """Whether city `a` lies further that way than city `b`."""
    (lat, lon), (lat2, lon2) = PLACE[a], PLACE[b]
    east = math.sin(math.radians(lon - lon2))
    return {"north": lat > lat2, "south": lat < lat2, "east": east > 0, "west": east < 0}[way]


def level(a: str, way: str, b: str) -> bool:
    """Whether two cities lie equally far that way."""
    axis = 0 if way in ("north", "south") else 1
    return PLACE[a][axis] == PLACE[b][axis]


_HALF = "(north|south|east|west)"

RULES: tuple[tuple[str, Callable[..., bool]], ...] = (
    (r"The capital of the state of (.+) is (.+)", lambda s, c: STATE_CAPITAL[s] == c),
    (r"(.+) is the capital of the state of (.+)", lambda c, s: STATE_CAPITAL[s] == c),
    (r"(.+) is the largest city of the state of (.+)", lambda c, s: STATE_LARGEST[s] == c),
    (r"The capital of (.+) is (.+)", lambda x, c: CAPITAL[x] == c),
    (r"(.+) is the capital of (.+)", lambda c, x: CAPITAL[x] == c),
    (
        r"(.+) is a city of (.+), which is on the continent of (.+)",
        lambda c, x, land: COUNTRY[c] == x and CONTINENT[x] == land,
    ),
    (
        rf"(.+) is a city of (.+) and lies at (\d+) degrees {_HALF} and (\d+) degrees {_HALF}",
        lambda c, x, n, ns, e, ew: COUNTRY[c] == x and PLACE[c] == (degrees(n, ns), degrees(e, ew)),
    ),
    (r"(.+) is a city of (.+)", lambda c, x: COUNTRY[c] == x),
    (r"(.+) is therefore on the continent of (.+)", lambda c, x: CONTINENT[COUNTRY[c]] == x),
    (r"(.+) is on the continent of (.+)", lambda x, land: CONTINENT[x] == land),
    (r"(.+) belongs to (.+)", lambda x, land: CONTINENT[x] == land),
    (
        rf"(.+) lies at (\d+) degrees {_HALF} and (\d+) degrees {_HALF}",
        lambda c, n, ns, e, ew: PLACE[c] == (degrees(n, ns), degrees(e, ew)),
    ),
    (
        rf"(.+) lies at (\d+) degrees {_HALF}",
        lambda c, n, half: PLACE[c][half in ("east", "west")] == degrees(n, half),
    ),
    (
        rf"So (.+) lies (\d+) degrees further {_HALF} than (.+)",
        lambda a, n, half, b: ahead(a, half, b) and abs(PLACE[a][0] - PLACE[b][0]) == int(n),
    ),
    (rf"(.+) lies further {_HALF} than (.+)", ahead),
    (rf"(.+) lies as far {_HALF} as (.+)", level),
    (rf"(.+) and (.+) lie equally far {_HALF}", lambda a, b, half: level(a, half, b)),
    (
        r"From (.+) to (.+) it is (\d+) km",
        lambda a, b, km: abs(kilometres(PLACE[a], PLACE[b]) - int(km)) <= 51,
    ),
    (r"The word (.+) names an? (.+)", lambda w, k: KIND[w] == k),
    (r"(\d+) times (\d+) is (\d+)", lambda a, b, c: int(a) * int(b) == int(c)),
)
"""Forms of sentences, the first that fits decides, and whether such a sentence is true."""


def holds(sentence: str) -> bool:
    """Whether a sentence is true.

    Raises:
        ValueError: for a sentence of no known form.
    """
    for form, rule in RULES:
        found = re.fullmatch(form + r"\.", sentence)
        if found:
            return rule(*found.groups())
    raise ValueError(f"no rule for: {sentence}")


def only(options: list[Any], rule: Callable[[Any], bool]) -> Any:
    """The one option for which a rule holds; fails if there are none or several."""
    (right,) = [option for option in options if rule(option)]
    return right
