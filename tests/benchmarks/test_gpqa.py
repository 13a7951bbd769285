"""GPQA from every layout, private, its options shuffled. All rows here are invented."""

import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.gpqa import BENCHMARKS
from astrolabe.core.benchmark import Benchmark
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from astrolabe.prompting.draws import option_orders
from astrolabe.prompting.render import render
from tests.benchmarks.rows import prompted, write

GPQA, EXTENDED, DIAMOND = BENCHMARKS
FILES = {
    "gpqa": "gpqa_main",
    "gpqa-extended": "gpqa_extended",
    "gpqa-diamond": "gpqa_diamond",
}
SECRET = "kestrel"
"""A word of every text in these rows; no refusal may have it."""


def row(number: int, **changes: Any) -> dict[str, Any]:
    """An invented row, with more columns than are read, as the authors' files have."""
    return {
        "Pre-Revision Question": f"{SECRET} earlier {number}",
        "Question": f" Which {SECRET}?\nNumber {number}. ",
        "Correct Answer": f"right {SECRET} {number}\n",
        "Incorrect Answer 1": f" first {SECRET}  {number}",
        "Incorrect Answer 2": "None",
        "Incorrect Answer 3": "NA",
        "Explanation": f"Because {SECRET} {number}.",
        "Subdomain": "Optics" if number % 2 else "Genetics",
        "High-level domain": "Physics" if number % 2 else "Biology",
        "Record ID": f"rec{number:03d}",
    } | changes


def answers(number: int) -> list[str]:
    """What is shown of a row's answers, the right one first."""
    return [f"right {SECRET} {number}", f"first {SECRET} {number}", "None", "NA"]


def folder_of(folder: Path, count: int, benchmark: Benchmark = GPQA) -> Path:
    rows = [row(number) for number in range(count)]
    write(folder / f"{FILES[benchmark.name]}.csv", rows, ending="\r\n", bom=True)
    return folder


def test_the_authors_file_keeps_questions_and_cleans_answers(tmp_path: Path) -> None:
    dataset = GPQA.load(str(folder_of(tmp_path, 40)))
    assert [item.id for item in dataset.items] == [f"rec{number:03d}" for number in range(40)]
    for number, item in enumerate(dataset.items):
        assert item.question == f" Which {SECRET}?\nNumber {number}. "
        assert sorted(item.choices) == sorted(answers(number))
        assert item.choices[item.gold_index] == f"right {SECRET} {number}"
        assert item.rationale == f"Because {SECRET} {number}."
    assert [item.subject for item in dataset.items[:2]] == ["Biology", "Physics"]
    assert [item.categories for item in dataset.items[:2]] == [("Genetics",), ("Optics",)]
    assert dict(dataset.items[0].metadata) == {}
    assert dataset.private


def test_gold_letters_vary_and_belong_to_the_record(tmp_path: Path) -> None:
    rows = [row(number) for number in range(200)]
    write(tmp_path / "a/gpqa_main.csv", rows)
    write(tmp_path / "b/gpqa_main.csv", rows[::-2])
    golds = {item.id: item.gold for item in GPQA.load(str(tmp_path / "a")).items}
    assert min(Counter(golds.values()).values()) > 30  # a quarter is 50
    assert len(Counter(golds.values())) == 4
    for item in GPQA.load(str(tmp_path / "b")).items:
        assert item.gold == golds[item.id]


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=list(FILES))
def test_each_variant_reads_its_own_file_in_every_layout(
    benchmark: Benchmark, tmp_path: Path
) -> None:
    layouts = ["{}.csv", "dataset/{}.csv", "{}/train-00000-of-00001.parquet", "{}/train.jsonl"]
    for place, layout in enumerate(layouts):
        folder = tmp_path / str(place)
        for number, file in enumerate(FILES.values()):
            write(folder / layout.format(file), [row(number), row(number + 10)])
        mine = list(FILES).index(benchmark.name)
        dataset = benchmark.load(str(folder))
        assert [item.id for item in dataset.items] == [f"rec{mine:03d}", f"rec{mine + 10:03d}"]


