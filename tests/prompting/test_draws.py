"""Draws: which exemplars, which order, which items; keyed by ids and stable under subsets."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.benchmarks import get
from astrolabe.core.benchmark import Dataset
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.prompting.draws import exemplars, option_orders, sample


def items(split: str, count: int, subject: str = "s") -> tuple[Item, ...]:
    return tuple(
        Item(
            f"{subject}/{split}/{n}", subject, f"{subject} {split} question {n}", "A", tuple("wxyz")
        )
        for n in range(count)
    )


ASKED = items("test", 12)
POOL = items("dev", 30)
DATASET = Dataset(ASKED, {"s": POOL}, "made here")
RECIPE = get("mmlu").recipe("official")
DRAWS = ["first", "seeded", "shared", "lm-eval"]


def drawn(dataset: Dataset, asked: tuple[Item, ...], **fields: Any) -> list[tuple[Item, ...]]:
    return exemplars(asked, dataset, RECIPE, Condition(**({"shots": 4} | fields)))


def ids(shown: list[tuple[Item, ...]]) -> list[tuple[str, ...]]:
    return [tuple(exemplar.id for exemplar in one) for one in shown]


def test_first_shows_the_first_k_in_order_before_every_item() -> None:
    assert drawn(DATASET, ASKED) == [POOL[:4]] * len(ASKED)


def test_no_shots_draw_nothing_from_an_empty_pool() -> None:
    assert drawn(Dataset(ASKED, {}, ""), ASKED, shots=0) == [()] * len(ASKED)


@pytest.mark.parametrize("draw", DRAWS)
def test_an_item_is_never_its_own_exemplar(draw: str) -> None:
    # The items are drawn from among themselves; a twin under another id is the item too.
    twins = tuple(Item(f"twin/{item.id}", "s", item.question, "B", item.choices) for item in ASKED)
    dataset = Dataset(ASKED, {"s": ASKED + twins}, "")
    for item, shown in zip(ASKED, drawn(dataset, ASKED, draw=draw, shots=22), strict=True):
        assert len(shown) == 22
        assert item.question not in {exemplar.question for exemplar in shown}


@pytest.mark.parametrize("draw", DRAWS)
def test_a_subset_of_the_items_is_shown_what_the_whole_would_be(draw: str) -> None:
    whole = drawn(DATASET, ASKED, draw=draw)
    places = (7, 2, 11)
    subset = tuple(ASKED[place] for place in places)
    assert drawn(DATASET, subset, draw=draw) == [whole[place] for place in places]


@pytest.mark.parametrize("draw", ["seeded", "lm-eval"])
def test_draws_differ_between_items_and_between_seeds(draw: str) -> None:
    shown = ids(drawn(DATASET, ASKED, draw=draw))
    other = ids(drawn(DATASET, ASKED, draw=draw, draw_seed=1))
    assert shown == ids(drawn(DATASET, ASKED, draw=draw))
    assert all(len(set(one)) == 4 for one in shown)
    assert len(set(shown + other)) == 2 * len(ASKED)


def test_seeded_draw_does_not_depend_on_where_the_item_stands_among_the_others() -> None:
    turned = Dataset(ASKED[::-1], {"s": POOL}, "")
    assert drawn(turned, ASKED, draw="seeded") == drawn(DATASET, ASKED, draw="seeded")


def test_seeded_draw_is_frozen() -> None:
    # random.Random(sha256sum("[\"exemplars\",3,\"s/test/0\"]")[:32]).sample(POOL, 4)
    shown = ids(drawn(DATASET, ASKED[:1], draw="seeded", draw_seed=3))
    assert shown == [("s/dev/6", "s/dev/5", "s/dev/3", "s/dev/14")]


def test_shared_draw_is_one_set_that_grows_with_the_shots() -> None:
    fewer, more = (drawn(DATASET, ASKED, shots=k, draw="shared") for k in (3, 5))
    assert fewer == [fewer[0]] * len(ASKED)
    assert more == [more[0]] * len(ASKED)
    assert more[0][:3] == fewer[0]
    assert len({ids(drawn(DATASET, ASKED, draw="shared", draw_seed=n))[0] for n in range(6)}) == 6


def test_shared_draw_leaves_out_the_item_itself_and_nothing_else() -> None:
    within = Dataset(POOL, {"s": POOL}, "made here")
    shown = drawn(within, POOL, shots=5, draw="shared")
    usual = Counter(ids(shown)).most_common(1)[0][0]
    for item, names in zip(POOL, ids(shown), strict=True):
        assert item.id not in names
        if item.id in usual:
            assert set(usual) - {item.id} < set(names)
        else:
            assert names == usual


@pytest.mark.parametrize("draw", DRAWS)
def test_arrangements_permute_what_was_drawn_alike_for_all_items(draw: str) -> None:
    usual = drawn(DATASET, ASKED, draw=draw)
    arranged = [drawn(DATASET, ASKED, draw=draw, arrangement=n) for n in range(1, 40)]
    orders = set()
    for shown in arranged:
        places = {
            tuple(before.index(exemplar) for exemplar in after)
            for before, after in zip(usual, shown, strict=True)
        }
        assert len(places) == 1
        orders |= places
    assert len(orders) > 15  # of 24


def test_nothing_to_arrange_is_refused() -> None:
    with pytest.raises(BadInput, match="nothing to arrange"):
        Condition.parse({"shots": 1, "arrangement": 1})


def test_lm_eval_draw_is_one_stream_consumed_item_after_item() -> None:
    stream = random.Random(1234)
    expected = [tuple(stream.sample(POOL, 5)) for _ in ASKED]
    assert drawn(DATASET, ASKED, draw="lm-eval", shots=5) == expected


def test_every_pool_member_is_drawn_about_as_often() -> None:
    asked = items("test", 600)
    shown = drawn(Dataset(asked, {"s": POOL}, ""), asked, draw="seeded", shots=5)
    counts = Counter(exemplar.id for exemplars in shown for exemplar in exemplars)
    # 3000 draws over 30: mean 100, standard deviation under 10.
    assert len(counts) == 30
    assert all(60 < count < 140 for count in counts.values())


@pytest.mark.parametrize("draw", DRAWS)
def test_more_shots_than_exemplars_are_refused(draw: str) -> None:
    with pytest.raises(BadInput) as refusal:
        drawn(Dataset(ASKED, {"s": POOL[:3]}, "made here"), ASKED, draw=draw)
    assert str(refusal.value) == (
        "4 shots asked for, but item 's/test/0' has only 3 exemplars "
        "(subject 's', made here); ask for --shots 3"
    )


def test_shots_that_nobody_asked_for_are_said_to_be_the_recipes() -> None:
    with pytest.raises(BadInput, match=r"^recipe 'official' shows 5 shots, but .* only 3 exemplar"):
        drawn(Dataset(ASKED, {"s": POOL[:3]}, "made here"), ASKED, shots=5)


def test_without_a_split_of_exemplars_it_is_said_what_would_do() -> None:
    missing = Dataset(ASKED, {}, "made here", without_exemplars="no 'dev' split; expected dev.csv")
    assert drawn(missing, ASKED, shots=0) == [()] * len(ASKED)
    with pytest.raises(BadInput) as refusal:
        drawn(missing, ASKED)
    assert str(refusal.value) == (
        "4 shots asked for, but no 'dev' split; expected dev.csv, or ask for --shots 0"
    )


@pytest.mark.parametrize("draw", DRAWS)
def test_a_subject_that_is_not_asked_needs_no_pool(draw: str) -> None:
    strangers = items("test", 3, subject="t")
    dataset = Dataset(strangers + ASKED, {"s": POOL}, "")
    assert [len(shown) for shown in drawn(dataset, ASKED, draw=draw)] == [4] * len(ASKED)


def order_of(item: Item, condition: Condition) -> tuple[int, ...]:
    (order,) = option_orders(
        [item], Dataset((item,), {}, ""), get("mmlu").recipe("official"), condition
    )
    return order


ROTATIONS = [
    ("as-is", (0, 1, 2, 3)),
    ("rotated-1", (1, 2, 3, 0)),
    ("rotated-2", (2, 3, 0, 1)),
    ("rotated-3", (3, 0, 1, 2)),
]


@pytest.mark.parametrize(("order", "places"), ROTATIONS)
def test_rotations_move_every_option_by_as_much(order: str, places: tuple[int, ...]) -> None:
    assert order_of(ASKED[0], Condition(order=order)) == places


@pytest.mark.parametrize("order", ["as-is", "shuffled", "rotated-1", "rotated-2", "rotated-3"])
@pytest.mark.parametrize("count", [0, 1, 2, 5, 26])
def test_order_is_a_permutation_of_however_many_options(order: str, count: int) -> None:
    item = Item("i", "s", "q", "A", tuple(str(n) for n in range(count)))
    assert sorted(order_of(item, Condition(order=order))) == list(range(count))


def test_shuffles_differ_by_item_and_seed_and_reach_every_order() -> None:
    many = items("test", 400)
    orders = [order_of(item, Condition(order="shuffled")) for item in many]
    other = [order_of(item, Condition(order="shuffled", order_seed=1)) for item in many]
    assert orders == [order_of(item, Condition(order="shuffled")) for item in many]
    assert len(set(orders)) == 24
    # One in 24 agrees by chance.
    assert sum(a == b for a, b in zip(orders, other, strict=True)) < 60


@given(st.permutations(range(12)), st.integers(0, 13), st.integers(0, 13))
def test_samples_are_nested_in_order_and_blind_to_position(
    places: list[int], few: int, many: int
) -> None:
    few, many = sorted((few, many))
    shuffled = [ASKED[place] for place in places]
    smaller, larger, unshuffled = (
        [item.id for item in sample(items, limit)]
        for items, limit in ((shuffled, few), (shuffled, many), (ASKED, many))
    )
    assert set(smaller) <= set(larger) == set(unshuffled)
    assert len(larger) == min(many, 12)
    assert larger == [item.id for item in shuffled if item.id in larger]


def test_no_limit_keeps_all() -> None:
    assert sample(iter(ASKED), None) == ASKED


def test_sample_is_frozen() -> None:
    # The smallest of sha256sum('["sample","s/test/N"]').
    assert [item.id for item in sample(ASKED, 3)] == ["s/test/0", "s/test/2", "s/test/10"]


def test_a_protocols_own_shuffle_runs_through_the_whole_data_set() -> None:
    many = items("test", 6)

    def by_row(all_items: Sequence[Item]) -> list[tuple[int, ...]]:
        return [(n % 4, *(i for i in range(4) if i != n % 4)) for n in range(len(all_items))]

    recipe = replace(get("mmlu").recipe("official"), permutation=by_row)
    condition = Condition(order="protocol")
    dataset = Dataset(tuple(many), {}, "")
    assert option_orders(many[4:], dataset, recipe, condition) == [(0, 1, 2, 3), (1, 0, 2, 3)]
    with pytest.raises(BadInput, match="recipe 'official' shuffles no options"):
        option_orders(many, dataset, get("mmlu").recipe("official"), condition)
