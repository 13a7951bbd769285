"""Conditions: what contradicts itself is refused, and what differs is told apart."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from astrolabe.core.condition import Condition, Draw, Order, Reasoning, Scoring, Template
from astrolabe.core.decoding import Decoding
from astrolabe.core.errors import BadInput

WRITTEN = {"scoring": "generated", "max_tokens": 256}
SAMPLED = {"temperature": 0.7}

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({**WRITTEN, "reasoning": "worked"}, "shots is 0"),
    ({"shots": 5, "reasoning": "worked"}, "use scoring 'generated'"),
    ({"shots": 5, "reasoning": "worked", "scoring": "text"}, "but scoring is 'text'"),
    ({"reasoning": "trigger", "trigger": "Think."}, "has to be written out"),
    ({**WRITTEN, "reasoning": "trigger"}, "a trigger phrase goes with reasoning 'trigger'"),
    ({**WRITTEN, "trigger": "Think."}, "a trigger phrase goes with reasoning 'trigger'"),
    ({**WRITTEN, "shots": 1, "reasoning": "worked", "trigger": "Think."}, "and only with it"),
    ({**WRITTEN, "reasoning": "trigger", "trigger": ""}, "the trigger phrase is empty"),
    ({**WRITTEN, "reasoning": "trigger", "trigger": " \n"}, "the trigger phrase is empty"),
    ({"role": ""}, "the role is empty"),
    ({"role": " \n"}, "the role is empty"),
    ({"draw": "seeded"}, "shots is 0"),
    ({"draw": "lm-eval"}, "shots is 0"),
    ({"shots": 5, "draw_seed": 1}, "no exemplars are drawn"),
    ({"draw_seed": 1}, "no exemplars are drawn"),
    ({"order_seed": 1}, "order is not 'shuffled'"),
    ({"order": "rotated-1", "order_seed": 1}, "order is not 'shuffled'"),
    ({"max_tokens": 8}, "max_tokens goes with scoring 'generated'"),
    ({"max_tokens": 8, "scoring": "text"}, "max_tokens goes with scoring 'generated'"),
    ({"scoring": "generated"}, "max_tokens goes with scoring 'generated'"),
    ({"decoding": SAMPLED}, "mean nothing when options are scored"),
    (
        {**WRITTEN, "decoding": {"seed": 1}},
        "decoding: top_p and seed mean nothing at temperature 0",
    ),
    ({**WRITTEN, "decoding": {"top_p": 0.5}}, "mean nothing at temperature 0"),
    ({"shots": -1}, "shots: must be at least 0 (got -1)"),
    ({"shots": "many"}, "shots: "),
    ({"shots": 1.5}, "shots: "),
    ({"draw_seed": -1, "draw": "seeded", "shots": 1}, "draw_seed: "),
    (
        {"draw": "random"},
        "draw: must be 'first', 'seeded', 'shared' or 'lm-eval' (got 'random')",
    ),
    ({"reasoning": "cot"}, "reasoning: "),
    ({"order": "rotated-4"}, "order: "),
    ({"template": "chat"}, "template: "),
    ({"scoring": "letter"}, "scoring: "),
    ({**WRITTEN, "max_tokens": 0}, "max_tokens: "),
    ({**WRITTEN, "decoding": {"dola": {"post_softmax": False}}}, "about scores of given texts"),
    ({**WRITTEN, "decoding": {"temperature": -0.1}}, "decoding.temperature: "),
    ({**WRITTEN, "decoding": {"temperature": float("nan")}}, "decoding.temperature: "),
    ({**WRITTEN, "decoding": {"temperature": 0.5, "top_p": 0}}, "decoding.top_p: "),
    ({**WRITTEN, "decoding": {"temperature": 0.5, "top_k": 3}}, "decoding.top_k: "),
    ({"shot": 5}, "shot: there is no such field, did you mean 'shots'?; there are recipe, shots"),
    ({"shots": "few"}, "shots: must be a whole number (got 'few')"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    fields: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        Condition.parse(fields)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value).replace("\\n", "")


SENSIBLE: list[dict[str, Any]] = [
    {},
    {"shots": 5, "draw": "seeded", "draw_seed": 3},
    {"shots": 5, "draw": "seeded"},
    {"order": "shuffled", "order_seed": 9},
    {**WRITTEN, "shots": 5, "reasoning": "worked"},
    {**WRITTEN, "shots": 5, "reasoning": "trigger", "trigger": "Think."},
    {**WRITTEN, "reasoning": "trigger", "trigger": "Think."},
    {**WRITTEN, "decoding": {"temperature": 1, "top_p": 0.5, "seed": 4}},
    {"role": "You are a teacher.", "template": "turns", "language": "zh"},
]


@pytest.mark.parametrize("fields", SENSIBLE)
def test_a_field_spelled_out_at_its_default_changes_nothing(fields: dict[str, Any]) -> None:
    condition = Condition.parse(fields)
    spelled_out = Condition.parse(condition.fields())
    assert spelled_out == condition
    assert spelled_out.digest() == condition.digest()
    assert condition.difference(spelled_out) == {}


def test_sampling_at_its_defaults_is_greedy() -> None:
    spelled = {"decoding": {"temperature": 0.0, "top_p": 1, "seed": 0}}
    assert Condition.parse(WRITTEN | spelled).digest() == Condition.parse(WRITTEN).digest()


def test_difference_names_every_field_with_both_values() -> None:
    plain = Condition(shots=5)
    other = Condition(shots=0, role="r", scoring="generated", max_tokens=8)
    assert plain.difference(other) == {
        "shots": (5, 0),
        "role": (None, "r"),
        "scoring": ("letters", "generated"),
        "max_tokens": (None, 8),
    }


def test_a_condition_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Condition().shots = 5


LABELS = [
    ({}, "0-shot"),
    ({**WRITTEN, "shots": 5, "reasoning": "worked"}, "5-shot · worked · generated"),
    ({"shots": 5, "draw": "seeded", "draw_seed": 3}, "5-shot · draw seeded 3"),
    ({"order": "shuffled", "order_seed": 2}, "0-shot · shuffled 2"),
    (
        {"template": "turns", "language": "zh", "recipe": "lm-eval"},
        "0-shot · zh · chat turns · lm-eval",
    ),
    (
        {**WRITTEN, "max_tokens": 64, "reasoning": "trigger", "trigger": "Think.", "role": "Be."},
        "0-shot · “Think.” · role “Be.” · generated · 64 tokens",
    ),
    (
        {**WRITTEN, "decoding": {"temperature": 0.7, "top_p": 0.9, "seed": 4}},
        "0-shot · generated · T=0.7 top-p 0.9 seed 4",
    ),
]


@pytest.mark.parametrize(("fields", "label"), LABELS)
def test_label_is_short_and_says_what_is_unusual(fields: dict[str, Any], label: str) -> None:
    assert Condition.parse(fields).label() == label


LONG = "You are a careful teacher of mathematics who"
phrases = st.sampled_from(
    ["Think.", "Think", f"{LONG} writes.", f"{LONG} reads.", "让我们一步一步思考。", LONG[:24]]
)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Any condition that agrees with itself, of one recipe."""
    scoring = draw(st.sampled_from(Scoring))
    shots = draw(st.integers(0, 12))
    exemplars = draw(st.sampled_from(Draw)) if shots else Draw.FIRST
    order = draw(st.sampled_from(Order))
    fields: dict[str, Any] = {
        "shots": shots,
        "draw": exemplars,
        "draw_seed": 0 if exemplars is Draw.FIRST else draw(st.integers(0, 3)),
        "role": draw(st.none() | phrases),
        "language": draw(st.sampled_from(["en", "zh"])),
        "order": order,
        "order_seed": draw(st.integers(0, 3)) if order is Order.SHUFFLED else 0,
        "template": draw(st.sampled_from(Template)),
        "scoring": scoring,
    }
    if scoring is Scoring.GENERATED:
        reasoning = draw(st.sampled_from(Reasoning))
        if shots or reasoning is not Reasoning.WORKED:
            fields["reasoning"] = reasoning
        if reasoning is Reasoning.TRIGGER:
            fields["trigger"] = draw(phrases)
        fields["max_tokens"] = draw(st.sampled_from([1, 64, 256, 257]))
        temperature = draw(st.sampled_from([0.0, 0.7, 0.7000001, 1.0]))
        if temperature:
            fields["decoding"] = Decoding(
                temperature=temperature,
                top_p=draw(st.sampled_from([0.9, 0.95, 1.0])),
                seed=draw(st.integers(0, 2)),
            )
    return Condition.parse(fields)


