"""Prior or examples: the tests and curves of `override`, as functions of its runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.run import Run
from astrolabe.runs.figures import counted
from astrolabe.studies.deciding import (
    Planned,
    Uncorrected,
    compared,
    credit_matrix,
    credits,
    of_values,
    settled,
)
from astrolabe.studies.outcome import Finding, Text
from astrolabe.studies.switching import Switch, switch

HALF = 0.5


@dataclass(frozen=True)
class Told:
    """The runs with one number of examples, one run a draw.

    Attributes:
        flipped: By the share of examples that were really flipped, ascending from 0 to 1.
        symbolic: With semantically unrelated labels.
    """

    shots: int
    flipped: Mapping[float, tuple[Run, ...]]
    symbolic: tuple[Run, ...]

    @property
    def flat(self) -> tuple[Run, ...]:
        return (*(run for runs in self.flipped.values() for run in runs), *self.symbolic)


def findings(told: Sequence[Told], level: float) -> tuple[Finding, ...]:
    """Flipped against right labels and symbolic ones against chance; the majority; corrected.

    The order: for each number of examples all flipped against none flipped, then symbolic labels
    above a half; last, whether most answers follow the examples when all of the most are flipped.
    """
    tests = 2 * len(told) + 1
    found: list[Uncorrected] = []
    for one in told:
        planned = Planned(
            Text(
                f"flipping all of {counted(one.shots, 'example')} pulls answers from the natural "
                "label",
                f"翻转全部 {one.shots} 个示例使回答偏离自然标签",
            ),
            one.flipped[0.0],
            one.flipped[1.0],
            expects="lower",
        )
        found += compared([planned], level, tests)
        found.append(
            _beyond_half(
                Text(
                    f"unrelated labels are learned from {counted(one.shots, 'example')}",
                    f"{one.shots} 个示例教会无关标签",
                ),
                one.symbolic,
                level,
                tests,
            )
        )
    most = told[-1]
    found.append(
        _beyond_half(
            Text(
                f"most answers follow {counted(most.shots, 'flipped example')}",
                f"多数回答跟随 {most.shots} 个翻转示例",
            ),
            most.flipped[1.0],
            level,
            tests,
            follow=True,
        )
    )
    return settled(found, level)


def _beyond_half(
    claim: Text, runs: Sequence[Run], level: float, tests: int, follow: bool = False
) -> Uncorrected:
    """Whether more than half of the answers are right (or wrong: they follow the examples).

    Every label weighs the same, so that giving one label to everything is exactly a half.
    """
    graded = credits(runs)
    gold = {item.item: item.gold for item in runs[0].items}
    sizes = {label: sum(gold[name] == label for name in graded) for label in set(gold.values())}
    kinds = sum(size > 0 for size in sizes.values())
    beyond = np.array(
        [(c - HALF) * len(graded) / (kinds * sizes[gold[name]]) for name, (_, c) in graded.items()]
    )
    subjects = [subject for subject, _ in graded.values()]
    return of_values(claim, -beyond if follow else beyond, subjects, level, tests)


def over_share(one: Told, level: float) -> Switch:
    """Where answers leave the natural label as more of the examples are flipped."""
    return switch(np.array(list(one.flipped)), *_follows(list(one.flipped.values())), level)


def over_count(alone: Run, told: Sequence[Told], level: float) -> Switch:
    """Where they leave it as the examples, all flipped, grow in number from none.

    Returns:
        The switch, in binary logarithms of 1 + the number.
    """
    flipped = [one.flipped[1.0] for one in told]
    # Without examples there is nothing to draw: every draw would be the same run.
    groups = [(alone,) * len(flipped[0]), *flipped]
    x = np.log2([1, *(1 + one.shots for one in told)])
    return switch(x, *_follows(groups), level)


def _follows(groups: Sequence[Sequence[Run]]) -> tuple[np.ndarray, int]:
    """Share of each item's answers with the natural label, [N, X], and answers of each."""
    return credit_matrix(groups)[1], len(groups[0])
