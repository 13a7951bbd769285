"""Runs and verdicts as plain rows: what charts, the page and the terminal all draw from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from astrolabe.core.grade import Outcome
from astrolabe.core.model import Scored
from astrolabe.core.run import Run
from astrolabe.core.verdict import Verdict
from astrolabe.report.strings import words
from astrolabe.runs.figures import percent
from astrolabe.runs.summary import Summary, summarise

Row = dict[str, Any]

SEPARATOR = " · "
"""What stands between the parts of a label."""


class Named(Protocol):
    @property
    def name(self) -> str: ...


class Findings(Protocol):
    """What a study found, as `astrolabe.studies` hands it over."""

    @property
    def study(self) -> Named: ...

    @property
    def runs(self) -> Mapping[str, Run]:
        """The runs by label; verdicts name them by it."""
        ...

    @property
    def verdicts(self) -> Sequence[Verdict]: ...


@dataclass(frozen=True)
class Line:
    """A run as a report shows it.

    Attributes:
        label: Its name in the study.
        short: The same without the benchmark, for use under a heading that names it.
    """

    label: str
    short: str
    run: Run
    summary: Summary


def lines(runs: Mapping[str, Run]) -> list[Line]:
    """Labelled runs with their summaries, those of one benchmark together, otherwise in order."""
    benchmarks = list(dict.fromkeys(run.benchmark for run in runs.values()))
    ordered = sorted(runs.items(), key=lambda pair: benchmarks.index(pair[1].benchmark))
    return [
        Line(one_line(label), _without(run.benchmark, one_line(label)), run, summarise(run))
        for label, run in ordered
    ]


def labelled(runs: Sequence[Run]) -> dict[str, Run]:
    """Runs outside of a study with labels made of what tells them apart."""
    several = len({run.model for run in runs}) > 1
    names = [
        SEPARATOR.join([*([run.model] if several else []), run.benchmark, run.condition.label()])
        for run in runs
    ]
    return {
        name if names.count(name) == 1 else f"{name} [{run.id[:8]}]": run
        for run, name in zip(runs, names, strict=True)
    }


def _without(benchmark: str, label: str) -> str:
    parts = label.split(SEPARATOR)
    if len(parts) > 1 and benchmark in parts:
        parts.remove(benchmark)
    return SEPARATOR.join(parts)


def accuracy_rows(shown: Sequence[Line]) -> list[Row]:
    """One row for each run that has an accuracy: its interval, outcomes and chance level."""
    return [
        {
            "benchmark": line.run.benchmark,
            "label": line.short,
            "model": line.run.model,
            "n": line.summary.n,
            "accuracy": line.summary.accuracy,
            "low": line.summary.interval.low,
            "high": line.summary.interval.high,
            "level": line.summary.level,
            "chance": chance(line.run),
            "outcomes": {str(name): count for name, count in line.summary.outcomes.items()},
        }
        for line in shown
        if line.summary.interval is not None
    ]


def subject_rows(shown: Sequence[Line]) -> list[Row]:
    """One row for each subject of each run, of benchmarks that have more than one subject."""
    return [
        {
            "benchmark": line.run.benchmark,
            "label": line.short,
            "subject": one_line(group.name.replace("_", " ")),
            "n": group.n,
            "right": group.right,
            "accuracy": group.accuracy,
            "low": group.interval.low,
            "high": group.interval.high,
        }
        for line in shown
        if len(line.summary.subjects) > 1
        for group in line.summary.subjects
        if group.interval is not None
    ]


def difference_rows(verdicts: Sequence[Verdict], shown: Sequence[Line] = ()) -> list[Row]:
    """One row a verdict, differences as shares; baselines of `shown` go by their short names."""
    short = {line.label: line.short for line in shown}
    rows = [(one_line(verdict.baseline), verdict) for verdict in verdicts]
    return [
        {
            "baseline": short.get(baseline, baseline),
            "alternative": one_line(verdict.alternative),
            "difference": verdict.difference,
            "low": verdict.interval.low,
            "high": verdict.interval.high,
            "smallest": verdict.smallest_detectable,
            "p": verdict.p_corrected,
            "decided": verdict.decided,
            "n": verdict.items,
        }
        for baseline, verdict in rows
    ]


def chance(run: Run) -> float | None:
    """Accuracy of guessing among the options; `None` for open questions."""
    options = run.record.get("data", {}).get("options")
    return 1 / options if options else None


def outcome_names() -> list[str]:
    """Every outcome, from right to unjudged."""
    return [str(outcome) for outcome in Outcome]


def condition_texts(run: Run) -> dict[str, str]:
    """Every field of a run's condition as text; what DoLa and the penalty are stands by itself."""
    fields = run.condition.fields()
    apart = {name: fields["decoding"].pop(name) for name in ("repetition_penalty", "dola")}
    return {name: plain(value) for name, value in (fields | apart).items()}


def contrasted(run: Run) -> dict[int | None, int]:
    """At how many scored tokens each layer was contrasted; `None` where none was."""
    layers = [
        layer
        for item in run.items
        for answer in item.answers
        if isinstance(answer, Scored)
        for layer in answer.layers
    ]
    return {layer: layers.count(layer) for layer in sorted(set(layers), key=_none_last)}


def contrasted_text(counts: Mapping[int | None, int]) -> str:
    """The same in words, as ``layer 2: 62.5 %, layer 4: 37.5 % (of 240 tokens)``."""
    tokens = sum(counts.values())
    parts = [
        f"{'none' if layer is None else f'layer {layer}'}: {percent(count / tokens)}"
        for layer, count in counts.items()
    ]
    return f"{', '.join(parts)} (of {tokens:,} tokens)"


def _none_last(layer: int | None) -> float:
    return math.inf if layer is None else layer


def plain(value: Any) -> str:
    """A condition's value as text; ``–`` for nothing."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {plain(part)}" for name, part in value.items())
    return "–" if value is None else str(value)


def differing(verdict: Verdict, language: str = "en") -> str:
    """What two compared runs differ in, as ``shots 0 → 5, order as-is → rotated-1``."""
    if not verdict.differs_in:
        return words(language)["differs_nowhere"]
    return ", ".join(
        f"{name.replace('_', ' ')} {one_line(_said(before))} → {one_line(_said(after))}"
        for name, before, after in verdict.differs_in
    )


def _said(value: str) -> str:
    """A value that a verdict holds as text."""
    return "–" if value == "None" else value


def visible(text: str) -> str:
    """Text from a model with its control characters made visible.

    Left as they are, escape sequences in a model's answer would be obeyed by a terminal.
    """
    return text.translate(_PICTURES)


def one_line(text: str) -> str:
    """A label with nothing in it that would break a line or a picture."""
    return visible(" ".join(text.split()))


_PICTURES = {code: 0x2400 + code for code in range(32) if chr(code) not in "\n\t"} | {
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
}
