"""The words of the laboratory's reports, in English and Chinese, and its values as people read
them."""

from collections.abc import Mapping
from typing import Any

from astrolabe.core.verdict import Interval
from astrolabe.report.strings import LANGUAGES, Words
from astrolabe.report.strings import words as common
from astrolabe.runs.figures import p_value, percent, signed_points
from astrolabe.studies.outcome import Kind

_TABLE: Mapping[str, tuple[str, str]] = {
    "experiment": ("experiment", "实验"),
    "left_out": (
        "Left out in this narrow terminal, but in the report: {}.",
        "终端过窄而略去（报告中有）：{}。",
    ),
    "answer": ("In a sentence", "一句话结论"),
    "findings": ("What was decided", "判定结果"),
    "shown": ("shown", "证实"),
    "reversed": ("reversed", "相反"),
    "contradicted": ("contradicted", "推翻"),
    "in_numbers": ("In numbers", "数据"),
    "runs": ("Runs", "运行"),
    "counted_runs": ("Runs: {}", "运行：{}"),
    "comma": (", ", "、"),
    "runs_note": (
        "Every run is in the store; `astrolabe show ID` shows its items.",
        "每次运行都保存在库中；用 `astrolabe show ID` 可查看其题目。",
    ),
    "series": ("series", "系列"),
    "value": ("value", "值"),
    "report": ("report", "报告"),
    "read_decided": (
        "<b>Each comparison</b> was planned before the data were seen and is paired: both sides "
        "answered the same items. <i>Shown</i> and <i>reversed</i> are said only where the test, "
        "corrected (Holm) for all comparisons of this experiment, would rarely show so much by "
        "chance. <i>Not decided</i> does not mean equal: an effect smaller than the one named may "
        "exist and go unseen.",
        "<b>每项比较</b>都事先计划，且是配对的：两边回答同一批题目。只有当检验在按本实验全部比较次数（Holm）"
        "校正后仍然显著，才称为<i>证实</i>或<i>相反</i>。<i>未判定</i>不等于没有差别："
        "比所列更小的效应可能存在而未被看到。",
    ),
    "read_intervals": (
        "<b>Intervals</b> come from resampling whole subjects (items, where there is one subject) "
        "and are not corrected for the number of comparisons.",
        "<b>区间</b>由对整个科目（只有一个科目时为题目）重抽样得到，未按比较次数校正。",
    ),
}


def laboratory_words(language: str) -> Words:
    """Every string of these reports in one language, with those common to all reports.

    Raises:
        BadInput: for a language other than ``en`` and ``zh``.
    """
    shared = common(language)
    place = LANGUAGES.index(language)
    return {**shared, **{key: texts[place] for key, texts in _TABLE.items()}}


def figure(value: Any, kind: Kind, language: str = "en") -> str:
    """A number, or an interval, as people read it; ``–`` for none."""
    if value is None:
        return "–"
    if isinstance(value, Interval):
        between = "至" if language == "zh" else "to"
        return f"{_bare(value.low, kind)} {between} {_bare(value.high, kind)}"
    if kind == "share":
        return percent(value)
    return _bare(value, kind)


def _bare(value: float, kind: Kind) -> str:
    """A number without its unit."""
    match kind:
        case "share":
            return f"{100 * value:.1f}"
        case "points":
            return signed_points(value)
        case "count":
            return f"{value:,.0f}"
        case "p":
            return p_value(value).removeprefix("= ")
        case "nats":
            return _thousandths(value)
        case "seconds":
            return f"{value:,.1f}"
        case "correlation":
            return f"{round(value, 2) + 0.0:.2f}"
        case _:
            return _thousandths(value) if abs(value) < 1 else f"{value:.3g}"


def _thousandths(value: float) -> str:
    """With three decimals, and never ``-0.000``."""
    return f"{round(value, 3) + 0.0:.3f}"
