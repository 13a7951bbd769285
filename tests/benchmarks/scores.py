"""Made-up results, and what a recipe's rules make of them."""

from collections.abc import Iterable, Mapping

from astrolabe.core.benchmark import Recipe
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.summary import Summary, summarise

Results = Mapping[str, tuple[int, int]]
"""For each subject, how many items were right, of how many."""


def made_up(subjects: Iterable[str]) -> Results:
    """Results that differ between subjects, in size and in share."""
    return {
        subject: (number * 5 % (3 + number % 7 + 1), 3 + number % 7)
        for number, subject in enumerate(sorted(subjects))
    }


def summed_up(recipe: Recipe, results: Results) -> Summary:
    """The summary of a run with these results, under the recipe's aggregate and categories."""
    items = []
    for subject, (right, size) in results.items():
        for number in range(size):
            grade = Grade(Outcome.RIGHT if number < right else Outcome.WRONG, "A", "rule")
            items.append(
                GradedItem(
                    item=f"{subject}/{number}",
                    subject=subject,
                    gold="A",
                    prompt="",
                    answers=(),
                    order=(),
                    shots=(),
                    grades={"rule": grade},
                    categories=recipe.categories.get(subject, ()),
                )
            )
    run = Run("1", "model", "exam", recipe.condition(), "rule", recipe.aggregate, tuple(items))
    return summarise(run)


def micro(results: Results, subjects: Iterable[str]) -> float:
    """Share of right items."""
    some = [results[subject] for subject in subjects]
    return sum(right for right, _ in some) / sum(size for _, size in some)


def macro(results: Results, subjects: Iterable[str]) -> float:
    """Mean of the subjects' shares of right items."""
    shares = [right / size for right, size in (results[subject] for subject in subjects)]
    return sum(shares) / len(shares)
