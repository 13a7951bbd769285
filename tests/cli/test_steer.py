"""`astrolabe steer` as a person uses it."""

import json

import pytest

QUICK = ["--limit", "8", "--tokens", "16", "--draws", "1", "--strengths", "0.35,0.7"]


def test_arabic_is_turned_up_and_reported_in_chinese(astrolabe, tmp_path):
    said = astrolabe("steer", "--kind", "arabic", *QUICK, "--report-language", "zh", "--json")
    assert said.code == 0, said.err
    doses, measured, samples = said.json["tables"]
    assert [row["strength"] for row in doses["rows"]] == [0.0, 0.35, 0.7]
    untouched, steered, random = (row["share"] for row in measured["rows"])
    assert untouched < 0.05
    assert random < 0.05
    assert steered > untouched + 0.25
    assert {row["strength"] for row in samples["rows"]} == {0.0, 0.35, 0.7}
    assert "阿拉伯文字" in said.json["answer"]
    folder = tmp_path / "astrolabe-out" / "steer"
    assert {path.name for path in folder.iterdir()} == {
        *("report.html", "outcome.json", "steering.png", "fluency.png")
    }
    written = json.loads((folder / "outcome.json").read_text(encoding="utf-8"))
    assert len(written["record"]["vector"]) == 128


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "give one of --kind, --feature, --towards"),
        (["--kind", "dna", "--towards", "a.txt"], "got --kind and --towards"),
        (["--kind", "latin"], "there are no texts of kind 'latin'"),
        (["--kind", "dna", "--site", "resid.99"], "no site resid.99"),
        (["--kind", "dna", "--site", "block.2"], "no site 'block.2'"),
        (["--kind", "dna", "--act", "push"], "steering cannot 'push'"),
        (["--kind", "dna", "--strengths", "1,x"], "--strengths takes numbers"),
        (["--kind", "dna", "--strengths", "0"], "strengths are numbers above 0"),
        (["--kind", "dna", "--prompts", "empty.txt"], "holds no prompts"),
        (["--towards", "empty.txt"], "'empty.txt' holds no text"),
        (["--towards", "nowhere.txt"], "'nowhere.txt' cannot be read"),
        (["--feature", "sae"], "--feature takes FOLDER:NUMBER"),
        (["--feature", "sae:1"], "no folder of a sparse autoencoder"),
    ],
)
def test_bad_input_is_one_sentence(astrolabe, tmp_path, words, says):
    (tmp_path / "empty.txt").write_text("\n\n")
    said = astrolabe("steer", *words)
    assert said.code == 2
    assert says in said.err.replace("\n", " ")


def test_a_feature_of_a_dictionary_for_another_width_or_without_that_number(astrolabe, tmp_path):
    import torch

    from astrolabe.inside.sae.dictionary import Dictionary
    from astrolabe.inside.sae.saelens import save

    for width in (5, 128):
        rows = torch.randn(4, width)
        about = {"site": "resid.6", "model": "polaris"}
        made = Dictionary("relu", rows, torch.zeros(4), rows, torch.zeros(width), about=about)
        save(made, tmp_path / f"sae{width}")
    said = astrolabe("steer", "--feature", "sae5:1")
    assert (said.code, "5 wide" in said.err) == (2, True)
    said = astrolabe("steer", "--feature", "sae128:4")
    assert (said.code, "no feature 4" in said.err) == (2, True)
    said = astrolabe("steer", "--feature", "sae128:3", *QUICK, "--json")
    assert said.code == 0, said.err
    assert "feature 3" in said.json["question"]
