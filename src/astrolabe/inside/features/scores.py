"""How well the activation of a unit tells whether a property holds.

A unit is a feature of a dictionary or a neuron. The texts are split in halves. On the first the
threshold of every unit and property is found at which "active from there on" has the greatest F1;
precision, recall and likelihood ratio are measured on the other, so that the choice among many
thresholds and units flatters nobody.

Shapes: R rows (tokens), N units, P properties.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from astrolabe.core.errors import BadInput

FEWEST = 20
"""Tokens that a property has to hold of in each half; of rarer ones nothing is said."""


@dataclass(frozen=True)
class Scores:
    """What every unit says about every property; NaN where the property is too rare.

    Attributes:
        threshold: Activation from which on the unit is taken for the property [N, P].
        precision: Share of such tokens that have the property, on the second half [N, P].
        recall: Share of tokens with the property that are such, on the second half [N, P].
        llr: log P(activation at or above the threshold | property) - log P(same | not), nats, on
            the second half, half a token added to every count [N, P].
        count: Tokens with each property in the second half [P].
        rows: Tokens of the second half.
    """

    threshold: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    llr: NDArray[np.float64]
    count: NDArray[np.int64]
    rows: int

    @property
    def f1(self) -> NDArray[np.float64]:
        """Harmonic mean of precision and recall [N, P]."""
        both = self.precision + self.recall
        return np.divide(
            2 * self.precision * self.recall, both, out=np.zeros_like(both), where=both != 0
        )


def score(
    activations: Any, labels: NDArray[np.bool_], texts: NDArray[np.int64], seed: int = 0
) -> Scores:
    """Scores of all units.

    Args:
        activations: `scipy.sparse.csc_array` [R, N], above 0 where a unit is active.
        labels: Which properties hold [R, P].
        texts: Number of the text of each row [R]; a text lies in one half as a whole.
        seed: Of the split.

    Raises:
        BadInput: when the rows do not fit together, or there are fewer than two texts.
    """
    if not activations.shape[0] == len(labels) == len(texts):
        raise BadInput(
            f"{activations.shape[0]} activations, {len(labels)} rows of labels and {len(texts)} "
            "text numbers do not fit together"
        )
    second = _second_half(texts, seed)
    totals = labels[~second].sum(0), labels[second].sum(0)
    rare = (totals[0] < FEWEST) | (totals[1] < FEWEST)
    units, properties = activations.shape[1], labels.shape[1]
    found = np.full((4, units, properties), np.nan)
    for unit in range(units):
        place = slice(activations.indptr[unit], activations.indptr[unit + 1])
        rows, values = activations.indices[place], activations.data[place]
        order = np.argsort(-values, kind="stable")
        rows, values = rows[order], values[order]
        later = second[rows]
        found[0, unit] = _thresholds(values[~later], labels[rows[~later]], totals[0])
        active = np.searchsorted(-values[later], -found[0, unit], side="right")
        found[1:, unit] = _measured(active, labels[rows[later]], totals[1], int(second.sum()))
    found[:, :, rare] = np.nan
    return Scores(found[0], found[1], found[2], found[3], totals[1], int(second.sum()))


def _second_half(texts: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    numbers = np.unique(texts)
    if len(numbers) < 2:
        raise BadInput("one text cannot be split in halves; give at least two")
    order = numbers.tolist()
    Random(f"halves:{seed}").shuffle(order)
    return np.isin(texts, order[: len(order) // 2])


def _thresholds(
    values: NDArray[Any], labels: NDArray[np.bool_], totals: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The best threshold of one unit for each property [P]; infinite where it has no hit.

    Args:
        values: Its activations on the first half, the greatest first [n].
        labels: Of the same rows [n, P].
        totals: Tokens with each property in that half [P].
    """
    if not len(values):
        return np.full(len(totals), np.inf)
    hits = labels.cumsum(0, dtype=np.int32)
    f1 = 2 * hits / (np.arange(1, len(values) + 1)[:, None] + totals)
    # Of equal activations only the last is a place where a threshold can lie.
    f1[:-1][values[:-1] == values[1:]] = -1
    best = f1.argmax(0)
    return np.where(hits[-1] > 0, values[best], np.inf)


def _measured(
    active: NDArray[np.int64], labels: NDArray[np.bool_], totals: NDArray[np.int64], rows: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Precision, recall and likelihood ratio of one unit [P each].

    Args:
        active: How many of its activations reach the threshold [P].
        labels: Of the rows of its activations, the greatest first [n, P].
        totals: Tokens with each property [P].
        rows: Tokens in all.
    """
    hits = np.zeros((len(labels) + 1, len(totals)), dtype=np.int64)
    labels.cumsum(0, out=hits[1:])
    right = hits[active, np.arange(len(totals))]
    precision = np.divide(right, active, out=np.zeros(len(totals)), where=active > 0)
    recall = np.divide(right, totals, out=np.zeros(len(totals)), where=totals > 0)
    among = (right + 0.5) / (totals + 1)
    others = (active - right + 0.5) / (rows - totals + 1)
    return precision, recall, np.log(among / others)
