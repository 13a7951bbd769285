import pytest

from astrolabe.benchmarks import get
from astrolabe.core.item import Item
from astrolabe.grading.rules import OPTION_RULES, TEXT_RULES
from perf import agree, generations, protocols, sides


@pytest.mark.parametrize("name", protocols.PROTOCOLS)
def test_a_protocol_names_a_recipe_and_rules_by_which_it_grades(name):
    protocol = protocols.PROTOCOLS[name]
    recipe = get(protocol.benchmark).recipe(protocol.recipe)
    condition = sides.Task(name).condition()
    used = set(recipe.rules[condition.scoring])
    assert set(protocol.rules.values()) <= used
    assert set(protocol.rules.values()) <= {*TEXT_RULES, *OPTION_RULES}
    assert (recipe.published is None) <= (protocol.published is None)


def test_tasks_are_named_as_there_and_in_the_order_of_our_items():
    assert protocols.PROTOCOLS["minerva_math"].task_names() == [
        f"minerva_math_{name}"
        for name in (
            "algebra",
            "counting_and_prob",
            "geometry",
            "intermediate_algebra",
            "num_theory",
            "prealgebra",
            "precalc",
        )
    ]
    assert protocols.PROTOCOLS["mmlu_continuation"].task_names(("virology", "anatomy")) == [
        "mmlu_anatomy_continuation",
        "mmlu_virology_continuation",
    ]
    assert protocols.PROTOCOLS["truthfulqa_mc2"].task_names() == ["truthfulqa_mc2"]


def test_a_task_asks_for_what_its_protocol_says_unless_told_otherwise():
    worded = sides.Task("gsm8k_cot_zeroshot", max_tokens=7).condition()
    assert (worded.shots, worded.reasoning, worded.max_tokens) == (0, "trigger", 7)
    assert sides.Task("mmlu").condition().shots == 5
    assert sides.Task("gsm8k").condition().draw == "lm-eval"
    other = sides.Task("gsm8k", shots=8, draw="first").condition()
    assert (other.shots, other.draw) == (8, "first")


def test_lm_eval_lists_a_row_once_for_each_filter():
    item = {"name": "gsm8k/3", "context": "c", "scored": ["Question:"], "text": "t"}
    items = [
        item | {"credit": {"exact_match,strict-match": 0.0}},
        item | {"credit": {"exact_match,flexible-extract": 1.0}},
    ]
    (found,) = sides._rows(items, protocols.PROTOCOLS["gsm8k"])
    credit = {"strict-match": 0.0, "flexible-extract": 1.0}
    assert found == agree.Row("gsm8k/3", "c", ("Question:",), (), "t", credit)
    with pytest.raises(ValueError, match=r"no metric 'exact_match,flexible-extract'"):
        sides._rows(items[:1], protocols.PROTOCOLS["gsm8k"])


def test_metrics_that_no_rule_of_ours_is_for_are_left_out():
    item = {"name": "mmlu_a/0", "context": "c", "scored": [" A"], "logprobs": [-1.0]}
    (found,) = sides._rows(
        [item | {"credit": {"acc,none": 1.0, "acc_norm,none": 0.0}}], protocols.PROTOCOLS["mmlu"]
    )
    assert found == agree.Row("mmlu_a/0", "c", (" A",), (-1.0,), "", {"argmax": 1.0})


def test_only_the_answers_that_a_protocol_scores_compete():
    places = {"mc1_true": [0], "mc1_false": [2], "mc2_true": [0, 1], "mc2_false": [2, 3]}
    item = Item("i", "s", "q", "A", ("a", "b", "c", "d"), metadata=places)
    assert sides._competing(item, protocols.PROTOCOLS["truthfulqa_mc1"]) == [0, 2]
    assert sides._competing(item, protocols.PROTOCOLS["truthfulqa_mc2"]) == [0, 1, 2, 3]
    assert sides._competing(item, protocols.PROTOCOLS["mmlu"]) is None


def test_our_grades_of_given_texts_are_by_the_protocols_rules():
    item = Item("test/0", "s", "q", "18")
    task = sides.Task("gsm8k")
    said = ("#### 18", "so 18", "#### 18 or 5")
    graded = [sides.our_grades(task, [item], [text])[0].credit for text in said]
    assert graded == [
        {"strict-match": 1.0, "flexible-extract": 1.0},
        {"strict-match": 0.0, "flexible-extract": 1.0},
        {"strict-match": 1.0, "flexible-extract": 0.0},
    ]


def test_given_texts_differ_between_items_and_hold_right_and_wrong_answers():
    items = [
        Item(f"i/{n}", "s", f"q{n}", f"{n}", rationale=f"It is $\\boxed{{{n}}}$.")
        for n in range(10, 13)
    ]
    made = generations.texts("math", items)
    assert len(made) == generations.AT_MOST["math"]
    assert all(len(texts) == len(items) for texts in made)
    for place, item in enumerate(items):
        own = {texts[place] for texts in made}
        assert len(own) == len(made)
        assert any(item.gold in text for text in own)
    assert generations.texts("mmlu", items) == []