def test_another_variant_s_file_is_not_taken_for_ones_own(tmp_path: Path) -> None:
    write(tmp_path / "gpqa_main/train-00000-of-00001.parquet", [row(0)])
    with pytest.raises(BadInput) as refusal:
        DIAMOND.load(str(tmp_path))
    said = str(refusal.value)
    assert f"no GPQA-DIAMOND 'train' split in {tmp_path}" in said
    for way_out in ("gpqa_diamond.csv", "gpqa_diamond/train-*.parquet", "Idavidrein/gpqa"):
        assert way_out in said


def test_a_train_file_alone_is_the_set(tmp_path: Path) -> None:
    write(tmp_path / "train.jsonl", [row(0), row(1)])
    for benchmark in BENCHMARKS:
        assert len(benchmark.load(str(tmp_path)).items) == 2


def without(column: str) -> dict[str, Any]:
    return {name: value for name, value in row(1).items() if name != column}


BROKEN: list[tuple[dict[str, Any], str]] = [
    (row(1, **{"Correct Answer": None}), "row 2 has nothing in column 'Correct Answer'"),
    (without("Incorrect Answer 3"), "row 2 has no column 'Incorrect Answer 3'"),
    (without("Record ID"), "row 2 has no column 'Record ID'"),
    (row(0), "row 2 has the id 'rec000', which "),
]


@pytest.mark.parametrize(("bad", "sentence"), BROKEN)
def test_a_broken_row_is_named_but_not_quoted(
    tmp_path: Path, bad: dict[str, Any], sentence: str
) -> None:
    path = write(tmp_path / "train.jsonl", [row(0), bad])
    with pytest.raises(BadInput) as refusal:
        GPQA.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)
    assert SECRET not in str(refusal.value)


BAD_FILES: list[tuple[str, str]] = [
    ("", "the first line has no column 'Record ID'"),
    (f"{SECRET},{SECRET} b,{SECRET} c\n1,2,3\n", "the first line has no column 'Record ID'"),
    (f"{SECRET},{SECRET} b,{SECRET} c\n1,2\n", "the first line has no column 'Record ID'"),
    (f'"{SECRET}', "the first line has no column 'Record ID'"),
    ("HEADER\n", "no rows"),
    (f"HEADER\n{SECRET},{SECRET}\n", "row 1 has 2 columns, expected 10"),
]


@pytest.mark.parametrize(("content", "sentence"), BAD_FILES)
def test_a_broken_csv_file_is_named_but_not_quoted(
    tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "gpqa_main.csv"
    path.write_text(content.replace("HEADER", ",".join(row(0))), encoding="utf-8")
    with pytest.raises(BadInput) as refusal:
        GPQA.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)
    assert SECRET not in str(refusal.value)


def test_a_gated_set_without_a_token_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    import huggingface_hub
    from huggingface_hub.errors import GatedRepoError

    class Gated(GatedRepoError):
        def __init__(self) -> None:
            Exception.__init__(self, "401 Client Error.\nCannot access gated repo")

    asked: dict[str, Any] = {}

    def fetch(hub_id: str, **how: Any) -> str:
        asked.update(how, hub_id=hub_id)
        raise Gated

    monkeypatch.setattr(huggingface_hub, "snapshot_download", fetch)
    with pytest.raises(BadInput) as refusal:
        DIAMOND.load("Idavidrein/gpqa")
    said = str(refusal.value)
    assert said.startswith(
        "data set 'Idavidrein/gpqa' is gated: accept its terms at "
        "https://huggingface.co/datasets/Idavidrein/gpqa"
    )
    for way_out in ("hf auth login", "HF_TOKEN", "gpqa_diamond.csv", "Polaris"):
        assert way_out in said
    assert "\n" not in said
    assert "gpqa_diamond.csv" in asked["allow_patterns"]
    assert asked["hub_id"] == "Idavidrein/gpqa"


