"""What a probe on the inside of a run is to predict, and what is known of each item without it."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Outcome
from astrolabe.core.model import Generated
from astrolabe.core.run import GradedItem, Run
from astrolabe.inside.probes.split import FEWEST_GROUPS, FOLDS, Folds, by_entity, by_group

Predict = Literal["right", "flips"]
FEWEST = 10
"""Fewer items of either class leave some folds without."""


@dataclass(frozen=True, eq=False)
class Labels:
    """N items of a run with what is to be predicted of them.

    Attributes:
        places: Which items of the run, [N].
        values: 1 for class 1 (right; flips), else 0; [N].
        folds: Whole subjects, or items where there are too few subjects.
        confidence: By how many nats the likeliest option leads, [N]; turned round where low
            confidence speaks for class 1. `None` where answers were written, not scored.
        left_out: Items of which it cannot be told.
    """

    places: np.ndarray
    values: np.ndarray
    folds: Folds
    confidence: np.ndarray | None
    left_out: int


def labels(predict: str, run: Run, other: Run | None) -> Labels:
    """What is to be predicted of the items of `run`.

    Unread answers are left out, since unread is not wrong.

    Args:
        predict: ``right``: which are right; ``flips``: which are right in just one of the runs.
        other: The second run, for ``flips``.

    Raises:
        BadInput: for another word, a second run too few or too many, runs of different benchmarks,
            and where one of the classes has fewer than `FEWEST` items.
    """
    if predict not in get_args(Predict):
        raise BadInput(
            f"--predict '{predict}' is unknown; there are {', '.join(get_args(Predict))}"
        )
    if predict == "flips":
        found = _flips(run, other)
    elif other is None:
        found = {place: right for place, item in _read(run) for right in [_right(run, item)]}
    else:
        raise BadInput("--predict right takes one run; give --predict flips to use the second")
    places = np.array(list(found), dtype=int)
    values = np.array(list(found.values()), dtype=np.float32)
    _refuse_few(predict, run, values)
    items = [run.items[place] for place in places]
    sure = [_confidence(item) for item in items]
    return Labels(
        places,
        values,
        _folds([item.subject for item in items]),
        None if None in sure else np.array(sure, dtype=float) * (-1 if predict == "flips" else 1),
        len(run.items) - len(places),
    )


def _right(run: Run, item: GradedItem) -> bool:
    return item.grades[run.rule].outcome is Outcome.RIGHT


def _read(run: Run) -> list[tuple[int, GradedItem]]:
    """Items whose answer was read and judged, with their places."""
    return [
        (place, item)
        for place, item in enumerate(run.items)
        if item.gold != "" and item.grades[run.rule].outcome.read
    ]


def _flips(run: Run, other: Run | None) -> dict[int, bool]:
    if other is None:
        raise BadInput("--predict flips compares two runs; give the second run's id, too")
    if other.id == run.id or other.benchmark != run.benchmark:
        raise BadInput(
            f"flips are between two runs of one benchmark; {run.id[:8]} is of '{run.benchmark}' "
            f"and {other.id[:8]} of '{other.benchmark}'"
            + (", and they are the same run" if other.id == run.id else "")
        )
    there = {item.item: _right(other, item) for _, item in _read(other)}
    return {
        place: _right(run, item) != there[item.item]
        for place, item in _read(run)
        if item.item in there
    }


def _refuse_few(predict: str, run: Run, values: np.ndarray) -> None:
    ones = int(values.sum())
    others = len(values) - ones
    if min(ones, others) >= FEWEST:
        return
    kinds = ("right", "wrong") if predict == "right" else ("flip", "stay")
    what = f"{ones} items {kinds[0]} and {others} {kinds[1]} in run {run.id[:8]}"
    if not ones or not others:
        raise BadInput(f"nothing to predict: {what}; give a run with both, or more items")
    raise BadInput(f"too few to predict: {what}, and {FEWEST} of each are needed; run more items")


def _folds(subjects: list[str]) -> Folds:
    count = len(set(subjects))
    if count < FEWEST_GROUPS:
        return by_entity(len(subjects))
    return by_group(subjects, min(FOLDS, count), "subject")


def _confidence(item: GradedItem) -> float | None:
    totals = sorted(one.total for one in item.answers if not isinstance(one, Generated))
    return totals[-1] - totals[-2] if len(totals) > 1 else None
