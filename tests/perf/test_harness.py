import json
import os
import socket
import sys
from pathlib import Path

import pytest

from perf import __main__ as perf_main
from perf import harness

FIELDS = [
    "name",
    "ours",
    "peer",
    "ratio",
    "limit_fraction",
    "exact",
    "machine",
    "versions",
    "date",
]


def test_sides_take_turns_and_stay_paired():
    calls = []
    times = iter([1.0, 4.0, 2.0, 6.0])

    def side(name):
        calls.append(name)
        return next(times)

    pairs = harness.in_turn(lambda: side("ours"), lambda: side("peer"), rounds=2)
    assert calls == ["ours", "peer", "ours", "peer"]
    assert pairs == [(1.0, 4.0), (2.0, 6.0)]


def test_result_has_exactly_the_agreed_fields_and_the_ratio_is_of_pairs(tmp_path, monkeypatch):
    monkeypatch.setattr(harness, "RESULTS", tmp_path / "results")
    pairs = [(1.0, 4.0), (10.0, 30.0), (2.0, 20.0)]
    result = harness.judge("x_vs_y", pairs, ("rows", "rows"), "equal", {"cpu": "c"}, {"torch": "2"})
    written = json.loads((tmp_path / "results" / "x_vs_y.json").read_text())
    assert list(written) == FIELDS
    # The ratio of the two medians would be 10.
    assert result.ratio == written["ratio"] == 4.0
    assert written["ours"] == {
        "median": 2.0,
        "min": 1.0,
        "max": 10.0,
        "unit": "s",
        "counted": "rows",
    }
    assert written["limit_fraction"] is None


def test_machine_says_nothing_of_whose_it_is():
    here = harness.machine(threads=2)
    assert here["threads"] == 2
    assert here["cores"] == os.cpu_count()
    assert here["memory_gib"] > 0
    told = json.dumps(here)
    assert socket.gethostname() not in told
    assert str(Path.home()) not in told


@pytest.fixture
def echo(tmp_path, monkeypatch):
    (tmp_path / "peers").mkdir()
    (tmp_path / "peers" / "echo.py").write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    asked = json.loads(line)\n"
        "    if 'die' in asked:\n"
        "        sys.exit('no such thing')\n"
        "    print(json.dumps({'got': asked, 'arguments': sys.argv[1:]}), flush=True)\n"
    )
    monkeypatch.setattr(harness, "HERE", tmp_path)
    monkeypatch.setenv("ASTROLABE_PEERS_PYTHON", sys.executable)


@pytest.mark.usefixtures("echo")
def test_worker_answers_line_by_line():
    with harness.Worker("echo.py", "--model", "m") as worker:
        for number in (1, 2):
            reply = worker.ask(number=number, text="a\nb ü")
            assert reply == {
                "got": {"number": number, "text": "a\nb ü"},
                "arguments": ["--model", "m"],
            }


@pytest.mark.usefixtures("echo")
def test_a_dead_peer_is_an_error_with_its_last_words():
    with (
        harness.Worker("echo.py") as worker,
        pytest.raises(RuntimeError, match=r"exit code 1:\nno such thing"),
    ):
        worker.ask(die=True)


def test_without_peers_one_sentence_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setenv("ASTROLABE_PEERS_PYTHON", str(tmp_path / "nowhere"))
    with pytest.raises(harness.NoPeer, match="run 'make peers'"):
        harness.Worker("echo.py")


def test_every_measurement_is_found_and_helpers_are_not():
    assert perf_main.measurements() == [
        "activations",
        "dola_generate",
        "dola_readings",
        "gsm8k_generate",
        "mmlu_long",
        "mmlu_permutations",
        "mmlu_short",
        "probe_sweep",
        "sae_train",
    ]


def test_unknown_measurement_is_refused(capsys):
    assert perf_main.run(["nothing"]) == 2
    assert "mmlu_short" in capsys.readouterr().err
