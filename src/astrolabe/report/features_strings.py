"""The words of tables and pages of features in English and Chinese, as `lens_strings`."""

from collections.abc import Mapping

from astrolabe.report.strings import LANGUAGES, Words
from astrolabe.report.strings import words as common

_TABLE: Mapping[str, tuple[str, str]] = {
    "property": ("property", "性质"),
    "feature": ("feature", "特征"),
    "neuron": ("neuron", "神经元"),
    "precision": ("precision", "精确率"),
    "recall": ("recall", "召回率"),
    "llr": ("LLR", "对数似然比"),
    "tokens": ("tokens", "词元数"),
    "listed": (
        "Thresholds chosen on half of the texts, all numbers measured on the other half; {tokens} "
        "tokens in all. LLR: log-likelihood ratio of being active with and without the property, "
        "nats. Neuron: the coordinate of the state, with sign, that does best. "
        "Scripts are those of runs (Unicode UAX #24): spaces, punctuation and digits are in the "
        "script that they stand in.",
        "阈值在一半文本上选取，所有数字在另一半上测得；共 {tokens} 个词元。对数似然比：具有与不具有"
        "该性质时激活的对数似然之比（nat）。神经元：状态中表现最好的坐标（带符号）。"
        "文字按连续段划分（Unicode UAX #24）：空格、标点和数字算作其所在段的文字。",
    ),
    "served": (
        "Kinds of text that a unit serves (median): a feature {features}, a neuron {neurons}.",
        "一个单元所服务的文本种类数（中位数）：特征 {features}，神经元 {neurons}。",
    ),
    "rare": ("Too rare here to say anything: {names}.", "在这些文本中过少、无法评价：{names}。"),
    "title": ("Feature {feature}", "特征 {feature}"),
    "conditions": (
        "{model} at {site} · active for {density} of {tokens} tokens · serves {kinds} kinds",
        "{model}，{site} · 在 {tokens} 个词元中的 {density} 上激活 · 服务 {kinds} 种文本",
    ),
    "never": ("It was active nowhere in these texts.", "在这些文本中从未激活。"),
    "properties": ("What it tells", "它指示什么"),
    "contexts": ("Where it is active, over its whole range", "在整个激活范围内的上下文"),
    "contexts_note": (
        "From each part of the range, not the maximum alone. The darker, the more active; the "
        "token in brackets is the one drawn.",
        "取自范围的每一段，而不只是最大值。颜色越深，激活越强；方括号中为抽到的词元。",
    ),
    "bin": (
        "quantiles {low} to {high}: {least} to {greatest}",
        "分位 {low} 至 {high}：{least} 至 {greatest}",
    ),
    "histogram": ("How active, how often", "激活强度的分布"),
    "histogram_note": (
        "Tokens for which it is active. Filled: those with the property “{property}”.",
        "激活的词元。实心部分：具有性质“{property}”的词元。",
    ),
    "activation": ("activation", "激活值"),
    "effects": ("What it makes the model say", "它使模型倾向说什么"),
    "effects_note": (
        "Its direction through the final norm's scale and the unembedding, past all later layers; "
        "standard deviations over the vocabulary.",
        "其方向直接经最终归一化的缩放与输出嵌入，跳过后面各层；单位为词表上的标准差。",
    ),
    "promoted": ("promoted", "促进"),
    "suppressed": ("suppressed", "抑制"),
    "in_numbers": ("The same in numbers", "对应数值"),
    "no_scripts": (
        "The pictures need scripts; the tables hold the same numbers.",
        "图表需要脚本支持；表格含有相同的数据。",
    ),
}


def feature_words(language: str) -> Words:
    """Every string of features in one language.

    Raises:
        BadInput: for a language that reports do not have.
    """
    common(language)
    place = LANGUAGES.index(language)
    return {key: texts[place] for key, texts in _TABLE.items()}
