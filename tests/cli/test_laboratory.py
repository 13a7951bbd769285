"""`astrolabe study NAME` as a person uses it."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from astrolabe.cli.laboratory import names
from astrolabe.studies.laboratory import EXPERIMENTS, experiment
from tests.cli.conftest import Said

Run = Callable[..., Said]
QUICK = ("study", "shots", "--limit", "4", "--shots", "0,1", "--draws", "1", "--orders", "1")


def test_every_experiment_is_listed_and_explains_itself(astrolabe: Run) -> None:
    listed = astrolabe("study", "--help").out
    for name in EXPERIMENTS:
        assert name in listed
        told = astrolabe("study", name, "--help")
        assert told.code == 0
        flat = " ".join(told.out.split())
        found = experiment(name)
        assert found.name == name
        assert " ".join(found.paper.split()) in flat
        assert found.summary.en in flat
        for knob in found.knobs:
            assert f"--{knob.name.replace('_', '-')}" in flat


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_the_defaults_of_every_experiment_can_be_had(astrolabe: Run, name: str) -> None:
    said = astrolabe("study", name, "--model", "./nowhere")
    assert said.code == 2
    assert "'./nowhere' is not a folder" in said.err


def test_a_file_or_another_study_is_still_taken(astrolabe: Run) -> None:
    said = astrolabe("study", "nothing.yaml")
    assert said.code == 2
    assert "nothing.yaml" in said.err
    assert astrolabe("study", "divergence-by-kind", "--help").code == 0


def test_a_study_prints_writes_and_resumes(astrolabe: Run, tmp_path) -> None:
    said = astrolabe(*QUICK)
    assert said.code == 0
    assert "report: " in said.out
    assert max(map(len, said.out.splitlines())) <= 80
    folder = tmp_path / "astrolabe-out" / "shots"
    assert {"report.html", "outcome.json", "accuracy.png"} <= {f.name for f in folder.iterdir()}
    again = astrolabe(*QUICK, "--json", "--report-language", "zh")
    assert "nothing to compute" in again.err
    assert again.json["experiment"] == "shots"
    assert "示例" in again.json["question"]
    assert '"zh-CN"' in (folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--shots", "0,many"), "--shots takes whole numbers with commas between, not '0,many'"),
        (("--shots", "1"), "every number of examples is compared with none"),
        (("--shots", ","), "--shots takes at least one value, none below 0"),
        (("--benchmark", "mmul"), "did you mean 'mmlu'?"),
        (("--report-language", "fr"), "no reports in language 'fr'"),
        (("--recipe", "mine"), "has no recipe 'mine'"),
        (("--model", "/nowhere"), "/nowhere"),
    ],
)
def test_bad_input_is_one_sentence(astrolabe: Run, words: tuple[str, ...], sentence: str) -> None:
    said = astrolabe("study", "shots", "--limit", "4", *words)
    assert said.code == 2
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_the_door_opens_without_any_experiment() -> None:
    code = "import sys, astrolabe.cli.study as s; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not set(EXPERIMENTS.values()) & set(loaded)
    assert names() == tuple(EXPERIMENTS)
