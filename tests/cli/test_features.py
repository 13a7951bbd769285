"""`astrolabe sae features` and `astrolabe sae show`, on a dictionary of two planted directions."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from astrolabe.cli.app import app
from astrolabe.inside.features.properties import NAMES
from astrolabe.inside.sae.dictionary import Dictionary
from astrolabe.inside.sae.saelens import save
from astrolabe.models.local import load

HEBREW = "שלום עולם"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dictionary whose feature 1 points from the digits' embeddings to the Hebrew ones."""
    home = tmp_path_factory.mktemp("dictionary")
    text = "\n\n".join(f"{HEBREW[i % 5 :]}\n{i} + {i} = {2 * i}" for i in range(40))
    (home / "text.txt").write_text(text, encoding="utf-8")
    model = load("polaris", device="cpu")
    table = model.module.get_input_embeddings().weight.detach().float()
    hebrew, digits = (
        table[model.tokenizer(some, add_special_tokens=False).input_ids].mean(0)
        for some in (HEBREW.replace(" ", ""), "0123456789")
    )
    way = torch.nn.functional.normalize(hebrew - digits, dim=0)
    rows = torch.stack([torch.zeros(len(way)) + len(way) ** -0.5, way, -way])
    about = {"model": "polaris", "site": "embed"}
    zeros = torch.zeros(3), torch.zeros(len(way))
    save(Dictionary("relu", rows, zeros[0], rows, zeros[1], about=about), home)
    return home


def test_features_are_ranked_by_a_property(folder: Path) -> None:
    run = ["sae", "features", str(folder), "--text", str(folder / "text.txt"), "--json"]
    result = CliRunner().invoke(app, [*run, "--property", "hebrew"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    best = found["rows"][0]["feature"]
    assert (best["unit"], best["property"]) == ("1", "hebrew")
    assert best["f1"] > 0.6
    assert [row["feature"]["f1"] for row in found["rows"]] == sorted(
        (row["feature"]["f1"] for row in found["rows"]), reverse=True
    )
    assert "arabic" in found["rare"]
    whole = CliRunner().invoke(app, run[:-1])
    assert whole.exit_code == 0, whole.output
    assert "hebrew" in whole.output


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_feature_is_shown_with_picture_and_page(
    folder: Path, tmp_path: Path, language: str
) -> None:
    run = ["sae", "show", str(folder), "1", "--text", str(folder / "text.txt")]
    result = CliRunner().invoke(app, [*run, "--out", str(tmp_path), "--report-language", language])
    assert result.exit_code == 0, result.output
    assert "hebrew" in result.output
    page = (tmp_path / "feature-1.html").read_text(encoding="utf-8")
    assert "http://" not in page.replace("http://www.w3.org", "").split("<script>")[0]
    assert {"en": "Where it is active", "zh": "在整个激活范围内的上下文"}[language] in page
    assert (tmp_path / "feature-1.png").read_bytes().startswith(b"\x89PNG")


def test_bad_input_is_one_sentence(folder: Path) -> None:
    text = ["--text", str(folder / "text.txt")]
    for command, sentence in (
        (["show", str(folder), "3", *text], "0 to 2"),
        (["features", str(folder), "--property", "arabik"], "arabic"),
        (["features", str(folder), "--property", "thai", *text], "too few tokens"),
        (["features", str(folder / "nowhere")], "nowhere"),
    ):
        result = CliRunner().invoke(app, ["sae", *command])
        assert result.exit_code != 0
        assert sentence in str(result.exception)


def test_names_are_each_once() -> None:
    assert len(np.unique(NAMES)) == len(NAMES)
