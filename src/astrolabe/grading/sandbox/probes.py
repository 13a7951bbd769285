"""The self-test: harmless programs that try what must not work, inside the sandbox itself.

Each defines `probe()`, which returns `contained`, or a few words on what it could do. A probe does
no harm where the sandbox fails: what it opens, starts or reads is empty, ours, or gone at once.
"""

import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from astrolabe.grading.sandbox.program import Execution, Program

CONTAINED = "contained"

_CHECK = """
def check(candidate):
    said = candidate()
    if said != "contained":
        raise AssertionError(said)
"""

_RIGHT = "return 'contained'"
_WRONG = "return 'what it should not'"
_ENDLESS = "while True: pass"

_USER = """
import os
return 'runs as root' if os.getuid() == 0 else 'contained'
"""

_PROCESSES = """
import os
for _ in range(40):
    try:
        pid = os.fork()
    except OSError:
        continue
    if pid == 0:
        os._exit(0)
    return 'a process was started'
return 'contained'
"""

_THREADS = """
import threading
stop, started = threading.Event(), 0
try:
    for _ in range(40):
        threading.Thread(target=stop.wait, daemon=True).start()
        started += 1
except RuntimeError:
    pass
stop.set()
return 'contained' if started < 16 else f'{started} threads were started'
"""

_MEMORY = """
import mmap
try:
    mmap.mmap(-1, 2 << 30).close()  # not touched: where it can be had, nothing is used up
except OSError:
    return 'contained'
return '2 GiB could be had'
"""

_WRITE = """
import os
for folder in (FOLDER, '/', '/tmp', '/dev/shm', '/sbx', '/usr/lib', '.'):
    path = os.path.join(folder, 'astrolabe-probe')
    try:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
    except OSError:
        continue
    os.unlink(path)
    return f'a file could be made in {folder}'
return 'contained'
"""

_READ = """
try:
    with open(FILE) as file:
        return 'a file outside could be read' if SECRET in file.read() else 'contained'
except OSError:
    return 'contained'
"""

# Every layer has a probe that the other layers would not hold: asking whether a file exists is
# nothing that Landlock or seccomp stops, and what lies in the sandbox is hidden by Landlock alone.
_NAMESPACES = """
import os
for path in (FILE, '/proc/self', '/etc/passwd'):
    if os.path.exists(path):
        return f'{path} could be seen'
return 'contained' if os.getppid() == 1 else 'the parent is a process outside'
"""

_LANDLOCK = """
import os
place = '/sbx/astrolabe/grading/sandbox/inside/runner.py'
if not os.path.exists(place):
    return 'the sandbox is not what it should be'
try:
    open(place).close()
except PermissionError:
    return 'contained'
return 'a file that is not listed could be read'
"""

_ENVIRONMENT = """
import glob, os
if SECRET in str(os.environ):
    return 'the environment could be read'
for path in glob.glob('/proc/*/environ'):
    try:
        with open(path) as file:
            if SECRET in file.read():
                return f'the environment could be read in {path}'
    except OSError:
        pass
return 'contained'
"""

_NETWORK = """
import socket
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX, socket.AF_NETLINK):
    try:
        socket.socket(family, socket.SOCK_DGRAM).close()
    except OSError:
        continue
    return f'a socket of family {int(family)} could be had'
return 'contained'
"""

_SIGNAL = """
import os
for pid in (1, -1, os.getpid()):
    try:
        os.kill(pid, 0)
    except OSError:
        continue
    return f'{pid} could be sent signals'
return 'contained'
"""

_EXECUTE = """
import os, sys
try:
    os.execv(sys.executable, [sys.executable, '-c', 'pass'])
except OSError:
    return 'contained'
"""


@dataclass(frozen=True)
class Probe:
    """What one probe found.

    Attributes:
        name: What it tried.
        contained: Whether the sandbox held.
        detail: What happened instead; empty when it held.
    """

    name: str
    contained: bool
    detail: str


@dataclass(frozen=True)
class Trial:
    """A probe before it has run.

    Attributes:
        name: What it tries.
        program: Passes exactly when the sandbox holds, unless `outcome` says otherwise.
        outcome: What must become of it.
        seconds: Its own limit, instead of the sandbox's.
    """

    name: str
    program: Program
    outcome: str = "passed"
    seconds: float | None = None


class Canaries:
    """Secrets that the probes try to read: in a file that anybody may read, and in an environment.

    A context manager: the file is gone when the block is left.
    """

    def __enter__(self) -> Self:
        self._secret = secrets.token_hex(16)
        self._folder = Path(tempfile.mkdtemp(prefix="astrolabe-"))
        # Its own permissions must not be what keeps the probes out.
        self._folder.chmod(0o777)
        self._file = self._folder / "canary"
        self._file.write_text(self._secret)
        self._file.chmod(0o644)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """What to plant in the environment of the processes outside."""
        return {"ASTROLABE_CANARY": self._secret}

    def trials(self) -> list[Trial]:
        """The probes to run."""
        known = {"FOLDER": str(self._folder), "FILE": str(self._file), "SECRET": self._secret}
        names = "".join(f"{name} = {value!r}\n" for name, value in known.items())
        contained = {
            "right": _RIGHT,
            "user": _USER,
            "processes": _PROCESSES,
            "threads": _THREADS,
            "memory": _MEMORY,
            "writing": _WRITE,
            "reading": _READ,
            "namespaces": _NAMESPACES,
            "landlock": _LANDLOCK,
            "environment": _ENVIRONMENT,
            "network": _NETWORK,
            "signals": _SIGNAL,
            "execution": _EXECUTE,
        }
        trials = [Trial(name, _program(names, body)) for name, body in contained.items()]
        trials.append(Trial("wrong", _program(names, _WRONG), "failed"))
        trials.append(Trial("time", _program(names, _ENDLESS), "timed_out", seconds=0.3))
        return trials


def found(trial: Trial, execution: Execution) -> Probe:
    """What a probe found, from what became of its program."""
    if execution.outcome == trial.outcome:
        return Probe(trial.name, True, "")
    return Probe(trial.name, False, execution.detail or f"it {execution.outcome}")


def _program(names: str, body: str) -> Program:
    indented = "".join(f"    {line}\n" for line in body.strip().splitlines())
    return Program(f"{names}def probe():\n", indented, _CHECK, "probe")
