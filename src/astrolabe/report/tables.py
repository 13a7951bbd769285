"""Runs and verdicts in the terminal, and as plain values for `--json`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.core.condition import Scoring
from astrolabe.core.item import LETTERS
from astrolabe.core.model import Scored
from astrolabe.core.run import GradedItem, Run
from astrolabe.core.verdict import Verdict
from astrolabe.report.notes import ID, metrics, next_steps
from astrolabe.report.rows import (
    Findings,
    condition_texts,
    contrasted,
    contrasted_text,
    differing,
    labelled,
    lines,
    one_line,
    visible,
)
from astrolabe.report.strings import words
from astrolabe.runs.figures import p_value, percent, signed_points, within
from astrolabe.runs.sentences import sentence
from astrolabe.runs.summary import Group, Summary, summarise
from astrolabe.runs.values import answer_values

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table


def runs_table(runs: Mapping[str, Run]) -> "Table":
    """One line a run of a study, by label: accuracy in percent with its interval, unread answers
    beside it."""
    shown = lines(runs)
    interval = f"{_level(shown[0].summary)} interval" if shown else "interval"
    table = text_table("run", "id", numbers=("n", "accuracy", interval, "unparsed", "truncated"))
    benchmark = None
    for line in shown:
        if line.run.benchmark != benchmark:
            benchmark = line.run.benchmark
            table.add_section()
            table.add_row(styled(benchmark, "bold"))
        table.add_row(styled(line.short), line.run.id[:ID], *_figures(line.summary))
    return table


def list_table(runs: Sequence[Run]) -> "Table":
    """One line a run of a store, with what it was of: model and data, and how many items."""
    table = text_table("run", "id", "model\ndata", numbers=("n", "accuracy", "interval", "unread"))
    benchmarks = dict.fromkeys(run.benchmark for run in runs)
    for benchmark in benchmarks:
        table.add_section()
        table.add_row(styled(benchmark, "bold"))
        for run in runs:
            if run.benchmark == benchmark:
                summary = summarise(run)
                table.add_row(
                    styled(one_line(run.condition.label())),
                    run.id[:ID],
                    styled(f"{one_line(Path(run.model).name)}\n{one_line(_place(run))}"),
                    str(summary.n),
                    styled(percent(summary.accuracy), "bold"),
                    within(summary.interval),
                    percent(summary.unparsed_rate + summary.truncated_rate),
                )
    return table


def _place(run: Run) -> str:
    """Where the items came from, in a word: the last part of a folder, the name of a hub id."""
    source = str(run.record.get("data", {}).get("source", "–"))
    return Path(source.removeprefix("hub:").partition("@")[0]).name or source


def verdicts_table(verdicts: Sequence[Verdict], language: str = "en") -> "RenderableType":
    """One line a verdict, differences in percentage points; below, their sentences.

    Args:
        language: Of the sentences; the table is English.
    """
    from rich.console import Group as Stack

    table = text_table("comparison", numbers=("points", "interval", "corrected p", "decided"))
    for verdict in verdicts:
        low, high = signed_points(verdict.interval.low), signed_points(verdict.interval.high)
        names = f"{one_line(verdict.baseline)} → {one_line(verdict.alternative)}"
        table.add_row(
            styled(names),
            styled(signed_points(verdict.difference), "bold" if verdict.decided else ""),
            f"{low} to {high}",
            p_value(verdict.p_corrected).removeprefix("= "),
            styled("yes", "bold green") if verdict.decided else styled("no", "yellow"),
        )
    label = words(language)["differs_in"]
    said = [
        text
        for verdict in verdicts
        for text in (
            styled(f"\n{visible(sentence(verdict, language))}"),
            styled(label.format(what=differing(verdict, language)), "dim"),
        )
    ]
    return Stack(table, *said)


def run_panel(run: Run) -> "RenderableType":
    """Everything about a run except its items and its record."""
    from rich.console import Group as Stack

    (label,) = labelled([run])
    summary = summarise(run)
    tables = [
        _groups_table(kind, groups)
        for kind, groups in (("category", summary.categories), ("subject", summary.subjects))
        if len(groups) > 1
    ]
    return Stack(
        styled(one_line(label), "bold"), _facts(run, summary), _rules_table(run, summary), *tables
    )


def item_panel(item: GradedItem, options: Sequence[str] = ()) -> "RenderableType":
    """One item: what was sent, what came back, how it was graded.

    Args:
        options: Texts that were scored, in the order shown, where the prompt does not hold them.
    """
    from rich.console import Group as Stack

    table = text_table("rule", "outcome", "read as", numbers=("margin", "counts", "votes"))
    for grade in item.grades.values():
        read = "–" if grade.extracted is None else one_line(grade.extracted)
        margin = "–" if grade.margin is None else f"{grade.margin:.4f}"
        counts = f"{grade.credit:.2f}".removesuffix(".00") if item.judged(grade.rule) else "–"
        votes = "–" if grade.votes is None else percent(grade.votes)
        table.add_row(grade.rule, styled(grade.outcome), styled(read), margin, counts, votes)
    return Stack(
        styled(f"{visible(item.item)} · {visible(item.subject)}", "bold"),
        styled("\nprompt", "dim"),
        styled(visible(item.prompt)),
        styled("\nanswer", "dim"),
        styled(visible(_scored(item, options) if options else item.said)),
        styled(f"\nright answer: {visible(item.gold)}"),
        table,
    )


def print_runs(runs: Sequence[Run]) -> None:
    show(list_table(runs))


def print_run(run: Run) -> None:
    show(run_panel(run))


def print_item(item: GradedItem, options: Sequence[str] = ()) -> None:
    show(item_panel(item, options))


def print_verdicts(verdicts: Sequence[Verdict], language: str = "en") -> None:
    show(verdicts_table(verdicts, language))


def print_findings(findings: Findings, language: str = "en") -> None:
    """The runs of a study, then its verdicts."""
    show(runs_table(findings.runs))
    show(
        *(styled(line, "dim") for line in metrics(findings.runs)),
        *(styled(step, "yellow") for step in next_steps(findings.runs)),
    )
    if findings.verdicts:
        show("", verdicts_table(findings.verdicts, language))


def run_fields(run: Run) -> dict[str, Any]:
    """A run in numbers, with its condition and record, as JSON values; its items are left out."""
    summary = summarise(run)
    return {
        "id": run.id,
        "model": run.model,
        "benchmark": run.benchmark,
        "label": run.condition.label(),
        "condition": run.condition.fields(),
        "rule": run.rule,
        "aggregate": run.aggregate,
        "n": summary.n,
        "accuracy": summary.accuracy,
        "interval": summary.interval and asdict(summary.interval),
        "outcomes": {str(outcome): count for outcome, count in summary.outcomes.items()},
        "unparsed_rate": summary.unparsed_rate,
        "truncated_rate": summary.truncated_rate,
        "accuracy_read": summary.accuracy_read,
        "rules": dict(summary.rules),
        "margins": dict(summary.margins),
        "votes": dict(summary.votes),
        "near_ties": summary.near_ties,
        "contrasted": [list(counted) for counted in contrasted(run).items()],
        "subjects": [asdict(group) for group in summary.subjects],
        "categories": [asdict(group) for group in summary.categories],
        "record": dict(run.record),
    }


def item_fields(item: GradedItem) -> dict[str, Any]:
    """An item with its grades as JSON values."""
    grades = {
        rule: asdict(grade) | {"outcome": str(grade.outcome)} for rule, grade in item.grades.items()
    }
    return {
        "item": item.item,
        "subject": item.subject,
        "gold": item.gold,
        "said": item.said,
        "answers": [answer_values(answer) for answer in item.answers],
        "order": list(item.order),
        "shots": list(item.shots),
        "prompt": item.prompt,
        "grades": grades,
    }


def verdict_fields(verdict: Verdict, language: str = "en") -> dict[str, Any]:
    """A verdict as JSON values, its sentence in `language`."""
    fields = asdict(verdict)
    fields["sentence"] = sentence(verdict, language)
    fields["unread"] = [dict(counts) for counts in verdict.unread]
    fields["differs_in"] = [list(difference) for difference in verdict.differs_in]
    return fields


def findings_fields(findings: Findings, language: str = "en") -> dict[str, Any]:
    """A study's findings as JSON values; every run goes by its label in the study."""
    return {
        "study": findings.study.name,
        "runs": [run_fields(run) | {"label": label} for label, run in findings.runs.items()],
        "verdicts": [verdict_fields(verdict, language) for verdict in findings.verdicts],
    }


