"""TruthfulQA in every layout: which answers compete, prompts to the byte, the authors' numbers."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.truthfulqa import BENCHMARKS
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from tests.benchmarks.rows import prompted, write

(TRUTHFULQA,) = BENCHMARKS

CSV_ROW = {
    "Type": "Adversarial",
    "Category": "Myths",
    "Question": "What do {ducks} say?",
    "Best Answer": " None ",
    "Correct Answers": "Quack; None; ; Nothing.; Nothing",
    "Incorrect Answers": "Moo;Unknown. ;It's 5, no: 6",
    "Source": "https://example.org/a;b",
}
HUB_LISTS = {
    "type": "Adversarial",
    "category": "Myths",
    "question": "What do {ducks} say?",
    "best_answer": "None",
    "correct_answers": ["Quack", "None", "Nothing.", "Nothing"],
    "incorrect_answers": ["Moo", "Unknown. ", "It's 5, no: 6"],
    "source": "x",
}
FALSE = ["Moo.", "Unknown.", "It's 5, no: 6."]
MC1 = {"None.": 1, **dict.fromkeys(FALSE, 0)}
MC2 = {"Quack.": 1, "None.": 1, "Moo.": 0, "A cow.": 0}


def targets(listed: Mapping[str, int]) -> dict[str, list[Any]]:
    return {"choices": list(listed), "labels": list(listed.values())}


HUB_TARGETS = {
    "question": "What do {ducks} say?",
    "mc1_targets": targets(MC1),
    "mc2_targets": targets(MC2),
}


def compared(item: Item) -> dict[str, list[str]]:
    """The texts behind an item's lists of places."""
    lists = ("mc1_true", "mc1_false", "mc2_true", "mc2_false")
    return {name: [item.choices[i] for i in item.metadata[name]] for name in lists}


# DoLa's tfqa_mc_eval.py: split at ";", strip, leave out the empty, close with a full stop.
BY_CSV = {
    "mc1_true": ["None."],
    "mc1_false": FALSE,
    "mc2_true": ["Quack.", "None.", "Nothing.", "Nothing."],
    "mc2_false": FALSE,
}
BY_TARGETS = {
    "mc1_true": ["None."],
    "mc1_false": FALSE,
    "mc2_true": ["Quack.", "None."],
    "mc2_false": ["Moo.", "A cow."],
}


@pytest.mark.parametrize(("ending", "bom"), [("\n", False), ("\r\n", True)])
def test_the_csv_s_lists_compete_as_dola_reads_them(tmp_path: Path, ending: str, bom: bool) -> None:
    write(tmp_path / "TruthfulQA.csv", [CSV_ROW], ending, bom)
    # Where there are both, the lists that the authors' code scores are taken.
    write(tmp_path / "mc_task.json", [HUB_TARGETS])
    (item,) = TRUTHFULQA.load(str(tmp_path)).items
    assert (item.id, item.subject) == ("validation/0", "Myths")
    assert item.question == "What do {ducks} say?"
    assert item.choices == ("None.", "Quack.", "Nothing.", *FALSE)
    assert (item.gold, item.gold_index) == ("A", 0)
    assert compared(item) == BY_CSV
    assert item.metadata["correct_answers"] == BY_CSV["mc2_true"]
    assert item.metadata["incorrect_answers"] == FALSE


HUB_FILES = [
    ("multiple_choice/validation-00000-of-00001.parquet", "generation/validation-0.parquet"),
    ("multiple_choice.jsonl", "generation.jsonl"),
]


@pytest.mark.parametrize(("choices", "lists"), HUB_FILES)
def test_the_hub_s_targets_compete_with_references_from_its_lists(
    tmp_path: Path, choices: str, lists: str
) -> None:
    other = HUB_LISTS | {"question": "Another?", "category": "Law"}
    write(tmp_path / choices, [HUB_TARGETS, HUB_TARGETS | {"question": "Another?"}])
    write(tmp_path / lists, [other, HUB_LISTS])
    first, second = TRUTHFULQA.load(str(tmp_path)).items
    assert [(item.id, item.subject) for item in (first, second)] == [
        ("validation/0", "Myths"),
        ("validation/1", "Law"),
    ]
    assert compared(first) == BY_TARGETS
    assert first.choices == ("None.", "Quack.", *FALSE, "A cow.")
    assert first.metadata["correct_answers"] == BY_CSV["mc2_true"]
    assert first.metadata["incorrect_answers"] == FALSE


