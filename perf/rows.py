"""Real rows to measure with, in the hub's layout, which our loaders and lm-eval's both take.

The rows lie in ``shared/data`` beside the repository (or where ``ASTROLABE_ROWS`` says) in their
authors' layout, and are written anew into the cache; nothing of them is kept in the project.
"""

import csv
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from astrolabe.benchmarks import get
from astrolabe.core.digest import digest

REPOSITORY = Path(__file__).resolve().parent.parent
SUBJECTS = ("anatomy", "college_medicine", "philosophy", "world_religions")
"""Four subjects in which sharing the exemplars saves less than in most others."""


def source() -> Path:
    """Folder of the real rows.

    Raises:
        FileNotFoundError: when they are not at hand.
    """
    folder = Path(os.environ.get("ASTROLABE_ROWS", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "mmlu" / "test").is_dir() or not (folder / "gsm8k").is_dir():
        raise FileNotFoundError(
            f"no real rows in '{folder}'; set ASTROLABE_ROWS to a folder with mmlu/ and gsm8k/"
        )
    return folder


def cache() -> Path:
    """Folder for models and rows made here."""
    given = os.environ.get("ASTROLABE_PERF_CACHE")
    return Path(given) if given else Path.home() / ".cache" / "astrolabe" / "perf"


def mmlu_rows(subject: str, split: str) -> list[dict[str, Any]]:
    """Rows of one subject with the hub's columns."""
    with (source() / "mmlu" / split / f"{subject}_{split}.csv").open(newline="") as lines:
        return [
            {
                "question": question,
                "subject": subject,
                "choices": choices,
                "answer": "ABCD".index(letter),
            }
            for question, *choices, letter in csv.reader(lines)
        ]


def gsm8k_rows(split: str) -> list[dict[str, Any]]:
    """Rows with the hub's columns, which are the authors'."""
    with (source() / "gsm8k" / f"{split}.jsonl").open() as lines:
        return [json.loads(line) for line in lines]


def texts() -> Iterator[str]:
    """Texts to train a tokenizer on: those of the real rows, or Polaris' own without them."""
    try:
        source()
    except FileNotFoundError:
        yield from _generated_texts()
    else:
        yield from _real_texts()


def _real_texts() -> Iterator[str]:
    for path in sorted((source() / "mmlu" / "test").glob("*_test.csv")):
        for row in mmlu_rows(path.name.removesuffix("_test.csv"), "test"):
            yield row["question"] + "\nA. " + "\nB. ".join(row["choices"]) + "\nAnswer: A"
    for row in gsm8k_rows("train"):
        yield f"Question: {row['question']}\nAnswer: {row['answer']}"


def _generated_texts() -> Iterator[str]:
    for benchmark in ("mmlu", "gsm8k"):
        for item in get(benchmark).load(None).items:
            options = "".join(
                f"\n{letter}. {x}" for letter, x in zip("ABCD", item.choices, strict=False)
            )
            yield f"{item.question}{options}\nAnswer: {item.rationale or item.gold}"


def write(limit: int, subjects: Sequence[str] = SUBJECTS, rotation: int = 0) -> Path:
    """The first `limit` test rows of each subject, with all exemplars, in the hub's layout.

    Args:
        rotation: By how many places the options of test rows are rotated to the left.

    Returns:
        A folder with ``mmlu`` (one config per subject) and ``gsm8k`` (config ``main``).
    """
    folder = cache() / f"rows-{limit}-{digest([*subjects, rotation])[:8]}"
    if (folder / "gsm8k" / "README.md").exists():
        return folder
    mmlu = {
        subject: {
            "dev": mmlu_rows(subject, "dev"),
            "test": [rotated(row, rotation) for row in mmlu_rows(subject, "test")[:limit]],
        }
        for subject in subjects
    }
    gsm8k = {"main": {"train": gsm8k_rows("train"), "test": gsm8k_rows("test")[:limit]}}
    _write_hub_layout(folder / "mmlu", mmlu)
    _write_hub_layout(folder / "gsm8k", gsm8k)
    return folder


def rotated(row: dict[str, Any], by: int) -> dict[str, Any]:
    """An MMLU row with its options rotated to the left."""
    choices = row["choices"]
    return row | {
        "choices": choices[by:] + choices[:by],
        "answer": (row["answer"] - by) % len(choices),
    }


def _write_hub_layout(folder: Path, configs: dict[str, dict[str, list[dict[str, Any]]]]) -> None:
    import pyarrow as arrow
    import pyarrow.parquet as parquet

    card = ["---", "configs:"]
    for config, splits in configs.items():
        (folder / config).mkdir(parents=True, exist_ok=True)
        card += [f"- config_name: {config}", "  data_files:"]
        for split, rows in splits.items():
            parquet.write_table(arrow.Table.from_pylist(rows), folder / config / f"{split}.parquet")
            card += [f"  - split: {split}", f"    path: {config}/{split}.parquet"]
    (folder / "README.md").write_text("\n".join([*card, "---", ""]))
