"""`finetune-or-prompt`: the same k examples in the prompt, or as training data.

Le Scao & Rush (2021, arXiv:2103.08493) measured what a prompt is worth in data points; Mosbach et
al. (2023, arXiv:2305.16938) compared in-context learning and fine-tuning fairly, on the same model,
examples and wording. Here k examples are drawn, and shown to the model before every item, or it is
fine-tuned on them and asked without any. Asked: which is more accurate at which k, where the curves
cross, what either costs, and what fine-tuning did to other tasks (prompting leaves the weights as
they are, and so does nothing).

Departures: Le Scao & Rush fine-tune with and without a prompt's wording; here both sides have the
benchmark's. k ends where the prompt no longer fits or the pool ends, so that large k can be tried
on long contexts only. Items that are themselves in the pool are asked, but do not count.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

from astrolabe.core.condition import Draw
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.run import RunPlan
from astrolabe.models.finetune import tunable
from astrolabe.models.local import LocalModel
from astrolabe.models.tuning import Tuned, Tuning
from astrolabe.runs.execute import execute, execute_together
from astrolabe.runs.fit import fits
from astrolabe.runs.questions import questions
from astrolabe.studies.crossing import crossing
from astrolabe.studies.forgetting import of, other_plans
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import Outcome, Text
from astrolabe.studies.shown_or_learned import (
    Before,
    Point,
    accuracies,
    answer,
    costs,
    curves,
    findings,
    gaps,
    harm,
)
from astrolabe.studies.teaching import TUNED, lessons, recorded, taught

BATCH = 16


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: for a model that is not on this machine, exemplars that differ by subject, or too
            few for two numbers of examples; and as runs do.
    """
    model = tunable(bench.load(setting.model))
    others = other_plans(setting)
    bare = _plan(setting, 0, 0)
    counted = _counted(bare)
    found = execute_together([bare, *others], model, bench.store, bench.watch)
    named = [plan.benchmark for plan in others]
    before = Before(found[0], dict(zip(named, found[1:], strict=True)), counted)
    counts, left_out = _counts(setting, model)
    points = [_point(setting, count, model, bench, others, counted) for count in counts]
    return outcome(setting, before, points, left_out)


def _plan(setting: Setting, count: int, draw: int) -> RunPlan:
    fields: dict[str, Any] = {"shots": count}
    if count:
        fields |= {"draw": Draw.SHARED, "draw_seed": setting.seed + draw}
    label = f"{count} in the prompt, draw {draw}" if count else "no examples"
    return setting.plan(label, setting.protocol().condition(**fields))


def _pool(plan: RunPlan) -> tuple[Item, ...]:
    """The one pool of exemplars of all items asked."""
    found = questions(plan)
    pools = found.dataset.exemplars
    names = {item.subject if item.subject in pools else "" for item in found.items}
    if len(names) != 1:
        raise BadInput(
            f"the {len(names)} subjects of {plan.benchmark} each have examples of their own, but "
            "one model is to learn from the same ones that all items are shown; ask for one with "
            f"--subjects, such as {min(names)}"
        )
    return pools.get(names.pop(), ())


def _counted(plan: RunPlan) -> frozenset[str]:
    """Ids of the items that nothing was learned from."""
    pool = {item.asks for item in _pool(plan)}
    counted = frozenset(item.id for item in questions(plan).items if item.asks not in pool)
    if not counted:
        raise BadInput(
            f"every item asked of {plan.benchmark} is among its examples, so nothing is left to "
            "test; ask for more items"
        )
    return counted


def _counts(setting: Setting, model: LocalModel) -> tuple[list[int], list[int]]:
    """Numbers of examples to be tried, and those that the pool or the context has no room for."""
    asked, pool = sorted(set(setting.knobs["shots"])), len(_pool(_plan(setting, 0, 0)))
    kept: list[int] = []
    for count in asked:
        if count > pool:
            break
        plans = [_plan(setting, count, draw) for draw in range(setting.knobs["draws"])]
        if not all(_fits(plan, model) for plan in plans):
            break
        kept.append(count)
    if len(kept) < 2:
        raise BadInput(
            f"of {', '.join(map(str, asked))} examples, {len(kept)} can be tried: there are {pool} "
            f"examples, and the context is {model.context_length} tokens; give smaller numbers "
            "with --shots, or a benchmark with more examples"
        )
    return kept, asked[len(kept) :]


def _fits(plan: RunPlan, model: LocalModel) -> bool:
    found = questions(plan)
    return fits(found.asked, found.recipe, plan.condition, model)


