"""`astrolabe sae` on Polaris, from states read on the fly to a folder and back."""

import json

import pytest
from typer.testing import CliRunner

from astrolabe.cli.app import app
from astrolabe.core.errors import BadInput
from astrolabe.inside.sae.recipes import POLARIS
from astrolabe.inside.sae.saelens import load

SMALL = "--width 256 --k 8 --tokens 4096 --batch 512 --rate 3e-3 --site resid.4 --json"


def called(*arguments):
    result = CliRunner().invoke(app, ["sae", *arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_train_eval_and_going_on(tmp_path):
    out = str(tmp_path / "sae")
    trained = json.loads(called("train", *SMALL.split(), "--out", out).stdout)
    assert (trained["step"], trained["states"], trained["l0"]) == (8, 4096, pytest.approx(8, abs=1))
    found = json.loads(called("eval", out, "--tokens", "4096", "--json").stdout)
    assert (found["model"], found["site"], found["kind"]) == ("polaris", "resid.4", "topk")
    assert 0 < found["explained"] < 1
    losses = found["cross_entropy"]
    assert losses["untouched"] < losses["reconstructed"] < losses["mean"]
    again = json.loads(called("train", *SMALL.split(), "--out", out).stdout)
    assert again == {"path": out}


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--kind", "gated"], "no kind of sparse autoencoder 'gated'"),
        (["--width", "4", "--k", "8"], "k is 8"),
        (["--site", "resid.99"], "no site resid.99"),
        (["--penalty", "0.1"], "for relu and jumprelu"),
        (["--text", "nowhere.txt"], "cannot be read"),
    ],
)
def test_bad_input_is_one_sentence(more, says, tmp_path):
    with pytest.raises(BadInput, match=says):
        called("train", "--out", str(tmp_path), "--tokens", "2048", *more)


def test_a_text_that_is_too_short_says_so(tmp_path):
    (tmp_path / "a.txt").write_text("The capital of France is Paris.\n\nAnd so on.")
    with pytest.raises(BadInput, match=r"ended after 1 of 8 batches"):
        called("train", "--out", str(tmp_path / "o"), *SMALL.split(), "--text", str(tmp_path))


def test_a_folder_without_a_dictionary_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no folder of a sparse autoencoder"):
        called("eval", str(tmp_path))


def test_what_is_not_given_is_of_polaris_own_recipe(tmp_path):
    called("train", "--out", str(tmp_path), "--tokens", "1024", "--k", "2")
    learnt = load(tmp_path)
    assert (learnt.about["site"], learnt.width, learnt.k) == (POLARIS.site, POLARIS.width, 2)
