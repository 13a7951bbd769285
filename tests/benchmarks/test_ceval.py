"""C-Eval, val and test, from every layout; prompts and means as in its protocols."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.ceval import BENCHMARKS, CATEGORIES, NAMES
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from tests.benchmarks.rows import prompted, write
from tests.benchmarks.scores import macro, made_up, micro, summed_up

CEVAL, CEVAL_TEST = BENCHMARKS
OPTIONS = ("None", "NA", "丙，“丁”", "nan")
STEPS = "1. 先看甲。\n2. 再看乙。"
HARD = {
    *("advanced_mathematics", "discrete_mathematics", "probability_and_statistics"),
    *("college_chemistry", "college_physics"),
    *("high_school_mathematics", "high_school_chemistry", "high_school_physics"),
}
"""Section 3 of the protocols."""


def row(number: int, question: str, answer: Any = "B", **more: Any) -> dict[str, Any]:
    options = dict(zip("ABCD", OPTIONS, strict=True))
    return {"id": number, "question": question, **options, "answer": answer} | more


def unlabelled(number: int, question: str) -> dict[str, Any]:
    return {name: value for name, value in row(number, question).items() if name != "answer"}


DEV = [row(0, "示例？", "C", explanation=STEPS)]
VAL = [row(7, "一？"), row(3, " 二\n？ ", "D")]
TEST = [unlabelled(0, "三？"), unlabelled(1, "四？")]


def authors(folder: Path, ending: str = "\n", bom: bool = False) -> Path:
    for split, table in (("dev", DEV), ("val", VAL), ("test", TEST)):
        write(folder / split / f"law_{split}.csv", table, ending, bom)
    return folder


@pytest.mark.parametrize(("ending", "bom"), [("\n", False), ("\r\n", True)])
def test_authors_layout_keeps_texts_and_the_source_s_own_ids(
    tmp_path: Path, ending: str, bom: bool
) -> None:
    dataset = CEVAL.load(str(authors(tmp_path, ending, bom)))
    assert [item.id for item in dataset.items] == ["law/val/7", "law/val/3"]
    assert [item.question for item in dataset.items] == ["一？", " 二\n？ "]
    assert [item.gold for item in dataset.items] == ["B", "D"]
    assert {item.choices for item in dataset.items} == {OPTIONS}
    assert {item.rationale for item in dataset.items} == {None}
    (exemplar,) = dataset.exemplars["law"]
    assert (exemplar.id, exemplar.gold, exemplar.rationale) == ("law/dev/0", "C", STEPS)


def test_the_test_split_is_asked_without_answers(tmp_path: Path) -> None:
    dataset = CEVAL_TEST.load(str(authors(tmp_path)))
    assert [item.id for item in dataset.items] == ["law/test/0", "law/test/1"]
    assert [item.gold for item in dataset.items] == ["", ""]
    assert [item.gold for item in dataset.exemplars["law"]] == ["C"]


@pytest.mark.parametrize("nothing", ["", None])
def test_answers_of_a_later_release_are_read_where_there_are_any(
    tmp_path: Path, nothing: str | None
) -> None:
    test = [row(0, "三？", "A"), row(1, "四？", nothing)]
    for split, table in (("dev", DEV), ("test", test)):
        write(tmp_path / f"law/{split}-00000-of-00001.parquet", table)
    assert [item.gold for item in CEVAL_TEST.load(str(tmp_path)).items] == ["A", ""]


def test_hub_layouts_and_authors_layout_are_the_same_dataset(tmp_path: Path) -> None:
    parquet, jsonl = tmp_path / "parquet", tmp_path / "jsonl"
    for split, table in (("dev", DEV), ("val", VAL), ("test", TEST)):
        write(parquet / f"law/{split}-00000-of-00001.parquet", table)
        write(jsonl / f"{split}.jsonl", [{"subject": "law", **one} for one in table])
    places = [str(authors(tmp_path / "authors")), str(parquet), str(jsonl)]
    for benchmark in BENCHMARKS:
        assert len({benchmark.load(place).digest() for place in places}) == 1


BROKEN: list[tuple[Any, str, str]] = [
    (row(1, "？", "E"), "val", "law row 2 has the gold answer 'E', which is none of A, B, C, D"),
    (row(1, "？", ""), "val", "law row 2 has the gold answer ''"),
    (row(1, "？", None), "val", "row 2 has nothing in column 'answer'"),
    (unlabelled(1, "？"), "val", "row 2 has no column 'answer'; it has subject, id, question, A"),
    (row(1, "？", "E"), "test", "law row 2 has the gold answer 'E'"),
    (row(0, "？"), "val", "law row 2 has the id 'law/val/0', which "),
    (row(0, "？"), "test", "law row 2 has the id 'law/test/0', which "),
    (row(1, "？", D=4), "test", "law row 2 has an option D that is no text: 4"),
    ({"id": 1, "question": "？"}, "test", "row 2 has no column 'A'"),
]


@pytest.mark.parametrize(("bad", "split", "sentence"), BROKEN)
def test_a_broken_row_is_named_with_its_file(
    tmp_path: Path, bad: dict[str, Any], split: str, sentence: str
) -> None:
    write(tmp_path / "dev.jsonl", [{"subject": "law", **one} for one in DEV])
    rows = [{"subject": "law", **one} for one in (row(0, "一？"), bad)]
    path = write(tmp_path / f"{split}.jsonl", rows)
    benchmark = CEVAL if split == "val" else CEVAL_TEST
    with pytest.raises(BadInput) as refusal:
        benchmark.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


def test_exemplars_must_have_answers_even_where_the_items_have_none(tmp_path: Path) -> None:
    authors(tmp_path)
    path = write(tmp_path / "dev/law_dev.csv", TEST)
    with pytest.raises(BadInput, match="row 1 has no column 'answer'") as refusal:
        CEVAL_TEST.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")


@pytest.mark.parametrize(("name", "split"), [("ceval", "val"), ("ceval-test", "test")])
def test_a_missing_split_is_named_as_val_or_test(tmp_path: Path, name: str, split: str) -> None:
    authors(tmp_path)
    (tmp_path / f"{split}/law_{split}.csv").unlink()
    benchmark = {one.name: one for one in BENCHMARKS}[name]
    with pytest.raises(BadInput) as refusal:
        benchmark.load(str(tmp_path))
    assert f"no {name.upper()} '{split}' split in {tmp_path}" in str(refusal.value)
    assert f"{split}/SUBJECT_{split}.csv" in str(refusal.value)


def test_polaris_exam_is_the_default_and_its_test_split_has_no_answers() -> None:
    for benchmark, letters in ((CEVAL, set("ABCD")), (CEVAL_TEST, {""})):
        dataset = benchmark.load(None)
        assert (dataset.source, dataset.private) == ("Polaris", False)
        assert len({item.id for item in dataset.items}) == len(dataset.items) > 100
        assert {item.gold for item in dataset.items} == letters
        for item in dataset.items:
            assert item.subject in NAMES
            assert sum(bool(exemplar.rationale) for exemplar in dataset.pool(item)) >= 5


@pytest.mark.shared
def test_real_rows(shared: Path) -> None:
    dataset = CEVAL.load(str(shared / "ceval"))
    assert len(dataset.items) == 994
    assert Counter(map(len, dataset.exemplars.values())) == {5: 39}
    assert {item.subject for item in dataset.items} == set(dataset.exemplars) <= set(CATEGORIES)
    assert all(item.rationale for pool in dataset.exemplars.values() for item in pool)
    with (shared / "ceval/val/logic_val.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    mine = {item.id: item for item in dataset.items if item.subject == "logic"}
    assert list(mine) == [f"logic/val/{values['id']}" for values in rows]
    for values in rows:
        item = mine[f"logic/val/{values['id']}"]
        assert [item.question, item.gold] == [values["question"], values["answer"]]
        assert list(item.choices) == [values[letter] for letter in "ABCD"]
    test = CEVAL_TEST.load(str(shared / "ceval")).items
    assert len(test) == 596
    assert {item.gold for item in test} == {""}


@pytest.mark.shared
def test_names_and_categories_are_those_of_the_authors_file(shared: Path) -> None:
    mapping = json.loads((shared / "ceval/subject_mapping.json").read_text(encoding="utf-8"))
    assert {subject: names[1] for subject, names in mapping.items()} == NAMES
    assert {s: names[2] for s, names in mapping.items()} == {s: c[0] for s, c in CATEGORIES.items()}


def test_subjects_by_category() -> None:
    counts = Counter(name for names in CATEGORIES.values() for name in names)
    assert counts == {
        "STEM": 20,
        "Social Science": 10,
        "Humanities": 11,
        "Other": 11,
        "C-Eval Hard": 8,
    }
    assert len(NAMES) == len(set(NAMES.values())) == 52
    assert {s for s, names in CATEGORIES.items() if "C-Eval Hard" in names} == HARD


ASKED = Item("law/val/0", "law", " 什么？", "C", ("甲", "乙", "丙", "丁"))
SHOT = Item("law/dev/0", "law", "示例？", "B", ("子", "丑", "寅", "卯"), STEPS)
HEADER = "以下是中国关于法学考试的单项选择题，请选出其中的正确答案。"
SHOT_ASKED = "示例？\nA. 子\nB. 丑\nC. 寅\nD. 卯\n答案："
LAST = " 什么？\nA. 甲\nB. 乙\nC. 丙\nD. 丁\n答案："


def test_official_prompt_five_shots_and_letters() -> None:
    for benchmark in BENCHMARKS:
        condition = benchmark.recipe("official").condition()
        assert (condition.shots, condition.language, condition.scoring) == (5, "zh", "letters")
        prompt = prompted(benchmark, "official", ASKED, [SHOT])
        assert prompt.text == f"{HEADER}\n\n{SHOT_ASKED}B\n\n{LAST}"
        assert prompt.continuations == ("A", "B", "C", "D")


@pytest.mark.parametrize("scoring", ["letters", "generated"])
def test_official_chat_has_the_instruction_in_the_system_turn(scoring: str) -> None:
    budget = {"max_tokens": 8} if scoring == "generated" else {}
    prompt = prompted(CEVAL, "official", ASKED, [SHOT], template="turns", scoring=scoring, **budget)
    assert prompt.messages[0].role == "system"
    assert prompt.messages[0].content.strip() == HEADER
    assert prompt.messages[1:] == (
        Message("user", SHOT_ASKED),
        Message("assistant", "B"),
        Message("user", LAST),
    )


def test_official_chain_of_thought_is_the_tutorial_s() -> None:
    condition = CEVAL.recipe("official-cot").condition()
    assert (condition.shots, condition.scoring) == (5, "generated")
    prompt = prompted(CEVAL, "official-cot", ASKED, [SHOT])
    assert prompt.text == (
        f"{HEADER}\n\n{SHOT_ASKED}让我们一步一步思考，\n{STEPS}\n所以答案是B。\n\n"
        f"{LAST}让我们一步一步思考，\n"
    )
    zero = prompted(CEVAL, "official-cot", ASKED, reasoning="trigger")
    assert zero.text == f"{HEADER}\n\n{LAST}让我们一步一步思考，\n"


def test_official_chain_of_thought_in_a_chat() -> None:
    prompt = prompted(CEVAL, "official-cot", ASKED, [SHOT], template="turns")
    assert prompt.messages[1:] == (
        Message("user", SHOT_ASKED),
        Message("assistant", f"让我们一步一步思考，\n{STEPS}\n所以答案是B。"),
        Message("user", LAST),
    )
    assert prompt.prefix == "让我们一步一步思考，\n"


def test_lm_eval_prompt_does_not_say_exam() -> None:
    prompt = prompted(CEVAL, "lm-eval", ASKED, [SHOT])
    assert prompt.text == (
        "以下是中国关于法学的单项选择题，请选出其中的正确答案。\n\n"
        f"{SHOT_ASKED} B\n\n{LAST.strip()}"
    )
    assert prompt.continuations == (" A", " B", " C", " D")
    assert "lm-eval" not in CEVAL_TEST.recipes


def test_opencompass_prompts() -> None:
    chat = prompted(CEVAL, "opencompass", ASKED, [SHOT])
    first, answer, last = chat.messages
    assert first == Message("user", f"{HEADER}\n{SHOT_ASKED.replace('：', ': ')}")
    assert answer == Message("assistant", "B")
    assert last.content.endswith(LAST.replace("：", ": "))
    text = prompted(CEVAL, "opencompass", ASKED, [SHOT], scoring="letters", template="off")
    assert text.text == (
        "以下是关于法学的单项选择题，请直接给出正确答案的选项。\n"
        f"{SHOT_ASKED.replace('：', ':')} B\n\n{LAST.replace('：', ':')}"
    )
    assert text.continuations == (" A", " B", " C", " D")


RESULTS = made_up(CATEGORIES)


@pytest.mark.parametrize("benchmark", BENCHMARKS, ids=["val", "test"])
@pytest.mark.parametrize("recipe", ["official", "official-cot", "opencompass"])
def test_means_are_of_subjects_and_hard_ones_count_twice(benchmark: Any, recipe: str) -> None:
    summary = summed_up(benchmark.recipe(recipe), RESULTS)
    assert summary.accuracy == pytest.approx(macro(RESULTS, RESULTS))
    assert summary.accuracy != pytest.approx(micro(RESULTS, RESULTS), abs=1e-3)
    groups = {group.name: group.accuracy for group in summary.categories}
    assert groups["C-Eval Hard"] == pytest.approx(macro(RESULTS, HARD))
    humanities = [s for s, names in CATEGORIES.items() if "Humanities" in names]
    assert groups["Humanities"] == pytest.approx(macro(RESULTS, humanities))
    assert len(groups) == 5


def test_lm_eval_counts_questions_and_has_no_categories() -> None:
    summary = summed_up(CEVAL.recipe("lm-eval"), RESULTS)
    assert summary.accuracy == pytest.approx(micro(RESULTS, RESULTS))
    assert summary.categories == ()
