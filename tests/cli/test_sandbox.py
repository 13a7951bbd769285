"""`astrolabe execute` and `astrolabe sandbox selftest`, as a person uses them."""

import gzip
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from astrolabe.polaris import DATA
from tests.cli.test_bad_input import one_sentence

needs_bubblewrap = pytest.mark.skipif(
    shutil.which("bwrap") is None,
    reason="bubblewrap is not installed (apt-get install bubblewrap)",
)
QUICK = ("--seconds", "0.5")


def problem(number: int) -> dict[str, str]:
    return {
        "task_id": f"t/{number}",
        "prompt": f"def add{number}(x):\n",
        "entry_point": f"add{number}",
        "canonical_solution": f"    return x + {number}\n",
        "test": f"def check(candidate):\n    assert candidate(1) == {1 + number}\n",
    }


def write(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def sample(number: int, completion: str) -> dict[str, str]:
    return {"task_id": f"t/{number}", "completion": completion}


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    """Three problems; two samples of the first and two of the second, three of them right."""
    write(tmp_path / "problems.jsonl", [problem(n) for n in range(3)])
    right = [sample(n, f"    return x + {n}\n") for n in range(2)]
    write(tmp_path / "samples.jsonl", [*right, *right[:1], sample(1, "    return x\n")])
    return "execute", "samples.jsonl", "--problems", "problems.jsonl", *QUICK


@needs_bubblewrap
def test_samples_are_run_and_scored(astrolabe, files, tmp_path):
    said = astrolabe(*files, "--k", "1,2,3", "--workers", "2")
    assert said.code == 0, said.err
    # pass@1 = (2/2 + 1/2) / 2; one of two suffices for pass@2.
    assert "pass@1 0.7500\npass@2 1.0000\n" in said.out
    assert "pass@3 needs 3 samples of every problem; one has 2" in said.out
    assert "3 passed, 0 timed out, 1 failed, 0 infra" in said.out
    assert "1 of 3 problems were not attempted" in said.out
    rows = [json.loads(r) for r in (tmp_path / "samples.jsonl_results.jsonl").open()]
    assert [row["passed"] for row in rows] == [True, True, True, False]
    assert rows[3]["result"].startswith("failed: AssertionError in: assert candidate(1) == 2")
    assert set(rows[0]) == {"task_id", "completion", "result", "passed"}


@needs_bubblewrap
def test_json_gzip_and_the_warm_mode(astrolabe, files, tmp_path):
    for name in ("samples", "problems"):
        text = (tmp_path / f"{name}.jsonl").read_bytes()
        (tmp_path / f"{name}.jsonl.gz").write_bytes(gzip.compress(text))
    words = [f"{word}.gz" if word.endswith(".jsonl") else word for word in files]
    said = astrolabe(*words, "--mode", "warm", "--out", "out.jsonl", "--json")
    assert said.code == 0, said.err
    assert said.json["pass_at_k"] == {"1": 0.75}
    assert said.json["outcomes"] == {"passed": 3, "timed_out": 0, "failed": 1, "infra": 0}
    assert (said.json["problems"], said.json["attempted"]) == (3, 2)
    record = json.loads(Path(said.json["record"]).read_text())
    assert record["seconds"] == 0.5
    assert record["sandbox"]["mode"] == "warm"
    assert set(record["sandbox"]["self_test"].values()) == {"contained"}
    # Everything is there: nothing is run again, and the same is said.
    again = astrolabe(*words, "--out", "out.jsonl", "--json")
    assert again.json == said.json


@needs_bubblewrap
def test_polaris_own_problems(astrolabe, tmp_path):
    if not (DATA / "humaneval" / "test.jsonl").exists():
        pytest.skip("Polaris has no programs yet")
    rows = [json.loads(line) for line in (DATA / "humaneval" / "test.jsonl").open()]
    samples = [{"task_id": r["task_id"], "completion": r["canonical_solution"]} for r in rows]
    write(tmp_path / "samples.jsonl", samples)
    said = astrolabe("execute", "samples.jsonl", "--mode", "warm", "--json")
    assert said.json["pass_at_k"] == {"1": 1.0}
    assert said.json["attempted"] == len(rows)


@pytest.mark.shared
@needs_bubblewrap
def test_human_eval_s_example_gives_one_half(astrolabe, shared, tmp_path):
    for name in ("example_problem.jsonl", "example_samples.jsonl"):
        shutil.copy(shared / "humaneval" / name, tmp_path)
    words = ("execute", "example_samples.jsonl", "--problems", "example_problem.jsonl")
    assert "pass@1 0.5000\n" in astrolabe(*words).out


@needs_bubblewrap
def test_ctrl_c_keeps_what_is_done_and_the_same_command_goes_on(files, tmp_path):
    slow = "    import time\n    time.sleep(0.3)\n    return x + 0\n"
    write(tmp_path / "samples.jsonl", [sample(0, f"{slow}# {n}\n") for n in range(24)])
    words = [sys.executable, "-c", "from astrolabe.cli import main; main()", *files]
    words += ["--workers", "1", "--k", "1"]
    out = tmp_path / "samples.jsonl_results.jsonl"
    with subprocess.Popen(
        words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and (not out.exists() or not out.read_text()):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, complaint = process.communicate(timeout=30)
    assert process.returncode == 130, complaint
    kept = [json.loads(line) for line in out.open()]
    assert 1 <= len(kept) < 24
    assert f"stopped; {len(kept)} of 24 results are in" in complaint
    assert "Traceback" not in complaint
    said = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "pass@1 1.0000" in said.stdout
    rows = [json.loads(line) for line in out.open()]
    assert [row["completion"][-4:] for row in rows] == [f"# {n}\n"[-4:] for n in range(24)]
    for row in kept:
        assert row in rows


@needs_bubblewrap
def test_what_cannot_be_judged_is_said(astrolabe, files, tmp_path):
    broken = {**problem(2), "test": "check = no_such_name\n"}
    write(tmp_path / "problems.jsonl", [problem(0), problem(1), broken])
    with (tmp_path / "samples.jsonl").open("a") as file:
        file.write(json.dumps(sample(2, "    return x + 2\n")) + "\n")
    said = astrolabe(*files, "--k", "1")
    assert said.code == 1
    assert "pass@1 0.7500" in said.out
    assert "1 infra" in said.out
    assert "count nowhere; the same command tries them again" in said.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (
            ("execute", "nowhere.jsonl", "--problems", "problems.jsonl"),
            "'nowhere.jsonl' does not exist",
        ),
        (
            ("execute", "samples.jsonl", "--problems", "nowhere.jsonl"),
            "'nowhere.jsonl' does not exist",
        ),
        (("execute", "samples.txt", "--problems", "problems.jsonl"), "cannot read '.txt' files"),
        (("execute", "empty.jsonl", "--problems", "problems.jsonl"), "empty.jsonl: no rows"),
        (("execute", "plain.jsonl.gz", "--problems", "problems.jsonl"), "plain.jsonl.gz: cannot"),
        (("execute", "bare.jsonl", "--problems", "problems.jsonl"), "row 2 has no column 'complet"),
        (("execute", "number.jsonl", "--problems", "problems.jsonl"), "row 1 has no text in colu"),
        (("execute", "list.jsonl", "--problems", "problems.jsonl"), "line 1 is not a JSON object"),
        (("execute", "other.jsonl", "--problems", "problems.jsonl"), "row 1 is of 't/7', which is"),
        (("execute", "samples.jsonl"), "row 1 is of 't/0', which is none of the"),
        (("execute", "samples.jsonl", "--problems", "bare.jsonl"), "no column 'prompt'"),
        (("execute", "samples.jsonl", "--problems", "untested.jsonl"), "has no column 'test'"),
        (("execute", "samples.jsonl", "--problems", "twice.jsonl"), "2 rows have only 1 task_ids"),
        (("execute", "samples.jsonl", "--k", "0"), "'0' is no k for pass@k"),
        (("execute", "samples.jsonl", "--k", "1,many"), "'many' is no k for pass@k"),
        (("execute", "samples.jsonl", "--mode", "hot"), "no sandbox mode 'hot'"),
        (("execute", "samples.jsonl", "--workers", "0"), "0 workers cannot run programs"),
        (("execute", "samples.jsonl", "--seconds", "0"), "a limit of 0 s makes no sense"),
        (
            ("execute", "samples.jsonl", "--problems", "problems.jsonl", "--out", "samples.jsonl"),
            "samples.jsonl: line 1 is no result",
        ),
        (("sandbox", "selftest", "--mode", "hot"), "no sandbox mode 'hot'"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(astrolabe, files, tmp_path, words, says):
    before = (tmp_path / "samples.jsonl").read_text()
    (tmp_path / "samples.txt").touch()
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "plain.jsonl.gz").write_text("not gzip")
    write(tmp_path / "bare.jsonl", [sample(0, ""), {"task_id": "t/0"}])
    write(tmp_path / "number.jsonl", [{"task_id": "t/0", "completion": 5}])
    (tmp_path / "list.jsonl").write_text("[1]\n")
    write(tmp_path / "other.jsonl", [sample(7, "")])
    untested = problem(0)
    del untested["test"]
    write(tmp_path / "untested.jsonl", [untested])
    write(tmp_path / "twice.jsonl", [problem(0), problem(0)])
    assert says in one_sentence(astrolabe(*words))
    assert (tmp_path / "samples.jsonl").read_text() == before


def test_without_a_sandbox_nothing_is_run(astrolabe, files, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "'apt-get install bubblewrap'" in one_sentence(astrolabe(*files))
    assert "'apt-get install bubblewrap'" in one_sentence(astrolabe("sandbox", "selftest"))
    assert not (tmp_path / "samples.jsonl_results.jsonl").exists()


@needs_bubblewrap
def test_self_test(astrolabe):
    said = astrolabe("sandbox", "selftest")
    assert said.code == 0, said.err
    probes = [line.split() for line in said.out.splitlines()[:-1]]
    assert {"memory", "network", "namespaces", "time"} <= {name for name, _ in probes}
    assert {end for _, end in probes} == {"contained"}
    described = astrolabe("sandbox", "selftest", "--mode", "warm", "--json").json
    assert described["self_test"].keys() == {name for name, _ in probes}


@needs_bubblewrap
def test_a_probe_that_is_not_contained_is_told(astrolabe, monkeypatch):
    """The canary in a place where a program may look."""
    from astrolabe.grading.sandbox import probes

    monkeypatch.setattr(probes, "_READ", "with open(os.__file__) as file: return 'it could'")
    monkeypatch.setattr(probes, "_USER", "import os\nreturn open(os.__file__).read(4)")
    said = astrolabe("sandbox", "selftest")
    assert said.code == 1
    assert "user         NOT CONTAINED" in said.out
