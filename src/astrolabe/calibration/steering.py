"""Steering towards the scripts and formats that are planted in Polaris' world.

`documents.scripts` plants seven kinds of text. For each, the difference of means between texts of
the kind and other documents is pinned up (`clamp`) in the stream after three quarters of the
layers, while the model continues neutral openings. The strength is chosen on a few openings by the
rule of `astrolabe.inside.steering.dose.chosen`, and measured on others.

Passes: at that strength the interval (bootstrap over openings) of the mean share of the text that
is of the kind does not lie below 80 %; and neither untouched nor along a random direction of the
same strength does it lie above 5 %.
"""

from dataclasses import replace

from astrolabe.calibration.instrument import LEVEL, Bench, Calibration, Instrument, Relation, What
from astrolabe.core.site import Site
from astrolabe.core.verdict import Interval
from astrolabe.inside.features.properties import Property
from astrolabe.inside.steering.directions import (
    Direction,
    difference,
    encoded,
    ordinary,
    random_like,
)
from astrolabe.inside.steering.dose import Dose, Sample, Writing, chosen, write
from astrolabe.inside.steering.neutral import OPENINGS
from astrolabe.inside.steering.written import kind_named, share
from astrolabe.runs.stats import cluster_bootstrap
from astrolabe.studies import steering_texts

STEERED, ELSE = 0.80, 0.05
LADDER = (0.5, 0.7, 1.0, 1.4)
CHOOSING, MEASURING = OPENINGS[:6], OPENINGS[6:20]
WRITING = Writing(tokens=24)
TEXTS = 24
LONGEST = 128
"""Tokens after which a text is cut that a direction is taken from."""


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    model, watch = bench.model, bench.watch
    site = Site("resid", max(1, round(0.75 * model.inside.anatomy.depth)))
    kinds = steering_texts.PLANTED
    with watch.stage("steering: kinds", len(kinds)) as advance:
        texts = steering_texts.ordinary(0, 2 * TEXTS)
        start = ordinary(model, encoded(model, texts, LONGEST, "ordinary texts"), site)
        (untouched,) = write(model, MEASURING, [()], WRITING)
        lines = []
        for kind in kinds:
            shown = encoded(model, steering_texts.planted(kind, 0, TEXTS), LONGEST, kind)
            along = difference(model, shown, start, kind)
            lines += _kind(bench, along, kind_named(kind), untouched)
            advance(1)
    return lines


def _kind(
    bench: Bench, along: Direction, kind: Property, untouched: list[Sample]
) -> list[Calibration]:
    """The three lines of a kind."""
    model = bench.model
    under = [(), *((along.at(strength),) for strength in LADDER)]
    tried = write(model, CHOOSING, under, WRITING)
    curve = [Dose.of(s, _judged(one, kind)) for s, one in zip((0.0, *LADDER), tried, strict=True)]
    best, _ = chosen(curve, model.vocabulary)
    steered, random = write(
        model,
        MEASURING,
        [(along.at(best.strength),), (random_like(along, 0).at(best.strength),)],
        WRITING,
    )
    name, chinese = kind.name, kind.says[1]
    return [
        line((f"{name}: steered", f"{chinese}：引导"), steered, kind, STEERED, ">="),
        line((f"{name}: untouched", f"{chinese}：未改动"), untouched, kind, ELSE, "<="),
        line((f"{name}: random direction", f"{chinese}：随机方向"), random, kind, ELSE, "<="),
    ]


def _judged(samples: list[Sample], kind: Property) -> list[Sample]:
    return [replace(sample, share=share(sample.text, kind)) for sample in samples]


def line(
    what: What, samples: list[Sample], kind: Property, planted: float, relation: Relation
) -> Calibration:
    """A line of the mean share of texts, one after each prompt, that is of a kind."""
    shares = [share(sample.text, kind) for sample in samples]
    ends = cluster_bootstrap(shares, [sample.prompt for sample in samples], LEVEL)
    within = Interval(max(0.0, ends.low), min(1.0, ends.high), LEVEL)
    mean = sum(shares) / len(shares)
    return Calibration("steering", what, planted, mean, within, len(shares), relation)


INSTRUMENT = Instrument("steering", ("Steering", "引导"), read)
