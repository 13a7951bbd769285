"""Nothing outlives its time: no process, no file, no descriptor, no memory; and nobody hangs."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from astrolabe.grading.sandbox import Program, Sandbox, cell
from astrolabe.grading.sandbox.cell import CellError, own_uid
from tests.grading.sandbox.conftest import function
from tests.grading.sandbox.processes import PATIENCE, below, eventually, processes

RIGHT = function("return x + 1")
SLEEP = function("import time\ntime.sleep(60)")


def program_of(worker: int) -> int:
    """The program's process: a child of the sandbox's first, which is a child of bubblewrap."""
    parents = processes()
    chain = [pid for pid in parents if parents.get(parents.get(parents[pid], 0), 0) == worker]
    return chain[0] if chain else 0


NAMESPACES = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")


def namespace(pid: int | str, name: str) -> Path:
    return Path(f"/proc/{pid}/ns/{name}").readlink()


def resident(pid: int) -> int:
    """Memory of a process, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def descriptors() -> set[str]:
    """Open ones of this process that are still open when this returns."""
    return {path.name for path in Path("/proc/self/fd").iterdir() if path.exists()}


@pytest.mark.parametrize("mode", ["fresh", "warm"])
def test_three_hundred_programs_leave_nothing(
    mode: str, bubblewrap: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mixed = [
        RIGHT,
        function("return x"),
        function("import os\nos._exit(0)"),
        function("return 'x' * (1 << 17)"),
        function("return bytearray(16 << 20)"),
    ]
    before, fds = below(os.getpid()), descriptors()
    with Sandbox(mode, workers=2, seconds=5.0) as sandbox:
        workers = below(os.getpid()) - before
        assert len(list(sandbox.run(mixed * 20))) == 100
        stewards = {pid for pid in workers if pid in below(os.getpid())}
        memory = {pid: resident(pid) for pid in stewards}
        assert len(list(sandbox.run(mixed * 40))) == 200
        if mode == "fresh":
            assert eventually(lambda: below(os.getpid()) - before == stewards)
        grown = [resident(pid) - memory[pid] for pid in stewards if pid in below(os.getpid())]
        assert max(grown) < 8 << 20
    assert eventually(lambda: below(os.getpid()) == before)
    assert descriptors() == fds
    assert not list(tmp_path.iterdir())


def test_leaving_early_ends_what_runs(bubblewrap: str) -> None:
    before = below(os.getpid())
    with Sandbox(workers=2, seconds=30.0) as sandbox:
        running = sandbox.run([RIGHT, SLEEP, SLEEP])
        assert next(running)[1].outcome == "passed"
        begun = time.monotonic()
        running.close()  # type: ignore[attr-defined]
        # The workers that were left in the middle are replaced.
        assert [e.outcome for _, e in sandbox.run([RIGHT] * 4)] == ["passed"] * 4
        assert time.monotonic() - begun < PATIENCE
    assert eventually(lambda: below(os.getpid()) == before)


HARNESS = """
import sys
from astrolabe.grading.sandbox import Program, Sandbox, cell
sleep = Program("def f(x):\\n", "    import time; time.sleep(60)", "check = lambda f: f(1)", "f")
with Sandbox(sys.argv[1], workers=2, seconds=60.0) as sandbox:
    print("entered", flush=True)
    list(sandbox.run([sleep] * 2))
"""


@contextmanager
def harness(mode: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that has entered a sandbox and runs two programs that sleep."""
    with subprocess.Popen(
        [sys.executable, "-c", HARNESS, mode],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "entered\n"
        # Two workers, each with a judge and bubblewrap, its first process and the program.
        assert eventually(lambda: len(below(process.pid)) == 10)
        yield process
        process.kill()


@pytest.mark.parametrize(
    ("mode", "how"),
    [
        ("fresh", signal.SIGKILL),
        ("warm", signal.SIGKILL),
        ("fresh", signal.SIGTERM),
        ("warm", signal.SIGINT),
    ],
)
def test_the_end_of_the_harness_ends_everything(
    mode: str, how: signal.Signals, bubblewrap: str
) -> None:
    with harness(mode) as process:
        children = below(process.pid)
        process.send_signal(how)
        assert eventually(lambda: not children & set(processes()))


def test_the_end_of_a_worker_ends_what_it_started(bubblewrap: str) -> None:
    before = below(os.getpid())
    with Sandbox(workers=1, seconds=60.0) as sandbox:
        (worker,) = below(os.getpid()) - before
        running = sandbox.run([SLEEP, RIGHT])
        killed: set[int] = set()

        def kill() -> None:
            killed.update(below(worker))
            os.kill(worker, signal.SIGKILL)

        outcomes = dict(_disturbed(running, lambda: len(below(worker)) >= 4, kill))
        assert eventually(lambda: not killed & set(processes()))
    assert outcomes == {0: "infra", 1: "passed"}


@pytest.mark.parametrize("mode", ["fresh", "warm"])
def test_a_program_killed_from_outside_is_not_wrong(mode: str, bubblewrap: str) -> None:
    """As by a kernel that runs out of memory: nothing is known about the program then."""
    before = below(os.getpid())
    with Sandbox(mode, workers=1, seconds=60.0) as sandbox:
        (worker,) = {p for p in below(os.getpid()) - before if processes()[p] == os.getpid()}

        running = sandbox.run([SLEEP, RIGHT])
        outcomes = dict(
            _disturbed(running, lambda: program_of(worker),
                       lambda: os.kill(program_of(worker), signal.SIGKILL))
        )  # fmt: skip
    assert outcomes == {0: "infra", 1: "passed"}


def test_a_sandbox_killed_from_outside_is_replaced(bubblewrap: str) -> None:
    before = below(os.getpid())
    with Sandbox("warm", workers=1, seconds=60.0) as sandbox:
        (worker,) = {p for p in below(os.getpid()) - before if processes()[p] == os.getpid()}

        def bubblewraps() -> list[int]:
            return [
                pid
                for pid, parent in processes().items()
                if parent == worker and b"bwrap" in Path(f"/proc/{pid}/cmdline").read_bytes()
            ]

        running = sandbox.run([SLEEP, RIGHT])
        outcomes = dict(
            _disturbed(running, lambda: len(below(worker)) >= 4,
                       lambda: os.kill(bubblewraps()[0], signal.SIGKILL))
        )  # fmt: skip
    assert outcomes == {0: "infra", 1: "passed"}


def _disturbed(
    running: Iterator[tuple[int, object]],
    ready: Callable[[], object],
    disturb: Callable[[], object],
) -> Iterator[tuple[int, str]]:
    """What `running` yields, disturbed from another thread once `ready`."""
    import threading

    def wait() -> None:
        if eventually(ready):
            time.sleep(0.3)
            disturb()

    thread = threading.Thread(target=wait)
    thread.start()
    for place, execution in running:
        yield place, execution.outcome  # type: ignore[attr-defined]
    thread.join()


def test_with_many_files_open(bubblewrap: str, tmp_path: Path) -> None:
    """Descriptors beyond nine are descriptors too."""
    files = [(tmp_path / str(n)).open("w") for n in range(40)]
    try:
        with Sandbox(workers=2) as sandbox:
            assert [e.outcome for _, e in sandbox.run([RIGHT] * 4)] == ["passed"] * 4
    finally:
        for file in files:
            file.close()


def test_the_environment_stays_outside(bubblewrap: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """bubblewrap's own processes do not have it either, where a program might look."""
    monkeypatch.setenv("ASTROLABE_TEST_SECRET", "swordfish")
    before = below(os.getpid())
    with Sandbox("warm", workers=1) as sandbox:
        list(sandbox.run([RIGHT]))
        inside = [
            pid
            for pid in below(os.getpid()) - before
            if b"astrolabe.grading.sandbox.inside" in Path(f"/proc/{pid}/cmdline").read_bytes()
        ]
        assert len(inside) >= 2
        for pid in inside:
            try:
                environment = Path(f"/proc/{pid}/environ").read_bytes()
            except PermissionError:  # the first process hides its own from everybody but root
                continue
            assert b"swordfish" not in environment


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_each_worker_is_a_user_of_its_own(bubblewrap: str) -> None:
    before = below(os.getpid())
    with Sandbox("warm", workers=2) as sandbox:
        list(sandbox.run([RIGHT] * 8))
        users = set()
        for pid in below(os.getpid()) - before:
            if b"bwrap" in Path(f"/proc/{pid}/cmdline").read_bytes():
                lines = Path(f"/proc/{pid}/status").read_text().splitlines()
                fields = {line.split(":")[0]: line.split()[1:] for line in lines}
                assert set(fields["Uid"]) == set(fields["Gid"])
                assert fields["Groups"] == []
                users.update(map(int, fields["Uid"]))
    assert len(users) == 2
    assert min(users) > 1_000_000


def test_what_the_kernel_says_of_a_program(bubblewrap: str) -> None:
    """Each layer is there by itself, whatever the others would hold."""
    before = below(os.getpid())
    with Sandbox(workers=1, seconds=60.0) as sandbox:
        (worker,) = below(os.getpid()) - before
        said: dict[str, str] = {}
        shared: set[str] = set()

        def look() -> None:
            pid = program_of(worker)
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                said[line.partition(":")[0]] = line.partition(":")[2].strip()
            for line in Path(f"/proc/{pid}/limits").read_text().splitlines()[1:]:
                said[line[:25].strip()] = line[25:67].strip()
            if os.geteuid() == 0:
                shared.update(n for n in NAMESPACES if namespace(pid, n) == namespace("self", n))
            os.kill(worker, signal.SIGKILL)

        list(_disturbed(sandbox.run([SLEEP]), lambda: program_of(worker), look))
    assert not shared
    assert said["NoNewPrivs"] == "1"
    assert said["Seccomp"] == "2"
    assert {said[f"Cap{kind}"] for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")} == {"0" * 16}
    limits = {
        "Max address space": 1 << 30,
        "Max cpu time": 62,
        "Max file size": 0,
        "Max core file size": 0,
        "Max open files": 64,
        "Max processes": 16,
    }
    for name, most in limits.items():
        assert said[name].split() == [str(most)] * 2, name


def test_a_worker_s_user_exists_in_a_container_too() -> None:
    whole, few = "0 0 4294967295", "0 1000 1\n1 100000 65536"
    users = {own_uid(whole, pid) for pid in range(1, 3000)}
    assert len(users) == 2999
    assert min(users) > 1_000_000
    assert 20_000 <= own_uid(few, 4_194_303) < 65_536
    with pytest.raises(CellError, match="no other user here"):
        own_uid("0 1000 1", 7)


def test_half_a_word_from_a_sandbox_does_not_hold_up_a_worker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As it might come from a sandbox that a program got hold of."""
    monkeypatch.setattr(cell, "STOP", 1.0)
    broken = cell.Cell.__new__(cell.Cell)
    broken._control, theirs = cell.control_sockets()
    with broken._control, theirs:
        theirs.sendall(b"\x00\x00\x10\x00[")
        begun = time.monotonic()
        with pytest.raises(CellError, match="the sandbox has gone"):
            broken.end(already=False)
        assert time.monotonic() - begun < PATIENCE


def test_a_program_of_a_run_is_judged_when_the_harness_is_slow(sandbox: Sandbox) -> None:
    """Whoever takes their time between two results loses none."""
    outcomes = []
    for _, execution in sandbox.run([RIGHT] * 6):
        time.sleep(0.1)
        outcomes.append(execution.outcome)
    assert outcomes == ["passed"] * 6


def test_programs_may_be_large(sandbox: Sandbox) -> None:
    """Tests that are longer than any message to a program reach the judge."""
    test = f"data = {'7' * (5 << 20)!r}\n"
    program = Program("def f(x):\n", "    return x", f"{test}def check(f):\n    f(1)\n", "f")
    ((_, execution),) = sandbox.run([program])
    assert execution.outcome == "passed", execution
