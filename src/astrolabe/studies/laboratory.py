"""The laboratory: experiments on using models, each one small file, and the nouns they share.

An experiment asks one question of one model on one benchmark. It conducts ordinary runs (kept in
the store, so that it resumes by itself), decides planned comparisons, corrected together
(`astrolabe.studies.deciding`), and hands back an `Outcome`: tables, findings and charts as plain
values, which `astrolabe.report.laboratory` shows in any of the report's languages.

A new experiment is a module of this package that holds an `EXPERIMENT`, and a line in
`EXPERIMENTS`; the command line finds it there, with its knobs.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from astrolabe.core.errors import BadInput
from astrolabe.core.run import RunPlan
from astrolabe.core.verdict import Interval

if TYPE_CHECKING:
    from astrolabe.core.condition import Condition
    from astrolabe.core.model import Model
    from astrolabe.runs.store import Store
    from astrolabe.runs.watch import Watch

LEVEL = 0.05
"""Chance, over all planned comparisons of an experiment, of deciding what is not there."""

EXPERIMENTS: Mapping[str, str] = {
    "shots": "astrolabe.studies.shots",
    "chain-of-thought": "astrolabe.studies.chain_of_thought",
    "role": "astrolabe.studies.role",
    "fine-tuning-hurts": "astrolabe.studies.fine_tuning_hurts",
    "finetune-or-prompt": "astrolabe.studies.finetune_or_prompt",
    "wrong-examples": "astrolabe.studies.wrong_examples",
    "override": "astrolabe.studies.override",
    "what-moved-it": "astrolabe.studies.what_moved_it",
    "magic-words": "astrolabe.studies.magic_words",
}
"""Modules of the experiments, by the experiments' names."""


@dataclass(frozen=True)
class Text:
    """What people read, in both languages."""

    en: str
    zh: str

    def said(self, language: str) -> str:
        """The text in a language, ``en`` or ``zh``."""
        return self.zh if language == "zh" else self.en


Said = Text | str
"""A text in both languages, or one that is the same in both: a name, a phrase that was shown."""


def said(text: Said, language: str) -> str:
    """A text in a language."""
    return text if isinstance(text, str) else text.said(language)


