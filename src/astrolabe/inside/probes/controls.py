"""What a probe finds where there is nothing to find, or nothing that the model made.

A probe with as many parameters as a layer is wide fits much by itself; these say how much.
"""

from collections.abc import Sequence

import numpy as np

from astrolabe.inside.probes import ridge
from astrolabe.inside.probes.split import Folds
from astrolabe.inside.probes.sweep import Sweep, sweep
from astrolabe.inside.probes.targets import Targets

SHUFFLED, DIRECTIONS = "shuffled", "directions"
EMBEDDINGS, UNTRAINED = "embeddings", "untrained"


def shuffled(targets: Targets, seed: int = 0, groups: Sequence[str] | None = None) -> Targets:
    """Targets dealt to other entities: what a probe learns where there is nothing to learn (Hewitt
    and Liang 2019, arXiv:1909.03368).

    Args:
        groups: Deal only within these, [entities], so that what remains is what the group alone
            tells: no null, but how much a probe needs no more than the country for.
    """
    rng = np.random.default_rng(seed)
    order = np.arange(len(targets.values))
    if groups is None:
        return Targets(targets.names, targets.values[rng.permutation(order)])
    named = np.asarray(groups)
    for name in np.unique(named):
        members = np.flatnonzero(named == name)
        order[members] = rng.permutation(members)
    return Targets(targets.names, targets.values[order])


def projected(states: np.ndarray, directions: int, seed: int = 0) -> np.ndarray:
    """States [entities, width] on random directions, [entities, directions]: a probe's room without
    the choice of where to look."""
    drawn = np.random.default_rng(seed).standard_normal((states.shape[1], directions))
    drawn /= np.linalg.norm(drawn, axis=0)
    return np.asarray(states @ drawn)


def beside(
    probed: Sweep,
    states: np.ndarray,
    targets: Targets,
    folds: Folds,
    embeddings: np.ndarray | None = None,
    untrained: np.ndarray | None = None,
    penalties: Sequence[float] = ridge.PENALTIES,
    seed: int = 0,
) -> dict[str, Sweep]:
    """The controls of a sweep at its best layer, on the same entities, folds and draws.

    Args:
        states: The model's own at the best layer, [entities, width].
        embeddings: Token embeddings of the same entities, [entities, width].
        untrained: States of the same layer in a model of the same shape with random weights.
        seed: Of the shuffle and of the directions; intervals keep the draws of `probed`.

    Returns:
        A sweep of one layer each, by name: ``shuffled``, ``directions`` (as many as there are
        targets) and, where given, ``embeddings`` and ``untrained``.
    """
    number = probed.best.layer
    tried: dict[str, tuple[int, np.ndarray, Targets]] = {
        SHUFFLED: (number, states, shuffled(targets, seed)),
        DIRECTIONS: (number, projected(states, len(targets.names), seed), targets),
    }
    if embeddings is not None:
        tried[EMBEDDINGS] = (0, embeddings, targets)
    if untrained is not None:
        tried[UNTRAINED] = (number, untrained, targets)
    draws = probed.resamples
    return {
        name: sweep([(layer, x)], y, folds, probed.depth, penalties, draws.level, draws.seed)
        for name, (layer, x, y) in tried.items()
    }
