"""Real rows of each benchmark with the hub's configs, splits and columns."""

import csv
import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Splits = dict[str, list[Row]]


@dataclass(frozen=True)
class Source:
    """A benchmark's rows.

    Attributes:
        read: From the folder of all benchmarks' rows and a config to the config's splits.
        split: The split that is asked; others serve as exemplars.
        configs: The hub's configs that are measured, in the order in which files are read.
    """

    read: Callable[[Path, str], Splits]
    split: str
    configs: tuple[str, ...]


def _mmlu(folder: Path, subject: str) -> Splits:
    return {
        split: [
            {
                "question": question,
                "subject": subject,
                "choices": choices,
                "answer": "ABCD".index(letter),
            }
            for question, *choices, letter in _lists(
                folder / "mmlu" / split / f"{subject}_{split}.csv"
            )
        ]
        for split in ("dev", "test")
    }


def _cmmlu(folder: Path, subject: str) -> Splits:
    columns = ("Question", "A", "B", "C", "D", "Answer")
    return {
        split: [
            {column: row[column] for column in columns}
            for row in _table(folder / "cmmlu" / split / f"{subject}.csv")
        ]
        for split in ("dev", "test")
    }


def _ceval(folder: Path, subject: str) -> Splits:
    return {
        split: [
            row | {"id": int(row["id"]), "explanation": row.get("explanation", "")}
            for row in _table(folder / "ceval" / split / f"{subject}_{split}.csv")
        ]
        for split in ("dev", "val")
    }


def _gsm8k(folder: Path, _config: str) -> Splits:
    return {
        split: list(_json_lines((folder / "gsm8k" / f"{split}.jsonl").open()))
        for split in ("train", "test")
    }


def _math(folder: Path, config: str) -> Splits:
    """The hub's configs are the types. Its training split is not at hand: a test row stands in for
    it, which nobody shows."""
    rows = _json_lines((folder / "math" / "math" / "test.jsonl").open())
    columns = ("problem", "level", "type", "solution")
    test = [{column: row[column] for column in columns} for row in rows if _type(row) == config]
    return {"train": test[:1], "test": test}


def _type(row: Row) -> str:
    return str(row["type"]).lower().replace("&", "and").replace(" ", "_")


def _truthfulqa(folder: Path, config: str) -> Splits:
    table = {row["Question"]: row for row in _table(folder / "truthfulqa" / "TruthfulQA.csv")}
    tasks = json.loads((folder / "truthfulqa" / "mc_task.json").read_text())
    tasks = [task for task in tasks if task["question"] in table]
    if config == "multiple_choice":
        targets = ("mc1_targets", "mc2_targets")
        rows = [
            {"question": task["question"]} | {name: _targets(task[name]) for name in targets}
            for task in tasks
        ]
        return {"validation": rows}
    return {"validation": [_answers(table[task["question"]]) for task in tasks]}


def _targets(answers: dict[str, int]) -> Row:
    return {"choices": list(answers), "labels": list(answers.values())}


def _answers(row: Row) -> Row:
    return {
        "type": row["Type"],
        "category": row["Category"],
        "question": row["Question"],
        "best_answer": row["Best Answer"],
        "correct_answers": row["Correct Answers"].split("; "),
        "incorrect_answers": row["Incorrect Answers"].split("; "),
        "source": row["Source"],
    }


def _humaneval(folder: Path, _config: str) -> Splits:
    return {"test": list(_json_lines(gzip.open(folder / "humaneval" / "HumanEval.jsonl.gz", "rt")))}


def _lists(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.reader(lines)


def _table(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _json_lines(lines: Any) -> Iterator[Row]:
    with lines:
        yield from map(json.loads, lines)


def texts(folder: Path) -> Iterator[str]:
    """The texts of real rows, English and Chinese, as a model would be shown them."""
    for name, read in (("mmlu", _mmlu), ("cmmlu", _cmmlu)):
        for path in sorted((folder / name / "test").glob("*.csv")):
            yield from map(_shown, read(folder, path.stem.removesuffix("_test"))["test"])
    for row in _gsm8k(folder, "main")["train"]:
        yield f"Question: {row['question']}\nAnswer: {row['answer']}"


def _shown(row: Row) -> str:
    if "choices" in row:
        return f"{row['question']}\nA. " + "\nB. ".join(row["choices"]) + "\nAnswer: A"
    options = "".join(f"\n{letter}. {row[letter]}" for letter in "ABCD")
    return f"{row['Question']}{options}\n答案：{row['Answer']}"


SOURCES: dict[str, Source] = {
    # Four subjects in which sharing the exemplars saves less than in most others.
    "mmlu": Source(_mmlu, "test", ("anatomy", "college_medicine", "philosophy", "world_religions")),
    "cmmlu": Source(
        _cmmlu, "test", ("agronomy", "ancient_chinese", "college_education", "nutrition")
    ),
    "ceval": Source(
        _ceval, "val", ("accountant", "computer_network", "law", "middle_school_mathematics")
    ),
    "gsm8k": Source(_gsm8k, "test", ("main",)),
    "math": Source(
        _math,
        "test",
        (
            "algebra",
            "counting_and_probability",
            "geometry",
            "intermediate_algebra",
            "number_theory",
            "prealgebra",
            "precalculus",
        ),
    ),
    "truthfulqa": Source(_truthfulqa, "validation", ("generation", "multiple_choice")),
    "humaneval": Source(_humaneval, "test", ("openai_humaneval",)),
}
