"""Labels of exemplars: each kind, rendered to the byte, and what is drawn."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.polaris.forms.label_games import labels
from astrolabe.prompting.labels import labelled, symbolic
from astrolabe.prompting.render import render
from astrolabe.runs.compare import independent_differences

BOTH = ("positive", "negative")
POOL = tuple(Item(f"train/{n}", "s", f"word{n}", "AB"[n % 2], BOTH) for n in range(400))
ASKED = Item("test/0", "s", "calm", "A", BOTH)
DATA = Dataset((ASKED,), {"": POOL}, "made here")
WORDS = tuple(
    Item(f"train/{n}", "french", word, answer)
    for n, (word, answer) in enumerate((("cat", "chat"), ("dog", "chien"), ("bird", "oiseau")))
)
GOAT = Item("test/0", "french", "goat", "chèvre")


def condition(labels: str, **more: Any) -> Condition:
    return Condition.parse({"scoring": "text", "shots": 4, "labels": labels, **more})


def changed(labels: str, shown: tuple[Item, ...] = POOL, **more: Any) -> list[bool]:
    """Which exemplars carry another label than their own."""
    asked = condition(labels, shots=len(shown), **more)
    carried = labelled(shown, POOL, asked)
    assert [item.id for item in carried] == [item.id for item in shown]
    return [a.gold != b.gold for a, b in zip(shown, carried, strict=True)]


def text(benchmark: str, item: Item, shown: tuple[Item, ...], **fields: Any) -> str:
    recipe = get(benchmark).recipe("official")
    asked = recipe.condition(shots=len(shown), **fields)
    carried = labelled(shown, shown, asked)
    return render(item, carried, tuple(range(len(item.choices))), recipe, asked).text or ""


def test_gold_labels_are_shown_as_they_are() -> None:
    expected = "word0 is positive\nword1 is negative\ncalm is"
    assert text("sentiment", ASKED, POOL[:2]) == expected


def test_flipped_labels_are_wrong() -> None:
    expected = "word0 is negative\nword1 is positive\ncalm is"
    assert text("sentiment", ASKED, POOL[:2], labels="flipped") == expected


def test_without_labels_only_what_is_asked_is_shown() -> None:
    expected = "word0\nword1\ncalm is"
    assert text("sentiment", ASKED, POOL[:2], labels="none") == expected
    expected = "English: cat\n\nEnglish: dog\n\nEnglish: goat\nFrench:"
    assert text("translation", GOAT, WORDS[:2], labels="none") == expected


def test_shuffled_inputs_put_right_answers_beside_wrong_questions() -> None:
    expected = "English: dog\nFrench: chat\n\nEnglish: cat\nFrench: chien\n\nEnglish: goat\nFrench:"
    assert text("translation", GOAT, WORDS[:2], labels="shuffled-inputs") == expected


def test_shuffled_inputs_leave_no_pair_as_it_was_whatever_the_seed() -> None:
    cycles = set()
    for seed in range(60):
        asked = condition("shuffled-inputs", shots=3, labels_seed=seed)
        carried = labelled(WORDS, WORDS, asked)
        assert [item.gold for item in carried] == ["chat", "chien", "oiseau"]
        questions = tuple(item.question for item in carried)
        assert sorted(questions) == ["bird", "cat", "dog"]
        assert all(a != b.question for a, b in zip(questions, WORDS, strict=True))
        cycles.add(questions)
    # There are two permutations of three that leave nothing in place, and both come up.
    assert len(cycles) == 2


def test_shuffled_inputs_keep_a_worked_solution_beside_its_answer() -> None:
    ducks = Item("train/0", "m", "How many ducks?", "7", (), "3 + 4 = 7.")
    eggs = Item("train/1", "m", "How many eggs?", "9", (), "4 + 5 = 9.")
    fields = {"scoring": "generated", "shots": 2, "reasoning": "worked", "max_tokens": 8}
    asked = Condition.parse({**fields, "labels": "shuffled-inputs"})
    first, _ = labelled((ducks, eggs), (ducks, eggs), asked)
    assert (first.question, first.rationale, first.gold) == ("How many eggs?", "3 + 4 = 7.", "7")


def test_random_labels_are_drawn_evenly_and_belong_to_the_exemplar() -> None:
    # 400 fair coins: within five standard deviations of 200.
    assert 150 < sum(changed("random")) < 250
    assert changed("random") == [
        labelled((item,), POOL, condition("random", shots=1))[0].gold != item.gold for item in POOL
    ]
    assert changed("random") != changed("random", labels_seed=1)


def test_random_answers_of_open_questions_come_from_the_pool() -> None:
    pool = tuple(Item(f"train/{n}", "f", f"w{n}", "abc"[n % 3]) for n in range(300))
    asked = Condition.parse(
        {"scoring": "generated", "max_tokens": 4, "shots": 300, "labels": "random"}
    )
    drawn = Counter(item.gold for item in labelled(pool, pool, asked))
    assert drawn.keys() == {"a", "b", "c"}
    assert all(60 < count < 140 for count in drawn.values())


@pytest.mark.parametrize(
    ("share", "count"), [(0, 0), (0.25, 4), (0.5, 8), (0.75, 12), (1, 16), (0.3, 5)]
)
def test_a_share_of_the_shown_is_flipped(share: float, count: int) -> None:
    flipped = changed("flipped", POOL[:16], flipped_share=share)
    assert sum(flipped) == count
    # Of a larger share, the same and more.
    more = changed("flipped", POOL[:16], flipped_share=min(1, share + 0.2))
    assert all(b for a, b in zip(flipped, more, strict=True) if a)


def test_flipped_answers_of_open_questions_are_wrong_ones_of_the_pool() -> None:
    asked = Condition.parse(
        {"scoring": "generated", "max_tokens": 4, "shots": 3, "labels": "flipped"}
    )
    for seed in range(20):
        seeded = asked.model_copy(update={"labels_seed": seed})
        for own, carried in zip(WORDS, labelled(WORDS, WORDS, seeded), strict=True):
            assert carried.gold != own.gold
            assert carried.gold in {word.gold for word in WORDS}


def test_where_all_answers_are_one_none_is_wrong() -> None:
    same = tuple(replace(word, gold="chat") for word in WORDS)
    asked = Condition.parse(
        {"scoring": "generated", "max_tokens": 4, "shots": 3, "labels": "flipped"}
    )
    with pytest.raises(BadInput, match="need a wrong label"):
        labelled(same, same, asked)


def test_symbolic_labels_rename_options_of_items_and_exemplars_alike() -> None:
    asked = condition("symbolic")
    named = symbolic(DATA, asked)
    (item,) = named.items
    assert set(item.choices) < set(labels(held=False))
    assert item.gold == ASKED.gold
    assert {exemplar.choices for exemplar in named.exemplars[""]} == {item.choices}
    assert [e.gold for e in named.exemplars[""]] == [e.gold for e in POOL]
    recipe = get("sentiment").recipe("official")
    prompt = render(item, named.exemplars[""][:1], (0, 1), recipe, asked)
    assert prompt.text == f"word0 is {item.choices[0]}\ncalm is"
    assert prompt.continuations == tuple(f" {symbol}" for symbol in item.choices)


def test_symbols_hang_on_the_seed_and_the_label_set_alone() -> None:
    seen = {
        symbolic(DATA, condition("symbolic", labels_seed=seed)).items[0].choices
        for seed in range(40)
    }
    # 40 draws of 132 ordered pairs.
    assert len(seen) > 20
    other = replace(DATA, items=(replace(ASKED, choices=BOTH[::-1], gold="B"),))
    mine = symbolic(DATA, condition("symbolic")).items[0]
    flipped = symbolic(replace(other, exemplars={}), condition("symbolic")).items[0]
    assert mine.choices == flipped.choices[::-1]


def test_options_of_ones_own_cannot_be_symbolic() -> None:
    own = replace(DATA, items=(replace(ASKED, choices=("a", "b")),))
    with pytest.raises(BadInput, match="options of their own"):
        symbolic(own, condition("symbolic"))


def test_other_labels_rename_nothing() -> None:
    assert symbolic(DATA, condition("random")) is DATA


REFUSED = [
    ({"labels": "random", "shots": 0}, "shots is 0"),
    ({"labels_seed": 1}, "nothing is drawn for labels 'gold'"),
    ({"labels": "none", "labels_seed": 1}, "nothing is drawn for labels 'none'"),
    ({"labels": "random", "flipped_share": 0.5}, "labels is 'random'"),
    ({"labels": "shuffled-inputs", "shots": 1}, "2 shots or more"),
    ({"labels": "symbolic", "scoring": "letters"}, "scoring is 'letters'"),
    ({"labels": "none", "template": "turns"}, "'single' or 'off'"),
    (
        {"labels": "flipped", "scoring": "generated", "max_tokens": 9, "reasoning": "worked"},
        "contradict the worked solutions",
    ),
    ({"labels": "flipped", "flipped_share": 1.5}, "flipped_share"),
]


@pytest.mark.parametrize(("fields", "says"), REFUSED)
def test_contradictions_are_refused(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(BadInput, match=says):
        Condition.parse({"scoring": "text", "shots": 4, **fields})


def test_labels_give_way_where_no_shots_are_asked_for() -> None:
    recipe = get("sentiment").recipe("official")
    usual = replace(recipe, defaults={**recipe.defaults, "labels": "random", "labels_seed": 2})
    assert usual.condition(shots=4).labels == "random"
    assert usual.condition(shots=0) == recipe.condition(shots=0)


@pytest.mark.parametrize(
    ("labels", "more", "said"),
    [
        ("random", {"labels_seed": 3}, "4-shot · labels random seed 3 · text"),
        ("flipped", {}, "4-shot · labels flipped 100% · text"),
        ("flipped", {"flipped_share": 0.25}, "4-shot · labels flipped 25% · text"),
        ("shuffled-inputs", {}, "4-shot · labels shuffled-inputs · text"),
    ],
)
def test_labels_are_named(labels: str, more: dict[str, Any], said: str) -> None:
    assert condition(labels, **more).label() == said


class Measured:
    model = "m"

    def __init__(self, condition: Condition) -> None:
        self.condition = condition


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ({}, {"labels": "random", "labels_seed": 1}, ["labels"]),
        ({}, {"labels": "flipped", "flipped_share": 0.5}, ["labels"]),
        (
            {"labels": "random", "labels_seed": 1},
            {"labels": "flipped", "flipped_share": 0.5},
            ["labels", "labels_seed"],
        ),
        ({"labels": "flipped"}, {"labels": "flipped", "flipped_share": 0.5}, ["flipped_share"]),
        ({"labels": "random"}, {"labels": "random", "labels_seed": 1}, ["labels_seed"]),
        ({"shots": 0}, {"labels": "random", "labels_seed": 1}, ["shots"]),
    ],
)
def test_seeds_and_shares_follow_from_the_labels_that_use_them(
    one: dict[str, Any], other: dict[str, Any], differ: list[str]
) -> None:
    sides = [Condition.parse({"scoring": "text", "shots": 4, **f}) for f in (one, other)]
    found = independent_differences(Measured(sides[0]), Measured(sides[1]))
    assert sorted(found) == differ
