"""Places rows come from, and what is said of places they cannot come from."""

import os
from pathlib import Path

import pytest

from astrolabe.benchmarks import all_benchmarks, sources
from astrolabe.core.errors import BadInput

BENCHMARKS = list(all_benchmarks().values())
NAMES = [benchmark.name for benchmark in BENCHMARKS]


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=NAMES)
def test_a_folder_that_is_not_there_is_named(benchmark, tmp_path: Path) -> None:
    for place in (str(tmp_path / "nowhere"), "./no/where", "nowhere", "~/no-such-folder-here"):
        with pytest.raises(BadInput) as refusal:
            benchmark.load(place)
        assert str(refusal.value) == f"data folder '{place}' does not exist"


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=NAMES)
def test_a_file_is_not_a_folder(benchmark, tmp_path: Path) -> None:
    file = tmp_path / "test.jsonl"
    file.write_text("{}\n")
    with pytest.raises(BadInput, match=r"test.jsonl' is a file; give the folder that holds"):
        benchmark.load(str(file))


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=NAMES)
def test_an_empty_folder_has_no_splits(benchmark, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=rf"no {benchmark.name.upper()} '\w+' split in"):
        benchmark.load(str(tmp_path))


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=NAMES)
def test_the_hub_out_of_reach_is_told_with_every_other_way(benchmark) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(BadInput) as refusal:
        benchmark.load(benchmark.hub)
    said = str(refusal.value)
    assert "\n" not in said
    for part in (f"'{benchmark.hub}'", "no folder of that name", "authors' layout", "Polaris"):
        assert part in said
    for layout in ("test.jsonl", "test-*.parquet"):
        assert layout in said


BROKEN = [
    ("empty.jsonl", b"", "no rows"),
    ("blank.jsonl", b"\n \n", "no rows"),
    ("empty.csv", b"", "no rows"),
    ("header.csv", b"question,answer\n", "no rows"),
    ("wide.csv", b"question,answer\n1,2,3\n", "row 1 has 3 columns, expected 2 (question, answer)"),
    ("empty.parquet", b"", "cannot be read"),
    ("text.parquet", b"question,answer\n1,2\n", "cannot be read"),
    ("cut.parquet", b"PAR1 and nothing more", "cannot be read"),
    ("bytes.jsonl", b"\xff\xfe{}", "cannot be read"),
    ("comma.jsonl", b'{"question": "1", "answer": "2"},\n', "line 1 is not JSON: Extra data"),
    ("other.jsonl", b'{"prompt": "1"}\n', "row 1 has no column 'question'; it has prompt"),
    ("book.xlsx", b"PK", "cannot read '.xlsx' files; give csv, jsonl or parquet"),
    ("noending", b"", "cannot read '' files"),
]


@pytest.mark.parametrize(("name", "content", "sentence"), BROKEN)
def test_a_broken_file_is_named(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput) as refusal:
        sources.require(sources.read_table(path), ("question", "answer"), str(path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_file_that_goes_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.csv: cannot be read"):
        list(sources.read_table(tmp_path / "gone.csv"))
