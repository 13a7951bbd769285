"""What an experiment of the laboratory hands back, as plain values: tables, findings and charts.

`astrolabe.report.laboratory` shows it in any of the report's languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from astrolabe.core.verdict import Interval


@dataclass(frozen=True)
class Text:
    """What people read, in both languages."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """The text in a language, ``en`` or ``zh``."""
        return self.zh if language == "zh" else self.en


ACCURACY = Text("accuracy", "正确率")
INTERVAL = Text("interval", "区间")
"""What most experiments' tables and axes show."""

Said = Text | str
"""A text in both languages, or one that is the same in both: a name, a phrase that was shown."""


def said(text: Said, language: str) -> str:
    """A text in a language."""
    return text if isinstance(text, str) else text.said(language)


Kind = Literal["text", "count", "share", "points", "p", "nats", "seconds", "correlation", "number"]
"""What a value is: a share of 1 (shown in percent), a difference of shares (in percentage points,
signed), a p-value, a correlation or R2 (two decimals), ..., or a plain number."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: The rows' key.
        heading: What it is called.
        kind: How its values are shown.
        spare: Whether it is the first to be left out where a terminal is too narrow.
    """

    key: str
    heading: Said
    kind: Kind = "text"
    spare: bool = False


@dataclass(frozen=True)
class Table:
    """Figures in rows.

    Attributes:
        rows: Values by the columns' keys: `Said` under ``text``, else numbers; an `Interval` under
            ``share``, ``points``, ``nats`` and ``number``, too. Absent and `None` show as a dash.
        note: What a reader has to know to read it.
    """

    title: Said
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    note: Said | None = None


Expects = Literal["higher", "lower", "same"]
Decision = Literal["shown", "reversed", "not decided"]


@dataclass(frozen=True)
class Finding:
    """A claim that the experiment decides.

    Attributes:
        claim: What the literature expects, as a clause.
        estimate: What was measured, in units of `kind`.
        interval: Of `estimate`; not corrected.
        p: Two-sided.
        p_corrected: After Holm's correction over the planned comparisons of the experiment.
        outcome: ``shown`` where decided as expected, ``reversed`` where decided the other way (for
            a claim that nothing happens: where something does), ``not decided`` otherwise.
        sentence: All of this in one plain sentence.
        smallest: The smallest effect that could reliably have been seen, if that can be told.
        kind: Unit of the estimate.
        expects: What the claim says of the estimate: above, below or at zero.
    """

    claim: Said
    estimate: float
    interval: Interval | None
    p: float
    p_corrected: float
    outcome: Decision
    sentence: Said
    smallest: float | None = None
    kind: Kind = "points"
    expects: Expects = "higher"

    @property
    def decided(self) -> bool:
        return self.outcome != "not decided"


@dataclass(frozen=True)
class Mark:
    """A point, bar or step of a line.

    Attributes:
        x: Where it stands: a number, or a name (on an axis of kind ``text``).
        value: Its height.
        low: Lower end of its interval.
        high: Upper end.
        series: Which line or colour it belongs to.
        emphasis: Whether it is filled where others are hollow: something decided. In a stacked row
            it is a mean, drawn larger than what it is the mean of.
    """

    x: float | Said
    value: float
    low: float | None = None
    high: float | None = None
    series: Said = ""
    emphasis: bool = True


@dataclass(frozen=True)
class Axis:
    """An axis, by what it shows. Of kind ``text``: names at equal steps, in the rows' order."""

    heading: Said
    kind: Kind = "share"


@dataclass(frozen=True)
class Chart:
    """A picture, declared; `astrolabe.report.laboratory` draws it.

    Attributes:
        name: File name, without its ending.
        kind: ``lines`` over x (a series with several marks at one x is drawn as loose points);
            ``bars`` side by side; ``dots`` with intervals, one row for each mark, from top to
            bottom; ``stacked``, one row for each x, from top to bottom, its series laid end to end
            from zero, those below zero to the left, and a tick at their sum.
        title: What it shows, as a reader would say it.
        subtitle: How to read it.
        rows: The marks, in order.
        reference: A value with a name that is drawn as a dashed line: chance, zero, a baseline.
        notable: Points of x at which something happens, each with a name, drawn as an upright line.
    """

    name: str
    kind: Literal["lines", "bars", "dots", "stacked"]
    title: Said
    subtitle: Said
    x: Axis
    y: Axis
    rows: tuple[Mark, ...]
    reference: tuple[float, Said] | None = None
    notable: tuple[tuple[float, Said], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What an experiment found.

    Attributes:
        question: What was asked.
        answer: The verdict, in a sentence.
        tables: At least one.
        findings: The planned comparisons.
        charts: The first one tells the story.
        runs: Ids of the runs it was made of, in the store.
        record: Settings, seeds, versions: what is needed to repeat it. JSON values.
        notes: What a reader has to know beside.
    """

    experiment: str
    model: str
    benchmark: str
    question: Said
    answer: Said
    tables: tuple[Table, ...]
    findings: tuple[Finding, ...]
    charts: tuple[Chart, ...]
    runs: tuple[str, ...]
    record: Mapping[str, Any]
    notes: tuple[Said, ...] = ()
