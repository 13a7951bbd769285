"""A verdict in one plain sentence, in English or Chinese."""

from collections import Counter
from collections.abc import Iterable, Mapping

from astrolabe.core.errors import BadInput
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.verdict import Verdict
from astrolabe.runs.figures import p_value, points

_CHINESE: Mapping[str, str] = {
    Outcome.UNPARSED: "未能解析",
    Outcome.TRUNCATED: "被截断",
    Outcome.NOT_RUN: "未运行",
    Outcome.UNLABELLED: "无标准答案",
    Outcome.INFRA: "沙箱故障",
}


def count_unread(grades: Iterable[Grade]) -> dict[str, int]:
    """How many of `grades` hold no answer, by outcome."""
    counts = Counter(grade.outcome.value for grade in grades if not grade.outcome.read)
    return dict(counts)


def sentence(verdict: Verdict, language: str = "en") -> str:
    """The verdict in words.

    Args:
        verdict: Its own `sentence` is not looked at.
        language: ``en`` or ``zh``.

    Raises:
        BadInput: for another language.
    """
    match language:
        case "en":
            open_end = _ENGLISH_OPEN if _open_for_other_subjects(verdict) else ""
            return _english(verdict) + open_end + _english_unread(verdict)
        case "zh":
            open_end = _CHINESE_OPEN if _open_for_other_subjects(verdict) else ""
            return _chinese(verdict) + open_end + _chinese_unread(verdict)
        case _:
            raise BadInput(f"no sentences in language '{language}'; there are en, zh")


_ENGLISH_OPEN = (
    " The test speaks of these items; what it would be on other subjects, the interval leaves open."
)
_CHINESE_OPEN = "检验针对的是这些题目；换作其他科目会怎样，区间尚不能定论。"


def _open_for_other_subjects(v: Verdict) -> bool:
    """Whether the effect is sure on these items, but differs too much between subjects.

    McNemar's test takes the items as they are; the interval resamples whole subjects.
    """
    return v.decided and v.clusters > 1 and v.interval.low <= 0 <= v.interval.high


def _english(v: Verdict) -> str:
    if v.difference == 0:
        same = "score the same" if v.parts else "are right equally often"
        claim = f"{v.alternative} and {v.baseline} {same} on {v.items} items"
    else:
        what = (
            f"scores {'more' if v.difference > 0 else 'less'} on"
            if v.parts
            else (f"is right on {'more' if v.difference > 0 else 'fewer'} of")
        )
        claim = (
            f"{v.alternative} {what} the {v.items} items than {v.baseline}, by "
            f"{points(abs(v.difference))} points"
        )
    corrected = "corrected p" if v.comparisons > 1 else "p"
    low, high = _signed_ends(v)
    figures = (
        f"{v.interval.level:.0%} interval {low} to {high}; {corrected} {p_value(v.p_corrected)}"
    )
    if v.decided:
        end = "decided: chance alone would hardly do this."
    elif v.smallest_detectable < 1:
        end = (
            "not decided by this data; a difference below about "
            f"{points(v.smallest_detectable)} points could not reliably have been seen."
        )
    else:
        end = "not decided: the sample is too small to show any difference."
    return f"{claim} ({figures.replace('%', ' %', 1)}): {end}"


def _chinese(v: Verdict) -> str:
    if v.difference == 0:
        claim = f"在 {v.items} 道题上，{v.alternative} 与 {v.baseline} 的{_measure(v)}相同"
    else:
        more = "高" if v.difference > 0 else "低"
        claim = (
            f"在 {v.items} 道题上，{v.alternative} 的{_measure(v)}比 {v.baseline} "
            f"{more} {points(abs(v.difference))} 个百分点"
        )
    corrected = "校正后 p" if v.comparisons > 1 else "p"
    low, high = _signed_ends(v)
    figures = f"{v.interval.level:.0%} 区间 {low} 至 {high}；{corrected} {p_value(v.p_corrected)}"
    if v.decided:
        end = "已判定：单凭偶然几乎不会出现这样的差异。"
    elif v.smallest_detectable < 1:
        end = (
            "未判定：以现有数据，低于约 "
            f"{points(v.smallest_detectable)} 个百分点的差异无法可靠检出。"
        )
    else:
        end = "未判定：样本太小，无法检出任何差异。"
    return f"{claim}（{figures}）：{end}"


def _measure(v: Verdict) -> str:
    return "得分" if v.parts else "正确率"


def _english_unread(v: Verdict) -> str:
    parts = [
        f"{name}: " + ", ".join(f"{n} {outcome.replace('_', ' ')}" for outcome, n in counts.items())
        for name, counts in zip((v.baseline, v.alternative), v.unread, strict=True)
        if counts
    ]
    return f" Counted as not right: {'; '.join(parts)}." if parts else ""


def _chinese_unread(v: Verdict) -> str:
    parts = [
        f"{name} 有 " + "、".join(f"{n} 题{_CHINESE[outcome]}" for outcome, n in counts.items())
        for name, counts in zip((v.baseline, v.alternative), v.unread, strict=True)
        if counts
    ]
    return f"以下按未答对计：{'；'.join(parts)}。" if parts else ""


def _signed_ends(v: Verdict) -> tuple[str, str]:
    """Ends of the interval in points, seen from the direction that the claim speaks of."""
    ends = (v.interval.low, v.interval.high)
    low, high = ends if v.difference >= 0 else (-ends[1], -ends[0])
    return points(low), points(high)
