"""GSM8K from the authors' layout, the hub's, and Polaris; every broken file is named."""

import json
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
import pytest

from astrolabe.benchmarks.gsm8k import BENCHMARK
from astrolabe.core.errors import BadInput

ROWS = [
    {"question": "How many?\nAll “鸭子”.", "answer": "2*3=<<2*3=6>>6\nSo 6.\n#### 6"},
    {"question": "And now?", "answer": "It says\n#### 5\nbut no.\n#### 1,600.50"},
    {"question": "Colder?", "answer": "\n#### -3", "id": 7, "instance": 0},
]


def write(path: Path, rows: list[Any], ending: str = "\n", bom: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + ending for row in rows)
    path.write_bytes(text.encode("utf-8-sig" if bom else "utf-8"))


def folder_of(folder: Path, test: list[Any]) -> Path:
    write(folder / "train.jsonl", ROWS[:1])
    write(folder / "test.jsonl", test)
    return folder


@pytest.mark.parametrize(("ending", "bom"), [("\n", False), ("\r\n", False), ("\n\n", True)])
def test_authors_layout(tmp_path: Path, ending: str, bom: bool) -> None:
    write(tmp_path / "train.jsonl", ROWS[:1], ending, bom)
    write(tmp_path / "test.jsonl", ROWS, ending, bom)
    dataset = BENCHMARK.load(str(tmp_path))
    assert [item.id for item in dataset.items] == ["test/0", "test/1", "test/2"]
    assert [item.question for item in dataset.items] == [row["question"] for row in ROWS]
    assert [item.gold for item in dataset.items] == ["6", "1,600.50", "-3"]
    assert [item.rationale for item in dataset.items] == [
        "2*3=<<2*3=6>>6\nSo 6.",
        "It says\n#### 5\nbut no.",
        "",
    ]
    assert [item.metadata for item in dataset.items] == [{}, {}, {"id": 7, "instance": 0}]
    assert [item.id for item in dataset.exemplars[""]] == ["train/0"]


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pyarrow.Table.from_pylist(rows), path)


def test_the_hub_s_whole_folder_gives_the_main_config_once(tmp_path: Path) -> None:
    for config in ("main", "socratic"):
        write_parquet(tmp_path / config / "train-00000-of-00001.parquet", ROWS[:1])
        write_parquet(tmp_path / config / "test-00000-of-00002.parquet", ROWS[:1])
        write_parquet(tmp_path / config / "test-00001-of-00002.parquet", ROWS[1:2])
    dataset = BENCHMARK.load(str(tmp_path))
    assert [item.question for item in dataset.items] == [row["question"] for row in ROWS[:2]]
    assert [item.id for item in dataset.items] == ["test/0", "test/1"]
    assert len(dataset.exemplars[""]) == 1


def test_csv_with_a_header_line(tmp_path: Path) -> None:
    text = 'question,answer\r\n"How, many?","3 ""+"" 3\n#### 6"\r\n'
    for split in ("train", "test"):
        (tmp_path / f"{split}.csv").write_bytes(text.encode("utf-8-sig"))
    (item,) = BENCHMARK.load(str(tmp_path)).items
    assert (item.question, item.rationale, item.gold) == ("How, many?", '3 "+" 3', "6")


def test_one_format_is_read_where_there_are_two(tmp_path: Path) -> None:
    folder_of(tmp_path, ROWS[:2])
    write_parquet(tmp_path / "test.parquet", ROWS[:2])
    assert len(BENCHMARK.load(str(tmp_path)).items) == 2


def test_polaris_problems_are_the_default() -> None:
    dataset = BENCHMARK.load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) > 50
    for item in dataset.items:
        assert float(item.gold) == int(item.gold)
        assert item.rationale
        assert len(dataset.pool(item)) >= 5


@pytest.mark.shared
def test_real_rows(shared: Path) -> None:
    dataset = BENCHMARK.load(str(shared / "gsm8k"))
    lines = (shared / "gsm8k/test.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(dataset.items) == len(lines) == 1004
    assert len(dataset.exemplars[""]) == 1095
    for item, line in zip(dataset.items, lines, strict=True):
        row = json.loads(line)
        assert item.question == row["question"]
        assert f"{item.rationale}\n#### {item.gold}" == row["answer"]
        assert item.gold.replace(",", "").lstrip("-").isdecimal()


def good(**changes: Any) -> dict[str, Any]:
    return ROWS[0] | changes


BROKEN: list[tuple[str, str]] = [
    (json.dumps(good(answer="6")), "row 2 has an answer that does not end in a line '#### NUMBER'"),
    (json.dumps(good(answer="so #### 6")), "row 2 has an answer that does not end in"),
    (json.dumps(good(answer="so\n#### ")), "row 2 has an answer that does not end in"),
    (json.dumps(good(answer="so\n#### six")), "row 2 has an answer that does not end in"),
    (json.dumps(good(answer=6)), "row 2 has an answer that does not end in"),
    (json.dumps(good(answer=None)), "row 2 has nothing in column 'answer'"),
    (
        json.dumps({"question": "q", "gold": "6"}),
        "row 2 has no column 'answer'; it has question, gold",
    ),
    (json.dumps({"Question": "q", "answer": "\n#### 6"}), "row 2 has no column 'question'"),
    ("{'question': 1}", "line 2 is not JSON"),
    ('{"question": "q", "ans', "line 2 is not JSON"),
    ("[]", "line 2 is not a JSON object"),
]


@pytest.mark.parametrize(("line", "sentence"), BROKEN)
@pytest.mark.parametrize("split", ["train", "test"])
def test_a_broken_row_is_named_with_its_file(
    tmp_path: Path, split: str, line: str, sentence: str
) -> None:
    folder_of(tmp_path, ROWS)
    path = tmp_path / f"{split}.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + line + "\n")
    with pytest.raises(BadInput) as refusal:
        BENCHMARK.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


def test_a_broken_row_is_found_in_the_shard_it_is_in(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", ROWS)
    write(tmp_path / "test-0.jsonl", ROWS)
    write(tmp_path / "test-1.jsonl", [ROWS[0], good(answer="6")])
    with pytest.raises(BadInput) as refusal:
        BENCHMARK.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{tmp_path / 'test-1.jsonl'}: row 2 ")


@pytest.mark.parametrize("missing", ["train", "test"])
def test_a_missing_split_is_named_with_what_would_do(tmp_path: Path, missing: str) -> None:
    folder_of(tmp_path, ROWS)
    (tmp_path / f"{missing}.jsonl").rename(tmp_path / f"{missing}.xlsx")
    with pytest.raises(BadInput) as refusal:
        BENCHMARK.load(str(tmp_path))
    said = str(refusal.value)
    assert f"no GSM8K '{missing}' split in {tmp_path}" in said
    for way_out in (f"{missing}.jsonl", f"main/{missing}-*.parquet", "openai/gsm8k", "Polaris"):
        assert way_out in said
