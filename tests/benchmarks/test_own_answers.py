"""An answer in a recipe's own form is right by the recipe's own headline rule."""

import pytest

from astrolabe.benchmarks import factor, gsm8k, mathematics, strategyqa, truthfulqa
from astrolabe.core.benchmark import Benchmark, Recipe
from astrolabe.core.item import Item
from astrolabe.core.model import Generated, Scored
from astrolabe.grading import grade_options, grade_text
from tests.benchmarks.rows import prompted

ITEMS = 40
"""Items of Polaris that are tried."""


def loaded(benchmark: Benchmark) -> tuple[Item, ...]:
    return benchmark.load(None).items[:ITEMS]


WRITING = [
    (benchmark, recipe)
    for benchmark in (
        gsm8k.BENCHMARKS[0],
        gsm8k.BENCHMARKS[1],
        mathematics.BENCHMARKS[0],
        *truthfulqa.BENCHMARKS,
        *strategyqa.BENCHMARKS,
    )
    for recipe in benchmark.recipes.values()
]
FORMS = [
    pytest.param(
        *(benchmark, recipe, form),
        id=f"{benchmark.name}-{recipe.name}-{name}",
    )
    for benchmark, recipe in WRITING
    for name in ("answer", "worked")
    if (form := getattr(recipe.wording("en", "generated"), name)) is not None
]
SCORING = [
    pytest.param(benchmark, recipe, id=f"{benchmark.name}-{recipe.name}")
    for benchmark in (*truthfulqa.BENCHMARKS, factor.BENCHMARKS[0], factor.BENCHMARKS[2])
    for recipe in benchmark.recipes.values()
]


@pytest.mark.parametrize(("benchmark", "recipe", "form"), FORMS)
def test_gold_written_in_the_recipe_s_form_is_right(
    benchmark: Benchmark, recipe: Recipe, form: str
) -> None:
    stops = recipe.wording("en", "generated").stops or ()
    for item in loaded(benchmark):
        gold = item.choices[0] if item.choices else item.gold
        text = form.format(answer=gold, rationale=item.rationale)
        for stop in stops:
            text = text.split(stop)[0]
        grade = grade_text(recipe.rules["generated"][0], item, Generated(text, 9, "stop"))
        assert grade.right, (item.id, text, grade)


@pytest.mark.parametrize("truth", [True, False], ids=["true", "false"])
@pytest.mark.parametrize(("benchmark", "recipe"), SCORING)
def test_the_likelier_answer_decides(benchmark: Benchmark, recipe: Recipe, truth: bool) -> None:
    """The best answer much likelier, or much less likely, than every other one."""
    for item in loaded(benchmark):
        prompt = prompted(benchmark, recipe.name, item)
        scored = [Scored((-9.0,), False) for _ in prompt.continuations]
        scored[0] = Scored((-1.0 if truth else -99.0,), truth)
        texts = [item.choices[index] for index in prompt.order]
        grade = grade_options(recipe.rules["text"][0], item, scored, prompt.order, texts)
        assert grade.right == truth, (item.id, grade)
