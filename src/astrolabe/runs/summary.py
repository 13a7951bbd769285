"""What one run says: accuracy with its doubts attached, and tables by subject and category.

Where a rule gives parts (the mass on true answers, pass@k), an item counts its part, and Wilson's
intervals are wider than need be: no number between 0 and 1 varies more than right and wrong do.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run
from astrolabe.core.verdict import Interval
from astrolabe.runs.stats import wilson

NEAR_TIE = 1e-4
"""Lead, in nats, below which the preferred option is not sure in any number format. Float32
log-probs of one prompt computed in batches of different shapes, or by different programs, differ by
up to about this; coarser formats by more, see `near_tie`."""


@dataclass(frozen=True)
class Group:
    """The items of one subject or category. `right` counts items; see `Summary` for the rest."""

    name: str
    n: int
    right: int
    accuracy: float | None
    interval: Interval | None


@dataclass(frozen=True)
class Summary:
    """A run in numbers. Unread answers count as not right, except in `accuracy_read`.

    Attributes:
        n: Items.
        outcomes: Count of each outcome under the headline rule.
        accuracy: By the run's aggregate: over all items, or mean of subject accuracies. Items
            without a label, or on which the sandbox failed, are left out; `None` where no other
            is there.
        interval: Wilson's interval of `accuracy`; for a macro mean with Kish's effective sample
            size (subjects)² / sum(1 / subject's items): items of small subjects weigh more. `None`
            with `accuracy`.
        unparsed_rate: Share of items whose answer could not be read.
        truncated_rate: Share of items whose answer was cut off unread.
        accuracy_read: Accuracy over the items that were read; `None` when none was.
        rules: Accuracy under every rule, the headline first.
        margins: Mean margin under each rule that measures one.
        votes: Mean vote share of what won the votes, under each rule that takes them.
        subjects: One row for each subject, in the data's order.
        categories: One row for each category, aggregated as the whole is; none where the authors
            report none. Items of subjects without a category are in no row.
        near_ties: Items whose preferred option leads by less than `near_tie`.
        level: Coverage of the intervals.
    """

    n: int
    outcomes: Mapping[Outcome, int]
    accuracy: float | None
    interval: Interval | None
    unparsed_rate: float
    truncated_rate: float
    accuracy_read: float | None
    rules: Mapping[str, float | None]
    margins: Mapping[str, float]
    votes: Mapping[str, float]
    subjects: tuple[Group, ...]
    categories: tuple[Group, ...]
    near_ties: int
    level: float


def summarise(run: Run, level: float = 0.95) -> Summary:
    """The summary of a run.

    Args:
        run: A run with at least one item.
        level: Coverage of the intervals.

    Raises:
        BadInput: for a run without items.
    """
    if not run.items:
        raise BadInput(f"run {run.id} has no items; nothing can be said of it")
    grades = [item.grades[run.rule] for item in run.items]
    sure, scored = near_tie(run), run.condition.scoring is not Scoring.GENERATED
    counted = Counter(grade.outcome for grade in grades)
    outcomes = {outcome: counted[outcome] for outcome in Outcome}
    n = len(run.items)
    whole = _group("", run.items, run, level)
    read = [item for item in run.items if item.grades[run.rule].outcome.read]
    return Summary(
        n=n,
        outcomes=outcomes,
        accuracy=whole.accuracy,
        interval=whole.interval,
        unparsed_rate=outcomes[Outcome.UNPARSED] / n,
        truncated_rate=outcomes[Outcome.TRUNCATED] / n,
        accuracy_read=_accuracy(read, run.rule, run.aggregate),
        rules={rule: _accuracy(run.items, rule, run.aggregate) for rule in _rules(run)},
        margins=_means(run, lambda grade: grade.margin),
        votes=_means(run, lambda grade: grade.votes),
        subjects=_groups(run, lambda item: (item.subject,), level),
        categories=_groups(run, lambda item: item.categories, level),
        near_ties=sum(_near_tie(grade, sure) for grade in grades) if scored else 0,
        level=level,
    )


def near_tie(run: Run) -> float:
    """Lead, in nats, below which this run's preferred option is not sure.

    Twice what two ways to compute the same log-probs were found to differ by on this very model,
    since both options of a pair may be off.
    """
    noise = run.record.get("model", {}).get("self_check_nats")
    return max(NEAR_TIE, 2 * noise) if noise is not None else NEAR_TIE


def _near_tie(grade: Grade, sure: float) -> bool:
    return grade.margin is not None and grade.margin < sure


def _rules(run: Run) -> list[str]:
    return [run.rule, *(rule for rule in run.items[0].grades if rule != run.rule)]


def _means(run: Run, number: Callable[[Grade], float | None]) -> dict[str, float]:
    """Mean over items of a number that grades hold, for each rule whose grades do."""
    found: dict[str, list[float]] = {}
    for item in run.items:
        for rule, grade in item.grades.items():
            if (value := number(grade)) is not None:
                found.setdefault(rule, []).append(value)
    return {rule: sum(values) / len(values) for rule, values in found.items()}


def _groups(
    run: Run, names: Callable[[GradedItem], tuple[str, ...]], level: float
) -> tuple[Group, ...]:
    members: dict[str, list[GradedItem]] = {}
    for item in run.items:
        for name in names(item):
            members.setdefault(name, []).append(item)
    return tuple(_group(group, items, run, level) for group, items in members.items())


def _group(name: str, items: Sequence[GradedItem], run: Run, level: float) -> Group:
    accuracy = _accuracy(items, run.rule, run.aggregate)
    interval = None
    if accuracy is not None:
        judged = [item for item in items if item.judged(run.rule)]
        sizes = Counter(item.subject for item in judged)
        macro_size = len(sizes) ** 2 / sum(1 / size for size in sizes.values())
        effective = macro_size if run.aggregate == "macro" else len(judged)
        interval = wilson(accuracy * effective, effective, level)
    return Group(
        name=name,
        n=len(items),
        right=sum(item.grades[run.rule].right for item in items),
        accuracy=accuracy,
        interval=interval,
    )


def _accuracy(items: Sequence[GradedItem], rule: str, aggregate: str) -> float | None:
    """Credit over judged items (micro), or the unweighted mean of that over subjects (macro)."""
    subjects: dict[str, list[float]] = {}
    for item in items:
        if item.judged(rule):
            group = item.subject if aggregate == "macro" else ""
            subjects.setdefault(group, []).append(item.grades[rule].credit)
    if not subjects:
        return None
    return sum(sum(credits) / len(credits) for credits in subjects.values()) / len(subjects)
