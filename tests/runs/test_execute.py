"""A run asks only what is missing, and ends the same however often it was killed."""

import json
import random
import sqlite3
import time
from multiprocessing import get_context

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Exit
from astrolabe.core.run import RunPlan
from astrolabe.models.local import load
from astrolabe.runs import execute as module
from astrolabe.runs.ask import ask
from astrolabe.runs.execute import execute, execute_together
from astrolabe.runs.store import Store
from astrolabe.runs.summary import NEAR_TIE, summarise


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


def plan(benchmark="mmlu", limit=8, **fields) -> RunPlan:
    return RunPlan(
        "", "polaris", benchmark, get(benchmark).recipe("lm-eval").condition(**fields), limit=limit
    )


class Counting:
    """A model that counts what it is asked."""

    def __init__(self, model):
        self.model = model
        self.asked = 0

    def __getattr__(self, name):
        return getattr(self.model, name)

    def score(self, readings):
        self.asked += len(readings)
        return self.model.score(readings)

    def generate(self, generations):
        self.asked += len(generations)
        return self.model.generate(generations)


@pytest.mark.parametrize(
    ("benchmark", "fields"),
    [
        ("mmlu", {"shots": 2}),
        ("mmlu", {"shots": 1, "scoring": "text"}),
        ("mmlu", {"shots": 1, "scoring": "generated", "max_tokens": 4}),
        ("gsm8k", {"shots": 2, "max_tokens": 8}),
        ("gsm8k", {"shots": 2, "max_tokens": 8, "template": "turns", "role": "You are kind."}),
    ],
)
def test_a_second_identical_run_computes_nothing_and_is_the_same(
    polaris, tmp_path, benchmark, fields
):
    with Store(tmp_path / "a.db") as store:
        model = Counting(polaris)
        first = execute(plan(benchmark, **fields), model, store)
        assert model.asked > 0
        assert first.record["answers"]["computed"] > 0
        model = Counting(polaris)
        second = execute(plan(benchmark, **fields), model, store)
        assert model.asked == 0
        assert second == first
        assert store.run(first.id) == first


def test_a_larger_sample_computes_only_what_is_new(polaris, tmp_path):
    with Store(tmp_path / "a.db") as store:
        execute(plan(limit=8, shots=1), polaris, store)
        model = Counting(polaris)
        run = execute(plan(limit=12, shots=1), model, store)
    assert len(run.items) == 12
    assert model.asked == 4 * 4


def test_every_item_is_graded_once_and_in_order(polaris, tmp_path):
    asked = ask(plan(limit=20, shots=0), polaris)
    with Store(tmp_path / "a.db") as store:
        run = execute(plan(limit=20, shots=0), polaris, store)
    assert [item.item for item in run.items] == [item.id for item in asked.items]
    assert summarise(run).n == 20


class Halting:
    """A model that answers some readings, and then something happens."""

    def __init__(self, model, after, error, refused=()):
        self.model, self.left, self.error, self.refused = model, after, error, refused

    def __getattr__(self, name):
        return getattr(self.model, name)

    def score(self, readings):
        for answer in self.model.score(readings):
            if readings[answer[0]].exit in self.refused:
                raise self.error
            if self.left == 0 and not self.refused:
                raise self.error
            self.left -= 1
            yield answer


def test_runs_that_are_complete_when_others_are_cut_off_are_kept(polaris, tmp_path):
    """Every answer of the first run is in the store; the second one's are interrupted."""
    first, second = plan(shots=0), plan(shots=1)
    with Store(tmp_path / "a.db") as store:
        alone = execute(first, polaris, store)
    with Store(tmp_path / "b.db") as store:
        with Store(tmp_path / "a.db") as known:
            requests = ask(first, polaris).by_key
            store.save_answers(known.answers(requests))
        with pytest.raises(KeyboardInterrupt):
            execute_together([first, second], Halting(polaris, 3, KeyboardInterrupt()), store)
        (kept,) = store.runs()
        assert kept.id == alone.id


def test_a_run_that_cannot_be_answered_is_in_no_other_runs_way(polaris, tmp_path):
    bad = plan(shots=0, decoding={"dola": {"layers": [3]}})
    good = plan(shots=1)
    model = Halting(polaris, 0, BadInput("layer 3 is broken"), refused=(Exit(3),))
    with Store(tmp_path / "a.db") as store:
        with pytest.raises(BadInput, match=r"mmlu · .*DoLa 3.*: layer 3 is broken"):
            execute_together([bad, good], model, store)
        (kept,) = store.runs()
        assert kept.condition == good.condition


