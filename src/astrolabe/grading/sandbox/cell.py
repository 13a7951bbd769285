"""One sandbox: a bubblewrap with its first process, which forks a confined process a program."""

import array
import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any

from astrolabe.grading.sandbox import inside
from astrolabe.grading.sandbox.host import Host
from astrolabe.grading.sandbox.inside import runner, wire
from astrolabe.grading.sandbox.program import FILES, MEMORY, THREADS

START = 30.0
"""Seconds until a sandbox, or a process in it, must have said hello."""

STOP = 5.0
"""Seconds until a sandbox must have gone, or answered how a program ended."""

_HOME = "/sbx"
_MODULES = ("wire", "seccomp", "confine", "runner")
_ENTRY = f"from {runner.__name__} import main; main()"


class CellError(Exception):
    """The sandbox failed; its text says how."""


class Cell:
    """A running sandbox. Nothing of ours is visible in it, and nothing can be written.

    Args:
        host: What the machine has.
        seconds: Limit of a program; the kernel's own limit on processor time lies above it.
        warm: Whether it will serve many programs.

    Raises:
        CellError: when it does not start.
    """

    def __init__(self, host: Host, seconds: float, warm: bool) -> None:
        self.served = 0
        self._init = -1
        settings = {
            "machine": host.machine,
            "limits": _limits(seconds),
            "readable": host.folders(),
            "warm": warm,
        }
        self._control, theirs = control_sockets()
        with theirs:
            try:
                self._process = _launch(host, theirs.fileno(), settings)
            except OSError as error:
                self._control.close()
                raise CellError(f"bubblewrap cannot be started ({error})") from error
        try:
            self._init = os.pidfd_open(_greeted(self._control))
        except (CellError, OSError) as error:
            raise CellError(f"the sandbox does not start ({self._complaint(error)})") from error

    def open(self) -> tuple[socket.socket, int]:
        """Start a process for one program.

        Returns:
            A socket to it, and its number as seen from here.

        Raises:
            CellError: when it could not be started or confined.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
            fds = array.array("i", [theirs.fileno()])
            try:
                self._control.sendmsg(
                    [runner.RUN], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds.tobytes())]
                )
            except OSError as error:
                ours.close()
                raise CellError("the sandbox has gone") from error
        self.served += 1
        try:
            return ours, _greeted(ours)
        except CellError:
            ours.close()
            raise

    def end(self, already: bool) -> dict[str, Any]:
        """End the program's process, unless it has ended already.

        Returns:
            Whether it had to be `killed`, the `signal` it ended by, its `cpu` seconds.

        Raises:
            CellError: when the sandbox does not answer.
        """
        try:
            self._control.sendall(runner.ENDED if already else runner.END)
            _wait(self._control, STOP)
            ending: dict[str, Any] = wire.receive(self._control.fileno())
        except (OSError, wire.WireError) as error:
            raise CellError(f"the sandbox has gone ({error})") from error
        return ending

    def close(self, kill: bool = False) -> None:
        """End the sandbox; afterwards none of its processes exists."""
        if kill:
            self._kill()
        self._control.close()
        if not _ends(self._process, STOP):
            self._kill()
            # Without its first process a sandbox has none: the kernel sees to that.
            if not _ends(self._process, STOP):
                self._process.kill()
        self._process.wait()
        if self._process.stderr is not None:
            self._process.stderr.close()
        if self._init >= 0:
            os.close(self._init)
            self._init = -1

    def _kill(self) -> None:
        if self._init >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
        else:
            self._process.kill()

    def _complaint(self, error: Exception) -> str:
        """What bubblewrap, or Python in it, said before it gave up; the last line tells."""
        self._process.kill()
        self._process.wait()
        said = b""
        if self._process.stderr is not None:
            os.set_blocking(self._process.stderr.fileno(), False)
            said = self._process.stderr.read() or b""
        self.close()
        lines = said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else str(error)


def control_sockets() -> tuple[socket.socket, socket.socket]:
    """Our end, which says who wrote and never waits for half a message, and that of a sandbox."""
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(STOP), 0))
    return ours, theirs


def _launch(host: Host, control: int, settings: dict[str, Any]) -> "subprocess.Popen[bytes]":
    with contextlib.ExitStack() as stack:
        modules = {name: stack.enter_context(_module(name)) for name in _MODULES}
        command = _bubblewrap(host, modules)
        command += [host.python, "-s", "-S", "-B", "-c", _ENTRY]
        command += [str(control), json.dumps(settings)]
        return subprocess.Popen(
            command,
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(control, *(file.fileno() for file in modules.values())),
            **_user(),
        )


def _bubblewrap(host: Host, modules: dict[str, Any]) -> list[str]:
    """The command line up to the program that runs in it.

    No /proc (other processes' environments could be read there), no network, no /tmp, an empty
    environment, no capabilities, and a root that cannot be written to.
    """
    command = [host.bubblewrap, "--unshare-all", "--unshare-user", "--disable-userns"]
    command += ["--cap-drop", "ALL", "--die-with-parent", "--new-session", "--as-pid-1"]
    # Fixed hashes: the order of a set is the same every time, and so is a verdict.
    command += ["--clearenv", "--setenv", "PYTHONHASHSEED", "0", "--setenv", "PYTHONPATH", _HOME]
    for folder in host.folders():
        command += ["--ro-bind", folder, folder]
    for target, link in host.links():
        command += ["--symlink", target, link]
    command += ["--ro-bind", host.python, host.python]
    command += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    command += ["--dev-bind", os.devnull, os.devnull]
    package = f"{_HOME}/{inside.__name__.replace('.', '/')}"
    for name, file in modules.items():
        command += ["--file", str(file.fileno()), f"{package}/{name}.py"]
    return [*command, "--remount-ro", "/", "--chdir", "/", "--"]


def _module(name: str) -> Any:
    """A module's text as an open file without a name, so that nothing is left on the disk."""
    text = resources.files(inside).joinpath(f"{name}.py").read_bytes()
    file = os.fdopen(os.memfd_create(name), "w+b")
    file.write(text)
    file.seek(0)
    return file


def _limits(seconds: float) -> dict[str, int]:
    return {
        "AS": MEMORY,
        "CPU": int(seconds) + 2,
        "CORE": 0,
        "FSIZE": 0,
        "MEMLOCK": 0,
        "MSGQUEUE": 0,
        "NOFILE": FILES,
        "NPROC": THREADS,
    }


def _user() -> dict[str, Any]:
    """The user to run as: where we are root, one of this worker's own that owns nothing.

    A limit on processes does not bind root, and other workers' programs must be somebody else.
    """
    if os.geteuid() != 0:
        return {}
    uid = own_uid(Path("/proc/self/uid_map").read_text(), os.getpid())
    return {"user": uid, "group": uid, "extra_groups": ()}


def own_uid(uid_map: str, pid: int) -> int:
    """A user for a worker: no two have one process number at a time, so no two have this one.

    Args:
        uid_map: The users there are, as in ``/proc/self/uid_map``; a container may have few.
        pid: The worker's process.

    Raises:
        CellError: where there are too few.
    """
    ranges = [tuple(map(int, line.split())) for line in uid_map.splitlines()]
    for uid in (2_000_000_000 + pid, 20_000 + pid % 40_000):
        if any(first <= uid < first + count for first, _, count in ranges):
            return uid
    raise CellError("root has no other user here to run programs as")


def _greeted(connection: socket.socket) -> int:
    """Wait for the other side's hello; the process that said it, as the kernel vouches."""
    _wait(connection, START)
    size = socket.CMSG_SPACE(struct.calcsize("3i"))
    _, ancillary, _, _ = connection.recvmsg(1, size, socket.MSG_PEEK)
    try:
        said = wire.receive(connection.fileno())
    except wire.WireError as error:
        raise CellError("it said no hello") from error
    if said != runner.HELLO:
        raise CellError(str(said))
    pid: int = struct.unpack("3i", ancillary[0][2])[0]
    return pid


def _wait(connection: socket.socket, seconds: float) -> None:
    """Wait until there is something to read."""
    poller = select.poll()
    poller.register(connection, select.POLLIN)
    if not poller.poll(seconds * 1000):
        raise CellError(f"no word for {seconds:.0f} s")


def _ends(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Whether a child of ours ends in time."""
    if process.poll() is not None:
        return True
    ending = os.pidfd_open(process.pid)
    try:
        poller = select.poll()
        poller.register(ending, select.POLLIN)
        return bool(poller.poll(seconds * 1000))
    finally:
        os.close(ending)
