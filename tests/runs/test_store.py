"""Answers and runs come back as they were put in."""

import math
import multiprocessing
import os
import sqlite3
from dataclasses import replace

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
            "prompt 题目",
            (Generated("说 <b>\n\x00", 3, "stop"),) if i else (Scored((-0.1, -math.inf), True),),
            (1, 0),
            ("s1", "s2"),
            {"argmax": Grade(Outcome.RIGHT, "A", "argmax", 0.1 + 0.2)},
        )
        for i in range(n)
    )
    condition = Condition(shots=2, role="角色")
    return Run(identity, "m", "mmlu", condition, "argmax", "micro", items, {"k": [1]})


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "a.db") as opened:
        yield opened


def test_answers_come_back_exactly(store):
    answers = {
        "a": Scored((-0.1, -1e-300, -3.3333333333333335), True),
        "b": Generated("多\n行\x00 text", 7, "stop"),
        "d": Scored((-math.inf, math.inf), False),
    }
    store.save_answers(answers)
    assert store.answers(["a", "b", "c", "d", "a"]) == answers


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


def test_a_nan_comes_back(store):
    store.save_answers({"a": Scored((math.nan, -0.5), False)})
    first, second = store.answers(["a"])["a"].logprobs
    assert math.isnan(first)
    assert second == -0.5


def test_listed_runs_hold_everything_but_prompts(store):
    store.save_run(a_run())
    (listed,) = store.runs()
    bare = tuple(replace(item, prompt="") for item in a_run().items)
    assert listed == replace(a_run(), items=bare)


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


def together(work, path, processes=6):
    """Runs `work(path, barrier, results)` in several processes at once; what each one put."""
    context = multiprocessing.get_context("spawn")
    barrier, results = context.Barrier(processes), context.Queue()
    started = [
        context.Process(target=work, args=(path, barrier, results)) for _ in range(processes)
    ]
    for process in started:
        process.start()
    said = [results.get(timeout=60) for _ in started]
    for process in started:
        process.join()
    return said


def open_it(path, barrier, results):
    barrier.wait()
    try:
        with Store(path) as store:
            results.put(len(store.runs()))
    except BadInput as error:
        results.put(str(error))


def save_it(path, barrier, results):
    with Store(path) as store:
        barrier.wait()
        try:
            for identity in ("same", f"own{os.getpid()}", "same"):
                store.save_run(a_run(identity))
            results.put("saved")
        except BadInput as error:
            results.put(str(error))


def test_several_processes_may_open_one_new_file_at_once(tmp_path):
    assert together(open_it, tmp_path / "new.db") == [0] * 6


def test_several_processes_may_save_one_run_at_once(tmp_path):
    assert together(save_it, tmp_path / "new.db", 3) == ["saved"] * 3
    with Store(tmp_path / "new.db") as store:
        runs = store.runs()
        assert len(runs) == 4
        assert store.run("same") == a_run("same")
        assert all(len(run.items) == 3 for run in runs)


def test_a_kill_during_opening_leaves_a_usable_file(tmp_path, monkeypatch):
    def killed(*_args, **_more):
        raise KeyboardInterrupt

    # Everything but the version has been written at this point.
    with monkeypatch.context() as patch:
        patch.setattr("astrolabe.runs.store.sa.insert", killed)
        with pytest.raises(KeyboardInterrupt):
            Store(tmp_path / "a.db")
    with Store(tmp_path / "a.db") as store:
        store.save_run(a_run())
        assert store.run("f00d") == a_run()


def test_readers_never_wait_for_a_writer(store, tmp_path):
    with sqlite3.connect(tmp_path / "a.db") as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize("name", ["a?b.db", "50%.db", "a#b.db", "题.db", "file:x.db"])
def test_a_file_may_be_called_anything(tmp_path, name):
    with Store(tmp_path / name) as store:
        store.save_run(a_run())
    assert (tmp_path / name).stat().st_size > 0
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://me:s3cret@127.0.0.1:1/none",
        "postgresql+psycopg://me@127.0.0.1:1/none?password=s3cret",
        "teapot://me:s3cret@host/x",
        "postgresql://me:s3cret@host:port/x",
    ],
)
def test_a_password_is_never_said(url):
    with pytest.raises(BadInput, match="cannot be used") as said:
        Store(url)
    assert "s3cret" not in str(said.value)
