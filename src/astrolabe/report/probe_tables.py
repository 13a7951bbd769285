"""What probes found, as tables: by layer, beside the controls, by prompt."""

from collections.abc import Iterator
from typing import Any

from astrolabe.inside.probes.metrics import Scores
from astrolabe.inside.probes.resample import Estimate
from astrolabe.inside.probes.sweep import Layer
from astrolabe.report.probe_strings import CONTROLS, held, prompt_name
from astrolabe.studies.outcome import Column, Said, Table, Text, said
from astrolabe.studies.probing import Probed, Probing

_INTERVAL = Text("interval", "区间")
_R2 = Text("R2", "R2")
_LAYER = Text("layer", "层")


def tables(probing: Probing) -> Iterator[Table]:
    """All tables, model by model."""
    several = len(probing.models) > 1
    for probed in probing.models:
        of = f"{probed.model}: " if several else ""
        yield by_layer(probed, probing, of)
        yield beside(probed, of)
        if len(probing.variants) > 1:
            yield by_prompt(probed, probing, of)
        if probed.nonlinear is not None:
            yield other_probes(probed, of)


def by_layer(probed: Probed, probing: Probing, of: str = "") -> Table:
    """Everything that was measured at each layer, under the first prompt."""
    main, names = probed.main, probing.entities.targets.names
    prompt = prompt_name(probing.variants[0])
    if probing.entities.what == "places":
        off: Said = "km"
        spare = names
    elif probing.entities.what == "times":
        off, spare = Text("years off", "误差（年）"), ("",)
    else:
        off, spare = Text("mean error", "平均误差"), names
    columns = (
        Column("layer", _LAYER, "count"),
        Column("r2", _R2, "correlation"),
        Column("interval", _INTERVAL, "correlation"),
        *(
            Column(f"rank {place}", f"Spearman {name}".strip(), "correlation", spare=True)
            for place, name in enumerate(spare)
        ),
        Column("off", off, "count" if probing.entities.what != "numbers" else "number"),
        Column("proximity", Text("proximity error", "邻近误差"), "share"),
        Column("mark", ""),
    )
    marks = {main.best.layer: Text("best", "最好")}
    if main.levels_at is not None and main.levels_at != main.best.layer:
        marks[main.levels_at] = Text("levels off", "趋平")
    edge = sum(layer.at_edge > 0 for layer in main.layers)
    warned = Text(
        f" At {edge} layers the least or largest penalty was chosen in some fold.",
        f" 有 {edge} 层在某折中选到了最小或最大的惩罚。",
    )
    by_en, by_zh = said(held(main.by), "en"), said(held(main.by), "zh")
    note = Text(
        f"{main.entities:,} entities, held out by {by_en}; {main.groups:,} groups."
        + warned.en * bool(edge),
        f"{main.entities:,} 个实体，按{by_zh}留出；{main.groups:,} 组。" + warned.zh * bool(edge),
    )
    title = Text(
        f"{of}Layer by layer ({said(prompt, 'en')})", f"{of}逐层结果（{said(prompt, 'zh')}）"
    )
    rows = tuple(_layer_row(layer, marks.get(layer.layer)) for layer in main.layers)
    return Table(title, columns, rows, note)


def _layer_row(layer: Layer, mark: Said | None) -> dict[str, Any]:
    scores = layer.scores
    ranks = {f"rank {place}": one.value for place, one in enumerate(scores.spearman)}
    return {
        "layer": layer.layer,
        "r2": layer.r2,
        "interval": scores.r2.interval,
        **ranks,
        "off": off(scores).value,
        "proximity": scores.proximity.value,
        "mark": mark or "",
    }


def off(scores: Scores) -> Estimate:
    """How far predictions are off: in km for places, else in the first target's units."""
    return scores.km or scores.error[0]


def beside(probed: Probed, of: str = "") -> Table:
    """The probe at its best layer and its controls."""
    best = probed.main.best
    probe = {"name": Text("the probe", "探针"), "layer": best.layer, **_r2(best.scores.r2)}
    rows: list[dict[str, Any]] = [probe]
    for name, sweep in probed.controls.items():
        lead = probed.leads[name]
        row = {"name": CONTROLS[name], "layer": sweep.best.layer, **_r2(sweep.best.scores.r2)}
        rows.append(row | {"lead": lead.value, "of lead": lead.interval})
    if probed.neighbours is not None:
        layer = probed.neighbours.best
        aside = Text("the probe, entities held out singly", "探针，逐个留出实体")
        rows.append({"name": aside, "layer": layer.layer, **_r2(layer.scores.r2)})
    columns = (
        Column("name", ""),
        Column("layer", _LAYER, "count"),
        Column("r2", _R2, "correlation"),
        Column("interval", _INTERVAL, "correlation"),
        Column("lead", Text("probe's lead", "探针的优势"), "correlation"),
        Column("of lead", _INTERVAL, "correlation"),
    )
    return Table(Text(f"{of}Beside the controls", f"{of}与对照相比"), columns, tuple(rows))


def by_prompt(probed: Probed, probing: Probing, of: str = "") -> Table:
    """The best layer under each prompt, and what it changes against the first one."""
    rows = []
    for variant in probing.variants:
        sweep = probed.sweeps[variant.name]
        row = {"prompt": prompt_name(variant), "layer": sweep.best.layer}
        row |= _r2(sweep.best.scores.r2)
        change = probed.changes.get(variant.name)
        rows.append(row | ({} if change is None else _change(change)))
    columns = (
        Column("prompt", Text("prompt", "提示")),
        Column("layer", Text("best layer", "最好的层"), "count"),
        Column("r2", _R2, "correlation"),
        Column("interval", _INTERVAL, "correlation"),
        Column("change", Text("change", "变化"), "correlation"),
        Column("of change", _INTERVAL, "correlation"),
    )
    return Table(Text(f"{of}Prompt by prompt", f"{of}各提示词"), columns, tuple(rows))


def other_probes(probed: Probed, of: str = "") -> Table:
    """An MLP probe, and linear ones on few dimensions."""
    assert probed.nonlinear is not None
    best, other = probed.main.best, probed.nonlinear
    rows: list[dict[str, Any]] = [
        {"name": Text("linear", "线性"), **_r2(best.scores.r2)},
        {"name": Text("MLP, one hidden layer", "MLP，一个隐藏层"), **_r2(other.mlp)},
        *(
            {
                "name": Text(f"linear, {size} dimensions (PCA)", f"线性，{size} 维（PCA）"),
                **_r2(found),
            }
            for size, found in other.dimensions
        ),
    ]
    columns = (
        Column("name", Text("probe", "探针")),
        Column("r2", _R2, "correlation"),
        Column("interval", _INTERVAL, "correlation"),
    )
    title = Text(f"{of}Other probes of layer {best.layer}", f"{of}第 {best.layer} 层的其他探针")
    return Table(title, columns, tuple(rows))


def _r2(found: Estimate) -> dict[str, Any]:
    return {"r2": found.value, "interval": found.interval}


def _change(found: Estimate) -> dict[str, Any]:
    return {"change": found.value, "of change": found.interval}
