"""What each command does, seen from outside."""

import csv
import json
import re

import pytest

SMALL = ("run", "mmlu", "--shots", "0,2", "--limit", "12")


def test_run_prints_a_table_verdicts_and_where_the_report_lies(astrolabe, tmp_path):
    said = astrolabe(*SMALL)
    assert said.code == 0, said.err
    assert "2-shot" in said.out
    assert re.search(r"(decided|not decided)", said.out)
    assert "report: astrolabe-out/run/report.html" in said.out
    for name in ("report.html", "accuracy.png", "differences.png"):
        assert (tmp_path / "astrolabe-out" / "run" / name).stat().st_size > 10_000


def test_the_same_command_again_computes_nothing_and_says_so(astrolabe):
    first = astrolabe(*SMALL, "--json").json
    again = astrolabe(*SMALL, "--json")
    assert again.err.count("nothing to compute") == 2
    assert again.json == first


def test_json_is_whole_and_alone_on_standard_output(astrolabe):
    found = astrolabe(*SMALL, "--json").json
    assert [run["n"] for run in found["runs"]] == [12, 12]
    (verdict,) = found["verdicts"]
    assert verdict["items"] == 12
    assert verdict["sentence"]
    record = found["runs"][0]["record"]
    assert record["model"]["dtype"] == "float32"
    assert record["data"]["digest"]


def test_runs_show_and_compare_find_what_was_done(astrolabe):
    ids = [run["id"] for run in astrolabe(*SMALL, "--json").json["runs"]]
    listed = astrolabe("runs")
    assert all(identity[:8] in listed.out for identity in ids)
    shown = astrolabe("show", ids[0][:8])
    assert shown.code == 0
    assert "0-shot" in shown.out
    item = astrolabe("show", ids[1], "--item", "3", "--json").json
    assert item["prompt"].endswith("Answer:")
    assert "fields" not in item
    compared = astrolabe("compare", *ids)
    assert compared.code == 0
    assert "0-shot" in compared.out


@pytest.mark.parametrize("form", ["json", "csv", "parquet", "lm-eval"])
def test_exports_hold_every_item(astrolabe, tmp_path, form):
    run = astrolabe("run", "mmlu", "--limit", "6", "--json").json["runs"][0]
    written = tmp_path / astrolabe("export", run["id"], "--format", form).out.strip()
    if form == "json":
        content = json.loads(written.read_text())
        assert content["record"]["data"]["items"] == 6
        golds = [row["gold"] for row in content["items"]]
    elif form == "csv":
        with written.open(newline="") as lines:
            golds = [row["gold"] for row in csv.DictReader(lines)]
    elif form == "parquet":
        import pyarrow.parquet as parquet

        golds = parquet.read_table(written).column("gold").to_pylist()
    else:
        (samples,) = written.glob("samples_*.jsonl")
        rows = [json.loads(line) for line in samples.read_text().splitlines()]
        golds = [row["target"] for row in rows]
        (results,) = written.glob("results_*.json")
        accuracy = json.loads(results.read_text())["results"]["mmlu"]["acc,none"]
        assert accuracy == pytest.approx(sum(row["acc"] for row in rows) / len(rows))
    assert len(golds) == 6
    assert set(golds) <= set("ABCD")


def test_prompt_prints_exactly_what_a_run_sends(astrolabe):
    wishes = ("--shots", "2", "--role", "You are kind.")
    run = astrolabe("run", "mmlu", *wishes, "--json").json["runs"][0]
    sent = astrolabe("show", run["id"], "--item", "5", "--json").json
    printed = astrolabe("prompt", "mmlu", *wishes, "--item", sent["item"], "--json").json
    assert printed["text"] == sent["prompt"]
    assert printed["tokens"][0] == 1  # Polaris' BOS, and the only one
    assert printed["tokens"].count(1) == 1
    assert printed["scored"][0]["text"] == " A"
    plain = astrolabe("prompt", "mmlu", *wishes, "--item", sent["item"], "--tokens")
    assert plain.out.startswith(sent["prompt"])
    assert "<|bos|>" in plain.out


def test_benchmarks_are_listed(astrolabe):
    names = [row["name"] for row in astrolabe("benchmarks", "--json").json]
    assert names == ["mmlu", "gsm8k"]
    assert "Grade School Math" in astrolabe("benchmarks").out


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(astrolabe, monkeypatch):
    from astrolabe.models.local import LocalModel

    score = LocalModel.score

    def interrupted(self, readings):
        for place, answered in enumerate(score(self, readings)):
            if place == 9:
                raise KeyboardInterrupt
            yield answered

    monkeypatch.setattr(LocalModel, "score", interrupted)
    said = astrolabe("run", "mmlu", "--shots", "0", "--limit", "12")
    assert said.code == 130
    assert "every answer so far is in astrolabe.db" in said.err
    monkeypatch.setattr(LocalModel, "score", score)
    record = astrolabe("run", "mmlu", "--shots", "0", "--limit", "12", "--json").json["runs"][0]
    assert record["record"]["answers"] == {"computed": 39, "from_store": 9}


def test_a_study_file_is_conducted(astrolabe, tmp_path):
    (tmp_path / "study.yaml").write_text(
        """
        name: small
        benchmarks:
          - benchmark: gsm8k
            limit: 4
            conditions:
              direct: {shots: 2, reasoning: none, max_tokens: 4}
              worked: {shots: 2, reasoning: worked, max_tokens: 4}
        """
    )
    found = astrolabe("study", "study.yaml", "--json").json
    assert [run["label"] for run in found["runs"]] == ["gsm8k · direct", "gsm8k · worked"]
    assert found["verdicts"][0]["differs_in"][0][0] == "reasoning"
    assert (tmp_path / "astrolabe-out" / "small" / "report.html").exists()
