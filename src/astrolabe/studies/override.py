"""`override`: where a model leaves what it knows and follows the examples.

Wei et al. (2023, arXiv:2303.03846) flipped the labels of a growing share of the examples: small
models go on answering with the natural label, large ones follow the examples. They also replaced
all labels by semantically unrelated ones, which only the examples can tell the meaning of. Here
both are done for several numbers of examples. Following the prior is answering with the natural
label; a logistic curve over the share flipped, and one over the number of examples when all are
flipped, says where the answers switch, with a bootstrap interval over items, or that they do not.

Departures: words with a natural sentiment in place of seven data sets; the share flipped is exact
in every prompt; several draws of examples, which the tests average over; a model that always gives
the same label follows nothing, so both labels weigh the same in tests against a half.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from astrolabe.core.condition import Draw, Labels
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.runs.figures import counted, percent
from astrolabe.studies.deciding import accuracy
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import Axis, Chart, Column, Finding, Outcome, Table, Text
from astrolabe.studies.overriding import HALF, Told, findings, over_count, over_share
from astrolabe.studies.switching import Switch

QUESTION = Text(
    "When the examples contradict what the model knows, which does it follow, and from when on?",
    "当示例与模型已有知识相矛盾时，模型听谁的？从何时开始？",
)


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: when shares or numbers of examples do not make a curve.
    """
    shares, counts = _asked(setting)
    draws = range(setting.knobs["draws"])
    plans = {
        (shots, share, draw): _plan(setting, shots, share, draw)
        for shots in counts
        for share in (*_exact(shares, shots), None)
        for draw in draws
    }
    plans[0, None, 0] = _plan(setting, 0, None, 0)
    made = bench.run(plans)
    told = [
        Told(
            shots,
            {
                share: tuple(made[shots, share, draw] for draw in draws)
                for share in _exact(shares, shots)
            },
            tuple(made[shots, None, draw] for draw in draws),
        )
        for shots in counts
    ]
    return outcome(setting, told, made[0, None, 0])


def outcome(setting: Setting, told: Sequence[Told], alone: Run) -> Outcome:
    """From runs to what they say; computes nothing anew.

    Args:
        told: In ascending order of examples.
        alone: The run without examples: the prior.
    """
    found = findings(told, setting.level)
    by_share = {one.shots: over_share(one, setting.level) for one in told}
    by_count = over_count(alone, told, setting.level)
    runs = [alone, *(run for one in told for run in one.flat)]
    return Outcome(
        experiment="override",
        model=alone.model,
        benchmark=setting.benchmark,
        question=QUESTION,
        answer=_answer(told, found, by_share, by_count),
        tables=(_following(told, alone), _switches(by_share, by_count)),
        findings=found,
        charts=(
            _over_shares(told, by_share, setting.level),
            _over_counts(alone, told, setting.level),
        ),
        runs=tuple(run.id for run in runs),
        record=record(setting, runs),
        notes=(
            Text(
                "A switch is the share of flipped examples, or the number of examples when all are "
                "flipped, at which the fitted curve falls to a half. An end of an interval beyond "
                "the values tried says that some resamples of the items do not switch within them.",
                "转折点是拟合曲线降至一半时被翻转示例的比例，或全部翻转时的示例数。区间端点超出"
                "所试范围，表示题目的部分重抽样在范围内没有转折。",
            ),
        ),
    )


def _asked(setting: Setting) -> tuple[list[float], list[int]]:
    shares, counts = sorted(set(setting.knobs["shares"])), sorted(set(setting.knobs["shots"]))
    if not shares or shares[0] != 0 or shares[-1] != 1:
        raise BadInput("a curve runs from none flipped to all; give --shares from 0 to 1: 0,0.5,1")
    if not counts or counts[0] < 1:
        raise BadInput("labels are those of examples; give --shots of at least 1, as 4,16")
    return shares, counts


def _exact(shares: Sequence[float], shots: int) -> list[float]:
    """The shares that can be had of so many examples, each once, as they will really be."""
    return sorted({int(share * shots + 0.5) / shots for share in shares})


