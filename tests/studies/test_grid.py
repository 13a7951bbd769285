"""Grids of conditions, and the comparisons planned between them."""

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.studies.demo import demo
from astrolabe.studies.grid import Choice, grid


def labels(study):
    return [plan.label for plan in study.runs]


def test_lists_make_a_grid_and_each_run_is_compared_once():
    asked = grid("g", ["polaris"], ["mmlu"], {"shots": [0, 5], "language": ["en", "zh"]}, Choice())
    assert labels(asked.study) == [
        "mmlu · 0-shot",
        "mmlu · 0-shot · zh",
        "mmlu · 5-shot",
        "mmlu · 5-shot · zh",
    ]
    # Each differs in one thing from the earliest run it can be laid to; never in two.
    assert asked.study.comparisons == (
        ("mmlu · 0-shot", "mmlu · 0-shot · zh"),
        ("mmlu · 0-shot", "mmlu · 5-shot"),
        ("mmlu · 0-shot · zh", "mmlu · 5-shot · zh"),
    )
    assert asked.left_out == ()


def test_points_without_sense_are_left_out_and_named():
    fields = {"shots": [0, 5], "reasoning": ["none", "worked"]}
    asked = grid("g", ["polaris"], ["mmlu", "gsm8k"], fields, Choice())
    assert labels(asked.study) == [
        "mmlu · 0-shot",
        "mmlu · 5-shot",
        "gsm8k · 0-shot · generated",
        "gsm8k · 5-shot · generated",
        "gsm8k · 5-shot · worked · generated",
    ]
    assert len(asked.left_out) == 3
    assert any("gsm8k with shots 0, reasoning worked" in reason for reason in asked.left_out)


def test_a_grid_without_any_sense_is_refused():
    with pytest.raises(BadInput, match="has to be written out"):
        grid("g", ["polaris"], ["mmlu"], {"reasoning": ["worked"]}, Choice())


def test_several_models_are_compared_condition_by_condition():
    asked = grid("g", ["one", "two"], ["mmlu"], {"shots": [0, 5]}, Choice())
    assert asked.study.comparisons == (
        ("one · mmlu · 0-shot", "one · mmlu · 5-shot"),
        ("one · mmlu · 0-shot", "two · mmlu · 0-shot"),
        ("one · mmlu · 5-shot", "two · mmlu · 5-shot"),
    )


def test_a_run_without_a_like_partner_is_named_or_compared_with_the_first():
    # By the recipe five shots are worked; with none there is nothing to work.
    wishes = ("g", ["polaris"], ["gsm8k"], {"shots": [0, 5]}, Choice())
    asked = grid(*wishes)
    first, other = labels(asked.study)
    assert asked.study.comparisons == ()
    assert asked.not_compared == (
        f"{other} differs from every other run in several things; "
        f"--unlike compares it with {first}",
    )
    asked = grid(*wishes, unlike=True)
    assert asked.study.comparisons == ((first, other),)
    assert asked.not_compared == ()


@pytest.mark.parametrize("name", ["", "a/b", "..", "-x", "two words", "line\n"])
def test_a_name_that_is_no_folder_is_refused(name):
    with pytest.raises(BadInput, match="cannot be called"):
        grid(name, ["polaris"], ["mmlu"], {}, Choice())


def test_equal_conditions_are_run_once():
    asked = grid("g", ["polaris"], ["mmlu"], {"shots": [5, 5]}, Choice())
    assert labels(asked.study) == ["mmlu · 5-shot"]


def test_the_demo_compares_what_its_text_promises():
    assert demo().comparisons == (
        ("mmlu · zero-shot", "mmlu · five-shot"),
        ("label-games · no examples", "label-games · examples"),
        ("gsm8k · direct", "gsm8k · worked"),
        ("gsm8k · worked", "gsm8k · worked, expert role"),
        ("gsm8k · worked", "gsm8k · worked, careless role"),
    )


def test_a_trigger_goes_with_the_points_that_use_it():
    fields = {"shots": [0], "reasoning": ["none", "trigger"], "trigger": ["Now:"]}
    asked = grid("g", ["polaris"], ["gsm8k"], fields, Choice())
    assert [plan.condition.trigger for plan in asked.study.runs] == [None, "Now:"]
    assert len(asked.study.comparisons) == 1
    assert asked.left_out == ()
