"""One run turned into another, step by step: the steps add up, and each changes one thing."""

from dataclasses import replace

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.models.local import load
from astrolabe.runs.execute import execute
from astrolabe.runs.store import Store
from astrolabe.runs.summary import summarise
from astrolabe.runs.watch import Silent
from astrolabe.studies.isolate import isolate


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


@pytest.fixture
def store(tmp_path):
    with Store(tmp_path / "a.db") as opened:
        yield opened


def run(polaris, store, recipe: str, benchmark: str = "mmlu", limit: int = 40, **asked) -> Run:
    condition = get(benchmark).recipe(recipe).condition(**asked)
    plan = RunPlan("", "polaris", benchmark, condition, limit=limit)
    return execute(plan, polaris, store)


def test_the_steps_lead_from_one_run_to_the_other(polaris, store) -> None:
    first = run(polaris, store, "official", shots=5)
    second = run(polaris, store, "lm-eval", shots=2, scoring="text", template="turns")
    found = isolate(first, second, polaris, store, Silent())
    assert [verdict.alternative for verdict in found.verdicts] == [
        "shots",
        "header",
        "wording",
        "chat template",
        "scoring and extraction",
    ]
    assert summarise(found.runs[0]).accuracy == summarise(first).accuracy
    assert [item.grades for item in found.runs[0].items] == [item.grades for item in first.items]
    last = found.runs[-1]
    assert [item.prompt for item in last.items] == [item.prompt for item in second.items]
    assert [item.grades for item in last.items] == [item.grades for item in second.items]
    gap = summarise(second).accuracy - summarise(first).accuracy
    assert sum(verdict.difference for verdict in found.verdicts) == pytest.approx(gap)
    header = found.runs[2].items[0].prompt
    assert header.startswith("The following are questions (with answers) about ")
    assert "\nA. " in header  # options are the next step's


def test_runs_on_the_way_are_not_kept_but_their_answers_are(polaris, store) -> None:
    first = run(polaris, store, "official", limit=4)
    second = run(polaris, store, "lm-eval", limit=4, shots=5, scoring="text")
    isolate(first, second, polaris, store, Silent())
    assert {r.id for r in store.runs()} == {first.id, second.id}
    again = isolate(first, second, polaris, store, Silent())
    between = [
        r.record["answers"]["computed"] for r in again.runs if r.id not in (first.id, second.id)
    ]
    assert between
    assert set(between) == {0}


def test_what_makes_no_sense_by_itself_is_changed_with_the_next(polaris, store) -> None:
    # Worked exemplars cannot go while a budget for writing stays: reasoning waits for shots.
    first = run(polaris, store, "official", "gsm8k", limit=3, shots=1, max_tokens=8)
    second = run(polaris, store, "lm-eval", "gsm8k", limit=3, shots=0, max_tokens=8)
    found = isolate(first, second, polaris, store, Silent())
    names = [verdict.alternative for verdict in found.verdicts]
    assert names[0] in ("reasoning", "reasoning + shots")
    assert [i.prompt for i in found.runs[-1].items] == [i.prompt for i in second.items]


def test_only_runs_of_one_model_on_the_same_items_can_be_taken_apart(polaris, store) -> None:
    first = run(polaris, store, "official", limit=4)
    for other, what in (
        (run(polaris, store, "official", limit=5), "items"),
        (run(polaris, store, "official", "gsm8k", limit=4, max_tokens=4), "benchmark"),
    ):
        with pytest.raises(BadInput, match=f"differ in their {what}"):
            isolate(first, other, polaris, store, Silent())
    with pytest.raises(BadInput, match="nothing to take apart"):
        isolate(first, first, polaris, store, Silent())
    foreign = replace(first, record=first.record | {"model": {"weights": "other"}})
    with pytest.raises(BadInput, match="other weights"):
        isolate(foreign, foreign, polaris, store, Silent())
