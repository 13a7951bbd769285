"""What steering did, as tables, charts and sentences."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.core.site import Site
from astrolabe.inside.steering.dose import PLATEAU, Dose
from astrolabe.runs.figures import percent
from astrolabe.runs.stats import cluster_bootstrap
from astrolabe.studies.outcome import INTERVAL, Axis, Chart, Column, Mark, Table, Text

if TYPE_CHECKING:
    from astrolabe.studies.steer import Steered

STRENGTH = Text("strength", "强度")
SHARE = Text("share as intended", "符合预期的比例")
STEERED, RANDOM = Text("steered", "引导"), Text("random direction", "随机方向")
_SHOWN = 160
"""Characters of a sample in a table."""


def question(name: str, site: Site) -> Text:
    """What is asked."""
    return Text(
        f"Turn up {name} at {site}: does the model write what it stands for?",
        f"在 {site} 处调高 {name}：模型会写出它所代表的内容吗？",
    )


def summary(found: "Steered", what: Text) -> Text:
    """The answer in a sentence."""
    reached, before = percent(found.steered.share), percent(found.untouched.share)
    random = percent(float(np.mean([dose.share for dose in found.random])))
    nats, plain = _perplexity(found.steered), _perplexity(found.untouched)
    broken = ("", "")
    if not found.fluent:
        broken = (
            " No strength of the ladder keeps the text fluent; the least was taken.",
            "没有一个强度能保持文本流畅，取了最小的。",
        )
    return Text(
        f"At strength {found.strength:g}, chosen on other prompts, {reached} of what is written is "
        f"{what.en}, against {before} untouched and {random} along random directions; its "
        f"perplexity under the untouched model is {nats} against {plain}.{broken[0]}",
        f"在另一批提示上选定的强度 {found.strength:g} 下，所写内容的 {reached} 是{what.zh}，"
        f"未改动时为 {before}，沿随机方向为 {random}；在未改动的模型下其困惑度为 {nats}，"
        f"原为 {plain}。{broken[1]}",
    )


def tables(found: "Steered", what: Text, level: float) -> tuple[Table, ...]:
    """The dose-response, the measurement, and samples."""
    return _doses(found, what), _measured(found, level), _samples(found)


def _doses(found: "Steered", what: Text) -> Table:
    rows = [
        {
            "strength": dose.strength,
            "share": dose.share,
            "perplexity": math.exp(dose.nats),
            "distinct": dose.distinct,
            "random": random.share,
            "chosen": "←" if dose.strength == found.strength else "",
        }
        for dose, random in zip(found.curve, found.random_curve, strict=True)
    ]
    return Table(
        Text("Dose and response, on the prompts that choose", "剂量与反应（用于选择的提示）"),
        (
            Column("strength", STRENGTH, "number"),
            Column("share", SHARE, "share"),
            Column("perplexity", Text("perplexity", "困惑度"), "number"),
            Column("distinct", Text("different runs of 3 tokens", "互异三元组"), "share", True),
            Column("random", Text("share, random direction", "随机方向的比例"), "share"),
            Column("chosen", Text("chosen", "选定")),
        ),
        tuple(rows),
        Text(
            f"Intended: {what.en}. Strength: length of what is added, in mean lengths of a state. "
            "Perplexity: of what was written, under the untouched model. Chosen: the least "
            f"strength with {100 * PLATEAU:.0f} % of the most that any fluent one reaches.",
            f"预期：{what.zh}。强度：所加向量的长度，以状态的平均长度为单位。困惑度：所写内容在未改动的"
            f"模型下的困惑度。选定：在仍流畅的强度中，达到最大值 {100 * PLATEAU:.0f}% 的最小强度。",
        ),
    )


def _measured(found: "Steered", level: float) -> Table:
    draws = len(found.random)
    shares = found.shares()
    groups: tuple[tuple[Text, Sequence[Dose]], ...] = (
        (Text("untouched", "未改动"), (found.untouched,)),
        (STEERED, (found.steered,)),
        (Text(f"random directions ({draws})", f"随机方向（{draws} 个）"), found.random),
    )
    rows = []
    for (name, doses), values in zip(groups, shares, strict=True):
        prompts = [sample.prompt for sample in doses[0].samples]
        ends = cluster_bootstrap([float(value) for value in values], prompts, 1 - level)
        rows.append(
            {
                "name": name,
                "share": float(values.mean()),
                "interval": type(ends)(max(0.0, ends.low), min(1.0, ends.high), ends.level),
                "perplexity": math.exp(float(np.mean([dose.nats for dose in doses]))),
                "distinct": float(np.mean([dose.distinct for dose in doses])),
            }
        )
    return Table(
        Text(
            f"At strength {found.strength:g}, on the other prompts",
            f"强度 {found.strength:g}，其余提示",
        ),
        (
            Column("name", Text("writing", "写作")),
            Column("share", SHARE, "share"),
            Column("interval", INTERVAL, "share"),
            Column("perplexity", Text("perplexity", "困惑度"), "number"),
            Column("distinct", Text("different runs of 3 tokens", "互异三元组"), "share", True),
        ),
        tuple(rows),
        Text(
            f"Means over {len(shares[0])} prompts; {100 * (1 - level):.0f} % bootstrap over them.",
            f"对 {len(shares[0])} 个提示取平均；{100 * (1 - level):.0f}% 区间为对提示的自助法。",
        ),
    )


def _samples(found: "Steered") -> Table:
    """The same prompt at strength 0 and at three others: the least, the chosen, the greatest."""
    strengths = {0.0, found.curve[1].strength, found.strength, found.curve[-1].strength}
    rows = [
        {
            "strength": dose.strength,
            "text": _one_line(f"{dose.samples[place].prompt} ⟶{dose.samples[place].text}"),
            "share": dose.samples[place].share,
        }
        for dose in found.curve
        if dose.strength in strengths
        for place in range(min(2, len(dose.samples)))
    ]
    return Table(
        Text("What was written", "所写内容"),
        (
            Column("strength", STRENGTH, "number"),
            Column("text", Text("prompt ⟶ text", "提示 ⟶ 文本")),
            Column("share", SHARE, "share"),
        ),
        tuple(rows),
    )


def _one_line(text: str) -> str:
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return short.replace("\n", " ⏎ ")


def charts(found: "Steered", what: Text) -> tuple[Chart, ...]:
    """The property by strength, and fluency by strength."""
    at = ((found.strength, Text("chosen", "选定")),)
    curves = ((STEERED, found.curve), (RANDOM, found.random_curve))
    share = tuple(Mark(d.strength, d.share, series=name) for name, ds in curves for d in ds)
    nats = tuple(
        Mark(d.strength, d.nats, series=name)
        for name, ds in curves
        for d in ds
        if math.isfinite(d.nats)
    )
    subtitle = Text(
        "Strength in mean lengths of a state; on the prompts by which the strength is chosen.",
        "强度以状态的平均长度为单位；所用为选定强度的提示。",
    )
    return (
        Chart(
            "steering",
            "lines",
            Text(f"How much of the text is {what.en}", f"文本中{what.zh}的比例"),
            subtitle,
            Axis(STRENGTH, "number"),
            Axis(SHARE, "share"),
            share,
            notable=at,
        ),
        Chart(
            "fluency",
            "lines",
            Text(
                "How unlikely the text is under the untouched model",
                "文本在未改动的模型下有多不可能",
            ),
            subtitle,
            Axis(STRENGTH, "number"),
            Axis(Text("nats per token (log of perplexity)", "每词元奈特（困惑度的对数）"), "nats"),
            nats,
            notable=at,
        ),
    )


def _perplexity(dose: Dose) -> str:
    return f"{math.exp(dose.nats):.3g}" if math.isfinite(dose.nats) else "–"
