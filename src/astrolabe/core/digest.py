"""Content digests that are equal on every machine and Python version."""

import hashlib
import json
from typing import Any

DIGEST_LENGTH = 32
"""Hexadecimal characters kept: 128 bits, far beyond accidental collision for any store of ours."""


def canonical(value: Any) -> str:
    """`value` as JSON with sorted keys and no spare white space.

    Only JSON types are accepted, so that a digest never depends on some object's `repr`;
    floats are written by Python's shortest round-trip form, which is fixed by IEEE 754.

    Raises:
        TypeError: for a value that JSON has no form for.
        ValueError: for NaN and infinities.
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def digest(*parts: Any) -> str:
    """A 128-bit hexadecimal SHA-256 digest of `parts`, in order."""
    return hashlib.sha256(canonical(parts).encode("utf-8")).hexdigest()[:DIGEST_LENGTH]
