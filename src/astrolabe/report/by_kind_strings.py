"""The words and sentences of `study divergence-by-kind`, in English and Chinese."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from astrolabe.report.strings import LANGUAGES, Words
from astrolabe.report.strings import words as common
from astrolabe.runs.figures import p_value
from astrolabe.studies.by_kind import (
    FEWEST,
    MARGIN,
    PLANNED,
    SETTLED,
    ByKind,
    Contrast,
    Planned,
)
from astrolabe.studies.kinds import Kind

_TABLE: Mapping[str, tuple[str, str]] = {
    "title": ("Divergence by kind of token", "各类词元的层间散度"),
    "kind": ("kind of token", "词元类别"),
    "name": ("names", "专名"),
    "number": ("dates and numbers", "日期与数字"),
    "other": ("other new words", "其他新词"),
    "copied": ("copied words", "抄自上文的词"),
    "function": ("function words", "虚词"),
    "punctuation": ("punctuation", "标点"),
    "continuation": ("rest of a word", "词的后续部分"),
    "new": ("words new in the text", "文中首次出现的词"),
    "tokens": ("tokens", "词元数"),
    "texts": ("texts", "文本数"),
    "layer": ("layer", "层"),
    "early": ("early layer", "早期层"),
    "late": ("late", "后段"),
    "settled": ("settled", "稳定"),
    "nats": ("surprise", "意外度"),
    "divergence": ("divergence, nats", "散度（nat）"),
    "polaris_texts": (
        "{texts} documents made fresh from Polaris' world (seed {seed}, not that of its training)",
        "由 Polaris 的世界新生成的 {texts} 篇文档（种子 {seed}，与训练所用不同）",
    ),
    "file_texts": ("{texts} texts of {file}", "{file} 中的 {texts} 段文本"),
    "conditions": (
        "{model} · {layers} layers, norm {norm} · {source} · {tokens} tokens predicted",
        "{model} · {layers} 层，norm {norm} · {source} · 共预测 {tokens} 个词元",
    ),
    "cut": (
        "{cut} texts were longer than the model's context, and are cut there.",
        "{cut} 段文本超出模型的上下文长度，已截断。",
    ),
    "measure": (
        "Jensen-Shannon divergence of each early layer's next-token distribution and the last "
        "layer's, in nats (at most 0.69); mean over texts; L0 is the embedding. Late: the late "
        "change, its mean over layers {late}. Settled: from which layer on the mean stays below "
        "{settled}.",
        "各早期层与末层的下一词元分布之间的 Jensen-Shannon 散度，单位 nat（至多 0.69），"
        "对文本取平均；L0 为嵌入层。后段：第 {late} 层上的平均值，即后段变化。"
        "稳定：自该层起平均值低于 {settled}。",
    ),
    "surprise": (
        "Surprise: minus the model's own log-prob, in nats.",
        "意外度：模型自身对数概率的相反数，单位 nat。",
    ),
    "subtitle": (
        "Jensen-Shannon divergence of each early layer from the last (norm {norm}), where a token "
        "of each kind comes next. Mean over texts with its {level} interval. Shaded: the layers of "
        "the late change.",
        "在下一词元属于各类别的位置上，各早期层与末层之间的 Jensen-Shannon 散度（norm {norm}）。"
        "对文本取平均，色带为 {level} 区间。浅色背景：计算后段变化的各层。",
    ),
    "shallow": (
        "Polaris has only {layers} layers and was trained on made-up documents; what happens in "
        "the high layers of a large model need not happen here, nor the reverse.",
        "Polaris 只有 {layers} 层，且只在人造文档上训练；大模型高层中的现象不一定在此出现，"
        "反之亦然。",
    ),
    "finding_1": (
        "Finding 1 (names, dates and numbers keep changing in the high layers)",
        "发现一（专名、日期和数字在高层仍不断变化）",
    ),
    "finding_2": (
        "Finding 2 (words copied from the text settle early; for function words see finding 1)",
        "发现二（抄自上文的词早已稳定；虚词见发现一）",
    ),
    "of_names": ("for names", "专名"),
    "of_numbers": ("for dates and numbers", "日期与数字"),
    "of_copied": ("for copied words", "抄自上文的词"),
    "shown": ("shown", "成立"),
    "reversed": ("reversed", "相反"),
    "not decided": ("not decided", "未判定"),
    "not compared": ("not compared", "未比较"),
    "in_numbers": ("In numbers", "数值"),
    "rules": (
        "<b>How kinds are told.</b> By rules on the text: <i>dates and numbers</i> begin with a "
        "digit, or are names of months or weekdays; <i>names</i> are capitalised words that do not "
        "begin a sentence; <i>function words</i> are a closed list; <i>copied words</i> are other "
        "words and numbers that stood in the same text before, so those kinds hold first "
        "occurrences only. Only the first token of a word counts; the <i>rest of a word</i> is "
        "shown, but not compared. Chinese names have no capitals and are among the other words.",
        "<b>类别如何判定。</b>依据文本规则：<i>日期与数字</i>以数字开头，或为英文月份、星期名；"
        "<i>专名</i>是不在句首的大写开头的词；<i>虚词</i>取自固定词表；<i>抄自上文的词</i>"
        "是同一文本中先前出现过的其他词与数字，因此前几类只含首次出现者。每个词只计其首个词元；"
        "<i>词的后续部分</i>只列出而不比较。中文专名没有大写，归入其他新词。",
    ),
    "test": (
        "<b>How findings are tested.</b> The late change of two kinds is compared within each text "
        "that holds both. <i>Shown</i> (or <i>reversed</i>): the difference exceeds {margin} nats "
        "by a sign-flip permutation test over texts, Holm-corrected at {level}. The margin is "
        "there because kinds stand in different contexts: models with random weights differ by up "
        "to 0.008 nats.",
        "<b>结论如何检验。</b>在同时含有两类词元的每段文本内比较二者的后段变化。<i>成立</i>"
        "（或<i>相反</i>）：以文本为单位的符号翻转置换检验表明差异超过 {margin} nat"
        "（Holm 校正，水平 {level}）。设此界限，是因为各类词元所处的上下文不同："
        "随机权重的模型之间也有至多 0.008 nat 的差异。",
    ),
}


def by_kind_words(language: str) -> Words:
    """Every string of this report in one language, with those common to all reports.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    shared = common(language)
    place = LANGUAGES.index(language)
    return {**shared, **{key: texts[place] for key, texts in _TABLE.items()}}


