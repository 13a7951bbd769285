"""lm-evaluation-harness' logs: rows find their items, metrics their rules, and refusals say why."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from tests.runs import made_up_logs as logs

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.run import RunPlan
from astrolabe.models.local import load
from astrolabe.runs.accounts import of_run
from astrolabe.runs.diff import explain
from astrolabe.runs.execute import execute
from astrolabe.runs.export import export
from astrolabe.runs.lm_eval_account import of_lm_eval
from astrolabe.runs.store import Store

RIGHT, WRONG = [-1.0, -2.0, -3.0, -4.0], [-2.0, -1.0, -3.0, -4.0]


def samples(items, totals):
    return [
        logs.scored_sample(item, row, logs.exam_prompt(item, ""), values)
        for row, (item, values) in enumerate(zip(items, totals, strict=True))
    ]


def two_subjects():
    first, second = logs.exam(2, "anatomy"), logs.exam(2, "virology")
    again = replace(second.items[0], question=first.items[1].question)
    return replace(first, items=(*first.items, again, second.items[1]))


def test_a_question_that_stands_in_two_subjects_is_found_in_its_own(tmp_path):
    dataset = two_subjects()
    place = logs.write_log(
        tmp_path,
        {
            "mmlu_virology": samples(dataset.items[2:], [WRONG, RIGHT]),
            "mmlu_anatomy": samples(dataset.items[:2], [RIGHT, RIGHT]),
        },
    )
    told = of_lm_eval(place, dataset, ("argmax",)).told
    assert {name: one.credit for name, one in told.items()} == {
        "anatomy/test/0": 1,
        "anatomy/test/1": 1,
        "virology/test/0": 0,
        "virology/test/1": 1,
    }


def test_a_question_asked_twice_in_a_subject_is_two_items(tmp_path):
    dataset = logs.exam(2)
    twice = replace(dataset.items[1], question=dataset.items[0].question)
    dataset = replace(dataset, items=(dataset.items[0], twice))
    place = logs.write_log(tmp_path, {"mmlu_anatomy": samples(dataset.items, [RIGHT, WRONG])})
    assert len(of_lm_eval(place, dataset, ("argmax",)).told) == 2


def test_a_groups_score_is_as_reported_and_names_it(tmp_path):
    dataset = two_subjects()
    tasks = {
        "mmlu_anatomy": samples(dataset.items[:2], [RIGHT, RIGHT]),
        "mmlu_virology": samples(dataset.items[2:], [RIGHT, WRONG]),
    }
    groups = {"mmlu": ["mmlu_stem", "mmlu_other"], "mmlu_stem": ["mmlu_anatomy"]}
    groups["mmlu_other"] = ["mmlu_virology"]
    score = {"alias": "mmlu", "acc,none": 0.7, "acc_stderr,none": 0.1}
    place = logs.write_log(tmp_path, tasks, groups=groups, group_scores={"mmlu": score})
    whole = of_lm_eval(place, dataset, ("argmax",))
    assert (whole.name, whole.accuracy) == ("lm-eval mmlu, acc,none", 0.7)
    assert whole.aggregate == "as reported"
    part = of_lm_eval(place, dataset, ("argmax",), task="mmlu_other")
    assert (part.name, part.accuracy) == ("lm-eval mmlu_other, acc,none", 0.5)
    assert list(part.told) == ["virology/test/0", "virology/test/1"]
    with pytest.raises(BadInput, match=r"no task 'mmlu_law'; it has mmlu_anatomy, mmlu_virology"):
        of_lm_eval(place, dataset, ("argmax",), task="mmlu_law")


def test_tasks_about_other_things_are_passed_over(tmp_path):
    dataset = logs.exam(2)
    other = logs.problems(1).items[0]
    place = logs.write_log(
        tmp_path,
        {
            "gsm8k": logs.written_samples(other, 0, "p", "7", {"strict-match": "7"}),
            "mmlu_anatomy": samples(dataset.items, [RIGHT, WRONG]),
        },
    )
    found = of_lm_eval(place, dataset, ("argmax",))
    assert (found.rule, found.accuracy, found.elsewhere) == ("argmax", 0.5, ())


def test_the_metric_of_the_runs_own_rule_is_taken(tmp_path):
    dataset = logs.problems(1)
    read = {"flexible-extract": "3", "strict-match": "7"}
    written = logs.written_samples(dataset.items[0], 0, "p", "#### 7", read)
    place = logs.write_log(tmp_path, {"gsm8k_cot": written})
    for rules, metric, rule, credit in (
        (("strict-match", "flexible-extract"), None, "strict-match", 1),
        (("gsm8k-cot",), None, "gsm8k-cot", 1),
        (("flexible-extract",), None, "flexible-extract", 0),
        (("number-strict",), None, "exact_match,flexible-extract", 0),
        (("number-strict",), "exact_match,strict-match", "exact_match,strict-match", 1),
    ):
        found = of_lm_eval(place, dataset, rules, metric)
        assert (found.rule, found.told["test/0"].credit) == (rule, credit)


def test_acc_norm_prefers_by_length(tmp_path):
    item = Item("validation/0", "s", "q?", "A", ("yes", "not at all so"))
    dataset = replace(logs.exam(0), items=(item,))
    sample = {
        "doc_id": 0,
        "doc": {"question": "q?", "choices": ["yes", "not at all so"]},
        "arguments": {
            "gen_args_0": {"arg_0": "q?", "arg_1": " yes"},
            "gen_args_1": {"arg_0": "q?", "arg_1": " not at all so"},
        },
        "resps": [[["-3.0", "False"]], [["-6.5", "False"]]],
        "filter": "none",
        "metrics": ["acc", "acc_norm"],
        "acc": 1.0,
        "acc_norm": 0.0,
    }
    place = logs.write_log(tmp_path, {"mmlu_anatomy_continuation": [sample]})
    assert of_lm_eval(place, dataset, ("argmax",)).told[item.id].read == "A"
    # -3 / 3 is less than -6.5 / 13.
    assert of_lm_eval(place, dataset, ("argmax-per-char",)).told[item.id].read == "B"


def truthful(tmp_path: Path) -> tuple[Item, Path]:
    item = Item("validation/0", "s", "Is it?", "A", ("yes", "no", "maybe"))

    def sample(answers: list[str], totals: list[str], credit: float):
        return {
            "doc_id": 0,
            "doc": {"question": "Is it?", "mc2_targets": {"choices": ["yes", "no", "maybe"]}},
            "arguments": {
                f"gen_args_{i}": {"arg_0": "Q: Is it?\nA:", "arg_1": f" {answer}"}
                for i, answer in enumerate(answers)
            },
            "resps": [[[total, "False"]] for total in totals],
            "filter": "none",
            "metrics": ["acc"],
            "acc": credit,
        }

    tasks = {
        "truthfulqa_mc1": [sample(["yes", "maybe"], ["-2.0", "-1.0"], 0.0)],
        "truthfulqa_mc2": [sample(["yes", "no", "maybe"], ["-2.0", "-3.0", "-4.0"], 0.8)],
    }
    return item, logs.write_log(tmp_path, tasks)


def test_several_tasks_about_the_same_items_have_to_be_told_apart(tmp_path):
    item, place = truthful(tmp_path)
    dataset = replace(logs.exam(0), items=(item,))
    rules = ("mc1", "mc2", "mc3")
    with pytest.raises(BadInput, match=r"\(truthfulqa_mc1, truthfulqa_mc2\); say which with --tas"):
        of_lm_eval(place, dataset, rules)
    first = of_lm_eval(place, dataset, rules, task="truthfulqa_mc1")
    assert (first.rule, first.told[item.id].read) == ("mc1", "maybe")
    second = of_lm_eval(place, dataset, rules, task="truthfulqa_mc2")
    assert (second.rule, second.accuracy, second.told[item.id].read) == ("mc2", 0.8, "yes")


def test_an_absent_description_is_an_unknown_header(tmp_path):
    dataset = logs.exam(1)
    place = logs.write_log(tmp_path, {"mmlu_anatomy": samples(dataset.items, [RIGHT])})
    assert of_lm_eval(place, dataset, ("argmax",)).told["anatomy/test/0"].header == ""
    results = json.loads(place.read_text())
    del results["configs"]["mmlu_anatomy"]["description"]
    place.write_text(json.dumps(results))
    assert of_lm_eval(place, dataset, ("argmax",)).told["anatomy/test/0"].header is None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda place: place.write_text("{"), r"cannot be read"),
        (lambda place: place.write_text("[]"), r"is no results file"),
        (lambda place: place.write_text('{"results": {"a": 3}, "configs": {}}'), "is no results"),
        (lambda place: [x.unlink() for x in place.parent.glob("samples*")], r"--log_samples"),
        (
            lambda place: [x.write_text('{"doc": {}}\n') for x in place.parent.glob("samples*")],
            r"line 1 is no sample",
        ),
        (
            lambda place: [x.write_text("not JSON\n") for x in place.parent.glob("samples*")],
            r"line 1 is no sample",
        ),
    ],
)
def test_files_of_another_form_are_refused(tmp_path, spoil, said):
    dataset = logs.exam(1)
    place = logs.write_log(tmp_path, {"mmlu_anatomy": samples(dataset.items, [RIGHT])})
    spoil(place)
    with pytest.raises(BadInput, match=said):
        of_lm_eval(place, dataset, ("argmax",))


def test_other_data_and_unknown_metrics_are_refused(tmp_path):
    dataset = logs.exam(1)
    place = logs.write_log(tmp_path, {"mmlu_anatomy": samples(dataset.items, [RIGHT])})
    with pytest.raises(BadInput, match="were both run on the same data"):
        of_lm_eval(place, logs.problems(2), ("strict-match",))
    with pytest.raises(BadInput, match=r"has the metric 'acc,strict'; it has acc,none"):
        of_lm_eval(place, dataset, ("argmax",), metric="acc,strict")
    with pytest.raises(BadInput, match=r"results file '.*nowhere.json' cannot be read"):
        of_lm_eval(tmp_path / "nowhere.json", dataset, ("argmax",))


@pytest.mark.parametrize("benchmark", ["mmlu", "gsm8k"])
def test_our_own_export_in_its_layout_tells_of_the_same_run(benchmark, tmp_path):
    polaris = load("polaris", device="cpu")
    condition = get(benchmark).recipe("lm-eval").condition(shots=2)
    with Store(tmp_path / "a.db") as store:
        run = execute(RunPlan("", "polaris", benchmark, condition, limit=6), polaris, store)
    export(run, "lm-eval", tmp_path / "log")
    (place,) = (tmp_path / "log").glob("results_*.json")
    dataset = get(benchmark).load(None)
    other = of_lm_eval(place, dataset, tuple(run.items[0].grades))
    gap = explain(of_run(run), other)
    assert [(share.causes, share.items) for share in gap.shares] == [((), 6)]
    assert gap.total == pytest.approx(0)
