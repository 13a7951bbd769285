"""CMMLU from the authors' layout, the hub's, and Polaris; prompts and means as in its protocols."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks.cmmlu import BENCHMARKS, CATEGORIES, NAMES
from astrolabe.core.benchmark import Overflow
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from tests.benchmarks.rows import prompted, write
from tests.benchmarks.scores import macro, made_up, micro, summed_up

(CMMLU,) = BENCHMARKS
OPTIONS = ("None", "NA", "丙，“丁”", "nan")
CHINA_SPECIFIC = {
    *("ancient_chinese", "chinese_civil_service_exam", "chinese_driving_rule"),
    *("chinese_food_culture", "chinese_foreign_policy", "chinese_history", "chinese_literature"),
    *("chinese_teacher_qualification", "construction_project_management", "elementary_chinese"),
    *("elementary_commonsense", "ethnology", "high_school_politics", "modern_chinese"),
    "traditional_chinese_medicine",
}
"""Section 2 of the protocols, and the paper's appendix."""


def row(question: str, answer: Any = "B", **more: Any) -> dict[str, Any]:
    return {
        "Question": question,
        **dict(zip("ABCD", OPTIONS, strict=True)),
        "Answer": answer,
    } | more


def authors(
    folder: Path, rows: list[dict[str, Any]], ending: str = "\n", bom: bool = False
) -> Path:
    """The authors' files: a first column without a name counts the rows."""
    for split, table in (("dev", [row("示例？", "C")]), ("test", rows)):
        counted = [{"": number, **one} for number, one in enumerate(table)]
        write(folder / split / "agronomy.csv", counted, ending, bom)
    return folder


@pytest.mark.parametrize(("ending", "bom"), [("\n", False), ("\r\n", True)])
def test_authors_layout_keeps_every_text_as_it_is(tmp_path: Path, ending: str, bom: bool) -> None:
    dataset = CMMLU.load(str(authors(tmp_path, [row("一？"), row(" 二\n？ ", "D")], ending, bom)))
    assert [item.id for item in dataset.items] == ["agronomy/test/0", "agronomy/test/1"]
    assert [item.question for item in dataset.items] == ["一？", " 二\n？ "]
    assert [item.gold for item in dataset.items] == ["B", "D"]
    assert {item.choices for item in dataset.items} == {OPTIONS}
    assert [item.id for item in dataset.exemplars["agronomy"]] == ["agronomy/dev/0"]
    assert dataset.private is False


def test_hub_layouts_and_authors_layout_are_the_same_dataset(tmp_path: Path) -> None:
    rows = [row("一？"), row("二？", "D")]
    parquet, jsonl = tmp_path / "parquet", tmp_path / "jsonl"
    for split, table in (("dev", [row("示例？", "C")]), ("test", rows)):
        write(parquet / f"agronomy/{split}-00000-of-00001.parquet", table)
        write(jsonl / f"{split}.jsonl", [{"subject": "agronomy", **one} for one in table])
    digests = {
        CMMLU.load(str(folder)).digest()
        for folder in (authors(tmp_path / "authors", rows), parquet, jsonl)
    }
    assert len(digests) == 1


def test_every_config_of_the_hub_is_a_subject(tmp_path: Path) -> None:
    for subject in ("anatomy", "virology"):
        for split in ("dev", "test"):
            write(tmp_path / f"{subject}/{split}-00000-of-00001.parquet", [row(f"{subject}？")])
    dataset = CMMLU.load(str(tmp_path))
    assert [item.id for item in dataset.items] == ["anatomy/test/0", "virology/test/0"]
    assert [item.question for item in dataset.exemplars["virology"]] == ["virology？"]


BROKEN: list[tuple[dict[str, Any], str]] = [
    (row("？", "E"), "agronomy row 2 has the gold answer 'E', which is none of A, B, C, D"),
    (row("？", "b"), "agronomy row 2 has the gold answer 'b'"),
    (row("？", ""), "agronomy row 2 has the gold answer ''"),
    (row("？", None), "row 2 has nothing in column 'Answer'"),
    (row("？", C=None), "row 2 has nothing in column 'C'"),
    (row("？", C=3), "agronomy row 2 has an option C that is no text: 3"),
    ({"Question": "？", "A": "", "B": "", "C": ""}, "row 2 has no column 'D'"),
]


