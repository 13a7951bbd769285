"""`wrong-examples`: how much of what examples give survives when they are wrong.

Min et al. (2022, arXiv:2202.12837) found that examples with random labels help nearly as much as
right ones, so that what helps is mostly the form: the label space, the kind of inputs, the layout.
Here the same examples are shown with right labels, with labels drawn at random, with right labels
beside wrong inputs (in translation: right words beside the wrong ones), without labels, and
examples of another benchmark altogether; each is compared with no examples and with the right ones.
The share of the gain that is kept has a bootstrap interval over items.

In the guide's case of translation nothing but the examples tells into which language (protocol
`pairs`): what they give is the language, which words beside the wrong ones tell as well.

Departures: out-of-domain examples are another benchmark's, with its labels (there: random sentences
with labels of the task); inputs are shuffled among the examples shown, so in a task of two labels
half of the pairs are right by chance; one model at a time. The share kept is told only where right
examples were shown to help, since there is no share of nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from astrolabe.core.condition import Draw, Labels
from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run, RunPlan
from astrolabe.core.verdict import Interval
from astrolabe.runs.figures import percent, points, signed_points
from astrolabe.studies.deciding import Planned, accuracy, credit_matrix, decided
from astrolabe.studies.laboratory import Bench, Experiment, Knob, Setting, record
from astrolabe.studies.outcome import (
    ACCURACY,
    INTERVAL,
    Axis,
    Chart,
    Column,
    Finding,
    Outcome,
    Table,
    Text,
)

QUESTION = Text(
    "How much of what examples give survives when they are wrong?",
    "示例出错时，示例带来的增益还能保留多少？",
)
OTHER = "other"
NAMES: Mapping[str, Text] = {
    Labels.GOLD: Text("right labels", "正确标签"),
    Labels.RANDOM: Text("random labels", "随机标签"),
    Labels.SHUFFLED_INPUTS: Text("shuffled inputs", "打乱输入"),
    Labels.NONE: Text("no labels", "无标签"),
    OTHER: Text("another task's examples", "其他任务的示例"),
}
"""Kinds of examples, the right ones first."""
WRONG = tuple(NAMES)[1:]
RESAMPLES = 4_000
_AT_ONCE = 500


@dataclass(frozen=True)
class Shown:
    """The runs by what they show.

    Attributes:
        none: Without examples.
        kinds: With each kind of examples of `NAMES`, one run a draw.
    """

    none: tuple[Run, ...]
    kinds: Mapping[str, tuple[Run, ...]]

    @property
    def flat(self) -> tuple[Run, ...]:
        return (*self.none, *(run for runs in self.kinds.values() for run in runs))


@dataclass(frozen=True)
class Kept:
    """The share of the gain of right examples that wrong ones keep; 1 is all of it."""

    value: float
    interval: Interval | None


def conduct(setting: Setting, bench: Bench) -> Outcome:
    """See `Experiment`.

    Raises:
        BadInput: for fewer than two examples, or data that has too few of them.
    """
    shots = setting.knobs["shots"]
    if shots < 2:
        raise BadInput(
            f"inputs are shuffled among the examples, but --shots is {shots}; give 2 or more"
        )
    draws = range(setting.knobs["draws"])
    plans = {("", 0): _plan(setting, "", 0)}
    plans |= {(kind, draw): _plan(setting, kind, draw) for kind in NAMES for draw in draws}
    made = bench.run(plans)
    shown = Shown(
        (made["", 0],), {kind: tuple(made[kind, draw] for draw in draws) for kind in NAMES}
    )
    return outcome(setting, shown)


def outcome(setting: Setting, shown: Shown) -> Outcome:
    """From runs to what they say; computes nothing anew."""
    found = findings(shown, setting.level)
    gain = found[0]
    kept = (
        {kind: share_kept(shown, kind, setting.level) for kind in WRONG}
        if gain.outcome == "shown"
        else {}
    )
    return Outcome(
        experiment="wrong-examples",
        model=shown.flat[0].model,
        benchmark=setting.benchmark,
        question=QUESTION,
        answer=_answer(gain, kept),
        tables=(_table(shown, found, kept, setting.level),),
        findings=found,
        charts=(_chart(shown, setting.level),),
        runs=tuple(run.id for run in shown.flat),
        record=record(setting, shown.flat),
        notes=(
            Text(
                "The comparisons average over the draws of examples that were made, and speak of "
                "these items.",
                "比较取所做各次示例抽取的平均，且针对这些题目。",
            ),
        ),
    )


def findings(shown: Shown, level: float) -> tuple[Finding, ...]:
    """Right examples against none; each wrong kind against none and against right; corrected."""
    right = shown.kinds[Labels.GOLD]
    planned = [Planned(Text("right examples beat none", "正确示例优于无示例"), shown.none, right)]
    for kind in WRONG:
        en, zh = NAMES[kind].en, NAMES[kind].zh
        planned += [
            Planned(
                Text(f"{en} beat no examples", f"{zh}优于无示例"), shown.none, shown.kinds[kind]
            ),
            Planned(
                Text(f"{en} do worse than right examples", f"{zh}不如正确示例"),
                right,
                shown.kinds[kind],
                expects="lower",
            ),
        ]
    return decided(planned, level)


def share_kept(shown: Shown, kind: str, level: float) -> Kept:
    """What a wrong kind gains over no examples, divided by what right ones gain.

    The interval is of percentiles over resamples of the items, each with all of its answers. Where
    right examples gain nothing in more than half of the tail's share of resamples, the ratio has no
    bounded interval, and none is given.
    """
    sides = (shown.none, shown.kinds[Labels.GOLD], shown.kinds[kind])
    none, right, wrong = credit_matrix(sides)[1].T
    gains, count = np.stack([right - none, wrong - none]), len(none)
    rng = np.random.default_rng(0)
    resampled = np.concatenate(
        [
            rng.multinomial(count, np.full(count, 1 / count), _AT_ONCE) @ gains.T
            for _ in range(0, RESAMPLES, _AT_ONCE)
        ]
    )
    whole, part = gains.sum(1)
    value = float(part / whole)
    positive = resampled[:, 0] > 0
    if 1 - positive.mean() > level / 4:
        return Kept(value, None)
    ratios = resampled[positive, 1] / resampled[positive, 0]
    low, high = np.quantile(ratios, [level / 2, 1 - level / 2])
    return Kept(value, Interval(float(low), float(high), 1 - level))


def _plan(setting: Setting, kind: str, draw: int) -> RunPlan:
    """The run of a kind of examples; of none where the kind is empty."""
    seed = setting.seed + draw
    fields: dict[str, Any] = {"shots": 0}
    if kind:
        fields = {"shots": setting.knobs["shots"], "draw": Draw.SHARED, "draw_seed": seed}
    if kind in (Labels.RANDOM, Labels.SHUFFLED_INPUTS, Labels.NONE):
        fields["labels"] = kind
    if kind in (Labels.RANDOM, Labels.SHUFFLED_INPUTS):
        fields["labels_seed"] = seed
    return setting.plan(
        f"{NAMES[kind].en}, draw {draw}" if kind else "no examples",
        setting.protocol().condition(**fields),
        exemplars=_elsewhere(setting) if kind == OTHER else None,
    )


def _elsewhere(setting: Setting) -> str:
    usual = "sentiment" if setting.benchmark == "translation" else "translation"
    return str(setting.knobs["elsewhere"] or usual)


def _answer(gain: Finding, kept: Mapping[str, Kept]) -> Text:
    if gain.outcome == "reversed":
        return Text(
            f"Right examples do harm here ({signed_points(gain.estimate)} points), so there is no "
            "gain that wrong ones could keep.",
            f"此处正确示例反而有害（{signed_points(gain.estimate)} 个百分点），谈不上保留增益。",
        )
    if not kept:
        return Text(
            "Right examples were not shown to help here, so there is no gain that wrong ones could "
            "keep.",
            "未能证明正确示例在此处有帮助，因此谈不上保留增益。",
        )
    english = [f"{NAMES[kind].en} keep {_share(share).en}" for kind, share in kept.items()]
    chinese = [f"{NAMES[kind].zh}保留 {_share(share).zh}" for kind, share in kept.items()]
    return Text(
        f"Of the {signed_points(gain.estimate)} points that right examples gain, "
        f"{', '.join(english)}.",
        f"正确示例带来 {signed_points(gain.estimate)} 个百分点的增益，其中{'，'.join(chinese)}。",
    )


def _share(kept: Kept) -> Text:
    """The share with its interval, whose ends may be below zero."""
    value = percent(kept.value)
    if kept.interval is None:
        return Text(value, value)
    low, high = points(kept.interval.low), points(kept.interval.high)
    return Text(f"{value} ({low} to {high})", f"{value}（{low} 至 {high}）")


def _table(shown: Shown, found: Sequence[Finding], kept: Mapping[str, Kept], level: float) -> Table:
    rows: list[dict[str, Any]] = [
        {"kind": Text("none", "无示例"), "accuracy": accuracy(shown.none).value}
    ]
    against = {Labels.GOLD: found[0]} | dict(zip(WRONG, found[1::2], strict=True))
    for kind, over_none in against.items():
        share = kept.get(kind)
        rows.append(
            {
                "kind": NAMES[kind],
                "accuracy": accuracy(shown.kinds[kind]).value,
                "gain": over_none.estimate,
                "gained": over_none.interval,
                "p": over_none.p_corrected,
                "kept": share.value if share else None,
                "within": share.interval if share else None,
            }
        )
    return Table(
        Text("What each kind of examples gives", "各类示例的作用"),
        (
            Column("kind", Text("examples", "示例")),
            Column("accuracy", ACCURACY, "share"),
            Column("gain", Text("gain", "增益"), "points"),
            Column("gained", INTERVAL, "points"),
            Column("p", "p", "p"),
            Column("kept", Text("kept", "保留"), "share"),
            Column("within", INTERVAL, "share"),
        ),
        tuple(rows),
        Text(
            "Gain over no examples in points, corrected p; kept: the share of the gain of right "
            f"examples, {100 * (1 - level):.0f} % bootstrap interval over items.",
            "相对无示例的增益（百分点），校正后 p；保留：占正确示例增益的比例，附 "
            f"{100 * (1 - level):.0f}% 题目自助区间。",
        ),
    )


def _chart(shown: Shown, level: float) -> Chart:
    return Chart(
        "accuracy",
        "dots",
        Text("What is left when examples are wrong", "示例出错时还剩下什么"),
        Text(
            f"Accuracy, mean over draws, {100 * (1 - level):.0f} % Wilson interval.",
            f"正确率，各次抽取平均，{100 * (1 - level):.0f}% Wilson 区间。",
        ),
        Axis(Text("examples", "示例"), "text"),
        Axis(ACCURACY, "share"),
        tuple(accuracy(runs, level).mark(NAMES[kind]) for kind, runs in shown.kinds.items()),
        reference=(accuracy(shown.none).value, Text("no examples", "无示例")),
    )


EXPERIMENT = Experiment(
    name="wrong-examples",
    summary=Text(
        "What examples with random labels, shuffled inputs, no labels or of another task keep.",
        "随机标签、打乱输入、无标签或其他任务的示例还能保留多少增益。",
    ),
    paper="Min et al. 2022 (arXiv:2202.12837)",
    benchmark="translation",
    # Only the examples tell the language, so there is a gain.
    recipes={"translation": "pairs"},
    conduct=conduct,
    knobs=(
        Knob("shots", 16, "Examples in each prompt.", 2),
        Knob("draws", 4, "Draws of examples of each kind.", 1),
        Knob("elsewhere", None, "File or benchmark of the out-of-domain examples."),
    ),
)
