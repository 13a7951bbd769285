"""`Recipe.condition`: wishes over defaults; `pick`: one thing by name or place."""

from typing import Any

import pytest

from astrolabe.benchmarks import all_benchmarks, get
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.run import pick

MMLU, GSM8K = get("mmlu"), get("gsm8k")
WRITTEN = {"scoring": "generated", "max_tokens": 256}
TRIGGER = {**WRITTEN, "reasoning": "trigger", "trigger": "Let's think step by step."}

MADE: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("mmlu", "official", {}, {"shots": 5}),
    ("mmlu", "lm-eval", {}, {"recipe": "lm-eval"}),
    ("gsm8k", "official", {}, {**WRITTEN, "shots": 5, "reasoning": "worked"}),
    (
        "gsm8k",
        "lm-eval",
        {},
        {**WRITTEN, "recipe": "lm-eval", "shots": 5, "draw": "lm-eval", "reasoning": "worked"},
    ),
    # Defaults that a wish makes meaningless give way.
    ("gsm8k", "official", {"shots": 0}, WRITTEN),
    ("gsm8k", "lm-eval", {"shots": 0}, {**WRITTEN, "recipe": "lm-eval"}),
    ("mmlu", "official", {"scoring": "text"}, {"shots": 5, "scoring": "text"}),
    ("mmlu", "official", {"scoring": "generated"}, {**WRITTEN, "shots": 5}),
    # A wish stands.
    (
        "gsm8k",
        "official",
        {"max_tokens": 16},
        {"scoring": "generated", "max_tokens": 16, "shots": 5, "reasoning": "worked"},
    ),
    ("gsm8k", "official", {"reasoning": "none"}, {**WRITTEN, "shots": 5}),
    (
        "gsm8k",
        "lm-eval",
        {"draw": "first"},
        {**WRITTEN, "recipe": "lm-eval", "shots": 5, "reasoning": "worked"},
    ),
    ("mmlu", "official", {"role": "You know."}, {"shots": 5, "role": "You know."}),
    # A trigger that is asked for without words has the wording's.
    ("gsm8k", "official", {"shots": 0, "reasoning": "trigger"}, TRIGGER),
    (
        "gsm8k",
        "official",
        {"shots": 0, "reasoning": "trigger", "language": "zh"},
        {**TRIGGER, "trigger": "让我们一步一步思考。", "language": "zh"},
    ),
    (
        "gsm8k",
        "official",
        {"shots": 0, "reasoning": "trigger", "trigger": "First,"},
        {**TRIGGER, "trigger": "First,"},
    ),
]


@pytest.mark.parametrize(("benchmark", "recipe", "asked", "expected"), MADE)
def test_wishes_go_over_the_recipe_s_defaults(
    benchmark: str, recipe: str, asked: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert get(benchmark).recipe(recipe).condition(**asked) == Condition(**expected)


REFUSED: list[tuple[str, str, dict[str, Any], str]] = [
    # Two wishes that contradict each other.
    ("gsm8k", "official", {"shots": 0, "reasoning": "worked"}, "shots is 0"),
    ("gsm8k", "lm-eval", {"shots": 0, "draw": "seeded"}, "shots is 0"),
    ("mmlu", "official", {"scoring": "letters", "max_tokens": 8}, "max_tokens goes with"),
    ("mmlu", "official", {"scoring": "text", "reasoning": "trigger"}, "has to be written out"),
    ("gsm8k", "official", {"trigger": "Think."}, "a trigger phrase goes with"),
    # Wordings that the recipe does not have.
    (
        "gsm8k",
        "official",
        {"scoring": "letters"},
        "no wording for language 'en' with scoring 'letters'; it has en/generated, zh/generated",
    ),
    ("mmlu", "lm-eval", {"language": "zh"}, "it has en/generated, en/letters, en/text"),
    ("mmlu", "official", {"language": "fr"}, "no wording for language 'fr'"),
    (
        "mmlu",
        "official",
        {"nonsense": 1},
        "nonsense: there is no such field; there are recipe, shots",
    ),
]


@pytest.mark.parametrize(("benchmark", "recipe", "asked", "sentence"), REFUSED)
def test_wishes_that_contradict_are_refused(
    benchmark: str, recipe: str, asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        get(benchmark).recipe(recipe).condition(**asked)
    assert sentence in str(refusal.value)


def test_unknown_names_are_refused_with_the_known_ones() -> None:
    with pytest.raises(
        BadInput, match=r"unknown benchmark 'mlu', did you mean 'mmlu'\?; there are .*mmlu"
    ):
        get("mlu")
    with pytest.raises(BadInput, match=r"'mmlu' has no recipe 'helm'; it has lm-eval, official"):
        MMLU.recipe("helm")


def test_every_recipe_s_own_condition_has_a_wording_and_a_headline_rule() -> None:
    for benchmark in all_benchmarks().values():
        for name, recipe in benchmark.recipes.items():
            condition = recipe.condition()
            assert (condition.recipe, recipe.name) == (name, name)
            assert recipe.wording(condition.language, condition.scoring)
            assert all(recipe.rules[scoring] for _, scoring in recipe.wordings)
            assert {language for language, _ in recipe.wordings} <= set(benchmark.languages)


def test_gsm8k_s_headline_is_the_recipe_s_own_rule() -> None:
    rules = {name: recipe.rules["generated"] for name, recipe in GSM8K.recipes.items()}
    assert rules["official"][0] == "gsm8k-official"
    assert rules["lm-eval"][:2] == ("strict-match", "flexible-extract")


PICKED = [("b/1", "second"), ("0", "first"), ("2", "third"), ("1", "second")]


@pytest.mark.parametrize(("name", "thing"), PICKED)
def test_pick_takes_an_id_or_a_place(name: str, thing: str) -> None:
    assert pick(["first", "second", "third"], ["a/0", "b/1", "c/2"], name) == thing


def test_pick_prefers_an_id_to_a_place() -> None:
    assert pick(["first", "second"], ["1", "0"], "1") == "first"


@pytest.mark.parametrize("name", ["3", "-1", "²", "b", "", "1.0"])
def test_pick_refuses_what_is_not_there(name: str) -> None:
    with pytest.raises(BadInput, match=r"give a number from 0 to 2, or an id such as 'a/0'"):
        pick(["first", "second", "third"], ["a/0", "b/1", "c/2"], name)
