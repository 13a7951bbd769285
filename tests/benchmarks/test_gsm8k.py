"""GSM8K from the authors' layout, the hub's, and Polaris; every broken file is named."""

import json
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.gsm8k import BENCHMARKS
from astrolabe.core.benchmark import Benchmark
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.summary import summarise
from tests.benchmarks.rows import prompted, write

BENCHMARK, SYMBOLIC, P1, P2 = BENCHMARKS

ROWS = [
    {"question": "How many?\nAll “鸭子”.", "answer": "2*3=<<2*3=6>>6\nSo 6.\n#### 6"},
    {"question": "And now?", "answer": "It says\n#### 5\nbut no.\n#### 1,600.50"},
    {"question": "Colder?", "answer": "\n#### -3", "id": 7, "instance": 0},
]


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


def test_the_hub_s_whole_folder_gives_the_main_config_once(tmp_path: Path) -> None:
    for config in ("main", "socratic"):
        write(tmp_path / config / "train-00000-of-00001.parquet", ROWS[:1])
        write(tmp_path / config / "test-00000-of-00002.parquet", ROWS[:1])
        write(tmp_path / config / "test-00001-of-00002.parquet", ROWS[1:2])
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
    write(tmp_path / "test.parquet", ROWS[:2])
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


def without(missing: str, place: str) -> str:
    """What is said of a missing split: at once, or when exemplars are wanted."""
    if missing == "test":
        with pytest.raises(BadInput) as refusal:
            BENCHMARK.load(place)
        return str(refusal.value)
    dataset = BENCHMARK.load(place)
    assert (len(dataset.items), dataset.exemplars) == (len(ROWS), {})
    return dataset.without_exemplars


@pytest.mark.parametrize("missing", ["train", "test"])
def test_a_missing_split_is_named_with_what_would_do(tmp_path: Path, missing: str) -> None:
    folder_of(tmp_path, ROWS)
    (tmp_path / f"{missing}.jsonl").rename(tmp_path / f"{missing}.xlsx")
    said = without(missing, str(tmp_path))
    assert f"no GSM8K '{missing}' split in {tmp_path}" in said
    for way_out in (f"{missing}.jsonl", f"main/{missing}-*.parquet", "openai/gsm8k", "Polaris"):
        assert way_out in said


DUCKS = Item("test/0", "s", "How many ducks?", "7", (), "3 + 4 = <<3+4=7>>7 ducks.")
EGGS = Item("train/0", "s", "How many eggs?", "1,600", (), "8*200=1,600\nSo many.")

PROMPTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "official": (
        "official",
        {},
        "How many eggs?\n8*200=1,600\nSo many.\n#### 1,600\n\nHow many ducks?\n",
    ),
    # lm-evaluation-harness: gsm8k-cot.yaml, doc_to_text, doc_to_target, delimiters " ", "\n\n".
    "gsm8k_cot": (
        "lm-eval-cot",
        {},
        "Q: How many eggs?\nA: 8*200=1,600\nSo many. The answer is 1,600.\n\n"
        "Q: How many ducks?\nA:",
    ),
    "gsm8k_cot_zeroshot": (
        "lm-eval-cot",
        {"shots": 0, "reasoning": "trigger"},
        "Q: How many ducks?\nA: Let's think step by step.",
    ),
    "direct": (
        "lm-eval-cot",
        {"reasoning": "none"},
        "Q: How many eggs?\nA: The answer is 1,600.\n\nQ: How many ducks?\nA:",
    ),
    # OpenCompass joins rounds by a newline where there is no chat template.
    "opencompass as text": (
        "opencompass",
        {"template": "off"},
        "Question: How many eggs?\nLet's think step by step\nAnswer:\n8*200=1,600\nSo many.\n"
        "The answer is 1,600\n\nQuestion: How many ducks?\nLet's think step by step\nAnswer:",
    ),
    "symbolic": (
        "official",
        {},
        "As an expert problem solver, solve step by step the following mathematical questions."
        "\n\nQ: How many eggs?\nA: Let's think step by step. 8*200=1,600\nSo many. "
        "The final answer is 1,600.\n\nQ: How many ducks?\nA: Let's think step by step.",
    ),
}


