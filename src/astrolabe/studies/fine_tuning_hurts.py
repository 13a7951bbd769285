"""`fine-tuning-hurts`: what fine-tuning on one task does to learning others from examples.

Wang et al. (2022, arXiv:2211.00635) found that fine-tuning on a single task makes a language model
worse at learning other tasks in context, since it comes to expect that task's form; McCloskey &
Cohen (1989, Psychology of Learning and Motivation 24) named the general case catastrophic
interference. Here a model is fine-tuned on one benchmark, asked without shots, and before, during
and after is asked other benchmarks with their usual shots: with all weights trained and with
adapters (LoRA), which Biderman et al. (2024, arXiv:2405.09673) found to learn less and forget less.
The remedy is rehearsal (Robins 1995, Connection Science 7): general documents mixed in.

Departures: the remedy of Wang et al., a soft prompt that takes up the form, is not tried. One
training of each kind is made, so that findings speak of these weights, over items; how far another
seed would lead, they do not say. The model "during" training has not had its rate lowered yet.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from astrolabe.core.item import Item
from astrolabe.core.run import RunPlan, Study
from astrolabe.models.finetune import tunable
from astrolabe.models.tuning import Tuned, Tuning
from astrolabe.runs.figures import signed_points
from astrolabe.runs.questions import questions
from astrolabe.studies.conduct import conduct as conduct_runs
from astrolabe.studies.forgetting import (
    METHODS,
    Arm,
    Asked,
    Made,
    findings,
    of,
    other_plans,
    pooled_accuracy,
)
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import Axis, Chart, Column, Finding, Outcome, Table, Text
from astrolabe.studies.teaching import TUNED, general, lessons, recorded, taught


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: for a model that is not on this machine, no other benchmarks, or nothing to
            fine-tune on; and as runs do.
    """
    task = setting.plan(setting.benchmark, setting.protocol().condition(shots=0))
    plans = [task, *other_plans(setting)]
    tuned = _tuned(setting, bench, task)
    places = [checkpoint.folder for one in tuned.values() for checkpoint in one.checkpoints]
    runs = [of(plan, str(place)) for place in (setting.model, *places) for plan in plans]
    study = Study("fine-tuning-hurts", tuple(runs))
    found = conduct_runs(study, bench.load, bench.store, bench.watch).runs

    def asked(place: object) -> Asked:
        return {plan.benchmark: found[of(plan, str(place)).label] for plan in plans}

    made = {
        arm: Made(one, tuple(asked(checkpoint.folder) for checkpoint in one.checkpoints))
        for arm, one in tuned.items()
    }
    return outcome(setting, asked(setting.model), made)


def _tuned(setting: Setting, bench: Bench, plan: RunPlan) -> dict[Arm, Tuned]:
    """The model fine-tuned in every way."""
    model, knobs = tunable(bench.load(setting.model)), setting.knobs
    found = questions(plan)
    shown = [item for pool in found.dataset.exemplars.values() for item in pool]
    shown = _taught_on(shown, found.items)
    examples = lessons(shown, found.recipe, found.recipe.condition(), model)
    documents = general(model, knobs["general"], setting.seed)
    arms = [Arm(method, mixed) for mixed in (False, True) for method in METHODS]
    made = {}
    for arm in arms if documents else arms[:2]:
        tuning = Tuning(
            method=arm.method,
            at=tuple(knobs["steps"]),
            batch=knobs["batch"],
            rate=knobs["rate"] or None,
            general=knobs["share"] if arm.mixed else 0.0,
            seed=setting.seed,
        )
        title = f"fine-tuning ({arm.name.en})"
        root = Path(knobs["tuned"]).expanduser()
        made[arm] = taught(model, title, examples, documents, tuning, root, bench.watch)
    return made


