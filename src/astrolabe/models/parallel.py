"""Work that mostly waits, done several at a time."""

from collections.abc import Callable, Iterator
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeVar

_Result = TypeVar("_Result")
_Done = tuple[int, _Result] | Exception | None
"""A result, a failure, or the end of a labourer's work."""


def in_parallel(
    work: Callable[[int], _Result], count: int, workers: int
) -> Iterator[tuple[int, _Result]]:
    """Results of ``work(0)`` to ``work(count - 1)``, with their indices, as they are ready.

    After a failure nothing new is begun; what is under way is waited for and handed out, and then
    the failure is raised. Who stops asking (Ctrl-C) waits for nothing.

    Args:
        workers: How many are under way at once, at most.
    """
    todo: SimpleQueue[int] = SimpleQueue()
    done: SimpleQueue[_Done[_Result]] = SimpleQueue()
    stopped = Event()
    for index in range(count):
        todo.put(index)

    busy = min(workers, count)
    for _ in range(busy):
        # The interpreter waits for no daemon, so that a silent server cannot keep it from ending.
        Thread(target=_labour, args=(work, todo, done, stopped), daemon=True).start()
    failures: list[Exception] = []
    try:
        while busy:
            found = done.get()
            if found is None:
                busy -= 1
            elif isinstance(found, Exception):
                failures.append(found)
            else:
                yield found
    finally:
        stopped.set()
    if failures:
        raise failures[0]


def _labour(
    work: Callable[[int], _Result],
    todo: SimpleQueue[int],
    done: SimpleQueue[_Done[_Result]],
    stopped: Event,
) -> None:
    """What each thread does."""
    while not stopped.is_set():
        try:
            index = todo.get_nowait()
        except Empty:
            break
        try:
            done.put((index, work(index)))
        except Exception as error:  # noqa: BLE001 - raised where the results are awaited
            stopped.set()
            done.put(error)
    done.put(None)
