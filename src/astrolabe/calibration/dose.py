"""Recall of made-up facts against how often each was said.

`documents.dosed` gives every made-up place a keeper and a dose: how often it is said, on average
(`truth.json` counts). Read by asking for each place which of all keepers' names the model finds
likeliest, so that chance is one in so many.

Passes: at dose 0 chance lies in the interval of the share right; at every other dose recall is not
below that of the dose before (the interval of the difference of the two shares, Newcombe 1998,
does not lie below zero); and Spearman's correlation of dose and being right, over places, lies
above zero with all of its interval (bootstrap over places).
"""

from collections.abc import Sequence
from itertools import pairwise

from astrolabe.calibration.asking import preferred
from astrolabe.calibration.instrument import LEVEL, Bench, Calibration, Instrument, share
from astrolabe.calibration.intervals import newcombe, rank_correlation
from astrolabe.core.prompt import Prompt
from astrolabe.polaris.documents import dosed


def read(bench: Bench) -> list[Calibration]:
    """Every line."""
    names = sorted({keeper for keeper, _ in dosed.keepers().values()})
    texts = tuple(f" {name}." for name in names)
    prompts = [Prompt(dosed.statement(p).query, continuations=texts) for p in dosed.keepers()]
    chosen = preferred(bench.model, bench.watch, "dose", prompts)
    keepers = dosed.keepers().values()
    right = [names[i] == keeper for i, (keeper, _) in zip(chosen, keepers, strict=True)]
    return of_recall([dose for _, dose in keepers], right, 1 / len(names))


def of_recall(doses: Sequence[int], right: Sequence[bool], chance: float) -> list[Calibration]:
    """The lines, from the dose of each fact and whether it was recalled.

    Args:
        chance: Share right by guessing.
    """
    by_dose = {
        dose: [hit for hit, its in zip(right, doses, strict=True) if its == dose]
        for dose in sorted(set(doses))
    }
    first, *_ = by_dose
    lines = [_recall(first, by_dose[first], chance)]
    for before, dose in pairwise(by_dose):
        hits = by_dose[dose]
        lines.append(_recall(dose, hits, None))
        step, interval = newcombe(by_dose[before], hits, LEVEL)
        what = (f"dose {dose}: recall above dose {before}", f"剂量 {dose}：比剂量 {before} 的增加")
        lines.append(Calibration("dose", what, 0.0, step, interval, len(hits), ">=", "points"))
    rho, interval = rank_correlation(doses, right, LEVEL)
    trend = Calibration(
        "dose", ("trend", "趋势"), 0.0, rho, interval, len(right), ">", "correlation"
    )
    return [*lines, trend]


def _recall(dose: int, hits: Sequence[bool], chance: float | None) -> Calibration:
    what = (f"dose {dose}: recall", f"剂量 {dose}：回忆率")
    return share("dose", what, hits, chance, "?" if chance is None else "=")


INSTRUMENT = Instrument("dose", ("Recall by dose", "剂量与回忆"), read)
