"""Conducting a study: every run, then the planned comparisons."""

from collections.abc import Callable
from dataclasses import dataclass

from astrolabe.core.model import Model
from astrolabe.core.run import Run, Study
from astrolabe.core.verdict import Verdict
from astrolabe.runs.compare import compare
from astrolabe.runs.execute import execute
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent, Watch


@dataclass(frozen=True)
class Findings:
    """What a study found: its runs by label, in order, and the verdicts."""

    study: Study
    runs: dict[str, Run]
    verdicts: tuple[Verdict, ...]


def conduct(
    study: Study, load: Callable[[str], Model], store: Store, watch: Watch | None = None
) -> Findings:
    """Do every run of `study`, model by model, then compare.

    Args:
        load: Gives a model by name; called once for each.

    Raises:
        BadInput: for a run that cannot be made, or a comparison of unlike runs; whatever was
            computed before stays in the store.
    """
    watch = watch or Silent()
    runs: dict[str, Run] = {}
    for name in dict.fromkeys(plan.model for plan in study.runs):
        model = load(name)
        for plan in study.runs:
            if plan.model == name:
                runs[plan.label] = execute(plan, model, store, watch)
    runs = {plan.label: runs[plan.label] for plan in study.runs}
    pairs = [(runs[a], runs[b]) for a, b in study.comparisons]
    verdicts = compare(pairs, unlike=study.unlike, names=study.comparisons)
    return Findings(study, runs, tuple(verdicts))
