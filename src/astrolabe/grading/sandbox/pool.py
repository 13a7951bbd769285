"""The sandbox as the rest of Astrolabe sees it: programs in, what became of them out."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from astrolabe.core.errors import BadInput
from astrolabe.grading.sandbox import host
from astrolabe.grading.sandbox.inside import wire
from astrolabe.grading.sandbox.probes import Canaries, Probe, found
from astrolabe.grading.sandbox.program import (
    FILES,
    MEMORY,
    THREADS,
    Execution,
    Program,
    infra,
)

MODES = ("fresh", "warm")

_GRADING = Path(__file__).resolve().parents[1]

_ENTRY = """
import sys, types
package = types.ModuleType("astrolabe.grading")
package.__path__ = [sys.argv[2]]
sys.modules[package.__name__] = package
from astrolabe.grading.sandbox.steward import main
main()
"""
"""Of a worker. The package around it stays empty there: the rest of grading would take a worker
longer to import than everything else, and every judge would carry it along."""

_NAMESPACES = (
    "it needs user namespaces, which 'sysctl kernel.unprivileged_userns_clone=1' or 'sysctl "
    "kernel.apparmor_restrict_unprivileged_userns=0' may allow (a container must be started so "
    "that it may make them)"
)

_LEAVE = 20.0
"""Seconds in which a worker must have ended what it started, and itself."""


class Sandbox:
    """Runs model-written programs where they can do no harm, and says whether they are right.

    A context manager: entering it starts the workers and tests the sandbox itself, with harmless
    probes inside the very configuration that programs will run in.

    Each program runs in a bubblewrap without network, ``/proc`` or anything to write to, as a user
    that owns nothing (where we are root; else as the user, in a namespace of its own), under
    limits, Landlock and a list of allowed system calls. The tests never enter: they run in a judge
    outside, which calls the program over a socket.

    Args:
        mode: `fresh` starts a new sandbox for every program. `warm` forks programs from one, which
            is several times as fast; programs still cannot reach one another, but share a parent.
        workers: Programs at a time; `None` for one a core.
        seconds: How long a program may take. Time spent waiting for a free core does not count
            (see `astrolabe.grading.sandbox.clock`).

    Raises:
        BadInput: on entering, when this machine lacks something or a probe was not contained.
    """

    def __init__(
        self, mode: str = "fresh", workers: int | None = None, seconds: float = 3.0
    ) -> None:
        if mode not in MODES:
            raise BadInput(f"no sandbox mode '{mode}'; there are {' and '.join(MODES)}")
        if workers is not None and workers < 1:
            raise BadInput(f"{workers} workers cannot run programs; give 1 or more")
        if not 0.1 <= seconds <= 3600:
            raise BadInput(f"a limit of {seconds:g} s makes no sense; give 0.1 to 3600")
        self.mode = mode
        self.seconds = seconds
        self.probes: tuple[Probe, ...] = ()
        self._number = workers or 0
        self._host: host.Host | None = None
        self._entered = False
        self._workers: list[_Worker] = []

    def __enter__(self) -> Self:
        self.start()
        for probe in self.probes:
            if not probe.contained:
                self.close()
                raise BadInput(
                    f"the sandbox does not hold: its probe '{probe.name}' was not contained "
                    f"({probe.detail}); nothing was run"
                )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the workers and fill `probes`, whatever they find.

        Raises:
            BadInput: when this machine lacks something, or no sandbox starts.
        """
        self._host = host.look()
        with Canaries() as canaries:
            self._entered = True
            try:
                self._number = self._number or len(os.sched_getaffinity(0))
                self._hire(canaries.environment)
                self.probes = tuple(self._probe(canaries))
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """End the workers with everything they started."""
        for worker in self._workers:
            worker.close()
        self._workers = []
        self._entered = False

    def run(self, programs: Sequence[Program]) -> Iterator[tuple[int, Execution]]:
        """Run programs; yields the place of each with what became of it, as they finish.

        A program whose sandbox or tests failed is `infra`, and the others go on. Leaving the
        iteration early ends what is running. One iteration at a time.

        Raises:
            RuntimeError: when the sandbox is not entered.
        """
        return self._run([(program, self.seconds) for program in programs])

    def limits(self) -> dict[str, float]:
        """What a program may use."""
        return {
            "seconds": self.seconds,
            "memory_bytes": MEMORY,
            "threads": THREADS,
            "files": FILES,
            "message_bytes": wire.LIMIT,
            "depth": wire.DEPTH,
        }

    def describe(self) -> dict[str, Any]:
        """What ran the programs, for a run's record: names, versions, limits, the self-test."""
        if self._host is None:
            raise RuntimeError("the sandbox is described once it has been entered")
        machine = self._host
        return {
            "name": "bubblewrap",
            "version": machine.bubblewrap_version,
            "mode": self.mode,
            "workers": self._number,
            "python": f"{machine.python} {'.'.join(map(str, machine.python_version))}",
            "machine": machine.machine,
            "kernel": os.uname().release,
            "landlock": machine.landlock,
            "user": "one of its own" if os.geteuid() == 0 else "the user's, in its own namespace",
            "limits": self.limits(),
            "self_test": {
                probe.name: "contained" if probe.contained else probe.detail
                for probe in self.probes
            },
        }

    def _probe(self, canaries: Canaries) -> Iterator[Probe]:
        trials = canaries.trials()
        requests = [(trial.program, trial.seconds or self.seconds) for trial in trials]
        executions = dict(self._run(requests))
        for execution in executions.values():
            if execution.outcome == "infra":
                fix = f"; {_NAMESPACES}" if "bwrap:" in execution.detail else ""
                raise BadInput(f"no sandbox can be had here ({execution.detail}){fix}")
        return (found(trial, executions[place]) for place, trial in enumerate(trials))

    def _run(self, requests: Sequence[tuple[Program, float]]) -> Iterator[tuple[int, Execution]]:
        if not self._entered:
            raise RuntimeError("enter the sandbox before running programs in it")
        self._hire()
        waiting = deque(enumerate(requests))
        busy: dict[_Worker, int] = {}
        with selectors.DefaultSelector() as selector:

            def occupy(worker: _Worker) -> None:
                if waiting:
                    busy[worker], (program, seconds) = waiting.popleft()
                    selector.register(worker.socket, selectors.EVENT_READ, worker)
                    worker.ask(program, seconds)

            try:
                for worker in self._workers:
                    occupy(worker)
                while busy:
                    for key, _ in selector.select():
                        worker = key.data
                        selector.unregister(worker.socket)
                        execution = worker.hear()
                        place = busy.pop(worker)
                        if execution is None:
                            self._dismiss(worker)
                            self._hire()
                            worker = self._workers[-1]
                            execution = infra("the worker that ran the program died")
                        occupy(worker)
                        yield place, execution
            finally:
                # Whoever is still at work was left in the middle of it.
                for worker in busy:
                    self._dismiss(worker)

    def _hire(self, environment: dict[str, str] | None = None) -> None:
        """Bring the workers up to their number."""
        assert self._host is not None
        settings = [asdict(self._host), self.seconds, self.mode == "warm"]
        while len(self._workers) < self._number:
            self._workers.append(_Worker(settings, environment or {}))

    def _dismiss(self, worker: "_Worker") -> None:
        worker.close()
        self._workers.remove(worker)


class _Worker:
    """A steward's process, and the socket to it."""

    def __init__(self, settings: list[Any], environment: dict[str, str]) -> None:
        self.socket, theirs = socket.socketpair()
        paths = [str(_GRADING.parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", _ENTRY, str(theirs.fileno()), str(_GRADING)],
                env=os.environ
                | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1"}
                | environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                # Ctrl-C is for the harness, which then ends its workers in good order.
                start_new_session=True,
            )
        # One that has died already is noticed when it is heard.
        with contextlib.suppress(wire.Closed):
            wire.send(self.socket.fileno(), settings)

    def ask(self, program: Program, seconds: float) -> None:
        """Have a program run. A worker that has died is noticed when it is heard."""
        try:
            wire.send(self.socket.fileno(), [vars(program), seconds], wire.TRUSTED)
        except wire.Closed:
            self.socket.shutdown(socket.SHUT_RDWR)

    def hear(self) -> Execution | None:
        """What became of the program; `None` when the worker has died."""
        try:
            return Execution(**wire.receive(self.socket.fileno(), wire.TRUSTED))
        except wire.WireError:
            return None

    def close(self) -> None:
        """End the worker with everything it started."""
        self.socket.close()
        try:
            self._process.wait(_LEAVE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
