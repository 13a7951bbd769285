"""`Entities`: names, what is to be read off a model's states of them, and what may be held out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import split
from astrolabe.inside.probes.split import Folds
from astrolabe.inside.probes.targets import Targets, coordinates

What = Literal["places", "times", "numbers"]
Split = Literal["auto", "group", "entity", "published"]


@dataclass(frozen=True, eq=False)
class Entities:
    """Things with a name and known numbers.

    Attributes:
        source: Where they are from, as people call it.
        names: As the model is to see them, [entities].
        targets: The numbers, [entities, targets].
        groups: Of each, what is held out as a whole, [entities]; `None` where there are none.
        by: What the groups are, such as ``country``.
        regions: Of each, by what it is coloured in pictures, [entities]; `None` for one colour.
        test: Whether the publishers hold each out, [entities]; `None` where they say nothing.
        times: Whether the one target is a point in time, in years.
        question: What is asked before a name, under the prompt of that kind.
    """

    source: str
    names: tuple[str, ...]
    targets: Targets
    groups: tuple[str, ...] | None = None
    by: str = "group"
    regions: tuple[str, ...] | None = None
    test: tuple[bool, ...] | None = None
    times: bool = False
    question: str = "What do you know of "

    def __post_init__(self) -> None:
        """Refuse columns of different lengths.

        Raises:
            BadInput: when names, groups, regions or test marks are not one for each entity.
        """
        count = len(self.targets.values)
        for what in ("names", "groups", "regions", "test"):
            column = getattr(self, what)
            if column is not None and len(column) != count:
                raise BadInput(f"{len(column)} {what} for {count} entities; give each one")

    def __len__(self) -> int:
        return len(self.names)

    @property
    def what(self) -> What:
        """What the targets are."""
        if coordinates(self.targets.names) is not None:
            return "places"
        return "times" if self.times else "numbers"

    def some(self, most: int, seed: int = 0) -> "Entities":
        """At most so many of them, drawn at random, in their order.

        Raises:
            BadInput: as `Targets`.
        """
        if most >= len(self):
            return self
        chosen = np.sort(np.random.default_rng(seed).permutation(len(self))[:most])

        def kept(column: Sequence | None) -> tuple | None:  # type: ignore[type-arg]
            return None if column is None else tuple(column[place] for place in chosen)

        return replace(
            self,
            names=tuple(self.names[place] for place in chosen),
            targets=Targets(self.targets.names, self.targets.values[chosen]),
            groups=kept(self.groups),
            regions=kept(self.regions),
            test=kept(self.test),
        )

    def folds(self, how: Split = "auto", folds: int = split.FOLDS, seed: int = 0) -> Folds:
        """The division of entities into those learned from and those judged by.

        Args:
            how: ``group``: whole groups are held out; ``entity``: entities at random;
                ``published``: the part that the publishers hold out; ``auto``: groups where there
                are any.

        Raises:
            BadInput: for a split that these entities have no column for, and as in `split`.
        """
        ways: dict[Split, Callable[[], Folds]] = {
            "group": self._by_group(folds),
            "entity": lambda: split.by_entity(len(self), folds, seed),
            "published": self._published,
        }
        if how == "auto":
            how = "entity" if self.groups is None else "group"
        if how not in ways:
            raise BadInput(f"unknown split '{how}'; there are auto, {', '.join(ways)}")
        return ways[how]()

    def _by_group(self, folds: int) -> Callable[[], Folds]:
        def made() -> Folds:
            if self.groups is None:
                raise BadInput(
                    f"{self.source} has no groups to hold out; name a column with --group, or "
                    "split by entity"
                )
            return split.by_group(self.groups, folds, self.by)

        return made

    def _published(self) -> Folds:
        if self.test is None:
            raise BadInput(
                f"{self.source} has no column is_test, so no part is held out by its publishers; "
                "split by group or by entity"
            )
        return split.held_out(self.test)
