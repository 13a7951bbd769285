"""A gap in the terminal: both names in order, the parts, and an example cut to what differs."""

import pytest

from astrolabe.benchmarks import get
from astrolabe.report.diff import LINES, gap_fields, print_gap
from astrolabe.runs.accounts import of_run
from astrolabe.runs.diff import explain
from tests.runs import made_up_logs as logs

RIGHT, WRONG = [-1.0, -2.0, -3.0, -4.0], [-2.0, -1.0, -3.0, -4.0]


def account(header: str, totals: list[list[float]], shown: str = "", **asked):
    dataset = logs.exam(len(totals))
    condition = get("mmlu").recipe("official").condition(shots=0, **asked)
    items = [
        logs.scored_item(item, logs.exam_prompt(item, header, shown), values, ())
        for item, values in zip(dataset.items, totals, strict=True)
    ]
    return of_run(logs.run_of("mmlu", condition, items), dataset)


@pytest.fixture
def said(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")

    def printed(gap) -> str:
        print_gap(gap)
        return capsys.readouterr().out

    return printed


def test_what_was_first_stands_first(said):
    first = account("", [RIGHT, RIGHT])
    second = account("You judge. [sic]\n\n", [WRONG, RIGHT, RIGHT], role="You judge. [sic]")
    text = said(explain(first, second))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "0-shot: 100.0 % → 0-shot · role “You judge. [sic]”: 66.7 %"
    assert lines[1] == "gap -33.3 points; 2 items in common"
    assert "items that only one side has +16.7 0 + 1 – –" in lines
    assert "aggregate (micro → micro) 0.0 – – –" in lines
    assert lines.index("- 0-shot") + 1 == lines.index("+ 0-shot · role “You judge. [sic]”")
    assert "+You judge. [sic]" in lines
    assert "-read as A, gold A, counts 1" in lines
    assert "+read as B, gold A, counts 0" in lines


def test_of_much_that_differs_beginning_and_end_are_shown(said):
    shown = "".join(f"Line {number}.\n" for number in range(100))
    text = said(explain(account("", [RIGHT]), account("", [WRONG], shown)))
    lines = text.splitlines()
    assert len([line for line in lines if line.startswith("+Line")]) < LINES
    assert "+Line 0." in lines
    assert "+read as B, gold A, counts 0" in lines
    assert any(line.startswith("… ") and line.endswith(" lines …") for line in lines)


def test_as_values():
    gap = explain(account("", [RIGHT, RIGHT]), account("", [WRONG, RIGHT, RIGHT]))
    fields = gap_fields(gap)
    assert fields["gap"] == pytest.approx(-1 / 3)
    assert (fields["common"], fields["only_first"], fields["only_second"]) == (2, 0, 1)
    assert fields["shares"][0] == {
        "causes": ["answer to the same prompt"],
        "points": -0.5,
        "items": 1,
        "gained": 0,
        "lost": 1,
        "example": "anatomy/test/0",
    }
