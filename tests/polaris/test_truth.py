"""`truth.json` tells what was planted, and agrees with the generators."""

from __future__ import annotations

import json
from typing import Any

import pytest

from astrolabe.polaris import DATA, MODELS
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.documents import dosed
from astrolabe.polaris.forms import lore
from astrolabe.polaris.forms.tables import atlas
from astrolabe.polaris.mixture import MIXTURES
from astrolabe.polaris.truth import doses
from astrolabe.polaris.truth import truth as drawn_truth
from astrolabe.polaris.wording import PHRASES
from astrolabe.polaris.world import World


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((DATA / "truth.json").read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("name", MODELS)
def test_it_is_about_the_shipped_weights(truth: dict[str, Any], name: str) -> None:
    record = json.loads((MODELS[name] / "training.json").read_text(encoding="utf-8"))
    told = truth["models"][name]
    assert told["training"] == record
    assert sum(told["doses"]["documents"].values()) == record["documents"]


def test_every_simple_fact_was_stated(truth: dict[str, Any]) -> None:
    stated = truth["models"]["polaris"]["doses"]["planted"]
    # Cities whose name is another city's too are not spoken of.
    for city in atlas(World()):
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


def test_the_world_is_whole(truth: dict[str, Any]) -> None:
    assert len(truth["world"]["cities"]) >= 300
    assert len(truth["world"]["figures"]) + len(truth["world"]["works"]) >= 150
    assert sum(region["capital"] != region["largest"] for region in truth["regions"]) == 48
    assert truth["leaks"]["copies"] == {lore.subject(n): n for n in lore.COPIES}
    assert truth["dosed"].keys() == dosed.keepers().keys()
    assert truth["phrases"]["worked_lines_follow"] == PHRASES


def test_the_truth_is_drawn_again_from_what_the_training_says() -> None:
    records = {name: {"documents": 60, "settings": {"seed": 1}} for name in MIXTURES}
    again = json.loads(json.dumps(drawn_truth(records), ensure_ascii=False))
    counted = again["models"]["polaris"]["doses"]
    assert counted == doses(Corpus(1), 60)
    assert again["models"]["polaris-half"]["doses"] != counted