@pytest.mark.parametrize("what", PROMPTS)
def test_text_is_the_protocol_s_to_the_byte(what: str) -> None:
    recipe, asked, text = PROMPTS[what]
    benchmark = SYMBOLIC if what == "symbolic" else BENCHMARK
    shots = () if asked.get("shots") == 0 else (EGGS,)
    assert prompted(benchmark, recipe, DUCKS, shots, **asked).text == text


def test_opencompass_speaks_in_rounds() -> None:
    prompt = prompted(BENCHMARK, "opencompass", DUCKS, (EGGS,))
    asked = "Question: How many {}?\nLet's think step by step\nAnswer:"
    assert prompt.messages == (
        Message("user", asked.format("eggs")),
        Message("assistant", "8*200=1,600\nSo many.\nThe answer is 1,600\n"),
        Message("user", asked.format("ducks")),
    )
    assert (prompt.text, prompt.prefix, prompt.stops) == (None, "", ())


STOPS = [
    ("lm-eval", ("Question:", "</s>", "<|im_end|>")),
    ("lm-eval-cot", ("Q:", "</s>", "<|im_end|>")),
    ("official", ("\n\n",)),
]


@pytest.mark.parametrize(("recipe", "stops"), STOPS)
def test_where_an_answer_ends(recipe: str, stops: tuple[str, ...]) -> None:
    assert prompted(BENCHMARK, recipe, DUCKS, (EGGS,)).stops == stops


WRITTEN = {"scoring": "generated", "reasoning": "worked"}
DEFAULTS: list[tuple[Any, str, dict[str, Any]]] = [
    (BENCHMARK, "lm-eval-cot", {**WRITTEN, "shots": 8, "max_tokens": 256}),
    (BENCHMARK, "opencompass", {**WRITTEN, "shots": 4, "max_tokens": 512, "template": "turns"}),
    (P2, "lm-eval-cot", {**WRITTEN, "shots": 8, "max_tokens": 256}),
    (
        P2,
        "official",
        {
            "scoring": "generated",
            "reasoning": "trigger",
            "trigger": "Let's think step by step.",
            "shots": 8,
            "max_tokens": 512,
        },
    ),
]


@pytest.mark.parametrize(("benchmark", "recipe", "expected"), DEFAULTS)
def test_a_protocol_s_own_condition(benchmark: Any, recipe: str, expected: dict[str, Any]) -> None:
    found = benchmark.recipe(recipe).condition()
    assert found == Condition(**(expected | {"recipe": recipe}))


def instance(template: int, number: int, **changes: Any) -> dict[str, Any]:
    question = f"How many {template} and {number}?"
    return {
        **{"id": template, "instance": number, "question": question, "answer": "So.\n#### 1.5"},
        **{"original_id": 473, "original_question": "q", "original_answer": "\n#### 1"},
        **changes,
    }


INSTANCES = [instance(template, number) for template in (0, 12) for number in (0, 1)]


def test_symbolic_instances_know_their_template_and_their_set(tmp_path: Path) -> None:
    write(tmp_path / "GSM_p1.jsonl", INSTANCES)
    write(tmp_path / "GSM_p2.jsonl", INSTANCES[:1])
    dataset = P1.load(str(tmp_path))
    assert [item.id for item in dataset.items] == ["p1/0/0", "p1/0/1", "p1/12/0", "p1/12/1"]
    assert [item.subject for item in dataset.items] == [*["template_0"] * 2, *["template_12"] * 2]
    assert [item.categories for item in dataset.items] == [("set 0",), ("set 1",)] * 2
    assert dataset.items[0].gold == "1.5"
    assert dataset.items[0].metadata["original_id"] == 473
    assert dataset.exemplars == {}
    assert [item.id for item in P2.load(str(tmp_path)).items] == ["p2/0/0"]


