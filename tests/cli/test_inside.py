"""`astrolabe inside` and `astrolabe run --record` as a person uses them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from astrolabe.cli import progress
from tests.cli.conftest import Said
from tests.conftest import MakeFolder

Run = Callable[..., Said]
ASK = ("--model", "./m", "--shots", "0", "--limit", "60", "--name", "r")
QUICK = ("--shuffles", "19")


@pytest.fixture
def ran(
    astrolabe: Run, model_folder: MakeFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[str]]:
    """Runs a tiny model on Polaris' exam, without the page; gives the ids of all runs."""
    monkeypatch.setattr("astrolabe.report.html.write_report", lambda *_, **__: "no page")
    shutil.copytree(model_folder("llama"), tmp_path / "m")

    def call(*words: str) -> list[str]:
        said = astrolabe("run", "mmlu", *ASK, *words)
        assert said.code == 0, said.err
        return [run["id"] for run in astrolabe("runs", "--json").json]

    return call


def refused(said: Said, sentence: str) -> None:
    assert said.code == 2
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_recorded_states_need_no_model(
    astrolabe: Run, ran: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (run,) = ran("--record", "resid.1,embed")

    def gone(*_: object, **__: object) -> None:
        raise AssertionError("a model was loaded")

    monkeypatch.setattr(progress, "load_local_said", gone)
    said = astrolabe("inside", run[:8], *QUICK)
    assert said.code == 0, said.err
    assert max(map(len, said.out.splitlines())) <= 80
    assert "--layers all reads them" in " ".join(said.out.split())
    written = Path("astrolabe-out") / f"inside-{run[:8]}"
    assert {"report.html", "outcome.json", "layers.png"} <= {f.name for f in written.iterdir()}
    found = json.loads((written / "outcome.json").read_text(encoding="utf-8"))
    assert [row["layer"] for row in found["tables"][0]["rows"]] == [1]
    assert [row["what"] for row in found["tables"][1]["rows"]] == [
        "own confidence",
        "prompt length",
        "layer 0 (embedding)",
    ]


def test_every_layer_is_read_from_the_model_that_was_run(
    astrolabe: Run, ran: Callable[..., list[str]]
) -> None:
    (run,) = ran()
    said = astrolabe("inside", run[:8], *QUICK, "--json", "--report-language", "zh")
    assert said.code == 0, said.err
    found = said.json
    assert [row["layer"] for row in found["tables"][0]["rows"]] == [1, 2]
    assert all(row["untrained"] is not None for row in found["tables"][0]["rows"])
    assert len(found["findings"]) == 2
    assert "哪些题目会答对" in found["question"]
    assert set(found["runs"]) == {run}


def test_flips_are_between_two_runs(astrolabe: Run, ran: Callable[..., list[str]]) -> None:
    runs = ran("--order", "as-is,rotated-1", "--record", "resid.2")
    said = astrolabe("inside", *runs, "--predict", "flips", *QUICK, "--json")
    assert said.code == 0, said.err
    assert said.json["runs"] == runs
    assert "flip between" in said.json["question"]
    refused(astrolabe("inside", *runs), "--predict right takes one run")
    refused(astrolabe("inside", runs[0], "--predict", "flips"), "give the second run's id")
    refused(astrolabe("inside", runs[0], runs[0], "--predict", "flips"), "are the same run")


def test_bad_input_is_one_sentence(
    astrolabe: Run, ran: Callable[..., list[str]], tmp_path: Path
) -> None:
    (run,) = ran()
    refused(astrolabe("inside", "ffff0000"), "no run in")
    refused(astrolabe("inside", run, "--predict", "luck"), "there are right, flips")
    refused(astrolabe("inside", run, "--layers", "one"), "--layers takes numbers")
    refused(astrolabe("inside", run, "--layers", "0"), "layer 0 is the embedding")
    refused(astrolabe("inside", run, "--layers", "9"), "resid.9")
    refused(astrolabe("inside", run, "--shuffles", "3"), "too few to decide")
    refused(astrolabe("run", "mmlu", *ASK, "--record", "resid"), "no site 'resid'")
    refused(astrolabe("run", "mmlu", *ASK, "--record", "mlp.9"), "mlp.9")
    api = ("--model", "api:some", "--record", "resid.1")
    refused(astrolabe("run", "mmlu", *api), "behind a server")
    weights = tmp_path / "m" / "model.safetensors"
    tensors = load_file(weights)
    tensors["model.norm.weight"] += 1
    save_file(tensors, weights, {"format": "pt"})
    refused(astrolabe("inside", run), "has changed since run")


def test_few_items_are_refused(astrolabe: Run, ran: Callable[..., list[str]]) -> None:
    (run,) = ran("--limit", "4")
    said = astrolabe("inside", run)
    assert said.code == 2
    assert "to predict" in said.err