def group(kinds: Sequence[Kind], said: Words) -> str:
    """What a group of kinds is called."""
    return said[kinds[0]] if len(kinds) == 1 else said["new"]


def conditions(found: ByKind, said: Words) -> str:
    """Model, layers, norm, and where the texts came from, in one line."""
    form = said["polaris_texts"] if found.source.file is None else said["file_texts"]
    source = form.format(texts=found.texts, seed=found.source.seed, file=found.source.file)
    return said["conditions"].format(
        model=found.model,
        layers=found.layers,
        norm=found.norm,
        source=source,
        tokens=f"{found.tokens:,}",
    )


def measure(found: ByKind, said: Words) -> str:
    """What the numbers are, and which texts were cut."""
    layers = f"{found.late[0]}–{found.late[-1]}" if len(found.late) > 1 else str(found.late[0])
    text = said["measure"].format(late=layers, settled=SETTLED)
    return text if not found.cut else f"{text} {said['cut'].format(cut=found.cut)}"


def caveat(found: ByKind, said: Words) -> str | None:
    """What is to be said of Polaris; `None` for another model."""
    if found.model != "polaris":
        return None
    return f"{said['polaris']} {said['shallow'].format(layers=found.layers)}"


@dataclass(frozen=True)
class Finding:
    """One of the two findings, judged.

    Attributes:
        verdict: In one sentence.
        decided: Whether each of its comparisons was made and decided.
        sentences: Its comparisons, one sentence each.
    """

    verdict: str
    decided: bool
    sentences: tuple[str, ...]


