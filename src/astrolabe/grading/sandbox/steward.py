"""A worker: starts sandboxes and judges, watches the clock, and ends both.

A small process of its own, so that it may fork whatever the harness has loaded, and so that the
harness' memory is in none of its children. One program at a time: a request comes in over a socket,
an `Execution` goes out; when the harness has gone, everything here ends.
"""

import contextlib
import ctypes
import os
import resource
import select
import signal
import socket
import sys
from dataclasses import replace
from typing import Any, NoReturn

from astrolabe.grading.sandbox.cell import Cell, CellError
from astrolabe.grading.sandbox.clock import Clock
from astrolabe.grading.sandbox.host import Host
from astrolabe.grading.sandbox.inside import wire
from astrolabe.grading.sandbox.judge import BEGUN, GONE, judge
from astrolabe.grading.sandbox.program import JUDGE_MEMORY, Execution, Program, infra

PREPARE = 120.0
"""Seconds for the tests' own preparation, before a program's time begins."""

SERVES = 200
"""Programs that a warm sandbox serves before a new one takes its place."""

_PARENT_DEATH_SIGNAL = 1
"""Of prctl(2)."""


class Steward:
    """Runs programs, one at a time.

    Args:
        harness: Socket to the process that asks; watched, so that its end is noticed at once.
        host: What the machine has.
        seconds: Limit of a program, unless a request has its own.
        warm: Whether a sandbox serves several programs.
    """

    def __init__(self, harness: socket.socket, host: Host, seconds: float, warm: bool) -> None:
        self._harness = harness
        self._host = host
        self._seconds = seconds
        self._warm = warm
        self._cell: Cell | None = None

    def execute(self, program: Program, seconds: float) -> Execution:
        """Run one program; never raises for anything that it does."""
        try:
            execution = self._execute(program, seconds)
        except (CellError, OSError) as error:
            self.close(kill=True)
            return infra(str(error))
        if not self._warm or (self._cell is not None and self._cell.served >= SERVES):
            self.close()
        return execution

    def close(self, kill: bool = False) -> None:
        """End the sandbox, if there is one."""
        cell, self._cell = self._cell, None
        if cell is not None:
            cell.close(kill)

    def _execute(self, program: Program, seconds: float) -> Execution:
        if self._cell is None:
            self._cell = Cell(self._host, self._seconds, self._warm)
        if "numpy" in program.test:
            # Once here instead of once in every judge; where there is none, the judge will say so.
            with contextlib.suppress(ImportError):
                import numpy  # noqa: F401
        connection, process = self._cell.open()
        with connection, _Judge(program, connection) as court:
            execution = self._watch(court, process, seconds)
        if execution.outcome in ("timed_out", "infra"):
            self.close(kill=True)
            return execution
        ending = self._cell.end(already=execution.detail == GONE)
        return _explained(execution, ending, self._seconds)

    def _watch(self, court: "_Judge", process: int, seconds: float) -> Execution:
        """Wait for the verdict, or until the time is over."""
        said = self._hear(court, PREPARE)
        if said is None:
            return infra(f"the tests were not ready after {PREPARE:.0f} s")
        if said != BEGUN:
            return Execution(**said)
        clock = Clock(process, court.pid, seconds)
        while (said := self._hear(court, clock.pause())) is None:
            if clock.over():
                return Execution("timed_out", f"took its {seconds:g} s", seconds=clock.charged())
            if clock.hopeless():
                return infra(f"the machine is too busy: {clock.wall():.0f} s were not enough")
        return replace(Execution(**said), seconds=clock.charged())

    def _hear(self, court: "_Judge", seconds: float) -> Any:
        """The judge's next word; `None` when there is none in time."""
        poller = select.poll()
        poller.register(court.report, select.POLLIN)
        poller.register(self._harness, select.POLLIN)
        ready = [fd for fd, _ in poller.poll(seconds * 1000)]
        if self._harness.fileno() in ready:
            # It asks for nothing while it waits for an answer, so it has gone.
            court.end()
            self.close(kill=True)
            raise SystemExit
        if not ready:
            return None
        try:
            return wire.receive(court.report)
        except wire.WireError:
            return vars(infra("the judge ended without a verdict"))


class _Judge:
    """A child process that judges one program; ended when the block is left."""

    def __init__(self, program: Program, connection: socket.socket) -> None:
        self.report, theirs = os.pipe()
        self.pid = os.fork()
        if not self.pid:
            os.close(self.report)
            _become_judge(program, connection.fileno(), theirs)
        os.close(theirs)

    def __enter__(self) -> "_Judge":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Kill it, or bury it."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            os.close(self.report)
            self.pid = 0


def _become_judge(program: Program, connection: int, report: int) -> NoReturn:
    try:
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (JUDGE_MEMORY, JUDGE_MEMORY))
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        judge(program, connection, report)
    finally:
        os._exit(0)


def _explained(execution: Execution, ending: dict[str, Any], seconds: float) -> Execution:
    """A verdict on a program that ended by itself, with what the kernel says about its end.

    A program cannot send itself a signal, so SIGKILL came from outside: from the limit on
    processor time, or from a kernel without memory. Its own exit code says nothing and is not used.
    """
    if execution.detail != GONE or ending["killed"] or not ending["signal"]:
        return execution
    if ending["signal"] == signal.SIGKILL:
        if ending["cpu"] >= seconds:
            return replace(execution, outcome="timed_out", detail=f"took its {seconds:g} s")
        return infra("the program was killed from outside, most likely for want of memory")
    name = signal.Signals(ending["signal"]).name
    return replace(execution, detail=f"the program ended by {name}")


def main() -> None:
    """Serve until the harness has gone. Its socket's descriptor is the only argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    harness = socket.socket(fileno=int(sys.argv[1]))
    host, seconds, warm = wire.receive(harness.fileno())
    steward = Steward(harness, Host(**host), seconds, warm)
    try:
        while True:
            fields, seconds = wire.receive(harness.fileno(), wire.TRUSTED)
            execution = steward.execute(Program(**fields), seconds)
            wire.send(harness.fileno(), vars(execution))
    except wire.Closed:
        steward.close(kill=True)