@st.composite
def neighbours(draw: st.DrawFn) -> tuple[Condition, Condition]:
    """Two conditions that share most of their fields, where that makes sense."""
    one, other = draw(conditions()), draw(conditions())
    fields = one.fields()
    for name in draw(st.sets(st.sampled_from(sorted(fields)), max_size=3)):
        fields[name] = other.fields()[name]
    try:
        return one, Condition.parse(fields)
    except BadInput:
        return one, other


@settings(max_examples=400)
@given(neighbours())
def test_two_conditions_never_share_a_label_or_a_digest(pair: tuple[Condition, Condition]) -> None:
    one, other = pair
    assert (one.label() == other.label()) == (one == other)
    assert (one.digest() == other.digest()) == (one == other)


@given(conditions())
def test_a_condition_survives_json(condition: Condition) -> None:
    assert Condition.parse(condition.fields()) == condition


def test_dola_against_none_is_one_thing_and_against_another_dola_one_for_each_setting() -> None:
    none = Condition()
    high = Condition(decoding={"dola": {"layers": "high"}})
    other = Condition(decoding={"dola": {"layers": "low", "norm": "none"}})
    assert list(none.difference(high)) == ["dola"]
    assert high.difference(other) == {
        "dola.layers": ("high", "low"),
        "dola.norm": ("final", "none"),
    }


def test_a_penalty_is_a_thing_of_its_own() -> None:
    plain = Condition(**WRITTEN)
    both = Condition(**WRITTEN, decoding={"dola": {}, "repetition_penalty": 1.2})
    assert list(plain.difference(both)) == ["dola", "repetition_penalty"]
