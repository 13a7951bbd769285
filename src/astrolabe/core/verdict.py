"""`Interval` and `Verdict`: what a measurement and a comparison say."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A two-sided interval at the given level."""

    low: float
    high: float
    level: float = 0.95


@dataclass(frozen=True)
class Verdict:
    """The outcome of a planned comparison, paired on items.

    Attributes:
        baseline: Label of the first run.
        alternative: Label of the second run.
        difference: Accuracy of the alternative minus that of the baseline, over common items.
            Items that count in parts count these.
        interval: Cluster-bootstrap interval of the difference, by subject.
        items: How many items both runs answered.
        clusters: How many subjects these belong to.
        gained: Items right only under the alternative, or counting more there.
        lost: Items right only under the baseline, or counting more there.
        p: Exact two-sided McNemar p-value; of a sign-flip test where items count in parts.
        p_corrected: The same after Holm's correction over the study's comparisons.
        comparisons: How many comparisons the correction was made for.
        smallest_detectable: Smallest true difference that a sample like this would have found
            with 80 % power at the corrected level.
        decided: Whether the corrected p-value is below the level.
        unread: How many answers of the baseline and of the alternative were unparsed, truncated or
            not run, by outcome; they count as not right. Outcomes that did not occur are absent.
        differs_in: Condition fields in which the runs differ, with both values as text.
        sentence: The verdict in one plain sentence.
        parts: Whether items count in parts (the mass on true answers, pass@k), not as right or not.
    """

    baseline: str
    alternative: str
    difference: float
    interval: Interval
    items: int
    clusters: int
    gained: int
    lost: int
    p: float
    p_corrected: float
    comparisons: int
    smallest_detectable: float
    decided: bool
    unread: tuple[Mapping[str, int], Mapping[str, int]]
    differs_in: tuple[tuple[str, str, str], ...]
    sentence: str
    parts: bool = False
