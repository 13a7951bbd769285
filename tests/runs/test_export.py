"""Exports hold what other programs look for."""

import csv
import json
import math
import statistics
from dataclasses import replace

import pytest
from tests.report.made_up import make_run

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Scored
from astrolabe.runs.export import export, rows


def lm_eval(run, folder):
    export(run, "lm-eval", folder)
    (samples,) = folder.glob("samples_*.jsonl")
    (results,) = folder.glob("results_*.json")
    lines = samples.read_text(encoding="utf-8").splitlines()
    return json.loads(results.read_text())["results"][run.benchmark], list(map(json.loads, lines))


@pytest.mark.parametrize("form", ["csv", "parquet", "json", "lm-eval"])
def test_folders_on_the_way_are_made(tmp_path, form):
    assert export(make_run(0.5, n=2), form, tmp_path / "new/er" / form).exists()


def test_an_unknown_format_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(BadInput, match="unknown format 'parket', did you mean 'parquet'"):
        export(make_run(0.5, n=2), "parket", tmp_path / "out")


def test_lm_eval_has_a_response_for_every_option(tmp_path):
    run = make_run(0.5, n=6)
    run = replace(run, record={**run.record, "prompts": {"scored": [" A", " B", " C", " D"]}})
    results, samples = lm_eval(run, tmp_path)
    assert len(samples) == 6  # acc and acc_norm are metrics of one filter
    sample = samples[0]
    assert sample["resps"] == [[[-3.1, False]], [[-1.2, True]], [[-1.51, False]], [[-4.0, False]]]
    assert sample["filtered_resps"][1] == [-1.2, True]
    prompt = run.items[0].prompt
    assert sample["arguments"]["gen_args_1"] == {"arg_0": prompt, "arg_1": " B"}
    assert sample["metrics"] == ["acc", "acc_norm"]
    right = [s["acc"] for s in samples]
    assert results["acc,none"] == pytest.approx(statistics.mean(right))
    expected = statistics.stdev(right) / math.sqrt(6)
    assert results["acc_stderr,none"] == pytest.approx(expected)


def test_lm_eval_has_what_was_written(tmp_path):
    run = make_run(0.5, "gsm8k", n=6)
    results, samples = lm_eval(run, tmp_path)
    assert [s["filter"] for s in samples] == ["flexible", "strict"] * 6
    assert samples[0]["resps"] == [[run.items[0].said]]
    assert "exact_match_stderr,strict" in results


def test_infinities_are_json_all_the_same(tmp_path):
    run = make_run(0.5, n=2)
    answers = (Scored((-math.inf,), False), Scored((-0.5,), True))
    item = replace(run.items[0], answers=answers)
    _, samples = lm_eval(replace(run, items=(item,)), tmp_path)
    assert samples[0]["resps"] == [[["-inf", False]], [[-0.5, True]]]


def test_rows_say_how_an_answer_ended(tmp_path):
    run = make_run(0.5, "gsm8k", n=4)
    shown = replace(run, items=tuple(replace(item, shots=("t/1", "t/2")) for item in run.items))
    first = rows(shown)[0]
    assert (first["finish"], first["tokens"], first["shots"]) == ("eos", 14, "t/1 t/2")
    assert first["answer"] == shown.items[0].said
    with export(shown, "csv", tmp_path / "x.csv").open(newline="") as lines:
        assert {row["finish"] for row in csv.DictReader(lines)} <= {"eos", "length"}
    scored = rows(make_run(0.5, n=1))[0]
    assert scored["finish"] is None
    assert scored["answer"].startswith("A -3.1000  B -1.2000")
