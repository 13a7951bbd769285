"""Tables for the terminal and fields for machines."""

import json
import subprocess
import sys
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from astrolabe.core.condition import Condition
from astrolabe.core.model import Generated
from astrolabe.core.run import Run
from astrolabe.core.verdict import Verdict
from astrolabe.report import tables
from astrolabe.report.rows import labelled
from astrolabe.runs.figures import p_value, percent, signed_points, span
from astrolabe.runs.sentences import sentence
from tests.report.made_up import HOSTILE, make_run


def rendered(renderable: Any, width: int = 80) -> str:
    console = Console(width=width, highlight=False, force_terminal=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()


@pytest.mark.parametrize("width", [80, 100])
def test_no_number_is_cut_in_runs(labelled_runs: dict[str, Run], width: int) -> None:
    text = rendered(tables.runs_table(labelled_runs), width)
    assert max(map(len, text.splitlines())) <= width
    for run in labelled_runs.values():
        fields = tables.run_fields(run)
        (row,) = [line for line in text.splitlines() if run.id[:8] in line]
        assert percent(fields["accuracy"]) in row
        assert span(fields["interval"]["low"], fields["interval"]["high"]) in row
        assert percent(fields["unparsed_rate"]) in row
        assert percent(fields["truncated_rate"]) in row


@pytest.mark.parametrize("width", [80, 100])
def test_no_number_is_cut_in_verdicts(verdicts: list[Verdict], width: int) -> None:
    text = rendered(tables.verdicts_table(verdicts), width)
    assert max(map(len, text.splitlines())) <= width
    for verdict in verdicts:
        assert signed_points(verdict.difference) in text
        assert (
            f"{signed_points(verdict.interval.low)} to {signed_points(verdict.interval.high)}"
            in text
        )
        assert p_value(verdict.p_corrected).removeprefix("= ") in text
    words = " ".join(text.split())
    assert " ".join(verdicts[0].sentence.split()) in words
    assert "differs in: shots 0 → 5" in words
    assert "role – → You are an expert" in words
    assert "…" not in text.replace("who alw…", "")


def test_a_run_in_detail(runs: list[Run]) -> None:
    text = rendered(tables.run_panel(runs[4]))
    assert "You are an expert who always answers correctly." in text
    assert "truncated" in text
    assert "max tokens" in text
    assert "cities of the north" in rendered(tables.run_panel(runs[0]))


def test_names_and_answers_are_neither_markup_nor_escapes(runs: list[Run]) -> None:
    run = replace(runs[0], condition=Condition(role=HOSTILE))
    item = replace(run.items[0], answers=(Generated(HOSTILE, 9, "eos"),), prompt=HOSTILE)
    shown = [tables.list_table([run]), tables.run_panel(run), tables.item_panel(item)]
    for text in map(rendered, shown):
        assert "\x1b" not in text
    assert "[/red]" in rendered(shown[2])


def test_fields_survive_json(labelled_runs: dict[str, Run], verdicts: list[Verdict]) -> None:
    run = labelled_runs["gsm8k · worked, expert role"]
    for fields in (
        tables.run_fields(run),
        tables.item_fields(run.items[0]),
        tables.verdict_fields(verdicts[1]),
    ):
        assert json.loads(json.dumps(fields)) == fields
    assert Condition.parse(tables.run_fields(run)["condition"]) == run.condition


def test_findings_name_runs_by_their_labels(
    labelled_runs: dict[str, Run], verdicts: list[Verdict]
) -> None:
    @dataclass
    class Found:
        study: SimpleNamespace
        runs: dict[str, Run]
        verdicts: list[Verdict]

    found = Found(SimpleNamespace(name="demo"), labelled_runs, verdicts)
    fields = tables.findings_fields(found)
    assert [run["label"] for run in fields["runs"]] == list(labelled_runs)
    assert {v["baseline"] for v in fields["verdicts"]} <= set(labelled_runs)


def test_labels_tell_runs_apart() -> None:
    same = make_run(0.5, n=8)
    names = list(labelled([same, replace(same, id="f" * 24), make_run(0.5, n=8, shots=1)]))
    assert names[2] == "mmlu · 1-shot"
    assert names[0].startswith("mmlu · 0-shot [")
    assert len(set(names)) == 3
    assert next(iter(labelled([same, replace(same, model="b")]))) == "polaris · mmlu · 0-shot"


def test_tables_do_not_import_the_drawing_libraries() -> None:
    code = (
        "import sys, astrolabe.report.tables, astrolabe.report.html; "
        "print([m for m in ('altair', 'vl_convert', 'jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_small_numbers_in_words() -> None:
    assert [signed_points(x) for x in (0.042, -0.042, -0.0001, 0.0)] == [
        "+4.2",
        "-4.2",
        "0.0",
        "0.0",
    ]
    assert [p_value(p) for p in (0.00001, 0.0123, 0.82)] == ["< 0.0001", "= 0.0123", "= 0.82"]


def test_sentences_may_be_chinese(verdicts: list[Verdict]) -> None:
    text = "".join(rendered(tables.verdicts_table(verdicts, "zh")).split())
    assert "".join(sentence(verdicts[0], "zh").split()) in text
    assert "不同之处：shots0→5" in text
    assert tables.verdict_fields(verdicts[0], "zh")["sentence"] == sentence(verdicts[0], "zh")


def test_a_sample_that_could_show_nothing_says_so(verdicts: list[Verdict]) -> None:
    tiny = replace(verdicts[0], decided=False, smallest_detectable=1.0)
    assert sentence(tiny).endswith("the sample is too small to show any difference.")
    assert sentence(tiny, "zh").endswith("样本太小，无法检出任何差异。")
    assert "100" not in sentence(tiny, "en").replace(str(tiny.items), "")
