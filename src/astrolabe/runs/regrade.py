"""Grading a run anew: its answers are in the store, so no model is needed."""

from collections.abc import Sequence
from dataclasses import replace

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.run import GradedItem, Run
from astrolabe.grading.rules import kinds_read
from astrolabe.prompting.labels import symbolic
from astrolabe.runs.grade import grade_all
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent, Watch


def regrade(
    run: Run, store: Store, rules: Sequence[str] | None = None, watch: Watch | None = None
) -> Run:
    """A run with the grades that today's rules give its answers; the headline rule is the first.

    Args:
        run: With its items.
        store: Keeps what became of programs that have to be run.
        rules: Names of rules; `None` for those of the run's recipe.

    Raises:
        BadInput: for data that are no longer there or are no longer the same, a rule that is
            unknown or reads other kinds of answers, none at all, or programs to be judged where no
            sandbox can be had.
    """
    recipe = get(run.benchmark).recipe(run.condition.recipe)
    names = list(recipe.rules[run.condition.scoring] if rules is None else rules)
    if rules is not None:
        _refuse_unlike(names, run)
    if not run.items:
        raise BadInput(f"run '{run.id[:8]}' has no items; there is nothing to grade")
    items = _items(run)
    grades, judged = grade_all(
        items,
        [item.answers for item in run.items],
        [item.order for item in run.items],
        names,
        run.condition,
        store,
        watch or Silent(),
    )
    regraded = tuple(replace(i, grades=g) for i, g in zip(run.items, grades, strict=True))
    record = {**run.record, **judged}
    return replace(run, rule=next(iter(grades[0])), items=regraded, record=record)


def disputes(run: Run) -> list[GradedItem]:
    """The items that some rules hold for right and others do not."""
    return [
        item
        for item in run.items
        if len({grade.right for grade in item.grades.values() if grade.share is None}) > 1
    ]


def _refuse_unlike(rules: Sequence[str], run: Run) -> None:
    """Refuse rules that read what no recipe of the benchmark has read from such an answer.

    A rule of mathematics reads a number as well; one for numbers reads little of mathematics.
    """
    scoring = run.condition.scoring
    recipes = get(run.benchmark).recipes.values()
    own = list(dict.fromkeys(rule for recipe in recipes for rule in recipe.rules.get(scoring, ())))
    if not rules:
        raise BadInput(f"no rule is named; '{run.benchmark}' has {', '.join(own)}")
    kinds = kinds_read(own)
    allowed = kinds | ({"mathematics"} if "numbers" in kinds else set())
    for rule in rules:
        read = kinds_read([rule])
        if read and not read & allowed:
            raise BadInput(
                f"rule '{rule}' reads {', '.join(read)}, but the answers to '{run.benchmark}' are "
                f"{' and '.join(sorted(kinds)) or 'programs'}; it has {', '.join(own)}"
            )


def _items(run: Run) -> list[Item]:
    """The benchmark's items that the run asked, from where it had them."""
    place = run.record.get("data", {}).get("place")
    dataset = get(run.benchmark).load(place)
    known = {item.id: item for item in symbolic(dataset, run.condition).items}
    digest = run.record.get("data", {}).get("items_digest")
    changed = digest not in (None, dataset.items_digest())
    for asked in run.items:
        item = known.get(asked.item)
        if item is None or item.gold != asked.gold or changed:
            raise BadInput(
                f"run '{run.id[:8]}' cannot be graded anew: item '{asked.item}' is not in "
                f"{dataset.source} as it was asked; put the data back as they were"
            )
    return [known[asked.item] for asked in run.items]
