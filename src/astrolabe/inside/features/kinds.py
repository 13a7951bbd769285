"""How many kinds of text one unit serves: superposition, seen.

Every token is of one kind: DNA, base64, hexadecimal, or else the script it is in. For each unit the
mean activation on each kind, as shares of their sum, says what it is for, however common the kinds
are. The exponential of the shares' entropy is the number of kinds it serves, from 1, for a unit
that is active on one kind alone, to K, for one that makes no difference between K kinds.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolabe.inside.features.properties import NAMES, PROPERTIES
from astrolabe.inside.features.scores import FEWEST

_SORTS = ("format", "script")
_NOT_KINDS = ("digit", "capital", "punctuation")
KINDS = tuple(
    prop.name
    for sort in _SORTS
    for prop in PROPERTIES
    if prop.sort == sort and prop.name not in _NOT_KINDS
)
"""Kinds of text; a token is of the first one that holds."""


def kinds_of(labels: NDArray[np.bool_]) -> NDArray[np.int64]:
    """The kind of each row, as its place in `KINDS` [R]; -1 for none."""
    table = labels[:, [NAMES.index(kind) for kind in KINDS]]
    return np.where(table.any(1), table.argmax(1), -1)


def kinds_served(activations: Any, labels: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Number of kinds that each unit serves [N]; NaN for a unit that is active on none.

    Args:
        activations: `scipy.sparse.csc_array` [R, N].
        labels: Which properties hold [R, P].
    """
    kinds = kinds_of(labels)
    sizes = np.bincount(kinds[kinds >= 0], minlength=len(KINDS))
    there = np.flatnonzero(sizes >= FEWEST)
    members = (kinds[:, None] == there).astype(np.float64) / sizes[there]
    means = np.asarray(activations.T @ members)
    sums = means.sum(1, keepdims=True)
    shares = np.divide(means, sums, out=np.zeros_like(means), where=sums > 0)
    entropy = -(shares * np.log(shares, out=np.zeros_like(shares), where=shares > 0)).sum(1)
    return np.where(sums[:, 0] > 0, np.exp(entropy), np.nan)
