"""Ours against a peer: measured in turn in one run, printed as a table, kept as JSON.

Whatever else the machine does falls on both sides alike when they take turns, so the ratio is the
median of the ratios of neighbouring measurements, not the ratio of two medians. Start-up and
loading are left out: each side times its own work with its model warm.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Any, Self

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


class NoPeer(Exception):
    """The peers' environment is not there; the text says how to make it."""


class Worker:
    """A peer in its own process: one JSON request a line in, one JSON reply a line out."""

    def __init__(self, script: str, *arguments: str, home: str = "peers") -> None:
        """Start a script of ``perf/peers`` under the peers' Python.

        Args:
            home: Which environment: its Python is ``.venv-HOME/bin/python``, or what the variable
                ``ASTROLABE_HOME_PYTHON`` says (HOME in capitals).

        Raises:
            NoPeer: when there is no such Python.
        """
        variable = f"ASTROLABE_{home.upper()}_PYTHON"
        python = Path(os.environ.get(variable, f".venv-{home}/bin/python"))
        if not python.exists():
            raise NoPeer(f"no peers' Python at '{python}'; run 'make {home}', or set {variable}")
        command = [str(python), str(HERE / "peers" / script), *arguments]
        self._words = tempfile.TemporaryFile("w+")  # noqa: SIM115 - open as long as the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._words,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()
        self._words.close()

    def ask(self, **request: Any) -> dict[str, Any]:
        """The reply to one request.

        Raises:
            RuntimeError: when the peer died, with its last words.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            self._words.seek(0)
            last = "".join(self._words.readlines()[-12:])
            raise RuntimeError(f"the peer ended with exit code {code}:\n{last}")
        reply: dict[str, Any] = json.loads(line)
        return reply


@dataclass(frozen=True)
class Side:
    """Times of one side, in seconds, and what was done in each."""

    median: float
    min: float
    max: float
    unit: str
    counted: str


@dataclass(frozen=True)
class Result:
    """What one measurement found.

    Attributes:
        ratio: Median over the pairs of peer's time by ours: above 1, ours is faster.
        limit_fraction: Share of what the machine could do at best; `None` where none is known.
        exact: How closely the two sides' results agreed.
        machine: Processor, cores, memory, threads, and the load before the first measurement.
    """

    name: str
    ours: Side
    peer: Side
    ratio: float
    limit_fraction: float | None
    exact: str
    machine: Mapping[str, Any]
    versions: Mapping[str, str]
    date: str

    def save(self) -> Path:
        """Write ``perf/results/NAME.json``."""
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n")
        return path


def in_turn(
    ours: Callable[[], float], peer: Callable[[], float], rounds: int
) -> list[tuple[float, float]]:
    """Seconds of both sides, A B A B ..., as pairs."""
    pairs = []
    for turn in range(1, rounds + 1):
        pairs.append((ours(), peer()))
        print(f"turn {turn}: ours {pairs[-1][0]:.2f} s, peer {pairs[-1][1]:.2f} s", flush=True)
    return pairs


def judge(
    name: str,
    pairs: Sequence[tuple[float, float]],
    counted: tuple[str, str],
    exact: str,
    machine: Mapping[str, Any],
    versions: Mapping[str, str],
    limit_fraction: float | None = None,
) -> Result:
    """Print the table of one measurement and keep its result.

    Args:
        name: Name of the result's file.
        pairs: What `in_turn` gave.
        counted: What ours and the peer did in the time.
        exact: How closely their results agreed.
        machine: What `machine` gave before the measurement.
        versions: Versions of what took part.
        limit_fraction: See `Result`.
    """
    ours, peer = (
        Side(median(times), min(times), max(times), "s", what)
        for times, what in zip(zip(*pairs, strict=True), counted, strict=True)
    )
    ratios = [theirs / mine for mine, theirs in pairs]
    date = datetime.now(UTC).isoformat(timespec="seconds")
    result = Result(
        name, ours, peer, median(ratios), limit_fraction, exact, machine, versions, date
    )
    _show(result, ratios)
    result.save()
    return result


def _show(result: Result, ratios: Sequence[float]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=result.name, caption=result.exact)
    for column in ("side", "median s", "min", "max", "counted"):
        table.add_column(column, justify="left" if column in ("side", "counted") else "right")
    for side, times in (("ours", result.ours), ("peer", result.peer)):
        cells = (f"{value:.2f}" for value in (times.median, times.min, times.max))
        table.add_row(side, *cells, times.counted)
    cells = (f"{value:.2f}" for value in (result.ratio, min(ratios), max(ratios)))
    table.add_row("peer / ours", *cells, f"{len(ratios)} pairs in turn", style="bold")
    if result.limit_fraction is not None:
        table.add_row("limit / ours", f"{result.limit_fraction:.2f}", "", "", "see perf/limit.py")
    Console().print(table)


def machine(threads: int) -> dict[str, Any]:
    """This machine without anything that says whose it is."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), cpu)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "threads": threads,
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions(*distributions: str) -> dict[str, str]:
    """Python's version and those of installed distributions."""
    from importlib.metadata import version

    python = ".".join(map(str, sys.version_info[:3]))
    return {"python": python} | {name: version(name) for name in distributions}
