"""What `astrolabe.studies.inside_run` found, as tables, a picture, findings and a sentence."""

import numpy as np

from astrolabe import __version__
from astrolabe.core.verdict import Interval
from astrolabe.inside.probes.resample import Estimate
from astrolabe.inside.probes.telling import Told
from astrolabe.runs.figures import percent, points, within
from astrolabe.studies.deciding import Uncorrected, settled
from astrolabe.studies.inside_run import Control, Found
from astrolabe.studies.outcome import (
    INTERVAL,
    Axis,
    Chart,
    Column,
    Finding,
    Mark,
    Outcome,
    Table,
    Text,
)

AUC = Text("AUC", "AUC")
LAYER = Text("layer", "层")
PROBE = Text("probe of the states", "状态探针")
SHUFFLED = Text("shuffled labels", "打乱标签")
UNTRAINED = Text("random weights", "随机权重")
CONFIDENCE = Text("own confidence", "模型自身置信度")
LENGTH = Text("prompt length", "提示长度")
EMBEDDING = Text("layer 0 (embedding)", "第 0 层（词嵌入）")
CHANCE = Text("chance", "随机水平")

_WHAT = {
    "right": Text("which items are answered right", "哪些题目会答对"),
    "flips": Text("which items flip between the two runs", "哪些题目会在两次运行间翻转"),
}


def outcome(found: Found) -> Outcome:
    """Everything that is shown."""
    findings = _findings(found)
    run, other = found.run, found.other
    what = _WHAT[found.asking.predict]
    return Outcome(
        experiment="inside",
        model=run.model,
        benchmark=f"{run.benchmark} · {run.condition.label()}",
        question=Text(
            f"Does the inside of the model, as its answer begins, tell {what.en}?",
            f"在回答即将开始时，模型内部是否已显示{what.zh}？",
        ),
        answer=_answer(found, findings),
        tables=(_layers(found), _controls(found)),
        findings=findings,
        charts=(_chart(found),),
        runs=(run.id,) if other is None else (run.id, other.id),
        record=_record(found),
        notes=_notes(found),
    )


def _findings(found: Found) -> tuple[Finding, ...]:
    """Above chance; and, where confidence is known, beyond it. Corrected together after Holm."""
    told, best = found.told, found.told.best
    what = _WHAT[found.asking.predict]
    tests = 1 if best.p_beyond is None else 2
    level = found.asking.level / tests
    claims = [
        Uncorrected(
            Text(
                f"the states tell {what.en}: AUC at layer {best.layer}, above shuffled labels",
                f"模型状态显示{what.zh}：第 {best.layer} 层的 AUC 高于打乱标签",
            ),
            *_above(best.auc, best.shuffled),
            best.p,
            smallest=told.smallest(level),
        )
    ]
    if best.p_beyond is not None:
        claims.append(
            Uncorrected(
                Text(
                    "they tell more than the model's own confidence: AUC above labels shuffled "
                    "among items of like confidence",
                    "且超出模型自身置信度所含信息：AUC 高于在置信度相近题目间打乱的标签",
                ),
                *_above(best.auc, best.beyond),
                best.p_beyond,
                smallest=told.smallest(level, beyond=True),
            )
        )
    return settled(claims, found.asking.level)


def _above(auc: Estimate, shuffled: np.ndarray) -> tuple[float, Interval]:
    """An AUC and its interval, less the mean under shuffles."""
    usual = float(shuffled.mean())
    ends = auc.interval
    return auc.value - usual, Interval(ends.low - usual, ends.high - usual, ends.level)


