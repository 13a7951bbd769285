"""Exemplars from a file, and those that protocols fix, read from lm-evaluation-harness' layout."""

import json
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks import get
from astrolabe.benchmarks.exemplars import from_file, published
from astrolabe.core.errors import BadInput
from astrolabe.core.run import RunPlan
from astrolabe.runs.questions import questions

COT = """\
fewshot_config:
  sampler: first_n
  samples:
  - question: How many ducks?
    target: There are 2. Then 3 come. 2 + 3 = 5. The answer is 5.
  - question: How many geese?
    target: 'The answer is no good. 7 - 6 = 1. The answer is -1.'
task: gsm8k_cot
"""

MINERVA = """\
import nothing_that_is_installed


def list_fewshot_samples() -> list[dict]:
    return [
        {
            "problem": "What is $1+1$?",
            "solution": "It is $\\\\boxed{2}$.\\n"
            "Final Answer: The final answer is $2$. I hope it is correct.",
            "few_shot": "1",
        },
    ]
"""

PRIMER = r"""
doc_to_text: "\
  {% set prompt_qa = '\
  Q: Is it one?\n\
  A: It is one.\n\n\
  Q: Is it two?\n\
  A: It is two.\n\n\
  Q: Is it three?\n\
  A: It is three.\n\n\
  Q: Is it four?\n\
  A: It is four.\n\n\
  Q: Is it five?\n\
  A: It is five.\n\n\
  Q: Is it six?\n\
  A: It is six.\
  '%}\
  {{prompt_qa + '\n\nQ: ' + question + '\nA:'}}"
"""

FILES = {
    "gsm8k/gsm8k-cot.yaml": COT,
    "minerva_math/utils.py": MINERVA,
    "truthfulqa/truthfulqa_mc1.yaml": PRIMER,
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "tasks" / name
        path.parent.mkdir(parents=True)
        path.write_text(text)
    return tmp_path


def test_a_chain_of_thought_is_parted_from_its_answer(package: Path) -> None:
    first, second = published("gsm8k_cot", package)[""]
    assert (first.question, first.rationale, first.gold) == (
        "How many ducks?",
        "There are 2. Then 3 come. 2 + 3 = 5.",
        "5",
    )
    assert (second.rationale, second.gold) == ("The answer is no good. 7 - 6 = 1.", "-1")


def test_a_solution_is_read_without_running_the_module_it_stands_in(package: Path) -> None:
    (item,) = published("minerva_math", package)[""]
    assert (item.question, item.rationale, item.gold) == (
        "What is $1+1$?",
        "It is $\\boxed{2}$.",
        "2",
    )


def test_the_six_pairs_of_the_primer_are_read(package: Path) -> None:
    pairs = published("truthfulqa", package)[""]
    assert [(pair.question, pair.gold) for pair in pairs] == [
        (f"Is it {n}?", f"It is {n}.") for n in ("one", "two", "three", "four", "five", "six")
    ]


@pytest.mark.parametrize("name", ["gsm8k_cot", "minerva_math", "truthfulqa"])
@pytest.mark.parametrize("content", [None, "", "x = 1\n", "a: [", "Q: one?\\n\\\n A: one.\\"])
def test_another_version_is_refused_with_the_way_out(
    package: Path, name: str, content: str | None
) -> None:
    for file in FILES:
        path = package / "tasks" / file
        path.unlink() if content is None else path.write_text(content)
    with pytest.raises(BadInput, match=r"0\.4\.13.*--exemplars") as refusal:
        published(name, package)
    assert str(package) in str(refusal.value)


def test_without_the_package_it_is_said_how_to_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("astrolabe.benchmarks.exemplars.find_spec", lambda name: None)
    with pytest.raises(BadInput, match=r"pip install lm-eval==0\.4\.13.*--exemplars.*--shots 0"):
        published("gsm8k_cot")


def test_a_file_has_pools_by_subject(tmp_path: Path) -> None:
    rows = [
        {"question": "q1", "answer": "B", "choices": ["x", "y"], "subject": "law"},
        {"question": "q2", "answer": 3, "rationale": "because"},
    ]
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    pools = from_file(str(path))
    assert set(pools) == {"law", ""}
    assert (pools["law"][0].choices, pools["law"][0].gold) == (("x", "y"), "B")
    assert (pools[""][0].gold, pools[""][0].rationale) == ("3", "because")


def test_gsm8ks_own_rows_are_parted_into_solution_and_answer(tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    path.write_text(json.dumps({"question": "q", "answer": "1+1=<<1+1=2>>2\nSo two.\n#### 2"}))
    (item,) = from_file(str(path))[""]
    assert (item.rationale, item.gold) == ("1+1=<<1+1=2>>2\nSo two.", "2")


@pytest.mark.parametrize(
    ("benchmark", "row", "sentence"),
    [
        ("mmlu", {"answer": "B"}, "has the answer 'B' to 0 choices, but 'mmlu' shows options"),
        ("mmlu", {"answer": "x", "choices": ["x", "y"]}, "has the answer 'x' to 2 choices"),
        ("gsm8k", {"answer": "B", "choices": ["x", "y"]}, "items of 'gsm8k' are open questions"),
    ],
)
def test_exemplars_that_are_not_like_the_items_are_refused(
    tmp_path: Path, benchmark: str, row: dict[str, Any], sentence: str
) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps({"question": "q"} | row))
    condition = get(benchmark).recipe("official").condition(shots=1, reasoning="none")
    with pytest.raises(BadInput) as refusal:
        questions(RunPlan("", "polaris", benchmark, condition, exemplars=str(path)))
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (None, "does not exist; give a csv, json, jsonl or parquet file"),
        ("", "no rows"),
        ('{"question": "q"}\n', "row 1 has no column 'answer'"),
        ('{"question": "q", "answer": null}\n', "row 1 has nothing in column 'answer'"),
    ],
)
def test_a_bad_file_is_refused(tmp_path: Path, text: str | None, sentence: str) -> None:
    path = tmp_path / "mine.jsonl"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BadInput, match=sentence):
        from_file(str(path))
