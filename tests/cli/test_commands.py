"""What each command does, seen from outside."""

import csv
import json
import re
import shutil

import pytest

from astrolabe.polaris import WEIGHTS

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
    assert again.err.count("nothing to compute") == 1
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


def test_prompt_says_what_was_left_out_to_make_it_fit(astrolabe, tmp_path):
    short = tmp_path / "short"
    shutil.copytree(WEIGHTS, short)
    config = json.loads((short / "config.json").read_text())
    (short / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 300}))
    words = ("prompt", "gsm8k", "--model", "./short", "--shots", "5", "--max-tokens", "100")
    said = astrolabe(*words)
    assert re.search(r"^\d exemplars? dropped to fit$", said.err, re.MULTILINE)
    assert "100 tokens" in said.err  # the budget is part of the condition's label
    said = astrolabe(*words, "--recipe", "lm-eval", "--json")
    assert re.search(r"^\d+ tokens cut from the left$", said.err, re.MULTILINE)
    assert said.json["condition"]["max_tokens"] == 100


def test_runs_that_nothing_is_compared_with_are_named(astrolabe):
    wishes = ("run", "gsm8k", "--shots", "0,2", "--limit", "2", "--max-tokens", "4", "--json")
    said = astrolabe(*wishes)
    assert "not compared: gsm8k · 2-shot · worked" in said.err
    assert said.json["verdicts"] == []
    said = astrolabe(*wishes, "--unlike")
    assert "not compared: " not in said.err
    (verdict,) = said.json["verdicts"]
    assert {name for name, _, _ in verdict["differs_in"]} >= {"shots", "reasoning"}


def test_chinese_sentences_on_request(astrolabe, tmp_path):
    said = astrolabe(*SMALL, "--report-language", "zh")
    assert "在 12 道题上" in said.out
    page = tmp_path / "astrolabe-out" / "run" / "report.html"
    assert '<html lang="zh-CN">' in page.read_text(encoding="utf-8")
    found = astrolabe(*SMALL, "--report-language", "zh", "--json").json
    assert found["verdicts"][0]["sentence"].startswith("在 12 道题上")
    ids = [run["id"] for run in found["runs"]]
    assert "在 12 道题上" in astrolabe("compare", *ids, "--report-language", "zh").out


def test_paths_are_json_on_request(astrolabe, tmp_path):
    (run,) = astrolabe("run", "mmlu", "--limit", "2", "--json").json["runs"]
    assert astrolabe("export", run["id"], "--out", "x.json", "--json").json == {"path": "x.json"}
    assert astrolabe("polaris", "data", "made", "--json").json == {"path": "made"}


@pytest.mark.parametrize("words", [(), ("polaris",)])
def test_help_cuts_no_sentence(astrolabe, words, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    said = astrolabe(*words, "--help")
    assert "Commands:" in said.out
    assert "..." not in said.out.partition("Commands:")[2]


def test_benchmarks_are_listed(astrolabe):
    rows = {row["name"]: row for row in astrolabe("benchmarks", "--json").json}
    fields = {"mmlu", "cmmlu", "ceval", "gsm8k", "humaneval", "gpqa", "math", "truthfulqa"}
    assert fields < set(rows)
    assert {"official", "lm-eval"} <= set(rows["mmlu"]["recipes"])
    for row in rows.values():
        assert next(iter(row["recipes"])) == "official"
        assert row["size"] >= 90
        assert row["aggregate"] in ("micro", "macro")
        assert row["licence"]
    said = astrolabe("benchmarks").out
    assert all(name in said for name in rows)
    assert "14,042" in said
    assert "openai/gsm8k" in said


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
