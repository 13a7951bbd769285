"""What a process does to itself before it runs a program: limits, Landlock, seccomp.

Everything is prepared once (`Confinement`), so that a process forked for one program has only to
apply it. Nothing that is applied can be taken back.
"""

from __future__ import annotations

import ctypes
import os
import resource
import struct
from collections.abc import Iterable

from astrolabe.grading.sandbox.inside import seccomp

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
"""Landlock's system calls, the same on every machine."""
_SET_DUMPABLE, _SET_SECCOMP, _SET_NO_NEW_PRIVS = 4, 22, 38
"""Of prctl(2)."""

_READ_FILE, _READ_FOLDER, _WRITE_FILE = 1 << 2, 1 << 3, 1 << 1
_RIGHTS_OF_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many kinds of access to files each version of Landlock governs."""

_libc = ctypes.CDLL(None, use_errno=True)


def landlock_abi() -> int:
    """The kernel's version of Landlock; 0 where it has none."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)))


class Confinement:
    """Limits and filters for the processes that will run programs.

    Args:
        machine: As `os.uname` names it.
        limits: Resource names of `resource` without ``RLIMIT_``, and their values.
        readable: Files and folders that a program may read; it may write to ``/dev/null`` only.

    Raises:
        OSError: where the kernel has no Landlock.
    """

    def __init__(self, machine: str, limits: dict[str, int], readable: Iterable[str]) -> None:
        filter_ = seccomp.program(machine)
        self._instructions = ctypes.create_string_buffer(filter_, len(filter_))
        self._filter = ctypes.create_string_buffer(
            struct.pack("HxxxxxxP", len(filter_) // 8, ctypes.addressof(self._instructions))
        )
        self._limits = [(getattr(resource, f"RLIMIT_{name}"), n) for name, n in limits.items()]
        self._ruleset = _ruleset()
        for path in readable:
            _allow(self._ruleset, path, _READ_FILE | _READ_FOLDER)
        _allow(self._ruleset, os.devnull, _READ_FILE | _WRITE_FILE)

    def apply(self) -> None:
        """Confine the calling process, which must have one thread only.

        Raises:
            OSError: when the kernel refuses any part of it; nothing may be run then.
        """
        _prctl(_SET_DUMPABLE, 0)
        _prctl(_SET_NO_NEW_PRIVS, 1)
        for kind, most in self._limits:
            resource.setrlimit(kind, (most, most))
        _call(_RESTRICT_SELF, self._ruleset, 0)
        os.close(self._ruleset)
        _prctl(_SET_SECCOMP, 2, ctypes.addressof(self._filter))


def hide() -> None:
    """Keep other processes of this user from tracing this one or reading its memory."""
    _prctl(_SET_DUMPABLE, 0)


def _ruleset() -> int:
    abi = landlock_abi()
    if not abi:
        raise OSError("this kernel has no Landlock")
    files = (1 << _RIGHTS_OF_ABI.get(abi, 16)) - 1
    # From version 4 TCP can be governed (bind, connect), from 6 abstract sockets and signals.
    attributes = struct.pack("QQQ", files, 3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    return _call(_CREATE_RULESET, ctypes.create_string_buffer(attributes), size, 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    if not os.path.isdir(path):  # noqa: PTH112 - pathlib would have to be imported for it
        rights &= ~_READ_FOLDER
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _call(_ADD_RULE, ruleset, 1, ctypes.create_string_buffer(struct.pack("=Qi", rights, fd)), 0)
    finally:
        os.close(fd)


def _prctl(option: int, value: int, more: int = 0) -> None:
    arguments = [ctypes.c_ulong(value), ctypes.c_ulong(more), ctypes.c_ulong(0), ctypes.c_ulong(0)]
    if _libc.prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}: {os.strerror(ctypes.get_errno())}")


def _call(number: int, *arguments: object) -> int:
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = int(_libc.syscall(ctypes.c_long(number), *words))
    if result < 0:
        raise OSError(ctypes.get_errno(), f"call {number}: {os.strerror(ctypes.get_errno())}")
    return result
