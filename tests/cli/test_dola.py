"""DoLa from the command line and from study files."""

import pytest

from tests.cli.conftest import Said

QUICK = ("--limit", "5", "--shots", "1")


def one_sentence(said: Said) -> str:
    assert said.code == 2, said.err
    assert said.out == ""
    (line,) = [line for line in said.err.splitlines() if line.startswith("astrolabe: ")]
    return line


def test_settings_make_a_grid_in_which_each_is_compared_with_the_baseline(astrolabe):
    words = ("--dola", "none", "--dola", "high", "--dola", "2,4", "--dola-norm", "final,none")
    found = astrolabe("run", "mmlu", *words, *QUICK, "--json").json
    assert [run["label"] for run in found["runs"]] == [
        "mmlu · 1-shot",
        "mmlu · 1-shot · DoLa high",
        "mmlu · 1-shot · DoLa high norm none",
        "mmlu · 1-shot · DoLa 2,4",
        "mmlu · 1-shot · DoLa 2,4 norm none",
    ]
    assert {verdict["baseline"] for verdict in found["verdicts"]} == {"mmlu · 1-shot"}
    assert len(found["verdicts"]) == 4
    for verdict in found["verdicts"]:
        assert [difference[0] for difference in verdict["differs_in"]] == ["dola"]


def test_every_switch_reaches_the_condition(astrolabe):
    words = (
        *("--dola", "4,2", "--dola-norm", "none", "--dola-divergence", "published"),
        *("--relative-top", "0", "--no-post-softmax", "--settled", "0.9"),
    )
    (run,) = astrolabe("run", "mmlu", *words, *QUICK, "--json").json["runs"]
    assert run["condition"]["decoding"]["dola"] == {
        "layers": [2, 4],
        "norm": "none",
        "divergence": "published",
        "relative_top": 0.0,
        "post_softmax": False,
        "settled": 0.9,
    }


@pytest.mark.parametrize("scoring", ["letters", "text"])
def test_scored_runs_say_how_often_each_layer_was_contrasted(astrolabe, scoring):
    words = ("--dola", "none", "--dola", "2,4", "--scoring", scoring)
    baseline, dola = astrolabe("run", "mmlu", *words, *QUICK, "--json").json["runs"]
    assert baseline["contrasted"] == []
    counts = dict(map(tuple, dola["contrasted"]))
    assert set(counts) <= {2, 4}
    answers = [
        answer
        for item in range(5)
        for answer in astrolabe("show", dola["id"], "--item", str(item), "--json").json["answers"]
    ]
    assert sum(counts.values()) == sum(len(answer["logprobs"]) for answer in answers)
    assert counts[2] == sum(answer["layers"].count(2) for answer in answers)
    shown = " ".join(astrolabe("show", dola["id"]).out.split())
    assert "dola layers [2, 4], divergence js, norm final" in shown
    assert f"(of {sum(counts.values())} tokens)" in shown
    assert "contrasted" not in astrolabe("show", baseline["id"]).out


def test_the_page_shows_setting_and_layers(astrolabe, tmp_path):
    astrolabe("run", "mmlu", "--dola", "none", "--dola", "4", *QUICK)
    page = (tmp_path / "astrolabe-out" / "run" / "report.html").read_text(encoding="utf-8")
    assert "layers [4], divergence js, norm final" in page
    assert "layers contrasted" in page
    assert "layer 4: 100.0 % (of 20 tokens)" in page


