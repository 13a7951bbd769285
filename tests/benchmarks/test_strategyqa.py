"""StrategyQA in every layout: yes and no, facts as chains of thought, prompts to the byte."""

import json
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.strategyqa import BENCHMARKS
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from tests.benchmarks.rows import prompted, write

(STRATEGYQA,) = BENCHMARKS


def row(qid: str, answer: Any = True, **changes: Any) -> dict[str, Any]:
    return {
        **{"qid": qid, "term": "Duck", "description": "a bird", "question": f"Is {qid} a duck?"},
        **{"answer": answer, "facts": ["Ducks quack ", "They say it twice.", "Why?"]},
        **{"decomposition": ["What?", "Is #1?"], "evidence": [["Duck-1"], []]},
        **changes,
    }


def test_the_authors_training_questions_are_asked(tmp_path: Path) -> None:
    write(tmp_path / "strategyqa_train.json", [row("a"), row("b", False)])
    write(tmp_path / "train.json", [row("c")])
    write(tmp_path / "strategyqa_test.json", [{"qid": "d", "question": "Hidden?"}])
    dataset = STRATEGYQA.load(str(tmp_path))
    assert [(item.id, item.gold) for item in dataset.items] == [("a", "yes"), ("b", "no")]
    item = dataset.items[0]
    assert item.question == "Is a a duck?"
    assert item.rationale == "Ducks quack. They say it twice. Why?"
    assert item.metadata == {
        **{"term": "Duck", "description": "a bird", "decomposition": ["What?", "Is #1?"]}
    }
    # The questions are each other's exemplars, never their own.
    assert [other.id for other in dataset.pool(item)] == ["b"]


def test_the_first_hundred_of_one_set_are_its_exemplars(tmp_path: Path) -> None:
    write(tmp_path / "strategyqa_train.json", [row(str(number)) for number in range(102)])
    dataset = STRATEGYQA.load(str(tmp_path))
    first, last = dataset.items[0], dataset.items[101]
    assert [item.id for item in dataset.pool(last)] == [str(number) for number in range(100)]
    assert [item.id for item in dataset.pool(first)] == [str(n) for n in range(1, 100)]


def test_the_repository_s_two_parts_are_asked_together(tmp_path: Path) -> None:
    write(tmp_path / "dev.json", [row("c")])
    write(tmp_path / "train.json", [row("a"), row("b")])
    write(tmp_path / "task.json", TASK)
    assert [item.id for item in STRATEGYQA.load(str(tmp_path)).items] == ["a", "b", "c"]


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_the_hub_s_split_keeps_its_exemplars_apart(tmp_path: Path, ending: str) -> None:
    facts = "Ducks quack. They say it twice."
    write(tmp_path / f"data/train-0.{ending}", [row("a", facts=facts)])
    write(tmp_path / f"data/test-0.{ending}", [row("b", facts=facts), row("c", facts=facts)])
    dataset = STRATEGYQA.load(str(tmp_path))
    assert [item.id for item in dataset.items] == ["b", "c"]
    assert [item.id for item in dataset.pool(dataset.items[0])] == ["a"]
    assert dataset.items[0].rationale == facts


ANSWERS = [(True, "yes"), (False, "no"), ("Yes", "yes"), ("no", "no"), ("True", "yes")]


@pytest.mark.parametrize(("answer", "gold"), ANSWERS)
def test_an_answer_may_be_a_truth_value_or_a_word(tmp_path: Path, answer: Any, gold: str) -> None:
    write(tmp_path / "test.jsonl", [row("a", answer)])
    assert STRATEGYQA.load(str(tmp_path)).items[0].gold == gold


TASK = {
    "name": "strategyqa",
    "examples": [
        {
            "input": "Would a duck sink?",
            "target_scores": {"Yes": 0, "No": 1},
            "target": "No. Ducks float. So do 0.5 ducks. ",
        },
        {"input": "Is it?", "target_scores": {"No": 0, "Yes": 1}, "target": "Yes. It is."},
    ],
}


