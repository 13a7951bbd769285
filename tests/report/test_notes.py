"""What stands beneath a list of runs."""

from dataclasses import replace

from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import Run
from astrolabe.report.notes import metrics, next_steps
from tests.report.made_up import make_run


def graded(run: Run, outcome: Outcome, gold: str) -> Run:
    """The run with one outcome everywhere."""
    items = tuple(
        replace(item, gold=gold, grades={rule: Grade(outcome, None, rule) for rule in item.grades})
        for item in run.items
    )
    return replace(run, items=items)


def test_the_metric_is_named_and_others_where_they_say_something_else() -> None:
    run = make_run(0.5, n=4)
    half = tuple(
        replace(
            item,
            grades=item.grades
            | {
                "mc2": Grade(Outcome.RIGHT, "B", "mc2", share=0.375),
                "same": replace(item.grades[run.rule], rule="same"),
            },
        )
        for item in run.items
    )
    named, others = metrics({"a": replace(run, items=half, aggregate="macro")})
    assert named == "accuracy: mmlu by argmax, mean over subjects"
    assert others == "a, otherwise: mc2 37.5 %"


def test_one_metric_of_several_runs_is_named_once() -> None:
    runs = {"a": make_run(0.5, n=4), "b": make_run(0.5, n=4, shots=5)}
    assert metrics(runs) == ["accuracy: mmlu by argmax, mean over items"]


def test_runs_that_were_read_need_no_next_step() -> None:
    assert next_steps({"a": make_run(0.5, n=8)}) == []


def test_unread_answers_lead_to_one_of_them_and_to_more_room() -> None:
    run = make_run(0.5, "gsm8k", n=3)
    (cut,) = next_steps({"a": graded(run, Outcome.TRUNCATED, "18")})
    assert cut.startswith("a: 3 of 3 items could not be read (3 cut off), so")
    assert f"`astrolabe show {run.id[:8]} --item 0`" in cut
    assert cut.endswith("--max-tokens gives more room than 256 tokens")
    (unread,) = next_steps({"a": graded(run, Outcome.UNPARSED, "18")})
    assert "(0 cut off)" in unread
    assert "--max-tokens" not in unread


def test_without_labels_answers_can_be_handed_in() -> None:
    run = graded(make_run(0.5, n=3), Outcome.UNLABELLED, "")
    (step,) = next_steps({"a": replace(run, benchmark="ceval-test")})
    assert f"`astrolabe export {run.id[:8]} --format ceval-submission`" in step
    (step,) = next_steps({"a": run})
    assert "--format json`" in step
