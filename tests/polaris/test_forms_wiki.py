"""FACTOR's encyclopaedia: every sentence of an article is true, every other ending is false."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from astrolabe.polaris.forms.tables import held_states
from astrolabe.polaris.world import World
from tests.polaris.claims import (
    CAPITAL,
    CONTINENT,
    COUNTRY,
    KIND,
    PLACE,
    STATE_CAPITAL,
    STATE_LARGEST,
    holds,
    way,
)
from tests.polaris.rows import rows

ROWS = rows("factor/wiki")
WORLD = World()

SENTENCES: tuple[tuple[str, Callable[..., bool]], ...] = (
    (r"(.+) is a country on the continent of (.+)", lambda _, x, land: CONTINENT[x] == land),
    (r"(.+) is a state of the United States", lambda _, x: x in STATE_CAPITAL),
    (r"(.+) is a city of (.+)", lambda _, city, country: COUNTRY[city] == country),
    (r"(.+) is an English word", lambda _, word: word.lower() in KIND),
    (r"Its capital is (.+)", lambda s, city: (CAPITAL | STATE_CAPITAL)[s] == city),
    (
        r"The capital lies at (.+)",
        lambda s, place: holds(f"{CAPITAL[s]} lies at {place}."),
    ),
    (r"The largest city of the state is (.+)", lambda s, city: STATE_LARGEST[s] == city),
    (r"It lies on the continent of (.+)", lambda s, land: CONTINENT[COUNTRY[s]] == land),
    (
        r"So does (.+), a city of (.+)",
        lambda s, city, country: (
            COUNTRY[city] == country and CONTINENT[country] == CONTINENT[COUNTRY[s]]
        ),
    ),
    (
        r"Seen from (.+), (.+) lies to the (.+)",
        lambda s, city, seen, told: s == seen and way(PLACE[s], PLACE[city]) == told,
    ),
    (r"It names an? (.+)", lambda s, kind: KIND[s.lower()] == kind),
    (
        r"So do the words (.+) and (.+)",
        lambda s, one, two: one != two and KIND[one] == KIND[two] == KIND[s.lower()],
    ),
)
"""Forms of sentences, and whether one is true in an article about `s`."""


def subject(prefix: str) -> str:
    return re.split(r" is an? ", prefix)[0]


def true(sentence: str, about: str) -> bool:
    found = [(re.fullmatch(rf"{form}\.", sentence), rule) for form, rule in SENTENCES]
    ((match, rule),) = [(match, rule) for match, rule in found if match]
    return rule(about, *match.groups())


def test_only_the_first_ending_is_true() -> None:
    for row in ROWS:
        about = subject(row["full_prefix"])
        assert true(row["completion"], about), row
        wrong = [row[f"contradiction_{i}"] for i in range(3)]
        assert len(set(wrong)) == 3
        assert not any(true(text, about) for text in wrong), row
        assert row["longest_completions"] == max(
            len(text.split()) for text in (row["completion"], *wrong)
        )


def test_what_stands_before_is_true() -> None:
    for row in ROWS:
        before = row["full_prefix"]
        assert before.endswith(". ")
        assert before == row["turncated_prefixes"]
        sentences = re.findall(r"[^.]+\.", before)
        assert all(true(text.strip(), subject(before)) for text in sentences), row


def test_an_article_gives_two_passages_and_the_second_goes_on_from_the_first() -> None:
    assert [row["doc_id"] for row in ROWS] == [i // 2 for i in range(48)]
    for first, second in zip(ROWS[::2], ROWS[1::2], strict=True):
        assert second["full_prefix"].startswith(f"{first['full_prefix']}{first['completion']} ")
    assert len({subject(row["full_prefix"]) for row in ROWS}) == 24


def test_articles_are_of_four_sorts_about_held_out_matter() -> None:
    sorts: Counter[str] = Counter()
    for row in ROWS[::2]:
        about = subject(row["full_prefix"])
        held = {
            "a country": WORLD.held_countries,
            "a state": held_states(WORLD),
            "a city": WORLD.held_cities,
            "an English word": {word.capitalize() for word in WORLD.held_words},
        }
        (sort,) = [sort for sort in held if f"{about} is {sort}" in row["full_prefix"]]
        sorts[sort] += 1
        assert about in held[sort]
    assert set(sorts.values()) == {6}


def test_the_city_that_is_not_the_capital_tempts() -> None:
    tempted = 0
    for row in ROWS:
        state = subject(row["full_prefix"])
        if state in STATE_CAPITAL and STATE_CAPITAL[state] != STATE_LARGEST[state]:
            other = {STATE_CAPITAL[state], STATE_LARGEST[state]} - {
                re.split(" is ", row["completion"])[1].rstrip(".")
            }
            assert row["contradiction_0"].endswith(f" is {other.pop()}.")
            tempted += 1
    assert tempted >= 6
