"""`astrolabe plan` says what a study costs, and leaves nothing behind."""

import re

import pytest

STUDY = """
name: small
benchmarks:
  - benchmark: mmlu
    limit: 6
    conditions:
      baseline: {shots: 2}
      contrasted: {shots: 2, decoding: {dola: {layers: [2, 4]}}}
  - benchmark: gsm8k
    limit: 3
    conditions:
      worked: {shots: 2, reasoning: worked, max_tokens: 4}
"""


@pytest.fixture
def study(tmp_path) -> str:
    (tmp_path / "study.yaml").write_text(STUDY)
    return "study.yaml"


def test_a_plan_is_a_table_and_sentences_and_nothing_is_written(astrolabe, study, tmp_path):
    said = astrolabe("plan", study)
    assert said.code == 0, said.err
    assert re.search(r"mmlu · contrasted +72 +72 .* all ", said.out)
    flat = " ".join(said.out.split())
    assert re.search(r"passes: \d+ instead of 99, one a request; of these 90 are riding", flat)
    assert "writing: at most 12 tokens, in at most 4 decoding steps of up to 3 rows" in flat
    assert re.search(r"time: about .* to read prompts, at most .* to write answers \(an est", flat)
    assert "timed on this machine" in flat
    assert re.search(r"memory: about [\d.]+ MB at most", flat)
    assert "stored" not in flat
    assert sorted(path.name for path in tmp_path.iterdir()) == ["study.yaml"]


def test_json_holds_the_counts(astrolabe, study):
    found = astrolabe("plan", study, "--json").json
    assert found["study"] == "small"
    (model,) = found["models"]
    assert [run["label"] for run in model["runs"]] == [
        "mmlu · baseline",
        "mmlu · contrasted",
        "gsm8k · worked",
    ]
    assert [run["readings"] for run in model["runs"]] == [24, 72, 0]
    assert model["runs"][1]["distinct"] == 0
    assert model["whole"]["sent"] == sum(run["sent"] for run in model["runs"])
    assert model["passes_alone"] == 99
    assert model["passes_saved"] == 99 - model["passes"]
    assert model["memory"]["bytes"] > 0


def test_what_is_done_already_is_no_work(astrolabe, study):
    conducted = astrolabe("study", study, "--json").json
    computed = sum(run["record"]["answers"]["computed"] for run in conducted["runs"])
    # The 24 readings of the last layer are the baseline's, too.
    assert computed == 24 + 72 + 3
    said = astrolabe("plan", study)
    assert "every answer is in the store; nothing is left to compute" in said.out
    assert re.search(r"mmlu · baseline +24 +24 +0 +0 +0 +– ", said.out)


def test_the_demo_can_be_planned(astrolabe):
    (model,) = astrolabe("plan", "demo", "--json").json["models"]
    assert len(model["runs"]) == 8
    assert model["whole"]["sharing"] > 10
    assert model["whole"]["generations"] == 600


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("[2, 4]", "[2, 40]", "DoLa cannot contrast layer 40: the model has 8 layers"),
        ("benchmark: gsm8k", "benchmark: gsm9k", "unknown benchmark 'gsm9k'"),
        ("contrasted: {shots: 2", "contrasted: {shots: 3", "differ in 2 things (shots, dola)"),
    ],
)
def test_what_cannot_be_run_cannot_be_planned(astrolabe, tmp_path, old, new, says):
    assert old in STUDY
    (tmp_path / "study.yaml").write_text(STUDY.replace(old, new))
    said = astrolabe("plan", "study.yaml")
    assert said.code == 2
    assert said.out == ""
    assert says in said.err


def test_a_plan_of_no_file_is_refused(astrolabe):
    said = astrolabe("plan", "nothing.yaml")
    assert said.code == 2
    assert "cannot be read" in said.err