def _plan(setting: Setting, shots: int, share: float | None, draw: int) -> RunPlan:
    """A run with a share flipped; `None` for symbolic labels, or for none without examples."""
    seed = setting.seed + draw
    fields: dict[str, Any] = {"shots": shots}
    if shots:
        fields |= {"draw": Draw.SHARED, "draw_seed": seed}
    if shots and share is None:
        fields |= {"labels": Labels.SYMBOLIC, "labels_seed": seed}
    elif share:
        fields |= {"labels": Labels.FLIPPED, "labels_seed": seed, "flipped_share": share}
    what = "symbolic" if share is None else f"{percent(share)} flipped"
    return setting.plan(
        f"{counted(shots, 'example')}, {what}, draw {draw}" if shots else "no examples",
        setting.protocol().condition(**fields),
    )


def _answer(
    told: Sequence[Told],
    found: Sequence[Finding],
    by_share: Mapping[int, Switch],
    by_count: Switch,
) -> Text:
    most, most_en = told[-1].shots, counted(told[-1].shots, "example")
    majority = found[-1].outcome
    point, point_zh = _said(by_share[most])
    if majority == "shown":
        english = f"With {most_en}, all flipped, most answers follow the examples"
        chinese = f"{most} 个示例全部翻转时，多数回答跟随示例"
    elif majority == "reversed":
        english = f"Even with {most_en}, all flipped, most answers keep the natural label"
        chinese = f"即使 {most} 个示例全部翻转，多数回答仍保留自然标签"
    else:
        english = f"With {most_en}, all flipped, neither side was shown to win"
        chinese = f"{most} 个示例全部翻转时，未能证明哪一方占优"
    english += f"; over the share flipped: {point}"
    chinese += f"；随翻转比例：{point_zh}"
    over, over_zh = _said(by_count, count=True)
    english += f"; over the number of examples: {over}"
    chinese += f"；随示例数：{over_zh}"
    learned = [one.shots for one, f in zip(told, found[1::2], strict=False) if f.outcome == "shown"]
    if learned:
        taught = f"Unrelated labels are learned from {counted(learned[0], 'example')} on."
        taught_zh = f"无关标签自 {learned[0]} 个示例起学会。"
    else:
        taught = "Unrelated labels were not shown to be learned."
        taught_zh = "未能证明学会了无关标签。"
    return Text(f"{english}. {taught}", f"{chinese}。{taught_zh}")


_SIDES = {
    1: (", the natural label is ahead throughout", "，自然标签始终领先"),
    -1: (", the natural label is never ahead", "，自然标签从未领先"),
    0: ("", ""),
}
"""What can be said where there is no switch."""


def _said(found: Switch, count: bool = False) -> tuple[str, str]:
    """A switch in words, English and Chinese."""

    def shown(value: float) -> str:
        return f"{2**value - 1:.1f}" if count else percent(value)

    if found.point is None:
        english, chinese = _SIDES[found.side]
        return f"no switch in range{english}", f"范围内无转折{chinese}"
    low, high = found.interval.low, found.interval.high
    ends = (
        shown(low) if math.isfinite(low) else "below",
        shown(high) if math.isfinite(high) else "beyond",
    )
    ends_zh = (ends[0].replace("below", "低于范围"), ends[1].replace("beyond", "超出范围"))
    return (
        f"the switch is at {shown(found.point)} ({ends[0]} to {ends[1]})",
        f"转折在 {shown(found.point)}（{ends_zh[0]} 至 {ends_zh[1]}）",
    )


def _following(told: Sequence[Told], alone: Run) -> Table:
    shares = sorted({share for one in told for share in one.flipped})
    prior: dict[str, Any] = {"shots": 0, "share 0": accuracy([alone]).value}
    rows = [prior]
    for one in told:
        row: dict[str, Any] = {"shots": one.shots, "symbolic": accuracy(one.symbolic).value}
        row |= {f"share {share:g}": accuracy(runs).value for share, runs in one.flipped.items()}
        rows.append(row)
    return Table(
        Text("Answers with the natural label, by share flipped", "各翻转比例下给出自然标签的回答"),
        (
            Column("shots", Text("examples", "示例数"), "count"),
            *(
                Column(
                    f"share {share:g}",
                    Text(f"{100 * share:g} % flipped", f"翻转 {100 * share:g}%"),
                    "share",
                )
                for share in shares
            ),
            Column("symbolic", Text("unrelated labels: right", "无关标签：正确"), "share"),
        ),
        tuple(rows),
        Text(
            "Means over draws. Without examples: what the model answers by itself. Unrelated "
            "labels are right by the examples alone; chance is a half.",
            "各次抽取平均。无示例时为模型自身的回答。无关标签仅凭示例才能答对，随机为一半。",
        ),
    )


