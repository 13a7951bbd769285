"""Places rows come from, and what is said of places they cannot come from."""

import gzip
import os
import re
from pathlib import Path

import pytest

from astrolabe.benchmarks import all_benchmarks, sources
from astrolabe.core.benchmark import Benchmark
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item

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


ON_THE_HUB = [benchmark for benchmark in BENCHMARKS if benchmark.hub]


def polaris_has(benchmark: Benchmark) -> bool:
    try:
        return bool(benchmark.load(None).items)
    except BadInput:
        return False


@pytest.mark.parametrize("benchmark", ON_THE_HUB, ids=lambda benchmark: benchmark.name)
def test_the_hub_out_of_reach_is_told_with_every_other_way(benchmark) -> None:
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    with pytest.raises(BadInput) as refusal:
        benchmark.load(benchmark.hub)
    said = str(refusal.value)
    assert "\n" not in said
    for part in (f"'{benchmark.hub}'", "no folder of that name", "authors' layout"):
        assert part in said
    for layout in (r"\b\w+\.jsonl", r"\b(train|val|test|validation)-\*\.parquet"):
        assert re.search(layout, said)
    assert ("Polaris" in said) == polaris_has(benchmark)


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=NAMES)
def test_polaris_is_offered_where_it_has_items(benchmark, tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refusal:
        benchmark.load(str(tmp_path))
    assert ("Polaris" in str(refusal.value)) == polaris_has(benchmark)


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
    (
        "cut.jsonl.gz",
        gzip.compress(b'{"question": "1", "answer": "2"}' * 9, mtime=0)[:-9],
        "cannot be read",
    ),
    ("plain.jsonl.gz", b'{"question": "1", "answer": "2"}', "cannot be read"),
    ("cut.json", b'[{"question": "1", "answer": "2"}', "cannot be read"),
    ("empty.json", b"[]", "no rows"),
    ("numbers.json", b'[{"question": "1", "answer": "2"}, 3]', "row 2 is not a JSON object"),
    ("half.json", b'{"question": "\\ud800", "answer": "2"}', "cannot be read"),
    ("book.xlsx", b"PK", "cannot read '.xlsx' files; give csv, json, jsonl or parquet"),
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


def test_what_is_no_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.csv' does not exist; give a csv, json, jsonl or"):
        list(sources.read_table(tmp_path / "gone.csv"))
    with pytest.raises(BadInput, match=rf"'{tmp_path}' is a folder; give a csv, json, jsonl or"):
        list(sources.read_table(tmp_path))


ROW = {"question": "鸭子?", "answer": "None"}
SAME = {
    "rows.json": b'[{"question": "\xe9\xb8\xad\xe5\xad\x90?", "answer": "None"}]',
    "row.json": b'\xef\xbb\xbf{"question": "\xe9\xb8\xad\xe5\xad\x90?",\r\n "answer": "None"}\r\n',
    "rows.jsonl.gz": gzip.compress(
        b'{"question": "\xe9\xb8\xad\xe5\xad\x90?", "answer": "None"}\n'
    ),
    "1.0-rows.csv": b"question,answer\r\n\xe9\xb8\xad\xe5\xad\x90?,None\r\n",
}


@pytest.mark.parametrize("name", SAME)
def test_every_kind_of_file_gives_the_same_row(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(SAME[name])
    assert list(sources.read_table(tmp_path / name)) == [ROW]


def test_located_rows_know_where_they_stand(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text('{"id": 1}\n\n{"id": 2}\n')
    found = list(sources.located([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], ("id",)))
    assert [(where.removeprefix(f"{tmp_path}/"), row["id"]) for where, row in found] == [
        ("a.jsonl: row 1", 1),
        ("a.jsonl: row 2", 2),
        ("b.jsonl: row 1", 1),
        ("b.jsonl: row 2", 2),
    ]
    with pytest.raises(BadInput, match=r"b\.jsonl: row 1 has no column 'name'"):
        list(sources.located([tmp_path / "b.jsonl"], ("name",)))


def test_an_id_that_occurs_twice_is_named_with_both_places() -> None:
    items = [(f"rows.csv: row {n}", Item(name, "", "", "")) for n, name in enumerate("abcb")]
    assert [item.id for item in sources.distinct(items[:3])] == ["a", "b", "c"]
    with pytest.raises(BadInput) as refusal:
        sources.distinct(items)
    assert str(refusal.value) == "rows.csv: row 3 has the id 'b', which rows.csv: row 1 has, too"


def test_what_is_absent_is_told_with_the_ways_that_are_open(tmp_path: Path) -> None:
    said = str(sources.absent("math", "test", tmp_path, "SPLIT.jsonl", "some/math"))
    assert said == (
        f"no MATH 'test' split in {tmp_path}; expected test.jsonl, or use the hub id 'some/math', "
        "or leave out the data for Polaris' own items"
    )
    said = str(sources.absent("math", "test", sources.DATA / "math", "SPLIT.jsonl", ""))
    assert said == "Polaris has no items for 'math'; give a folder with test.jsonl"
