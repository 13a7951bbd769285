"""Shapley's axioms, and games whose values are known from elsewhere."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from astrolabe.runs.shapley import missed, shapley

NUMBERS = st.floats(-1e3, 1e3, allow_subnormal=False)
GAMES = st.integers(1, 5).flatmap(lambda n: arrays(float, (2**n, 2), elements=NUMBERS))


def by_orders(values: np.ndarray) -> np.ndarray:
    """The definition itself: what each player adds on coming, averaged over all orders."""
    players = len(values).bit_length() - 1
    found = np.zeros((players, *values.shape[1:]))
    orders = list(permutations(range(players)))
    for order in orders:
        here = 0
        for player in order:
            found[player] += values[here | 1 << player] - values[here]
            here |= 1 << player
    return found / len(orders)


@given(GAMES)
def test_is_the_average_over_all_orders(values: np.ndarray) -> None:
    assert shapley(values) == pytest.approx(by_orders(values), abs=1e-9)


@given(GAMES)
def test_efficiency_the_values_sum_to_all_minus_none(values: np.ndarray) -> None:
    assert shapley(values).sum(0) == pytest.approx(values[-1] - values[0], abs=1e-9)


@given(GAMES, NUMBERS, NUMBERS)
def test_linearity(values: np.ndarray, a: float, b: float) -> None:
    one, other = values[:, 0], values[:, 1]
    parts = a * shapley(one) + b * shapley(other)
    assert shapley(a * one + b * other) == pytest.approx(parts, rel=1e-9, abs=1e-6)


@given(GAMES, st.data())
def test_a_dummy_is_due_what_it_brings_and_no_more(values: np.ndarray, data: st.DataObject) -> None:
    players = len(values).bit_length() - 1
    dummy, brings = data.draw(st.integers(0, players - 1)), data.draw(NUMBERS)
    coalitions = np.arange(len(values))
    in_it = (coalitions >> dummy & 1)[:, None]
    game = values[coalitions & ~(1 << dummy)] + brings * in_it
    assert shapley(game)[dummy] == pytest.approx([brings, brings], abs=1e-9)
    assert missed(game)[dummy] == pytest.approx([brings, brings], abs=1e-9)


@given(GAMES, st.data())
def test_symmetry_players_that_change_places_change_values(
    values: np.ndarray, data: st.DataObject
) -> None:
    players = len(values).bit_length() - 1
    order = data.draw(st.permutations(range(players)))
    renamed = [sum(1 << order[p] for p in range(players) if c >> p & 1) for c in range(len(values))]
    other = np.empty_like(values)
    other[renamed] = values
    assert shapley(other)[list(order)] == pytest.approx(shapley(values), abs=1e-9)


def test_the_glove_game() -> None:
    """One left glove and two right ones: 2/3, 1/6, 1/6 (a textbook game)."""
    pairs = [float(bool(c & 1) and bool(c & 6)) for c in range(8)]
    assert shapley(np.array(pairs)) == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_what_is_missed_of_substitutes_is_nothing_though_both_are_due_something() -> None:
    either = np.array([0.0, 1.0, 1.0, 1.0])
    assert missed(either).tolist() == [0, 0]
    assert shapley(either).tolist() == [0.5, 0.5]


def test_a_game_needs_every_coalition() -> None:
    with pytest.raises(AssertionError):
        shapley(np.zeros(6))
