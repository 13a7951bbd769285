"""Shapley values, exactly: what each player of a cooperative game is due.

Shapley, "A value for n-person games", 1953 (Contributions to the Theory of Games II). A player's
value is what it adds to a coalition, averaged over all orders in which the players may come:

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! * (v(S + i) - v(S))

The only division that is efficient (the values sum to v(all) - v(none)), symmetric, linear in v,
and gives nothing to a player that never adds anything.

Shapes: n players, 2^n coalitions. A coalition is a number whose i-th bit says whether player i is
in it, so v(none) stands first and v(all) last.
"""

import math

import numpy as np


def shapley(values: np.ndarray) -> np.ndarray:
    """Shapley values of one game, or of many at once.

    Args:
        values: v of each coalition, [2^n, ...]; what stands on the further axes are other games.

    Returns:
        [n, ...].
    """
    players = _players(values)
    coalitions = np.arange(len(values))
    sizes = np.bitwise_count(coalitions)
    found = np.empty((players, *values.shape[1:]))
    for player in range(players):
        without = coalitions[coalitions >> player & 1 == 0]
        orders = [
            math.factorial(size) * math.factorial(players - size - 1) / math.factorial(players)
            for size in sizes[without].tolist()
        ]
        added = values[without | 1 << player] - values[without]
        found[player] = np.tensordot(np.array(orders), added, axes=1)
    return found


def missed(values: np.ndarray) -> np.ndarray:
    """What each player alone is missed by, v(all) - v(all but it): an ablation.

    These do not sum to anything: what two players can each do alone is missed of neither, and what
    takes both is missed in full of each.

    Args:
        values: As for `shapley`.

    Returns:
        [n, ...].
    """
    everybody = len(values) - 1
    return np.stack(
        [values[everybody] - values[everybody ^ 1 << p] for p in range(_players(values))]
    )


def _players(values: np.ndarray) -> int:
    players = len(values).bit_length() - 1
    assert len(values) == 1 << players > 1, "a value is needed for every coalition"
    return players