def _switches(by_share: Mapping[int, Switch], by_count: Switch) -> Table:
    rows = [
        {
            "over": Text(
                f"share flipped of {counted(shots, 'example')}", f"{shots} 个示例中翻转的比例"
            ),
            "switch": Text(*_said(found)),
            "slope": found.slope,
        }
        for shots, found in by_share.items()
    ]
    rows.append(
        {
            "over": Text("number of examples, all flipped", "全部翻转时的示例数"),
            "switch": Text(*_said(by_count, count=True)),
            "slope": by_count.slope,
        }
    )
    return Table(
        Text("Where answers leave the natural label", "回答何时离开自然标签"),
        (
            Column("over", Text("over", "随")),
            Column("switch", Text("switch", "转折")),
            Column("slope", Text("slope", "斜率"), "number"),
        ),
        tuple(rows),
        Text(
            "Slope: change of the log-odds of the natural label from none to all flipped, or with "
            "each doubling of one more than the examples.",
            "斜率：自然标签对数几率的变化，自全不翻转至全部翻转，或（示例数 + 1）每翻一倍。",
        ),
    )


def _over_shares(told: Sequence[Told], by_share: Mapping[int, Switch], level: float) -> Chart:
    most = told[-1].shots
    last = by_share[most].point
    named = Text(f"switch, {counted(most, 'example')}", f"{most} 个示例时的转折")
    return Chart(
        "flipped",
        "lines",
        Text("Where the examples win over what the model knows", "示例何时胜过模型已知"),
        Text(
            f"Answers with the natural label, mean over draws, {100 * (1 - level):.0f} % Wilson "
            "interval; below a half the examples win.",
            f"给出自然标签的回答，各次抽取平均，{100 * (1 - level):.0f}% Wilson 区间；"
            "低于一半时示例占优。",
        ),
        Axis(Text("examples flipped", "被翻转的示例"), "share"),
        Axis(Text("answers with the natural label", "给出自然标签的回答"), "share"),
        tuple(
            accuracy(runs, level).mark(
                share, Text(counted(one.shots, "example"), f"{one.shots} 个示例")
            )
            for one in told
            for share, runs in one.flipped.items()
        ),
        reference=(HALF, Text("a half", "一半")),
        notable=() if last is None else ((last, named),),
    )


def _over_counts(alone: Run, told: Sequence[Told], level: float) -> Chart:
    kept = Text("natural label, all flipped", "自然标签（全部翻转）")
    right = Text("unrelated labels, right", "无关标签（正确）")
    return Chart(
        "examples",
        "lines",
        Text("How many examples it takes", "需要多少示例"),
        Text(
            f"Mean over draws, {100 * (1 - level):.0f} % Wilson interval.",
            f"各次抽取平均，{100 * (1 - level):.0f}% Wilson 区间。",
        ),
        Axis(Text("examples in the prompt", "提示中的示例数"), "text"),
        Axis(Text("share of answers", "回答的比例"), "share"),
        (
            accuracy([alone], level).mark("0", kept),
            *(
                accuracy(runs, level).mark(str(one.shots), series)
                for series, each in (
                    (kept, [one.flipped[1.0] for one in told]),
                    (right, [one.symbolic for one in told]),
                )
                for one, runs in zip(told, each, strict=True)
            ),
        ),
        reference=(HALF, Text("a half", "一半")),
    )


EXPERIMENT = Experiment(
    name="override",
    summary=Text(
        "Flipped and unrelated labels: where the model leaves its prior and follows the examples.",
        "翻转与无关标签：模型何时放弃先验而跟随示例。",
    ),
    paper="Wei et al. 2023 (arXiv:2303.03846)",
    benchmark="sentiment",
    conduct=conduct,
    suits=("sentiment",),
    knobs=(
        Knob("shares", (0.0, 0.25, 0.5, 0.75, 1.0), "Shares of the examples flipped.", 0),
        Knob("shots", (1, 2, 4, 8, 16, 32), "Numbers of examples.", 1),
        Knob("draws", 2, "Draws of examples of each.", 1),
    ),
)
