"""Worked solutions of exemplars: each kind, rendered to the byte, and what is drawn."""

from dataclasses import replace
from typing import Any

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.run import RunPlan
from astrolabe.prompting.chains import chained, steps
from astrolabe.prompting.render import render
from astrolabe.runs.compare import independent_differences
from astrolabe.runs.questions import questions

PEARS = Item("train/0", "s", "Rosa?", "5", rationale="Rosa has 2+1=3.\nThen Rosa has 3+2=5.")
BOOKS = Item("train/1", "s", "Omar?", "2", rationale="Omar has 4-2=2.")
COINS = Item("train/2", "s", "Ruth?", "9", rationale="Ruth has 4+4=8.\nThen Ruth has 8+1=9.")
POOL = (PEARS, BOOKS, COINS)
ASKED = Item("test/0", "s", "Ben?", "7")
RECIPE = get("gsm8k").recipe("lm-eval")


def condition(chains: str = "gold", **more: Any) -> Condition:
    fields = {"scoring": "generated", "reasoning": "worked", "max_tokens": 9, "shots": 2}
    return Condition.parse({**fields, "chains": chains, **more})


def carried(chains: str, shown: tuple[Item, ...], pool: tuple[Item, ...] = POOL) -> list[str]:
    asked = condition(chains)
    wording = RECIPE.wording("en", "generated")
    return [item.rationale or "" for item in chained(shown, pool, asked, wording)]


def text(chains: str) -> str:
    asked = RECIPE.condition(shots=2, chains=chains)
    shown = chained((PEARS, BOOKS), POOL, asked, RECIPE.wording("en", "generated"))
    return render(ASKED, shown, (), RECIPE, asked).text or ""


@pytest.mark.parametrize(
    ("chains", "first", "second"),
    [
        ("gold", "Rosa has 2+1=3.\nThen Rosa has 3+2=5.", "Omar has 4-2=2."),
        ("shuffled", "Then Rosa has 3+2=5.\nRosa has 2+1=3.", "Omar has 4-2=2."),
        ("wrong", "Ruth has 4+4=8.\nThen Ruth has 8+1=9.", None),
    ],
)
def test_final_answers_stay_where_chains_change(
    chains: str, first: str, second: str | None
) -> None:
    # No other chain has one step; which of the two that are as near is taken, is drawn.
    second = second or carried("wrong", (BOOKS,))[0]
    assert second != BOOKS.rationale or chains != "wrong"
    assert text(chains) == (
        f"Question: Rosa?\nAnswer: {first}\n#### 5\n\nQuestion: Omar?\nAnswer: {second}\n#### 2\n\n"
        "Question: Ben?\nAnswer:"
    )


def test_shuffled_lines_are_the_same_lines_in_another_order() -> None:
    for place in range(60):
        item = replace(PEARS, id=f"train/{place}", rationale="a\nb\nb\n\nc")
        (chain,) = carried("shuffled", (item,), (item,))
        assert chain != item.rationale
        assert sorted(chain.split("\n")) == ["", "a", "b", "b", "c"]
        assert carried("shuffled", (item,), (item,)) == [chain]


@pytest.mark.parametrize(
    ("chain", "shuffled"),
    [
        ("There were 15.5 trees. Now 21!", "Now 21! There were 15.5 trees."),
        ("原有 15 棵树。现在 21 棵。", "现在 21 棵。原有 15 棵树。"),
    ],
)
def test_a_single_line_is_shuffled_by_sentences(chain: str, shuffled: str) -> None:
    item = replace(PEARS, rationale=chain)
    assert carried("shuffled", (item,), (item,)) == [shuffled]


