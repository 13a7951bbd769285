"""A gap between two numbers in the terminal, and as plain values."""

import difflib
from typing import Any

from astrolabe.report.rows import one_line, visible
from astrolabe.report.tables import show, styled, text_table
from astrolabe.runs.accounts import Told
from astrolabe.runs.diff import Gap, Share
from astrolabe.runs.figures import percent, signed_points

CONTEXT = 1
"""Lines shown around one that differs."""
LINES = 24
"""Lines shown of an example."""
LONGEST = 200
"""Characters shown of a line."""


def print_gap(gap: Gap) -> None:
    """The gap, its parts, and for each an item as both sides had it."""
    one, other = gap.first, gap.second
    show(
        styled(
            f"{one_line(one.name)}: {percent(one.accuracy)}  →  "
            f"{one_line(other.name)}: {percent(other.accuracy)}"
        ),
        f"gap {signed_points(gap.total)} points; {gap.common} items in common",
    )
    table = text_table("laid to", numbers=("points", "items", "gained", "lost"))
    for share in gap.shares:
        table.add_row(
            _laid_to(share),
            signed_points(share.points),
            *map(str, (share.items, share.gained, share.lost)),
        )
    only = f"{gap.apart[0]} + {gap.apart[1]}"
    for name, points, items in (
        ("items that only one side has", gap.coverage, only if any(gap.apart) else "0"),
        (f"aggregate ({one.aggregate} → {other.aggregate})", gap.aggregate, "–"),
    ):
        table.add_row(name, signed_points(points), items, "–", "–")
    show(table)
    if any(len(share.causes) > 1 and share.points for share in gap.shares):
        show(
            styled(
                "Where several things differ on the same items, no item tells them apart: run once "
                "more with one of them changed, and compare.",
                "dim",
            )
        )
    if any(share.causes for share in gap.shares):
        show(styled(f"- {one_line(one.name)}", "red"), styled(f"+ {one_line(other.name)}", "green"))
    for share in gap.shares:
        if share.causes:
            show(*_example(share))


def gap_fields(gap: Gap) -> dict[str, Any]:
    """The same as JSON values."""
    return {
        "first": {"name": gap.first.name, "rule": gap.first.rule, "accuracy": gap.first.accuracy},
        "second": {
            "name": gap.second.name,
            "rule": gap.second.rule,
            "accuracy": gap.second.accuracy,
        },
        "gap": gap.total,
        "common": gap.common,
        "only_first": gap.apart[0],
        "only_second": gap.apart[1],
        "coverage": gap.coverage,
        "aggregate": gap.aggregate,
        "shares": [
            {
                "causes": [str(cause) for cause in share.causes],
                "points": share.points,
                "items": share.items,
                "gained": share.gained,
                "lost": share.lost,
                "example": share.example[0].item.id,
            }
            for share in gap.shares
        ],
    }


def _laid_to(share: Share) -> str:
    return " + ".join(share.causes) or "nothing: asked and read alike"


def _example(share: Share) -> list[Any]:
    """What differs, on one item, line by line; the middle of much is left out."""
    one, other = share.example
    lines = [
        line
        for line in list(difflib.unified_diff(_lines(one), _lines(other), lineterm="", n=CONTEXT))[
            2:
        ]
        if not line.startswith("@@")
    ]
    left_out = len(lines) - LINES
    if left_out > 0:
        half = LINES // 2
        lines[half:-half] = [f"… {left_out} lines …"]
    styles = {"+": "green", "-": "red", "…": "dim"}
    return [
        styled(f"\n{_laid_to(share)}: item {visible(one.item.id)}", "bold"),
        *(styled(visible(_short(line)), styles.get(line[0], "")) for line in lines),
    ]


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _lines(told: Told) -> list[str]:
    """An account as lines, white space at their ends made visible."""
    said = ["", "said:", *told.said.splitlines()] if told.said else []
    return [
        *(
            f"{line[: len(line.rstrip())]}{'·' * (len(line) - len(line.rstrip()))}"
            for line in told.prompt.split("\n")
        ),
        f"scored: {' | '.join(map(repr, told.scored))}" if told.scored else "",
        *said,
        f"read as {told.read}, gold {told.gold}, counts {told.credit:g}",
    ]
