"""A program's clock: it stands still while the program waits for a core.

A limit in wall time alone turns a busy machine into wrong answers; one in processor time alone lets
a program sleep for ever. So wall time is charged, less the time in which the program's process, or
that of its tests, was ready to run and had no core (Linux counts it: ``/proc/PID/schedstat``,
second field, nanoseconds). A program that spends more processor time than its limit, in whatever
number of threads, is over it as well.
"""

import os
import time
from pathlib import Path

PATIENCE = 20
"""How many times its limit a program may take in wall time; then the machine is too busy to say."""

_TICKS = os.sysconf("SC_CLK_TCK")


class Clock:
    """Begins at its making.

    Args:
        program: Process of the program.
        judge: Process of its tests; the two take turns.
        seconds: How long the program may take.
    """

    def __init__(self, program: int, judge: int, seconds: float) -> None:
        self.seconds = seconds
        self._program = program
        self._queues = [_Queue(program), _Queue(judge)]
        self._begun = time.monotonic()

    def wall(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    def charged(self) -> float:
        """Seconds since the beginning, less those spent waiting for a core."""
        return max(0.0, self.wall() - sum(queue.waited() for queue in self._queues))

    def over(self) -> bool:
        """Whether the program has had its time."""
        return self.charged() >= self.seconds or _processor_time(self._program) >= self.seconds

    def hopeless(self) -> bool:
        """Whether the machine is so busy that the program will not get its time."""
        return self.wall() >= PATIENCE * self.seconds

    def pause(self) -> float:
        """Seconds after which it is worth looking again, at least a hundredth."""
        return max(0.01, self.seconds - self.charged())


class _Queue:
    """How long a process has been waiting for a core since this was made."""

    def __init__(self, pid: int) -> None:
        self._path = Path(f"/proc/{pid}/schedstat")
        self._last = self._before = 0.0
        self._before = self._read()

    def waited(self) -> float:
        """Seconds; stays at its last value once the process has gone."""
        self._last = max(self._last, self._read() - self._before)
        return self._last

    def _read(self) -> float:
        try:
            return int(self._path.read_bytes().split()[1]) / 1e9
        except (OSError, IndexError):  # the process has gone, or this kernel does not count
            return 0.0


def _processor_time(pid: int) -> float:
    """Seconds of all threads of a process; 0 when it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    except (OSError, IndexError):
        return 0.0
