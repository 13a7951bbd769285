"""The tables of states, largest cities and Chinese names agree with the world and with an atlas."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from astrolabe.polaris.forms.tables import chinese, held_states, larger_cities, states
from astrolabe.polaris.world import World, distance

WORLD = World()


def test_all_fifty_states_have_a_capital_of_their_own() -> None:
    names = [state.name for state in states()]
    assert names == sorted(set(names))
    assert len(names) == len({state.capital.name for state in states()}) == 50


def test_cities_of_a_state_are_near_each_other_and_in_the_country() -> None:
    for state in states():
        far = 10 if state.name == "Alaska" else 7
        assert distance(state.capital, state.largest) <= far, state.name
        for city in (state.capital, state.largest):
            assert 21 <= city.lat <= 61
            assert -158 <= city.lon <= -69


def test_cities_of_both_tables_lie_where_the_world_has_them() -> None:
    here = {city.name: city for city in WORLD.cities if city.country == "United States"}
    met = {
        city.name
        for state in states()
        for city in (state.capital, state.largest)
        if city.name in here and (city.lat, city.lon) == (here[city.name].lat, here[city.name].lon)
    }
    assert met == {"Boston", "Chicago", "Houston", "Seattle"}
    places = {(c.name, c.country): (c.lat, c.lon) for c in WORLD.cities}
    for country, city in larger_cities().items():
        assert city.name != WORLD.capital_of[country].name
        known = places.get((city.name, country))
        assert known in (None, (city.lat, city.lon))


def test_held_out_states_are_a_fixed_share() -> None:
    assert len(held_states(WORLD)) == 15
    assert held_states(WORLD) == held_states(World())
    assert held_states(World(seed=1)) != held_states(WORLD)


def test_names_that_trip_up_dictionaries() -> None:
    """Two scripts, one meaning: names that a machine would get wrong."""
    cities, words = chinese("city"), chinese("word")
    assert cities["Split"] == "斯普利特"
    assert cities["Cork"] == "科克"
    assert cities["Salvador"] == "萨尔瓦多"
    assert cities["Tunis"] != chinese("country")["Tunisia"]
    assert words["lead"] == "铅"
    assert words["tin"] == "锡"
    assert words["mercury"] == "汞"


@pytest.mark.shared
def test_states_lie_where_real_tables_have_them(shared: Path) -> None:
    with (shared / "world_models" / "us_place.csv").open(encoding="utf-8", newline="") as file:
        real = {
            (row["name"], row["state_name"]): (float(row["latitude"]), float(row["longitude"]))
            for row in csv.DictReader(file)
            if row["entity_type"] == "city"
        }
    met = 0
    for state in states():
        for city in (state.capital, state.largest):
            if (city.name, state.name) in real:
                lat, lon = real[city.name, state.name]
                assert abs(lat - city.lat) <= 0.7, city
                assert abs(lon - city.lon) <= 0.7, city
                met += 1
    # Of a hundred cities (capitals that are largest count twice) the file keeps one row in five,
    # and has half of them under these names.
    assert met >= 10
