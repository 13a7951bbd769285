"""The statistics, on simulated answers whose truth is known.

Lines, with the rule by which each passes:

- the share of studies without any effect in which a planned comparison is decided all the same: at
  most the level of the study (exact tests of few disagreements keep below it, never above);
- the share of comparisons decided when the true difference is the one that `smallest_detectable`
  names: the power it promises;
- coverage of the intervals of these differences, of Wilson's interval over all accuracies, and of
  accuracies corrected for a grader's errors: the level of the intervals.

Where equality is asked for, the planted value lies in the interval (Wilson, over simulations)
widened by `TOLERANCE`, since discrete data let no interval keep its level exactly.
"""

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from astrolabe.calibration.instrument import Bench, Calibration, Instrument, What, share
from astrolabe.core.condition import Condition
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.compare import compare
from astrolabe.runs.stats import corrected_for_errors, mcnemar, smallest_detectable, wilson

if TYPE_CHECKING:
    from astrolabe.core.verdict import Verdict

NULL_STUDIES = 200
COMPARISONS = 3
ITEMS = 200
SUBJECTS = 20
SIMULATIONS = 1_000
LEVEL_OF_STUDY = 0.05
POWER = 0.8
TOLERANCE = 0.02
RULE = "simulated"


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    studies = []
    with bench.watch.stage("statistics: simulated studies", NULL_STUDIES) as advance:
        for number in range(NULL_STUDIES):
            studies.append(null_study(Random(f"calibration:null:{number}")))
            advance(1)
    return [
        *of_null(studies),
        share(
            "statistics",
            ("power at the smallest effect", "最小可检出效应处的功效"),
            powers(),
            POWER,
            tolerance=TOLERANCE,
        ),
        _coverage(("coverage: Wilson", "覆盖率：Wilson"), wilson_covers()),
        _coverage(("coverage: corrected accuracy", "覆盖率：校正后的正确率"), corrected_covers()),
    ]


def of_null(studies: Sequence[Sequence["Verdict"]]) -> list[Calibration]:
    """Lines from the verdicts of studies in which nothing has any effect."""
    decided = [any(verdict.decided for verdict in study) for study in studies]
    # One comparison a study: those of one study share their baseline.
    covered = [study[0].interval.low <= 0 <= study[0].interval.high for study in studies]
    false = share("statistics", ("false positives", "误报率"), decided, LEVEL_OF_STUDY, "<=")
    return [false, _coverage(("coverage: difference", "覆盖率：差异"), covered)]


def _coverage(what: What, covered: Sequence[bool]) -> Calibration:
    planted = 1 - LEVEL_OF_STUDY
    return share("statistics", what, covered, planted, tolerance=TOLERANCE)


def null_study(rng: Random) -> "list[Verdict]":
    """Verdicts on runs that differ by chance only; items and subjects are not equally hard."""
    hardness = [rng.gauss(0.2, 0.1) for _ in range(SUBJECTS)]
    chances = [
        min(0.95, max(0.05, hardness[i % SUBJECTS] + rng.uniform(0.1, 0.8))) for i in range(ITEMS)
    ]
    runs = [_run(shots, chances, rng) for shots in range(COMPARISONS + 1)]
    return compare([(runs[0], run) for run in runs[1:]], level=LEVEL_OF_STUDY)


def _run(shots: int, chances: Sequence[float], rng: Random) -> Run:
    items = tuple(
        GradedItem(
            item=str(place),
            subject=str(place % SUBJECTS),
            gold="A",
            prompt="",
            answers=(),
            order=(),
            shots=(),
            grades={
                RULE: Grade(Outcome.RIGHT if rng.random() < chance else Outcome.WRONG, None, RULE)
            },
        )
        for place, chance in enumerate(chances)
    )
    return Run(str(shots), RULE, RULE, Condition(shots=shots), RULE, "micro", items)


def powers() -> list[bool]:
    """Whether a true difference of the smallest detectable size was decided, by simulation."""
    rng = Random("calibration:power")
    discordant = 0.3
    effect = smallest_detectable(ITEMS, round(discordant * ITEMS), LEVEL_OF_STUDY, POWER)
    gain, loss = (discordant + effect) / 2, (discordant - effect) / 2
    found = []
    for _ in range(SIMULATIONS):
        draws = (rng.random() for _ in range(ITEMS))
        changes = [1.0 if u < gain else -1.0 if u < gain + loss else 0.0 for u in draws]
        found.append(mcnemar(changes.count(1.0), changes.count(-1.0)) < LEVEL_OF_STUDY)
    return found


def wilson_covers() -> list[bool]:
    """Whether the interval of a simulated run holds its true accuracy, over all accuracies."""
    rng = Random("calibration:wilson")
    found = []
    for _ in range(SIMULATIONS):
        truth = rng.uniform(0.02, 0.98)
        right = sum(rng.random() < truth for _ in range(ITEMS))
        interval = wilson(right, ITEMS)
        found.append(interval.low <= truth <= interval.high)
    return found


def corrected_covers() -> list[bool]:
    """The same for accuracies seen through a grader whose errors are estimated, too."""
    rng = Random("calibration:corrected")
    accepts, rejects, labelled = 0.05, 0.08, 150
    found = []
    for _ in range(SIMULATIONS):
        truth = rng.uniform(0.1, 0.9)
        seen = truth * (1 - rejects) + (1 - truth) * accepts
        right = sum(rng.random() < seen for _ in range(ITEMS))
        wrong = [sum(rng.random() < rate for _ in range(labelled)) for rate in (accepts, rejects)]
        corrected = corrected_for_errors(right, ITEMS, (wrong[0], labelled), (wrong[1], labelled))
        found.append(corrected is not None and corrected[1].low <= truth <= corrected[1].high)
    return found


INSTRUMENT = Instrument("statistics", ("Statistics", "统计"), read)
