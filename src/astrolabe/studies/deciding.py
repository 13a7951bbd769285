"""From runs to findings: planned comparisons of groups of runs, paired on items.

All comparisons of an experiment are corrected together.

A side of a comparison may hold several runs (draws of exemplars, samples): an item then counts the
mean of its credits over them, so that what is tested is the effect on the items, averaged over the
draws that were made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run
from astrolabe.core.verdict import Interval
from astrolabe.runs import sign_flip
from astrolabe.runs.compare import paired_test
from astrolabe.runs.figures import p_value, points, signed_points
from astrolabe.runs.stats import cluster_bootstrap, holm, wilson
from astrolabe.studies.outcome import Decision, Expects, Finding, Kind, Mark, Said, Text, said


@dataclass(frozen=True)
class Planned:
    """A comparison that is planned: whether `alternative` is `expects` than `baseline`.

    Attributes:
        claim: What the literature expects, as a clause.
        baseline: Runs of one side.
        alternative: Runs of the other.
        expects: What the claim says of the difference.
        items: Ids of the only items that count; `None` for all.
    """

    claim: Said
    baseline: Sequence[Run]
    alternative: Sequence[Run]
    expects: Expects = "higher"
    items: frozenset[str] | None = None


@dataclass(frozen=True)
class Uncorrected:
    """A test that was made, before correction. See `Finding`."""

    claim: Said
    estimate: float
    interval: Interval | None
    p: float
    expects: Expects = "higher"
    smallest: float | None = None
    kind: Kind = "points"


def credits(runs: Sequence[Run]) -> dict[str, tuple[str, float]]:
    """Subject and mean credit over `runs` of every item that all of them judge, by id."""
    judged = [
        {item.item: item.grades[run.rule].credit for item in run.items if item.judged(run.rule)}
        for run in runs
    ]
    return {
        item.item: (item.subject, sum(one[item.item] for one in judged) / len(judged))
        for item in runs[0].items
        if all(item.item in one for one in judged)
    }


def credit_matrix(groups: Sequence[Sequence[Run]]) -> tuple[list[str], np.ndarray]:
    """Subjects and mean credits of the N items that the runs of all G groups judge: [N], [N, G]."""
    found = [credits(runs) for runs in groups]
    names = [name for name in found[0] if all(name in one for one in found)]
    subjects = [found[0][name][0] for name in names]
    return subjects, np.array([[one[name][1] for one in found] for name in names])


@dataclass(frozen=True)
class Accuracy:
    """The accuracy of a group of runs.

    Attributes:
        value: Mean credit of the items, each over the runs.
        interval: Wilson's.
        items: How many items all runs judge.
    """

    value: float
    interval: Interval
    items: int

    def mark(self, x: float | Said, series: Said = "", emphasis: bool = True) -> Mark:
        """It stands at `x` of a chart, with its interval."""
        return Mark(x, self.value, self.interval.low, self.interval.high, series, emphasis)


def accuracy(
    runs: Sequence[Run], level: float = 0.05, items: frozenset[str] | None = None
) -> Accuracy:
    """The accuracy of a group of runs, with its interval of coverage 1 - level.

    Args:
        items: Ids of the only items that count; `None` for all.

    Raises:
        BadInput: when no item is judged in all of the runs.
    """
    counted = [c for name, (_, c) in credits(runs).items() if items is None or name in items]
    if not counted:
        raise BadInput(
            f"no item was judged in all of {len(runs)} runs of '{runs[0].benchmark}', so there is "
            "no accuracy; ask for items of a split with labels"
        )
    right, count = sum(counted), len(counted)
    return Accuracy(right / count, wilson(right, count, 1 - level), count)


def paired(
    baseline: Sequence[Run], alternative: Sequence[Run], items: frozenset[str] | None = None
) -> tuple[list[float], list[str]]:
    """Differences in credit, and subjects, of the items that both sides judge."""
    before, after = credits(baseline), credits(alternative)
    common = [name for name in before if name in after and (items is None or name in items)]
    changes = [after[name][1] - before[name][1] for name in common]
    return changes, [before[name][0] for name in common]


def compared(
    planned: Sequence[Planned], level: float, tests: int | None = None
) -> tuple[Uncorrected, ...]:
    """Each comparison tested by itself; the smallest effect is that of the corrected level.

    Exact McNemar tests where items are right or wrong, sign-flip tests where they count in parts;
    intervals by cluster bootstrap over subjects.

    Args:
        tests: How many tests they will be corrected for, if others are made beside them.

    Raises:
        BadInput: for two sides without an item in common that both could judge.
    """
    tested = []
    for plan in planned:
        changes, subjects = paired(plan.baseline, plan.alternative, plan.items)
        if not changes:
            raise BadInput(
                f"'{said(plan.claim, 'en')}' cannot be decided: no item was judged on both sides; "
                "ask for more items"
            )
        tested.append(
            of_changes(
                plan.claim, changes, subjects, level, tests or len(planned), expects=plan.expects
            )
        )
    return tuple(tested)


def of_changes(
    claim: Said,
    changes: Sequence[float],
    subjects: Sequence[str],
    level: float,
    tests: int,
    expects: Expects,
) -> Uncorrected:
    """The test of N items' differences in credit; see `compared`.

    Args:
        changes: From `paired`, N at least 1.
        subjects: The clusters of the interval, N of them.
        tests: How many tests will be corrected together.
    """
    p, smallest = paired_test(changes, level / tests)
    within = cluster_bootstrap(changes, subjects, 1 - level)
    return Uncorrected(claim, sum(changes) / len(changes), within, p, expects, smallest)


def of_values(
    claim: Said, values: np.ndarray, subjects: Sequence[str], level: float, tests: int
) -> Uncorrected:
    """The sign-flip test that the mean of values, one of each of N items, is not zero.

    Args:
        values: Shares of 1, [N].
        subjects: The clusters of the interval, N of them.
        tests: How many tests will be corrected together.
    """
    varied = len(values) > 1 and values.std() > 0
    return Uncorrected(
        claim,
        float(values.mean()),
        cluster_bootstrap(list(values), subjects, 1 - level),
        sign_flip.sign_flip(values),
        smallest=min(1.0, sign_flip.smallest_detectable(values, level / tests)) if varied else None,
    )


def settled(tested: Sequence[Uncorrected], level: float) -> tuple[Finding, ...]:
    """The findings, corrected together after Holm (1979)."""
    corrected = holm([one.p for one in tested])
    return tuple(
        _finding(one, p, len(tested), level) for one, p in zip(tested, corrected, strict=True)
    )


def decided(planned: Sequence[Planned], level: float) -> tuple[Finding, ...]:
    """`compared` and `settled` in one."""
    return settled(compared(planned, level), level)


def _finding(one: Uncorrected, p: float, comparisons: int, level: float) -> Finding:
    outcome: Decision = "not decided"
    if p < level:
        outcome = "shown" if _as_expected(one) else "reversed"
    return Finding(
        claim=one.claim,
        estimate=one.estimate,
        interval=one.interval,
        p=one.p,
        p_corrected=p,
        outcome=outcome,
        sentence=_sentence(one, p, comparisons, outcome),
        smallest=one.smallest,
        kind=one.kind,
        expects=one.expects,
    )


_UNITS: Mapping[Kind, tuple[str, str]] = {
    "points": (" points", " 个百分点"),
    "nats": (" nats", " nat "),
}
"""What stands behind a number, in English and Chinese."""


def _as_expected(one: Uncorrected) -> bool:
    return (one.expects == "higher" and one.estimate > 0) or (
        one.expects == "lower" and one.estimate < 0
    )


def _sentence(one: Uncorrected, p: float, comparisons: int, outcome: Decision) -> Text:
    show = signed_points if one.kind == "points" else "{:+.3g}".format
    units = _UNITS.get(one.kind, ("", ""))
    within = ("", "")
    if one.interval is not None:
        low, high = show(one.interval.low), show(one.interval.high)
        share = f"{100 * one.interval.level:.0f} %"
        within = (f"{share} interval {low} to {high}; ", f"{share} 区间 {low} 至 {high}；")
    corrected = ("corrected p", "校正后 p") if comparisons > 1 else ("p", "p")
    english, chinese = _end(one, outcome)
    if outcome != "not decided" and one.interval and one.interval.low <= 0 <= one.interval.high:
        english += " The test speaks of these items; other subjects the interval leaves open."
        chinese += "检验针对的是这些题目；换作其他科目会怎样，区间尚不能定论。"
    return Text(
        f"{said(one.claim, 'en')}: {show(one.estimate)}{units[0]} ({within[0]}{corrected[0]} "
        f"{p_value(p)}): {english}",
        f"{said(one.claim, 'zh')}：{show(one.estimate)}{units[1]}（{within[1]}{corrected[1]} "
        f"{p_value(p)}）：{chinese}",
    )


def _end(one: Uncorrected, outcome: Decision) -> tuple[str, str]:
    if outcome == "shown":
        return "shown.", "得到证实。"
    if outcome == "reversed":
        if one.expects == "same":
            return "contradicted: there is a difference.", "被推翻：存在差异。"
        return "reversed: it is the other way round.", "恰恰相反。"
    if one.smallest is None:
        return "not decided by this data.", "以现有数据未能判定。"
    if one.smallest >= 1 and one.kind == "points":
        return (
            "not decided: the sample is too small to show any difference.",
            "未判定：样本太小，无法检出任何差异。",
        )
    least = points(one.smallest) if one.kind == "points" else f"{one.smallest:.2g}"
    unit, unit_zh = _UNITS.get(one.kind, ("", ""))
    return (
        f"not decided; less than about {least}{unit} could not reliably have been seen.",
        f"未判定；低于约 {least}{unit_zh}的差异无法可靠检出。",
    )
