"""A stored run asked again: the same prompts, or a sentence that says what has changed."""

from dataclasses import replace

import pytest
from tests.conftest import make_model, make_tokenizer

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.models.local import LocalModel
from astrolabe.runs.again import ask_again, plan_of
from astrolabe.runs.execute import execute
from astrolabe.runs.store import Store


@pytest.fixture(scope="module")
def model() -> LocalModel:
    return LocalModel("tiny", make_model("llama"), make_tokenizer("bos"))


@pytest.fixture
def stored(model: LocalModel, tmp_path) -> Run:
    condition = get("mmlu").recipe("official").condition(shots=1)
    plan = RunPlan("", "tiny", "mmlu", condition, subjects=(), limit=6)
    with Store(tmp_path / "s.db") as store:
        run = execute(plan, model, store)
        return store.run(run.id)


def test_the_same_prompts_come_in_the_order_of_the_items(model: LocalModel, stored: Run) -> None:
    asked = ask_again(stored, model)
    assert plan_of(stored).limit == 6
    assert [item.id for item in asked.items] == [item.item for item in stored.items]
    assert [model.text(one.prompt) for one in asked.fitted] == [i.prompt for i in stored.items]


def test_what_has_changed_is_said(model: LocalModel, stored: Run) -> None:
    other = LocalModel("tiny", make_model("llama", seed=1), make_tokenizer("bos"))
    with pytest.raises(BadInput, match=r"has changed since run .* \(weights "):
        ask_again(stored, other)
    fields = stored.condition.fields() | {"order": "rotated-1"}
    turned = replace(stored, condition=type(stored.condition).parse(fields))
    with pytest.raises(BadInput, match="the prompts made for 'mmlu' are no longer those"):
        ask_again(turned, model)
    data = dict(stored.record["data"]) | {"digest": "0" * 32}
    with pytest.raises(BadInput, match="the data of 'mmlu' are no longer those"):
        ask_again(replace(stored, id="another", record={**stored.record, "data": data}), model)
