"""Progress on the terminal, on standard error, so that results can be piped."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.logging import RichHandler
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from astrolabe.runs.watch import Advance

if TYPE_CHECKING:
    from astrolabe.core.model import Model
    from astrolabe.models.local import LocalModel

errors = Console(stderr=True)

WORTH_A_LINE = 2.0
"""Seconds that a stage must take to be told of when it is over."""


class _Rate(ProgressColumn):
    """Units finished a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else _rate(speed), style="progress.data.speed")


def _rate(speed: float) -> str:
    """Units a second; of slow ones, seconds for each."""
    return f"{speed:,.0f}/s" if speed >= 1 or not speed else f"{1 / speed:,.1f} s each"


class Bars:
    """A bar for each stage, with rate and remaining time, where the terminal can show one."""

    @contextmanager
    def stage(self, title: str, total: int) -> Iterator[Advance]:
        """See `astrolabe.runs.watch.Watch`. What took long leaves one line behind."""
        begun = time.monotonic()
        columns = (
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(),
        )
        shown = errors.is_terminal
        with Progress(*columns, console=errors, transient=True, disable=not shown) as progress:
            task = progress.add_task(title, total=total)
            yield lambda units: progress.advance(task, units)
        took = time.monotonic() - begun
        if took > WORTH_A_LINE:
            self.say(f"{title}: {total:,} in {took:.1f} s ({_rate(total / took)})")

    def say(self, sentence: str) -> None:
        """See `astrolabe.runs.watch.Watch`."""
        errors.print(sentence, highlight=False, markup=False, soft_wrap=True)


def load_said(name: str, dtype: str = "auto", device: str = "auto") -> "Model":
    """Any model, see `astrolabe.models.named.load`; the terminal says so while it is loaded."""
    from astrolabe.models.named import load

    with errors.status(f"loading {name}"):
        return load(name, dtype, device)


def load_local_said(name: str, dtype: str = "auto", device: str = "auto") -> "LocalModel":
    """A model on this machine, see `astrolabe.models.local.load`; said likewise."""
    from astrolabe.models.local import load

    with errors.status(f"loading {name}"):
        return load(name, dtype, device)


def log_to_terminal() -> None:
    """Warnings of the library appear on the terminal as single lines."""
    handler = RichHandler(console=errors, show_time=False, show_path=False, markup=False)
    logger = logging.getLogger("astrolabe")
    logger.handlers = [handler]
    logger.propagate = False