def _taught_on(pool: Sequence[Item], asked: Sequence[Item]) -> list[Item]:
    """Exemplars of the subjects asked (of all, where those have none) that no test asks."""
    tested, subjects = {item.asks for item in asked}, {item.subject for item in asked}
    others = [item for item in pool if item.asks not in tested]
    return [item for item in others if item.subject in subjects] or others


def outcome(setting: Setting, before: Asked, made: Mapping[Arm, Made]) -> Outcome:
    """From runs to what they say; computes nothing anew.

    Args:
        before: Runs of the model as it was; the benchmark that was trained on first.
    """
    found = findings(before, {arm: one.asked[-1] for arm, one in made.items()}, setting.level)
    runs = [*before.values(), *(r for one in made.values() for a in one.asked for r in a.values())]
    tuned = {arm.name.en: recorded(one.tuned) for arm, one in made.items()}
    return Outcome(
        experiment="fine-tuning-hurts",
        model=runs[0].model,
        benchmark=setting.benchmark,
        question=Text(
            f"Does fine-tuning on {setting.benchmark} make the model worse at other tasks that it "
            "is shown examples of, and does general data help?",
            f"在 {setting.benchmark} 上微调，会不会削弱模型在其他任务上的上下文学习能力？"
            "混入通用数据能否补救？",
        ),
        answer=_answer(found),
        tables=(_accuracies(before, made), _costs(made)),
        findings=tuple(found.values()),
        charts=(_curves(before, made, setting.level),),
        runs=tuple(run.id for run in runs),
        record=record(setting, runs) | {"tuned": tuned},
        notes=_notes(made),
    )


def _answer(found: Mapping[str, Finding]) -> Text:
    english, chinese = [], []
    for method, (name, chinese_name) in METHODS.items():
        hurt = found[f"others {method}"]
        by = signed_points(hurt.estimate)
        if hurt.decided:
            does = ("lowers", "降低") if hurt.estimate < 0 else ("raises", "提高")
            english.append(f"{name} {does[0]} the other tasks ({by} points)")
            chinese.append(f"{chinese_name}{does[1]}了其他任务的正确率（{by} 个百分点）")
        else:
            english.append(f"{name} was not shown to change the other tasks ({by} points)")
            chinese.append(f"未能证明{chinese_name}会改变其他任务（{by} 个百分点）")
        if f"remedy {method}" in found:
            helps = found[f"remedy {method}"]
            by = signed_points(helps.estimate)
            shown = helps.outcome == "shown"
            english.append(
                f"there general data {'give back' if shown else 'were not shown to help:'} "
                f"{by} points"
            )
            chinese.append(f"混入通用数据{'挽回' if shown else '未能证明有效：'} {by} 个百分点")
    return Text(f"Fine-tuning: {'; '.join(english)}.", f"微调：{'；'.join(chinese)}。")


def _others(asked: Asked) -> Asked:
    """All but the task that was trained on."""
    return dict(list(asked.items())[1:])


def _accuracies(before: Asked, made: Mapping[Arm, Made]) -> Table:
    task, *others = before
    rows = [{"arm": Text("before", "微调前"), "steps": 0, **_row(before)}]
    for arm, one in made.items():
        for checkpoint, asked in zip(one.tuned.checkpoints, one.asked, strict=True):
            rows.append({"arm": arm.name, "steps": checkpoint.cost.steps, **_row(asked)})
    columns = [Column(name, name, "share") for name in (task, *others)]
    return Table(
        Text("Accuracy before, during and after", "微调前、中、后的正确率"),
        (
            Column("arm", Text("fine-tuning", "微调方式")),
            Column("steps", Text("steps", "步数"), "count"),
            *columns,
            Column("others", Text("all others", "其他合计"), "share"),
        ),
        tuple(rows),
        Text(
            f"{task} was trained on and is asked without shots, the others with their usual ones.",
            f"{task} 为训练任务，不给示例；其他任务按其惯例给示例。",
        ),
    )