@pytest.mark.parametrize(("bad", "sentence"), BROKEN)
def test_a_broken_row_is_named_with_its_file(
    tmp_path: Path, bad: dict[str, Any], sentence: str
) -> None:
    write(tmp_path / "dev.jsonl", [{"subject": "agronomy", **row("示例？")}])
    path = write(tmp_path / "test.jsonl", [{"subject": "agronomy", **r} for r in (row("一"), bad)])
    with pytest.raises(BadInput) as refusal:
        CMMLU.load(str(tmp_path))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


def test_rows_at_the_top_must_name_their_subject(tmp_path: Path) -> None:
    write(tmp_path / "dev.jsonl", [{"subject": "agronomy", **row("示例？")}])
    path = write(tmp_path / "test.jsonl", [row("一？")])
    with pytest.raises(BadInput, match="row 1 has no column 'subject'; it has Question, A, B"):
        CMMLU.load(str(tmp_path))
    path.unlink()
    write(tmp_path / "data/test.jsonl", [row("一？")])
    with pytest.raises(BadInput, match="row 1 has no column 'subject'"):
        CMMLU.load(str(tmp_path))


def test_an_authors_folder_without_exemplars_misses_them(tmp_path: Path) -> None:
    authors(tmp_path, [row("一？")])
    (tmp_path / "dev/agronomy.csv").unlink()
    without = CMMLU.load(str(tmp_path)).without_exemplars
    assert without.startswith(f"no CMMLU 'dev' split in {tmp_path}; expected dev/SUBJECT.csv")


def test_polaris_exam_is_the_default() -> None:
    dataset = CMMLU.load(None)
    assert (dataset.source, dataset.private) == ("Polaris", False)
    assert len({item.id for item in dataset.items}) == len(dataset.items) > 100
    assert {item.subject for item in dataset.items} <= set(NAMES)
    assert all(len(dataset.pool(item)) >= 5 for item in dataset.items)