Kind = Literal["text", "count", "share", "points", "p", "nats", "seconds", "number"]
"""What a value is: a share of 1 (shown in percent), a difference of shares (in percentage points,
signed), a p-value, ..., or a plain number."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        key: The rows' key.
        heading: What it is called.
        kind: How its values are shown.
    """

    key: str
    heading: Said
    kind: Kind = "text"


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
        emphasis: Whether it is filled where others are hollow: something decided.
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
            bottom.
        title: What it shows, as a reader would say it.
        subtitle: How to read it.
        rows: The marks, in order.
        reference: A value with a name that is drawn as a dashed line: chance, zero, a baseline.
        notable: Points of x at which something happens, each with a name, drawn as an upright line.
    """

    name: str
    kind: Literal["lines", "bars", "dots"]
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


@dataclass(frozen=True)
class Setting:
    """What the user chose.

    Attributes:
        model: ``polaris``, a folder, or a hub id.
        benchmark: Name of a benchmark.
        recipe: Name of its protocol; `None` leaves it to the experiment.
        data: Folder or hub id to read items from; `None` means Polaris' own.
        subjects: Subjects to keep; empty keeps all.
        limit: Most items; `None` keeps all.
        seed: Everything random is drawn from it.
        level: Chance of deciding what is not there, over all comparisons together.
        knobs: Values of the experiment's own knobs, by name; every knob has one.
    """

    model: str
    benchmark: str
    recipe: str | None = None
    data: str | None = None
    subjects: tuple[str, ...] = ()
    limit: int | None = None
    seed: int = 0
    level: float = LEVEL
    knobs: Mapping[str, Any] = field(default_factory=dict)

    def plan(self, label: str, condition: "Condition", exemplars: str | None = None) -> RunPlan:
        """A run of the setting's model on its items, under `condition`.

        Args:
            exemplars: Where they are read from, if not from the benchmark; see `RunPlan`.
        """
        return RunPlan(
            label,
            self.model,
            self.benchmark,
            condition,
            data=self.data,
            subjects=self.subjects,
            limit=self.limit,
            exemplars=exemplars,
        )


@dataclass(frozen=True)
class Bench:
    """What an experiment works with.

    Attributes:
        load: Gives a model by name.
        store: Keeps runs and answers.
        watch: Told how far the work is.
    """

    load: "Callable[[str], Model]"
    store: "Store"
    watch: "Watch"


@dataclass(frozen=True)
class Knob:
    """Something that can be set in one experiment alone; an option of its command.

    Attributes:
        name: As in `Setting.knobs`; on the command line with dashes.
        default: Its type is the knob's: `int`, `float`, `str`, `bool`, or a tuple of numbers or
            texts, given with commas; `None` stands for a text that need not be given.
        help: A line for the command's help.
        least: Smallest number allowed.
    """

    name: str
    default: int | float | str | bool | tuple[int, ...] | tuple[float, ...] | tuple[str, ...] | None
    help: str
    least: float | None = None


@dataclass(frozen=True)
class Experiment:
    """An experiment of the laboratory.

    Attributes:
        name: As in ``astrolabe study NAME``.
        summary: What it asks, in a line.
        paper: Whose experiment it is: authors, year, arXiv.
        benchmark: Benchmark when none is given.
        suits: Benchmarks that it is made for; empty for any.
        conduct: Does it.
        knobs: What can be set in it alone.
        limit: Items when no limit is given and the items are Polaris'.
    """

    name: str
    summary: Text
    paper: str
    benchmark: str
    conduct: Callable[[Setting, Bench], Outcome]
    suits: tuple[str, ...] = ()
    knobs: tuple[Knob, ...] = ()
    limit: int | None = None

    def setting(self, model: str, benchmark: str | None = None, **chosen: Any) -> Setting:
        """A setting in which whatever was not chosen has its default.

        Args:
            chosen: Other fields of `Setting`; ``knobs`` need not name every knob.

        Raises:
            BadInput: for a benchmark that the experiment is not made for, or an unknown knob.
        """
        benchmark = benchmark or self.benchmark
        if self.suits and benchmark not in self.suits:
            raise BadInput(
                f"experiment '{self.name}' is not made for benchmark '{benchmark}'; "
                f"it takes {', '.join(self.suits)}"
            )
        knobs = {knob.name: knob.default for knob in self.knobs}
        asked = chosen.pop("knobs", {})
        for name in asked:
            if name not in knobs:
                known = ", ".join(knobs) or "none"
                raise BadInput(f"experiment '{self.name}' has no knob '{name}'; it has {known}")
        if chosen.get("limit") is None and chosen.get("data") is None:
            chosen["limit"] = self.limit
        return Setting(model, benchmark, knobs={**knobs, **asked}, **chosen)


def experiment(name: str) -> Experiment:
    """The experiment of that name.

    Raises:
        BadInput: when there is none.
    """
    if name not in EXPERIMENTS:
        raise BadInput(
            f"there is no experiment '{name}'; there are {', '.join(EXPERIMENTS) or 'none'}"
        )
    found: Experiment = importlib.import_module(EXPERIMENTS[name]).EXPERIMENT
    return found


def record(setting: Setting, runs: Sequence[Any] = ()) -> dict[str, Any]:
    """What is needed to repeat an experiment, as JSON values.

    Args:
        runs: The runs (`astrolabe.core.run.Run`) it was made of, in order.
    """
    from astrolabe import __version__

    fields = {name: _plain(value) for name, value in vars(setting).items()}
    return {
        "astrolabe": __version__,
        "setting": fields,
        "model": dict(runs[0].record.get("model", {})) if runs else {},
        "data": dict(runs[0].record.get("data", {})) if runs else {},
        "runs": {run.id: run.condition.fields() for run in runs},
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    return list(value) if isinstance(value, tuple) else value
