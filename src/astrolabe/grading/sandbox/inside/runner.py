"""The first process in a sandbox: forks a confined process for each program, and nothing else.

It is told what to do over a control socket, and reports how each program ended. The program's own
process closes that socket, confines itself, says hello over a socket of its own (so that nobody
takes a sandbox that never worked for a wrong answer), and only then receives the program.

Command-line arguments: the control socket's descriptor, and the arguments of `Confinement` as JSON,
with `warm` for a process that will serve many programs.
"""

from __future__ import annotations

import builtins
import gc
import importlib
import json
import os
import signal
import sys
import time

# `socket`, which wraps it, takes as long to import as everything else here together.
from _socket import CMSG_LEN, socket
from collections.abc import Callable
from functools import partial
from typing import Any

from astrolabe.grading.sandbox.inside import wire
from astrolabe.grading.sandbox.inside.confine import Confinement, hide

HELLO = "hello"
RUN, END, ENDED = b"r", b"e", b"d"
"""Orders: run a program on the socket sent along; end it now; it has ended, say how."""

GRACE = 1.0
"""Seconds in which a process whose socket is closed must be gone, else it is ended."""

COMMON = (
    *("bisect", "collections", "copy", "datetime", "functools", "hashlib", "heapq", "itertools"),
    *("math", "operator", "random", "re", "statistics", "string", "typing"),
)
"""Modules that programs often import, loaded once where one process serves many programs."""


def main() -> None:
    """Serve until the control socket is closed."""
    control = socket(fileno=int(sys.argv[1]))
    settings = json.loads(sys.argv[2])
    hide()
    if settings.pop("warm"):
        for name in COMMON:
            importlib.import_module(name)
    confinement = Confinement(**settings)
    null = os.open(os.devnull, os.O_RDWR)
    wire.send(control.fileno(), HELLO)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    # What exists now is never garbage; unmarked, its pages stay shared with every fork.
    gc.freeze()
    program = 0
    while True:
        order, ancillary, _, _ = control.recvmsg(1, CMSG_LEN(4))
        if order == RUN:
            fd = int.from_bytes(ancillary[0][2], sys.byteorder)
            program = os.fork()
            if not program:
                control.close()
                serve(fd, confinement)
            os.close(fd)
        elif order in (END, ENDED):
            wire.send(control.fileno(), _end(program, GRACE if order == ENDED else 0.0))
        else:
            os._exit(0)


def _end(program: int, grace: float) -> dict[str, Any]:
    """How a program's process ended, after it was given `grace` seconds to end by itself."""
    deadline = time.monotonic() + grace
    pid, status, usage = os.wait4(program, os.WNOHANG)
    while not pid and time.monotonic() < deadline:
        time.sleep(0.005)
        pid, status, usage = os.wait4(program, os.WNOHANG)
    killed = not pid
    if killed:
        os.kill(program, signal.SIGKILL)
        _, status, usage = os.wait4(program, 0)
    return {
        "killed": killed,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "cpu": usage.ru_utime + usage.ru_stime,
    }


def serve(fd: int, confinement: Confinement) -> None:
    """Confine this process, then define a function and answer calls of it until nobody asks."""
    try:
        try:
            confinement.apply()
        except OSError as error:
            wire.send(fd, f"a program cannot be confined ({error})")
            return
        wire.send(fd, HELLO)
        source, name = wire.receive(fd, wire.TRUSTED)
        namespace: dict[str, Any] = {}
        _reply(fd, lambda: exec(source, namespace))
        while True:
            positional, named = (wire.decode(part) for part in wire.receive(fd, wire.TRUSTED))
            _reply(fd, partial(_call, namespace, name, positional, named))
    finally:
        # Before any handler that the program may have left for its exit.
        os._exit(0)


def _call(namespace: dict[str, Any], name: str, positional: list[Any], named: Any) -> Any:
    if name not in namespace:
        raise NameError(f"the program defines no '{name}'")
    return namespace[name](*positional, **named)


def _reply(fd: int, act: Callable[[], Any]) -> None:
    """Say what `act` returned, or how it failed."""
    try:
        wire.send(fd, ["value", wire.encode(act())])
    except wire.Closed:
        raise
    except wire.WireError as error:
        wire.send(fd, ["refused", str(error)])
    except Exception as error:  # noqa: BLE001 - whatever a program raises is its answer
        wire.send(fd, ["raised", _builtin(error), _text(error)])
    except BaseException as error:  # noqa: BLE001
        wire.send(fd, ["left", type(error).__name__])


def _builtin(error: Exception) -> str:
    """Name of the nearest built-in exception: a class of the program's own cannot cross."""
    kinds = (kind for kind in type(error).__mro__ if vars(builtins).get(kind.__name__) is kind)
    return str(next(kinds).__name__)


def _text(error: Exception) -> str:
    try:
        return str(error)[:500]
    except BaseException:  # noqa: BLE001 - a program's own `__str__`
        return ""
