"""What `chain-of-thought` shows: a table by condition, and accuracy by number of steps."""

from collections.abc import Mapping
from typing import Any, Literal

from astrolabe.core.model import Generated
from astrolabe.core.run import Run
from astrolabe.studies.deciding import accuracy, credits
from astrolabe.studies.outcome import ACCURACY, INTERVAL, Axis, Chart, Column, Table, Text

Arm = Literal["zero-shot", "trigger", "direct", "worked", "shuffled", "wrong", "vote"]
Runs = Mapping[Arm, Run]

NAMES: Mapping[Arm, Text] = {
    "direct": Text("direct", "直接回答"),
    "worked": Text("worked", "带步骤"),
    "shuffled": Text("shuffled chains", "打乱的步骤"),
    "wrong": Text("wrong chains", "错误的步骤"),
    "vote": Text("worked, vote", "带步骤，投票"),
    "zero-shot": Text("direct, no exemplars", "直接回答，无示例"),
    "trigger": Text("trigger, no exemplars", "触发语，无示例"),
}

_FEWEST = 10
"""Items that a number of steps needs to stand by itself."""


def grouped(runs: Runs, taken: Mapping[str, int]) -> dict[str, frozenset[str]]:
    """Items by the number of steps they take, in ascending order.

    Numbers with few items are put together with those above them, the last ones with those below:
    ``1``, ``2-3``, ``4+``.

    Args:
        taken: Numbers of steps, by the items' ids.
    """
    by_number: dict[int, set[str]] = {}
    for name in credits(list(runs.values())):
        if name in taken:
            by_number.setdefault(taken[name], set()).add(name)
    groups: list[tuple[list[int], set[str]]] = []
    for number in sorted(by_number):
        if groups and len(groups[-1][1]) < _FEWEST:
            groups[-1][0].append(number)
            groups[-1][1].update(by_number[number])
        else:
            groups.append(([number], set(by_number[number])))
    if len(groups) > 1 and len(groups[-1][1]) < _FEWEST:
        numbers, names = groups.pop()
        groups[-1][0].extend(numbers)
        groups[-1][1].update(names)
    return {_called(numbers): frozenset(names) for numbers, names in groups}


def _called(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"


def by_condition(runs: Runs, level: float) -> Table:
    """Accuracy of every condition, and how much was written and could be read."""
    rows = []
    for arm, run in runs.items():
        found = accuracy([run], level)
        rows.append(
            {
                "condition": NAMES[arm],
                "accuracy": found.value,
                "interval": found.interval,
                "unread": _unread(run),
                "tokens": _written(run),
            }
        )
    return Table(
        Text("Accuracy of every way to answer", "各种作答方式的正确率"),
        (
            Column("condition", Text("condition", "条件")),
            Column("accuracy", ACCURACY, "share"),
            Column("interval", INTERVAL, "share"),
            Column("unread", Text("unread", "未读出"), "share"),
            Column("tokens", Text("tokens", "词元"), "number"),
        ),
        tuple(rows),
        Text(
            f"{100 * (1 - level):.0f} % Wilson interval. Unread: no answer could be read, which "
            "counts as not right (of a vote: ties, too). Tokens: written for one answer, in the "
            "mean; where direct answers are as long as worked ones, the model reasoned unasked.",
            f"{100 * (1 - level):.0f}% Wilson 区间。"
            "未读出：读不出答案，按未答对计（投票平局亦然）。"
            "词元：平均每个回答的长度；若直接回答与带步骤的一样长，则模型未经要求也进行了推理。",
        ),
    )


def by_number(runs: Runs, taken: Mapping[str, int]) -> Table | None:
    """Accuracy of every condition at every number of steps; none where that is not known."""
    groups = grouped(runs, taken)
    if not groups:
        return None
    rows: list[dict[str, Any]] = [
        {"condition": NAMES[arm]}
        | {name: accuracy([run], items=ids).value for name, ids in groups.items()}
        for arm, run in runs.items()
    ]
    sizes = ", ".join(f"{name}: {len(ids)}" for name, ids in groups.items())
    return Table(
        Text("Accuracy by number of steps", "不同步数下的正确率"),
        (
            Column("condition", Text("condition", "条件")),
            *(Column(name, _heading(name), "share") for name in groups),
        ),
        tuple(rows),
        Text(f"Items by steps: {sizes}.", f"各步数的题数：{sizes}。"),
    )


def _heading(name: str) -> Text:
    return Text(f"{name} step{'' if name == '1' else 's'}", f"{name} 步")


def _unread(run: Run) -> float | None:
    judged = [item.grades[run.rule] for item in run.items if item.judged(run.rule)]
    return sum(not grade.outcome.read for grade in judged) / len(judged) if judged else None


def _written(run: Run) -> float | None:
    """Mean number of tokens of an answer."""
    tokens = [
        answer.tokens
        for item in run.items
        for answer in item.answers
        if isinstance(answer, Generated)
    ]
    return sum(tokens) / len(tokens) if tokens else None


def by_steps(runs: Runs, taken: Mapping[str, int], level: float) -> Chart | None:
    """Accuracy by number of steps, a line for each condition; none where that is not known."""
    groups = grouped(runs, taken)
    if not groups:
        return None
    marks = [
        accuracy([run], level, ids).mark(name, NAMES[arm])
        for arm, run in runs.items()
        for name, ids in groups.items()
    ]
    return Chart(
        "steps",
        "lines",
        Text("What writing out the steps does, by how many there are", "按步数看写出步骤的作用"),
        Text(
            f"Accuracy, {100 * (1 - level):.0f} % Wilson interval.",
            f"正确率，{100 * (1 - level):.0f}% Wilson 区间。",
        ),
        Axis(Text("steps of the problem", "题目步数"), "text"),
        Axis(ACCURACY, "share"),
        tuple(marks),
    )


def overall(runs: Runs, level: float) -> Chart:
    """Accuracy of every condition on all items."""
    return Chart(
        "conditions",
        "dots",
        Text("Accuracy of every way to answer", "各种作答方式的正确率"),
        Text(
            f"All items, {100 * (1 - level):.0f} % Wilson interval. Which differences are decided, "
            "the paired comparisons say.",
            f"全部题目，{100 * (1 - level):.0f}% Wilson 区间。差异是否得到判定，见配对比较。",
        ),
        Axis(Text("condition", "条件"), "text"),
        Axis(ACCURACY, "share"),
        tuple(accuracy([run], level).mark(NAMES[arm]) for arm, run in runs.items()),
        reference=(accuracy([runs["direct"]]).value, NAMES["direct"]),
    )
