"""Entities from tables: published sets by their columns, dates as years, countries as one name."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from astrolabe.inside.probes import known
from astrolabe.inside.probes.countries import continent, country
from astrolabe.inside.probes.schemas import entities


def written(path: Path, head: str, rows: list[str]) -> Path:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "what", "targets", "by"),
    [
        ("world_place", "places", ("lat", "lon"), "country"),
        ("us_place", "places", ("lat", "lon"), "state_id"),
        ("nyc_place", "places", ("lat", "lon"), "borough_name"),
        ("art", "times", ("release_date",), "period"),
    ],
)
def test_published_sets_are_known_by_their_columns(shared, name, what, targets, by):
    found = entities(str(shared / "world_models" / f"{name}.csv"))
    assert (found.what, found.targets.names, found.by) == (what, targets, by)
    assert found.test is not None
    assert 0.15 < np.mean(found.test) < 0.25
    if name == "art":
        # "It" by Stephen King came out on 15 September 1986: 257 of 365 days had passed.
        assert found.names[0] == "Stephen King's It"
        days = (date(1986, 9, 15) - date(1986, 1, 1)).days
        assert found.targets.values[0, 0] == pytest.approx(1986 + days / 365)


def test_figures_and_headlines(tmp_path):
    rows = [f"Person {n},{1500 + 7 * n}.0,painter,False" for n in range(40)]
    found = entities(str(written(tmp_path / "f.csv", "name,death_year,occupation,is_test", rows)))
    assert (found.what, found.names[3], found.targets.values[3, 0]) == ("times", "Person 3", 1521)
    assert (found.by, found.groups[:9]) == ("period", ("1500",) * 8 + ("1550",))
    rows = [f"Something happened {n}.,{2010 + n % 8}-07-02 05:00:00,2010" for n in range(40)]
    found = entities(str(written(tmp_path / "h.csv", "headline,pub_date,year", rows)))
    assert found.question == "Publication date of: "
    assert found.targets.values[2, 0] == pytest.approx(2012 + 183 / 366)


def test_any_columns_are_targets_and_a_limit_draws_at_random(tmp_path):
    rows = [f"n{n},{n},{n * n},g{n % 5}" for n in range(60)]
    path = str(written(tmp_path / "x.csv", "thing,size,area,kind", rows))
    found = entities(path, "thing", ("area", "size"), "kind", limit=30)
    assert (found.what, found.targets.names, len(found)) == ("numbers", ("area", "size"), 30)
    size = [int(name[1:]) for name in found.names]
    assert found.targets.values.tolist() == [[n * n, n] for n in size]
    assert found.groups == tuple(f"g{n % 5}" for n in size)
    assert size != list(range(30))


def test_one_country_is_one_group():
    names = (
        "United_States",
        "United_States_of_America",
        "UK",
        "Norfolk",
        "The_Gambia",
        "Georgia_(country)",
    )
    assert [country(name) for name in names] == [
        *("United States", "United States", "United Kingdom", "United Kingdom", "Gambia", "Georgia")
    ]
    assert continent("United_States_of_America") == "North America"
    assert continent("Nowhere") == ""


def test_polaris_own_entities_are_those_of_its_world():
    places, years = known.places(), known.years()
    paris = places.names.index("Paris")
    assert (places.targets.values[paris].tolist(), places.groups[paris]) == ([49, 2], "France")
    assert all(places.regions)
    turing = years.names.index("Alan Turing")
    assert (years.targets.values[turing, 0], years.groups[turing]) == (1912, "1900")
    # A country is never on both sides.
    folds = places.folds()
    for train, test in folds.parts:
        groups = np.asarray(places.groups)
        assert not set(groups[train]) & set(groups[test])
