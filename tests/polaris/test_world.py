"""The world is true where it can be checked, and what is held out is fixed."""

from __future__ import annotations

from random import Random

from astrolabe.polaris.world import (
    KINDS,
    World,
    clearly_apart,
    code_word,
    direction,
    distance,
    east_of,
)

WORLD = World()
CITIES = {city.name: city for city in WORLD.cities}


def test_cities_are_many_and_named_once() -> None:
    assert len(CITIES) == len(WORLD.cities) >= 200
    assert len(WORLD.capital_of) >= 80
    assert all(-90 <= c.lat <= 90 and -180 <= c.lon < 180 for c in WORLD.cities)


def test_directions_and_distances() -> None:
    paris, madrid = CITIES["Paris"], CITIES["Madrid"]
    assert direction(paris, madrid) == "north east"
    assert direction(madrid, paris) == "south west"
    assert distance(paris, madrid) in (10, 11)
    assert distance(CITIES["London"], CITIES["Sydney"]) in range(168, 173)


def test_the_date_line_is_crossed_the_short_way() -> None:
    auckland, santiago = CITIES["Auckland"], CITIES["Santiago"]
    assert east_of(santiago, auckland) == 114
    assert clearly_apart(auckland, CITIES["Seattle"])


def test_words_belong_to_one_kind() -> None:
    words = [word for group in KINDS.values() for word in group]
    assert len(words) == len(set(words)) == 140


def test_held_out_share() -> None:
    assert len(WORLD.held_cities) == round(0.3 * len(WORLD.cities))
    assert len(WORLD.held_countries) == round(0.3 * len(WORLD.countries))
    for kind, words in KINDS.items():
        assert len(WORLD.held_words & set(words)) == 4, kind


def test_code_words_never_meet_the_benchmark() -> None:
    rng = Random(0)
    assert "zep" not in {code_word(rng) for _ in range(20_000)}
