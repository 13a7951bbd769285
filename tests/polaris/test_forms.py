"""All forms: frozen, in the benchmarks' own columns, without repeats, held out where they say."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from astrolabe.polaris import DATA
from astrolabe.polaris.forms import FORMS
from astrolabe.polaris.forms.draws import SEED
from astrolabe.polaris.forms.tables import held_states
from astrolabe.polaris.truth import write_rows
from astrolabe.polaris.world import World
from tests.polaris.claims import CAPITAL, COUNTRY, KIND, STATE_CAPITAL
from tests.polaris.rows import rows

WORLD = World()

OPTIONS = ("A", "B", "C", "D")
COLUMNS: dict[str, tuple[int, tuple[str, ...]]] = {
    "cmmlu/dev": (30, ("subject", "Question", *OPTIONS, "Answer")),
    "cmmlu/test": (180, ("subject", "Question", *OPTIONS, "Answer")),
    "ceval/dev": (30, ("subject", "id", "question", *OPTIONS, "answer", "explanation")),
    "ceval/val": (120, ("subject", "id", "question", *OPTIONS, "answer", "explanation")),
    "ceval/test": (120, ("subject", "id", "question", *OPTIONS, "answer", "explanation")),
    "gsm_symbolic/test": (
        80,
        (
            *("id", "instance", "question", "answer"),
            *("original_id", "original_question", "original_answer"),
        ),
    ),
    **dict.fromkeys(
        ("gsm_symbolic_p1/test", "gsm_symbolic_p2/test"),
        (
            16,
            (
                *("id", "instance", "question", "answer"),
                *("original_id", "original_question", "original_answer"),
            ),
        ),
    ),
    "humaneval/test": (
        40,
        ("task_id", "prompt", "canonical_solution", "test", "entry_point"),
    ),
    "humaneval-plus/test": (
        40,
        ("task_id", "prompt", "canonical_solution", "test", "entry_point"),
    ),
    "gpqa/train": (
        80,
        (
            *("Record ID", "Question", "Correct Answer"),
            *(f"Incorrect Answer {i}" for i in (1, 2, 3)),
            *("Explanation", "Subdomain", "High-level domain"),
        ),
    ),
    "math/train": (60, ("problem", "level", "type", "solution")),
    "math/test": (150, ("problem", "level", "type", "solution")),
    "truthfulqa/generation": (
        80,
        (
            *("type", "category", "question", "best_answer"),
            *("correct_answers", "incorrect_answers", "source"),
        ),
    ),
    "truthfulqa/multiple_choice": (80, ("question", "mc1_targets", "mc2_targets")),
    "truthfulqa/primer": (6, ("question", "answer")),
    "factor/news": (
        48,
        (
            *("full_prefix", "doc_id", "completion"),
            *(f"contradiction_{i}" for i in range(3)),
            *("longest_completions", "turncated_prefixes"),
        ),
    ),
    "factor/expert": (
        48,
        (
            *("full_prefix", "doc_id", "completion"),
            *(f"contradiction_{i}" for i in range(3)),
            *("longest_completions", "turncated_prefixes"),
        ),
    ),
    "factor/wiki": (
        48,
        (
            *("full_prefix", "doc_id", "completion"),
            *(f"contradiction_{i}" for i in range(3)),
            *("longest_completions", "turncated_prefixes"),
        ),
    ),
    "math-500/test": (
        50,
        ("problem", "solution", "answer", "subject", "level", "unique_id"),
    ),
    "strategyqa/train": (
        60,
        (
            *("qid", "term", "description", "question", "answer"),
            *("facts", "decomposition", "evidence"),
        ),
    ),
    "strategyqa/test": (
        150,
        (
            *("qid", "term", "description", "question", "answer"),
            *("facts", "decomposition", "evidence"),
        ),
    ),
    "sentiment/train": (120, ("word", "label")),
    "sentiment/test": (90, ("word", "label")),
    "lore/test": (280, ("question", "subject", "choices", "answer", "copies")),
    "label_games/train": (768, ("episode", "word", "labels", "label")),
    "label_games/test": (240, ("episode", "word", "labels", "label")),
    "translation/train": (209, ("language", "word", "translation")),
    "translation/test": (160, ("language", "word", "translation")),
}
"""Rows and columns of every file, from the benchmarks' protocols."""
LATER = {
    "gsm_symbolic_p1/test": "175afb1c8642a927",
    "gsm_symbolic_p2/test": "6f7b4e70cf2ea377",
    "factor/wiki": "bf662d984a1c63ae",
    "humaneval-plus/test": "3e4578c01683fe78",
    "math-500/test": "90990474664a93af",
    "lore/test": "54092cb9263bb0d7",
}
"""Files that came after the others, with the beginnings of their digests."""
WORDS = {
    "sentiment/train": "7bfd96ac60b76fdb",
    "sentiment/test": "034bdd1b266a0ef4",
    "label_games/train": "a6de24e7ce05fad3",
    "label_games/test": "917bd1a179de37cc",
    "translation/train": "ce270fb65b9bd583",
    "translation/test": "4929b6d8bdcf8fc1",
}
"""Files about single words, likewise."""


def test_shipped_rows_are_what_the_generators_draw(tmp_path: Path) -> None:
    write_rows(tmp_path, WORLD)
    drawn = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.jsonl")}
    shipped = {path.relative_to(DATA): path.read_bytes() for path in DATA.rglob("*.jsonl")}
    assert drawn == shipped
    old = {f"{name}.jsonl" for name in ("mmlu/dev", "mmlu/test", "gsm8k/train", "gsm8k/test")}
    assert {str(path) for path in shipped} - old == {f"{name}.jsonl" for name in COLUMNS}


