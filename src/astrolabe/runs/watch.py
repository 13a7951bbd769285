"""How a long piece of work tells somebody how far it is."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Advance(Protocol):
    """Called with the number of units that were just finished."""

    def __call__(self, units: int, /) -> None: ...


class Watch(Protocol):
    """Shows work in progress."""

    def stage(self, title: str, total: int) -> AbstractContextManager[Advance]:
        """A piece of work of `total` units, shown while the block runs."""
        ...

    def say(self, sentence: str) -> None:
        """One line for the person who waits."""
        ...


class Silent:
    """Shows nothing."""

    @contextmanager
    def stage(self, title: str, total: int) -> Iterator[Advance]:
        """See `Watch`."""
        yield lambda _units: None

    def say(self, sentence: str) -> None:
        """See `Watch`."""
