"""MMLU from the authors' layout, the hub's, and Polaris; every broken file is named."""

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet
import pytest

from astrolabe.benchmarks.mmlu import BENCHMARKS, CATEGORIES, LM_EVAL, OFFICIAL
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.prompt import Message
from tests.benchmarks.rows import prompted
from tests.benchmarks.scores import macro, made_up, micro, summed_up

(MMLU,) = BENCHMARKS

ODD = ['Which,\n“one” is "it"?', "None", "NA", "nan", 'a "b", c\r\nd', "B"]
PLAIN = ["1 + 1 = ?", "1.0", "2", "", "null", "B"]
SHOT = ["0 + 1 = ?", "1", "2", "3", "4", "A"]


def write_csv(path: Path, rows: list[list[str]], ending: str = "\n", bom: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as lines:
        csv.writer(lines, lineterminator=ending).writerows(rows)


def authors(folder: Path, test: list[list[str]], subject: str = "abstract_algebra") -> Path:
    write_csv(folder / f"dev/{subject}_dev.csv", [SHOT])
    write_csv(folder / f"test/{subject}_test.csv", test)
    return folder


def hub_row(row: list[str], subject: str = "abstract_algebra", **changes: Any) -> dict[str, Any]:
    fields = {"question": row[0], "subject": subject, "choices": row[1:5]}
    return fields | {"answer": "ABCD".index(row[5])} | changes


def write_jsonl(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def write_parquet(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pyarrow.Table.from_pylist(rows), path)


def hub_jsonl(folder: Path, test: list[Any]) -> Path:
    write_jsonl(folder / "dev.jsonl", [hub_row(SHOT)])
    write_jsonl(folder / "test.jsonl", test)
    return folder


def asks(items: tuple[Item, ...]) -> list[list[str]]:
    return [[item.question, *item.choices, item.gold] for item in items]


@pytest.mark.parametrize(("ending", "bom"), [("\n", False), ("\r\n", False), ("\r\n", True)])
def test_authors_layout_keeps_every_text_as_it_is(tmp_path: Path, ending: str, bom: bool) -> None:
    write_csv(tmp_path / "dev/abstract_algebra_dev.csv", [SHOT], ending, bom)
    write_csv(tmp_path / "test/abstract_algebra_test.csv", [PLAIN, ODD], ending, bom)
    dataset = MMLU.load(str(tmp_path))
    assert asks(dataset.items) == [PLAIN, ODD]
    assert [item.id for item in dataset.items] == [
        "abstract_algebra/test/0",
        "abstract_algebra/test/1",
    ]
    assert asks(dataset.exemplars["abstract_algebra"]) == [SHOT]
    assert dataset.exemplars["abstract_algebra"][0].id == "abstract_algebra/dev/0"


def test_hub_layout_and_authors_layout_are_the_same_dataset(tmp_path: Path) -> None:
    there = hub_jsonl(tmp_path / "hub", [hub_row(PLAIN), hub_row(ODD)])
    here = authors(tmp_path / "authors", [PLAIN, ODD])
    assert MMLU.load(str(here)).digest() == MMLU.load(str(there)).digest()


@pytest.mark.parametrize("config", ["", "all/", "data/", "abstract_algebra/"])
def test_parquet_in_config_folders(tmp_path: Path, config: str) -> None:
    write_parquet(tmp_path / f"{config}dev-00000-of-00001.parquet", [hub_row(SHOT)])
    write_parquet(tmp_path / f"{config}test-00000-of-00001.parquet", [hub_row(PLAIN), hub_row(ODD)])
    dataset = MMLU.load(str(tmp_path))
    assert asks(dataset.items) == [PLAIN, ODD]
    assert asks(dataset.exemplars["abstract_algebra"]) == [SHOT]


def test_the_hub_s_whole_folder_gives_every_item_once(tmp_path: Path) -> None:
    # cais/mmlu holds every row twice: under its subject, and under `all`.
    for config in ("all", "abstract_algebra"):
        write_parquet(tmp_path / config / "dev-00000-of-00001.parquet", [hub_row(SHOT)])
        write_parquet(tmp_path / config / "test-00000-of-00001.parquet", [hub_row(PLAIN)])
    write_parquet(tmp_path / "auxiliary_train/train-00000-of-00001.parquet", [hub_row(ODD)])
    dataset = MMLU.load(str(tmp_path))
    assert asks(dataset.items) == [PLAIN]
    assert asks(dataset.exemplars["abstract_algebra"]) == [SHOT]


def test_shards_that_cut_a_subject_give_every_item_its_own_id(tmp_path: Path) -> None:
    write_parquet(tmp_path / "all/dev-00000-of-00001.parquet", [hub_row(SHOT)])
    write_parquet(tmp_path / "all/test-00000-of-00002.parquet", [hub_row(PLAIN)])
    write_parquet(tmp_path / "all/test-00001-of-00002.parquet", [hub_row(ODD)])
    dataset = MMLU.load(str(tmp_path))
    assert [item.id for item in dataset.items] == [
        "abstract_algebra/test/0",
        "abstract_algebra/test/1",
    ]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    folder = authors(tmp_path, [PLAIN])
    path = folder / "test/abstract_algebra_test.csv"
    path.write_text("\n" + path.read_text() + "\n\n")
    assert asks(MMLU.load(str(folder)).items) == [PLAIN]


def test_letters_stand_for_themselves_in_the_hub_layout(tmp_path: Path) -> None:
    folder = hub_jsonl(tmp_path, [hub_row(PLAIN, answer="D")])
    assert MMLU.load(str(folder)).items[0].gold == "D"


def test_polaris_exam_is_the_default() -> None:
    dataset = MMLU.load(None)
    assert dataset.source == "Polaris"
    assert len({item.id for item in dataset.items}) == len(dataset.items) > 100
    for item in dataset.items:
        assert len(item.choices) == 4
        assert item.gold in "ABCD"
        assert len(dataset.pool(item)) >= 5
    golds = Counter(item.gold for item in dataset.items)
    assert min(golds.values()) > 0.15 * len(dataset.items)


@pytest.mark.shared
def test_real_rows(shared: Path) -> None:
    dataset = MMLU.load(str(shared / "mmlu"))
    assert len(dataset.items) == 4400
    assert len({item.id for item in dataset.items}) == 4400
    assert Counter(map(len, dataset.exemplars.values())) == {5: 44}
    assert {item.subject for item in dataset.items} == set(dataset.exemplars) <= set(CATEGORIES)
    first = dataset.exemplars["astronomy"][4]
    assert first.question == "Why is Mars red?"
    assert first.gold == "A"
    assert first.choices[0] == (
        'Because the surface is covered with heavily oxidized ("rusted") minerals.'
    )
    by_hand = 0
    for path in (shared / "mmlu/test").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as lines:
            by_hand += sum("None" in row[1:5] for row in csv.reader(lines))
    assert sum("None" in item.choices for item in dataset.items) == by_hand


def good(**changes: Any) -> dict[str, Any]:
    return hub_row(PLAIN, **changes)


def without(column: str) -> dict[str, Any]:
    return {name: value for name, value in good().items() if name != column}


BROKEN_HUB: list[tuple[Any, str]] = [
    (good(answer=4), "abstract_algebra row 2 has the gold answer '4', which is none of A, B, C, D"),
    (good(answer=-1), "row 2 has the gold answer '-1'"),
    (good(answer="E"), "row 2 has the gold answer 'E'"),
    (good(answer=""), "row 2 has the gold answer ''"),
    (good(answer=1.0), "row 2 has the gold answer '1.0'"),
    (good(answer=None), "row 2 has nothing in column 'answer'"),
    (without("answer"), "row 2 has no column 'answer'; it has question, subject, choices"),
    (without("choices"), "row 2 has no column 'choices'"),
    (without("question"), "row 2 has no column 'question'"),
    (without("subject"), "row 2 has no column 'subject'"),
    (good(choices=["1", "2", "3"]), "row 2 has 3 choices, not 4"),
    (good(choices=list("12345")), "row 2 has 5 choices, not 4"),
    (good(choices="1234"), "row 2 has"),
    (good(choices=4), "row 2 has"),
    (good(choices=["1", None, "3", "4"]), "row 2 has"),
    ([1, 2], "line 2 is not a JSON object"),
    ("text", "line 2 is not a JSON object"),
]


@pytest.mark.parametrize(("row", "sentence"), BROKEN_HUB)
def test_a_broken_row_is_named_with_its_file(tmp_path: Path, row: Any, sentence: str) -> None:
    folder = hub_jsonl(tmp_path, [good(), row])
    with pytest.raises(BadInput) as refusal:
        MMLU.load(str(folder))
    assert str(refusal.value).startswith(f"{folder / 'test.jsonl'}: ")
    assert sentence in str(refusal.value)


BROKEN_CSV: list[tuple[bytes, str]] = [
    (b"", "no rows"),
    (b"\n\n", "no rows"),
    (b"q,1,2,3,4,A\nq,1,2,3,A\n", "row 2 has 5 columns, expected 6 (question, A, B, C, D, answer)"),
    (b"q,1,2,3,4,A\nq,1,2,3,4,5,A\n", "row 2 has 7 columns, expected 6"),
    (b"q,1,2,3,4,A\nq,1,2,3,4,E\n", "abstract_algebra row 2 has the gold answer 'E'"),
    (b"q,1,2,3,4,\n", "abstract_algebra row 1 has the gold answer ''"),
    (b"question,A,B,C,D,answer\nq,1,2,3,4,A\n", "row 1 has the gold answer 'answer'"),
    (b'q,1,2,3,4,A\n"q,1,2,3,4,A\n', "row 2 has 1 columns"),
    (b"q,1,2,3,4,A\nq,\xff\xfe,2,3,4,A\n", "cannot be read"),
]


@pytest.mark.parametrize(("content", "sentence"), BROKEN_CSV)
def test_a_broken_csv_is_named_with_its_row(tmp_path: Path, content: bytes, sentence: str) -> None:
    folder = authors(tmp_path, [PLAIN])
    path = folder / "test/abstract_algebra_test.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refusal:
        MMLU.load(str(folder))
    assert str(refusal.value).startswith(f"{path}: ")
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("missing", ["dev", "test"])
@pytest.mark.parametrize("layout", ["jsonl", "nothing"])
def test_a_missing_split_is_named_with_what_would_do(
    tmp_path: Path, missing: str, layout: str
) -> None:
    if layout == "jsonl":
        hub_jsonl(tmp_path, [good()])
        (tmp_path / f"{missing}.jsonl").unlink()
    else:
        missing = "test"
        (tmp_path / "test.txt").write_text("nothing that can be read")
    if missing == "dev":
        dataset = MMLU.load(str(tmp_path))
        assert (len(dataset.items), dataset.exemplars) == (1, {})
        said = dataset.without_exemplars
    else:
        with pytest.raises(BadInput) as refusal:
            MMLU.load(str(tmp_path))
        said = str(refusal.value)
    assert f"no MMLU '{missing}' split in {tmp_path}" in said
    for way_out in (f"{missing}/SUBJECT_{missing}.csv", f"{missing}.jsonl", "cais/mmlu", "Polaris"):
        assert way_out in said


def test_authors_layout_without_tests_misses_the_test_split(tmp_path: Path) -> None:
    write_csv(tmp_path / "dev/abstract_algebra_dev.csv", [SHOT])
    with pytest.raises(BadInput, match="no MMLU 'test' split"):
        MMLU.load(str(tmp_path))


def test_categories_are_the_authors() -> None:
    assert len(CATEGORIES) == 57
    assert Counter(CATEGORIES.values()) == {
        ("STEM",): 18,
        ("humanities",): 13,
        ("social sciences",): 12,
        ("other",): 14,
    }
    assert OFFICIAL.categories["anatomy"] == ("other",)


def test_lm_eval_holds_anatomy_for_stem_and_agrees_otherwise() -> None:
    moved = {s for s, c in LM_EVAL.categories.items() if OFFICIAL.categories[s] != c}
    assert moved == {"anatomy"}
    assert LM_EVAL.categories["anatomy"] == ("STEM",)
    assert len(LM_EVAL.categories) == 57
    assert {OFFICIAL.aggregate, LM_EVAL.aggregate} == {"micro"}


ASKED = Item("hp/test/0", "high_school_physics", " Which? ", "C", ("1 N", "2 N", "3 N", "None"))
SHOT_ITEM = Item("hp/dev/0", "high_school_physics", "What falls?", "B", ("air", "iron", "no", "NA"))

STEP_BY_STEP = (
    "Answer the following multiple choice question. The last line of your response should be of "
    "the following format: '{0}: $LETTER' (without quotes) where LETTER is one of ABCD. Think step "
    "by step before answering.\n\n Which? \n\nA) 1 N\nB) 2 N\nC) 3 N\nD) None"
)


@pytest.mark.parametrize(
    ("recipe", "answer"), [("simple-evals", "Answer"), ("opencompass", "ANSWER")]
)
def test_the_step_by_step_prompt_is_one_user_turn(recipe: str, answer: str) -> None:
    prompt = prompted(MMLU, recipe, ASKED)
    assert prompt.messages == (Message("user", STEP_BY_STEP.format(answer)),)
    assert (prompt.text, prompt.prefix, prompt.continuations, prompt.stops) == (None, "", (), ())


def test_the_step_by_step_prompt_with_an_exemplar_shows_the_line_it_asks_for() -> None:
    prompt = prompted(MMLU, "simple-evals", ASKED, [SHOT_ITEM], template="turns")
    assert [message.role for message in prompt.messages] == ["user", "assistant", "user"]
    assert prompt.messages[1].content == "Answer: B"
    text = prompted(MMLU, "simple-evals", ASKED, [SHOT_ITEM], template="off").text
    assert text is not None
    assert "C) no\nD) NA\n\nAnswer: B\n\nAnswer the following" in text
    assert text.endswith("D) None")


def test_opencompass_letters_are_the_authors_prompt_with_both_spaces() -> None:
    prompt = prompted(MMLU, "opencompass", ASKED, [SHOT_ITEM], scoring="letters", template="off")
    assert prompt.text == (
        "The following are multiple choice questions (with answers) about  high school physics.\n\n"
        "What falls?\nA. air\nB. iron\nC. no\nD. NA\nAnswer: B\n\n"
        " Which? \nA. 1 N\nB. 2 N\nC. 3 N\nD. None\nAnswer:"
    )
    assert prompt.continuations == (" A", " B", " C", " D")


def test_opencompass_few_shot_is_a_conversation() -> None:
    prompt = prompted(MMLU, "opencompass-few-shot", ASKED, [SHOT_ITEM])
    hint = (
        "There is a single choice question about high school physics. Answer the question by "
        "replying A, B, C or D.\n"
    )
    assert prompt.messages == (
        Message(
            "user",
            f"{hint}Question: What falls?\nA. air\nB. iron\nC. no\nD. NA\nAnswer: ",
        ),
        Message("assistant", "B\n"),
        Message("user", f"{hint}Question:  Which? \nA. 1 N\nB. 2 N\nC. 3 N\nD. None\nAnswer: "),
    )


def test_conditions_of_the_harnesses() -> None:
    simple = MMLU.recipe("simple-evals").condition()
    assert (simple.shots, simple.template, simple.decoding.temperature) == (0, "single", 0.5)
    assert MMLU.recipe("opencompass").condition().decoding.temperature == 0
    assert MMLU.recipe("opencompass-few-shot").condition().shots == 5


RESULTS = made_up(CATEGORIES)


@pytest.mark.parametrize("recipe", ["official", "lm-eval", "simple-evals"])
def test_micro_recipes_count_questions(recipe: str) -> None:
    summary = summed_up(MMLU.recipe(recipe), RESULTS)
    assert summary.accuracy == pytest.approx(micro(RESULTS, CATEGORIES))
    assert summary.accuracy != pytest.approx(macro(RESULTS, CATEGORIES), abs=1e-3)


@pytest.mark.parametrize("recipe", ["opencompass", "opencompass-few-shot"])
def test_opencompass_is_the_mean_of_subjects(recipe: str) -> None:
    summary = summed_up(MMLU.recipe(recipe), RESULTS)
    assert summary.accuracy == pytest.approx(macro(RESULTS, CATEGORIES))


@pytest.mark.parametrize(
    ("recipe", "stem"),
    [("official", 18), ("simple-evals", 18), ("lm-eval", 19), ("opencompass", 19)],
)
def test_anatomy_counts_where_the_protocol_counts_it(recipe: str, stem: int) -> None:
    science = [subject for subject, names in CATEGORIES.items() if names == ("STEM",)]
    science += ["anatomy"] if stem == 19 else []
    mean = macro if recipe == "opencompass" else micro
    summary = summed_up(MMLU.recipe(recipe), RESULTS)
    (group,) = [group for group in summary.categories if group.name == "STEM"]
    assert len(science) == stem
    assert group.accuracy == pytest.approx(mean(RESULTS, science))