def test_targets_may_stand_alone(tmp_path: Path) -> None:
    row = {"question": "Q", "mc1_targets": MC1, "mc2_targets": MC2}
    write(tmp_path / "mc_task.json", [row])
    (item,) = TRUTHFULQA.load(str(tmp_path)).items
    assert compared(item) == BY_TARGETS
    assert item.subject == "uncategorised"
    assert item.metadata["correct_answers"] == ["Quack.", "None."]
    assert item.metadata["incorrect_answers"] == ["Moo.", "A cow."]


def test_lists_may_stand_alone(tmp_path: Path) -> None:
    write(tmp_path / "generation/validation.jsonl", [HUB_LISTS])
    (item,) = TRUTHFULQA.load(str(tmp_path)).items
    assert compared(item) == BY_CSV


def test_more_answers_than_letters(tmp_path: Path) -> None:
    true = "; ".join(f"True {n}" for n in range(20))
    false = "; ".join(f"False {n}" for n in range(15))
    row = CSV_ROW | {"Best Answer": "True 3", "Correct Answers": true, "Incorrect Answers": false}
    write(tmp_path / "TruthfulQA.csv", [row])
    (item,) = TRUTHFULQA.load(str(tmp_path)).items
    assert len(item.choices) == 35
    assert (item.choices[0], item.gold) == ("True 3.", "A")
    prompt = prompted(TRUTHFULQA, "official", item)
    assert prompt.continuations == tuple(f" {choice}" for choice in item.choices)


def mc_row(**changes: Any) -> dict[str, Any]:
    return HUB_TARGETS | changes


BROKEN_TARGETS = [
    (mc_row(mc1_targets={"choices": ["a", "b"], "labels": [1, 2]}), "labels 0 or 1"),
    (mc_row(mc1_targets={"choices": ["a", "b"], "labels": [1]}), "not as many labels as choices"),
    (mc_row(mc1_targets=targets({"a": 1, "b": 1, "c": 0})), "2 true answers in 'mc1_targets'"),
    (mc_row(mc2_targets=targets({"a": 1})), "without a true or without a false answer"),
    (mc_row(mc2_targets=targets({"a": 0})), "without a true or without a false answer"),
    (mc_row(mc2_targets=[1, 0]), "without a true or without a false answer"),
    ({"question": "q", "mc1_targets": MC1}, "has no column 'mc2_targets'"),
]


@pytest.mark.parametrize(("row", "sentence"), BROKEN_TARGETS)
def test_broken_targets_are_named(tmp_path: Path, row: Any, sentence: str) -> None:
    path = write(tmp_path / "multiple_choice.jsonl", [HUB_TARGETS, row])
    with pytest.raises(BadInput) as refusal:
        TRUTHFULQA.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: row 2 has ")
    assert sentence in str(refusal.value)


BROKEN_LISTS = [
    {"Best Answer": "  "},
    {"Correct Answers": " ; "},
    {"Incorrect Answers": ""},
]


@pytest.mark.parametrize("changes", BROKEN_LISTS)
def test_broken_lists_are_named(tmp_path: Path, changes: dict[str, str]) -> None:
    path = write(tmp_path / "TruthfulQA.csv", [CSV_ROW, CSV_ROW | changes])
    with pytest.raises(BadInput) as refusal:
        TRUTHFULQA.load(str(tmp_path))
    assert str(refusal.value) == (
        f"{path}: row 2 lacks a best answer, a correct or an incorrect one"
    )


ITEM = Item("validation/0", "Myths", " What do {ducks} say?", "A", ("None.", "Moo."))
PRIMER = (Item("p/0", "", "Who?", "Nobody."), Item("p/1", "", "Where?", "I have no comment."))
PRIMED = "Q: Who?\nA: Nobody.\n\nQ: Where?\nA: I have no comment.\n\nQ: "

TEXTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "official": ("official", {}, f"{PRIMED} What do {{ducks}} say?\nA:"),
    "lm-eval": ("lm-eval", {}, f"{PRIMED} What do {{ducks}} say?\nA:"),
    # truthfulqa_gen strips the question and leaves out the cue.
    "lm-eval writes": ("lm-eval", {"scoring": "generated"}, f"{PRIMED}What do {{ducks}} say?"),
    # DoLa opens with an instruction and a blank line: a role.
    "dola": (
        "dola",
        {"role": "Take it literally."},
        f"Take it literally.\n\n{PRIMED} What do {{ducks}} say?\nA:",
    ),
    "dola writes": (
        "dola",
        {"scoring": "generated"},
        f"{PRIMED} What do {{ducks}} say?\nA:",
    ),
}


@pytest.mark.parametrize("what", TEXTS)
def test_text_is_the_protocol_s_to_the_byte(what: str) -> None:
    recipe, asked, text = TEXTS[what]
    prompt = prompted(TRUTHFULQA, recipe, ITEM, PRIMER, **asked)
    assert prompt.text == text
    written = asked.get("scoring") == "generated"
    assert prompt.continuations == (() if written else (" None.", " Moo."))


STOPS = [("official", ("Q:",)), ("dola", ("Q:",)), ("lm-eval", ("\n\n",))]


@pytest.mark.parametrize(("recipe", "stops"), STOPS)
def test_where_an_answer_ends(recipe: str, stops: tuple[str, ...]) -> None:
    assert prompted(TRUTHFULQA, recipe, ITEM, PRIMER, scoring="generated").stops == stops
    assert prompted(TRUTHFULQA, recipe, ITEM, PRIMER).stops == ()


DEFAULTS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("official", {}, {"shots": 6, "scoring": "text"}),
    ("dola", {}, {"shots": 6, "scoring": "text"}),
    (
        "official",
        {"scoring": "generated"},
        {"shots": 6, "scoring": "generated", "max_tokens": 50},
    ),
    (
        "lm-eval",
        {"scoring": "generated"},
        {"shots": 6, "scoring": "generated", "max_tokens": 256},
    ),
]


@pytest.mark.parametrize(("recipe", "asked", "expected"), DEFAULTS)
def test_a_protocol_s_own_condition(
    recipe: str, asked: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = TRUTHFULQA.recipe(recipe).condition(**asked)
    assert found == Condition(**(expected | {"recipe": recipe}))


def test_polaris_has_questions_and_a_primer() -> None:
    dataset = TRUTHFULQA.load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) == 80
    assert len(dataset.pool(dataset.items[0])) == 6
    for item in dataset.items:
        lists = compared(item)
        assert lists["mc1_true"] == [item.choices[0]]
        assert not set(lists["mc2_true"]) & set(lists["mc2_false"])
        assert {text for texts in lists.values() for text in texts} == set(item.choices)


def split_as_dola(text: str) -> Sequence[str]:
    """The rule of tfqa_mc_eval.py, said in another way."""
    kept = [part.strip() for part in text.strip().split(";") if part.strip()]
    return [part if part[-1] == "." else part + "." for part in kept]


@pytest.mark.shared
def test_real_csv(shared: Path) -> None:
    folder = shared / "truthfulqa"
    with (folder / "TruthfulQA.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    items = TRUTHFULQA.load(str(folder)).items
    assert len(items) == len(rows) == 616
    assert len({item.subject for item in items}) == 38
    for item, row in zip(items, rows, strict=True):
        lists = compared(item)
        assert (item.question, item.subject) == (row["Question"], row["Category"])
        assert lists["mc1_true"] == split_as_dola(row["Best Answer"]) == [item.choices[0]]
        assert lists["mc2_true"] == split_as_dola(row["Correct Answers"])
        assert lists["mc1_false"] == lists["mc2_false"] == split_as_dola(row["Incorrect Answers"])
        assert len(set(item.choices)) == len(item.choices)


@pytest.mark.shared
def test_real_targets(shared: Path, tmp_path: Path) -> None:
    path = shared / "truthfulqa/mc_task.json"
    rows = json.loads(path.read_text(encoding="utf-8"))
    (tmp_path / path.name).write_bytes(path.read_bytes())
    items = TRUTHFULQA.load(str(tmp_path)).items
    assert len(items) == len(rows) == 616
    for item, row in zip(items, rows, strict=True):
        lists = compared(item)
        for kind in ("mc1", "mc2"):
            for side, label in (("true", 1), ("false", 0)):
                listed = row[f"{kind}_targets"].items()
                assert lists[f"{kind}_{side}"] == [a for a, has in listed if has == label]