def _answer(found: Found, findings: tuple[Finding, ...]) -> Text:
    best, what = found.told.best, _WHAT[found.asking.predict]
    auc = f"{percent(best.auc.value)} ({within(best.auc.interval)})"
    if not findings[0].decided:
        least = points(findings[0].smallest or 1.0)
        return Text(
            f"Not decided: no layer is seen to tell {what.en} (best: layer {best.layer}, AUC "
            f"{auc}); an AUC less than about {least} points above chance could not reliably have "
            "been seen.",
            f"未判定：未见任何一层显示{what.zh}（最佳为第 {best.layer} 层，AUC {auc}）；"
            f"高出随机水平不足约 {least} 个百分点的 AUC 无法可靠检出。",
        )
    english = [f"The states at layer {best.layer} tell {what.en}: AUC {auc}."]
    chinese = [f"第 {best.layer} 层的状态显示{what.zh}：AUC {auc}。"]
    named = [(name, control) for name, control in _named(found) if control is not None]
    level_with = [(name, c.auc.value) for name, c in named if c.ahead.interval.low <= 0]
    if level_with:
        listed = ", ".join(f"{name.en} ({percent(value)})" for name, value in level_with)
        english.append(f"Not shown to be ahead of {listed}.")
        listed = "、".join(f"{name.zh}（{percent(value)}）" for name, value in level_with)
        chinese.append(f"未能证明胜过{listed}。")
    else:
        english.append("That is ahead of every control.")
        chinese.append("胜过所有对照。")
    if found.controls.confidence is not None:
        more = findings[1].decided
        told = ("shown", "得到证实") if more else ("not decided", "未判定")
        english.append(f"That they tell more than the model's own confidence: {told[0]}.")
        chinese.append(f"状态含有超出模型自身置信度的信息：{told[1]}。")
    return Text(" ".join(english), "".join(chinese))


def _named(found: Found) -> list[tuple[Text, Control | None]]:
    """The controls of the best layer."""
    layer, controls = found.told.best.layer, found.controls
    blank = Text(f"random weights, layer {layer}", f"随机权重，第 {layer} 层")
    return [
        (CONFIDENCE, controls.confidence),
        (LENGTH, controls.length),
        (EMBEDDING, controls.embedding),
        (blank, controls.untrained.get(layer)),
    ]


def _layers(found: Found) -> Table:
    rows = [
        {
            "layer": told.layer,
            "auc": told.auc.value,
            "interval": told.auc.interval,
            "balanced": told.balanced.value,
            "shuffled": _band(told, found.asking.level),
            "untrained": blank and blank.auc.value,
            "p": told.p,
            "beyond": told.p_beyond,
        }
        for told in found.told.layers
        for blank in [found.controls.untrained.get(told.layer)]
    ]
    return Table(
        Text("Layers", "各层"),
        (
            Column("layer", LAYER, "count"),
            Column("auc", AUC, "share"),
            Column("interval", INTERVAL, "share"),
            Column("balanced", Text("balanced accuracy", "平衡正确率"), "share", spare=True),
            Column("shuffled", SHUFFLED, "share", spare=True),
            Column("untrained", UNTRAINED, "share"),
            Column("p", "p", "p"),
            Column("beyond", Text("p beyond confidence", "p（超出置信度）"), "p"),
        ),
        tuple(rows),
        Text(
            f"p from {found.asking.shuffles} shuffles, one-sided and corrected over layers by the "
            "best layer of each shuffle; penalties are chosen anew in each. Pairs of items are "
            f"compared within folds; intervals resample {_units(found).en} and take the probes as "
            "they are.",
            f"p 由 {found.asking.shuffles} 次打乱得到，单侧，并以每次打乱的最佳层对各层作校正；"
            f"每次均重新选择惩罚。仅比较同一折内的题目对；区间对{_units(found).zh}重抽样，"
            "探针视为固定。",
        ),
    )


def _units(found: Found) -> Text:
    if found.labels.folds.by == "subject":
        return Text("subjects", "科目")
    return Text("items", "题目")


def _band(told: Told, level: float) -> Interval:
    """Where the AUC of shuffled labels lies."""
    low, high = np.quantile(told.shuffled, [level / 2, 1 - level / 2])
    return Interval(float(low), float(high), 1 - level)


def _controls(found: Found) -> Table:
    layer = found.told.best.layer
    return Table(
        Text("What a probe has to beat", "探针须胜过的对照"),
        (
            Column("what", Text("predicted by", "预测依据")),
            Column("auc", AUC, "share"),
            Column("interval", INTERVAL, "share"),
            Column("ahead", Text(f"layer {layer} ahead by", f"第 {layer} 层领先"), "points"),
            Column("ends", INTERVAL, "points"),
        ),
        tuple(
            {
                "what": name,
                "auc": control.auc.value,
                "interval": control.auc.interval,
                "ahead": control.ahead.value,
                "ends": control.ahead.interval,
            }
            for name, control in _named(found)
            if control is not None
        ),
        Text(
            "Confidence: by how much the likeliest option leads, as it is; all others by a probe "
            "of the same kind on the same folds. Differences are paired, in points.",
            "置信度：最可能选项的领先幅度，直接使用；其余均用同类探针、同样的折。差异为配对，"
            "以百分点计。",
        ),
    )


