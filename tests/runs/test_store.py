"""Answers and runs come back as they were put in."""

import sqlite3

import pytest

from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.model import Generated, Scored
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.store import Store


def a_run(identity="f00d", n=3) -> Run:
    items = tuple(
        GradedItem(
            f"i{i}",
            "s",
            "A",
            "说 <b>\n\x00",
            "prompt 题目",
            {"argmax": Grade(Outcome.RIGHT, "A", "argmax", 0.1 + 0.2)},
        )
        for i in range(n)
    )
    condition = Condition(shots=2, role="角色")
    return Run(identity, "m", "mmlu", condition, "argmax", "micro", {"s": "c"}, items, {"k": [1]})


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "a.db") as opened:
        yield opened


def test_answers_come_back_exactly(store):
    answers = {
        "a": Scored((-0.1, -1e-300, -3.3333333333333335), True),
        "b": Generated("多\n行\x00 text", 7, "stop"),
    }
    store.save_answers(answers)
    assert store.answers(["a", "b", "c", "a"]) == answers


def test_an_answer_that_is_there_stays(store):
    store.save_answers({"a": Generated("first", 1, "eos")})
    store.save_answers({"a": Generated("second", 1, "eos")})
    assert store.answers(["a"]) == {"a": Generated("first", 1, "eos")}


def test_more_keys_than_one_query_takes(store):
    answers = {f"k{i}": Scored((float(-i),), False) for i in range(1203)}
    store.save_answers(answers)
    assert store.answers(answers) == answers


def test_a_run_comes_back_exactly_and_is_replaced_by_id(store):
    store.save_run(a_run(n=3))
    assert store.run("f00") == a_run(n=3)
    store.save_run(a_run(n=2))
    assert store.run("f00d") == a_run(n=2)
    assert [run.id for run in store.runs()] == ["f00d"]


def test_runs_are_listed_in_the_order_they_were_first_done(store):
    for identity in ("c", "a", "b", "c"):
        store.save_run(a_run(identity))
    assert [run.id for run in store.runs()] == ["c", "a", "b"]


def test_an_id_must_name_one_run(store):
    store.save_run(a_run("aa1"))
    store.save_run(a_run("aa2"))
    with pytest.raises(BadInput, match="2 runs"):
        store.run("aa")
    with pytest.raises(BadInput, match="no run"):
        store.run("b")
    with pytest.raises(BadInput, match="no run"):
        store.run("%")


def test_what_was_written_down_is_there_for_others_at_once(store, tmp_path):
    store.save_answers({"a": Generated("x", 1, "eos")})
    with sqlite3.connect(tmp_path / "a.db") as other:
        assert other.execute("SELECT count(*) FROM answers").fetchone() == (1,)
