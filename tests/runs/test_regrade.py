"""Grading anew needs no model, only the store and the data."""

import json
from dataclasses import replace

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.model import Generated
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.export import export
from astrolabe.runs.private import hidden, is_private
from astrolabe.runs.regrade import disputes, regrade
from astrolabe.runs.store import Store
from astrolabe.runs.summary import summarise

ROWS = [
    {"question": "How many?", "answer": "so\n#### 18"},
    {"question": "And now?", "answer": "so\n#### 5"},
    {"question": "Then?", "answer": "so\n#### 7"},
]
TEXTS = ("9 + 9 = 18\n#### 18", "The answer is 5.", "I have seen 7 and 8.\n#### 8")


@pytest.fixture
def folder(tmp_path):
    for split in ("train", "test"):
        path = tmp_path / f"{split}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return tmp_path


def a_run(folder, **record) -> Run:
    condition = get("gsm8k").recipe("lm-eval").condition(shots=0)
    items = tuple(
        GradedItem(
            f"test/{n}",
            "grade_school_math",
            row["answer"].rpartition(" ")[2],
            "q",
            (Generated(text, 5, "eos"),),
            (),
            (),
            {"old": Grade(Outcome.WRONG, None, "old")},
        )
        for n, (row, text) in enumerate(zip(ROWS, TEXTS, strict=True))
    )
    data = {"place": str(folder), **record}
    return Run("r", "m", "gsm8k", condition, "old", "micro", items, {"data": data})


def test_the_recipes_rules_of_today_are_applied(folder, tmp_path):
    with Store(tmp_path / "a.db") as store:
        after = regrade(a_run(folder), store)
    outcomes = [
        [str(i.grades[r].outcome) for r in ("strict-match", "flexible-extract")]
        for i in after.items
    ]
    assert outcomes == [["right", "right"], ["unparsed", "right"], ["wrong", "wrong"]]
    assert after.rule == "strict-match"
    assert after.id == "r"
    assert "old" not in after.items[0].grades
    assert [item.item for item in disputes(after)] == ["test/1"]


def test_other_rules_may_be_asked_for(folder, tmp_path):
    with Store(tmp_path / "a.db") as store:
        after = regrade(a_run(folder), store, ["flexible-extract"])
        assert after.rule == "flexible-extract"
        assert list(after.items[0].grades) == ["flexible-extract"]
        assert regrade(a_run(folder), store, ["math-strict"]).rule == "math-strict"
        with pytest.raises(BadInput, match="'letter-strict' reads letters, but the answers to 'gs"):
            regrade(a_run(folder), store, ["number-strict", "letter-strict"])
        with pytest.raises(BadInput, match="no rule is named; 'gsm8k' has gsm8k-official, strict-"):
            regrade(a_run(folder), store, [])
        with pytest.raises(BadInput, match="'number-lenien' for text, did you mean 'number-lenien"):
            regrade(a_run(folder), store, ["number-lenien"])
        with pytest.raises(BadInput, match="unknown rule 'hope'"):
            regrade(a_run(folder), store, ["hope"])


def test_data_that_changed_are_noticed(folder, tmp_path):
    (folder / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS[:2]))
    with Store(tmp_path / "a.db") as store, pytest.raises(BadInput, match="'test/2' is not in"):
        regrade(a_run(folder), store)
    changed = [*ROWS[:2], {"question": "Then?", "answer": "so\n#### 9"}]
    (folder / "test.jsonl").write_text("".join(json.dumps(row) + "\n" for row in changed))
    with Store(tmp_path / "a.db") as store, pytest.raises(BadInput, match="put the data back"):
        regrade(a_run(folder), store)


def test_what_counts_in_parts_is_no_dispute():
    grades = {
        "mc1": Grade(Outcome.WRONG, "x", "mc1"),
        "mc2": Grade(Outcome.RIGHT, "x", "mc2", share=0.7),
    }
    item = GradedItem("i", "s", "A", "", (), (), (), grades)
    assert disputes(Run("r", "m", "truthfulqa", Condition(), "mc1", "micro", (item,))) == []


def test_texts_of_private_rows_are_not_passed_on_unless_asked(folder, tmp_path):
    run = a_run(folder, private=True)
    assert is_private(run)
    assert not is_private(a_run(folder))
    assert {answer.text for item in hidden(run).items for answer in item.answers} == {""}
    for form in ("json", "csv", "lm-eval"):
        for reveal in (False, True):
            out = tmp_path / f"{form}-{reveal}"
            export(run, form, out, reveal)
            files = [out] if out.is_file() else list(out.iterdir())
            said = any("The answer is 5." in path.read_text() for path in files)
            assert said is reveal, (form, reveal)


def test_unlabelled_and_unjudged_items_are_no_part_of_an_accuracy():
    def item(number: int, outcome: Outcome) -> GradedItem:
        gold = "" if outcome is Outcome.UNLABELLED else "A"
        return GradedItem(str(number), "s", gold, "", (), (), (), {"r": Grade(outcome, "A", "r")})

    outcomes = [Outcome.RIGHT, Outcome.WRONG, Outcome.UNLABELLED, Outcome.INFRA]
    run = Run("r", "m", "b", Condition(), "r", "micro", tuple(map(item, range(4), outcomes)))
    assert summarise(run).accuracy == 0.5
    assert (summarise(run).subjects[0].n, summarise(run).subjects[0].right) == (4, 1)
    none = replace(run, items=run.items[2:])
    summary = summarise(none)
    assert (summary.accuracy, summary.interval, summary.accuracy_read) == (None, None, None)
    assert summary.rules == {"r": None}


def test_an_unread_answer_to_a_question_without_label_does_not_count():
    grades = {"r": Grade(Outcome.UNPARSED, None, "r")}
    run = Run(
        "r",
        "m",
        "b",
        Condition(),
        "r",
        "micro",
        (GradedItem("1", "s", "", "", (), (), (), grades),),
    )
    assert summarise(run).accuracy is None
