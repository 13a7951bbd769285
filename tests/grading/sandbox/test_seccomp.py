"""The filter by itself: run here by a small interpreter, for machines we do not have as well."""

import errno
import re
import struct
from pathlib import Path

import pytest

from astrolabe.grading.sandbox.inside import seccomp

HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}
KILL, ALLOW, ERRNO = 0x80000000, 0x7FFF0000, 0x00050000


def verdict(machine: str, number: int, *arguments: int, architecture: int | None = None) -> int:
    """What the filter says about a call: classic BPF, the four instructions that it uses."""
    code = seccomp.program(machine)
    own = seccomp.ARCHITECTURES[machine][1]
    words = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("=IIQ6Q", number, own if architecture is None else architecture, 0, *words)
    place, accumulator = 0, 0
    while True:
        operation, then, otherwise, value = struct.unpack_from("=HBBI", code, 8 * place)
        place += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("=I", data, value)
        elif operation == 0x15:
            place += then if accumulator == value else otherwise
        elif operation == 0x35:
            place += then if accumulator >= value else otherwise
        else:
            assert operation == 0x06
            return int(value)


def number(machine: str, name: str) -> int | None:
    column = seccomp.ARCHITECTURES[machine][0]
    return seccomp.ALLOWED[name][column]


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_what_is_listed_is_allowed_and_all_else_refused(machine: str) -> None:
    column = seccomp.ARCHITECTURES[machine][0]
    allowed = {numbers[column] for numbers in seccomp.ALLOWED.values()}
    guarded = {numbers[column] for numbers in seccomp.GUARDED.values()}
    for call in range(1000):
        if call in allowed:
            assert verdict(machine, call) == ALLOW
        elif call not in guarded:
            assert verdict(machine, call) == ERRNO | errno.EPERM


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("ioctl", (0, 0x5421), ALLOW),
        ("ioctl", (0, 0x5412), ERRNO | errno.ENOTTY),
        ("ioctl", (0, 0x8901), ERRNO | errno.ENOTTY),
        ("fcntl", (0, 3), ALLOW),
        ("fcntl", (0, 8), ERRNO | errno.EPERM),
        ("fcntl", (0, 1031), ERRNO | errno.EPERM),
        ("clone", (0x3D0F00,), ALLOW),
        ("clone", (17,), ERRNO | errno.EPERM),
        ("clone", (0x3D0F00 | 0x10000000,), ERRNO | errno.EPERM),
        ("clone", (0x10011,), ERRNO | errno.EPERM),
        ("clone3", (), ERRNO | errno.ENOSYS),
        ("prlimit64", (0, 7), ALLOW),
        ("prlimit64", (1, 7), ERRNO | errno.EPERM),
    ],
)
def test_guarded_calls(machine: str, name: str, arguments: tuple[int, ...], expected: int) -> None:
    call = seccomp.GUARDED[name][seccomp.ARCHITECTURES[machine][0]]
    assert isinstance(call, int)
    assert verdict(machine, call, *arguments) == expected


@pytest.mark.parametrize("machine", seccomp.ARCHITECTURES)
def test_calls_of_another_architecture_kill(machine: str) -> None:
    others = {0x40000003, 0x40000028, 0xC000003E, 0xC00000B7} - {seccomp.ARCHITECTURES[machine][1]}
    for architecture in others:
        assert verdict(machine, 0, architecture=architecture) == KILL


def test_calls_of_x32_kill() -> None:
    for call in (0, 39, 512, 547):
        assert verdict("x86_64", 0x40000000 + call) == KILL


@pytest.mark.parametrize("machine", HEADERS)
def test_numbers_are_those_of_the_kernel(machine: str) -> None:
    header = HEADERS[machine]
    if not header.exists():
        pytest.skip(f"the kernel's headers are not here ({header})")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", header.read_text())
    known = {name: int(value) for name, value in found}
    # The generic table calls it by the name it has on older machines.
    known.setdefault("newfstatat", known.get("fstatat", -1))
    column = seccomp.ARCHITECTURES[machine][0]
    tables = {**seccomp.ALLOWED, **{name: rule[:2] for name, rule in seccomp.GUARDED.items()}}
    for name, numbers in tables.items():
        assert numbers[column] == known.get(name), name
    forbidden = {
        *("kill", "tkill", "tgkill", "execve", "execveat", "ptrace", "memfd_create", "socket"),
        *("connect", "bind", "mount", "unshare", "setns", "bpf", "keyctl", "prctl", "shmget"),
        *("io_uring_setup", "pidfd_open", "process_vm_readv", "userfaultfd", "fork", "vfork"),
    }
    assert not forbidden & set(seccomp.ALLOWED)