def test_runs_together_are_what_they_are_alone(polaris, tmp_path):
    dola = {"dola": {"layers": [2, 4], "relative_top": 0.0}}
    plans = [plan(shots=1), plan(shots=1, decoding=dola), plan(shots=1, order="rotated-1")]
    with Store(tmp_path / "a.db") as store:
        together = execute_together(plans, polaris, store)
    for one, run in zip(plans, together, strict=True):
        with Store(tmp_path / f"{run.id}.db") as store:
            alone = execute(one, polaris, store)
        assert alone.id == run.id
        for mine, theirs in zip(alone.items, run.items, strict=True):
            assert {r: g.outcome for r, g in mine.grades.items()} == {
                r: g.outcome for r, g in theirs.grades.items()
            }
            for a, b in zip(mine.answers, theirs.answers, strict=True):
                assert a.layers == b.layers
                assert a.logprobs == pytest.approx(b.logprobs, abs=NEAR_TIE)
    assert together[1].items[0].answers[0].layers[0] in (2, 4)


def test_option_order_changes_what_is_shown_but_not_what_is_meant(polaris, tmp_path):
    """A rotated run scores other strings, and its letters still name the original options."""
    with Store(tmp_path / "a.db") as store:
        plain = execute(plan(limit=6, shots=0), polaris, store)
        rotated = execute(plan(limit=6, shots=0, order="rotated-1"), polaris, store)
    for one, other in zip(plain.items, rotated.items, strict=True):
        assert one.gold == other.gold
        assert one.prompt != other.prompt
        options = [line for line in one.prompt.splitlines() if line[1:3] == ". "][-4:]
        turned = [line for line in other.prompt.splitlines() if line[1:3] == ". "][-4:]
        assert [line[3:] for line in turned] == [line[3:] for line in options[1:] + options[:1]]


def work(path, ready) -> None:
    """The body of a process that will be killed: the whole exam, in many small passes."""
    model = load("polaris", device="cpu")
    model.budget.tokens = 256
    module.SECONDS_AT_RISK = 0.0
    with Store(path) as store:
        ready.set()
        execute(plan(limit=None, shots=2), model, store)


def start(path):
    """`work` in a process of its own, forked from one that has everything imported."""
    processes = get_context("forkserver")
    processes.set_forkserver_preload(["astrolabe.models.local", "astrolabe.runs.execute"])
    ready = processes.Event()
    process = processes.Process(target=work, args=(path, ready))
    process.start()
    assert ready.wait(120), "the process never came to its work"
    return process


def logprobs(path) -> dict[str, list[float]]:
    """Every answer that was written down."""
    with sqlite3.connect(path) as store:
        rows = store.execute("SELECT key, answer FROM answers").fetchall()
    assert len({key for key, _ in rows}) == len(rows)
    return {key: json.loads(answer)["logprobs"] for key, answer in rows}


def verdicts(path) -> list[tuple[str, str, str | None]]:
    """The one run's items, each with what was read from its answer and what became of it."""
    with Store(path) as store:
        (run,) = store.runs()
        items = store.run(run.id).items
    return [(i.item, i.grades[run.rule].outcome, i.grades[run.rule].extracted) for i in items]


def test_killed_ten_times_a_run_ends_as_if_undisturbed(tmp_path):
    whole, killed = tmp_path / "whole.db", tmp_path / "killed.db"
    undisturbed = start(whole)
    undisturbed.join()
    assert undisturbed.exitcode == 0
    total = len(logprobs(whole))
    stream = random.Random(0)
    kept = []
    for kill in range(10):
        disturbed = start(killed)
        # By what is written down, not by the clock: a busy machine is slow at what it likes.
        enough = total * (kill + stream.random()) / 12
        while disturbed.is_alive() and len(logprobs(killed)) < enough:
            time.sleep(0.01)
        disturbed.kill()
        disturbed.join()
        kept.append(len(logprobs(killed)))
    last = start(killed)
    last.join()
    assert last.exitcode == 0
    expected = logprobs(whole)
    found = logprobs(killed)
    assert found.keys() == expected.keys()
    # The same answers: what is computed together differs, so the last bits of a sum may.
    # Seen: 1.2e-5 at a log-prob of -6.5; the bound is the noise stated for float32.
    for key, values in expected.items():
        assert found[key] == pytest.approx(values, abs=NEAR_TIE)
    assert verdicts(killed) == verdicts(whole)
    assert kept == sorted(kept)
    # The kills must have fallen into the work, or nothing was tested.
    assert len({n for n in kept if 0 < n < len(expected)}) > 1, kept
