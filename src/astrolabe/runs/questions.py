"""What a run asks: items from the data, exemplars before them, options in order."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from astrolabe.benchmarks import get
from astrolabe.benchmarks.exemplars import elsewhere, published
from astrolabe.core.benchmark import Dataset, Recipe, Wording
from astrolabe.core.condition import Draw, Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.core.run import GradedItem, Run, RunPlan
from astrolabe.core.wording import did_you_mean
from astrolabe.grading.code import CODE_RULES
from astrolabe.prompting.chains import chained
from astrolabe.prompting.draws import exemplars, option_orders, sample
from astrolabe.prompting.labels import labelled, symbolic


@dataclass(frozen=True)
class Question:
    """An item as it will be asked.

    Attributes:
        shots: Exemplars shown before it, in order.
        order: Original index of the option shown at each place; empty for open questions.
    """

    item: Item
    shots: tuple[Item, ...]
    order: tuple[int, ...]


@dataclass(frozen=True)
class Questions:
    """What a run asks, and by whose rules.

    Attributes:
        dataset: The data, under their own labels.
    """

    dataset: Dataset
    recipe: Recipe
    asked: tuple[Question, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(question.item for question in self.asked)


def questions(plan: RunPlan) -> Questions:
    """Load, choose and order what `plan` asks for; no model is needed.

    Raises:
        BadInput: for a benchmark, recipe, data, subject or number of shots that cannot be had.
    """
    benchmark = get(plan.benchmark)
    recipe = plan.recipe or benchmark.recipe(plan.condition.recipe)
    wording = recipe.wording(plan.condition.language, plan.condition.scoring)
    recipe.extract(plan.condition)  # refused here, before anything is loaded
    dataset = _with_exemplars(benchmark.load(plan.data), recipe, plan)
    if plan.exemplars is not None:
        _refuse_unlike(dataset, wording, plan)
    named = symbolic(dataset, plan.condition)
    items = _chosen(plan, named)
    drawn = exemplars(items, named, recipe, plan.condition)
    shots = []
    for item, shown in zip(items, drawn, strict=True):
        pool = named.pool(item)
        carried = labelled(shown, pool, plan.condition)
        shots.append(chained(carried, pool, plan.condition, wording))
    orders = option_orders(items, named, recipe, plan.condition)
    return Questions(dataset, recipe, tuple(map(Question, items, shots, orders)))


def texts_scored(run: Run, graded: GradedItem) -> tuple[str, ...]:
    """Texts of the options that were scored, in the order shown; none where letters were, or where
    the data are no longer there."""
    if run.condition.scoring is not Scoring.TEXT:
        return ()
    try:
        dataset = get(run.benchmark).load(run.record.get("data", {}).get("place"))
    except BadInput:
        return ()
    found = [item for item in symbolic(dataset, run.condition).items if item.id == graded.item]
    return tuple(found[0].choices[place] for place in graded.order) if found else ()


def check(plan: RunPlan) -> None:
    """Whether a run can be made, as far as that can be told without its model.

    Raises:
        BadInput: as `questions`; and where programs will have to be run, but no sandbox can be had.
    """
    found = questions(plan)
    if set(found.recipe.rules[plan.condition.scoring]) & CODE_RULES.keys():
        from astrolabe.grading.sandbox import Sandbox

        with Sandbox(workers=1):
            pass


def _with_exemplars(dataset: Dataset, recipe: Recipe, plan: RunPlan) -> Dataset:
    """The data with the exemplars that the user, or the protocol, wants in place of its own."""
    pools: Mapping[str, tuple[Item, ...]] | None = None
    if plan.exemplars is not None:
        if plan.condition.shots == 0:
            raise BadInput(
                f"exemplars are given ('{plan.exemplars}'), but shots is 0; ask for shots"
            )
        open_answers = not any(item.choices for item in dataset.items)
        pools = elsewhere(plan.exemplars, open_answers)
    elif recipe.published and plan.condition.shots > 0 and plan.data is not None:
        pools = published(recipe.published)
    return dataset if pools is None else replace(dataset, exemplars=pools)


def _refuse_unlike(dataset: Dataset, wording: Wording, plan: RunPlan) -> None:
    """Refuse exemplars that would not look like the items they stand before."""
    chosen = any(item.choices for item in dataset.items)
    shown = chosen and "{options}" in wording.question
    for exemplar in (exemplar for pool in dataset.exemplars.values() for exemplar in pool):
        name = f"exemplar '{exemplar.id}' of '{plan.exemplars}'"
        if exemplar.choices and not chosen:
            raise BadInput(
                f"{name} has choices, but the items of '{plan.benchmark}' are open questions; give "
                "exemplars of these, with question and answer"
            )
        if shown and exemplar.gold not in LETTERS[: len(exemplar.choices)]:
            raise BadInput(
                f"{name} has the answer '{exemplar.gold}' to {len(exemplar.choices)} choices, but "
                f"'{plan.benchmark}' shows options; give each exemplar its choices (a list) and "
                "the letter of the right one as its answer"
            )


def _chosen(plan: RunPlan, dataset: Dataset) -> tuple[Item, ...]:
    known = dict.fromkeys(item.subject for item in dataset.items)
    for subject in plan.subjects:
        if subject not in known:
            raise BadInput(
                f"benchmark '{plan.benchmark}' ({dataset.source}) has no subject '{subject}'"
                f"{did_you_mean(subject, known)}; it has {', '.join(known)}"
            )
    # An item that all others are shown as an exemplar is no test of anything.
    always = plan.condition.shots if plan.condition.draw is Draw.FIRST else 0
    shown = {item.id for pool in dataset.exemplars.values() for item in pool[:always]}
    items = [
        item
        for item in dataset.items
        if (not plan.subjects or item.subject in plan.subjects) and item.id not in shown
    ]
    if not items:
        raise BadInput(
            f"benchmark '{plan.benchmark}' ({dataset.source}) has no items left to ask: all are "
            "shown as exemplars; ask for fewer shots"
        )
    return sample(items, plan.limit)
