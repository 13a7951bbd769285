"""An instrument pointed at what was planted: what it should read, what it reads, how far off.

A new instrument is a module of this package that holds an `INSTRUMENT`, and a line in
`INSTRUMENTS`. Its docstring says which lines it reads and by which rule each passes, written before
anybody has looked at a reading.
"""

import importlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from astrolabe.core.errors import BadInput
from astrolabe.core.verdict import Interval
from astrolabe.runs.stats import wilson

if TYPE_CHECKING:
    from astrolabe.models.local import LocalModel
    from astrolabe.runs.store import Store
    from astrolabe.runs.watch import Watch

LEVEL = 0.99
"""Coverage of every interval here. Some seventy lines are read at once: at 95 % several sound
instruments would seem to fail by chance alone."""

FEWEST = 12
"""A line read from fewer answers fails: so wide an interval would agree with anything."""

INSTRUMENTS: Mapping[str, str] = {
    name: f"astrolabe.calibration.{name}"
    for name in (
        "engine",
        "statistics",
        "grading",
        "score",
        "phrases",
        "manners",
        "roles",
        "dose",
        "leaks",
        "dola",
        "probes",
        "sparse",
        "steering",
    )
}
"""Modules of the instruments, by the instruments' names, in the order in which they are read."""

Relation = Literal["=", ">", ">=", "<=", "?"]
"""How a reading should stand to what was planted; ``?`` where nothing was planted to hold it to."""
Kind = Literal["share", "points", "correlation", "nats"]
"""Unit: a share of 1, a difference of two shares, a correlation, or nats."""
What = tuple[str, str]
"""What is read, in English and Chinese."""


@dataclass(frozen=True)
class Calibration:
    """One line: one quantity as it was planted, and as an instrument reads it.

    Attributes:
        instrument: Name of the instrument.
        planted: The truth, or the bound that the reading should keep to; `None` under ``?``.
        interval: Of the reading, at `LEVEL`; `None` where nothing is left to chance.
        relation: How the reading should stand to `planted`.
        tolerance: By how much the interval is widened before it is held against `planted`, since
            a model learns a rate only about.
        n: From how many answers, pairs or simulations it was read; where two kinds of them count
            half each, twice the number of the rarer kind.
        exact: Whether the reading alone is held against `planted`: it is of all there is, and its
            interval speaks of more of the kind.
    """

    instrument: str
    what: What
    planted: float | None
    reading: float
    interval: Interval | None
    n: int
    relation: Relation = "="
    kind: Kind = "share"
    tolerance: float = 0.0
    exact: bool = False

    @property
    def name(self) -> str:
        """Its name among all lines."""
        return f"{self.instrument}/{self.what[0]}"

    @property
    def error(self) -> float | None:
        """How far the reading is from what was planted, signed; 0 where it keeps to a bound."""
        if self.planted is None:
            return None
        away = self.reading - self.planted
        match self.relation:
            case ">" | ">=":
                return min(0.0, away)
            case "<=":
                return max(0.0, away)
            case _:
                return away

    @property
    def passes(self) -> bool | None:
        """Whether the reading agrees with what was planted; `None` where nothing was.

        ``=``: the planted value lies in the interval. ``>``: all of the interval lies above it.
        ``>=`` and ``<=``: not all of the interval lies on the wrong side. An interval from fewer
        than `FEWEST` answers is no agreement.
        """
        if self.planted is None:
            return None
        if self.interval is not None and self.n < FEWEST:
            return False
        read = Interval(self.reading, self.reading, LEVEL)
        ends = read if self.exact or self.interval is None else self.interval
        low, high = ends.low - self.tolerance, ends.high + self.tolerance
        match self.relation:
            case "=":
                return low <= self.planted <= high
            case ">":
                return ends.low > self.planted
            case ">=":
                return high >= self.planted
            case _:
                return low <= self.planted


def share(
    instrument: str,
    what: What,
    hits: Iterable[bool],
    planted: float | None,
    relation: Relation = "=",
    tolerance: float = 0.0,
) -> Calibration:
    """A line that reads a share, with Wilson's interval."""
    found = list(hits)
    reading = sum(found) / len(found) if found else 0.0
    interval = wilson(sum(found), len(found), LEVEL)
    return Calibration(
        instrument, what, planted, reading, interval, len(found), relation, "share", tolerance
    )


@dataclass(frozen=True)
class Bench:
    """What instruments are pointed at, and what they work with.

    Attributes:
        model: Polaris, or another model trained on its world.
        half: The same, half-trained; `None` where there is none.
        store: Keeps answers, so that instruments that ask the same share them.
        watch: Told how far the work is.
    """

    model: "LocalModel"
    half: "LocalModel | None"
    store: "Store"
    watch: "Watch"


@dataclass(frozen=True)
class Instrument:
    """An instrument and how to calibrate it.

    Attributes:
        name: As in `INSTRUMENTS`.
        title: What it reads, in English and Chinese.
        read: Reads every line of it.
    """

    name: str
    title: What
    read: Callable[[Bench], list[Calibration]]


def instruments(only: Sequence[str] = ()) -> list[Instrument]:
    """All instruments, or those of some names, in their order.

    Raises:
        BadInput: for a name that no instrument has.
    """
    for name in only:
        if name not in INSTRUMENTS:
            raise BadInput(f"there is no instrument '{name}'; there are {', '.join(INSTRUMENTS)}")
    return [
        importlib.import_module(module).INSTRUMENT
        for name, module in INSTRUMENTS.items()
        if not only or name in only
    ]


def calibrate(bench: Bench, chosen: Sequence[Instrument]) -> list[Calibration]:
    """Every line of the chosen instruments, in order."""
    return [line for instrument in chosen for line in instrument.read(bench)]
