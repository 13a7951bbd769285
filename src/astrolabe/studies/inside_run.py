"""`astrolabe inside`: does the inside of a model tell which items it will get right, or flip?

At the last token of each prompt of a stored run, where the answer is about to begin, a logistic
probe of the states of each layer predicts whether the item was answered right, or whether it flips
between two conditions. Kadavath et al. (2022, arXiv:2207.05221) found that models mostly know what
they know, and Azaria & Mitchell (2023, arXiv:2304.13734) that states tell it; asked beside is
whether they tell *more than the model's own confidence*, which costs nothing. Subjects are held out
whole, so that a probe cannot get by on which items are of a hard subject it has seen.

Controls: shuffled labels, which decide (`astrolabe.inside.probes.telling`); the lead of the
likeliest option; the length of the prompt; layer 0, the embedding of the prompt's last token; and
the states of the same prompts in a model of the same shape with random weights.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run
from astrolabe.core.site import Site
from astrolabe.inside.activations import Activations
from astrolabe.inside.probes.discrimination import auc_ahead, auc_estimate
from astrolabe.inside.probes.resample import Estimate
from astrolabe.inside.probes.telling import SHUFFLES, Telling, probed, telling
from astrolabe.runs.again import ask_again
from astrolabe.runs.states import check_sites, record_states, recorded
from astrolabe.runs.watch import Watch
from astrolabe.studies.inside_labels import Labels, labels

if TYPE_CHECKING:
    from astrolabe.models.local import LocalModel

Load = Callable[[str, str], "LocalModel"]
"""Gives a model by name and dtype."""
LEVEL = 0.05
FEWEST_SHUFFLES = 19


@dataclass(frozen=True)
class Asking:
    """What is asked.

    Attributes:
        predict: ``right`` or ``flips``.
        layers: Which; empty for those whose states are recorded, or else all; `None` for all.
        shuffles: Of the labels.
        level: Chance of deciding what is not there.
    """

    predict: str = "right"
    layers: tuple[int, ...] | None = ()
    shuffles: int = SHUFFLES
    seed: int = 0
    level: float = LEVEL


@dataclass(frozen=True)
class Control:
    """Something that a probe has to beat.

    Attributes:
        auc: Its own.
        ahead: By how much the probe's AUC at its best layer is higher, paired.
    """

    auc: Estimate
    ahead: Estimate


@dataclass(frozen=True)
class Controls:
    """What a probe has to beat.

    Attributes:
        length: The number of the prompt's tokens.
        confidence: The model's own; `None` where there is none.
        embedding: Layer 0; `None` where that was not recorded.
        untrained: Random weights, by layer; empty where that was not recorded.
    """

    length: Control
    confidence: Control | None
    embedding: Control | None
    untrained: Mapping[int, Control]


@dataclass(frozen=True, eq=False)
class Found:
    """What was found.

    Attributes:
        other: The second run of ``flips``.
        told: Of the layers above 0.
    """

    asking: Asking
    run: Run
    other: Run | None
    labels: Labels
    told: Telling
    controls: Controls


@dataclass(frozen=True)
class _States:
    """Recorded states of the run's prompts by layer, the model's own and with random weights."""

    own: Mapping[int, Activations]
    untrained: Mapping[int, Activations]


def inside_run(
    run: Run, other: Run | None, asking: Asking, load: Load, folder: Path, watch: Watch
) -> Found:
    """Probe the inside of a run.

    States that are not recorded yet are read from the model, which is loaded for that, and stay in
    `folder`; where all are there, no model is needed.

    Args:
        other: The second run of ``flips``.
        folder: Where the run's states are; see `astrolabe.runs.states.home`.

    Raises:
        BadInput: see `labels`; for a model that is not on this machine or has changed since, layers
            that it does not have, prompts that are no longer the same, and too few shuffles.
    """
    if asking.shuffles < FEWEST_SHUFFLES:
        raise BadInput(
            f"{asking.shuffles} shuffles are too few to decide anything at 5 %; give at least "
            f"{FEWEST_SHUFFLES}"
        )
    if asking.layers and max(asking.layers) < 1:
        raise BadInput("layer 0 is the embedding, a control; give layers above it, too")
    wanted = labels(asking.predict, run, other)
    states = _states(run, asking, load, folder, watch)
    with watch.stage(
        "probes, and as many of shuffled labels", sum(layer > 0 for layer in states.own)
    ) as advance:
        told = telling(
            _layers(states.own, wanted, least=1),
            wanted.values,
            wanted.folds,
            wanted.confidence,
            asking.shuffles,
            1 - asking.level,
            asking.seed,
            advance,
        )
    return Found(asking, run, other, wanted, told, _controls(states, wanted, told))


def _controls(states: _States, wanted: Labels, told: Telling) -> Controls:
    def control(scores: np.ndarray) -> Control:
        these = (wanted.values, wanted.folds.fold, told.resamples)
        return Control(auc_estimate(scores, *these), auc_ahead(told.best.scores, scores, *these))

    def probe(matrix: np.ndarray) -> Control:
        return control(probed(matrix, wanted.values, wanted.folds))

    zero = {layer: one for layer, one in states.own.items() if layer == 0}
    embedding = [probe(matrix) for _, matrix in _layers(zero, wanted, least=0)]
    tokens = next(iter(states.own.values())).positions[wanted.places] + 1
    return Controls(
        length=probe(np.log(tokens)[:, None]),
        confidence=None if wanted.confidence is None else control(wanted.confidence),
        embedding=embedding[0] if embedding else None,
        untrained={layer: probe(m) for layer, m in _layers(states.untrained, wanted, least=1)},
    )


def _layers(
    states: Mapping[int, Activations], wanted: Labels, least: int
) -> Iterator[tuple[int, np.ndarray]]:
    """Layers from `least` on with the states of the items, one at a time in memory."""
    for layer, one in sorted(states.items()):
        if layer >= least:
            yield layer, one.matrix(Site("resid", layer))[wanted.places]


def _states(run: Run, asking: Asking, load: Load, folder: Path, watch: Watch) -> _States:
    blank = folder / "untrained"
    there = _by_layer(recorded(folder, len(run.items)))
    layers = asking.layers
    if layers == () and max(there, default=0) > 0:
        layers = tuple(there)
    if not layers or not set(layers) <= there.keys():
        layers = _read(run, layers, load, folder, watch)
        there = _by_layer(recorded(folder, len(run.items)))
    without = _by_layer(recorded(blank, len(run.items)))
    return _States(
        {layer: there[layer] for layer in layers},
        {layer: one for layer, one in without.items() if layer in layers},
    )


def _read(
    run: Run, layers: tuple[int, ...] | None, load: Load, folder: Path, watch: Watch
) -> tuple[int, ...]:
    """Record what is missing, with a model of random weights beside; gives the layers."""
    from astrolabe.models.untrained import untrained

    model = load(run.model, run.record["model"].get("dtype", "auto"))
    wanted = tuple(sorted(layers or range(model.inside.depth + 1)))
    sites = [Site("resid", layer) for layer in wanted]
    check_sites(model, sites)
    asked = ask_again(run, model, watch)
    record_states(asked, model, sites, folder, watch)
    record_states(asked, untrained(model), sites, folder / "untrained", watch)
    return wanted


def _by_layer(states: Mapping[Site, Activations]) -> dict[int, Activations]:
    return {site.layer: one for site, one in states.items() if site.kind == "resid"}
