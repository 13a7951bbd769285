"""A ridge probe at every layer under 20 penalties, against scikit-learn's RidgeCV in a loop.

Both choose the penalty by the exact leave-one-out error and fit float32 states of one model's shape
(a spectrum that falls off, a few dimensions far larger than others) to two standardised targets.
Two results: against the quickest of RidgeCV's ways (`gcv_mode="svd"`), and against its default.

One thread each, and processor time: on a busy machine it tells more than the clock on the wall.
"""

import argparse
from collections.abc import Callable
from time import process_time
from typing import Any, Literal

import numpy as np

from astrolabe.inside.probes import ridge
from perf.harness import in_turn, judge, machine, versions

Sets = list[tuple[np.ndarray, np.ndarray]]

PENALTIES = tuple(float(10**power) for power in np.linspace(-2, 5, 20))
OUTLYING = 8
"""Dimensions with a mean and a spread far from the others', as trained models have."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=20_000)
    parser.add_argument("--width", type=int, default=1024)
    parser.add_argument("--layers", type=int, default=4, help="each costs the peer half a minute")
    parser.add_argument("--rounds", type=int, default=2, help="measurements of each side")
    asked = parser.parse_args()
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1):
        measure(asked.entities, asked.width, asked.layers, asked.rounds)


def measure(entities: int, width: int, layers: int, rounds: int) -> None:
    """Both comparisons on the same states."""
    here = machine(1)
    sets = [drawn(entities, width, seed) for seed in range(layers)]
    modes: tuple[tuple[str, Literal["svd", "auto"]], ...] = (
        ("probe_sweep", "svd"),
        ("probe_sweep_over_default", "auto"),
    )
    for name, mode in modes:
        mine: list[ridge.Ridge] = []
        theirs: list[Any] = []

        def ours(found: list[ridge.Ridge] = mine, sets: Sets = sets) -> float:
            return _timed(found, sets, lambda x, y: ridge.fit(x, y, PENALTIES))

        def peer(
            found: list[Any] = theirs, mode: Literal["svd", "auto"] = mode, sets: Sets = sets
        ) -> float:
            from sklearn.linear_model import RidgeCV

            return _timed(
                found,
                sets,
                lambda x, y: RidgeCV(PENALTIES, gcv_mode=mode).fit(x, (y - y.mean(0)) / y.std(0)),
            )

        # What is imported on first use is no part of the work.
        for side in (ours, peer):
            side(sets=[drawn(64, 32, 0)])
        pairs = in_turn(ours, peer, rounds)
        what = f"{layers} layers of {entities:,} x {width:,} float32, {len(PENALTIES)} penalties"
        judge(
            name,
            pairs,
            counted=(
                f"{what}; processor seconds of one thread",
                f'the same, RidgeCV(gcv_mode="{mode}")',
            ),
            exact=_agreement(sets, mine, theirs),
            machine=here,
            versions=versions("astrolabe-lm", "numpy", "scipy", "scikit-learn"),
        )


def drawn(entities: int, width: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """States [entities, width] and two targets that 16 of their directions hold, with noise."""
    rng = np.random.default_rng(seed)
    scale = np.arange(1, width + 1) ** -0.5
    turned = np.linalg.qr(rng.standard_normal((width, width)))[0] * scale[:, None]
    states = rng.standard_normal((entities, width)) @ turned
    targets = states @ turned[:16].T @ rng.standard_normal((16, 2))
    targets += rng.standard_normal(targets.shape) * targets.std(axis=0)
    states[:, :OUTLYING] = states[:, :OUTLYING] * 30 + 100
    return states.astype(np.float32), targets


def _timed(
    found: list[Any],
    sets: Sets,
    fit: Callable[[np.ndarray, np.ndarray], Any],
) -> float:
    start = process_time()
    found[:] = [fit(states, targets) for states, targets in sets]
    return process_time() - start


def _agreement(sets: Sets, mine: list[ridge.Ridge], theirs: list[Any]) -> str:
    apart = 0.0
    for (_, targets), a, b in zip(sets, mine, theirs, strict=True):
        ours, peer = a.coefficients / targets.std(axis=0), b.coef_.T
        apart = max(apart, float(np.linalg.norm(ours - peer) / np.linalg.norm(peer)))
    alike = sum(a.penalty == b.alpha_ for a, b in zip(mine, theirs, strict=True))
    edge = sum(a.at_edge for a in mine)
    return (
        f"same penalty at {alike} of {len(mine)} layers ({edge} at the grid's edge), coefficients "
        f"differ by {apart:.1e} of their norm at most"
    )


if __name__ == "__main__":
    main()
