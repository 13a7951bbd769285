"""What `shots` decides: from the runs with each number of examples to findings and spreads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.run import Run
from astrolabe.runs import sign_flip
from astrolabe.runs.stats import cluster_bootstrap
from astrolabe.studies.deciding import Planned, Uncorrected, compared, credits, settled
from astrolabe.studies.laboratory import Finding, Text
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
    by_cell = [credits(cell.flat) for cell in cells]
    names = [name for name in by_cell[0] if all(name in one for one in by_cell)]
    x = np.log2([1 + cell.shots for cell in cells])
    x = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    slopes = np.array([[one[name][1] for one in by_cell] for name in names]) @ x
    return Uncorrected(
        Text("each doubling of the examples", "示例数每翻一倍"),
        float(slopes.mean()),
        cluster_bootstrap(list(slopes), [by_cell[0][name][0] for name in names], 1 - level),
        sign_flip.sign_flip(slopes),
        smallest=min(1.0, sign_flip.smallest_detectable(slopes, level / tests))
        if len(slopes) > 1 and slopes.std() > 0
        else None,
    )


def spread(cell: Cell) -> Components:
    """The components of variance of a cell's grades."""
    graded = [[credits([run]) for run in draw] for draw in cell.runs]
    names = [name for name in graded[0][0] if all(name in run for draw in graded for run in draw)]
    return components(
        np.array([[[run[name][1] for name in names] for run in draw] for draw in graded])
    )
