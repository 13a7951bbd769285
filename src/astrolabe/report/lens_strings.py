"""The lens' own words in English and Chinese, in the manner of `astrolabe.report.strings`."""

from collections.abc import Mapping

from astrolabe.report.strings import LANGUAGES, Words
from astrolabe.report.strings import words as common

_TABLE: Mapping[str, tuple[str, str]] = {
    "after_dola": ("after DoLa", "DoLa 之后"),
    "answer": ("written", "生成"),
    "contrasted": ("contrasted layer", "对比层"),
    "conditions": (
        "{model} · early layers: norm {norm} · {decoding}",
        "{model} · 早期层：norm {norm} · {decoding}",
    ),
    "divergence": ("divergence", "散度"),
    "embedding": ("0 (embedding)", "0（嵌入层）"),
    "greedy": ("written greedily", "贪心解码生成"),
    "written_by": ("written by {dola}", "由 {dola} 生成"),
    "heat_title": (
        "How unlike the last layer each layer still is",
        "各层与末层的差异",
    ),
    "heat_subtitle": (
        "{measure} of each early layer's next-token distribution and the last layer's, at the "
        "place where each token is predicted. Outlined: the layer that DoLa contrasts (candidates: "
        "{layers}). {mark} the token looked at closely.",
        "在预测每个词元的位置上，各早期层与末层的下一词元分布之间的{measure}。"
        "方框：DoLa 用来对比的层（候选层：{layers}）。{mark}：细看的词元。",
    ),
    "heat_all": (
        " Grey tokens were given, the others written.",
        "灰色词元为给定的提示，其余为生成。",
    ),
    "in_numbers": ("The same in numbers", "对应数值"),
    "js": ("Jensen-Shannon divergence", "Jensen-Shannon 散度"),
    "published": ("The released code's divergence", "原作者代码所算的散度"),
    "nats": ("nats", "nat"),
    "ruled_out": ("ruled out", "被排除"),
    "layer": ("layer", "层"),
    "last": ("{layer} (last)", "{layer}（末层）"),
    "no_scripts": (
        "The pictures need scripts; the tables below them hold the same numbers.",
        "图表需要脚本支持；下方表格含有相同的数据。",
    ),
    "probability": ("probability", "概率"),
    "prompt": ("prompt", "提示"),
    "rank": ("rank", "名次"),
    "token": ("token", "词元"),
    "top_tokens": ("top tokens", "最可能的词元"),
    "terminal_heat": (
        "{measure}, {unit}. In brackets: the layer that DoLa contrasts (candidates: {layers}). "
        "{mark} the token looked at closely.",
        "{measure}，单位 {unit}。方括号：DoLa 用来对比的层（候选层：{layers}）。"
        "{mark}：细看的词元。",
    ),
    "tops_title": ("What each layer would say in place of {token}", "各层在{token}处会说什么"),
    "tops_subtitle": (
        "The likeliest tokens of each layer, read through the unembedding (logit lens).",
        "每一层直接通过输出嵌入读出的最可能词元（logit lens）。",
    ),
    "traces_title": ("How each candidate rises", "各候选词元的概率变化"),
    "traces_subtitle": (
        "Probability layer by layer; set apart, after DoLa's contrast with layer {layer}.",
        "逐层的概率；右侧单列的点：与第 {layer} 层对比（DoLa）之后。",
    ),
    "page_title": ("Lens", "透镜"),
    "how_to_read": ("How to read this", "如何阅读"),
    "read_space": (
        "<b>␣</b> is a space, <b>↵</b> a line break; <b>‹E4 BD›</b> are bytes that are no whole "
        "character yet.",
        "<b>␣</b> 表示空格，<b>↵</b> 表示换行；<b>‹E4 BD›</b> 是尚不构成完整字符的字节。",
    ),
    "read_heat": (
        "<b>Divergence</b> is 0 where a layer already predicts what the last one does. "
        "Jensen-Shannon divergence is at most 0.69 nats (ln 2): the two then have nothing in "
        "common. A column that stays dark up to the high layers is a token that is decided late; "
        "one that pales early was settled low in the model.",
        "<b>散度</b>为 0 表示该层的预测已与末层相同。Jensen-Shannon 散度最大为 0.69 nat（ln 2），"
        "此时两者毫无共同之处。某一列直到高层仍然很深，说明该词元很晚才确定；很早变浅，说明在低层就已确定。",
    ),
    "read_dola": (
        "<b>DoLa</b> divides the last layer's probabilities by those of the candidate layer most "
        "unlike it, among tokens with at least {share} of the likeliest one's probability; the "
        "others are ruled out and stand at 0.",
        "<b>DoLa</b> 用末层的概率除以候选层中与其差异最大的一层的概率，只考虑概率不低于最高者 "
        "{share} 的词元；其余词元被排除，记为 0。",
    ),
    "read_norm": (
        "<b>Norm</b> says whether early layers pass through the model's final norm before the "
        "unembedding (final) or not (none, as in DoLa's released code). The two are different "
        "instruments, and an early layer was never trained to be read by either.",
        "<b>norm</b> 指早期层在读出之前是否经过模型的最终归一化（final），或不经过"
        "（none，即 DoLa 原作者代码的做法）。两者是不同的仪器；早期层也从未为这样读出而训练过。",
    ),
}

HOW_TO_READ = ("read_heat", "read_dola", "read_norm", "read_space")
"""Keys of the paragraphs of 'how to read this', in order. Their texts are HTML of ours."""


def lens_words(language: str) -> Words:
    """Every string of the lens in one language.

    Raises:
        BadInput: for a language that reports do not have.
    """
    common(language)
    place = LANGUAGES.index(language)
    return {key: texts[place] for key, texts in _TABLE.items()}
