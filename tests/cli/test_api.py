"""A model behind a server, on the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from astrolabe.models.local import load
from tests.cli.conftest import Said
from tests.server import NAME, Server, serving

Run = Callable[..., Said]


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


@pytest.fixture
def server(polaris, monkeypatch):
    """A server that answers by Polaris, and is the usual one."""
    with serving(Server(polaris)) as running:
        monkeypatch.setenv("OPENAI_BASE_URL", running.url)
        monkeypatch.setenv("OPENAI_API_KEY", "k-secret")
        yield running


def test_a_run_through_a_server_beside_one_here(
    astrolabe: Run, server: Server, tmp_path: Path
) -> None:
    words = ("run", "gsm8k", "--limit", "2", "--shots", "0", "--max-tokens", "4", "--json")
    # Nobody knows the served model's dtype, so more than the model's name may differ.
    refused = astrolabe(*words, "--model", f"polaris,api:{NAME}")
    assert refused.code == 2
    assert "(model, dtype)" in refused.err
    words += ("--unlike",)
    said = astrolabe(*words, "--model", f"polaris,api:{NAME}")
    assert said.code == 0, said.err
    assert [run["model"] for run in said.json["runs"]] == ["polaris", f"api:{NAME}"]
    assert len({run["id"] for run in said.json["runs"]}) == 2
    assert "k-secret" not in said.out + said.err
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if b"k-secret" in path.read_bytes()]


@pytest.mark.parametrize(
    "study",
    [
        ("chain-of-thought", "--limit", "2"),
        ("magic-words", "--limit", "2", "--languages", "en"),
        ("shots", "--benchmark", "gsm8k", "--limit", "2", "--shots", "0,1", "--draws", "1"),
    ],
)
def test_a_study_whose_answers_are_written_is_conducted(
    astrolabe: Run, server: Server, study: tuple[str, ...]
) -> None:
    server.canned = "The answer is 4."
    said = astrolabe("study", *study, "--model", f"api:{NAME}", "--json")
    assert said.code == 0, said.err
    assert said.json["model"] == f"api:{NAME}"
    assert server.answered > 0


@pytest.mark.parametrize(
    ("study", "told"),
    [
        ("what-moved-it", "needs them on this machine"),
        ("fine-tuning-hurts", "cannot be fine-tuned here"),
        ("finetune-or-prompt", "cannot be fine-tuned here"),
        ("override", "scoring 'generated'"),
    ],
)
def test_a_study_that_needs_more_than_answers_is_refused(
    astrolabe: Run, server: Server, study: str, told: str
) -> None:
    said = astrolabe("study", study, "--model", f"api:{NAME}", "--limit", "4")
    assert said.code == 2
    assert told in said.err
    assert server.asked == []


@pytest.mark.parametrize("words", [("lens", "Hello"), ("plan", "study.yaml"), ("calibrate",)])
def test_what_looks_inside_or_times_is_refused(
    astrolabe: Run, tmp_path: Path, words: tuple[str, ...]
) -> None:
    part = {"benchmark": "gsm8k", "limit": 1, "conditions": {"direct": {"shots": 0}}}
    study = {"name": "one", "models": [f"api:{NAME}"], "benchmarks": [part]}
    (tmp_path / "study.yaml").write_text(json.dumps(study))
    model = () if words[0] == "plan" else ("--model", f"api:{NAME}")
    said = astrolabe(*words, *model)
    assert said.code == 2
    assert "is behind a server" in said.err