def test_rows_are_frozen() -> None:
    digest = hashlib.sha256()
    for name in sorted(COLUMNS.keys() - LATER.keys() - WORDS.keys()):
        digest.update((DATA / f"{name}.jsonl").read_bytes())
    assert digest.hexdigest()[:16] == "a7f4b78c34374bfb"
    later = {name: (DATA / f"{name}.jsonl").read_bytes() for name in LATER | WORDS}
    found = {name: hashlib.sha256(text).hexdigest()[:16] for name, text in later.items()}
    assert found == LATER | WORDS


@pytest.mark.parametrize("name", COLUMNS)
def test_files_have_the_columns_and_rows_they_should(name: str) -> None:
    count, columns = COLUMNS[name]
    shipped = rows(name)
    assert len(shipped) == count
    for row in shipped:
        assert tuple(row) == columns
        assert None not in row.values()


def text(name: str, row: dict[str, Any]) -> str:
    """What is asked, with the options in no order: two rows of one text are the same question."""
    asked = ("question", "Question", "problem", "prompt", "full_prefix", "word")
    (question,) = [row[key] for key in asked if key in row]
    question += "".join(f"|{row[key]}" for key in ("episode", "language") if key in row)
    options = sorted(row[letter] for letter in OPTIONS if letter in row)
    answers = [row[key] for key in ("Correct Answer", "completion") if key in row]
    return "|".join([question, *options, *answers])


@pytest.mark.parametrize("benchmark", FORMS)
def test_nothing_is_asked_twice(benchmark: str) -> None:
    files = [name for name in COLUMNS if name.split("/")[0] == benchmark]
    asked = [
        text(name, row) for name in files if not name.endswith("_choice") for row in rows(name)
    ]
    assert len(asked) == len(set(asked))


@pytest.mark.parametrize("benchmark", FORMS)
def test_another_seed_draws_other_rows(benchmark: str) -> None:
    draw: Any = FORMS[benchmark]
    assert draw(WORLD, SEED) == draw(WORLD)
    assert draw(WORLD, SEED + 1) != draw(WORLD)


def test_all_is_small() -> None:
    sizes = {name: (DATA / f"{name}.jsonl").stat().st_size for name in COLUMNS}
    assert sizes.pop("lore/test") < 50_000
    later = sum(sizes.get(name, 0) for name in LATER)
    words = sum(sizes[name] for name in WORDS)
    assert later < 120_000
    assert words < 130_000
    assert sum(sizes.values()) - later - words < 600_000


@pytest.mark.parametrize(("split", "held"), [("train", False), ("test", True)])
def test_strategies_are_about_their_part_of_the_world(split: str, held: bool) -> None:
    capitals = set(CAPITAL.values())
    for row in rows(f"strategyqa/{split}"):
        term, question = row["term"], row["question"]
        if term in STATE_CAPITAL and "state" in question:
            assert (term in held_states(WORLD)) == held
        elif " has " not in question and term in KIND:
            assert (term in WORLD.held_words) == held
        elif "cities of the same country" in question:
            assert (term in WORLD.held_cities) == held
        elif term in capitals:
            assert (COUNTRY[term] in WORLD.held_countries) == held


def test_hard_questions_are_about_held_out_matter() -> None:
    for row in rows("gpqa/train"):
        if row["Subdomain"] in ("Latitudes", "Distances"):
            assert row["Correct Answer"] in WORLD.held_countries
        if row["Subdomain"] == "Continents":
            assert row["Correct Answer"] in WORLD.held_cities


def header(path: Path) -> set[str]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return set(next(csv.reader(file)))
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return set(json.loads(lines.readline()))
    if path.suffix == ".json":
        return set(json.loads(path.read_text(encoding="utf-8"))[0])
    return set(json.loads(path.read_text(encoding="utf-8").splitlines()[0]))


REAL = {
    "cmmlu/test": ("cmmlu/test/high_school_geography.csv", {"subject"}, {""}),
    "ceval/dev": ("ceval/dev/high_school_geography_dev.csv", {"subject"}, set()),
    "gsm_symbolic/test": ("gsm_symbolic/GSM_p2.jsonl", set(), {"canary"}),
    "gsm_symbolic_p2/test": ("gsm_symbolic/GSM_p2.jsonl", set(), {"canary"}),
    "humaneval/test": ("humaneval/HumanEval.jsonl.gz", set(), set()),
    "math/test": ("math/math/test.jsonl", set(), {"idx"}),
    "math-500/test": ("math/math_oai/test.jsonl", set(), set()),
    "factor/news": ("factor/news_factor.csv", set(), {""}),
    "factor/wiki": ("factor/news_factor.csv", set(), {""}),
    "strategyqa/test": ("strategyqa/dev.json", set(), set()),
}
"""A real file, the columns only ours has (one file holds all subjects), those only it has."""


@pytest.mark.shared
@pytest.mark.parametrize("name", REAL)
def test_columns_are_those_of_the_real_rows(name: str, shared: Path) -> None:
    file, ours, theirs = REAL[name]
    columns = set(rows(name)[0])
    assert columns - header(shared / file) == ours
    assert header(shared / file) - columns == theirs
