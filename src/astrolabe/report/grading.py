"""Graders in the terminal, and as plain values: disputes between rules, and their errors."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from astrolabe.calibration.graders import AGREES, ErrorRates, Reading, corrected
from astrolabe.core.run import GradedItem, Run
from astrolabe.report.rows import one_line, visible
from astrolabe.report.tables import item_fields, show, styled, text_table
from astrolabe.runs.figures import percent, within
from astrolabe.runs.private import is_private
from astrolabe.runs.regrade import disputes
from astrolabe.runs.summary import summarise

if TYPE_CHECKING:
    from rich.table import Table

TAIL = 240
"""Characters shown of an answer, from its end, where most answers are."""


def print_regraded(before: Run, after: Run, shown: int) -> None:
    """Accuracy under each rule before and after, then items on which rules disagree.

    Args:
        shown: Disputed items at most.
    """
    disputed = disputes(after)
    show(_accuracies(before, after))
    if not disputed:
        show("The rules agree on every item.")
        return
    some = disputed[:shown]
    more = f"; the first {len(some)}:" if len(some) < len(disputed) else ":"
    show(f"The rules disagree on {len(disputed)} of {len(after.items)} items{more}")
    for item in some:
        show(_dispute(item, hide=is_private(after)))


def regraded_fields(before: Run, after: Run) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "id": after.id,
        "before": dict(summarise(before).rules),
        "after": dict(summarise(after).rules),
        "disputed": [
            {"item": item.item} if is_private(after) else item_fields(item)
            for item in disputes(after)
        ],
    }


def print_corrected(run: Run) -> None:
    """The run's accuracy freed of its grader's errors, where these are known."""
    found = corrected(run)
    if found is None:
        return
    share, interval, rates = found
    show(
        f"accuracy corrected for misreadings: {percent(share)}   95 % interval "
        f"{within(interval)}   ({run.rule} on labelled answers made hard to read: of those it "
        f"read, {rates.misread} of {rates.read[0]} right ones misread, {rates.false_accepts} of "
        f"{rates.read[1]} others accepted; unread answers count as not right)"
    )


def corrected_fields(run: Run) -> dict[str, Any] | None:
    """The same as JSON values."""
    found = corrected(run)
    if found is None:
        return None
    share, interval, rates = found
    return {"accuracy": share, "interval": asdict(interval), "errors": asdict(rates)}


def print_calibration(readings: Sequence[Reading], listed: bool) -> None:
    """Error rates of each rule, and every answer that one misgrades where that is asked for."""
    columns = ("n", "accepts", "rejects", "agrees", "held out", "verdict")
    table = text_table("rule, answers", numbers=columns)
    table.columns[0].no_wrap = True
    named = ""
    for reading in readings:
        rates = reading.rates
        if reading.rule != named:
            named = reading.rule
            table.add_section()
            table.add_row(styled(named, "bold"))
        table.add_row(
            f"  {reading.language}",
            f"{rates.n:,}",
            f"{rates.false_accepts} of {rates.other}",
            f"{rates.false_rejects} of {rates.right}",
            percent(rates.agreement),
            _agreeing(reading.held_out) if reading.held_out else "–",
            styled("passes", "green") if rates.passes else styled("FAILS", "bold red"),
        )
    show(table)
    show(
        styled(
            "Accepts: answers graded as right that are not. Rejects: right ones not graded so "
            "(intervals of both: --json). A strict rule passes without false accepts, a lenient "
            f"one when it agrees on {100 * AGREES:.0f} % or more. Held out: agrees on so many "
            "answers that no rule was improved on. All are made to be hard to read: on ordinary "
            "ones rules err less.",
            "dim",
        )
    )
    for reading in readings if listed else ():
        for one in reading.graded:
            if not one.agrees:
                said = "right" if one.answer.right else "not right"
                show(
                    styled(f"\n{reading.rule} · {one.answer.id} · {one.grade.outcome}, is {said}"),
                    styled(
                        f"gold {one.answer.item.gold}, says {one.answer.says or '–'}, read as "
                        f"{one.grade.extracted or '–'}",
                        "dim",
                    ),
                    styled(visible(one.answer.generated.text)),
                )


def _agreeing(rates: ErrorRates) -> str:
    return f"{rates.n - rates.false_accepts - rates.false_rejects} of {rates.n}"


def calibration_fields(readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """One record for each rule and set: how much is right, how much the rule says is."""
    return [
        {
            "instrument": f"graders/{reading.rule}/{reading.language}",
            "planted": reading.rates.right / reading.rates.n,
            "reading": sum(one.grade.right for one in reading.graded) / reading.rates.n,
            "error": 1 - reading.rates.agreement,
            "interval": _error_interval(reading.rates),
            "pass": reading.rates.passes,
            "accept_interval": asdict(reading.rates.accept_interval),
            "reject_interval": asdict(reading.rates.reject_interval),
            **asdict(reading.rates),
            "held_out": reading.held_out and asdict(reading.held_out),
            "misgraded": [one.answer.id for one in reading.graded if not one.agrees],
        }
        for reading in readings
    ]


def _error_interval(rates: ErrorRates) -> list[float]:
    agrees = rates.agreement_interval
    return [1 - agrees.high, 1 - agrees.low]


def _accuracies(before: Run, after: Run) -> "Table":
    table = text_table("rule", numbers=("before", "now"))
    was, now = summarise(before).rules, summarise(after).rules
    for rule in dict.fromkeys([*now, *was]):
        style = "bold" if rule == after.rule else ""
        table.add_row(styled(rule, style), percent(was.get(rule)), percent(now.get(rule)))
    return table


def _dispute(item: GradedItem, hide: bool) -> "Table":
    table = text_table("rule", "outcome", "read as", numbers=())
    table.title = f"{visible(item.item)} · gold {one_line(item.gold)}"
    table.title_justify = "left"
    for grade in item.grades.values():
        read = "–" if grade.extracted is None else one_line(grade.extracted)
        table.add_row(grade.rule, str(grade.outcome), styled(read))
    if not hide:
        said = item.said if len(item.said) <= TAIL else f"… {item.said[-TAIL:]}"
        table.caption = styled(visible(said))
        table.caption_justify = "left"
    return table
