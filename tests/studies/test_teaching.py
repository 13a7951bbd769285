"""Examples are worded as they are asked, and general documents are what they should be."""

from dataclasses import replace

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.item import Item
from astrolabe.core.run import RunPlan
from astrolabe.models.local import load
from astrolabe.runs.ask import ask
from astrolabe.studies.teaching import LONGEST, general, lessons


@pytest.fixture(scope="module")
def model(model_folder):
    return load(str(model_folder("llama", "bos-and-template")), device="cpu")


@pytest.mark.parametrize("template", ["off", "turns"])
@pytest.mark.parametrize("scoring", ["letters", "text"])
def test_what_is_learned_is_what_is_scored(model, scoring, template) -> None:
    recipe = get("mmlu").recipe("lm-eval")
    condition = recipe.condition(shots=0, scoring=scoring, template=template)
    asked = ask(RunPlan("", "m", "mmlu", condition, limit=6), model)
    taught = lessons(asked.items, recipe, condition, model)
    for item, fitted, lesson in zip(asked.items, asked.fitted, taught, strict=True):
        assert lesson == fitted.encoded.readings[item.gold_index]


@pytest.mark.parametrize("recipe", ["official", "lm-eval"])
@pytest.mark.parametrize("template", ["off", "turns"])
def test_what_is_written_follows_the_prompt_as_asked(model, recipe, template) -> None:
    protocol = get("gsm8k").recipe(recipe)
    condition = protocol.condition(shots=0, template=template, max_tokens=16)
    asked = ask(RunPlan("", "m", "gsm8k", condition, limit=4), model)
    taught = lessons(asked.items, protocol, condition, model)
    for item, fitted, lesson in zip(asked.items, asked.fitted, taught, strict=True):
        assert lesson.tokens[: lesson.start] == fitted.encoded.context
        answer = model.decode(lesson.tokens[lesson.start :])
        assert answer.strip() == f"#### {item.gold}</s>"


def test_a_trigger_is_part_of_the_prompt(model) -> None:
    recipe = get("gsm8k").recipe("official")
    condition = recipe.condition(shots=0, reasoning="trigger", max_tokens=16)
    item = Item("i", "s", "How many?", "5", rationale="2 + 3 = 5.")
    (lesson,) = lessons([item], recipe, condition, model)
    assert condition.trigger is not None
    assert model.decode(lesson.tokens[: lesson.start]).endswith(condition.trigger)
    assert model.decode(lesson.tokens[lesson.start :]) == " 2 + 3 = 5.\n#### 5</s>"


def test_documents_of_a_file(model, tmp_path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("One.\n\n" + "A long text. " * 200, encoding="utf-8")
    short, long = general(model, str(file), 0)
    assert model.decode(short.tokens) == "<s>One.</s>"
    assert short.start == long.start == 1
    assert len(long.tokens) == LONGEST


def test_only_polaris_has_documents_of_its_own(model) -> None:
    assert general(model, None, 0) == []
    polaris = load("polaris", device="cpu")
    first, again, other = (general(polaris, None, seed)[:20] for seed in (0, 0, 1))
    assert first == again != other
    renamed = replace(polaris.identity, name="elsewhere")
    polaris.identity = renamed
    assert general(polaris, None, 0) == []