def _chart(found: Found) -> Chart:
    told, controls = found.told, found.controls
    marks = [] if controls.embedding is None else [_mark(0, controls.embedding.auc, PROBE)]
    marks += [_mark(one.layer, one.auc, PROBE) for one in told.layers]
    for one in told.layers:
        band = _band(one, found.asking.level)
        usual = float(one.shuffled.mean())
        marks.append(Mark(one.layer, usual, band.low, band.high, SHUFFLED))
    marks += [Mark(layer, c.auc.value, series=UNTRAINED) for layer, c in controls.untrained.items()]
    for series, control in ((CONFIDENCE, controls.confidence), (LENGTH, controls.length)):
        if control is not None:
            marks += [Mark(one.layer, control.auc.value, series=series) for one in told.layers]
    what, share = _WHAT[found.asking.predict], f"{100 * (1 - found.asking.level):.0f}"
    return Chart(
        "layers",
        "lines",
        Text(f"How well each layer tells {what.en}", f"各层显示{what.zh}的程度"),
        Text(
            f"AUC out of fold. Bands: {share} % interval of the probe by resampled "
            f"{_units(found).en}, and where {share} % of shuffles lie.",
            f"折外 AUC。色带：探针对{_units(found).zh}重抽样的 {share}% 区间，以及 {share}% 的"
            "打乱所在范围。",
        ),
        Axis(LAYER, "count"),
        Axis(AUC, "share"),
        tuple(marks),
        reference=(0.5, CHANCE),
    )


def _mark(layer: int, auc: Estimate, series: Text) -> Mark:
    return Mark(layer, auc.value, auc.interval.low, auc.interval.high, series)


def _notes(found: Found) -> tuple[Text, ...]:
    wanted, controls = found.labels, found.controls
    ones = int(wanted.values.sum())
    of = len(wanted.values)
    kinds = ("right", "答对") if found.asking.predict == "right" else ("flip", "翻转")
    groups = found.told.resamples.groups
    notes = [
        Text(
            f"{ones} of {of} items {kinds[0]}; {wanted.left_out} left out, their answers unread or "
            "unjudged.",
            f"{of} 题中 {ones} 题{kinds[1]}；{wanted.left_out} 题未计入，其回答未能读取或评判。",
        )
    ]
    if wanted.folds.by == "subject":
        held = f"Held out by subject: {groups}, none in both parts."
        notes.append(Text(held, f"按科目留出：共 {groups} 个，无一同时出现在两部分中。"))
    else:
        notes.append(
            Text(
                "Held out by item, since there are too few subjects to hold whole ones out; a "
                "probe may know a subject by its other items.",
                "科目过少，无法整科留出，故按题目留出；探针可能借同科其他题目认出科目。",
            )
        )
    if controls.confidence is None:
        notes.append(
            Text(
                "Answers were written, not scored, so the store holds no confidence to compare "
                "with.",
                "回答为生成而非评分，库中没有可供比较的置信度。",
            )
        )
    if controls.embedding is None or not controls.untrained:
        notes.append(
            Text(
                "Layer 0 or random weights are missing, since they were not recorded; --layers all "
                "reads them with the model.",
                "缺少第 0 层或随机权重的对照，因未曾记录；用 --layers all 可借模型读取。",
            )
        )
    return tuple(notes)


def _record(found: Found) -> dict[str, object]:
    asking, run = found.asking, found.run
    return {
        "astrolabe": __version__,
        "predict": asking.predict,
        "layers": [told.layer for told in found.told.layers],
        "shuffles": asking.shuffles,
        "seed": asking.seed,
        "level": asking.level,
        "folds": f"{int(found.labels.folds.fold.max()) + 1} by {found.labels.folds.by}",
        "groups": found.told.resamples.groups,
        "model": dict(run.record.get("model", {})),
        "data": dict(run.record.get("data", {})),
        "runs": {one.id: one.condition.fields() for one in (run, found.other) if one is not None},
    }
