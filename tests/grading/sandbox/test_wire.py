"""What crosses between judge and program: plain values, unchanged, and nothing else."""

import contextlib
import enum
import json
import math
import os
import struct
from collections import Counter, OrderedDict, defaultdict, namedtuple
from collections.abc import Iterator
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.grading.sandbox.inside import wire

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers().map(lambda n: n * 3**3000)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary()
    | st.complex_numbers(allow_nan=False)
)
HASHABLE: st.SearchStrategy[object] = st.deferred(
    lambda: SCALARS | st.tuples(HASHABLE, HASHABLE) | st.frozensets(HASHABLE, max_size=3)
)
VALUES: st.SearchStrategy[object] = st.deferred(
    lambda: (
        HASHABLE
        | st.lists(VALUES, max_size=4)
        | st.tuples(VALUES)
        | st.sets(HASHABLE, max_size=3)
        | st.dictionaries(HASHABLE, VALUES, max_size=3)
    )
)


def crossed(value: object) -> object:
    return wire.decode(json.loads(json.dumps(wire.encode(value))))


def kinds(value: object) -> object:
    """The types in a value, which `==` does not tell apart (1, 1.0 and True)."""
    if isinstance(value, dict):
        return dict, [(kinds(key), kinds(part)) for key, part in value.items()]
    if isinstance(value, list | tuple):
        return type(value), [kinds(part) for part in value]
    if isinstance(value, set | frozenset):
        return type(value), sorted(str(kinds(part)) for part in value)
    return type(value)


@given(VALUES)
def test_plain_values_cross_unchanged(value: object) -> None:
    assert crossed(value) == value
    assert kinds(crossed(value)) == kinds(value)


def test_signs_order_and_odd_text_cross() -> None:
    assert math.copysign(1, crossed(-0.0)) == -1  # type: ignore[arg-type]
    assert math.isnan(crossed(math.nan))  # type: ignore[arg-type]
    assert crossed([math.inf, -math.inf]) == [math.inf, -math.inf]
    assert list(crossed({"b": 1, "a": 2})) == ["b", "a"]  # type: ignore[call-overload]
    assert crossed("\ud800") == "\ud800"
    assert crossed(["int", "0x5"]) == ["int", "0x5"]


class Liar(int):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__


class LyingList(list[int]):
    def __iter__(self) -> Iterator[int]:
        return iter([42])


Colour = enum.IntEnum("Colour", "RED")
Point = namedtuple("Point", "x y")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (Liar(7), 7),
        (LyingList([1, 2]), [1, 2]),
        (Colour.RED, 1),
        (Point(1, 2), (1, 2)),
        (Counter("aab"), {"a": 2, "b": 1}),
        (defaultdict(int, {"a": 1}), {"a": 1}),
        (OrderedDict(a=1), {"a": 1}),
    ],
)
def test_a_subclass_arrives_as_what_it_holds(value: object, plain: object) -> None:
    got = crossed(value)
    assert got == plain
    assert type(got) is type(plain)


@pytest.mark.parametrize("value", [object(), Decimal(1), range(3), iter([]), len, int, Ellipsis])
def test_other_types_are_opaque_and_equal_nothing(value: object) -> None:
    got = crossed(value)
    assert isinstance(got, wire.Opaque)
    assert got.kind == type(value).__qualname__
    assert got != value
    assert not got.__eq__(got)
    assert [1, got] != [1, value]
    with pytest.raises(TypeError, match="did not come out of the sandbox"):
        bool(got)
    assert list(wire.opaque_kinds(wire.encode({"a": [value]}))) == [got.kind]


@pytest.mark.parametrize("depth", [wire.DEPTH, wire.DEPTH + 1])
def test_depth_is_limited_on_both_sides(depth: int) -> None:
    value: list[object] = []
    data: list[object] = ["list"]
    for _ in range(depth):
        value, data = [value], ["list", data]
    if depth == wire.DEPTH:
        assert crossed(value) == value
        return
    with pytest.raises(wire.WireError, match="nested more than 200 deep"):
        wire.encode(value)
    with pytest.raises(wire.WireError, match="nested more than 200 deep"):
        wire.decode(["list", data])


@pytest.mark.parametrize(
    "data",
    [
        [],
        {},
        {"a": 1},
        [1],
        [["list"]],
        ["object", "os"],
        ["int", "ten"],
        ["int"],
        ["int", "0x1", "0x2"],
        ["int", 5],
        ["bytes", "xyz"],
        ["float", None],
        ["complex", 1],
        ["complex", "a", "b"],
        ["complex", 10**400, 0],
        ["dict", "key"],
        ["dict", ["list"], 1],
        ["set", ["list"]],
        ["list", {}],
    ],
)
def test_what_encode_does_not_make_is_refused(data: object) -> None:
    with pytest.raises(wire.WireError):
        wire.decode(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(st.text(), inner)
            | st.tuples(
                st.sampled_from(["list", "set", "dict", "int", "complex", "bytes", "opaque"]), inner
            ).map(list)
        ),
    )
)
def test_whatever_is_sent_is_a_value_or_refused(data: object) -> None:
    with contextlib.suppress(wire.WireError):
        wire.decode(data)


def test_messages_have_a_limit_and_end_cleanly() -> None:
    reading, writing = os.pipe()
    with pytest.raises(wire.WireError, match="longer than 4 MB"):
        wire.send(writing, "x" * wire.LIMIT)
    os.write(writing, struct.pack(">I", wire.LIMIT + 1))
    with pytest.raises(wire.WireError, match="longer than 4 MB"):
        wire.receive(reading)
    os.write(writing, struct.pack(">I", 2) + b"{]")
    with pytest.raises(wire.WireError, match="no JSON"):
        wire.receive(reading)
    os.write(writing, struct.pack(">I", 9) + b"half")
    os.close(writing)
    with pytest.raises(wire.Closed):
        wire.receive(reading)
    os.close(reading)
