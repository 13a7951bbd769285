"""The shipped questions and problems: right, balanced, frozen, and never in the corpus."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import Any

import pytest

from astrolabe.polaris import DATA, exam, problems
from astrolabe.polaris.world import KINDS, World

WORLD = World()


def rows(path: str) -> list[dict[str, Any]]:
    with (DATA / path).open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def digest(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def test_shipped_rows_are_what_the_generators_draw() -> None:
    drawn = json.loads(json.dumps([exam.benchmark(WORLD), problems.benchmark()]))
    shipped = [
        {split: rows(f"mmlu/{split}.jsonl") for split in ("dev", "test")},
        {split: rows(f"gsm8k/{split}.jsonl") for split in ("train", "test")},
    ]
    assert drawn == shipped
    assert digest(drawn) == "f78afc57025d1e14"


@pytest.mark.parametrize("split", ["dev", "test"])
def test_exam_rows_are_well_formed_and_balanced(split: str) -> None:
    by_subject: dict[str, Counter[int]] = {}
    for row in rows(f"mmlu/{split}.jsonl"):
        assert sorted(row) == ["answer", "choices", "question", "subject"]
        assert len(set(row["choices"])) == 4
        by_subject.setdefault(row["subject"], Counter())[row["answer"]] += 1
    assert sorted(by_subject) == sorted(exam.SUBJECTS)
    for counts in by_subject.values():
        assert max(counts.values()) - min(counts.values()) <= 1
        assert counts.total() == (5 if split == "dev" else 56)


def test_exam_answers_are_true() -> None:
    country_of = {city.name: city.country for city in WORLD.cities}
    latitude = {city.name: city.lat for city in WORLD.cities}
    for row in rows("mmlu/test.jsonl"):
        right, words = row["choices"][row["answer"]], row["question"].rstrip("?").split()
        match row["subject"]:
            case "countries":
                assert country_of[" ".join(words[4:])] == right
            case "capitals":
                assert WORLD.capital_of[" ".join(words[5:])].name == right
            case "categories":
                assert right in KINDS[words[-1]]
                assert sum(choice in KINDS[words[-1]] for choice in row["choices"]) == 1
            case "code_words":
                assert [c for c in row["choices"] if c in KINDS["animal"]] == [right]
            case "directions" if words[0] == "Which":
                best = max if words[-1] == "north" else min
                assert right == best(row["choices"], key=latitude.__getitem__)


@pytest.mark.parametrize(("split", "count"), [("train", 125), ("test", 250)])
def test_problems_calculate_rightly(split: str, count: int) -> None:
    shipped = rows(f"gsm8k/{split}.jsonl")
    assert len(shipped) == len({row["question"] for row in shipped}) == count
    assert len(set(Counter(row["steps"] for row in shipped).values())) == 1
    for row in shipped:
        *lines, last = row["answer"].split("\n")
        assert len(lines) == row["steps"]
        for line in lines:
            found = re.search(r"(\d+)([-+*])(\d+)=<<(\d+)([-+*])(\d+)=(\d+)>>(\d+) ", line)
            assert found, line
            a, op, b, *again, inside, outside = found.groups()
            assert (a, op, b) == tuple(again)
            value = {"+": int(a) + int(b), "-": int(a) - int(b), "*": int(a) * int(b)}[op]
            assert value == int(inside) == int(outside)
            assert 0 < value < 100
        assert last == f"#### {value}"


def test_numbers_of_a_step_come_from_the_question_or_an_earlier_step() -> None:
    for row in rows("gsm8k/test.jsonl"):
        known = set(re.findall(r"\d+", row["question"]))
        for a, b, result in re.findall(r"<<(\d+)[-+*](\d+)=(\d+)>>", row["answer"]):
            assert {a, b} <= known
            known.add(result)
