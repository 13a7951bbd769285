"""Looking at the processes of this machine from outside the sandbox."""

import time
from collections.abc import Callable
from pathlib import Path

PATIENCE = 20.0
"""Seconds that something may take on a busy machine."""


def processes() -> dict[int, int]:
    """Parent of every process there is, those already dead but not buried included."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(fields[1])
    return parents


def below(pid: int) -> set[int]:
    """The processes that descend from one."""
    parents = processes()
    found = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more


def eventually(true: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.02)
    return False
