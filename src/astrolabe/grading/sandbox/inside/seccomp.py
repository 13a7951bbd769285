"""The system calls that a program may make; every other one fails with EPERM.

A list of what is allowed, not of what is forbidden: calls that a later kernel adds are refused
too. There is no fork, exec, kill, ptrace, prctl, mount, memfd, shared memory, keyring or socket to
anywhere; a few calls are allowed with certain arguments only. Calls of another architecture (or of
x32) kill the program.

Numbers: Linux' ``asm/unistd_64.h`` (x86-64) and ``asm-generic/unistd.h`` (aarch64).
"""

from __future__ import annotations

import errno
import struct

ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Machine: its column in the tables below, and its number in ``linux/audit.h``."""

ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "open": (2, None),
    "close": (3, 57),
    "stat": (4, None),
    "fstat": (5, 80),
    "lstat": (6, None),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "access": (21, None),
    "pipe": (22, None),
    "select": (23, None),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "madvise": (28, 233),
    "dup": (32, 23),
    "dup2": (33, None),
    "pause": (34, None),
    "nanosleep": (35, 101),
    "getitimer": (36, 102),
    "alarm": (37, None),
    "setitimer": (38, 103),
    "getpid": (39, 172),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "shutdown": (48, 210),
    "getsockname": (51, 204),
    "getpeername": (52, 205),
    "socketpair": (53, 199),
    "setsockopt": (54, 208),
    "getsockopt": (55, 209),
    "exit": (60, 93),
    "uname": (63, 160),
    "getcwd": (79, 17),
    "chdir": (80, 49),
    "fchdir": (81, 50),
    "readlink": (89, None),
    "umask": (95, 166),
    "gettimeofday": (96, 169),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "getppid": (110, 173),
    "getpgrp": (111, None),
    "getgroups": (115, 158),
    "getpgid": (121, 155),
    "getsid": (124, 156),
    "rt_sigpending": (127, 136),
    "rt_sigtimedwait": (128, 137),
    "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132),
    "statfs": (137, 43),
    "fstatfs": (138, 44),
    "arch_prctl": (158, None),
    "gettid": (186, 178),
    "time": (201, None),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "epoll_create": (213, None),
    "getdents64": (217, 61),
    "set_tid_address": (218, 96),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "epoll_wait": (232, None),
    "epoll_ctl": (233, 21),
    "openat": (257, 56),
    "newfstatat": (262, 79),
    "readlinkat": (267, 78),
    "faccessat": (269, 48),
    "pselect6": (270, 72),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "epoll_pwait": (281, 22),
    "eventfd2": (290, 19),
    "epoll_create1": (291, 20),
    "dup3": (292, 24),
    "pipe2": (293, 59),
    "getcpu": (309, 168),
    "getrandom": (318, 278),
    "statx": (332, 291),
    "rseq": (334, 293),
    "close_range": (436, 436),
    "faccessat2": (439, 439),
}

_THREAD = 0x3D0F00
"""The flags with which the C libraries start a thread; musl adds one that Linux ignores."""

GUARDED: dict[str, tuple[int, int, int, tuple[int, ...], int]] = {
    # Asking what a file is; keeping it from being inherited; not blocking. Setting a signal's
    # receiver, or writing into a terminal, is not among them.
    "ioctl": (16, 29, 1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451), errno.ENOTTY),
    # Duplicate, flags; not F_SETOWN (signals to others), not F_SETPIPE_SZ (memory beside AS).
    "fcntl": (72, 25, 1, (0, 1, 2, 3, 4, 1030), errno.EPERM),
    # A thread, never a process or a namespace.
    "clone": (56, 220, 0, (_THREAD, _THREAD | 0x400000), errno.EPERM),
    # Its arguments lie in memory, where a filter cannot see them; libraries fall back on clone.
    "clone3": (435, 435, 0, (), errno.ENOSYS),
    # One's own limits, not those of a process beside.
    "prlimit64": (302, 261, 0, (0,), errno.EPERM),
}
"""Numbers as above, then which argument must have which of these values, else the error."""

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_X32 = 0x40000000
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
"""Offsets in ``struct seccomp_data``."""


def _step(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("=HBBI", code, then, otherwise, value)


def program(machine: str) -> bytes:
    """The filter for a machine as ``struct sock_filter[]``, 8 bytes an instruction.

    Raises:
        KeyError: for a machine that is not in `ARCHITECTURES`.
    """
    column, architecture = ARCHITECTURES[machine]
    steps = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUAL, architecture, then=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        steps += [_step(_AT_LEAST, _X32, otherwise=1), _step(_RETURN, _KILL)]
    for numbers in ALLOWED.values():
        number = numbers[column]
        if number is not None:
            steps += [_step(_EQUAL, number, otherwise=1), _step(_RETURN, _ALLOW)]
    for *numbers_, argument, values, error in GUARDED.values():
        steps += _guard(int(numbers_[column]), argument, values, error)
    steps.append(_step(_RETURN, _ERRNO | errno.EPERM))
    return b"".join(steps)


def _guard(number: int, argument: int, values: tuple[int, ...], error: int) -> list[bytes]:
    """Instructions that allow a call with certain values of the low half of an argument.

    The kernel reads no more than 32 bits of the arguments that are guarded here.
    """
    checks = [_step(_LOAD, _ARGUMENTS + 8 * argument)]
    for value in values:
        checks += [_step(_EQUAL, value, otherwise=1), _step(_RETURN, _ALLOW)]
    checks.append(_step(_RETURN, _ERRNO | error))
    return [_step(_EQUAL, number, otherwise=len(checks)), *checks]
