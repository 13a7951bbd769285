"""What `astrolabe.studies.what_moved_it` found, as tables, charts and a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.run import Run
from astrolabe.runs.stats import mean_interval
from astrolabe.studies.four_sources import EXAMPLES, QUESTION, READ, SOURCES, TEXT, WEIGHTS
from astrolabe.studies.laboratory import Setting, record
from astrolabe.studies.outcome import (
    INTERVAL,
    Axis,
    Chart,
    Column,
    Finding,
    Mark,
    Outcome,
    Said,
    Table,
    Text,
)
from astrolabe.studies.resemblance import OTHER, RANDOM, SAME, SHUFFLED, Cosines
from astrolabe.studies.splitting import Split, Traced

NAMES = {
    WEIGHTS: Text("weights", "权重"),
    QUESTION: Text("question", "问题"),
    EXAMPLES: Text("examples", "示例"),
    TEXT: Text("text so far", "前文"),
}
OWN = Text("its own", "自己的")
OTHERS = Text("somebody else's", "别人的")
STEPS = {
    SAME: Text("these examples", "这些示例"),
    SHUFFLED: Text("their answers dealt out wrongly", "答案错配"),
    OTHER: Text("examples of another task", "另一任务的示例"),
    RANDOM: Text("a random direction", "随机方向"),
}
UNTRAINED = Text("these examples, untrained models", "这些示例，未训练的模型")
SHARE = Text("part of the log-probability (nats)", "对数概率中的份额（nat）")
GIVEN = Text("the answer that the model gave", "模型给出的答案")
RIGHT = Text("the right answer", "正确答案")
MOST = 60
"""Items that the chart of items has rows for."""


@dataclass(frozen=True)
class Token:
    """A token as text, split."""

    text: str
    split: Traced


@dataclass(frozen=True)
class View:
    """One item's answers, token by token.

    Attributes:
        right: The right answer.
        answers: ``given`` and ``right``; only one where they are the same, or none was given.
    """

    item: str
    right: str
    answers: Mapping[str, Sequence[Token]]


def outcome(
    setting: Setting,
    run: Run,
    splits: Sequence[Split],
    cosines: Cosines | None,
    findings: tuple[Finding, ...],
    view: View | None,
) -> Outcome:
    """Everything that the experiment hands back."""
    subjects = [one.subject for one in splits]
    tables = [_parts(splits, subjects, setting.level), _coalitions(splits)]
    charts = [_parts_chart(splits, subjects, setting.level), _items_chart(splits)]
    if cosines is not None:
        tables.append(_cosines(cosines))
        charts.append(_cosines_chart(cosines, setting.level))
    if view is not None:
        tables = [_tokens(view, which) for which in view.answers] + tables
        charts = [_tokens_chart(view, which) for which in view.answers] + charts
    left_out = len(run.items) - len(splits)
    notes = (
        Text(
            f"{left_out} of {len(run.items)} items left out: too long for the context, or "
            "tokenised differently after different prompts.",
            f"{len(run.items)} 题中有 {left_out} 题未计入：超出上下文长度，或分词因提示而异。",
        ),
    )
    return Outcome(
        experiment="what-moved-it",
        model=setting.model,
        benchmark=setting.benchmark,
        question=Text(
            "What did the answer come from: weights, question, examples, or the text so far?",
            "答案来自何处：权重、问题、示例，还是前文？",
        ),
        answer=_answer(splits),
        tables=tuple(tables),
        findings=findings,
        charts=tuple(charts),
        runs=(run.id,),
        record=record(setting, (run,)),
        notes=notes if left_out else (),
    )


def _means(splits: Sequence[Split]) -> tuple[np.ndarray, np.ndarray]:
    """Mean parts of the sources in their own games and in those with others' sources, [4] each."""
    return np.mean([s.parts for s in splits], 0), np.mean([s.placebo for s in splits], 0)


def _answer(splits: Sequence[Split]) -> Text:
    parts, _ = _means(splits)
    total = parts.sum()
    shares = [
        f"{NAMES[source].en} {part:+.2f}" for source, part in zip(SOURCES, parts, strict=True)
    ]
    chinese = [
        f"{NAMES[source].zh} {part:+.2f}" for source, part in zip(SOURCES, parts, strict=True)
    ]
    return Text(
        f"Of the {total:.2f} nats by which everything together lifts the right answer over chance, "
        f"on average of {len(splits)} items: {', '.join(shares)}.",
        f"{len(splits)} 题平均，四者合力使正确答案比随机高出 {total:.2f} nat，其中："
        f"{'，'.join(chinese)}。",
    )


