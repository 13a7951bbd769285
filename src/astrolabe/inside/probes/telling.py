"""`telling`: do the states of each layer tell which items are of a class, and more than is told
already?

Decided by shuffled labels (Hewitt & Liang 2019, arXiv:1909.03368), with everything done anew for
every shuffle, choice of penalty included: scores out of fold are no independent numbers, since each
item helps to judge others and to fit their probes, so a test that took them for such would err far
more often than its level. Layers are corrected together by the best layer of each shuffle (Westfall
& Young 1993, *Resampling-Based Multiple Testing*). Both are exact for any number of items.

Shapes: N items, W width of the states, B shuffles.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.inside.probes.discrimination import auc, auc_estimate, balanced_accuracy
from astrolabe.inside.probes.logistic import PENALTIES, out_of_fold, reduced
from astrolabe.inside.probes.resample import Estimate, Resamples
from astrolabe.inside.probes.split import Folds
from astrolabe.inside.probes.targets import checked_states

SHUFFLES = 199
ALIKE = 5
"""Items of nearest known number, among which labels are shuffled; with more of them, what the
number tells within such a part would pass for what states tell beyond it."""
_POWER = 0.8416
"""Standard errors beyond the least that is decided, at which four of five samples decide."""


@dataclass(frozen=True, eq=False)
class Told:
    """What a probe of one layer tells.

    Attributes:
        layer: Its number.
        scores: Of the items out of fold, [N].
        auc: Of these.
        balanced: Balanced accuracy.
        shuffled: AUC under each shuffle of the labels, [B].
        beyond: AUC under each shuffle among items of like known number, [B]; empty without one.
        p: That shuffles do as well at their best layer.
        p_beyond: The same for shuffles among like items; `None` without.
    """

    layer: int
    scores: np.ndarray
    auc: Estimate
    balanced: Estimate
    shuffled: np.ndarray
    beyond: np.ndarray
    p: float
    p_beyond: float | None


@dataclass(frozen=True, eq=False)
class Telling:
    """What probes tell at each layer.

    Attributes:
        layers: Ascending.
        resamples: Draws of groups that all intervals come of.
    """

    layers: tuple[Told, ...]
    resamples: Resamples

    @property
    def best(self) -> Told:
        """The layer of the highest AUC, which is a little too high for having been chosen; p is
        not, since shuffles have their best layer, too."""
        return max(self.layers, key=lambda told: told.auc.value)

    def smallest(self, level: float, beyond: bool = False) -> float:
        """By how much a true AUC must be above the mean of the best layer's shuffles to be decided
        at `level` with a chance of 80 %, if it is spread as they are.

        Args:
            beyond: Of shuffles among like items.
        """
        shuffled = [told.beyond if beyond else told.shuffled for told in self.layers]
        own = self.best.beyond if beyond else self.best.shuffled
        least = np.quantile(np.max(shuffled, axis=0), 1 - level)
        return float(least + _POWER * own.std() - own.mean())


def telling(
    states: Iterable[tuple[int, np.ndarray]],
    labels: np.ndarray,
    folds: Folds,
    known: np.ndarray | None = None,
    shuffles: int = SHUFFLES,
    level: float = 0.95,
    seed: int = 0,
    progress: Callable[[int], None] = lambda _layers: None,
    penalties: Sequence[float] = PENALTIES,
) -> Telling:
    """Probe every layer.

    Args:
        states: Layers and their states [N, W], at least one; read once.
        labels: Of both classes, [N].
        folds: Of all N items.
        known: A number of each item that tells something already, [N]; see `Told.beyond`.
        shuffles: B; p cannot be below 1 / (B + 1).
        level: Coverage of the intervals.
        seed: Of shuffles and intervals.
        progress: Called after each layer.

    Raises:
        BadInput: for states that are not finite, or not of these items.
    """
    rng = np.random.default_rng(seed)
    parts = [np.arange(len(labels))]
    tried = [labels, *(_dealt(labels, parts, rng) for _ in range(shuffles))]
    if known is not None:
        ordered = np.argsort(known, kind="stable")
        alike = np.array_split(ordered, max(1, len(ordered) // ALIKE))
        tried += [_dealt(labels, alike, rng) for _ in range(shuffles)]
    all_labels = np.stack(tried, axis=1).astype(np.float32)
    resamples = Resamples(folds.group, level, seed=seed)
    found: list[tuple[int, np.ndarray, np.ndarray]] = []
    for layer, given in states:
        checked = checked_states(given, len(labels), f"layer {layer}")
        scores = out_of_fold(reduced(checked), all_labels, folds, penalties)
        found.append((layer, scores[:, 0], auc(scores, all_labels, folds.fold)))
        progress(1)
    most = np.max([rated for _, _, rated in found], axis=0)
    free, among = most[1 : shuffles + 1], most[shuffles + 1 :]
    layers = tuple(
        Told(
            layer,
            own,
            auc_estimate(own, labels, folds.fold, resamples),
            balanced_accuracy(own, labels, resamples),
            rated[1 : shuffles + 1],
            rated[shuffles + 1 :],
            _p(rated[0], free),
            _p(rated[0], among) if known is not None else None,
        )
        for layer, own, rated in sorted(found, key=lambda one: one[0])
    )
    return Telling(layers, resamples)


def probed(states: np.ndarray, labels: np.ndarray, folds: Folds) -> np.ndarray:
    """Scores out of fold, [N], of a probe of one matrix [N, W] without a test: for controls."""
    return out_of_fold(reduced(states), labels[:, None].astype(np.float32), folds)[:, 0]


def _dealt(labels: np.ndarray, parts: Sequence[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    """Labels dealt anew within each part."""
    dealt = labels.copy()
    for part in parts:
        dealt[part] = labels[rng.permutation(part)]
    return dealt


def _p(value: float, shuffled: np.ndarray) -> float:
    """Share of values, the measured one among them, that are as high; one-sided."""
    return float((1 + (shuffled >= value).sum()) / (1 + len(shuffled)))
