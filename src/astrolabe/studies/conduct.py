"""Conducting a study: every run, then the planned comparisons."""

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from astrolabe.core.model import Model
from astrolabe.core.run import Run, Study
from astrolabe.core.site import Site
from astrolabe.core.verdict import Verdict
from astrolabe.runs.ask import ask
from astrolabe.runs.compare import compare, refuse_unlike
from astrolabe.runs.execute import execute_together
from astrolabe.runs.questions import check
from astrolabe.runs.states import check_sites, home, record_states
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent, Watch


@dataclass(frozen=True)
class Findings:
    """What a study found: its runs by label, in order, and the verdicts."""

    study: Study
    runs: dict[str, Run]
    verdicts: tuple[Verdict, ...]


def conduct(
    study: Study,
    load: Callable[[str], Model],
    store: Store,
    watch: Watch | None = None,
    sites: Sequence[Site] = (),
) -> Findings:
    """Do every run of `study`, model by model, then compare.

    Args:
        load: Gives a model by name; called once for each, when the one before is gone.
        sites: Where states are recorded as answers begin; see `astrolabe.runs.states`.

    Raises:
        BadInput: for a run that cannot be made, or a comparison of unlike runs: before anything is
            computed, where that can be told without a model; otherwise whatever was computed stays
            in the store.
    """
    watch = watch or Silent()
    refuse(study)
    runs: dict[str, Run] = {}
    for name in dict.fromkeys(plan.model for plan in study.runs):
        model = load(name)
        if sites:
            check_sites(model, sites)
        plans = [plan for plan in study.runs if plan.model == name]
        found = execute_together(plans, model, store, watch)
        if sites:
            for plan, run in zip(plans, found, strict=True):
                record_states(ask(plan, model), model, sites, home(store.place, run), watch)
        runs |= {plan.label: run for plan, run in zip(plans, found, strict=True)}
        # Two models at once may not fit into memory, and models hold circles of references.
        del model
        gc.collect()
    runs = {plan.label: runs[plan.label] for plan in study.runs}
    pairs = [(runs[a], runs[b]) for a, b in study.comparisons]
    verdicts = compare(pairs, unlike=study.unlike, names=study.comparisons)
    return Findings(study, runs, tuple(verdicts))


def refuse(study: Study) -> None:
    """Look for everything that makes a study impossible and needs no model to be seen.

    Raises:
        BadInput: for a run that cannot be made, or a comparison of unlike runs.
    """
    plans = {plan.label: plan for plan in study.runs}
    for labels in study.comparisons:
        if not study.unlike:
            refuse_unlike(plans[labels[0]], plans[labels[1]], labels)
    # The same questions to another model need no second look.
    for asked in dict.fromkeys(replace(plan, label="", model="") for plan in study.runs):
        check(asked)
