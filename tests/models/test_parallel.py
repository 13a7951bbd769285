"""Several at a time, none lost, and a failure told when everything under way is there."""

from threading import Barrier, Event
from time import sleep

import pytest

from astrolabe.models.parallel import in_parallel


def test_every_result_comes_once_with_its_index() -> None:
    assert dict(in_parallel(lambda index: index * index, 20, 3)) == {n: n * n for n in range(20)}
    assert list(in_parallel(str, 0, 3)) == []


def test_as_many_are_under_way_together_as_are_allowed() -> None:
    together = Barrier(3, timeout=5)  # breaks unless three wait at once
    assert len(list(in_parallel(lambda index: together.wait(), 6, 3))) == 6


def test_a_result_does_not_wait_for_a_slower_one() -> None:
    held = Event()
    results = in_parallel(lambda index: held.wait(5) if index == 0 else True, 2, 2)
    assert next(results) == (1, True)
    held.set()
    assert list(results) == [(0, True)]


def test_after_a_failure_nothing_new_is_begun_and_what_is_under_way_comes() -> None:
    begun, both, failed = [], Barrier(2, timeout=5), Event()

    def work(index: int) -> int:
        begun.append(index)
        both.wait()
        if index == 0:
            failed.set()
            raise ValueError("zero")
        failed.wait(5)
        sleep(0.1)  # so that the failure is known before another could be begun
        return index

    results = in_parallel(work, 50, 2)
    assert next(results) == (1, 1)
    with pytest.raises(ValueError, match="zero"):
        next(results)
    assert sorted(begun) == [0, 1]


def test_who_stops_asking_waits_for_nothing() -> None:
    held, begun = Event(), []

    def work(index: int) -> int:
        begun.append(index)
        if index:
            held.wait(5)
        return index

    results = in_parallel(work, 50, 2)
    assert next(results) == (0, 0)
    results.close()  # as Ctrl-C does
    held.set()
    assert len(begun) < 50