def _point(
    setting: Setting,
    count: int,
    model: LocalModel,
    bench: Bench,
    others: Sequence[RunPlan],
    counted: frozenset[str],
) -> Point:
    prompted, tuned, asked, trainings = [], [], [], []
    for draw in range(setting.knobs["draws"]):
        plan = _plan(setting, count, draw)
        # One by one, so that each has seconds of its own.
        prompted.append(execute(plan, model, bench.store, bench.watch))
        shots = next(q.shots for q in questions(plan).asked if q.item.id in counted)
        trainings.append(_trained(setting, shots, draw, model, bench))
        place = str(trainings[-1].checkpoints[-1].folder)
        learned = bench.load(place)
        bare = of(replace(_plan(setting, 0, 0), label=f"{count} learned, draw {draw}"), place)
        tuned.append(execute(bare, learned, bench.store, bench.watch))
        plans = [of(other, place) for other in others]
        found = execute_together(plans, learned, bench.store, bench.watch)
        asked.append(dict(zip([plan.benchmark for plan in plans], found, strict=True)))
    return Point(count, tuple(prompted), tuple(tuned), tuple(asked), tuple(trainings))


def _trained(
    setting: Setting, shots: Sequence[Item], draw: int, model: LocalModel, bench: Bench
) -> Tuned:
    recipe = setting.protocol()
    batch = min(BATCH, len(shots))
    tuning = Tuning(
        method=setting.knobs["method"],
        at=(setting.knobs["epochs"] * ceil(len(shots) / batch),),
        batch=batch,
        rate=setting.knobs["rate"] or None,
        seed=setting.seed + draw,
    )
    examples = lessons(shots, recipe, recipe.condition(), model)
    title = f"fine-tuning on {len(shots)} examples"
    root = Path(setting.knobs["tuned"]).expanduser()
    return taught(model, title, examples, (), tuning, root, bench.watch)


def outcome(
    setting: Setting, before: Before, points: Sequence[Point], left_out: Sequence[int] = ()
) -> Outcome:
    """From runs to what they say; computes nothing anew.

    Args:
        points: In ascending order of examples.
        left_out: Numbers of examples that were asked for, but could not be tried.
    """
    found = findings(before, points, setting.level)
    where = crossing(
        [point.examples for point in points],
        [gaps(point, before.items) for point in points],
        1 - setting.level,
        setting.seed,
    )
    runs = [before.bare, *before.others.values()]
    for point in points:
        runs += [*point.prompted, *point.tuned]
        runs += [run for asked in point.others for run in asked.values()]
    trainings = {
        f"{point.examples} examples, draw {draw}": recorded(one)
        for point in points
        for draw, one in enumerate(point.trainings)
    }
    return Outcome(
        experiment="finetune-or-prompt",
        model=before.bare.model,
        benchmark=setting.benchmark,
        question=Text(
            "Are the same examples worth more in the prompt or as training data?",
            "同样的示例，放进提示里更值，还是拿来微调更值？",
        ),
        answer=answer(points, found, where),
        tables=(accuracies(points, before, found), costs(points, before)),
        findings=found,
        charts=(curves(points, before, setting.level), harm(points, before, setting.level)),
        runs=tuple(run.id for run in runs),
        record=record(setting, runs)
        | {"tuned": trainings, "crossing": [where.low, where.estimate, where.high]},
        notes=_notes(left_out),
    )


def _notes(left_out: Sequence[int]) -> tuple[Text, ...]:
    if not left_out:
        return ()
    listed = ", ".join(map(str, left_out))
    return (
        Text(
            f"Not tried: {listed} examples; the prompt would not fit the context, or there are not "
            "so many examples.",
            f"未试：{listed} 个示例；提示超出上下文长度，或示例不足。",
        ),
    )


EXPERIMENT = Experiment(
    name="finetune-or-prompt",
    summary=Text(
        "The same k examples in the prompt or as training data: accuracy, cost, side effects.",
        "同样的 k 个示例：放进提示还是用于微调？正确率、代价与副作用。",
    ),
    paper="Le Scao & Rush 2021 (arXiv:2103.08493); Mosbach et al. 2023 (arXiv:2305.16938)",
    benchmark="translation",
    conduct=conduct,
    # Neither side knows the language but from the examples. All items have to share one pool.
    recipes={"translation": "pairs"},
    subjects=("french",),
    knobs=(
        Knob("shots", (1, 2, 4, 8, 16, 32, 64, 128, 256), "Numbers of examples.", 1),
        Knob("draws", 2, "Draws of examples; a model is trained for each.", 1),
        Knob("method", "full", "How to fine-tune: full or lora."),
        Knob("epochs", 20, "Passes over the examples.", 1),
        Knob("rate", 0.0, "Highest learning rate; 0 for the usual one of such a model.", 0),
        Knob("others", ("label-games",), "Other tasks, asked with their usual examples."),
        Knob("others_data", (), "Where to read them from, one place each; none for Polaris' own."),
        Knob("tuned", TUNED, "Folder for fine-tuned models."),
    ),
    limit=200,
)
