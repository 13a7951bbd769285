"""MATH and MATH-500 in every layout; prompts to the byte; tables as the authors make them."""

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.mathematics import BENCHMARKS
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.summary import summarise
from tests.benchmarks.rows import prompted, write

MATH, MATH_500 = BENCHMARKS


def problem(text: str, **changes: Any) -> dict[str, Any]:
    solution = rf"First \boxed{{1}}, no: \boxed{{\frac{{{text}}}{{2}}}}."
    row = {"problem": f"{text}?", "level": "Level 3", "type": "Algebra", "solution": solution}
    return row | changes


def problem_500(text: str, **changes: Any) -> dict[str, Any]:
    row = problem(text) | {"subject": "Number Theory", "level": 5, "answer": "not read"}
    del row["type"]
    return row | {"unique_id": f"test/number_theory/{text}.json"} | changes


def test_authors_layout_is_read_by_number(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for kind, number in (("geometry", 3), ("algebra", 10), ("algebra", 9)):
            path = tmp_path / split / kind / f"{number}.json"
            write(path, [])
            path.write_text(json.dumps(problem(f"{split} {kind} {number}", type=kind.title())))
    dataset = MATH.load(str(tmp_path))
    assert [item.id for item in dataset.items] == [
        "test/algebra/9.json",
        "test/algebra/10.json",
        "test/geometry/3.json",
    ]
    item = dataset.items[0]
    assert (item.question, item.subject) == ("test algebra 9?", "Algebra")
    assert item.categories == ("Level 3",)
    assert item.gold == r"\frac{test algebra 9}{2}"
    assert item.rationale == r"First \boxed{1}, no: \boxed{\frac{test algebra 9}{2}}."
    # One of each type in turn.
    assert [item.id for item in dataset.pool(item)] == [
        "train/algebra/9.json",
        "train/geometry/3.json",
        "train/algebra/10.json",
    ]


@pytest.mark.parametrize("ending", ["test.jsonl", "test-00000-of-00001.parquet"])
def test_types_are_configs_on_the_hub(tmp_path: Path, ending: str) -> None:
    for kind in ("precalculus", "algebra"):
        write(tmp_path / kind / ending, [problem("a", type=kind), problem("b", type=kind)])
    dataset = MATH.load(str(tmp_path))
    assert [item.id for item in dataset.items] == [
        f"{kind}/test/{n}" for kind in ("algebra", "precalculus") for n in (0, 1)
    ]
    assert dataset.exemplars == {"": ()}


def test_a_level_may_be_unknown_and_is_then_in_no_table(tmp_path: Path) -> None:
    write(tmp_path / "test.jsonl", [problem("a", level="Level ?"), problem("b", level="Level 5")])
    items = MATH.load(str(tmp_path)).items
    assert [item.categories for item in items] == [(), ("Level 5",)]


def test_math_500_is_read_with_its_own_ids(tmp_path: Path) -> None:
    write(tmp_path / "test.jsonl", [problem_500("7"), problem_500("8", level=1)], "\r\n", bom=True)
    dataset = MATH_500.load(str(tmp_path))
    assert [item.id for item in dataset.items] == [
        "test/number_theory/7.json",
        "test/number_theory/8.json",
    ]
    assert [item.subject for item in dataset.items] == ["Number Theory"] * 2
    assert [item.categories for item in dataset.items] == [("Level 5",), ("Level 1",)]
    assert [item.gold for item in dataset.items] == [r"\frac{7}{2}", r"\frac{8}{2}"]


BROKEN = [
    (MATH, [problem("a", level="Level 6")], "row 1 has the level 'Level 6', which is none of 1 to"),
    (MATH, [problem("a", solution="It is 5.")], "row 1 has a solution without a boxed answer"),
    (MATH, [problem("a", solution=r"\boxed{5")], "row 1 has a solution without a boxed answer"),
    (MATH, [problem("a"), {"problem": "b"}], "row 2 has no column 'level'; it has problem"),
    (MATH, [], "no rows"),
    (MATH_500, [problem("a")], "row 1 has no column 'subject'"),
    (
        MATH_500,
        [problem_500("7"), problem_500("7")],
        "row 2 has the id 'test/number_theory/7.json'",
    ),
    (MATH_500, [problem_500("7", level=0)], "row 1 has the level '0'"),
]


@pytest.mark.parametrize(("benchmark", "rows", "sentence"), BROKEN)
def test_a_broken_row_is_named(
    tmp_path: Path, benchmark: Any, rows: list[Any], sentence: str
) -> None:
    path = write(tmp_path / "test.jsonl", rows)
    with pytest.raises(BadInput) as refusal:
        benchmark.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


SAID = "Call $x$ so: \\boxed{59}."
ASKED = Item("t/1", "Algebra", " How {many}? ", "7")
SHOT = Item("e/1", "Algebra", "What is $x$?", r"\sqrt{59}", (), SAID)
OTHER = Item("e/2", "Geometry", "How far?", "12")

TEXTS: dict[str, tuple[str, tuple[Item, ...], dict[str, Any], str]] = {
    # hendrycks/math evaluate_gpt3.py: train_prompt, call_engine; "Problem: " added.
    "official": (
        "official",
        (SHOT, OTHER),
        {},
        "Given a mathematics problem, determine the answer. Simplify your answer as much as "
        "possible.\nProblem: What is $x$?\nAnswer: $\\sqrt{59}$\n###\nProblem: How far?\nAnswer: "
        "$12$\n###\nProblem:  How {many}? \nAnswer: $",
    ),
    # lm-evaluation-harness minerva_math: doc_to_text, list_fewshot_samples.
    "minerva": (
        "lm-eval",
        (SHOT,),
        {},
        f"Problem:\nWhat is $x$?\n\nSolution: {SAID}\nFinal Answer: The final answer is "
        "$\\sqrt{59}$. I hope it is correct.\n\nProblem:\n How {many}? \n\nSolution:",
    ),
    "hendrycks": ("lm-eval-hendrycks", (), {}, "Problem:  How {many}? \nAnswer:"),
    "hendrycks with a shot": (
        "lm-eval-hendrycks",
        (OTHER,),
        {},
        "Problem: How far?\nAnswer: 12\n\nProblem:  How {many}? \nAnswer:",
    ),
    "zero shots": (
        "official",
        (),
        {},
        "Given a mathematics problem, determine the answer. Simplify your answer as much as "
        "possible.\nProblem:  How {many}? \nAnswer: $",
    ),
}


@pytest.mark.parametrize("what", TEXTS)
def test_text_is_the_protocol_s_to_the_byte(what: str) -> None:
    recipe, shots, asked, text = TEXTS[what]
    assert prompted(MATH, recipe, ASKED, shots, **asked).text == text


SIMPLE_EVALS = (
    "Solve the following math problem step by step. The last line of your response should be of "
    "the form Answer: $ANSWER (without quotes) where $ANSWER is the answer to the problem.\n\n"
    ' How {many}? \n\nRemember to put your answer on its own line after "Answer:", and you do not '
    "need to use a \\boxed command."
)
OPENCOMPASS = (
    " How {many}? \nPlease reason step by step, and put your final answer within \\boxed{}."
)


@pytest.mark.parametrize(
    ("recipe", "said"), [("simple-evals", SIMPLE_EVALS), ("opencompass", OPENCOMPASS)]
)
def test_chat_protocols_say_one_thing(recipe: str, said: str) -> None:
    prompt = prompted(MATH, recipe, ASKED)
    assert prompt.messages == (Message("user", said),)
    assert (prompt.text, prompt.prefix, prompt.stops) == (None, "", ())


def test_opencompass_shots_end_in_a_box() -> None:
    prompt = prompted(MATH, "opencompass", ASKED, (OTHER,))
    assert prompt.messages[1] == Message("assistant", "\\boxed{12}")


STOPS = [
    ("official", ("$", "###", "\n")),
    ("lm-eval", ("Problem:",)),
    ("lm-eval-hendrycks", ("Problem:",)),
]


@pytest.mark.parametrize(("recipe", "stops"), STOPS)
def test_where_an_answer_ends(recipe: str, stops: tuple[str, ...]) -> None:
    shots = () if recipe == "lm-eval-hendrycks" else (SHOT,)
    assert prompted(MATH, recipe, ASKED, shots).stops == stops


CHAT = {"scoring": "generated", "template": "turns"}
DEFAULTS: list[tuple[Any, str, dict[str, Any]]] = [
    (MATH, "official", {"scoring": "generated", "shots": 8, "max_tokens": 20}),
    (MATH_500, "official", {"scoring": "generated", "shots": 0, "max_tokens": 20}),
    (
        MATH,
        "lm-eval",
        {"scoring": "generated", "shots": 4, "reasoning": "worked", "max_tokens": 256},
    ),
    (MATH_500, "lm-eval-hendrycks", {"scoring": "generated", "max_tokens": 256}),
    (MATH, "simple-evals", {**CHAT, "decoding": {"temperature": 0.5}, "max_tokens": 2048}),
    (MATH, "opencompass", {**CHAT, "max_tokens": 1024}),
]


@pytest.mark.parametrize(("benchmark", "recipe", "expected"), DEFAULTS)
def test_a_protocol_s_own_condition(benchmark: Any, recipe: str, expected: dict[str, Any]) -> None:
    assert benchmark.recipe(recipe).condition() == Condition(**(expected | {"recipe": recipe}))


def test_tables_are_those_of_the_authors_code(tmp_path: Path) -> None:
    """Counted again as evaluate_gpt3.py does: lists of hits by type and by level, None left out."""
    kinds, levels = ("Algebra", "Geometry", "Prealgebra"), ("Level 1", "Level 4", "Level ?")
    rows = [problem(f"{n}", type=kinds[n % 3 % 2], level=levels[n * n % 7 % 3]) for n in range(23)]
    write(tmp_path / "test.jsonl", rows)
    hits = [n % 4 == 1 or n > 19 for n in range(23)]
    by_type, by_level = defaultdict(list), defaultdict(list)
    for row, hit in zip(rows, hits, strict=True):
        by_type[row["type"]].append(hit)
        if row["level"] != "Level ?":
            by_level[row["level"]].append(hit)

    recipe = MATH.recipe("official")
    graded = tuple(
        GradedItem(
            *(item.id, item.subject, item.gold, "", (), (), ()),
            grades={"r": Grade(Outcome.RIGHT if hit else Outcome.WRONG, "1", "r")},
            categories=item.categories,
        )
        for item, hit in zip(MATH.load(str(tmp_path)).items, hits, strict=True)
    )
    condition = recipe.condition()
    summary = summarise(Run("x", "m", "math", condition, "r", recipe.aggregate, graded))
    assert summary.accuracy == pytest.approx(sum(hits) / 23)
    for groups, expected in ((summary.subjects, by_type), (summary.categories, by_level)):
        assert {group.name: group.n for group in groups} == {k: len(v) for k, v in expected.items()}
        assert {group.name: group.accuracy for group in groups} == {
            name: pytest.approx(sum(found) / len(found)) for name, found in expected.items()
        }


def test_polaris_has_problems_of_every_type() -> None:
    dataset = MATH.load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) > 100
    assert len({item.subject for item in dataset.items}) == 7
    assert {level for item in dataset.items for level in item.categories} == {
        f"Level {n}" for n in range(1, 6)
    }
    # The first exemplars are of all types.
    assert len({item.subject for item in dataset.pool(dataset.items[0])[:7]}) == 7