def _parts(splits: Sequence[Split], subjects: Sequence[str], level: float) -> Table:
    parts, placebo = _means(splits)
    missed = np.mean([one.missed for one in splits], 0)
    right = np.array([one.right for one in splits])
    rows = [
        {
            "source": NAMES[source],
            "part": float(parts[n]),
            "interval": mean_interval([s.parts[n] for s in splits], subjects, level),
            "others": None if source == WEIGHTS else float(placebo[n]),
            "missed": float(missed[n]),
            "right": float(right[:, n].mean()),
            "right_interval": mean_interval(right[:, n], subjects, level),
        }
        for n, source in enumerate(SOURCES)
    ]
    rows.append(
        {
            "source": Text("together", "合计"),
            "part": float(parts.sum()),
            "interval": mean_interval([s.parts.sum() for s in splits], subjects, level),
            "right": float(right.sum(1).mean()),
            "right_interval": mean_interval(right.sum(1), subjects, level),
        }
    )
    return Table(
        Text("The right answer, split over its four sources", "正确答案在四个来源间的分配"),
        (
            Column("source", Text("source", "来源")),
            Column("part", Text("part", "份额"), "nats"),
            Column("interval", INTERVAL, "nats"),
            Column("others", Text("if somebody else's", "换成别人的"), "nats"),
            Column("missed", Text("if left out", "去掉后损失"), "nats"),
            Column("right", Text("of being right", "正确率份额"), "points"),
            Column("right_interval", INTERVAL, "points"),
        ),
        tuple(rows),
        Text(
            "Parts are Shapley values over 16 coalitions, and sum to what all four add to chance. "
            "Without weights nothing can be read, so the weights share in whatever the others do.",
            "份额为 16 种组合上的 Shapley 值，其和等于四者合计超出随机的部分。没有权重便无从读取，"
            "因此权重分享其余来源的作用。",
        ),
    )


def _coalitions(splits: Sequence[Split]) -> Table:
    nats = np.mean([one.own.nats.sum(1) for one in splits], 0)
    right = np.mean([one.own.right for one in splits], 0)
    rows = [
        {
            "there": Text(*(" + ".join(_named(coalition, n)) for n in ("en", "zh"))),
            "nats": float(nats[coalition]),
            "right": float(right[coalition]),
        }
        for coalition in (0, *READ)
    ]
    return Table(
        Text("With some of the sources only", "只有部分来源时"),
        (
            Column("there", Text("what is there", "存在的来源")),
            Column("nats", Text("log-probability", "对数概率"), "nats"),
            Column("right", Text("right", "正确"), "share"),
        ),
        tuple(rows),
    )


def _named(coalition: int, language: str) -> list[str]:
    names = [NAMES[source].said(language) for source in SOURCES if coalition & source]
    return names or [
        Text("nothing (all eight without weights)", "无（不含权重的八种）").said(language)
    ]


def _parts_chart(splits: Sequence[Split], subjects: Sequence[str], level: float) -> Chart:
    marks = []
    for n, source in enumerate(SOURCES):
        for series, values in (
            (OWN, [one.parts[n] for one in splits]),
            (OTHERS, [one.placebo[n] for one in splits]),
        ):
            if source == WEIGHTS and series is OTHERS:
                continue
            ends = mean_interval(values, subjects, level)
            marks.append(Mark(NAMES[source], float(np.mean(values)), ends.low, ends.high, series))
    return Chart(
        "sources",
        "bars",
        Text("Where the right answer comes from", "正确答案来自何处"),
        Text(
            f"Shapley values, mean of {len(splits)} items with intervals; beside each source the "
            "same with another item's question or text, or another task's examples",
            f"Shapley 值，{len(splits)} 题的平均值及区间；旁边是换成别人的来源："
            "另一题的问题、前文，或另一任务的示例",
        ),
        Axis(Text("source", "来源"), "text"),
        Axis(SHARE, "nats"),
        tuple(marks),
    )


