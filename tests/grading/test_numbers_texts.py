"""Texts written for this, each with its question and what a careful reader takes it to say.

The number is told after steps, in words, in another unit, in the midst of others, before remarks
and checks; or the text commits to none.
"""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from astrolabe.grading.numbers import lenient_number, strict_number

FILES = sorted(Path(__file__).parent.glob("test_numbers_texts.*.jsonl"))
ROWS = [
    json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()
]


def test_there_are_many_in_both_languages() -> None:
    assert [file.name.split(".")[1] for file in FILES] == ["en", "zh"]
    assert len(ROWS) > 900
    assert sum(row["says"] is None for row in ROWS) > 80


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_text_is_read_as_a_reader_does(row: dict[str, Any]) -> None:
    says = None if row["says"] is None else Fraction(row["says"])
    lenient = lenient_number(row["text"], question=row["question"])
    strict = strict_number(row["text"], question=row["question"])
    assert (lenient and lenient.value) == says
    assert strict is None or strict.value == says
