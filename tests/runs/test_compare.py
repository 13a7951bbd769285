"""Comparisons: what is paired, what is refused, what is said."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_1samp

from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run
from astrolabe.runs.compare import compare
from astrolabe.runs.sentences import sentence

OUTCOME = {
    "r": Outcome.RIGHT,
    "w": Outcome.WRONG,
    "u": Outcome.UNPARSED,
    "t": Outcome.TRUNCATED,
    "n": Outcome.NOT_RUN,
}


def run(
    outcomes: str, subjects: int = 12, rule: str = "argmax", block: int = 1, **fields: Any
) -> Run:
    """A run of `outcomes` (one letter an item), its items dealt to the subjects in blocks.

    Other fields are the run's or the condition's.
    """
    own = {k: fields.pop(k) for k in ("model", "benchmark", "record") if k in fields}
    condition = Condition.parse(fields)
    items = tuple(
        GradedItem(
            item=f"i{i}",
            subject=f"s{i // block % subjects}",
            gold="A",
            prompt="Q",
            answers=(),
            order=(),
            shots=(),
            grades={rule: Grade(OUTCOME[o], None, rule)},
        )
        for i, o in enumerate(outcomes)
    )
    given = {"model": "polaris", "benchmark": "mmlu", "record": {"data": {"digest": "d"}}} | own
    return Run(
        id=f"{given['model']}/{condition.digest()}",
        condition=condition,
        rule=rule,
        aggregate="micro",
        items=items,
        **given,
    )


ZERO = run("w" * 60 + "r" * 240)
FIVE = run("r" * 48 + "w" * 12 + "w" * 12 + "r" * 228, shots=5)


def test_the_verdict_of_a_clear_difference() -> None:
    (verdict,) = compare([(ZERO, FIVE)])
    assert (verdict.items, verdict.clusters) == (300, 12)
    assert (verdict.gained, verdict.lost, verdict.difference) == (48, 12, 0.12)
    assert verdict.decided
    assert verdict.p_corrected == verdict.p < 1e-5
    assert verdict.differs_in == (("shots", "0", "5"),)
    low, high = (f"{100 * end:.1f}" for end in (verdict.interval.low, verdict.interval.high))
    assert verdict.sentence == (
        "5-shot is right on more of the 300 items than 0-shot, by 12.0 points "
        f"(95 % interval {low} to {high}; p < 0.0001): decided: chance alone would hardly do this."
    )


def test_an_undecided_difference_says_what_could_have_been_seen() -> None:
    (verdict,) = compare([(run("rrrw" * 20), run("rrwr" * 3 + "rrrw" * 17, shots=5))])
    assert not verdict.decided
    assert verdict.sentence.startswith("5-shot and 0-shot are right equally often on 80 items (")
    points = 100 * verdict.smallest_detectable
    assert verdict.sentence.endswith(
        f"p = 1.00): not decided by this data; a difference below about {points:.1f} points "
        "could not reliably have been seen."
    )


def test_all_comparisons_are_corrected_together() -> None:
    one_shot = run("r" * 15 + "w" * 45 + "w" * 3 + "r" * 237, shots=1)
    alone = [compare([(ZERO, other)])[0] for other in (FIVE, one_shot)]
    both = compare([(ZERO, FIVE), (ZERO, one_shot)])
    assert both[0].p_corrected == pytest.approx(2 * alone[0].p)
    assert both[1].p_corrected == pytest.approx(alone[1].p)
    assert both[1].smallest_detectable > alone[1].smallest_detectable
    assert [verdict.comparisons for verdict in both] == [2, 2]
    assert "corrected p " in both[1].sentence


def test_only_common_items_are_paired() -> None:
    (verdict,) = compare([(run("rrrr"), run("wrrrrrrr", shots=5))])
    assert (verdict.items, verdict.gained, verdict.lost) == (4, 0, 1)
    assert "is right on fewer of the 4 items than 0-shot, by 25.0 points" in verdict.sentence


def test_unread_answers_count_as_not_right_and_are_named() -> None:
    baseline, alternative = run("urtn"), run("rruw", shots=5)
    (verdict,) = compare([(baseline, alternative)])
    assert (verdict.gained, verdict.lost) == (1, 0)
    assert verdict.sentence.endswith(
        " Counted as not right: 0-shot: 1 unparsed, 1 truncated, 1 not run; 5-shot: 1 unparsed."
    )


def test_the_chinese_sentence_says_the_same() -> None:
    (verdict,) = compare([(ZERO, FIVE)])
    text = sentence(verdict, "zh")
    assert text.startswith("在 300 道题上，5-shot 的正确率比 0-shot 高 12.0 个百分点（95% 区间 ")
    assert text.endswith("已判定：单凭偶然几乎不会出现这样的差异。")
    with pytest.raises(BadInput, match="'fr'"):
        sentence(verdict, "fr")


GENERATED = {"scoring": "generated", "max_tokens": 64}
TRIGGER = GENERATED | {"reasoning": "trigger", "trigger": "First,"}
ONE_THING: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({}, {"model": "other"}),
    (GENERATED, TRIGGER),
    (TRIGGER, TRIGGER | {"trigger": "Let's think."}),
    (GENERATED | {"shots": 5}, GENERATED | {"shots": 5, "reasoning": "worked"}),
    ({}, GENERATED | {"rule": "letter-strict"}),
    ({}, GENERATED | {"decoding": {"temperature": 0.7}, "rule": "letter-strict"}),
    ({}, {"shots": 5, "draw": "seeded", "draw_seed": 3}),
    ({"shots": 5}, {"shots": 5, "draw": "seeded", "draw_seed": 3}),
    ({}, {"order": "shuffled", "order_seed": 4}),
]
MORE_THINGS = [
    ({}, {"model": "other", "shots": 5}, "model, shots"),
    (GENERATED, GENERATED | {"shots": 5, "reasoning": "worked"}, "shots, reasoning"),
    (GENERATED, TRIGGER | {"max_tokens": 256}, "reasoning, max_tokens"),
    ({"role": "You know."}, TRIGGER | {"rule": "letter-strict"}, "reasoning, role, scoring"),
    (
        {"shots": 5, "draw": "seeded", "draw_seed": 1},
        {"shots": 3, "draw": "seeded", "draw_seed": 2},
        "shots, draw_seed",
    ),
]


@pytest.mark.parametrize(("one", "other"), ONE_THING)
def test_runs_that_differ_in_one_thing_are_compared(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    assert len(compare([(run("rw", **one), run("wr", **other))])) == 1


@pytest.mark.parametrize(("one", "other", "named"), MORE_THINGS)
def test_runs_that_differ_in_more_are_compared_only_on_request(
    one: dict[str, Any], other: dict[str, Any], named: str
) -> None:
    pair = (run("rw", **one), run("wr", **other))
    with pytest.raises(BadInput, match=rf"things \({named}\).*unlike: true.*--unlike"):
        compare([pair])
    (verdict,) = compare([pair], unlike=True)
    assert set(named.split(", ")) <= {name for name, _, _ in verdict.differs_in}


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"benchmark": "gsm8k"}, "different benchmarks"),
        ({"record": {"data": {"digest": "e"}}}, "different data digests"),
        ({"record": {}}, "different data digests"),
        ({"rule": "argmax-per-char"}, "different headline rules"),
        ({"shots": 0}, "one and the same"),
    ],
)
def test_what_cannot_be_compared_is_refused_even_on_request(
    other: dict[str, Any], reason: str
) -> None:
    fields = {"shots": 5} | other
    with pytest.raises(BadInput, match=reason):
        compare([(run("rw"), run("rw", **fields))], unlike=True)


def test_runs_without_a_common_item_are_refused() -> None:
    with pytest.raises(BadInput, match="no item in common"):
        compare([(run("rw"), run("", shots=5))])


def test_runs_are_named_by_what_tells_them_apart() -> None:
    (verdict,) = compare([(run("rw"), run("wr", model="other"))])
    assert (verdict.baseline, verdict.alternative) == ("polaris · 0-shot", "other · 0-shot")


@given(st.lists(st.tuples(*[st.sampled_from("rwutn")] * 2), min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_swapping_the_runs_flips_the_sign(pairs: list[tuple[str, str]]) -> None:
    a = run("".join(x for x, _ in pairs))
    b = run("".join(x for _, x in pairs), shots=5)
    (there,), (back,) = compare([(a, b)]), compare([(b, a)])
    assert there.difference == -back.difference
    assert there.interval.low == pytest.approx(-back.interval.high)
    assert (there.gained, there.lost) == (back.lost, back.gained)
    assert (there.p, there.decided) == (back.p, back.decided)
    assert there.interval.low <= there.difference <= there.interval.high


IDENTITY = {"weights": "w1", "tokenizer": "t", "dtype": "float32"}


def made(outcomes: str, **model: str) -> Run:
    return run(outcomes, record={"data": {"digest": "d"}, "model": IDENTITY | model})


@pytest.mark.parametrize(
    ("model", "differs"),
    [({"dtype": "bfloat16"}, "dtype"), ({"weights": "w2"}, "model"), ({"tokenizer": "u"}, "model")],
)
def test_a_model_is_known_by_what_it_is_not_by_its_name(
    model: dict[str, str], differs: str
) -> None:
    baseline = made("rw" * 10)
    alternative = replace(made("wr" * 10, **model), id="another")
    (verdict,) = compare([(baseline, alternative)])
    assert [name for name, _, _ in verdict.differs_in] == [differs]
    both = replace(alternative, condition=Condition(shots=5))
    with pytest.raises(BadInput, match="differ in 2 things"):
        compare([(baseline, both)])


def test_one_model_under_two_names_is_no_difference() -> None:
    alternative = replace(
        made("wr" * 10), id="another", model="./copy", condition=Condition(shots=5)
    )
    (verdict,) = compare([(made("rw" * 10), alternative)])
    assert [name for name, _, _ in verdict.differs_in] == ["shots"]


def test_an_effect_of_one_subject_alone_is_said_to_be_open_for_others() -> None:
    """Every gained item lies in one of twelve subjects."""
    zero = run("w" * 7 + "r" * 77, block=7)
    five = run("r" * 84, block=7, shots=5)
    (verdict,) = compare([(zero, five)])
    assert verdict.decided
    assert verdict.interval.low <= 0
    assert verdict.sentence.endswith(
        "what it would be on other subjects, the interval leaves open."
    )
    assert "其他科目" in sentence(verdict, "zh")
    (alone,) = compare([(run("w" * 9 + "r" * 30, subjects=1), run("r" * 39, subjects=1, shots=5))])
    assert alone.decided
    assert "other subjects" not in alone.sentence


def in_parts(shares: list[float], **fields: Any) -> Run:
    """A run whose items count in parts."""
    whole = run("r" * len(shares), rule="mc2", **fields)
    items = tuple(
        replace(item, grades={"mc2": replace(item.grades["mc2"], share=share)})
        for item, share in zip(whole.items, shares, strict=True)
    )
    return replace(whole, items=items)


def test_items_that_count_in_parts_are_compared_by_flipping_signs() -> None:
    rng = random.Random(3)
    shares = [rng.random() * 0.8 for _ in range(200)]
    better = [share + rng.gauss(0.04, 0.05) for share in shares]
    (verdict,) = compare([(in_parts(shares), in_parts(better, shots=5))])
    changes = [b - a for a, b in zip(shares, better, strict=True)]
    assert verdict.difference == pytest.approx(sum(changes) / 200)
    assert verdict.gained == sum(change > 0 for change in changes)
    assert verdict.p == 0.0001
    assert verdict.decided
    assert "5-shot scores" in verdict.sentence
    # A paired t test finds it, too; so would either test find the smallest difference named.
    assert ttest_1samp(changes, 0).pvalue < 1e-4
    assert 0.0 < verdict.smallest_detectable < verdict.difference


def test_equal_parts_are_no_difference() -> None:
    (verdict,) = compare([(in_parts([0.5, 0.25]), in_parts([0.5, 0.25], shots=5))])
    assert (verdict.difference, verdict.p, verdict.decided) == (0, 1.0, False)


def test_items_that_one_side_could_not_judge_are_left_out() -> None:
    judged, some = run("rrww"), run("rrww", shots=5)
    items = list(some.items)
    items[0] = replace(items[0], grades={"argmax": Grade(Outcome.INFRA, None, "argmax")})
    (verdict,) = compare([(judged, replace(some, items=tuple(items)))])
    assert (verdict.items, verdict.lost) == (3, 0)
    none = replace(
        some,
        items=tuple(
            replace(item, grades={"argmax": Grade(Outcome.UNLABELLED, "A", "argmax")})
            for item in some.items
        ),
    )
    with pytest.raises(BadInput, match="a split with labels"):
        compare([(judged, none)])
