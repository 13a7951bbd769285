"""Prompts that are too long are shortened as their protocol says."""

from dataclasses import replace

import pytest

from astrolabe.core.benchmark import Overflow, Recipe, Wording
from astrolabe.core.condition import Condition, Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.models.local import load
from astrolabe.runs.fit import fit
from astrolabe.runs.questions import Question

WORDING = Wording(
    header="About {subject}.\n\n", question="Q: {question}", cue="\nA:", answer=" {answer}"
)
RECIPE = Recipe(
    "mine",
    "here",
    {("en", Scoring.GENERATED): WORDING},
    {},
    {Scoring.GENERATED: ("number-strict",)},
    names={"s": "small things"},
)
CONDITION = Condition(recipe="mine", shots=3, scoring="generated", max_tokens=4)
SHOTS = (
    Item("short", "s", "one", "1"),
    Item("long", "s", "two " * 30, "2"),
    Item("middle", "s", "three " * 10, "3"),
)
ASKED = Question(Item("asked", "s", "four", "4"), SHOTS, ())


@pytest.fixture(scope="module")
def polaris():
    return load("polaris", device="cpu")


def made(polaris, overflow: Overflow, context: int | None):
    recipe = replace(RECIPE, overflow=overflow, context=context)
    return fit([ASKED], recipe, CONDITION, polaris)[0]


def length(polaris, *shots: Item, headed: bool = True) -> int:
    """Tokens of the prompt with these exemplars and room for the answer, said by hand."""
    header = "About small things.\n\n" if headed else ""
    blocks = [f"Q: {item.question}\nA: {item.gold}" for item in shots] + ["Q: four\nA:"]
    ids = polaris.tokenizer(header + "\n\n".join(blocks)).input_ids
    return len(ids) + 4


def test_nothing_is_dropped_where_all_fits(polaris):
    fitted = made(polaris, Overflow.DROP_SHOTS, length(polaris, *SHOTS))
    assert fitted.dropped == 0
    assert fitted.prompt.shots == ("short", "long", "middle")


@pytest.mark.parametrize(
    ("overflow", "kept"),
    [
        (Overflow.DROP_SHOTS, ("short", "long")),
        (Overflow.DROP_LONGEST, ("short", "middle")),
    ],
)
def test_an_exemplar_is_dropped_from_the_end_or_the_longest_first(polaris, overflow, kept):
    fitted = made(polaris, overflow, length(polaris, *SHOTS) - 1)
    assert fitted.prompt.shots == kept
    assert fitted.dropped == 1
    assert fitted.prompt.text.startswith("About small things.\n\nQ: one")


def test_the_header_goes_last_where_the_longest_go_first(polaris):
    bare = length(polaris)
    fitted = made(polaris, Overflow.DROP_LONGEST, bare)
    assert (fitted.prompt.text, fitted.dropped) == ("About small things.\n\nQ: four\nA:", 3)
    fitted = made(polaris, Overflow.DROP_LONGEST, bare - 1)
    assert (fitted.prompt.text, fitted.dropped) == ("Q: four\nA:", 3)


@pytest.mark.parametrize("overflow", [Overflow.DROP_SHOTS, Overflow.DROP_LONGEST])
def test_what_does_not_fit_by_itself_is_refused_with_its_length(polaris, overflow):
    headed = overflow is Overflow.DROP_SHOTS
    room = length(polaris, headed=headed) - 1
    with pytest.raises(
        BadInput, match=r"item 'asked' is .* tokens long without any exemplar"
    ) as no:
        made(polaris, overflow, room)
    assert f"context {room} tokens, 4 kept for the answer" in str(no.value)


def test_a_protocols_context_cuts_from_the_left(polaris):
    fitted = made(polaris, Overflow.CUT_LEFT, 24)
    assert len(fitted.encoded.context) == 20
    assert fitted.cut > 0
    assert polaris.decode(fitted.encoded.context).endswith("Q: four\nA:")


def test_a_model_with_less_context_than_the_protocol_decides(polaris):
    whole = made(polaris, Overflow.DROP_SHOTS, 10 * polaris.context_length)
    assert whole.dropped == 0


def test_a_protocol_without_bos_gets_none(polaris):
    with_bos = fit([ASKED], RECIPE, CONDITION, polaris)[0].encoded.context
    without = fit([ASKED], replace(RECIPE, bos=False), CONDITION, polaris)[0].encoded.context
    assert with_bos == (polaris.tokenizer.bos_token_id, *without)
