"""What is said of probes, in English and Chinese: names of things, and the claims as sentences."""

from collections.abc import Mapping

from astrolabe.core.verdict import Interval
from astrolabe.inside.probes import controls
from astrolabe.inside.probes.conclusions import BASELINE, MARGIN, Conclusion, Part
from astrolabe.inside.probes.entities import Entities
from astrolabe.inside.probes.resample import Estimate
from astrolabe.inside.probes.sweep import LEVEL_SHARE
from astrolabe.report.laboratory_strings import laboratory_words
from astrolabe.report.strings import LANGUAGES, Words
from astrolabe.studies.outcome import Said, Text, said
from astrolabe.studies.probe_prompts import CAPS, EMPTY, RANDOM, Variant
from astrolabe.studies.probing import Probed, Probing

_TABLE: Mapping[str, tuple[str, str]] = {
    "probe": ("Probe", "探针"),
    "conclusions": ("What was decided", "判定结果"),
    "no_scripts": (
        "The pictures need scripts; these hold the same:",
        "图表需要脚本支持；以下文件内容相同：",
    ),
    "predicted": ("predicted", "预测"),
    "truth": ("true", "真实"),
    "name": ("name", "名称"),
    "region": ("region", "区域"),
    "off": ("off by", "误差"),
    "elsewhere": ("other", "其他"),
    "read_r2": (
        "<b>R2</b> is 1 for a perfect prediction and 0 for one that only knows the mean of what "
        "the probe was fitted on. All R2 are of entities that the probe was not fitted on; with "
        "several targets, their mean. It can be negative where whole groups are held out.",
        "<b>R2</b> 为 1 表示预测完全正确，为 0 表示只知道训练部分的均值。"
        "所有 R2 都在探针未见过的实体上计算；有多个目标时取平均。整组留出时可能为负。",
    ),
    "read_held": (
        "<b>Held out</b> are whole groups (countries, states, periods) where the entities have "
        "them, so that a probe cannot place Lyon by having seen Marseille.",
        "<b>留出</b>的是整组实体（国家、州、时期），这样探针不能因见过马赛而猜出里昂的位置。",
    ),
    "read_controls": (
        "<b>Controls</b> say how much a probe finds by itself: <i>shuffled targets</i> (nothing is "
        "there to find), <i>random directions</i> (as many as there are targets), a model of the "
        "same shape with <i>random weights</i>, and the mean of the name's <i>token "
        "embeddings</i>, which is what the words alone tell before any layer has read them.",
        "<b>对照</b>说明探针本身能找到多少：<i>打乱的目标</i>（本无可寻）、<i>随机方向</i>"
        "（数目与目标相同）、同构但<i>随机权重</i>的模型，以及名称各<i>词元嵌入</i>的平均，即任何一层读取之前词语本身所含的信息。",
    ),
    "read_proximity": (
        "<b>Proximity error</b> is the share of other entities whose prediction lies nearer to "
        "the true value than one's own: 0 is perfect, 50 % is chance.",
        "<b>邻近误差</b>：预测值比自身预测更接近真实值的其他实体所占比例；0 为完美，50 % 为随机。",
    ),
    "read_claims": (
        "<b>Shown</b> is said only where the interval of every part of a claim is on its side. "
        "Intervals come from resampling whole groups.",
        "只有当结论各部分的区间都支持它时才称为<b>证实</b>。区间由整组重抽样得到。",
    ),
}

HOW_TO_READ = ("read_r2", "read_held", "read_controls", "read_proximity", "read_claims")
"""Keys of the paragraphs of 'how to read this', in order. Their texts are HTML of ours."""

CONTROLS: Mapping[str, Text] = {
    controls.SHUFFLED: Text("shuffled targets", "打乱的目标"),
    controls.DIRECTIONS: Text("random directions", "随机方向"),
    controls.EMBEDDINGS: Text("token embeddings alone", "仅词元嵌入"),
    controls.UNTRAINED: Text("random weights", "随机权重"),
}

_PROMPTS: Mapping[str, Text] = {
    EMPTY: Text("name alone", "仅名称"),
    CAPS: Text("NAME IN CAPITALS", "全大写名称"),
    RANDOM: Text("ten random tokens before", "前置十个随机词元"),
}