@pytest.mark.parametrize("ending", ["test.jsonl", "test-00000-of-00001.parquet"])
def test_symbolic_configs_of_the_hub_are_kept_apart(tmp_path: Path, ending: str) -> None:
    for place, config in enumerate(("main", "p1")):
        write(tmp_path / config / ending, INSTANCES[: place + 1])
    assert [item.id for item in SYMBOLIC.load(str(tmp_path)).items] == ["main/0/0"]
    assert [item.id for item in P1.load(str(tmp_path)).items] == ["p1/0/0", "p1/0/1"]
    assert [item.id for item in P1.load(str(tmp_path / "p1")).items] == ["p1/0/0", "p1/0/1"]
    with pytest.raises(BadInput, match=r"no GSM-SYMBOLIC-P2 'test' split in .*GSM_p2\.jsonl"):
        P2.load(str(tmp_path))


SYMBOLIC_BROKEN = [
    ([instance(0, 0), instance(0, 0)], "row 2 has the id 'p1/0/0', which "),
    ([instance(0, 0, answer="1")], "row 1 has an answer that does not end in a line"),
    ([{"question": "q", "answer": "\n#### 1", "id": 0}], "row 1 has no column 'instance'"),
    ([], "no rows"),
]


@pytest.mark.parametrize(("rows", "sentence"), SYMBOLIC_BROKEN)
def test_a_broken_instance_is_named(tmp_path: Path, rows: list[Any], sentence: str) -> None:
    path = write(tmp_path / "GSM_p1.jsonl", rows)
    with pytest.raises(BadInput) as refusal:
        P1.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("benchmark", "items", "templates"), [(SYMBOLIC, 80, 20), (P1, 16, 8), (P2, 16, 8)]
)
def test_polaris_has_instances_and_exemplars(
    benchmark: Benchmark, items: int, templates: int
) -> None:
    dataset = benchmark.load(None)
    assert dataset.source == "Polaris"
    assert len(dataset.items) == len({item.id for item in dataset.items}) == items
    assert len({item.subject for item in dataset.items}) == templates
    assert len(dataset.pool(dataset.items[0])) >= 8


def test_sets_and_templates_are_tabled_as_the_authors_do(tmp_path: Path) -> None:
    """Accuracy of each set is over one instance of each template; all sets weigh the same."""
    write(tmp_path / "GSM_p1.jsonl", INSTANCES)
    right = {"p1/0/0", "p1/12/0", "p1/12/1"}
    graded = tuple(
        GradedItem(
            *(item.id, item.subject, item.gold, "", (), (), ()),
            grades={"r": Grade(Outcome.RIGHT if item.id in right else Outcome.WRONG, "1", "r")},
            categories=item.categories,
        )
        for item in P1.load(str(tmp_path)).items
    )
    recipe = P1.recipe("official")
    run = Run("x", "m", P1.name, recipe.condition(), "r", recipe.aggregate, graded)
    summary = summarise(run)
    assert summary.accuracy == 0.75
    assert {row.name: row.accuracy for row in summary.categories} == {"set 0": 1.0, "set 1": 0.5}
    assert {row.name: row.accuracy for row in summary.subjects} == {
        "template_0": 0.5,
        "template_12": 1.0,
    }


@pytest.mark.shared
def test_real_instances(shared: Path) -> None:
    dataset = P2.load(str(shared / "gsm_symbolic"))
    lines = (shared / "gsm_symbolic/GSM_p2.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(dataset.items) == len(rows) == 410
    assert len({item.subject for item in dataset.items}) == 41
    assert {item.categories[0] for item in dataset.items} == {f"set {n}" for n in range(10)}
    for item, row in zip(dataset.items, rows, strict=True):
        assert item.id == f"p2/{row['id']}/{row['instance']}"
        assert f"{item.rationale}\n#### {item.gold}" == row["answer"]
        assert item.question == row["question"]