def _row(asked: Asked) -> dict[str, Any]:
    alone = {name: pooled_accuracy([{name: run}]).value for name, run in asked.items()}
    return alone | {"others": pooled_accuracy([_others(asked)]).value}


def _costs(made: Mapping[Arm, Made]) -> Table:
    rows = []
    for arm, one in made.items():
        cost = one.tuned.checkpoints[-1].cost
        row = {"arm": arm.name, "trained": one.tuned.trained, "losses": one.tuned.losses[-1]}
        rows.append(row | vars(cost))
    return Table(
        Text("What fine-tuning took", "微调的代价"),
        (
            Column("arm", Text("fine-tuning", "微调方式")),
            Column("trained", Text("parameters", "训练的参数"), "count"),
            Column("steps", Text("steps", "步数"), "count"),
            Column("tokens", Text("tokens", "token 数"), "count"),
            Column("learned", Text("in the loss", "计入损失"), "count"),
            Column("processor_seconds", Text("processor", "处理器时间"), "seconds"),
            Column("losses", Text("last loss", "末步损失"), "nats"),
        ),
        tuple(rows),
    )


def _curves(before: Asked, made: Mapping[Arm, Made], level: float) -> Chart:
    marks = []
    for arm, trained in made.items():
        steps = [0, *(checkpoint.cost.steps for checkpoint in trained.tuned.checkpoints)]
        for step, asked in zip(steps, (before, *trained.asked), strict=True):
            marks.append(pooled_accuracy([_others(asked)], level).mark(step, arm.name))
    return Chart(
        "others",
        "lines",
        Text("What fine-tuning on one task does to the others", "在一个任务上微调对其他任务的影响"),
        Text(
            "Accuracy on the other tasks, with examples in the prompt; "
            f"{100 * (1 - level):.0f} % interval over items.",
            f"其他任务的正确率（提示中带示例）；{100 * (1 - level):.0f}% 题目区间。",
        ),
        Axis(Text("steps of fine-tuning", "微调步数"), "count"),
        Axis(Text("accuracy on other tasks", "其他任务的正确率"), "share"),
        tuple(marks),
        reference=(pooled_accuracy([_others(before)]).value, Text("before", "微调前")),
    )


def _notes(made: Mapping[Arm, Made]) -> tuple[Text, ...]:
    notes = [
        Text(
            "One training of each kind was made: findings speak of these weights, not of every "
            "training that could have been.",
            "每种方式只训练了一次：结论针对这些权重，而非一切可能的训练。",
        )
    ]
    if not any(arm.mixed for arm in made):
        notes.append(
            Text(
                "The remedy was left out: nobody knows what this model was trained on. Give "
                "general texts with --general.",
                "未试补救办法：无从知道该模型的训练数据。请用 --general 给出通用文本。",
            )
        )
    return tuple(notes)


EXPERIMENT = Experiment(
    name="fine-tuning-hurts",
    summary=Text(
        "What fine-tuning on one task does to learning others from examples; full and LoRA.",
        "在一个任务上微调（全参数与 LoRA）对其他任务上下文学习的影响。",
    ),
    paper="Wang et al. 2022 (arXiv:2211.00635); Biderman et al. 2024 (arXiv:2405.09673)",
    benchmark="sentiment",
    conduct=conduct,
    knobs=(
        Knob("others", ("label-games", "mmlu"), "Benchmarks that are asked with examples."),
        Knob("others_data", (), "Where to read them from, one place each; none for Polaris' own."),
        Knob("steps", (20, 60), "Steps after which the model is asked; the last is the end.", 1),
        Knob("batch", 16, "Examples of a step.", 1),
        Knob("rate", 0.0, "Highest learning rate; 0 for the usual one of such a model.", 0),
        Knob("share", 0.25, "Share of general data where some are mixed in.", 0),
        Knob("general", None, "UTF-8 file of general texts, separated by blank lines."),
        Knob("tuned", TUNED, "Folder for fine-tuned models."),
    ),
    limit=200,
)