def findings(found: ByKind, language: str) -> list[Finding]:
    """The two findings in words.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    said = by_kind_words(language)
    write = _english if language == "en" else _chinese
    comma, colon = (", ", ": ") if language == "en" else ("，", "：")
    outcomes = {one.planned: one.outcome for one in found.contrasts}
    judged = []
    for number in dict.fromkeys(planned.finding for planned in PLANNED):
        parts = [planned for planned in PLANNED if planned.finding == number]
        words = [said[outcomes.get(planned, "not compared")] for planned in parts]
        if len(set(words)) == 1:
            verdict = words[0]
        elif language == "en":
            named = zip(words, parts, strict=True)
            verdict = comma.join(f"{word} {said[f'of_{part.name}']}" for word, part in named)
        else:
            named = zip(words, parts, strict=True)
            verdict = comma.join(f"{said[f'of_{part.name}']}{word}" for word, part in named)
        stop = "." if language == "en" else "。"
        made = tuple(write(one, said) for one in found.contrasts if one.planned in parts)
        missing = tuple(
            _left_out(planned, texts, said, language)
            for planned, texts in found.left_out
            if planned in parts
        )
        decided = all(outcomes.get(part) in ("shown", "reversed") for part in parts)
        judged.append(
            Finding(f"{said[f'finding_{number}']}{colon}{verdict}{stop}", decided, made + missing)
        )
    return judged


def nats(value: float) -> str:
    """A divergence as ``0.123``; never ``-0.000``."""
    return f"{round(value, 3) + 0.0:.3f}"


def _english(one: Contrast, said: Words) -> str:
    first, second = group(one.planned.first, said), group(one.planned.second, said)
    more = "more in the high layers than" if one.difference > 0 else "less in the high layers than"
    if nats(one.difference) == nats(0):
        more = "as much in the high layers as"
    corrected = "corrected p" if one.comparisons > 1 else "p"
    return (
        f"{first[0].upper()}{first[1:]} change {more} {second}: "
        f"{nats(one.means[0])} against {nats(one.means[1])} nats, difference "
        f"{nats(one.difference)} ({100 * one.interval.level:.0f} % interval "
        f"{nats(one.interval.low)} to {nats(one.interval.high)}; {corrected} "
        f"{p_value(one.p_corrected)}; {one.texts} texts): {_english_end(one)}"
    )


def _english_end(one: Contrast) -> str:
    if one.outcome != "not decided":
        return f"{one.outcome}."
    if abs(one.difference) <= MARGIN:
        return "not decided; so little is seen in models with random weights too."
    return (
        f"not decided; a difference below about {nats(one.smallest)} nats could not reliably have "
        "been seen."
    )


def _chinese(one: Contrast, said: Words) -> str:
    first, second = group(one.planned.first, said), group(one.planned.second, said)
    claim = f"{first}在高层的变化比{second}{'大' if one.difference > 0 else '小'}"
    if nats(one.difference) == nats(0):
        claim = f"{first}与{second}在高层的变化相同"
    corrected = "校正后 p" if one.comparisons > 1 else "p"
    return (
        f"{claim}：{nats(one.means[0])} 对 {nats(one.means[1])} nat，"
        f"差 {nats(one.difference)}（{100 * one.interval.level:.0f}% 区间 "
        f"{nats(one.interval.low)} 至 {nats(one.interval.high)}；{corrected} "
        f"{p_value(one.p_corrected)}；{one.texts} 段文本）：{_chinese_end(one, said)}"
    )


def _chinese_end(one: Contrast, said: Words) -> str:
    if one.outcome != "not decided":
        return f"{said[one.outcome]}。"
    if abs(one.difference) <= MARGIN:
        return "未判定；随机权重的模型也有这样小的差异。"
    return f"未判定；低于约 {nats(one.smallest)} nat 的差异无法可靠检出。"


def _left_out(planned: Planned, texts: int, said: Words, language: str) -> str:
    first, second = group(planned.first, said), group(planned.second, said)
    if language == "en":
        return (
            f"{first[0].upper()}{first[1:]} were not compared with {second}: {texts} texts hold "
            f"both, and it takes {FEWEST}."
        )
    return f"{first}同{second}未作比较：{texts} 段文本同时含有二者，而至少需要 {FEWEST} 段。"
