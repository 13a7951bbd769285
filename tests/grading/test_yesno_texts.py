"""Texts written for this, each with its question and whether a careful reader hears yes or no."""

import json
from pathlib import Path
from typing import Any

import pytest

from astrolabe.grading.yesno import lenient_yesno, strict_yesno

FILES = sorted(Path(__file__).parent.glob("test_yesno_texts.*.jsonl"))
ROWS = [
    json.loads(line) for file in FILES for line in file.read_text(encoding="utf-8").splitlines()
]


def test_there_are_many_in_both_languages() -> None:
    assert [file.name.split(".")[1] for file in FILES] == ["en", "zh"]
    assert len(ROWS) > 400
    assert {row["says"] for row in ROWS} == {"yes", "no", None}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"][:40])
def test_a_text_is_read_as_a_reader_does(row: dict[str, Any]) -> None:
    assert lenient_yesno(row["text"], row["question"]) == row["says"]
    assert strict_yesno(row["text"], row["question"]) in (None, row["says"])
