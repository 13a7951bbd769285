"""Chinese questions about countries, cities and where they lie."""

from __future__ import annotations

from random import Random

from astrolabe.polaris.exam import LATITUDE_GAP
from astrolabe.polaris.forms.chinese import Asked
from astrolabe.polaris.forms.tables import chinese
from astrolabe.polaris.world import City, World, clearly_apart, direction

CITY, COUNTRY, CONTINENT = chinese("city"), chinese("country"), chinese("continent")

KINGDOM = ("England", "Scotland")
"""Countries of the world that Chinese counts as parts of one (英国); not asked about as such."""

NAMED_OTHERWISE = ("India",)
"""Countries whose capital Chinese names more narrowly (新德里) than the world's city (Delhi)."""

DIRECTIONS = {
    "north east": "东北",
    "north west": "西北",
    "south east": "东南",
    "south west": "西南",
}


def position(city: City) -> str:
    """Latitude and longitude in words, in whole degrees."""
    return f"{latitude(city)}、{'东经' if city.lon >= 0 else '西经'}{abs(city.lon)}度"


def latitude(city: City) -> str:
    """Latitude in words, in whole degrees."""
    return f"{'北纬' if city.lat >= 0 else '南纬'}{abs(city.lat)}度"


def capital(world: World, rng: Random, held: bool) -> Asked:
    """Which city is the capital? Wrong options are cities of that country first."""
    name = rng.choice(
        [
            country
            for country in world.capital_of
            if (country in world.held_countries) == held
            and country not in (*KINGDOM, *NAMED_OTHERWISE)
        ]
    )
    right = world.capital_of[name]
    siblings = [city.name for city in world.cities_of[name] if city is not right]
    strangers = [city.name for city in world.cities if city.country != name]
    wrong = rng.sample(siblings, min(3, len(siblings)))
    wrong += rng.sample(strangers, 3 - len(wrong))
    return Asked(
        f"{COUNTRY[name]}的首都是哪座城市？",
        f"{COUNTRY[name]}的首都是____。",
        CITY[right.name],
        tuple(CITY[city] for city in wrong),
        (f"{COUNTRY[name]}的首都是{CITY[right.name]}。",),
    )


def country(world: World, rng: Random, held: bool) -> Asked:
    """In which country is the city?"""
    city = rng.choice(_cities(world, held, but=KINGDOM))
    name = CITY[city.name]
    others = [c for c in world.countries if c not in (*KINGDOM, city.country)]
    return Asked(
        f"{name}位于哪个国家？",
        f"{name}所在的国家是____。",
        COUNTRY[city.country],
        tuple(COUNTRY[c] for c in rng.sample(others, 3)),
        (f"{name}是{COUNTRY[city.country]}的城市。",),
    )


def continent(world: World, rng: Random, held: bool) -> Asked:
    """On which continent is the country?"""
    name = rng.choice(
        [
            country
            for country in world.continents
            if (country in world.held_countries) == held and country not in KINGDOM
        ]
    )
    right = world.continents[name]
    return Asked(
        f"{COUNTRY[name]}位于哪个大洲？",
        f"{COUNTRY[name]}所在的大洲是____。",
        CONTINENT[right],
        tuple(zh for english, zh in CONTINENT.items() if english != right),
        (f"{COUNTRY[name]}是{CONTINENT[right]}国家。",),
    )


def compatriot(world: World, rng: Random, held: bool) -> Asked:
    """Which of these cities is in the same country as the one named?"""
    several = [c for c in _cities(world, held, but=KINGDOM) if len(world.cities_of[c.country]) > 1]
    city = rng.choice(several)
    right = rng.choice([c for c in world.cities_of[city.country] if c is not city])
    wrong = rng.sample([c for c in world.cities if c.country != city.country], 3)
    return Asked(
        f"下列城市中，与{CITY[city.name]}同属一个国家的是哪一座？",
        f"下列城市中，与{CITY[city.name]}同属一个国家的是____。",
        CITY[right.name],
        tuple(CITY[c.name] for c in wrong),
        (
            f"{CITY[city.name]}是{COUNTRY[city.country]}的城市。",
            f"{CITY[right.name]}也是{COUNTRY[city.country]}的城市。",
        ),
    )


def furthest(world: World, rng: Random, held: bool) -> Asked:
    """Which of four cities lies furthest north, or south?"""
    way, sign = rng.choice((("北", 1), ("南", -1)))
    while True:
        four = rng.sample(_cities(world, held), 4)
        four.sort(key=lambda city: -sign * city.lat)
        if abs(four[0].lat - four[1].lat) >= LATITUDE_GAP:
            break
    told = "，".join(f"{CITY[c.name]}约在{latitude(c)}" for c in rng.sample(four, 4))
    return Asked(
        f"下列城市中，位置最靠{way}的是哪一座？",
        f"下列城市中，位置最靠{way}的是____。",
        CITY[four[0].name],
        tuple(CITY[c.name] for c in four[1:]),
        (f"{told}。", f"其中最靠{way}的是{CITY[four[0].name]}。"),
    )


def hemisphere(world: World, rng: Random, held: bool) -> Asked:
    """Which of four cities is in the southern (northern) hemisphere?"""
    way, sign = rng.choice((("南", -1), ("北", 1)))
    cities = _cities(world, held)
    right = rng.choice([city for city in cities if sign * city.lat > 0])
    wrong = rng.sample([city for city in cities if sign * city.lat < 0], 3)
    return Asked(
        f"下列城市中，位于{way}半球的是哪一座？",
        f"下列城市中，位于{way}半球的是____。",
        CITY[right.name],
        tuple(CITY[c.name] for c in wrong),
        (f"{CITY[right.name]}约在{latitude(right)}，位于{way}半球。",),
    )


def bearing(world: World, rng: Random, held: bool) -> Asked:
    """In which direction does one city lie from another?"""
    while True:
        a, b = rng.sample(_cities(world, held), 2)
        if clearly_apart(a, b):
            break
    right = DIRECTIONS[direction(a, b)]
    return Asked(
        f"从{CITY[b.name]}看，{CITY[a.name]}在哪个方向？",
        f"{CITY[a.name]}在{CITY[b.name]}的____方向。",
        right,
        tuple(way for way in DIRECTIONS.values() if way != right),
        (
            f"{CITY[a.name]}约在{position(a)}，{CITY[b.name]}约在{position(b)}。",
            f"所以{CITY[a.name]}在{CITY[b.name]}的{right}方向。",
        ),
    )


def _cities(world: World, held: bool, but: tuple[str, ...] = ()) -> list[City]:
    return [
        city
        for city in world.cities
        if (city.name in world.held_cities) == held and city.country not in but
    ]
