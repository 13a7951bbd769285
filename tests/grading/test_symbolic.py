"""The helper that compares mathematics: from threads, within its time, and after its death."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.grading import symbolic
from astrolabe.grading.symbolic import equal


def fresh() -> int:
    """The helper's process id, after a question that no cache can answer."""
    assert equal("verify", f"{time.time_ns()}", "0") is False
    process = symbolic._HELPER.process
    assert process is not None
    return process.pid


def test_two_ways() -> None:
    assert equal("verify", "x^2+2x+1", "(x+1)^2")
    assert equal("difference", "x^2+2x+1", "(x+1)^2")
    assert equal("verify", "[1,2)", "[1,2)")
    assert not equal("difference", "[1,2)", "[1,2)")  # sympy parses no interval
    assert not equal("difference", "\\text{east}", "\\frac{")


def test_threads_share_one_helper() -> None:
    pid = fresh()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: equal("verify", f"{n}+x", f"x+{n % 7}"), range(30)))
    assert found == [n < 7 for n in range(30)]
    assert fresh() == pid


def test_what_takes_for_ever_is_not_equal_and_the_next_question_is_answered() -> None:
    start = time.perf_counter()
    assert equal("difference", "5", "\\sum_{k=1}^{100000000} k!") is False
    assert time.perf_counter() - start < symbolic.WALL_SECONDS
    assert equal("verify", "y+1", "1+y")


def test_a_helper_that_dies_is_started_anew() -> None:
    first = fresh()
    os.kill(first, 9)
    os.waitpid(first, 0) if symbolic._HELPER.process is None else symbolic._HELPER.process.wait()
    assert equal("verify", "z+1", "1+z")
    assert fresh() != first


def test_a_silent_helper_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    first = fresh()
    monkeypatch.setattr(symbolic, "WALL_SECONDS", 0.2)
    assert equal("verify", "5", "100000001!") is False
    monkeypatch.undo()
    assert equal("verify", "w+1", "1+w")
    assert fresh() != first


def test_a_helper_that_cannot_start_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    helper = symbolic._Helper()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(BadInput, match="helper process did not start; is math-verify installed"):
        helper.ask("verify", "1", "2")


def test_importing_the_rules_loads_no_algebra() -> None:
    code = (
        "import sys, astrolabe.grading; "
        "print({'sympy', 'math_verify', 'sacrebleu', 'rouge_score', 'numpy'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