def test_polaris_questions_may_be_shown() -> None:
    for benchmark in BENCHMARKS:
        dataset = benchmark.load(None)
        assert (dataset.source, dataset.private) == ("Polaris", False)
        assert len({item.id for item in dataset.items}) == len(dataset.items) > 50
        assert len(set(Counter(item.gold for item in dataset.items))) == 4


PUBLISHED = [
    (GPQA, 448, [339, 105]),
    (EXTENDED, 546, [146, 330, 436]),
    (DIAMOND, 198, [124, 39]),
]
"""Section 6 of the protocols: what the authors show, by its place in the whole file."""


@pytest.mark.parametrize(("benchmark", "size", "places"), PUBLISHED, ids=list(FILES))
def test_exemplars_are_the_authors_rows_of_the_whole_set(
    tmp_path: Path, benchmark: Benchmark, size: int, places: list[int]
) -> None:
    dataset = benchmark.load(str(folder_of(tmp_path / "whole", size, benchmark)))
    assert benchmark.size == len(dataset.items) == size
    assert [item.id for item in dataset.exemplars[""]] == [f"rec{place:03d}" for place in places]
    assert benchmark.recipe("official-few-shot").condition().shots == len(places)
    # What is asked has the same ids, so that whoever shows exemplars can leave them out.
    assert all(exemplar in dataset.items for exemplar in dataset.exemplars[""])
    part = benchmark.load(str(folder_of(tmp_path / "part", size - 1, benchmark)))
    assert [item.id for item in part.exemplars[""]] == ["rec000", "rec001", "rec002"][: len(places)]


def shown(folder: Path, recipe: str, some: slice = slice(None)) -> list[list[str]]:
    """The options of the diamond set's items as the recipe's own condition shows them."""
    dataset, chosen = DIAMOND.load(str(folder)), DIAMOND.recipe(recipe)
    condition = chosen.condition()
    items = dataset.items[some]
    found = []
    for item, order in zip(items, option_orders(items, dataset, chosen, condition), strict=True):
        prompt = render(item, (), order, chosen, condition)
        text = prompt.text or prompt.messages[-1].content
        found.append(re.findall(r"^\(?[A-D]\) (.*)$", text, flags=re.MULTILINE))
    return found


LM_EVAL_GOLDS = "DCDCCACADBBDBAAACBCDCCADBBDAACBBAAABADABCBBCBBDBAAABDCABCABD"
"""Targets of sixty rows under lm-evaluation-harness 0.4.13, task gpqa_diamond_zeroshot run alone
(measured there; the shuffle does not look at the texts)."""


def test_lm_eval_shuffles_as_it_does_when_nothing_ran_before(tmp_path: Path) -> None:
    options = shown(folder_of(tmp_path, 60, DIAMOND), "lm-eval")
    golds = [texts.index(answers(number)[0]) for number, texts in enumerate(options)]
    assert "".join("ABCD"[place] for place in golds) == LM_EVAL_GOLDS
    # Measured in the same run.
    assert options[0] == ["NA", answers(0)[1], "None", answers(0)[0]]
    assert options[1] == [answers(1)[1], "None", answers(1)[0], "NA"]


def test_simple_evals_permutes_by_one_stream_of_seed_0(tmp_path: Path) -> None:
    options = shown(folder_of(tmp_path, 30, DIAMOND), "simple-evals")
    stream = random.Random(0)
    for number, texts in enumerate(options):
        permutation = stream.sample(range(4), 4)
        assert texts == [answers(number)[place] for place in permutation]


def test_opencompass_turns_the_options_by_row_from_bcda(tmp_path: Path) -> None:
    options = shown(folder_of(tmp_path, 9, DIAMOND), "opencompass")
    for number, texts in enumerate(options):
        turned = ["BCDA", "CDAB", "DABC", "ABCD"][number % 4]
        assert texts == [answers(number)["ABCD".index(letter)] for letter in turned]