def test_big_bench_s_form_of_the_same_questions(tmp_path: Path) -> None:
    write(tmp_path / "task.json", TASK)
    dataset = STRATEGYQA.load(str(tmp_path))
    assert [(item.id, item.gold) for item in dataset.items] == [("task/0", "no"), ("task/1", "yes")]
    assert dataset.items[0].question == "Would a duck sink?"
    assert dataset.items[0].rationale == "Ducks float. So do 0.5 ducks."
    assert dataset.items[1].rationale == "It is."


BROKEN = [
    ([row("a", "maybe")], "row 1 has the answer 'maybe', which is neither yes nor no"),
    ([row("a", 1)], "row 1 has the answer '1', which is neither yes nor no"),
    ([row("a"), row("a")], "row 2 has the id 'a', which "),
    ([{"qid": "a", "question": "Is it?"}], "row 1 has no column 'answer'"),
    ([], "no rows"),
]


@pytest.mark.parametrize(("rows", "sentence"), BROKEN)
def test_a_broken_row_is_named(tmp_path: Path, rows: list[Any], sentence: str) -> None:
    path = write(tmp_path / "strategyqa_train.json", rows)
    with pytest.raises(BadInput) as refusal:
        STRATEGYQA.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


BROKEN_EXAMPLES = [
    {"target_scores": {"Yes": 1, "No": 0}, "target": "Yes. So."},
    {"input": "Is it?", "target_scores": {"Yes": 1}, "target": "Yes. So."},
    {"input": "Is it?", "target_scores": {"Yes": 1, "No": 1}, "target": "Yes. So."},
    {"input": "Is it?", "target_scores": {"Yes": 0, "No": 0}, "target": "Yes. So."},
    {"input": "Is it?", "target_scores": {"Yes": 1, "No": 0}},
    "Is it?",
]


@pytest.mark.parametrize("example", BROKEN_EXAMPLES)
def test_a_broken_example_is_named(tmp_path: Path, example: Any) -> None:
    path = write(tmp_path / "task.json", {"examples": [TASK["examples"][0], example]})
    with pytest.raises(BadInput) as refusal:
        STRATEGYQA.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: example 2 has ")


ITEM = Item("a", "strategyqa", " Is {it} a duck?", "yes")
SHOT = Item("b", "strategyqa", "Is it not?", "no", (), "It swims. It quacks.")

TEXTS: dict[str, tuple[str, tuple[Item, ...], dict[str, Any], str]] = {
    # Wei et al. 2022, and DoLa's create_demo_text and build_prompt.
    "official": (
        "official",
        (SHOT,),
        {},
        "Q: Is it not?\nA: It swims. It quacks. So the answer is no.\n\nQ:  Is {it} a duck?\nA:",
    ),
    "dola": (
        "dola",
        (SHOT,),
        {},
        "Q: Is it not?\nA: It swims. It quacks. So the answer is no.\n\nQ:  Is {it} a duck?\nA:",
    ),
    "direct": (
        "official",
        (SHOT,),
        {"reasoning": "none"},
        "Q: Is it not?\nA: So the answer is no.\n\nQ:  Is {it} a duck?\nA:",
    ),
    # OpenCompass joins rounds by a newline where there is no chat template.
    "opencompass as text": (
        "opencompass",
        (SHOT,),
        {"template": "off"},
        "Question: Is it not?\nAnswer:\nIt swims. It quacks.\nSo the answer is no\n\n"
        "Question:  Is {it} a duck?\nAnswer:",
    ),
    # zero_shot_cot main.py: "Q: " + x + "\n" + "A:", then " " and the trigger.
    "zero-shot-cot": (
        "zero-shot",
        (),
        {"reasoning": "trigger"},
        "Q: Is {it} a duck?\nA: Let's think step by step.",
    ),
    "zero-shot, direct": (
        "zero-shot",
        (),
        {"reasoning": "trigger", "trigger": "The answer (Yes or No) is"},
        "Q: Is {it} a duck?\nA: The answer (Yes or No) is",
    ),
}


