"""Whether a writer leaves open what the answer is: "I can't tell", "40 or 48", "要看怎么定义"."""

import re

_OPEN = re.compile(
    r"\b(?:i|we|one|you) (?:do not|don't|can't|cannot|can not|couldn't|could not|am unable to|won't"
    r"|am not able to|'m not able to)(?: \w{1,10})? (?:know|tell|say|decide|determine"
    r"|be (?:sure|certain)|answer|settle|solve|work (?:it|that|this) out|judge|assess|confirm|give"
    r"|provide|calculate|help)\b"
    r"|\bnot (?:sure|certain|clear|convinced|enough (?:information|data|details?))\b"
    r"|\b(?:unsure|unclear|undecided|give up|giving up|depends|depending|no idea"
    r"|toss-?up|yes and no)\b"
    r"|\b(?:think|believe|fear|afraid) (?:it|that|this)(?:'s| is| might be| may be) wrong\b"
    r"|\b(?:i am|i'm|is|are) unable to\b"
    r"|\b(?:impossible|hard|difficult) to (?:say|tell|know|determine|judge)\b"
    r"|\bboth (?:readings|answers|interpretations|values|results"
    r"|options)\b[^.\n]{0,20}\b(?:possible|valid"
    r"|correct|right|plausible|defensible)\b|\bi(?:'ll| will)? leave (?:it|that|this) to you\b"
    r"|\bcan(?:not|'t| not) be (?:determined|decided|answered|solved|known|settled)\b"
    r"|\b(?:doesn't|does not|don't|do not) settle\b|\beither (?:way|one)\b"
    r"|不确定|无法(?:确定|判断|回答|求解|计算|得出|给出|下结论|得知|作答|断定)"
    r"|不能(?:确定|判断|肯定|断定)|不(?:好|敢|便)(?:说|下|判断|肯定|确定|断)|不下(?:定论|结论)"
    r"|说不(?:准|清|好|定)|没有?(?:定论|把握|查到|足够)|没法(?:回答|确定|判断|算)|不清楚|不知道"
    r"|难以(?:判断|确定|回答|定论)|取决于|看情况|因人而异|(?:要|得|就)看|视[^,.]{0,10}而定"
    r"|(?:都|皆)(?:有可能|可以|符合|说得通|有道理)|各有道理|也(?:可能|许|或许)是"
    r"|条件不足|您(?:看|觉得)|你(?:看|觉得)哪|算不出|不会[算做]|放弃|两可|有争议|众说纷纭|由[你您](?:自己)?(?:决定|判断|选)",
    re.IGNORECASE,
)
_OVERCOME = re.compile(r"\b(?:but|though|still|however)\b|但|不过", re.IGNORECASE)


def undecided(text: str, start: int = 0) -> bool:
    """Whether plain text leaves the answer open from `start` on, and does not get over it."""
    found = [match.end() for match in _OPEN.finditer(text, start)]
    return bool(found) and _OVERCOME.search(text, found[-1]) is None
