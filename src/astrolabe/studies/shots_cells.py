"""What `shots` decides: from the runs with each number of examples to findings and spreads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.run import Run
from astrolabe.studies.deciding import (
    Planned,
    Uncorrected,
    compared,
    credit_matrix,
    of_values,
    settled,
)
from astrolabe.studies.outcome import Finding, Text
from astrolabe.studies.variance import Components, components


@dataclass(frozen=True)
class Cell:
    """The runs with one number of examples: by draw, then by arrangement."""

    shots: int
    runs: tuple[tuple[Run, ...], ...]

    @property
    def flat(self) -> tuple[Run, ...]:
        return tuple(run for draw in self.runs for run in draw)


def findings(cells: Sequence[Cell], level: float) -> tuple[Finding, ...]:
    """Each number of examples against none, and the trend, corrected together."""
    none, *others = cells
    planned = [
        Planned(
            Text(
                f"{cell.shots} example{'s' if cell.shots > 1 else ''} against none, mean of "
                f"{len(cell.flat)} runs",
                f"{cell.shots} 个示例对无示例，{len(cell.flat)} 次运行平均",
            ),
            none.flat,
            cell.flat,
        )
        for cell in others
    ]
    tests = len(planned) + (len(cells) > 2)
    tested = list(compared(planned, level, tests))
    if len(cells) > 2:
        tested.append(_trend(cells, level, tests))
    return settled(tested, level)


def _trend(cells: Sequence[Cell], level: float, tests: int) -> Uncorrected:
    """Whether accuracy rises with the examples: the mean of the items' own slopes.

    Each item's slope of credit over log2(1 + examples) by least squares is one value, so that
    repeated measures of an item do not count as many (Matthews et al. 1990, BMJ 300, 230-235).
    """
    subjects, credit = credit_matrix([cell.flat for cell in cells])
    x = np.log2([1 + cell.shots for cell in cells])
    x = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    claim = Text("each doubling of the examples", "示例数每翻一倍")
    return of_values(claim, credit @ x, subjects, level, tests)


def spread(cell: Cell) -> Components:
    """The components of variance of a cell's grades."""
    _, credit = credit_matrix([[run] for run in cell.flat])
    return components(credit.T.reshape(len(cell.runs), -1, len(credit)))
