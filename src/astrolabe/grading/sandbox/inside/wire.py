"""Plain values as messages between the judge and a program: JSON in which types keep their names.

A message is four bytes (length, big-endian) and JSON. `None`, booleans, text, finite floats and
integers below 2**63 stand for themselves; every other value is a list that begins with its tag.
Nothing that a program sends can be more than a plain value: an object of an unknown type becomes
`Opaque` on the other side, and a subclass arrives as the plain value it holds, so that neither a
forged `__eq__` nor code of any kind crosses.
"""

from __future__ import annotations

import json
import math
import os
import struct
from collections.abc import Callable, Iterable, Iterator
from typing import Any

LIMIT = 4 << 20
"""Longest message from a program, in bytes."""

TRUSTED = 1 << 30
"""Longest message among ourselves, and to a program, in bytes."""

DEPTH = 200
"""How deep values may be nested."""

_SMALL = 1 << 63
_CONTAINERS: dict[str, Any] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
_TEXTS: dict[str, Callable[[str], Any]] = {
    "int": lambda text: int(text, 16),
    "float": float,
    "bytes": bytes.fromhex,
    "opaque": lambda text: Opaque(str(text)[:80]),
}
"""How the values are read that are written as text."""


class WireError(Exception):
    """A message breaks a limit or the format; its text says which."""


class Closed(WireError):
    """The other side has gone."""


class Opaque:
    """What is left of a value that could not cross: the name of its type. Equal to nothing.

    Its truth is not known either, and asking for it raises, so that no assertion can pass on it.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        raise TypeError(f"a value of type '{self.kind}' did not come out of the sandbox")

    def __repr__(self) -> str:
        return f"<{self.kind}>"


def encode(value: Any, depth: int = 0) -> Any:
    """`value` as JSON can say it.

    Raises:
        WireError: for a value nested deeper than `DEPTH`.
    """
    if depth > DEPTH:
        raise WireError(f"a value is nested more than {DEPTH} deep")
    if value is None or isinstance(value, (bool, str, int, float)):
        return _encode_scalar(value)
    if isinstance(value, dict):
        flat = (part for pair in dict.items(value) for part in pair)
        return ["dict", *(encode(part, depth + 1) for part in flat)]
    for tag, kind in _CONTAINERS.items():
        if isinstance(value, kind):
            return [tag, *(encode(part, depth + 1) for part in _parts(kind, value))]
    if type(value) is complex:
        return ["complex", _encode_scalar(value.real), _encode_scalar(value.imag)]
    if type(value) is bytes:
        return ["bytes", value.hex()]
    return ["opaque", value.kind if type(value) is Opaque else type(value).__qualname__]


def _encode_scalar(value: bool | str | int | float | None) -> Any:
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, float):
        number = float.__float__(value)
        return number if math.isfinite(number) else ["float", repr(number)]
    if isinstance(value, int) and not isinstance(value, bool):
        whole = int.__int__(value)
        return whole if -_SMALL < whole < _SMALL else ["int", hex(whole)]
    return value


def _parts(kind: Any, value: Any) -> Iterator[Any]:
    """The parts that `value` holds as a `kind`, whatever its own class makes of iteration."""
    parts: Iterator[Any] = kind.__iter__(value)
    return parts


def decode(data: Any, depth: int = 0) -> Any:
    """The value that `encode` was given.

    Raises:
        WireError: for anything that `encode` does not make.
    """
    # One level more than `encode` allows: the two numbers of a complex one are a level of JSON.
    if depth > DEPTH + 1:
        raise WireError(f"a value is nested more than {DEPTH} deep")
    if not isinstance(data, (list, dict)):
        return data
    if not isinstance(data, list) or not data or not isinstance(data[0], str):
        raise WireError("a value has no tag")
    tag, parts = data[0], data[1:]
    try:
        if tag in _CONTAINERS:
            return _CONTAINERS[tag](decode(part, depth + 1) for part in parts)
        if tag == "dict":
            values = [decode(part, depth + 1) for part in parts]
            return dict(zip(values[::2], values[1::2], strict=True))
        return _decode_scalar(tag, parts, depth)
    except (TypeError, ValueError, OverflowError) as error:
        raise WireError(f"a value tagged '{tag}' is none ({error})") from error


def _decode_scalar(tag: str, parts: list[Any], depth: int) -> Any:
    if tag == "complex":
        real, imaginary = (decode(part, depth + 1) for part in parts)
        return complex(real, imaginary)
    if tag not in _TEXTS:
        raise WireError(f"there are no values tagged '{tag[:80]}'")
    (text,) = parts
    return _TEXTS[tag](text)


def opaque_kinds(data: Any) -> Iterator[str]:
    """Types that could not cross, in a value as `encode` says it."""
    if isinstance(data, list) and data:
        if data[0] == "opaque":
            yield data[1]
        else:
            for part in data[1:]:
                yield from opaque_kinds(part)


def send(fd: int, message: Any, limit: int = LIMIT) -> None:
    """Write one message, whole.

    Raises:
        WireError: for a message longer than `limit`; `Closed` when nobody will read it.
    """
    body = json.dumps(message).encode("ascii")
    if len(body) > limit:
        raise WireError(f"a message is longer than {limit >> 20} MB")
    left = memoryview(struct.pack(">I", len(body)) + body)
    try:
        while left:
            left = left[os.write(fd, left) :]
    except OSError as error:
        raise Closed("the other side has gone") from error


def receive(fd: int, limit: int = LIMIT) -> Any:
    """Read one message, whole; blocks until it is there.

    Raises:
        WireError: for a message that is too long or no JSON; `Closed` when the other side has gone.
    """
    (length,) = struct.unpack(">I", b"".join(_read(fd, 4)))
    if length > limit:
        raise WireError(f"a message is longer than {limit >> 20} MB")
    body = b"".join(_read(fd, length))
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WireError(f"a message is no JSON ({type(error).__name__})") from error


def _read(fd: int, length: int) -> Iterable[bytes]:
    while length:
        try:
            piece = os.read(fd, min(length, 1 << 16))
        except OSError as error:
            raise Closed("the other side has gone") from error
        if not piece:
            raise Closed("the other side has gone")
        length -= len(piece)
        yield piece
