"""`sweep`: a ridge probe at every layer, out of sample, in one call.

Layers are numbered 0 (embeddings) to the model's depth, and may come one at a time, so that the
states of a single layer are in memory.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import ridge
from astrolabe.inside.probes.metrics import Predictions, Scores, score
from astrolabe.inside.probes.resample import Resamples
from astrolabe.inside.probes.split import Folds
from astrolabe.inside.probes.targets import Targets, checked_states

LEVEL_SHARE = 0.95
"""The curve is level where R2 first reaches this share of its best layer's."""

Progress = Callable[["Layer"], None]


@dataclass(frozen=True)
class Layer:
    """What probes at one layer found.

    Attributes:
        layer: Its number.
        scores: Of the predictions out of sample.
        penalties: The penalty chosen in each fold.
        at_edge: In how many folds that was the least or largest of all.
    """

    layer: int
    scores: Scores
    penalties: tuple[float, ...]
    at_edge: int

    @property
    def r2(self) -> float:
        return self.scores.r2.value


@dataclass(frozen=True, eq=False)
class Sweep:
    """Probes at several layers, on the same entities and folds.

    Attributes:
        targets: Names of the targets.
        entities: How many were predicted.
        groups: How many groups these belong to.
        by: What was held out at a time; see `Folds`.
        depth: Number of the model's last layer.
        layers: Ascending.
        predictions: Of each of the layers.
        resamples: The draws that all intervals come of.
    """

    targets: tuple[str, ...]
    entities: int
    groups: int
    by: str
    depth: int
    layers: tuple[Layer, ...]
    predictions: tuple[Predictions, ...]
    resamples: Resamples

    @property
    def best(self) -> Layer:
        """The layer of the highest R2. Chosen on the entities it is judged by, so that its R2 is a
        little too high: compare it with controls chosen in the same way."""
        return max(self.layers, key=lambda layer: layer.r2)

    @property
    def levels_at(self) -> int | None:
        """First layer whose R2 is `LEVEL_SHARE` of the best; `None` if the best is not above 0."""
        if self.best.scores.r2.interval.low <= 0:
            return None
        return next(x.layer for x in self.layers if x.r2 >= LEVEL_SHARE * self.best.r2)

    def at(self, layer: int) -> Predictions:
        """The predictions of one layer."""
        return self.predictions[[x.layer for x in self.layers].index(layer)]

    def record(self) -> dict[str, Any]:
        """Everything but the predictions, as JSON values."""
        return {
            "targets": list(self.targets),
            "entities": self.entities,
            "groups": self.groups,
            "by": self.by,
            "depth": self.depth,
            "best": self.best.layer,
            "levels_at": self.levels_at,
            "layers": [asdict(layer) for layer in self.layers],
        }


def sweep(
    states: Iterable[tuple[int, np.ndarray]],
    targets: Targets,
    folds: Folds,
    depth: int,
    penalties: Sequence[float] = ridge.PENALTIES,
    level: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
) -> Sweep:
    """Probe every layer; the penalty is chosen within the training part of each fold.

    Sweeps with the same folds and seed draw the same groups, so that they can be compared.

    Args:
        states: Layers and their states [entities, width]; a generator is read once.
        depth: Number of the model's last layer.
        level: Coverage of the intervals.
        seed: Of their draws.
        progress: Told of every layer as it is done.

    Raises:
        BadInput: when targets, folds and states are not of the same entities, no layer is given, or
            states are not finite.
    """
    if len(folds.fold) != len(targets.values):
        raise BadInput(
            f"the split is of {len(folds.fold)} entities and the targets of {len(targets.values)}; "
            "make both from the same table"
        )
    resamples = Resamples(folds.group[folds.predicted], level, seed=seed)
    found: dict[int, tuple[Layer, Predictions]] = {}
    for number, given in states:
        checked = checked_states(given, len(targets.values), f"layer {number}")
        predictions, fits = out_of_fold(checked, targets, folds, penalties)
        chosen = tuple(fit.penalty for fit in fits)
        edge = sum(fit.at_edge for fit in fits)
        layer = Layer(number, score(predictions, resamples), chosen, edge)
        found[number] = (layer, predictions)
        if progress is not None:
            progress(layer)
    if not found:
        raise BadInput("no layer to probe; name at least one layer of the model")
    ordered = [found[number] for number in sorted(found)]
    return Sweep(
        targets=targets.names,
        entities=len(folds.predicted),
        groups=resamples.groups,
        by=folds.by,
        depth=depth,
        layers=tuple(layer for layer, _ in ordered),
        predictions=tuple(predictions for _, predictions in ordered),
        resamples=resamples,
    )


def out_of_fold(
    states: np.ndarray, targets: Targets, folds: Folds, penalties: Sequence[float]
) -> tuple[Predictions, list[ridge.Ridge]]:
    """Ridge predictions of every entity by a probe that has not seen its fold, and the probes."""
    fits = list(ridge.fit_folds(states, targets.values, folds.parts, penalties))
    said = [fit.predict(states[test]) for fit, (_, test) in zip(fits, folds.parts, strict=True)]
    return gathered(targets, folds, said), fits


def gathered(targets: Targets, folds: Folds, said: Sequence[np.ndarray]) -> Predictions:
    """Predictions of the folds' test parts, [test, targets] each, put together."""
    predicted, baseline = np.empty_like(targets.values), np.empty_like(targets.values)
    for (train, test), guess in zip(folds.parts, said, strict=True):
        predicted[test], baseline[test] = guess, targets.values[train].mean(axis=0)
    kept = folds.predicted
    return Predictions(
        targets.names,
        kept,
        folds.group[kept],
        targets.values[kept],
        predicted[kept],
        baseline[kept],
    )