def _scored(item: GradedItem, options: Sequence[str]) -> str:
    """Every option on a line, with its letter and log-prob."""
    totals = [answer.total for answer in item.answers if isinstance(answer, Scored)]
    return "\n".join(
        f"{LETTERS[place] if len(options) <= len(LETTERS) else place + 1} {total:10.4f}  {text}"
        for place, (total, text) in enumerate(zip(totals, options, strict=True))
    )


def _figures(summary: Summary) -> list[Any]:
    return [
        str(summary.n),
        styled(percent(summary.accuracy), "bold"),
        within(summary.interval),
        percent(summary.unparsed_rate),
        percent(summary.truncated_rate),
    ]


def _level(summary: Summary) -> str:
    return f"{100 * summary.level:.0f} %"


def _facts(run: Run, summary: Summary) -> "Table":
    from rich.table import Table

    facts = {
        "id": run.id,
        "model": run.model,
        "accuracy": f"{percent(summary.accuracy)}   {_level(summary)} interval "
        f"{within(summary.interval)}   ({run.aggregate}, rule {run.rule})",
        "outcomes": "   ".join(
            f"{name.replace('_', ' ')} {count}"
            for name, count in summary.outcomes.items()
            if count or name.judged
        ),
        "near-ties": str(summary.near_ties),
        **{name.replace("_", " "): text for name, text in condition_texts(run).items()},
        "data": str(run.record.get("data", {}).get("source", "–")),
    }
    if counts := contrasted(run):
        facts["contrasted"] = contrasted_text(counts)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in facts.items():
        table.add_row(name, styled(visible(value)))
    return table