@pytest.mark.parametrize("recipe", ["lm-eval", "simple-evals", "opencompass"])
def test_a_part_of_the_items_is_shown_as_in_the_whole(tmp_path: Path, recipe: str) -> None:
    folder = folder_of(tmp_path, 20, DIAMOND)
    assert shown(folder, recipe, slice(7, 13)) == shown(folder, recipe)[7:13]


ASKED = Item("rec1", "Physics", " Which?\nTwo. ", "C", ("1 N", "2 N", "3 N", "None"))
SHOT = Item("rec2", "Biology", "What lives?", "B", ("iron", "oak", "ink", "ice"), "Iron is\n\nno.")
OPTIONS = "(A) 1 N\n(B) 2 N\n(C) 3 N\n(D) None"
FORMAT = 'Format your response as follows: "The correct answer is (insert answer here)".'


def asked(recipe: str, *shots: Item, **wishes: Any) -> Any:
    return prompted(GPQA, recipe, ASKED, shots, order="as-is", **wishes)


def test_official_prompts() -> None:
    question = f"What is the correct answer to this question: Which?\nTwo.\nChoices:\n{OPTIONS}"
    assert asked("official").text == f"{question}\n{FORMAT}"
    assert asked("official-cot").text == (
        f"{question}\nLet’s think step by step. Based on your reasoning, what is the single, most "
        f"likely answer choice? {FORMAT}"
    )
    letters = asked("official", scoring="letters")
    assert letters.text == f"{question}\nThe correct answer is"
    assert letters.continuations == (" (A)", " (B)", " (C)", " (D)")


def test_official_few_shot_prompt() -> None:
    prompt = asked("official-few-shot", SHOT)
    assert prompt.text == (
        "Here are some example questions from experts. An explanation is given before the final "
        "answer. Answer the final question yourself, giving your reasoning beforehand.\n\n"
        "Question: What lives?\nChoices: \n(A) iron\n(B) oak\n(C) ink\n(D) ice\n"
        "Let's think step by step: Iron is\n\nno.\nThe correct answer is (B)\n\n"
        f"Question: Which?\nTwo.\nChoices: \n{OPTIONS}\nLet's think step by step:"
    )
    assert prompt.stops == ("\nQuestion:",)


def test_lm_eval_prompts_leave_the_question_as_it_is() -> None:
    start = f"What is the correct answer to this question: Which?\nTwo. \nChoices:\n{OPTIONS}\n"
    letters = asked("lm-eval")
    assert letters.text == f"{start}Answer:"
    assert letters.continuations == (" (A)", " (B)", " (C)", " (D)")
    written = asked("lm-eval", scoring="generated")
    assert written.text == f"{start}Let's think step by step: "
    assert written.stops == ("</s>",)


@pytest.mark.parametrize(
    ("recipe", "answer"), [("simple-evals", "Answer"), ("opencompass", "ANSWER")]
)
def test_the_step_by_step_prompt_is_one_user_turn(recipe: str, answer: str) -> None:
    (message,) = asked(recipe).messages
    assert message == Message(
        "user",
        "Answer the following multiple choice question. The last line of your response should be "
        f"of the following format: '{answer}: $LETTER' (without quotes) where LETTER is one of "
        "ABCD. Think step by step before answering.\n\n Which?\nTwo. \n\n"
        "A) 1 N\nB) 2 N\nC) 3 N\nD) None",
    )


def test_simple_evals_asks_four_times_and_warm() -> None:
    condition = DIAMOND.recipe("simple-evals").condition()
    assert (condition.samples, condition.decoding.temperature) == (4, 0.5)


@pytest.mark.parametrize("scoring", ["letters", "generated"])
def test_the_chinese_wording_is_the_same_form(scoring: str) -> None:
    text = asked("official", language="zh", scoring=scoring).text
    assert text.startswith("下面这道题的正确答案是什么：Which?\nTwo.\n选项：\n（A）1 N\n（B）2 N\n")