_HELD: Mapping[str, Text] = {
    "country": Text("country", "国家"),
    "state_id": Text("state", "州"),
    "borough_name": Text("borough", "行政区"),
    "period": Text("period", "时期"),
    "entity": Text("entity", "实体"),
    "held-out part": Text("published test part", "公布的测试部分"),
}

_REGIONS: Mapping[str, str] = {
    "Africa": "非洲",
    "Asia": "亚洲",
    "Europe": "欧洲",
    "North America": "北美洲",
    "Oceania": "大洋洲",
    "South America": "南美洲",
    "person": "人物",
    "work": "作品",
    "book": "书籍",
    "movie": "电影",
    "song": "歌曲",
}


def region_name(region: str, language: str) -> str:
    """A region as pictures call it; one that is not known as it is."""
    return _REGIONS.get(region, region) if language == "zh" else region


def probe_words(language: str) -> Words:
    """Every string of these reports in one language.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    place = LANGUAGES.index(language) if language in LANGUAGES else 0
    return {**laboratory_words(language), **{k: texts[place] for k, texts in _TABLE.items()}}


def prompt_name(variant: Variant) -> Said:
    """A prompt as tables and charts call it."""
    return _PROMPTS.get(variant.name) or f"“{variant.text.strip()} …”"


def held(by: str) -> Said:
    """What is held out at a time."""
    return _HELD.get(by, by)


def thing(entities: Entities) -> Text:
    """What a model may hold of entities."""
    names = ", ".join(entities.targets.names)
    return {
        "places": Text("map", "地图"),
        "times": Text("calendar", "年表"),
        "numbers": Text(f"trace of {names}", f"{names} 的信息"),
    }[entities.what]


def r2(value: float) -> str:
    """An R2 or a difference of two, with two decimals."""
    return f"{round(value, 2) + 0.0:.2f}"


def signed(value: float) -> str:
    """The same with its sign."""
    text = r2(value)
    return text if text.startswith("-") or text == "0.00" else f"+{text}"


def sentence(conclusion: Conclusion, probed: Probed, probing: Probing) -> Text:
    """A claim and what became of it, with its interval."""
    match conclusion.claim:
        case "information":
            return _information(conclusion, probed, probing)
        case "half depth":
            return _half_depth(conclusion)
        case _:
            return _prompts(conclusion, probed, probing)


def _information(found: Conclusion, probed: Probed, probing: Probing) -> Text:
    main, what = probed.main, thing(probing.entities)
    by, layer = held(main.by), main.best.layer
    level = _level(found.r2.interval)
    least = min((part for part in found.parts if part.name != BASELINE), key=_low, default=None)
    if found.outcome == "shown" and least is not None:
        control = CONTROLS[least.name]
        return Text(
            f"{probed.model} holds a {what.en}: from layer {layer} a linear probe predicts "
            f"{main.entities:,} entities it was not fitted on (held out by {said(by, 'en')}) with "
            f"R2 {_with(found.r2, 'en', level)}, which is {_with(least.difference, 'en')} more "
            f"than the best control, {control.en}.",
            f"{probed.model} 含有{what.zh}：线性探针从第 {layer} 层预测 {main.entities:,} "
            f"个未参与训练的实体（按{said(by, 'zh')}留出），R2 为 {_with(found.r2, 'zh', level)}，"
            f"比最强的对照（{control.zh}）高 {_with(least.difference, 'zh')}。",
        )
    if found.r2.interval.low <= 0 or least is None:
        return Text(
            f"No {what.en} was found in {probed.model}: R2 is {_with(found.r2, 'en', level)} at "
            f"the best layer, {layer}, which is not above predicting the mean (held out by "
            f"{said(by, 'en')}, {main.entities:,} entities).",
            f"在 {probed.model} 中没有发现{what.zh}：最好的一层（第 {layer} 层）的 R2 为 "
            f"{_with(found.r2, 'zh', level)}，不高于只预测均值（按{said(by, 'zh')}留出，"
            f"{main.entities:,} 个实体）。",
        )
    control = CONTROLS[least.name]
    return Text(
        f"No {what.en} was found in {probed.model} beyond its controls: R2 is "
        f"{_with(found.r2, 'en', level)} at layer {layer} (held out by {said(by, 'en')}), and its "
        f"lead over {control.en} is {_with(least.difference, 'en')}.",
        f"在 {probed.model} 中没有发现超出对照的{what.zh}：第 {layer} 层的 R2 为 "
        f"{_with(found.r2, 'zh', level)}（按{said(by, 'zh')}留出），"
        f"相对于{control.zh}的优势为 {_with(least.difference, 'zh')}。",
    )


def _half_depth(found: Conclusion) -> Text:
    part, share = found.deciding, f"{100 * LEVEL_SHARE:g} %"
    gap_en, gap_zh = _with(part.difference, "en"), _with(part.difference, "zh")
    if found.levels_at is None:
        return Text(
            "Where the curve levels off is not decided: it does not rise above 0.",
            "曲线在何处趋平无法判定：它没有高于 0。",
        )
    level_en = f"it first reaches {share} of the best layer's at layer {found.levels_at} of "
    level_en += f"{found.depth}"
    level_zh = f"R2 在第 {found.levels_at} 层（共 {found.depth} 层）首次达到最好一层的 {share}"
    difference_en = f"R2 of the first half's best layer, {part.layer}, less that share is {gap_en}"
    difference_zh = f"前一半中最好的第 {part.layer} 层减去该水平为 {gap_zh}"
    match found.outcome:
        case "shown":
            return Text(
                f"R2 has levelled off by half depth: {level_en}, and {difference_en}.",
                f"R2 在一半深度之前已趋平：{level_zh}，{difference_zh}。",
            )
        case "reversed":
            return Text(
                f"R2 levels off only after half depth: {level_en}, and {difference_en}.",
                f"R2 在一半深度之后才趋平：{level_zh}，{difference_zh}。",
            )
    return Text(
        f"Whether R2 has levelled off by half depth is not decided: {level_en}, but "
        f"{difference_en}.",
        f"R2 在一半深度之前是否已趋平未能判定：{level_zh}，但{difference_zh}。",
    )


def _prompts(found: Conclusion, probed: Probed, probing: Probing) -> Text:
    names = {variant.name: prompt_name(variant) for variant in probing.variants}
    part = found.deciding
    name = names[part.name]
    distracting = [v.name for v in probing.variants if v.distracting and v.name in probed.changes]
    also = _also([(names[one], probed.changes[one]) for one in distracting])
    most_en = f"{said(name, 'en')} moves R2 by {_with(part.difference, 'en', sign=True)}"
    most_zh = f"{said(name, 'zh')}使 R2 改变 {_with(part.difference, 'zh', sign=True)}"
    match found.outcome:
        case "shown":
            text = Text(
                f"Prompts change it little (less than {MARGIN:g}): the most, {most_en}.",
                f"提示词对它影响不大（小于 {MARGIN:g}）：影响最大的{most_zh}。",
            )
        case "reversed":
            text = Text(
                f"Prompts do change it (by more than {MARGIN:g}): {most_en}.",
                f"提示词确实改变了它（超过 {MARGIN:g}）：{most_zh}。",
            )
        case _:
            text = Text(
                f"Whether prompts change it by less than {MARGIN:g} is not decided: {most_en}.",
                f"提示词的影响是否小于 {MARGIN:g} 未能判定：{most_zh}。",
            )
    return Text(text.en + also.en, text.zh + also.zh)


def _also(changes: list[tuple[Said, Estimate]]) -> Text:
    """What distracting prompts do, which the claim leaves out."""
    if not changes:
        return Text("", "")
    en = "; ".join(f"{said(n, 'en')} {_with(e, 'en', sign=True)}" for n, e in changes)
    zh = "；".join(f"{said(n, 'zh')} {_with(e, 'zh', sign=True)}" for n, e in changes)
    return Text(f" Meant to distract: {en}.", f"有意干扰的提示：{zh}。")


def _with(found: Estimate, language: str, level: str = "", sign: bool = False) -> str:
    """A number with its interval in brackets.

    Args:
        level: Coverage, to be named.
    """
    form = signed if sign else r2
    low, high = form(found.interval.low), form(found.interval.high)
    if language == "zh":
        named = f"{level} 区间 " if level else ""
        return f"{form(found.value)}（{named}{low} 至 {high}）"
    named = f"{level} interval " if level else ""
    return f"{form(found.value)} ({named}{low} to {high})"


def _level(interval: Interval) -> str:
    return f"{100 * interval.level:g} %"


def _low(part: Part) -> float:
    return part.difference.interval.low
