"""A program's clock: it stands still while the program waits for a core.

A limit in wall time alone turns a busy machine into wrong answers; one in processor time alone lets
a program sleep for ever. So wall time is charged, less the time in which the program's process, or
that of its tests, was ready to run and had no core (Linux counts it: ``/proc/PID/schedstat``,
nanoseconds on a core and waiting for one). A program that spends more processor time than its
limit, in whatever number of threads, is over it as well.
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
        self._turns = [_Turns(program), _Turns(judge)]
        self._begun = time.monotonic()

    def wall(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    def charged(self) -> float:
        """Seconds since the beginning, less those spent waiting for a core.

        Never less than was spent on one: the two processes may wait at the same time.
        """
        turns = [turns.since() for turns in self._turns]
        ran, waited = sum(turn[0] for turn in turns), sum(turn[1] for turn in turns)
        return max(ran, self.wall() - waited)

    def over(self) -> bool:
        """Whether the program has had its time."""
        return self.charged() >= self.seconds or _processor_time(self._program) >= self.seconds

    def hopeless(self) -> bool:
        """Whether the machine is so busy that the program will not get its time."""
        return self.wall() >= PATIENCE * self.seconds

    def pause(self) -> float:
        """Seconds after which it is worth looking again, at least a hundredth."""
        return max(0.01, self.seconds - self.charged())


class _Turns:
    """How long a process' first thread has been on a core, and waiting for one, since this."""

    def __init__(self, pid: int) -> None:
        self._path = Path(f"/proc/{pid}/schedstat")
        self._begin = self._last = self._read() or (0.0, 0.0)

    def since(self) -> tuple[float, float]:
        """Seconds; they stay at their last values once the process has gone."""
        self._last = self._read() or self._last
        return self._last[0] - self._begin[0], self._last[1] - self._begin[1]

    def _read(self) -> tuple[float, float] | None:
        try:
            ran, waited, _ = self._path.read_bytes().split()
        except (OSError, ValueError):  # the process has gone, or this kernel does not count
            return None
        return int(ran) / 1e9, int(waited) / 1e9


def _processor_time(pid: int) -> float:
    """Seconds of all threads of a process; 0 when it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS
    except (OSError, IndexError):
        return 0.0
