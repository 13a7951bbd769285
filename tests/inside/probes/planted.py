"""States that hold two targets, or do not, at chosen layers."""

from collections.abc import Iterator

import numpy as np

from astrolabe.inside.probes.targets import Targets

WIDTH = 24


def places(entities: int = 200, seed: int = 0) -> Targets:
    """Latitudes and longitudes, independent of one another."""
    rng = np.random.default_rng(seed)
    return Targets(("lat", "lon"), rng.uniform([-60, -170], [70, 170], (entities, 2)))


def layers(
    targets: Targets, strengths: list[float], seed: int = 1
) -> Iterator[tuple[int, np.ndarray]]:
    """At each layer from 0, the standardised targets times a strength along directions of the
    layer's own, in noise of variance 1; [entities, WIDTH]."""
    rng = np.random.default_rng(seed)
    held = (targets.values - targets.values.mean(axis=0)) / targets.values.std(axis=0)
    for number, strength in enumerate(strengths):
        directions = rng.standard_normal((2, WIDTH))
        noise = rng.standard_normal((len(held), WIDTH))
        yield number, (strength * held @ directions + noise).astype(np.float32)