def _rules_table(run: Run, summary: Summary) -> "Table":
    """Accuracy under each rule, and beside it what samples make of it: vote, pass@k."""
    ways = dict.fromkeys(name.partition(":")[2] for name in summary.rules)
    # The mean lead of true over false references; that of an option over the next says little.
    leads = summary.margins if run.condition.scoring is Scoring.GENERATED else {}
    columns = {"": "accuracy", "maj": "by vote"}
    table = text_table("rule", numbers=[columns.get(way, way) for way in ways])
    if summary.votes:
        table.add_column("vote share", justify="right", no_wrap=True)
    if leads:
        table.add_column("mean lead", justify="right", no_wrap=True)
    for rule in dict.fromkeys(name.partition(":")[0] for name in summary.rules):
        names = [f"{rule}:{way}" if way else rule for way in ways]
        cells = [percent(summary.rules.get(name)) for name in names]
        if summary.votes:
            cells.append(percent(summary.votes.get(f"{rule}:maj")))
        if leads:
            cells.append(f"{leads[rule]:+.4f}" if rule in leads else "–")
        table.add_row(styled(rule, "bold" if rule == run.rule else ""), *cells)
    return table


def _groups_table(kind: str, groups: Sequence[Group]) -> "Table":
    table = text_table(kind, numbers=("n", "right", "accuracy", "interval"))
    for group in groups:
        name = styled(visible(group.name).replace("_", " "))
        table.add_row(
            name, str(group.n), str(group.right), percent(group.accuracy), within(group.interval)
        )
    return table


def text_table(*texts: str, numbers: Sequence[str]) -> "Table":
    """A table whose text columns give way and whose numbers never do."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, header_style="dim")
    for place, name in enumerate(texts):
        table.add_column(name, overflow="fold", no_wrap=name == "id", ratio=None if place else 1)
    for name in numbers:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def styled(text: str, style: str = "") -> Any:
    """Text that is not read as markup: names and answers may hold square brackets."""
    from rich.text import Text

    return Text(text, style=style)


def show(*parts: Any) -> None:
    """Print parts, each on lines of its own."""
    from rich.console import Console

    Console(highlight=False).print(*parts, sep="\n")
