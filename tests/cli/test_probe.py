"""`astrolabe probe` on Polaris, on tiny models, and on what cannot be probed."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from astrolabe.cli.app import app
from astrolabe.core.errors import BadInput

QUICK = (
    "--limit",
    250,
    "--layers",
    "2,8",
    "--prompt",
    "empty",
    "--prompt",
    "city",
    "--prompt",
    "caps",
)


def called(*arguments):
    result = CliRunner().invoke(app, ["probe", *map(str, arguments)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """What the command says of Polaris' cities as JSON, and the folder it wrote to."""
    out = tmp_path_factory.mktemp("out")
    return json.loads(called(*QUICK, "--json", "--out", out)), out / "probe" / "polaris-places"


def test_polaris_holds_a_map_and_its_controls_do_not(places):
    (model,) = places[0]["models"]
    first = model["prompts"][0]
    assert (first["by"], first["targets"], first["depth"]) == ("country", ["lat", "lon"], 8)
    best = max(layer["scores"]["r2"]["value"] for layer in first["layers"])
    assert best > 0.7
    r2 = {n: c["layers"][0]["scores"]["r2"]["value"] for n, c in model["controls"].items()}
    assert abs(r2["shuffled"]) < 0.05
    assert abs(r2["untrained"]) < 0.1
    assert r2["embeddings"] < best - 0.1
    claims = {one["claim"]: one for one in model["conclusions"]}
    assert claims["information"]["outcome"] == "shown"
    assert "polaris holds a map" in claims["information"]["sentence"]
    assert "half depth" in claims
    assert "caps" not in {part["name"] for part in claims["prompts"]["parts"]}
    assert {p["prompt"]: p["text"] for p in model["prompts"]}["city"] == "The city of "
    # A city whose country was seen is easier: what a split by entity would have said.
    assert model["by_entity"]["by"] == "entity"


def test_the_report_is_whole(places):
    folder = places[1]
    assert {path.name for path in folder.glob("*.png")} == {
        "map.png",
        "layers.png",
        "prompts.png",
        "controls.png",
    }
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "polaris holds a map" in page
    assert "http://" not in page.split("<script>")[0]
    assert json.loads((folder / "probe.json").read_text(encoding="utf-8")) == places[0]


def test_states_are_kept_and_found_again(places, monkeypatch):
    from astrolabe.models.local import LocalModel

    def never(*_):
        raise AssertionError("states were computed again")

    monkeypatch.setattr(LocalModel, "read", never)
    again = json.loads(called(*QUICK, "--json", "--out", places[1].parents[1]))
    assert again == places[0]


def test_years_in_chinese_with_other_probes_and_two_models(tmp_path):
    said = called(
        *("polaris-years", "--layers", "5", "--prompt", "empty", "--nonlinear"),
        *("--model", "polaris", "--model", "polaris-half", "--limit", 120),
        *("--report-language", "zh", "--out", tmp_path),
    )
    assert "polaris 含有年表" in said.replace("\n", "")
    folder = tmp_path / "probe" / "polaris-years"
    names = {path.name for path in folder.glob("*.png")}
    assert names >= {"timeline.png", "timeline-2.png", "layers.png", "dimensions.png"}


@pytest.mark.shared
def test_no_map_is_found_in_random_weights_on_real_rows(shared, model_folder, tmp_path):
    said = json.loads(
        called(
            shared / "world_models" / "world_place.csv",
            *("--model", model_folder("llama"), "--limit", 400, "--json", "--out", tmp_path),
            *("--prompt", "empty", "--prompt", "random"),
        )
    )
    (model,) = said["models"]
    best = max(layer["scores"]["r2"]["value"] for layer in model["prompts"][0]["layers"])
    assert best < 0.15
    (found,) = [one for one in model["conclusions"] if one["claim"] == "information"]
    assert found["outcome"] != "shown"
    assert found["sentence"].startswith("No map was found")


def table(path: Path, **columns) -> Path:
    """A CSV file of 40 places with other columns in place of the usual ones."""
    rng = np.random.default_rng(0)
    usual = {
        "name": [f"Place {number}" for number in range(40)],
        "latitude": rng.uniform(-60, 60, 40).tolist(),
        "longitude": rng.uniform(-170, 170, 40).tolist(),
        "country": [f"Land {number % 8}" for number in range(40)],
    }
    usual |= columns
    lines = [
        ",".join(usual),
        *(",".join(map(str, row)) for row in zip(*usual.values(), strict=True)),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("columns", "more", "says"),
    [
        ({"latitude": [3.0] * 40}, (), "'lat' is 3 for every entity"),
        ({"latitude": ["nan", *range(39)]}, (), "column 'latitude' of row 2 is 'nan'"),
        ({"longitude": [*range(39), ""]}, (), "column 'longitude' of row 41 is empty"),
        ({"latitude": [91, *range(39)]}, (), "'lat' of entity 0 is 91, outside -90 to 90"),
        ({"name": ["", *["x"] * 39]}, (), "name of row 2 is empty"),
        ({}, ("--group", "contry"), "no column 'contry', did you mean 'country'.*there are name,"),
        ({}, ("--target", "height"), "no column 'height'.*there are name, latitude"),
        ({}, ("--target", "country"), "'Land 0', which is no number and no date"),
        ({}, ("--split", "published"), "no column is_test"),
        ({}, ("--split", "group"), "no groups to hold out"),
        ({}, ("--split", "row"), "unknown split 'row'"),
        ({}, ("--limit", 10), "10 entities are too few"),
        ({}, ("--layers", "x"), "layers 'x' cannot be read"),
        ({}, ("--layers", "9"), "'polaris' has no layer 9; there are 0 .* to 8"),
        ({}, ("--prompt", "cap"), "unknown prompt 'cap', did you mean 'caps'"),
    ],
)
def test_bad_input_is_one_sentence(columns, more, says, tmp_path):
    with pytest.raises(BadInput, match=says):
        called(table(tmp_path / "a.csv", **columns), "--out", tmp_path / "out", *more)


def test_wrong_files_are_refused(tmp_path):
    with pytest.raises(BadInput, match="did you mean 'polaris-places'"):
        called("polaris-place")
    (tmp_path / "b.csv").write_bytes(b"\x00\xff\xfe")
    with pytest.raises(BadInput, match="cannot be read as CSV"):
        called(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_text("name,lat,lon\nOslo,60\n", encoding="utf-8")
    with pytest.raises(BadInput, match="row 2 has more or fewer cells"):
        called(tmp_path / "c.csv")
    (tmp_path / "d.csv").write_text("name,height\nOslo,60\n", encoding="utf-8")
    with pytest.raises(BadInput, match="name the columns to be predicted with --target"):
        called(tmp_path / "d.csv")
    with pytest.raises(BadInput, match="has no columns to choose from"):
        called("polaris-years", "--target", "year")
