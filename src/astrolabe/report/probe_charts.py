"""Curves of probes, declared: over layers and models, by prompt, by control, by dimensions."""

from collections.abc import Iterator

from astrolabe.report.probe_strings import CONTROLS, held, prompt_name, thing
from astrolabe.studies.outcome import Axis, Chart, Mark, Text, said
from astrolabe.studies.probing import Probed, Probing

_R2 = Axis(Text("R2 on what was held out", "留出部分的 R2"), "correlation")


def charts(probing: Probing) -> Iterator[Chart]:
    """The declared charts: layers, prompts, controls, dimensions."""
    yield layers_chart(probing)
    first = probing.models[0]
    if len(probing.variants) > 1:
        yield prompts_chart(first, probing)
    yield controls_chart(first, probing)
    if first.nonlinear is not None:
        yield dimensions_chart(first)


def layers_chart(probing: Probing) -> Chart:
    """R2 layer by layer under the first prompt, a line for each model."""
    several = len(probing.models) > 1
    depths = {probed.main.depth for probed in probing.models}
    share = len(depths) > 1
    rows = [
        Mark(
            layer.layer / probed.main.depth if share else layer.layer,
            layer.r2,
            layer.scores.r2.interval.low,
            layer.scores.r2.interval.high,
            probed.model if several else "",
        )
        for probed in probing.models
        for layer in probed.main.layers
    ]
    first = probing.models[0]
    level = first.main.levels_at
    notable: tuple[tuple[float, Text], ...] = ()
    title = Text(
        "How well each layer tells " + _asked(probing).en, "各层能多好地读出" + _asked(probing).zh
    )
    if not several and level is not None:
        at = f"levels off at layer {level} of {first.main.depth}"
        notable = ((level, Text(at, f"在第 {level} 层（共 {first.main.depth} 层）趋平")),)
        title = Text(
            f"{first.model}'s {thing(probing.entities).en} is there by layer {level} of "
            f"{first.main.depth}",
            f"{first.model} 的{thing(probing.entities).zh}在第 {level} 层"
            f"（共 {first.main.depth} 层）已经出现",
        )
    by = held(first.main.by)
    return Chart(
        "layers",
        "lines",
        title,
        Text(
            "R2 of a linear probe of each layer on entities held out by "
            f"{said(by, 'en')}, with its interval. 0 is predicting the mean.",
            f"各层线性探针在按{said(by, 'zh')}留出的实体上的 R2 及其区间。0 表示只预测均值。",
        ),
        Axis(Text("depth", "深度"), "share") if share else Axis(Text("layer", "层"), "count"),
        _R2,
        tuple(rows),
        (0.0, Text("predicting the mean", "只预测均值")),
        notable,
    )


def prompts_chart(probed: Probed, probing: Probing) -> Chart:
    """The best layer under each prompt."""
    rows = []
    for variant in probing.variants:
        found = probed.sweeps[variant.name].best.scores.r2
        ends = found.interval.low, found.interval.high
        rows.append(
            Mark(prompt_name(variant), found.value, *ends, emphasis=not variant.distracting)
        )
    return Chart(
        "prompts",
        "dots",
        Text("What stands before the name", "名称之前的提示词"),
        Text(
            f"{probed.model}: R2 at the best layer under each prompt. Hollow: meant to distract.",
            f"{probed.model}：每种提示下最好一层的 R2。空心：有意干扰的提示。",
        ),
        Axis(Text("prompt", "提示"), "text"),
        _R2,
        tuple(rows),
        (0.0, Text("predicting the mean", "只预测均值")),
    )


def controls_chart(probed: Probed, probing: Probing) -> Chart:
    """The probe and its controls."""
    best = probed.main.best
    found = [(Text("the probe", "探针"), best.scores.r2, True)]
    found += [(CONTROLS[n], s.best.scores.r2, False) for n, s in probed.controls.items()]
    rows = [
        Mark(name, one.value, one.interval.low, one.interval.high, emphasis=filled)
        for name, one, filled in found
    ]
    asked = _asked(probing)
    return Chart(
        "controls",
        "dots",
        Text("Is it the model, or the probe?", "是模型，还是探针本身？"),
        Text(
            f"{probed.model}: R2 of {asked.en} at layer {best.layer}, and what a probe finds where "
            "the model has no part in it.",
            f"{probed.model}：第 {best.layer} 层读出{asked.zh}的 R2，"
            "以及与模型无关时探针能找到的。",
        ),
        Axis(Text("control", "对照"), "text"),
        _R2,
        tuple(rows),
        (0.0, Text("predicting the mean", "只预测均值")),
    )


def dimensions_chart(probed: Probed) -> Chart:
    """R2 of linear probes on so many principal components."""
    assert probed.nonlinear is not None
    rows = tuple(
        Mark(str(size), found.value, found.interval.low, found.interval.high)
        for size, found in probed.nonlinear.dimensions
    )
    layer = probed.main.best.layer
    return Chart(
        "dimensions",
        "lines",
        Text("How many dimensions it takes", "需要多少维"),
        Text(
            f"{probed.model}: R2 of a linear probe on the leading principal components of layer "
            f"{layer}.",
            f"{probed.model}：只用第 {layer} 层前若干主成分的线性探针的 R2。",
        ),
        Axis(Text("principal components", "主成分数"), "text"),
        _R2,
        rows,
        (probed.nonlinear.mlp.value, Text("MLP on all of them", "MLP，使用全部")),
    )


def _asked(probing: Probing) -> Text:
    names = ", ".join(probing.entities.targets.names)
    return {
        "places": Text("where each place is", "地点的位置"),
        "times": Text("the year of each", "各自的年代"),
        "numbers": Text(names, names),
    }[probing.entities.what]
