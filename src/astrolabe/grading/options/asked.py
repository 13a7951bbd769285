"""What a question wants of its options: the right one, the wrong one, or the exception.

"Which statement is incorrect?" turns every verdict round: the option that is called wrong is the
answer. "Which is not a mammal?" turns round what is said of options, but no verdict: "A is wrong"
still says that A is not the answer. Nothing here looks at the right answer.
"""

import re
from dataclasses import dataclass
from enum import Enum


class Asks(Enum):
    """Which option is wanted."""

    RIGHT = "right"
    WRONG = "wrong"
    EXCEPTION = "exception"


_TWICE_DENIED = re.compile(
    r"(?:没有|无|不存在)(?:任何)?(?:语病|错误|错别字|错|误|不当)|无误|准确无误|无关紧要"
)
"""A question for what has no fault asks for the right one."""
_FAULT = (
    r"(?:不正确|不对|不恰当|不准确|不合理|不规范|不妥当?|不符合(?:事实|史实|实际|题意|原文)?"
    r"|错误|有误|错的|不当|误用)"
)
_WHAT = r"(?:一项|一个|选项|说法|叙述|表述|描述|观点|判断|理解|分析|句子?|一组|词语|成语|做法|哪)"
_ASKS_WRONG = re.compile(
    rf"{_FAULT}的?(?:{_WHAT}|是|有|\s{{0,4}}[(:?]|$)|(?:哪|{_WHAT}).{{0,20}}(?:是|中)?{_FAULT}"
    r"|\b(?:incorrect|untrue|inaccurate|invalid)\b"
    r"|\b(?:which|what|find|choose|select|identify|mark)\b[^?]{0,60}\b(?:is|are|was|statement"
    r"|sentence|option|one|claim|contains?)?"
    r" ?(?:the )?(?:false|wrong|not (?:true|correct|right|accurate|valid)|an? (?:error|mistake))\b"
    r"|\b(?:true|correct|accurate|right)\b[^?]{0,20}\b(?:except|but)\b",
    re.IGNORECASE,
)
_ASKS_EXCEPTION = re.compile(
    r"\bexcept\b|\b(?:which|what|who)\b[^?.]{0,60}?(?:\bnot\b|n't\b|\bnever\b|\bcannot\b)"
    r"|\bis not an?\b|odd one out"
    r"|不(?:属于|属|是|包括|包含|含|能|会|可能|可以|可|需要|应该?|宜|得|具有|具备|存在|利于"
    r"|适[合用]|与|同|在"
    r"|参与|构成|符合|相符|接壤)|没有|并非|无法|除外|无关",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"\"[^\"\n]{0,200}\"|《[^》\n]{0,60}》|「[^」\n]{0,200}」")
_SENTENCE = re.compile(r"[.!?;\n]")


@dataclass(frozen=True)
class Asked:
    """What a question asks for.

    Attributes:
        denial: The words by which it asks for an exception: "不包括".
    """

    wants: Asks = Asks.RIGHT
    denial: str = ""


def asked(question: str) -> Asked:
    """What the last sentence of a plain question wants; the right option where it does not say."""
    said = _QUOTED.sub("", question)
    parts = [part for part in _SENTENCE.split(said) if part.strip(" ()_")]
    last = _TWICE_DENIED.sub("", parts[-1]) if parts else ""
    if _ASKS_WRONG.search(last):
        return Asked(Asks.WRONG)
    exception = _ASKS_EXCEPTION.search(last)
    return Asked(Asks.EXCEPTION, exception[0]) if exception else Asked()