def test_a_wrong_chain_has_as_many_steps_and_comes_to_another_answer() -> None:
    wordy = [
        Item(f"train/{n}", "s", "?", str(n % 5), rationale="\n".join(["1+1=2"] * (n % 4 + 1)))
        for n in range(40)
    ]
    pool = tuple(replace(item, rationale=f"{item.rationale} ({item.id})") for item in wordy)
    for item, chain in zip(pool, carried("wrong", pool, pool), strict=True):
        (other,) = [one for one in pool if one.rationale == chain]
        assert other.gold != item.gold
        assert steps(other) == steps(item)


def test_gsm8k_exemplars_keep_their_answers_and_items_their_steps() -> None:
    asked = {"shots": 8, "draw": "shared", "max_tokens": 9}
    kinds = {
        kind: questions(RunPlan("", "m", "gsm8k", RECIPE.condition(**asked, chains=kind), limit=3))
        for kind in ("gold", "shuffled", "wrong")
    }
    gold, shuffled, wrong = (found.asked[0].shots for found in kinds.values())
    several = [place for place, item in enumerate(gold) if item.metadata["steps"] > 1]
    assert several
    for changed, places in ((shuffled, several), (wrong, range(8))):
        assert [item.gold for item in changed] == [item.gold for item in gold]
        assert [item.question for item in changed] == [item.question for item in gold]
        differ = [a.rationale != b.rationale for a, b in zip(gold, changed, strict=True)]
        assert [place for place, other in enumerate(differ) if other] == list(places)


@pytest.mark.parametrize(
    ("item", "count"),
    [
        (replace(PEARS, metadata={"steps": 4}), 4),
        (PEARS, 2),
        (replace(PEARS, rationale="x=5\nRosa pays <<5*2=10>>10.\nSo she pays 10."), 1),
        (replace(PEARS, rationale="Cows eat grass. Grass is green. So: yes."), 3),
        (ASKED, None),
    ],
)
def test_steps_are_stated_or_counted(item: Item, count: int | None) -> None:
    assert steps(item) == count


def test_what_cannot_be_had_is_refused() -> None:
    with pytest.raises(BadInput, match="need worked solutions of two lines"):
        carried("shuffled", (BOOKS,), (BOOKS, BOOKS))
    with pytest.raises(BadInput, match="another answer than that of 'train/1' \\('2'\\)"):
        carried("wrong", (BOOKS,), (BOOKS, replace(PEARS, gold="2")))
    boxed = replace(RECIPE.wording("en", "generated"), worked="\n{rationale}")
    with pytest.raises(BadInput, match="part of the worked solution"):
        chained((PEARS,), POOL, condition("wrong"), boxed)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"reasoning": "none"}, "none are shown"),
        ({"reasoning": "trigger", "trigger": "Think.", "shots": 0}, "none are shown"),
        ({"labels": "shuffled-inputs"}, "change one of them"),
    ],
)
def test_contradictions_are_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        condition("wrong", **fields)


def test_own_chains_change_no_digest_and_others_are_named() -> None:
    assert condition("gold").digest() == condition().digest() != condition("wrong").digest()
    assert condition("gold").label() == "2-shot · worked · generated · 9 tokens"
    assert condition("wrong").label() == "2-shot · worked · chains wrong · generated · 9 tokens"


class Measured:
    model = "m"

    def __init__(self, condition: Condition) -> None:
        self.condition = condition


@pytest.mark.parametrize(
    ("other", "differ"),
    [
        ({}, ["chains"]),
        ({"reasoning": "none"}, ["reasoning"]),
        ({"shots": 0, "reasoning": "none"}, ["reasoning", "shots"]),
    ],
)
def test_chains_follow_from_worked_solutions(other: dict[str, Any], differ: list[str]) -> None:
    found = independent_differences(Measured(condition("wrong")), Measured(condition(**other)))
    assert sorted(found) == differ


def test_chains_give_way_where_no_shots_are_asked_for() -> None:
    usual = replace(RECIPE, defaults={**RECIPE.defaults, "chains": "wrong"})
    assert usual.condition(shots=4).chains == "wrong"
    assert usual.condition(shots=0) == RECIPE.condition(shots=0)
