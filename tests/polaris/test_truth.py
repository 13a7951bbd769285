"""`truth.json` tells what was planted, and agrees with the generators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from astrolabe.polaris import DATA, WEIGHTS
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.documents import dosed
from astrolabe.polaris.forms import lore
from astrolabe.polaris.truth import doses
from astrolabe.polaris.truth import truth as next_truth
from astrolabe.polaris.wording import PHRASES
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


def test_doses_count_what_is_planted() -> None:
    counted = doses(Corpus(1), 60)
    planted = sum(len(Corpus(1).document(i).plants) for i in range(60))
    summed = sum(some["lines"] for some in counted["summed_up"].values())
    assert summed + sum(counted["planted"].values()) == planted


def test_the_truth_of_the_next_weights_is_json_and_whole() -> None:
    training = {"documents": 500, "settings": {"seed": 1}}
    whole = json.loads(json.dumps(next_truth(training), ensure_ascii=False))
    assert len(whole["world"]["cities"]) >= 300
    assert len(whole["world"]["figures"]) + len(whole["world"]["works"]) >= 150
    assert sum(region["capital"] != region["largest"] for region in whole["regions"]) == 48
    assert whole["leaks"]["copies"] == {lore.subject(n): n for n in lore.COPIES}
    assert whole["dosed"].keys() == dosed.keepers().keys()
    assert whole["phrases"]["worked_lines_follow"] == PHRASES