def test_generated_answers_are_contrasted_and_the_penalty_goes_to_all_alike(astrolabe):
    words = ("--dola", "none", "--dola", "high", "--repetition-penalty", "1.5")
    found = astrolabe(
        "run", "gsm8k", *words, "--shots", "2", "--limit", "3", "--max-tokens", "12", "--json"
    ).json
    assert [run["condition"]["decoding"]["repetition_penalty"] for run in found["runs"]] == [
        1.5
    ] * 2
    (verdict,) = found["verdicts"]
    assert [difference[0] for difference in verdict["differs_in"]] == ["dola"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--dola", "hihg"), "--dola 'hihg' is neither none, low, high, all nor layers such as"),
        (("--dola", "none,high"), "repeat --dola for more runs"),
        (("--dola", "-1"), "layers are counted from 0, the embedding"),
        (("--dola-norm", "none"), "--dola-norm says how layers are contrasted, but none are"),
        (("--dola", "none", "--settled", "0.5"), "--settled says how layers are contrasted"),
        (("--dola", "high", "--dola-norm", "fnal"), "decoding.dola.norm: must be 'final'"),
        (("--dola", "high", "--dola-divergence", "kl"), "decoding.dola.divergence"),
        (("--dola", "high", "--relative-top", "1"), "decoding.dola.relative_top"),
        (("--dola", "high", "--repetition-penalty", "1.2"), "mean nothing when options are scored"),
        (("--repetition-penalty", "0"), "decoding.repetition_penalty"),
    ],
)
def test_what_makes_no_sense_is_refused(astrolabe, words, says):
    assert says in one_sentence(astrolabe("run", "mmlu", *words, *QUICK))


def test_a_layer_that_the_model_lacks_is_refused_and_nothing_is_lost(astrolabe):
    assert astrolabe("run", "mmlu", *QUICK).code == 0
    said = astrolabe("run", "mmlu", "--dola", "none", "--dola", "4,8", *QUICK)
    assert "DoLa cannot contrast layer 8: the model has 8 layers" in one_sentence(said)
    again = astrolabe("run", "mmlu", *QUICK)
    assert "nothing to compute" in again.err


STUDY = """
name: layers
benchmarks:
  - benchmark: gsm8k
    limit: 2
    conditions:
      baseline: {shots: 1, reasoning: worked, max_tokens: 4}
      high: {shots: 1, reasoning: worked, max_tokens: 4, decoding: {dola: {layers: high}}}
"""


def test_a_study_file_may_contrast_layers(astrolabe, tmp_path):
    (tmp_path / "study.yaml").write_text(STUDY)
    found = astrolabe("study", "study.yaml", "--json").json
    assert found["runs"][1]["condition"]["decoding"]["dola"]["layers"] == "high"
    (verdict,) = found["verdicts"]
    assert verdict["differs_in"][0][0] == "dola"


PLACE = "study file 'study.yaml', benchmarks.0.conditions.high: "


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "layers: high",
            "layer: high",
            f"{PLACE}decoding.dola.layer: there is no such field, did you",
        ),
        ("layers: high", "layers: hihg", f"{PLACE}decoding.dola.layers: give low, high, all, or a"),
        ("layers: high", "layers: [4.5]", f"{PLACE}decoding.dola.layers: give low, high, all, or"),
        ("layers: high", "layers: []", f"{PLACE}decoding.dola.layers: no candidate layers"),
        ("layers: high", "settled: 2", f"{PLACE}decoding.dola.settled: must be at most 1"),
        ("{layers: high}", "high", f"{PLACE}decoding.dola: must be a set of fields"),
        ("layers: high", "layers: [9]", "DoLa cannot contrast layer 9"),
        (
            "{dola: {layers: high}}",
            "{repetition_penalty: 1.2, dola: {layers: high}}",
            "give both the same repetition_penalty; to compare them anyway say 'unlike: true'",
        ),
    ],
)
def test_a_wrong_setting_is_refused_with_its_place(astrolabe, tmp_path, old, new, says):
    assert old in STUDY
    (tmp_path / "study.yaml").write_text(STUDY.replace(old, new))
    assert says in one_sentence(astrolabe("study", "study.yaml"))


def test_other_unlike_runs_hear_nothing_of_a_penalty(astrolabe, tmp_path):
    other = STUDY.replace("high: {shots: 1", "high: {shots: 2")
    (tmp_path / "study.yaml").write_text(other)
    sentence = one_sentence(astrolabe("study", "study.yaml"))
    assert "differ in 2 things (shots, dola)" in sentence
    assert "penalty" not in sentence
