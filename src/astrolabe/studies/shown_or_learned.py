"""The same examples shown in the prompt or learned: runs to findings, tables and pictures."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from astrolabe.core.run import Run
from astrolabe.models.tuning import Tuned
from astrolabe.runs.figures import counted
from astrolabe.studies.crossing import Crossing
from astrolabe.studies.deciding import Planned, accuracy, compared, credits, settled
from astrolabe.studies.forgetting import Asked, Pooled, pooled_accuracy, tested
from astrolabe.studies.outcome import ACCURACY, INTERVAL, Axis, Chart, Column, Finding, Table, Text

BACKWARD = 3
"""A token trained costs as much as three tokens read: the way back takes twice the way there
(Kaplan et al. 2020, arXiv:2001.08361, 2.1)."""


@dataclass(frozen=True)
class Point:
    """One number of examples.

    Attributes:
        prompted: A run for each draw, the examples in the prompt.
        tuned: A run for each draw of the model trained on them, without any.
        others: The other tasks, asked of each of these models.
        trainings: What these took.
    """

    examples: int
    prompted: tuple[Run, ...]
    tuned: tuple[Run, ...]
    others: tuple[Asked, ...]
    trainings: tuple[Tuned, ...]


@dataclass(frozen=True)
class Before:
    """The model as it was: without examples, on the other tasks, and the items that count."""

    bare: Run
    others: Asked
    items: frozenset[str]


def findings(before: Before, points: Sequence[Point], level: float) -> tuple[Finding, ...]:
    """Prompt against fine-tuning at every number of examples, then what the last of these did to
    the other tasks; corrected together."""
    planned = [
        Planned(
            Text(
                f"{counted(point.examples, 'example')}: in the prompt against learned",
                f"{point.examples} 个示例：放进提示对用于微调",
            ),
            point.tuned,
            point.prompted,
            items=before.items,
        )
        for point in points
    ]
    last = points[-1]
    hurt = Pooled(
        Text(
            f"other tasks after fine-tuning on {counted(last.examples, 'example')}, against before",
            f"用 {last.examples} 个示例微调后的其他任务，对微调前",
        ),
        [before.others],
        last.others,
        list(before.others),
        "lower",
    )
    tests = len(planned) + 1
    return settled([*compared(planned, level, tests), tested(hurt, level, tests)], level)


def gaps(point: Point, items: frozenset[str]) -> dict[str, tuple[str, float]]:
    """Of every item that counts: subject, and credit when learned less that when shown."""
    learned, shown = credits(point.tuned), credits(point.prompted)
    return {
        name: (subject, credit - shown[name][1])
        for name, (subject, credit) in learned.items()
        if name in shown and name in items
    }


def answer(points: Sequence[Point], found: Sequence[Finding], where: Crossing) -> Text:
    ahead = [p.examples for p, f in zip(points, found, strict=False) if f.outcome == "shown"]
    behind = [p.examples for p, f in zip(points, found, strict=False) if f.outcome == "reversed"]
    english, chinese = [], []
    if ahead:
        listed = ", ".join(map(str, ahead))
        english.append(f"in the prompt examples are worth more at k = {listed}")
        chinese.append(f"k = {listed} 时放进提示更值")
    if behind:
        listed = ", ".join(map(str, behind))
        english.append(f"as training data they are worth more at k = {listed}")
        chinese.append(f"k = {listed} 时用于微调更值")
    if not ahead and not behind:
        english.append("neither was shown to be ahead at any number of examples")
        chinese.append("在任何示例数下都未能判定谁占优")
    text = "; ".join(english)
    return Text(
        f"{text[0].upper()}{text[1:]}. {where.sentence.en}",
        f"{'；'.join(chinese)}。{where.sentence.zh}",
    )


def accuracies(points: Sequence[Point], before: Before, found: Sequence[Finding]) -> Table:
    rows: list[dict[str, Any]] = [
        {
            "examples": 0,
            "prompted": accuracy([before.bare], items=before.items).value,
            "others": pooled_accuracy([before.others]).value,
        }
    ]
    for point, finding in zip(points, found, strict=False):
        rows.append(
            {
                "examples": point.examples,
                "prompted": accuracy(point.prompted, items=before.items).value,
                "tuned": accuracy(point.tuned, items=before.items).value,
                "difference": finding.estimate,
                "interval": finding.interval,
                "p": finding.p_corrected,
                "others": pooled_accuracy(point.others).value,
            }
        )
    return Table(
        Text("Accuracy with the same examples", "同样示例下的正确率"),
        (
            Column("examples", Text("examples", "示例数"), "count"),
            Column("prompted", Text("in the prompt", "放进提示"), "share"),
            Column("tuned", Text("learned", "用于微调"), "share"),
            Column("difference", Text("difference", "差"), "points"),
            Column("interval", INTERVAL, "points"),
            Column("p", "p", "p"),
            Column("others", Text("other tasks", "其他任务"), "share"),
        ),
        tuple(rows),
        Text(
            "Difference: in the prompt less learned; p corrected. Other tasks: after fine-tuning; "
            "the first row is the model as it was.",
            "差：放进提示减去用于微调；p 已校正。其他任务：微调之后；首行为原模型。",
        ),
    )


def costs(points: Sequence[Point], before: Before) -> Table:
    bare = _read(before.bare)
    rows = []
    for point in points:
        spent = [one.checkpoints[-1].cost for one in point.trainings]
        trained = sum(cost.tokens for cost in spent) / len(spent)
        read = sum(map(_read, point.prompted)) / len(point.prompted)
        rows.append(
            {
                "examples": point.examples,
                "read": read,
                "trained": trained,
                "parameters": point.trainings[0].trained,
                "prompting": _seconds(point.prompted),
                "training": sum(cost.seconds for cost in spent) / len(spent),
                "asking": _seconds(point.tuned),
                "even": ceil(BACKWARD * trained / (read - bare)),
            }
        )
    return Table(
        Text("What either costs", "各自的代价"),
        (
            Column("examples", Text("examples", "示例数"), "count"),
            Column("read", Text("tokens read", "读入 token"), "count"),
            Column("trained", Text("trained", "训练 token"), "count"),
            Column("parameters", Text("parameters", "训练的参数"), "count"),
            Column("prompting", Text("prompting", "提示耗时"), "seconds"),
            Column("training", Text("training", "微调耗时"), "seconds"),
            Column("asking", Text("asking", "提问耗时"), "seconds"),
            Column("even", Text("even after", "回本题数"), "count"),
        ),
        tuple(rows),
        Text(
            f"Tokens read: of a prompt with the examples, for each answer ({bare:.0f} without); "
            "trained: all passes together. Even after: answers by which fine-tuning has paid for "
            f"itself in tokens, a trained one counted as {BACKWARD} read, and nothing shared "
            "between prompts. Seconds are of all items, as measured, prompts shared.",
            f"读入 token：带示例时每个回答的提示长度（不带示例为 {bare:.0f}）；"
            "训练 token：各轮合计。"
            f"回本题数：回答多少题后微调按 token 计回本，训练一个 token 计作读入 {BACKWARD} 个，"
            "且不计提示共享。耗时为全部题目的实测值（提示有共享）。",
        ),
    )


def _read(run: Run) -> float:
    """Tokens of a prompt, on average."""
    return float(run.record["prompts"]["tokens"] / len(run.items))


def _seconds(runs: Sequence[Run]) -> float:
    """Time of a run, on average; runs found in the store have the time that they took then."""
    each = [run.record["seconds_together"] / run.record["runs_together"] for run in runs]
    return float(sum(each) / len(each))


def curves(points: Sequence[Point], before: Before, level: float) -> Chart:
    sides = (
        (Text("in the prompt", "放进提示"), [point.prompted for point in points]),
        (Text("learned", "用于微调"), [point.tuned for point in points]),
    )
    marks = [
        accuracy(runs, level, before.items).mark(str(point.examples), name)
        for name, each in sides
        for point, runs in zip(points, each, strict=True)
    ]
    bare = accuracy([before.bare], items=before.items)
    return Chart(
        "accuracy",
        "lines",
        Text("The same examples, shown or learned", "同样的示例：展示还是学习"),
        Text(
            f"Accuracy; {100 * (1 - level):.0f} % interval over items.",
            f"正确率；{100 * (1 - level):.0f}% 题目区间。",
        ),
        Axis(Text("examples", "示例数"), "text"),
        Axis(ACCURACY, "share"),
        tuple(marks),
        reference=(bare.value, Text("no examples", "无示例")),
    )


def harm(points: Sequence[Point], before: Before, level: float) -> Chart:
    name = Text("learned", "用于微调")
    marks = [
        pooled_accuracy(point.others, level).mark(str(point.examples), name) for point in points
    ]
    return Chart(
        "others",
        "lines",
        Text("What learning the examples does to other tasks", "微调示例对其他任务的影响"),
        Text(
            "Accuracy on the other tasks, asked with their usual examples; the dashed line is also "
            "that of prompting, which changes no weights.",
            "其他任务的正确率（按惯例带示例）；虚线亦为提示法，因其不改权重。",
        ),
        Axis(Text("examples learned", "微调所用示例数"), "text"),
        Axis(Text("accuracy on other tasks", "其他任务的正确率"), "share"),
        tuple(marks),
        reference=(pooled_accuracy([before.others]).value, Text("before", "微调前")),
    )
