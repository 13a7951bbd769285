"""`Folds`: which entities a probe is fitted on, and which it is judged by.

A probe that has seen Lyon and Marseille need not know where Paris is; so places are held out by
country or state and lives by period, whole groups at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.errors import BadInput

FOLDS = 5
FEWEST_GROUPS = 4
"""Fewer leave too few different resamples for an interval to mean something."""


@dataclass(frozen=True, eq=False)
class Folds:
    """A division of entities.

    Attributes:
        fold: The fold in which each entity is predicted, -1 where it never is; [entities].
        group: The group of each entity, which intervals resample as a whole; [entities].
        by: How it was divided.
    """

    fold: np.ndarray
    group: np.ndarray
    by: str

    @property
    def parts(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Indices of training and of test entities, by fold."""
        numbers = range(int(self.fold.max()) + 1)
        return [(np.flatnonzero(self.fold != k), np.flatnonzero(self.fold == k)) for k in numbers]

    @property
    def predicted(self) -> np.ndarray:
        """Indices of the entities that are predicted out of sample."""
        return np.flatnonzero(self.fold >= 0)


def by_entity(entities: int, folds: int = FOLDS, seed: int = 0) -> Folds:
    """Entities one by one, at random; every entity is predicted once.

    Raises:
        BadInput: for fewer than two folds, or fewer entities than folds.
    """
    from sklearn.model_selection import KFold

    _check(folds, entities, "entities")
    splits = KFold(folds, shuffle=True, random_state=seed).split(np.zeros(entities))
    return Folds(_numbered(splits, entities), np.arange(entities), "entity")


def by_group(groups: Sequence[str], folds: int = FOLDS, by: str = "group") -> Folds:
    """Whole groups, dealt so that folds are of about equal size; every entity is predicted once.

    Args:
        groups: Group of each entity, [entities].
        by: What the groups are, such as ``country``.

    Raises:
        BadInput: for fewer groups than folds, or than an interval needs.
    """
    from sklearn.model_selection import GroupKFold

    names, group = np.unique(np.asarray(groups), return_inverse=True)
    _check(max(folds, FEWEST_GROUPS) if folds > 1 else folds, len(names), f"groups by {by}")
    splits = GroupKFold(folds).split(np.zeros(len(group)), groups=group)
    return Folds(_numbered(splits, len(group)), group, by)


def held_out(test: Sequence[bool], groups: Sequence[str] | None = None) -> Folds:
    """One part held out, as the published sets mark it (`is_test`).

    Args:
        test: Whether each entity is judged rather than learned from, [entities].
        groups: What intervals resample as a whole, [entities]; entities without.

    Raises:
        BadInput: when a part is empty, or the groups are not one for each entity.
    """
    chosen = np.asarray(test, dtype=bool)
    if chosen.all() or not chosen.any():
        raise BadInput(
            f"{int(chosen.sum())} of {len(chosen)} entities are held out, which leaves one part "
            "empty; mark some but not all as test"
        )
    if groups is not None and len(groups) != len(chosen):
        raise BadInput(
            f"{len(groups)} groups for {len(chosen)} entities; give each entity its group"
        )
    names = np.arange(len(chosen)) if groups is None else np.asarray(groups)
    group = np.unique(names, return_inverse=True)[1]
    return Folds(np.where(chosen, 0, -1), group, "held-out part")


def _check(folds: int, units: int, what: str) -> None:
    if folds < 2:
        raise BadInput(f"{folds} folds leave nothing to learn from; ask for at least 2")
    if units < folds:
        raise BadInput(
            f"{units} {what} are too few to hold out {folds} times; give more, or split by entity "
            "or into fewer folds"
        )


def _numbered(splits: Iterable[tuple[np.ndarray, np.ndarray]], entities: int) -> np.ndarray:
    fold = np.full(entities, -1)
    for number, (_, test) in enumerate(splits):
        fold[test] = number
    return fold