def _items_chart(splits: Sequence[Split]) -> Chart:
    """Every item's parts stacked, the mean's first; of many items, at equal steps by their sums."""
    ordered = sorted(splits, key=lambda one: -one.parts.sum())
    step = -(-len(ordered) // MOST)
    rows: list[tuple[Said, np.ndarray, bool]] = [(Text("mean", "平均"), _means(splits)[0], True)]
    rows += [(one.item, one.parts, False) for one in ordered[::step]]
    which = (
        Text(f"{len(splits)} items", f"{len(splits)} 题")
        if step == 1
        else Text(
            f"one in {step} of {len(splits)} items and the mean of all",
            f"{len(splits)} 题中每 {step} 题取一，平均取全部",
        )
    )
    return Chart(
        "items",
        "stacked",
        Text("What each item's right answer comes from", "每题的正确答案来自何处"),
        Text(
            f"Shapley values of {which.en}, from the most lifted over chance to the least; left of "
            "zero what speaks against the right answer; tick: sum of the four",
            f"Shapley 值，{which.zh}，按超出随机的多少从高到低排列；零点左侧不利于正确答案；"
            "竖线为四者之和",
        ),
        Axis(Text("item", "题目"), "text"),
        Axis(SHARE, "nats"),
        tuple(
            Mark(name, float(part), series=NAMES[source], emphasis=mean)
            for name, parts, mean in rows
            for source, part in zip(SOURCES, parts, strict=True)
        ),
    )


def _cosines(cosines: Cosines) -> Table:
    lines = [(STEPS[step], values) for step, values in cosines.model.items()]
    lines.append((UNTRAINED, cosines.untrained[SAME]))
    return Table(
        Text(
            "How the shift by examples resembles a step of fine-tuning",
            "示例引起的变化与一步微调有多像",
        ),
        (
            Column("layer", Text("layer", "层"), "count"),
            *(Column(name.en, name, "number") for name, _ in lines),
        ),
        tuple(
            {
                "layer": layer,
                **{name.en: value for (name, _), value in zip(lines, means, strict=True)},
            }
            for layer, means in enumerate(
                zip(*(values.mean(0).tolist() for _, values in lines), strict=True), start=1
            )
        ),
        Text(
            "Cosines of the changes by examples and by a step on what heads the column: 1 is the "
            "same direction, 0 unrelated.",
            "示例引起的变化与在列首所示内容上微调一步的变化之间的余弦：1 为同向，0 为无关。",
        ),
    )


def _cosines_chart(cosines: Cosines, level: float) -> Chart:
    lines = [(STEPS[step], values) for step, values in cosines.model.items()]
    lines.append((UNTRAINED, cosines.untrained[SAME]))
    marks = []
    for name, values in lines:
        for layer, column in enumerate(values.T, start=1):
            ends = mean_interval(column, [str(n) for n in range(len(column))], level)
            marks.append(Mark(layer, float(column.mean()), ends.low, ends.high, name))
    return Chart(
        "resemblance",
        "lines",
        Text("Do examples work as fine-tuning does?", "示例的作用像微调吗？"),
        Text(
            "Cosine of the change by examples in the prompt and by one step of fine-tuning, with "
            "intervals over draws of examples",
            "提示中的示例引起的变化与一步微调引起的变化的余弦，区间取自示例的多次抽取",
        ),
        Axis(Text("layer", "层"), "count"),
        Axis(Text("cosine", "余弦"), "number"),
        tuple(marks),
        reference=(0.0, Text("unrelated", "无关")),
    )


def _tokens(view: View, which: str) -> Table:
    names = {"given": GIVEN, "right": RIGHT}
    rows = [
        _token_row(token.text, token.split.nats, token.split.parts) for token in view.answers[which]
    ]
    stated = [token.split for token in view.answers[which] if token.split.stated]
    whole = np.sum([one.nats for one in stated], 0)
    rows.append(
        _token_row(names[which], (whole[0], whole[1]), np.sum([one.parts for one in stated], 0))
    )
    return Table(
        Text(
            f"Item {view.item}, token by token: {names[which].en}",
            f"题目 {view.item}，逐词元：{names[which].zh}",
        ),
        (
            Column("token", Text("token", "词元")),
            *(Column(f"part_{source}", NAMES[source], "nats") for source in SOURCES),
            Column("all", Text("log-probability", "对数概率"), "nats"),
        ),
        tuple(rows),
        Text(
            "A token's parts sum to its log-probability minus that of chance; the last row sums "
            "the tokens of the answer alone.",
            "每个词元的份额之和等于其对数概率减去随机水平；末行只合计答案本身的词元。",
        ),
    )


def _token_row(name: Text | str, nats: tuple[float, float], parts: np.ndarray) -> dict[str, object]:
    shown = name if isinstance(name, Text) else name.replace("\n", "⏎").replace(" ", "␣")
    split = {f"part_{source}": float(part) for source, part in zip(SOURCES, parts, strict=True)}
    return {"token": shown, **split, "all": float(nats[1])}


def _tokens_chart(view: View, which: str) -> Chart:
    stated = np.sum([t.split.parts for t in view.answers[which] if t.split.stated], 0)
    return Chart(
        f"item-{which}",
        "bars",
        Text(f"What moved the answer to item {view.item}", f"是什么决定了题目 {view.item} 的答案"),
        {"given": GIVEN, "right": RIGHT}[which],
        Axis(Text("source", "来源"), "text"),
        Axis(SHARE, "nats"),
        tuple(Mark(NAMES[s], float(part)) for s, part in zip(SOURCES, stated, strict=True)),
    )
