"""Digests are frozen: the values here were made with sha256sum from the JSON text beside them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Condition
from astrolabe.core.decoding import Decoding
from astrolabe.core.digest import canonical, digest
from astrolabe.core.item import Item
from astrolabe.core.model import Generation, ModelIdentity, Reading, StateReading
from astrolabe.core.site import Intervention, Site

ITEM = Item("algebra/test/0", "algebra", "Naïve 问题?", "B", ("None", "1.0"), None, {"level": 0.5})
SHOT = Item("algebra/dev/0", "algebra", "q", "A", ("x", "y"), "so")
MODEL = ModelIdentity("any name", "w", "t", "float32")
TOKENS = (0, 1, 0x1FFFF)
EMBED, ATTENTION = Site("resid", 0), Site("attn", 3)
SAMPLED = Decoding(temperature=0.7, seed=3)

FROZEN = {
    "nothing": (digest(), "4f53cda18c2baa0c0354bb5f9a3ecbe5"),
    # ["é 中文 “😀”",0.1,1e-07,2.0,null,true,[1,"2"],{"a":"中","b":[]}]
    "every JSON type": (
        digest("é 中文 “😀”", 0.1, 1e-7, 2.0, None, True, (1, "2"), {"b": [], "a": "中"}),
        "a901661137d4eb7e753a00aac60b5073",
    ),
    # ["condition",{}]
    "condition of defaults": (Condition().digest(), "ddf7bfade03e02db3a83d0a83169a366"),
    # ["condition",{"draw":"seeded","draw_seed":3,"recipe":"lm-eval","shots":5}]
    "condition with drawn shots": (
        Condition(recipe="lm-eval", shots=5, draw="seeded", draw_seed=3).digest(),
        "f1c33022a085014671292e7748dff070",
    ),
    # ["condition",{"decoding":{"seed":7,"temperature":0.7,"top_p":0.95},"language":"zh",
    # "max_tokens":64,"reasoning":"trigger","role":"你是一位数学老师。","scoring":"generated",
    # "trigger":"让我们一步一步思考。"}]
    "Chinese condition": (
        Condition(
            language="zh",
            scoring="generated",
            max_tokens=64,
            reasoning="trigger",
            trigger="让我们一步一步思考。",
            role="你是一位数学老师。",
            decoding=Decoding(temperature=0.7, top_p=0.95, seed=7),
        ).digest(),
        "db18190bba7d41a4df109d75a399e43a",
    ),
    # ["algebra/test/0","algebra","Naïve 问题?","B",["None","1.0"],null,{"level":0.5}]
    "item": (ITEM.digest, "6e0af25957920afc57bc19e01468e7ad"),
    # ["dataset",[ITEM],{"algebra":[SHOT]}]
    "dataset": (
        Dataset((ITEM,), {"algebra": (SHOT,)}, "anywhere").digest(),
        "ca2d109c2611f28861d4e5d5d4232aa8",
    ),
    # ["model","w","t","float32"]
    "model": (MODEL.digest, "5c9e90bde43a5bc475fdabac9d38093e"),
    # ["score",2,MODEL,"0000000001000000ffff0100",2]
    "reading": (Reading(TOKENS, 2).key(MODEL), "2d721380a2245117a3a9788cca589a51"),
    # ["generate",2,MODEL,"0000000001000000ffff0100",8,["\n\n","。"],{}]
    "greedy generation": (
        Generation(TOKENS, 8, ("\n\n", "。")).key(MODEL),
        "1501a7bfe9173baf0f66c41637c15f2b",
    ),
    # ["generate",2,MODEL,"0000000001000000ffff0100",8,["\n\n","。"],{"seed":3,"temperature":0.7}]
    "sampled generation": (
        Generation(TOKENS, 8, ("\n\n", "。"), SAMPLED).key(MODEL),
        "db64c89753a328c239f1eaadd1e10774",
    ),
    # ["read",2,MODEL,"0000000001000000ffff0100",[0,2],["embed","attn.3"]]
    "reading of states": (
        StateReading(TOKENS, (0, 2), (EMBED, ATTENTION)).key(MODEL),
        "5d3d253bcaac1c142b79542d2d823ea7",
    ),
}


@pytest.mark.parametrize("what", FROZEN)
def test_digest_is_what_it_always_was(what: str) -> None:
    made, frozen = FROZEN[what]
    assert made == frozen


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_numbers_without_a_json_form_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        digest(value)


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", ITEM])
def test_objects_whose_text_could_change_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        digest(value)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    # Half of a surrogate pair is no text.
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=8,
)


@given(json_values, json_values)
def test_digests_differ_exactly_when_the_json_does(a: object, b: object) -> None:
    assert (digest(a) == digest(b)) == (canonical(a) == canonical(b))


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.integers(), min_size=2))
def test_order_of_keys_does_not_matter_and_order_of_parts_does(value: dict[str, int]) -> None:
    assert digest(value) == digest(dict(reversed(value.items())))
    assert digest(value, 1) != digest(1, value)


def test_parts_do_not_run_together() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest(["ab", "c"])}) == 4


def test_name_of_a_model_and_source_of_a_dataset_are_not_in_their_digests() -> None:
    assert ModelIdentity("another", "w", "t", "float32").digest == MODEL.digest
    here, there = (Dataset((ITEM,), {}, place).digest() for place in ("here", "there"))
    assert here == there


@pytest.mark.parametrize(
    "other",
    [
        Item(
            "algebra/test/1", "algebra", "Naïve 问题?", "B", ("None", "1.0"), None, {"level": 0.5}
        ),
        Item("algebra/test/0", "logic", "Naïve 问题?", "B", ("None", "1.0"), None, {"level": 0.5}),
        Item(
            "algebra/test/0", "algebra", "Naive 问题?", "B", ("None", "1.0"), None, {"level": 0.5}
        ),
        Item(
            "algebra/test/0", "algebra", "Naïve 问题?", "A", ("None", "1.0"), None, {"level": 0.5}
        ),
        Item("algebra/test/0", "algebra", "Naïve 问题?", "B", ("None", "1"), None, {"level": 0.5}),
        Item("algebra/test/0", "algebra", "Naïve 问题?", "B", ("None", "1.0"), "", {"level": 0.5}),
        Item("algebra/test/0", "algebra", "Naïve 问题?", "B", ("None", "1.0"), None, {"level": 0}),
    ],
)
def test_every_field_of_an_item_is_in_its_digest(other: Item) -> None:
    assert other.digest != ITEM.digest


@pytest.mark.parametrize(
    "other",
    [
        Dataset((ITEM, SHOT), {"algebra": (SHOT,)}, ""),
        Dataset((SHOT,), {"algebra": (SHOT,)}, ""),
        Dataset((ITEM,), {"": (SHOT,)}, ""),
        Dataset((ITEM,), {"algebra": (SHOT, SHOT)}, ""),
        Dataset((ITEM,), {}, ""),
    ],
)
def test_items_and_exemplars_are_in_a_dataset_s_digest(other: Dataset) -> None:
    assert other.digest() != Dataset((ITEM,), {"algebra": (SHOT,)}, "").digest()


def test_whatever_changes_an_answer_changes_its_key() -> None:
    bf16 = ModelIdentity("any name", "w", "t", "bfloat16")
    keys = {
        Reading(TOKENS, 2).key(MODEL),
        Reading(TOKENS, 1).key(MODEL),
        Reading(TOKENS[:2], 1).key(MODEL),
        Reading(TOKENS, 2).key(bf16),
        Generation(TOKENS, 8).key(MODEL),
        Generation(TOKENS, 9).key(MODEL),
        Generation(TOKENS[:2], 8).key(MODEL),
        Generation(TOKENS, 8, ("a", "b")).key(MODEL),
        Generation(TOKENS, 8, ("ab",)).key(MODEL),
        Generation(TOKENS, 8, (), SAMPLED).key(MODEL),
        Generation(TOKENS, 8, (), Decoding(temperature=0.7, seed=4)).key(MODEL),
        Generation(TOKENS, 8, (), Decoding(temperature=0.7, seed=3, top_p=0.9)).key(MODEL),
        Generation(TOKENS, 8).key(bf16),
        StateReading(TOKENS, (0, 1), (EMBED,)).key(MODEL),
        StateReading(TOKENS[:2], (0, 1), (EMBED,)).key(MODEL),
        StateReading(TOKENS, (0, 2), (EMBED,)).key(MODEL),
        StateReading(TOKENS, (0, 1), (ATTENTION,)).key(MODEL),
        StateReading(TOKENS, (0, 1), (EMBED,), (Intervention(EMBED, "scale"),)).key(MODEL),
        StateReading(TOKENS, (0, 1), (EMBED,)).key(bf16),
    }
    assert len(keys) == 19


@pytest.mark.parametrize("pool_of", ["algebra", ""])
def test_an_item_is_never_in_its_own_pool(pool_of: str) -> None:
    twin = Item("algebra/dev/7", "algebra", ITEM.question, "A", ITEM.choices)
    other_options = Item("algebra/dev/8", "algebra", ITEM.question, "A", ("1", "2"))
    dataset = Dataset((ITEM,), {pool_of: (SHOT, twin, other_options)}, "")
    assert dataset.pool(ITEM) == (SHOT, other_options)


def test_a_subject_without_a_pool_of_its_own_takes_the_common_one() -> None:
    assert Dataset((ITEM,), {"logic": (SHOT,), "": (SHOT, SHOT)}, "").pool(ITEM) == (SHOT, SHOT)
    assert Dataset((ITEM,), {"logic": (SHOT,)}, "").pool(ITEM) == ()
