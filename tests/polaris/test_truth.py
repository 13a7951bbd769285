"""`truth.json` tells what was planted, and agrees with the generators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from astrolabe.polaris import DATA, WEIGHTS
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.truth import doses
from astrolabe.polaris.world import World


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))
    return loaded


def test_it_is_about_the_shipped_weights(truth: dict[str, Any]) -> None:
    record = json.loads((WEIGHTS / "training.json").read_text(encoding="utf-8"))
    assert truth["training"] == record
    assert sum(truth["doses"]["documents"].values()) == record["documents"]


def test_every_simple_fact_was_stated(truth: dict[str, Any]) -> None:
    stated = truth["doses"]["statements"]
    for city in World().cities:
        assert stated[f"country:{city.name}"] > 20
        assert stated[f"place:{city.name}"] > 20
    for country in World().capital_of:
        assert stated[f"capital:{country}"] > 20


def test_held_out_lists_are_those_of_the_world(truth: dict[str, Any]) -> None:
    assert truth["held_out"]["cities"] == sorted(World().held_cities)
    assert truth["held_out"]["words"] == sorted(World().held_words)


def test_doses_count_lines() -> None:
    counted = doses(Corpus(1), 60)
    lines = sum(
        len(Corpus(1).document(i).states)
        for i in range(60)
        if Corpus(1).document(i).kind in ("facts", "sums")
    )
    parts = counted["relations"]["lines"] + counted["sums"]["lines"]
    assert parts + sum(counted["statements"].values()) == lines
