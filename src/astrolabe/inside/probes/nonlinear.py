"""Is the map linear, and how many dimensions does it take: an MLP probe, and PCA before a ridge.

As in Gurnee & Tegmark (2024, arXiv:2310.02207), sections 3.3 and 3.5.
"""

from collections.abc import Sequence

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes import metrics, ridge
from astrolabe.inside.probes.resample import Estimate, Resamples
from astrolabe.inside.probes.split import Folds
from astrolabe.inside.probes.sweep import gathered
from astrolabe.inside.probes.targets import Targets, checked_states

HIDDEN = 256
"""Neurons of the one hidden layer, as published."""
WEIGHT_DECAY = 0.1
"""One of the published grid, 0.01 to 0.3."""


def mlp(
    states: np.ndarray,
    targets: Targets,
    folds: Folds,
    hidden: int = HIDDEN,
    decay: float = WEIGHT_DECAY,
    seed: int = 0,
) -> metrics.Predictions:
    """Predictions out of sample by a multilayer perceptron with one hidden layer.

    States and targets are standardised on the training part; a tenth of that part, at random, says
    when to stop.

    Args:
        states: [entities, width].
        decay: L2 penalty, scikit-learn's `alpha`.
        seed: Of weights, batches and that tenth.
    """
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    checked = checked_states(states, len(targets.values), "the MLP probe")
    said = []
    for train, test in folds.parts:
        network = MLPRegressor(
            hidden_layer_sizes=(hidden,),
            alpha=decay,
            early_stopping=True,
            max_iter=500,
            random_state=seed,
        )
        probe = TransformedTargetRegressor(
            make_pipeline(StandardScaler(), network), transformer=StandardScaler()
        )
        wanted = targets.values[train]
        probe.fit(checked[train], wanted[:, 0] if wanted.shape[1] == 1 else wanted)
        said.append(probe.predict(checked[test]).reshape(len(test), -1))
    return gathered(targets, folds, said)


def pca_curve(
    states: np.ndarray,
    targets: Targets,
    folds: Folds,
    dimensions: Sequence[int],
    resamples: Resamples,
    penalties: Sequence[float] = ridge.PENALTIES,
) -> tuple[tuple[int, Estimate], ...]:
    """R2 out of sample of a ridge probe on the leading principal components of the states.

    The components are those of each training part, so that no test entity shapes them.

    Args:
        states: [entities, width].
        dimensions: Numbers of components.
        resamples: Those of the sweep that it stands beside.

    Returns:
        Each number of components, ascending, with its R2.

    Raises:
        BadInput: for fewer than 1 component, or more than there are.
    """
    from sklearn.decomposition import PCA

    checked = checked_states(states, len(targets.values), "the PCA probe")
    wanted = sorted(set(dimensions))
    most = min(checked.shape[1], *(len(train) for train, _ in folds.parts))
    if not wanted or wanted[0] < 1 or wanted[-1] > most:
        raise BadInput(
            f"PCA dimensions {list(dimensions)} must lie between 1 and {most}, the least of the "
            "states' width and the entities of a training part"
        )
    said: dict[int, list[np.ndarray]] = {size: [] for size in wanted}
    for train, test in folds.parts:
        pca = PCA(wanted[-1], random_state=0).fit(checked[train])
        seen, unseen = pca.transform(checked[train]), pca.transform(checked[test])
        for size in wanted:
            fit = ridge.fit(seen[:, :size], targets.values[train], penalties)
            said[size].append(fit.predict(unseen[:, :size]))
    return tuple(
        (size, metrics.r2(gathered(targets, folds, guesses), resamples))
        for size, guesses in said.items()
    )
