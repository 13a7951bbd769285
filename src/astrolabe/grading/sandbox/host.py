"""What the sandbox needs of a machine, looked for before anything is run.

Where something is missing the sandbox is refused, with the reason and what to do; there is no
weaker one to fall back on.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from astrolabe.core.errors import BadInput
from astrolabe.grading.sandbox.inside.seccomp import ARCHITECTURES

OLDEST_BUBBLEWRAP = (0, 8)
"""The first that can forbid further user namespaces."""

OLDEST_PYTHON = (3, 10)

PYTHONS = ("/usr/bin/python3", "/usr/local/bin/python3")
"""Where else than in our own installation a Python is looked for."""

_ASK = (
    "import json, os, sys; print(json.dumps([os.path.realpath(sys.executable), "
    "os.path.realpath(sys.base_prefix), sys.version_info[:3]]))"
)


@dataclass(frozen=True)
class Host:
    """What was found.

    Attributes:
        machine: As `os.uname` names it.
        landlock: Version of the kernel's Landlock.
        bubblewrap: Path of its program.
        bubblewrap_version: As it says itself.
        python: Path of the interpreter that will run programs.
        python_version: Major, minor, micro.
        prefix: Folder in whose ``lib`` that interpreter has its library.
    """

    machine: str
    landlock: int
    bubblewrap: str
    bubblewrap_version: str
    python: str
    python_version: tuple[int, ...]
    prefix: str

    def folders(self) -> list[str]:
        """Real folders that a program may read, each outside the others."""
        names = [f"{self.prefix}/{lib}" for lib in ("lib", "lib64")]
        names += ["/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo"]
        real = (name for name in names if Path(name).is_dir() and not Path(name).is_symlink())
        return list(dict.fromkeys(real))

    def links(self) -> list[tuple[str, str]]:
        """Symbolic links to such folders, with what they point at."""
        names = ("/lib", "/lib64", "/usr/lib64")
        return [(str(Path(n).readlink()), n) for n in names if Path(n).is_symlink()]


def look() -> Host:
    """What this machine has.

    Raises:
        BadInput: when something is missing, with the fix.
    """
    if not sys.platform.startswith("linux"):
        raise BadInput(
            f"model-written code runs on Linux only, and this is {sys.platform}: it needs Linux' "
            "namespaces, seccomp and Landlock; use a Linux machine, or a Linux virtual machine or "
            "WSL 2 here"
        )
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        raise BadInput(
            f"model-written code cannot be confined on {machine}: the numbers of its system calls "
            f"are known for {' and '.join(ARCHITECTURES)} only; use such a machine"
        )
    path, version = _bubblewrap()
    python, prefix, python_version = _python()
    return Host(machine, _landlock(), path, version, python, python_version, prefix)


def _landlock() -> int:
    # It looks for the C library when it is imported, which only makes sense on Linux.
    from astrolabe.grading.sandbox.inside.confine import landlock_abi

    version = landlock_abi()
    if not version:
        raise BadInput(
            "model-written code cannot be confined: this kernel has no Landlock; use Linux 5.13 or "
            "later with 'landlock' in the kernel's lsm= list (and, in a container, a seccomp "
            "profile that allows it)"
        )
    return version


def _bubblewrap() -> tuple[str, str]:
    path = shutil.which("bwrap")
    if path is None:
        raise BadInput(
            "model-written code needs bubblewrap, which is not installed; "
            "'apt-get install bubblewrap' (or 'dnf install bubblewrap') does it"
        )
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    numbers = re.findall(r"\d+", said)
    if tuple(map(int, numbers[:2])) < OLDEST_BUBBLEWRAP:
        oldest = ".".join(map(str, OLDEST_BUBBLEWRAP))
        raise BadInput(
            f"model-written code needs bubblewrap {oldest} or later (it must forbid nested user "
            f"namespaces), and {path} is {said.strip() or 'of no known version'}; install a later "
            "one"
        )
    return path, ".".join(numbers)


def _python() -> tuple[str, str, tuple[int, ...]]:
    """An interpreter that the sandbox's user can run: ours where possible, else the system's."""
    refused = []
    for path in (getattr(sys, "_base_executable", sys.executable), *PYTHONS):
        asked = [path, "-I", "-S", "-c", _ASK]
        try:
            said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError):
            refused.append(f"{path} does not run")
            continue
        python, prefix, version = json.loads(said)
        if tuple(version) < OLDEST_PYTHON:
            refused.append(f"{path} is older than {'.'.join(map(str, OLDEST_PYTHON))}")
        elif not (_open_to_others(python) and _open_to_others(f"{prefix}/lib")):
            refused.append(f"{python} lies where an ordinary user may not look")
        else:
            return python, prefix, tuple(version)
    raise BadInput(
        "model-written code needs a Python that an ordinary user can run "
        f"({'; '.join(refused)}); 'apt-get install python3' does it"
    )


def _open_to_others(path: str) -> bool:
    """Whether the sandbox's user, who is another one where we are root, can reach a path."""
    if os.geteuid() != 0:
        return os.access(path, os.R_OK | os.X_OK)
    try:
        target = Path(path).resolve(strict=True)
        modes = [place.stat().st_mode for place in (target, *target.parents)]
    except OSError:
        return False
    needed = stat.S_IXOTH | stat.S_IROTH
    return modes[0] & needed == needed and all(mode & stat.S_IXOTH for mode in modes[1:])
