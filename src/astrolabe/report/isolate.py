"""A gap taken apart step by step, in the terminal and as plain values."""

from typing import Any

from astrolabe.core.run import Run
from astrolabe.report.notes import ID
from astrolabe.report.rows import one_line
from astrolabe.report.tables import show, styled, text_table, verdict_fields
from astrolabe.runs.figures import p_value, percent, signed_points
from astrolabe.runs.summary import summarise
from astrolabe.studies.isolate import Isolated


def print_isolated(found: Isolated) -> None:
    """From the first run's accuracy to the second's, one change a line."""
    table = text_table(
        "changed", numbers=("accuracy", "points", "interval", "corrected p", "decided")
    )
    first, *others = found.runs
    table.add_row(f"nothing yet: run {first.id[:ID]}", _accuracy(first), "–", "–", "–", "–")
    for verdict, run in zip(found.verdicts, others, strict=True):
        low, high = signed_points(verdict.interval.low), signed_points(verdict.interval.high)
        table.add_row(
            one_line(verdict.alternative),
            _accuracy(run),
            styled(signed_points(verdict.difference), "bold" if verdict.decided else ""),
            f"{low} to {high}",
            p_value(verdict.p_corrected).removeprefix("= "),
            styled("yes", "bold green") if verdict.decided else styled("no", "yellow"),
        )
    show(table)
    show(
        styled(
            f"Every line changes one more thing, on the same {found.verdicts[0].items} items. "
            "Taken in another order, things that work together would share their effect out "
            "otherwise.",
            "dim",
        )
    )


def isolated_fields(found: Isolated) -> list[dict[str, Any]]:
    """The same as JSON values, one record for each change."""
    return [
        {"changed": verdict.alternative, "accuracy": summarise(run).accuracy}
        | verdict_fields(verdict)
        for verdict, run in zip(found.verdicts, found.runs[1:], strict=True)
    ]


def _accuracy(run: Run) -> str:
    return percent(summarise(run).accuracy)