@pytest.mark.shared
def test_real_rows(shared: Path) -> None:
    dataset = CMMLU.load(str(shared / "cmmlu"))
    assert len(dataset.items) == 5000
    assert Counter(map(len, dataset.exemplars.values())) == {5: 50}
    assert {item.subject for item in dataset.items} == set(dataset.exemplars) <= set(CATEGORIES)
    with (shared / "cmmlu/test/virology.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))[1:]
    mine = [item for item in dataset.items if item.subject == "virology"]
    assert [[i.question, *i.choices, i.gold] for i in mine] == [values[1:] for values in rows]


ASKED = Item("a/test/0", "agronomy", " 什么？", "C", ("甲", "乙", "丙", "丁"))
SHOT = Item("a/dev/0", "agronomy", "示例？", "B", ("子", "丑", "寅", "卯"))
OFFICIAL = (
    "以下是关于农学的单项选择题，请直接给出正确答案的选项。\n\n"
    "题目：示例？\nA. 子\nB. 丑\nC. 寅\nD. 卯\n答案是：B\n\n"
    "题目： 什么？\nA. 甲\nB. 乙\nC. 丙\nD. 丁\n答案是："
)


def test_official_prompt_letters_and_zero_shots() -> None:
    condition = CMMLU.recipe("official").condition()
    assert (condition.shots, condition.language, condition.scoring) == (0, "zh", "letters")
    prompt = prompted(CMMLU, "official", ASKED, [SHOT])
    assert prompt.text == OFFICIAL
    assert prompt.continuations == ("A", "B", "C", "D")
    text = prompted(CMMLU, "official", ASKED).text
    assert text == OFFICIAL.replace("题目：示例？\nA. 子\nB. 丑\nC. 寅\nD. 卯\n答案是：B\n\n", "")


def test_official_chat_is_one_user_turn_when_asked_for() -> None:
    prompt = prompted(
        CMMLU, "official", ASKED, [SHOT], scoring="generated", template="single", max_tokens=8
    )
    assert prompt.messages == (Message("user", OFFICIAL),)


def test_official_chain_of_thought() -> None:
    prompt = prompted(CMMLU, "official-cot", ASKED)
    assert prompt.messages == (
        Message(
            "user",
            "以下是关于农学的单项选择题，请分析并选出正确答案。\n\n"
            "题目： 什么？\nA. 甲\nB. 乙\nC. 丙\nD. 丁\n逐步分析并给出答案选项。",
        ),
    )
    assert (prompt.prefix, prompt.continuations) == ("", ())


def test_what_is_too_long_loses_its_longest_exemplars_in_2048_tokens() -> None:
    for name in ("official", "official-cot"):
        recipe = CMMLU.recipe(name)
        assert (recipe.overflow, recipe.context) == (Overflow.DROP_LONGEST, 2048)


def test_lm_eval_prompt() -> None:
    prompt = prompted(CMMLU, "lm-eval", ASKED, [SHOT])
    assert prompt.text == (
        "以下是关于农学的单项选择题，请直接给出正确答案的选项。\n\n"
        "示例？\nA. 子\nB. 丑\nC. 寅\nD. 卯\n答案： B\n\n"
        "什么？\nA. 甲\nB. 乙\nC. 丙\nD. 丁\n答案："
    )
    assert prompt.continuations == (" A", " B", " C", " D")
    chat = prompted(CMMLU, "lm-eval", ASKED, [SHOT], template="turns")
    assert chat.continuations == ("A", "B", "C", "D")
    assert chat.messages[0].role == "system"


def test_opencompass_prompts() -> None:
    hint = "以下是关于农学的单项选择题，请直接给出正确答案的选项。\n"
    shot, asked = (
        "题目：示例？\nA. 子\nB. 丑\nC. 寅\nD. 卯",
        "题目： 什么？\nA. 甲\nB. 乙\nC. 丙\nD. 丁",
    )
    chat = prompted(CMMLU, "opencompass", ASKED, [SHOT])
    assert [message.role for message in chat.messages] == ["user", "assistant", "user"]
    assert chat.messages[0].content == hint + shot
    assert chat.messages[1].content == "答案是: B"
    assert chat.messages[2].content == hint + asked
    text = prompted(CMMLU, "opencompass", ASKED, [SHOT], scoring="letters", template="off")
    assert text.text == f"{hint}{shot}\n答案是: B\n\n{asked}\n答案是:"
    assert text.continuations == (" A", " B", " C", " D")


def test_subjects_and_categories_are_the_authors() -> None:
    counts = Counter(name for names in CATEGORIES.values() for name in names)
    assert counts == {
        "STEM": 17,
        "Humanities": 13,
        "Social Science": 22,
        "Other": 15,
        "China specific": 15,
    }
    assert len(NAMES) == len(set(NAMES.values())) == len(CATEGORIES) == 67
    china = {subject for subject, names in CATEGORIES.items() if "China specific" in names}
    assert china == CHINA_SPECIFIC
    assert {len(CATEGORIES[subject]) for subject in china} == {2}


RESULTS = made_up(CATEGORIES)


@pytest.mark.parametrize("recipe", ["official", "official-cot", "opencompass"])
def test_means_are_of_subjects_and_china_specific_overlaps(recipe: str) -> None:
    summary = summed_up(CMMLU.recipe(recipe), RESULTS)
    assert summary.accuracy == pytest.approx(macro(RESULTS, RESULTS))
    assert summary.accuracy != pytest.approx(micro(RESULTS, RESULTS), abs=1e-3)
    groups = {group.name: group for group in summary.categories}
    assert groups["China specific"].accuracy == pytest.approx(macro(RESULTS, CHINA_SPECIFIC))
    assert groups["China specific"].n == sum(RESULTS[subject][1] for subject in CHINA_SPECIFIC)
    alone = sum(group.n for name, group in groups.items() if name != "China specific")
    assert alone == summary.n


def test_lm_eval_counts_questions_and_has_no_categories() -> None:
    summary = summed_up(CMMLU.recipe("lm-eval"), RESULTS)
    assert summary.accuracy == pytest.approx(micro(RESULTS, RESULTS))
    assert summary.categories == ()
