"""Answers asked for after the reasoning: what is sent, what is kept, what is refused."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Outcome
from astrolabe.core.model import Generated, Generation, Model, Reasoned
from astrolabe.core.run import RunPlan
from astrolabe.models.local import load
from astrolabe.runs.ask import ask
from astrolabe.runs.execute import execute, execute_together
from astrolabe.runs.private import hidden
from astrolabe.runs.store import Store
from astrolabe.runs.summary import summarise


class Scripted:
    """A model that reasons, and answers when it is asked to; it may stop at some point.

    Attributes:
        sent: Every text that it was sent, in order.
        after: Answers that it gives before it is interrupted.
    """

    def __init__(self, model: Model, reasoning: str, answer: str, after: int = 10**6) -> None:
        self.model, self.reasoning, self.answer, self.after = model, reasoning, answer, after
        self.sent: list[str] = []
        self.budgets: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.model, name)

    def generate(self, generations: Sequence[Generation]) -> Iterator[tuple[int, Generated]]:
        for index, generation in enumerate(generations):
            if self.after == 0:
                raise KeyboardInterrupt
            self.after -= 1
            sent = self.model.decode(generation.tokens)
            self.sent.append(sent)
            self.budgets.append(generation.max_tokens)
            asked = "Therefore, the answer" in sent or "所以，答案" in sent
            yield index, Generated(self.answer if asked else self.reasoning, 4, "length")


@pytest.fixture(scope="module")
def polaris() -> Model:
    return load("polaris", device="cpu")


def plan(benchmark: str, limit: int = 3, **fields: Any) -> RunPlan:
    condition = get(benchmark).recipe("zero-shot").condition(**fields)
    return RunPlan("", "scripted", benchmark, condition, limit=limit)


# zero_shot_cot main.py: x = "Q: " + x + "\n" + "A:", then x + " " + trigger; z2 = x + z + " " +
# the answer trigger, which begins with a newline.
STAGES = [
    (
        "gsm8k",
        "Q: {question}\nA: Let's think step by step.",
        "\n\nFirst 2, then 3. That makes 5.",
        " \nTherefore, the answer (arabic numerals) is",
    ),
    (
        "strategyqa",
        "Q: {question}\nA: Let's think step by step.",
        " Ducks swim. ",
        " \nTherefore, the answer (Yes or No) is",
    ),
]


@pytest.mark.parametrize(("benchmark", "first", "reasoning", "asking"), STAGES)
def test_both_stages_are_the_protocol_s_to_the_byte(
    polaris: Model, tmp_path: Path, benchmark: str, first: str, reasoning: str, asking: str
) -> None:
    model = Scripted(polaris, reasoning, " 5.")
    with Store(tmp_path / "a.db") as store:
        run = execute(plan(benchmark, 2), model, store)
    questions = {item.id: item.question.strip() for item in get(benchmark).load(None).items}
    prompts = [first.format(question=questions[item.item]) for item in run.items]
    opening = polaris.decode(
        polaris.encode([ask(plan(benchmark), polaris).fitted[0].prompt])[0].context[:1]
    )
    assert [item.prompt for item in run.items] == prompts
    assert [text.removeprefix(opening) for text in model.sent] == [
        *prompts,
        *(f"{prompt}{reasoning}{asking}" for prompt in prompts),
    ]
    assert model.budgets == [128, 128, 32, 32]
    assert run.items[0].said == f"{reasoning}{asking} 5."


def test_the_answer_is_read_from_what_follows_the_asking_alone(
    polaris: Model, tmp_path: Path
) -> None:
    model = Scripted(polaris, "It is 123456.", " 7, I think, or 8")
    with Store(tmp_path / "a.db") as store:
        run = execute(plan("gsm8k"), model, store)
        assert store.run(run.id) == run
    grade = run.items[0].grades["kojima-number"]
    assert (grade.extracted, grade.outcome) == ("7", Outcome.WRONG)
    (answer,) = run.items[0].answers
    assert isinstance(answer, Generated)
    assert answer.tokens == 8
    assert answer.reasoned == Reasoned(
        "It is 123456.", 4, "length", " \nTherefore, the answer (arabic numerals) is"
    )
    assert run.record["prompts"]["extraction"]["text"] == answer.reasoned.asked
    assert "123456" not in hidden(run).items[0].said


def test_resumed_between_the_stages_it_asks_only_what_is_missing(
    polaris: Model, tmp_path: Path
) -> None:
    with Store(tmp_path / "whole.db") as store:
        whole = execute(plan("gsm8k", 4), Scripted(polaris, "2 + 3 = 5", " 5"), store)
    with Store(tmp_path / "a.db") as store:
        for after in (2, 2, 3):  # within the first stage, at its end, within the second
            model = Scripted(polaris, "2 + 3 = 5", " 5", after)
            with pytest.raises(KeyboardInterrupt):
                execute(plan("gsm8k", 4), model, store)
            assert store.runs() == []
        model = Scripted(polaris, "2 + 3 = 5", " 5")
        run = execute(plan("gsm8k", 4), model, store)
        assert len(model.sent) == 1
        assert (run.id, run.items) == (whole.id, whole.items)
        assert run.record["answers"] == {"computed": 1, "from_store": 7}
        again = execute(plan("gsm8k", 4), Scripted(polaris, "", "", after=0), store)
        assert again == run


def test_runs_of_one_and_of_two_stages_go_together(polaris: Model, tmp_path: Path) -> None:
    plans = [
        plan("gsm8k"),
        plan("gsm8k", extract_tokens=0),
        plan("gsm8k", language="zh"),
        plan("gsm8k", reasoning="none"),
    ]
    with Store(tmp_path / "a.db") as store:
        runs = execute_together(plans, Scripted(polaris, "1 + 1 = 2", " 2"), store)
    assert len({run.id for run in runs}) == 4
    reasoned = [run.items[0].answers[0].reasoned for run in runs]  # type: ignore[union-attr]
    assert reasoned[1] is None
    assert reasoned[2] is not None
    assert reasoned[2].asked == "\n所以，答案（阿拉伯数字）是"
    assert runs[3].items[0].prompt.endswith("\nA:")


def test_every_sample_is_asked_for_its_own_answer(polaris: Model, tmp_path: Path) -> None:
    class Seeded(Scripted):
        def generate(self, generations: Sequence[Generation]) -> Iterator[tuple[int, Generated]]:
            for index, generation in enumerate(generations):
                self.sent.append(self.model.decode(generation.tokens))
                yield index, Generated(f" Seed {generation.decoding.seed}.", 4, "stop")

    model = Seeded(polaris, "", "")
    with Store(tmp_path / "a.db") as store:
        run = execute(plan("gsm8k", 2, samples=3, decoding={"temperature": 1.0}), model, store)
    for item in run.items:
        assert len({answer.whole for answer in item.answers}) == 3  # type: ignore[union-attr]
        for answer in item.answers:
            assert isinstance(answer, Generated)
            assert answer.reasoned is not None
            assert answer.text == answer.reasoned.text  # by the seed that it was reasoned with
            sent = f"{item.prompt}{answer.reasoned.text}{answer.reasoned.asked}"
            assert sum(text.endswith(sent) for text in model.sent) == 1


def test_in_a_chat_the_assistant_s_turn_goes_on(polaris: Model, tmp_path: Path) -> None:
    model = Scripted(polaris, " Two.", " 2")
    with Store(tmp_path / "a.db") as store:
        execute(plan("gsm8k", 1, template="turns"), model, store)
    first, second = model.sent
    assert second == f"{first} Two. \nTherefore, the answer (arabic numerals) is"


def test_room_is_kept_for_both_stages(polaris: Model, tmp_path: Path) -> None:
    context = polaris.context_length
    with pytest.raises(BadInput, match="leaves no room for a prompt"):
        ask(plan("gsm8k", max_tokens=context - 32), polaris)
    with Store(tmp_path / "a.db") as store:
        # More tokens than it was allowed to write: read again, they are too many.
        model = Scripted(polaris, "0 " * context, " 2")
        run = execute(plan("gsm8k", 1), model, store)
    assert run.record["prompts"]["extraction"]["cut_left"] == 1
    assert model.sent[1].endswith(" \nTherefore, the answer (arabic numerals) is")
    assert summarise(run).n == 1


REFUSED = [
    ("gsm8k", "official", {"shots": 0, "extract_tokens": 8}, "no words that ask for the answer"),
    ("gsm8k", "zero-shot", {"shots": 2, "extract_tokens": 8}, "exemplars show the answer"),
    ("mmlu", "official", {"extract_tokens": 8}, "nothing is written"),
]


@pytest.mark.parametrize(("benchmark", "recipe", "asked", "why"), REFUSED)
def test_what_makes_no_sense_is_refused(
    polaris: Model, benchmark: str, recipe: str, asked: dict[str, Any], why: str
) -> None:
    def refused() -> None:
        condition = get(benchmark).recipe(recipe).condition(**asked)
        ask(RunPlan("", "polaris", benchmark, condition, limit=1), polaris)

    with pytest.raises(BadInput, match=why):
        refused()


def test_with_exemplars_the_protocol_has_one_stage() -> None:
    assert get("gsm8k").recipe("zero-shot").condition(shots=2).extract_tokens == 0
