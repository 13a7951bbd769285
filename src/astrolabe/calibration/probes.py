"""Probes, on a map that was planted, on none, and on the world that Polaris was taught.

Made-up states hold standardised targets along random directions, in noise that leaves a linear
probe `PLANTED` of their variance to explain. Real ones are Polaris' states of its cities (latitude
and longitude) and of its people and works (year), each name alone, read where a probe fitted on
other entities does best among `LAYERS`; entities are held out one by one, at random.

Lines, with the rule by which each passes:

- R2 of the made-up map: the planted value lies in the interval, widened by `TOLERANCE`, since a
  probe fitted on finitely many entities explains a little less than there is;
- R2 of the same states with the targets dealt to other entities: 0, likewise;
- R2 of Polaris' places and of its years: all of the interval lies above 0, since Polaris was taught
  both; how much of them it holds was not planted and is shown by the reading;
- R2 of the same with the targets dealt anew: 0, likewise.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.calibration.instrument import (
    LEVEL,
    Bench,
    Calibration,
    Instrument,
    Relation,
    What,
)
from astrolabe.core.model import StateReading
from astrolabe.core.prompt import Prompt
from astrolabe.core.site import Site
from astrolabe.inside.probes import known
from astrolabe.inside.probes.controls import shuffled
from astrolabe.inside.probes.entities import Entities
from astrolabe.inside.probes.split import by_entity
from astrolabe.inside.probes.sweep import Sweep, sweep
from astrolabe.inside.probes.targets import Targets

if TYPE_CHECKING:
    from astrolabe.core.model import Model

PLANTED = 0.8
"""Share of the made-up targets' variance that the made-up states hold."""
TOLERANCE = 0.02
MADE_UP = 1_000
WIDTH = 16
LAYERS = (2, 4, 6)
"""Of Polaris' eight."""


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    states, targets = made_up()
    lines = [
        _line(("made-up map", "人造地图"), _swept([states], targets), PLANTED),
        _line(
            ("made-up map, shuffled", "人造地图，打乱"), _swept([states], shuffled(targets)), 0.0
        ),
    ]
    sets: tuple[tuple[What, Entities], ...] = (
        (("Polaris' places", "Polaris 的地点"), known.places()),
        (("Polaris' years", "Polaris 的年份"), known.years()),
    )
    for (en, zh), entities in sets:
        with bench.watch.stage(f"probes: {en}", len(entities)) as advance:
            held = polaris_states(bench.model, entities)
            advance(len(entities))
        lines += [
            _line((en, zh), _swept(held, entities.targets), 0.0, ">"),
            _line(
                (f"{en}, shuffled", f"{zh}，打乱"),
                _swept(held[:1], shuffled(entities.targets)),
                0.0,
            ),
        ]
    return lines


def made_up(seed: int = 0) -> tuple[np.ndarray, Targets]:
    """States [entities, width] that hold `PLANTED` of two independent targets, and these.

    A target y and a state s = y d + e, with e of variance v along d: the best linear prediction of
    y explains 1 / (1 + v / |d|²) of it. Directions here are orthonormal, so v = 1 / PLANTED - 1.
    """
    rng = np.random.default_rng(seed)
    held = rng.standard_normal((MADE_UP, 2))
    directions = np.linalg.qr(rng.standard_normal((WIDTH, 2)))[0]
    noise = rng.standard_normal((MADE_UP, WIDTH)) * np.sqrt(1 / PLANTED - 1)
    return held @ directions.T + noise, Targets(("first", "second"), held)


def polaris_states(model: "Model", entities: Entities) -> list[np.ndarray]:
    """States of the entities' last tokens at each of `LAYERS`, [entities, width] each."""
    sites = tuple(Site("resid", layer) for layer in LAYERS)
    encoded = model.encode([Prompt(name) for name in entities.names])
    asked = [StateReading(one.context, (len(one.context) - 1,), sites) for one in encoded]
    found = dict(model.read(asked))
    return [np.concatenate([found[i][site] for i in range(len(asked))]) for site in sites]


def _swept(states: Sequence[np.ndarray], targets: Targets) -> Sweep:
    folds = by_entity(len(targets.values))
    return sweep(enumerate(states), targets, folds, len(states), level=LEVEL)


def _line(what: What, found: Sweep, planted: float, relation: Relation = "=") -> Calibration:
    r2 = found.best.scores.r2
    return Calibration(
        "probes",
        (f"R2: {what[0]}", f"R2：{what[1]}"),
        planted,
        r2.value,
        r2.interval,
        found.entities,
        relation,
        "correlation",
        TOLERANCE if relation == "=" else 0.0,
    )


INSTRUMENT = Instrument("probes", ("Probes", "探针"), read)
