"""What fine-tuning did to other tasks: runs of several benchmarks before and after, and findings.

The other tasks are benchmarks that were not trained on, asked with their usual examples in the
prompt. What is tested is the change over all of their items together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from astrolabe.benchmarks import get
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.models.tuning import Method, Tuned
from astrolabe.runs.stats import wilson
from astrolabe.studies.deciding import Accuracy, Uncorrected, accuracy, of_changes, paired, settled
from astrolabe.studies.laboratory import LEVEL, Setting
from astrolabe.studies.outcome import Expects, Finding, Text

Asked = Mapping[str, Run]
"""Runs of one model by benchmark."""


@dataclass(frozen=True)
class Arm:
    """A way to fine-tune."""

    method: Method
    mixed: bool = False

    @property
    def name(self) -> Text:
        """What it is called."""
        english, chinese = METHODS[self.method]
        if self.mixed:
            return Text(f"{english} + general data", f"{chinese}＋通用数据")
        return Text(english, chinese)


METHODS: Mapping[Method, tuple[str, str]] = {"full": ("full", "全参数"), "lora": ("LoRA", "LoRA")}


@dataclass(frozen=True)
class Made:
    """A model fine-tuned in one way.

    Attributes:
        tuned: Its checkpoints, and what they took.
        asked: Runs of each checkpoint.
    """

    tuned: Tuned
    asked: tuple[Asked, ...]


def other_plans(setting: Setting) -> list[RunPlan]:
    """How the tasks that are not trained on are asked: as usual, with examples.

    Raises:
        BadInput: for none, for the benchmark that is trained on, or another number of places.
    """
    others, places = setting.knobs["others"], setting.knobs["others_data"]
    if not others or setting.benchmark in others:
        raise BadInput(
            f"others is '{','.join(others)}', and '{setting.benchmark}' is what the model is "
            "fine-tuned on; give benchmarks besides it with --others"
        )
    if places and len(places) != len(others):
        raise BadInput(
            f"{len(others)} other benchmarks, but {len(places)} places to read them from; give "
            "--others-data a folder or hub id for each, or leave it out for Polaris' own"
        )
    return [
        RunPlan(
            name,
            setting.model,
            name,
            next(iter(get(name).recipes.values())).condition(),
            data=data,
            limit=setting.limit,
        )
        for name, data in zip(others, places or (None,) * len(others), strict=True)
    ]


def of(plan: RunPlan, model: str) -> RunPlan:
    """The same run of another model; models are told apart by the labels, too."""
    return replace(plan, model=model, label=f"{plan.label} · {model}")


def findings(before: Asked, after: Mapping[Arm, Asked], level: float) -> dict[str, Finding]:
    """What each way of fine-tuning did to the task and to the others, corrected together.

    Args:
        before: Runs of the model as it was; the benchmark that was trained on first.
        after: Runs at the end of each fine-tuning.

    Returns:
        Findings by name: ``task full``, ``others full``, ``remedy full``, the same with ``lora``,
        and ``adapters``.

    Raises:
        BadInput: when no item of the others was judged both before and after.
    """
    task, *others = before
    full, lora = Arm("full"), Arm("lora")
    planned: dict[str, Pooled] = {}
    for arm in (full, lora):
        en, zh = arm.name.en, arm.name.zh
        planned[f"task {arm.method}"] = Pooled(
            Text(f"{en}: {task}, after against before", f"{zh}：{task}，微调后对微调前"),
            [before],
            [after[arm]],
            [task],
            "higher",
        )
        planned[f"others {arm.method}"] = Pooled(
            Text(f"{en}: other tasks, after against before", f"{zh}：其他任务，微调后对微调前"),
            [before],
            [after[arm]],
            others,
            "lower",
        )
        if (mixed := after.get(Arm(arm.method, mixed=True))) is not None:
            planned[f"remedy {arm.method}"] = Pooled(
                Text(
                    f"{en}: other tasks, general data mixed in against without",
                    f"{zh}：其他任务，混入通用数据对不混入",
                ),
                [after[arm]],
                [mixed],
                others,
                "higher",
            )
    planned["adapters"] = Pooled(
        Text("other tasks, LoRA against full", "其他任务，LoRA 对全参数"),
        [after[full]],
        [after[lora]],
        others,
        "higher",
    )
    found = [tested(one, level, len(planned)) for one in planned.values()]
    return dict(zip(planned, settled(found, level), strict=True))


@dataclass(frozen=True)
class Pooled:
    """A comparison that is planned over all items of several benchmarks together.

    Attributes:
        baseline: Runs of one side; an item counts the mean over them.
        alternative: Runs of the other.
        expects: What the claim says of the alternative.
    """

    claim: Text
    baseline: Sequence[Asked]
    alternative: Sequence[Asked]
    benchmarks: Sequence[str]
    expects: Expects


def tested(plan: Pooled, level: float, tests: int) -> Uncorrected:
    """The test of a planned comparison.

    Args:
        tests: How many it will be corrected for.

    Raises:
        BadInput: when no item was judged on both sides.
    """
    changes: list[float] = []
    clusters: list[str] = []
    for name in plan.benchmarks:
        moved, subjects = paired(
            [asked[name] for asked in plan.baseline], [asked[name] for asked in plan.alternative]
        )
        changes += moved
        clusters += [f"{name}: {subject}" for subject in subjects]
    if not changes:
        raise BadInput(
            f"no item of {', '.join(plan.benchmarks)} was judged on both sides; ask for more items"
        )
    return of_changes(plan.claim, changes, clusters, level, tests, plan.expects)


def pooled_accuracy(sides: Sequence[Asked], level: float = LEVEL) -> Accuracy:
    """Accuracy over all items of several benchmarks together, with Wilson's interval.

    Args:
        sides: Runs of the same benchmarks; an item counts the mean over them.

    Raises:
        BadInput: when no item was judged.
    """
    found = [accuracy([asked[name] for asked in sides], level) for name in sides[0]]
    count = sum(one.items for one in found)
    right = sum(one.value * one.items for one in found)
    return Accuracy(right / count, wilson(right, count, 1 - level), count)
