"""Does a model hold a map, or a calendar? Linear probes of its states, beside their controls.

After Gurnee & Tegmark (2024, arXiv:2310.02207): the states of entities are read at every layer, and
a ridge regression predicts from them where (or when) each is, for entities it was not fitted on.
Three claims of the field are then decided (`astrolabe.inside.probes.conclusions`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside.activations import Activations
from astrolabe.inside.gather import gather
from astrolabe.inside.probes import conclusions, controls, metrics, nonlinear
from astrolabe.inside.probes.conclusions import Conclusion
from astrolabe.inside.probes.entities import Entities, Split
from astrolabe.inside.probes.resample import Estimate
from astrolabe.inside.probes.split import Folds
from astrolabe.inside.probes.sweep import Sweep, sweep
from astrolabe.inside.shards import Kind, Span
from astrolabe.models.local import LocalModel
from astrolabe.models.untrained import untrained_later
from astrolabe.runs.watch import Silent, Watch
from astrolabe.studies.probe_prompts import Variant, entity_spans, spans

EMBED = Site("resid", 0)


@dataclass(frozen=True)
class Wish:
    """What is to be probed.

    Attributes:
        variants: Prompts, at least one; the others are compared with the first.
        layers: Numbers of layers; `None` for all.
        split: What is held out; see `Entities.folds`.
        nonlinear: Whether to try an MLP probe, and how many dimensions a linear one needs.
        seed: Of splits, shuffles, random tokens and random weights.
        level: Coverage of intervals.
    """

    variants: tuple[Variant, ...]
    layers: tuple[int, ...] | None = None
    split: Split = "auto"
    nonlinear: bool = False
    seed: int = 0
    level: float = 0.95


@dataclass(frozen=True, eq=False)
class Nonlinear:
    """Other probes at the best layer.

    Attributes:
        mlp: R2 of a multilayer perceptron.
        dimensions: Numbers of principal components, each with the R2 of a linear probe on them.
    """

    mlp: Estimate
    dimensions: tuple[tuple[int, Estimate], ...]


@dataclass(frozen=True, eq=False)
class Probed:
    """What was found in one model.

    Attributes:
        model: Its name.
        sweeps: By prompt; the first one is what controls and conclusions are about.
        changes: By prompt but the first: its best R2 less that of the first.
        controls: At the best layer.
        leads: By control: the probe's R2 less the control's.
        neighbours: The best layer with entities held out one by one, where groups were.
        conclusions: Of the three claims, those that could be put to the test.
    """

    model: str
    sweeps: Mapping[str, Sweep]
    changes: Mapping[str, Estimate]
    controls: Mapping[str, Sweep]
    leads: Mapping[str, Estimate]
    neighbours: Sweep | None
    conclusions: tuple[Conclusion, ...]
    nonlinear: Nonlinear | None

    @property
    def main(self) -> Sweep:
        """The sweep under the first prompt."""
        return next(iter(self.sweeps.values()))


@dataclass(frozen=True, eq=False)
class Probing:
    """Models probed for the same entities.

    Attributes:
        entities: All of them.
        variants: The prompts.
        models: In the order given; at least one.
        level: Coverage of intervals.
        record: What is needed to repeat it, as JSON values.
    """

    entities: Entities
    variants: tuple[Variant, ...]
    models: tuple[Probed, ...]
    level: float
    record: Mapping[str, object] = field(default_factory=dict)


def probe(
    load: Callable[[str], LocalModel],
    names: Sequence[str],
    entities: Entities,
    wish: Wish,
    folder: Path,
    watch: Watch | None = None,
) -> Probing:
    """Probe models, one after another; only one is in memory at a time.

    Args:
        load: Makes a model of its name.
        names: Of the models.
        folder: Where activations are kept; a second call computes only what is missing.

    Raises:
        BadInput: for a layer that a model does not have, an entity without tokens, and what
            `Entities.folds`, `gather` and `sweep` refuse.
    """
    folds = entities.folds(wish.split, seed=wish.seed)
    desk = _Desk(entities, wish, folds, folder, watch or Silent())
    found = [desk.probe(load, name) for name in names]
    record = {
        "models": {one.model: identity for one, identity in found},
        "prompts": {one.name: one.text for one in wish.variants},
        "split": folds.by,
        "folds": int(folds.fold.max()) + 1,
        "seed": wish.seed,
        "level": wish.level,
    }
    return Probing(entities, wish.variants, tuple(one for one, _ in found), wish.level, record)


@dataclass(frozen=True, eq=False)
class _Desk:
    """What one model after another is probed with."""

    entities: Entities
    wish: Wish
    folds: Folds
    folder: Path
    watch: Watch

    def probe(
        self, load: Callable[[str], LocalModel], name: str
    ) -> tuple[Probed, dict[str, object]]:
        """What was found in a model, and which model it was."""
        model = load(name)
        depth = model.inside.depth
        layers = _layers(self.wish.layers, depth, name)
        sites = tuple(Site("resid", layer) for layer in layers)
        texts = [
            spans(model, self.entities.names, one, self.wish.seed) for one in self.wish.variants
        ]
        _refuse_long(model, texts)
        states = [
            self._gathered(model, text, Kind(sites), f"{name}, {one.name}")
            for one, text in zip(self.wish.variants, texts, strict=True)
        ]
        bags = self._gathered(
            model, entity_spans(model, self.entities.names), Kind((EMBED,), "mean"), "embeddings"
        )
        fresh, described = untrained_later(model, self.wish.seed), model.describe()
        del model  # before another of its size is made
        sweeps = {
            one.name: self._swept(found, depth, f"{name}, {one.name}")
            for one, found in zip(self.wish.variants, states, strict=True)
        }
        main = next(iter(sweeps.values()))
        site = Site("resid", main.best.layer)
        best = states[0].matrix(site)
        blank = self._gathered(fresh(), texts[0], Kind((site,)), "random weights")
        beside = controls.beside(
            main,
            best,
            self.entities.targets,
            self.folds,
            bags.matrix(EMBED),
            blank.matrix(site),
            seed=self.wish.seed,
        )
        probed = Probed(
            model=name,
            sweeps=sweeps,
            changes=_differences(sweeps, main),
            controls=beside,
            leads={label: _lead(main, one) for label, one in beside.items()},
            neighbours=self._neighbours(best, main),
            conclusions=self._concluded(sweeps, main, beside),
            nonlinear=self._nonlinear(best, main) if self.wish.nonlinear else None,
        )
        return probed, described

    def _gathered(
        self, model: LocalModel, texts: Sequence[Span], kind: Kind, title: str
    ) -> Activations:
        with self.watch.stage(f"states: {title}", len(texts)) as advance:
            return gather(model, texts, kind, self.folder, advance)

    def _swept(self, states: Activations, depth: int, title: str) -> Sweep:
        with self.watch.stage(f"probes: {title}", len(states.sites)) as advance:
            return sweep(
                _by_layer(states),
                self.entities.targets,
                self.folds,
                depth,
                level=self.wish.level,
                seed=self.wish.seed,
                progress=lambda _layer: advance(1),
            )

    def _neighbours(self, best: np.ndarray, main: Sweep) -> Sweep | None:
        if self.folds.by in ("entity", "held-out part"):
            return None
        folds = self.entities.folds("entity", seed=self.wish.seed)
        layer = main.best.layer
        return sweep(
            [(layer, best)], self.entities.targets, folds, main.depth, level=self.wish.level
        )

    def _concluded(
        self, sweeps: Mapping[str, Sweep], main: Sweep, beside: Mapping[str, Sweep]
    ) -> tuple[Conclusion, ...]:
        found = [conclusions.information(main, beside)]
        numbers = [one.layer for one in main.layers]
        if 2 * numbers[0] <= main.depth < 2 * numbers[-1]:
            found.append(conclusions.half_depth(main))
        helpful = {one.name for one in self.wish.variants[1:] if not one.distracting}
        if helpful:
            others = {name: sweeps[name] for name in sweeps if name in helpful}
            found.append(conclusions.prompts(main, others))
        return tuple(found)

    def _nonlinear(self, best: np.ndarray, main: Sweep) -> Nonlinear:
        targets, folds = self.entities.targets, self.folds
        most = min(best.shape[1], *(len(train) for train, _ in folds.parts))
        sizes = [2**power for power in range(most.bit_length()) if 2**power <= most]
        with self.watch.stage("nonlinear probe", 1) as advance:
            said = nonlinear.mlp(best, targets, folds, seed=self.wish.seed)
            curve = nonlinear.pca_curve(best, targets, folds, sizes, main.resamples)
            advance(1)
        return Nonlinear(metrics.r2(said, main.resamples), curve)


def _by_layer(states: Activations) -> Iterator[tuple[int, np.ndarray]]:
    """One layer at a time in memory."""
    return ((site.layer, states.matrix(site)) for site in states.sites)


def _differences(sweeps: Mapping[str, Sweep], main: Sweep) -> dict[str, Estimate]:
    layer = main.best.layer
    return {
        name: conclusions.difference(one, one.best.layer, main, layer)
        for name, one in sweeps.items()
        if one is not main
    }


def _lead(main: Sweep, control: Sweep) -> Estimate:
    return conclusions.difference(main, main.best.layer, control, control.best.layer)


def _layers(asked: tuple[int, ...] | None, depth: int, name: str) -> tuple[int, ...]:
    if asked is None:
        return tuple(range(depth + 1))
    for layer in asked:
        if not 0 <= layer <= depth:
            raise BadInput(
                f"model '{name}' has no layer {layer}; there are 0 (embeddings) to {depth}"
            )
    return tuple(sorted(set(asked)))


def _refuse_long(model: LocalModel, texts: Sequence[Sequence[Span]]) -> None:
    longest = max(len(span.tokens) for text in texts for span in text)
    if longest > model.context_length:
        raise BadInput(
            f"an entity with its prompt has {longest} tokens, but model '{model.name}' sees "
            f"{model.context_length}; leave long names out"
        )
