"""HumanEval and HumanEval+ in every layout; prompts to the byte; tests that judge programs."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.humaneval import BENCHMARKS
from astrolabe.core.benchmark import Benchmark
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from tests.benchmarks.rows import prompted, write

HUMANEVAL, PLUS = BENCHMARKS

PROMPT = 'def half(n):\n    """Half of {n}.\n\n    >>> half(4)\n    2\n    """\n'
ROW = {
    "task_id": "HumanEval/7",
    "prompt": PROMPT,
    "canonical_solution": "    return n // 2\n",
    "test": "def check(candidate):\n    assert candidate(4) == 2\n",
    "entry_point": "half",
}
RELEASE = {key: value for key, value in ROW.items() if key != "test"} | {
    "contract": "",
    "base_input": [[4]],
    "plus_input": [[7], [0]],
    "atol": 0,
}

LAYOUTS = [
    (HUMANEVAL, "HumanEval.jsonl.gz"),
    (HUMANEVAL, "HumanEval.jsonl"),
    (HUMANEVAL, "openai_humaneval/test-00000-of-00001.parquet"),
    (HUMANEVAL, "test.jsonl"),
    (PLUS, "data/test-00000-of-00001-5973903632b82d40.parquet"),
    (PLUS, "test.jsonl"),
]


@pytest.mark.parametrize(("benchmark", "file"), LAYOUTS)
def test_every_layout_gives_the_same_item(tmp_path: Path, benchmark: Any, file: str) -> None:
    write(tmp_path / file, [ROW])
    write(tmp_path / "example_problem.jsonl", [ROW | {"task_id": "test/0"}])
    dataset = benchmark.load(str(tmp_path))
    assert dataset.items == (
        Item(
            "HumanEval/7",
            "programs",
            PROMPT,
            "    return n // 2\n",
            metadata={"test": ROW["test"], "entry_point": "half"},
        ),
    )
    assert dataset.exemplars == {}


@pytest.mark.parametrize("file", ["HumanEvalPlus-v0.1.10.jsonl.gz", "HumanEvalPlus.jsonl"])
def test_evalplus_inputs_become_tests(tmp_path: Path, file: str) -> None:
    write(tmp_path / file, [RELEASE])
    write(tmp_path / "HumanEvalPlus-Mini-v0.1.10.jsonl.gz", [RELEASE] * 2)
    (item,) = PLUS.load(str(tmp_path)).items
    assert (item.id, item.question, item.metadata["entry_point"]) == ("HumanEval/7", PROMPT, "half")
    tests: dict[str, Any] = {}
    exec(item.metadata["test"], tests)
    tests["check"](lambda n: n // 2)
    with pytest.raises(AssertionError):
        # Right on the base input, wrong on one of those that EvalPlus added.
        tests["check"](lambda n: n / 2)


def test_the_release_to_be_read_has_to_be_the_only_one(tmp_path: Path) -> None:
    for version in ("v0.1.9", "v0.1.10"):
        write(tmp_path / f"HumanEvalPlus-{version}.jsonl", [RELEASE])
    with pytest.raises(BadInput, match=r"several releases \(.*v0\.1\.10\.jsonl, .*v0\.1\.9\.jsonl"):
        PLUS.load(str(tmp_path))


def without(row: dict[str, Any], column: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != column}


BROKEN = [
    (HUMANEVAL, without(ROW, "prompt"), "row 2 has no column 'prompt'"),
    (HUMANEVAL, without(ROW, "entry_point"), "row 2 has no column 'entry_point'"),
    (HUMANEVAL, without(ROW, "test"), "row 2 has no column 'test' that defines check(candidate)"),
    (HUMANEVAL, ROW | {"test": "assert half(4) == 2"}, "row 2 has no column 'test' that defines"),
    (HUMANEVAL, ROW | {"task_id": "HumanEval/0"}, "row 2 has the id 'HumanEval/0', which "),
    (PLUS, without(RELEASE, "atol"), "row 2 has nothing in column 'atol', which its tests need"),
    (PLUS, without(RELEASE, "plus_input"), "row 2 has no column 'test'"),
]


@pytest.mark.parametrize(("benchmark", "row", "sentence"), BROKEN)
def test_a_broken_row_is_named(tmp_path: Path, benchmark: Any, row: Any, sentence: str) -> None:
    path = write(tmp_path / "test.jsonl", [ROW | {"task_id": "HumanEval/0"}, row])
    with pytest.raises(BadInput) as refusal:
        benchmark.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


def test_a_cut_archive_is_named(tmp_path: Path) -> None:
    path = tmp_path / "HumanEval.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(ROW).encode())[:-12])
    with pytest.raises(BadInput, match=r"HumanEval\.jsonl\.gz: cannot be read"):
        HUMANEVAL.load(str(tmp_path))


ITEM = Item("HumanEval/7", "programs", PROMPT, "    return n // 2\n")

TEXTS = {
    # No byte is added or taken away: the prompt ends in a newline, and the body is indented.
    ("humaneval", "official"): PROMPT,
    ("humaneval", "lm-eval"): PROMPT,
    # lm-evaluation-harness humaneval_instruct: doc_to_text, then gen_prefix.
    ("humaneval", "lm-eval-instruct"): "Write a solution to the following problem and make sure "
    f"that it passes the tests:\n```python\n{PROMPT}\n```\nHere is the completed function:\n"
    f"```python\n{PROMPT}\n",
    ("humaneval-plus", "lm-eval"): PROMPT,
    ("humaneval-plus", "official"): PROMPT,
}


@pytest.mark.parametrize("what", TEXTS, ids="/".join)
def test_text_is_the_protocol_s_to_the_byte(what: tuple[str, str]) -> None:
    name, recipe = what
    benchmark = next(benchmark for benchmark in BENCHMARKS if benchmark.name == name)
    assert prompted(benchmark, recipe, ITEM).text == TEXTS[what]


def test_evalplus_strips_its_prompts_and_ends_them_in_a_newline() -> None:
    item = Item("HumanEval/8", "programs", f"\n\n{PROMPT}\n    ", "")
    assert prompted(PLUS, "official", item).text == PROMPT
    assert prompted(HUMANEVAL, "official", item).text == f"\n\n{PROMPT}\n    "


SAID = {
    "simple-evals": "Read the following function signature and docstring, and fully implement the "
    "function described. Your response should only contain the code for this function.\n" + PROMPT,
    "opencompass": "Complete the following python code:\n" + PROMPT,
}


@pytest.mark.parametrize("recipe", SAID)
def test_chat_protocols_say_one_thing(recipe: str) -> None:
    prompt = prompted(HUMANEVAL, recipe, ITEM)
    assert prompt.messages == (Message("user", SAID[recipe]),)
    assert (prompt.text, prompt.prefix, prompt.stops) == (None, "", ())


PAPER = ("\nclass", "\ndef", "\n#", "\nif", "\nprint")
STOPS = [
    (HUMANEVAL, "official", PAPER),
    (HUMANEVAL, "lm-eval", PAPER),
    (HUMANEVAL, "lm-eval-instruct", PAPER),
    (PLUS, "lm-eval", PAPER),
    (
        PLUS,
        "official",
        (
            *("\nif __name__", "\ndef main(", "\nprint("),
            *("\ndef ", "\nclass ", "\nimport ", "\nfrom ", "\nassert "),
        ),
    ),
]


@pytest.mark.parametrize(("benchmark", "recipe", "stops"), STOPS)
def test_where_a_function_ends(benchmark: Any, recipe: str, stops: tuple[str, ...]) -> None:
    assert prompted(benchmark, recipe, ITEM).stops == stops


WRITTEN = {"scoring": "generated"}
CHAT = {**WRITTEN, "template": "turns"}
DEFAULTS: list[tuple[Any, str, dict[str, Any]]] = [
    (HUMANEVAL, "official", {**WRITTEN, "max_tokens": 512}),
    (HUMANEVAL, "lm-eval", {**WRITTEN, "max_tokens": 1024}),
    (HUMANEVAL, "lm-eval-instruct", {**WRITTEN, "max_tokens": 1024}),
    (
        HUMANEVAL,
        "simple-evals",
        {**CHAT, "samples": 5, "decoding": {"temperature": 0.5}, "max_tokens": 2048},
    ),
    (HUMANEVAL, "opencompass", {**CHAT, "max_tokens": 512}),
    (PLUS, "official", {**WRITTEN, "max_tokens": 768}),
]


@pytest.mark.parametrize(("benchmark", "recipe", "expected"), DEFAULTS)
def test_a_protocol_s_own_condition(benchmark: Any, recipe: str, expected: dict[str, Any]) -> None:
    assert benchmark.recipe(recipe).condition() == Condition(**(expected | {"recipe": recipe}))


def test_pass_at_k_is_asked_for_with_samples_and_a_temperature() -> None:
    """The paper's condition for k up to 100."""
    sampled = {"temperature": 0.8, "top_p": 0.95}
    condition = HUMANEVAL.recipe("official").condition(samples=200, decoding=sampled)
    assert (condition.samples, condition.decoding.temperature) == (200, 0.8)
    assert condition.decoding.top_p == 0.95


@pytest.mark.parametrize("benchmark", [HUMANEVAL, PLUS], ids=["plain", "plus"])
def test_polaris_has_programs_of_its_own(benchmark: Benchmark) -> None:
    dataset = benchmark.load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) == 40
    assert all(item.question.endswith('"""\n') for item in dataset.items)


@pytest.mark.shared
def test_real_problems(shared: Path) -> None:
    with gzip.open(shared / "humaneval/HumanEval.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    items = HUMANEVAL.load(str(shared / "humaneval")).items
    assert len(items) == len(rows) == 128
    for item, row in zip(items, rows, strict=True):
        assert (item.id, item.question, item.gold) == (
            *(row["task_id"], row["prompt"], row["canonical_solution"]),
        )
        assert item.metadata == {"test": row["test"], "entry_point": row["entry_point"]}
        assert prompted(HUMANEVAL, "official", item).text == row["prompt"]
