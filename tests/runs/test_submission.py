"""C-Eval's submission: letters by id and subject, and nothing that was not read."""

import json
import logging
import re
from dataclasses import replace
from pathlib import Path

import pytest

from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.export import export
from astrolabe.runs.submission import ceval_submission, unread


def answered(name: str, letter: str | None, outcome: Outcome = Outcome.UNLABELLED) -> GradedItem:
    grades = {
        "headline": Grade(outcome, letter, "headline"),
        "other": Grade(Outcome.UNLABELLED, "D", "other"),
    }
    subject = name.split("/")[0]
    return GradedItem(name, subject, "", "", (), (3, 2, 1, 0), (), grades)


ITEMS = (
    answered("law/test/0", "A"),
    answered("law/test/10", "C", Outcome.RIGHT),
    answered("logic/test/0", "B", Outcome.WRONG),
    answered("logic/test/1", None, Outcome.UNPARSED),
    answered("physician/test/3", None, Outcome.TRUNCATED),
)
RUN = Run("0123456789", "m", "ceval-test", Condition(), "headline", "macro", ITEMS)


def test_letters_stand_by_id_and_subject_and_the_unread_are_left_out() -> None:
    assert ceval_submission(RUN) == {
        "law": {"0": "A", "10": "C"},
        "logic": {"0": "B"},
        "physician": {},
    }
    assert unread(RUN) == ["logic/test/1", "physician/test/3"]


def test_the_file_is_the_submission_and_the_unread_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "astrolabe"):
        path = export(RUN, "ceval-submission", tmp_path / "mine.json")
    assert json.loads(path.read_text(encoding="utf-8")) == ceval_submission(RUN)
    assert caplog.messages == [
        "2 of 5 answers could not be read and are not in the submission: logic/test/1, "
        "physician/test/3"
    ]


def test_many_unread_are_counted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lost = tuple(answered(f"law/test/{i}", None, Outcome.UNPARSED) for i in range(20, 28))
    with caplog.at_level(logging.WARNING, "astrolabe"):
        export(replace(RUN, items=(*ITEMS[:3], *lost)), "ceval-submission", tmp_path / "mine.json")
    (said,) = caplog.messages
    assert said.startswith("8 of 11 answers could not be read")
    assert said.endswith(
        "law/test/20, law/test/21, law/test/22, law/test/23, law/test/24 and 3 more"
    )


def test_a_part_of_the_test_set_is_said_to_be_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = replace(RUN, items=ITEMS[:3], record={"data": {"items": 3, "of": 3}})
    part = replace(whole, record={"data": {"items": 3, "of": 12_342}})
    with caplog.at_level(logging.WARNING, "astrolabe"):
        export(whole, "ceval-submission", tmp_path / "whole.json")
        export(part, "ceval-submission", tmp_path / "part.json")
    assert caplog.messages == [
        "the run asked 3 of 12342 items; the others are not in the submission"
    ]


@pytest.mark.parametrize("benchmark", ["ceval", "cmmlu"])
def test_other_benchmarks_are_refused(tmp_path: Path, benchmark: str) -> None:
    with pytest.raises(BadInput, match=f"run 01234567 is of '{benchmark}', but only") as refusal:
        export(replace(RUN, benchmark=benchmark), "ceval-submission", tmp_path / "mine.json")
    assert "ceval-test" in str(refusal.value)
    assert not (tmp_path / "mine.json").exists()


def test_a_run_without_any_answer_is_refused() -> None:
    with pytest.raises(BadInput, match="no answer of run 01234567 could be read"):
        ceval_submission(replace(RUN, items=ITEMS[3:]))


def test_the_file_s_own_name_ends_in_json(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert str(export(RUN, "ceval-submission")) == "ceval-test-01234567.json"


@pytest.mark.shared
def test_the_form_is_the_authors_example_s(shared: Path) -> None:
    example = json.loads((shared / "ceval/submission_example.json").read_text(encoding="utf-8"))
    for submission in (example, ceval_submission(RUN)):
        for subject, letters in submission.items():
            assert re.fullmatch("[a-z_]+", subject)
            assert all(re.fullmatch("[0-9]+", name) for name in letters)
            assert set(letters.values()) <= set("ABCD")