@pytest.mark.parametrize("what", TEXTS)
def test_text_is_the_protocol_s_to_the_byte(what: str) -> None:
    recipe, shots, asked, text = TEXTS[what]
    assert prompted(STRATEGYQA, recipe, ITEM, shots, **asked).text == text


def test_opencompass_speaks_in_rounds() -> None:
    assert prompted(STRATEGYQA, "opencompass", ITEM, (SHOT,)).messages == (
        Message("user", "Question: Is it not?\nAnswer:"),
        Message("assistant", "It swims. It quacks.\nSo the answer is no\n"),
        Message("user", "Question:  Is {it} a duck?\nAnswer:"),
    )


STOPS = [
    ("official", ("\n\n",)),
    ("dola", ("Q:", "\n\n##")),
    ("opencompass", ()),
]


@pytest.mark.parametrize(("recipe", "stops"), STOPS)
def test_where_an_answer_ends(recipe: str, stops: tuple[str, ...]) -> None:
    assert prompted(STRATEGYQA, recipe, ITEM, (SHOT,)).stops == stops


WRITTEN = {"scoring": "generated", "reasoning": "worked", "shots": 6}
DEFAULTS: list[tuple[str, dict[str, Any]]] = [
    ("official", {**WRITTEN, "max_tokens": 256}),
    ("dola", {**WRITTEN, "max_tokens": 256}),
    ("opencompass", {**WRITTEN, "max_tokens": 512, "template": "turns"}),
    (
        "zero-shot",
        {
            "scoring": "generated",
            "reasoning": "trigger",
            "trigger": "Let's think step by step.",
            "max_tokens": 128,
            "extract_tokens": 32,
        },
    ),
]


@pytest.mark.parametrize(("recipe", "expected"), DEFAULTS)
def test_a_protocol_s_own_condition(recipe: str, expected: dict[str, Any]) -> None:
    found = STRATEGYQA.recipe(recipe).condition()
    assert found == Condition(**(expected | {"recipe": recipe}))


def test_polaris_has_questions_with_facts() -> None:
    dataset = STRATEGYQA.load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) == 150
    assert len(dataset.pool(dataset.items[0])) == 60
    assert not {item.id for item in dataset.items} & {item.id for item in dataset.exemplars[""]}
    assert all(item.rationale for item in (*dataset.items, *dataset.exemplars[""]))


@pytest.mark.shared
def test_real_rows(shared: Path) -> None:
    rows = [
        row
        for name in ("train.json", "dev.json")
        for row in json.loads((shared / "strategyqa" / name).read_text(encoding="utf-8"))
    ]
    items = STRATEGYQA.load(str(shared / "strategyqa")).items
    assert len(items) == len(rows) == 942
    for item, row in zip(items, rows, strict=True):
        assert (item.id, item.question) == (row["qid"], row["question"])
        assert item.gold == {True: "yes", False: "no"}[row["answer"]]
        assert item.rationale
        for fact in row["facts"]:
            assert fact.strip().rstrip(".") in item.rationale


@pytest.mark.shared
def test_real_big_bench_examples(shared: Path, tmp_path: Path) -> None:
    path = shared / "strategyqa/task.json"
    (tmp_path / "task.json").write_bytes(path.read_bytes())
    items = STRATEGYQA.load(str(tmp_path)).items
    examples = json.loads(path.read_text(encoding="utf-8"))["examples"]
    assert len(items) == len(examples) == 1706
    for item, example in zip(items, examples, strict=True):
        assert item.question == example["input"]
        said, rationale = example["target"].split(".", 1)
        assert (item.gold, item.rationale) == (said.lower(), rationale.strip())
    # The majority baseline that the benchmark's line names.
    assert round(sum(item.gold == "no" for item in items) / len(items), 2) == 0.53