def test_polaris_has_a_part_kept_apart_without_exemplars() -> None:
    dataset = MATH_500.load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) == 50
    assert len({item.subject for item in dataset.items}) == 7
    assert all(item.categories[0].startswith("Level ") for item in dataset.items)
    assert not dataset.pool(dataset.items[0])


@pytest.mark.shared
def test_real_math(shared: Path) -> None:
    lines = (shared / "math/math/test.jsonl").read_text(encoding="utf-8").splitlines()
    items = MATH.load(str(shared / "math")).items
    assert len(items) == len(lines) == 186
    for item, line in zip(items, lines, strict=True):
        row = json.loads(line)
        assert (item.question, item.rationale) == (row["problem"], row["solution"])
        assert (item.subject, item.categories) == (row["type"], (row["level"],))
        assert f"\\boxed{{{item.gold}}}" in row["solution"]


@pytest.mark.shared
def test_real_math_500_gold_is_the_published_answer(shared: Path) -> None:
    path = shared / "math/math_oai/test.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    items = MATH_500.load(str(shared / "math")).items
    assert len(items) == len(rows) == 384
    assert [item.gold for item in items] == [row["answer"] for row in rows]
    assert [item.id for item in items] == [row["unique_id"] for row in rows]
    assert [item.categories for item in items] == [(f"Level {row['level']}",) for row in rows]
