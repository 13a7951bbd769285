"""Verdicts: what a text says of an option itself, that it is right, or that it is not."""

import re
from enum import Enum

from astrolabe.grading import statements as st
from astrolabe.grading.options import doubts
from astrolabe.grading.options.spans import CLOSE

_ASIDE = r"(?: ?\([^()\n]{0,80}\))?"
_ADVERB = r"(?: (?:\w{2,12}ly|also|therefore|thus|then|both|all|indeed|in fact|still|so|too))?"
_IS = (
    r"(?:'s| (?:is|was|are|were|must be|would be|can be|may be|has been|seems(?: to be)?|looks))"
    rf"{_ADVERB}"
)
_OF_OPTION = (
    r"(?:[两二三四]?(?:个|者)?选?项|[句组图词])?(?:词语|句子)?(?:的?(?:说法|表述|描述|做法|叙述))?"
)

_ALSO = r"[也都均显然明肯定可以应就被是为]{0,6}"

_ANSWER = re.compile(
    rf"{CLOSE}{_ASIDE}(?:"
    # "is the answer", "is the best choice", "as my final answer"
    rf"(?:{_IS}|,? as|,? to be)?(?: (?:the|my|our))(?: (?!not\b)\w{{1,12}}){{0,2}} (?:answer"
    rf"|choice|option|pick)\b"
    rf"|{_IS} (?:the )?(?:best|answer|appropriate|suitable|most (?:appropriate|suitable))(?![-\w])"
    r"|,? (?:it is|wins|gets my vote)\b"
    rf"|{_OF_OPTION}(?:才|就|即|应|为|是){{0,2}}(?:唯一|最佳|正确|本题|最终|所求|的){{0,3}}(?:答案"
    rf"|所求|最佳)(?!吗|与否|\?|不)"
    rf"|{_OF_OPTION}(?:才|最|更)?符合(?:题意|要求|题目|条件)|{_OF_OPTION}(?:当选|入选|胜出|莫属)"
    r")",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    rf"{CLOSE}{_ASIDE}(?:"
    rf"{_IS}(?: (?!not\b|never\b|in)\w{{1,12}})??(?: the)?(?: only| single)? (?:correct|right"
    rf"|true)\b"
    r"|,? as (?:the )?(?:correct|right)\b"
    rf"|{_OF_OPTION}(?:才?是|为|完全|全部|都|均|也){{0,2}}(?:正确|对的)(?!吗|与否|\?)"
    r")",
    re.IGNORECASE,
)
_SUPERLATIVE = (
    r"the (?:odd one out|(?:only )?one\b|(?:only|most|least) (?!common|frequent|tempting)\w+"
    r"|\w{3,12}est\b(?!-))"
)
_WANTED = (
    r"what (?:(?:we|i)(?:'d| would|'ll| will) (?:go|choose|pick|say|answer)"
    r"|(?:we|i|you)(?:'re| are| were)? (?:want|need|look|seek|after|asked)|the question\b"
    r"|(?:is|was) (?:asked|wanted|meant|described|needed)|it asks|fits)"
)
_FITS = re.compile(
    rf"{CLOSE}{_ASIDE}(?:"
    rf"(?: alone| best)?{_ADVERB} (?:fits|matches|works|satisfies|qualifies|applies|holds|stands"
    rf"|comes out on top)\b"
    r"| (?:explains|describes|shows|expresses) (?:it|this|that) best\b"
    rf"|(?:{_IS}| has| have| shows| gives| makes) {_SUPERLATIVE}|{_IS} (?:it\b|{_WANTED}|fine\b"
    rf"|okay\b"
    rf"|good\b)"
    r"| has no (?:error|mistake)s?\b"
    r"|(?:选?项)?才(?!不|没)[\u3400-\u9fff]"
    rf"|{_OF_OPTION}(?:是|为)?对的?(?=[.,;!\n]|$)"
    r"|(?:选?项)?(?:(?![只仅不非没])[\u3400-\u9fff]){0,6}(?:[最更](?:有道理|有说服力|接近|合适|恰当|准确|合理|贴切|佳"
    r"|好|优|可能)"
    r"|最[大小高低长短多少早晚快慢轻重远近强弱])"
    rf"|{_OF_OPTION}(?:是|很|比较)?(?:满足|成立|吻合|没错|无误|与题意(?:相符|吻合)|恰当|合适|准确"
    rf"|没有(?:语病|错误|错别字|问题)|无语病|全对|全部正确|无疑|为真|属实|是真的|说[得的]对)"
    r"|(?:选?项)?符合"
    r"|\s?[✓✔✅√]|\s?\((?:yes|right|correct|true)[),;!]"
    r"|\?\s(?:yes|correct|right|是的?|对)(?=[,.!\s]|$)"
    r")",
    re.IGNORECASE,
)
_WRONG = re.compile(
    rf"{CLOSE}{_ASIDE}(?:"
    rf",?(?:{_IS}| both| all)?(?: also)?(?: the| an?)? (?:wrong|incorrect|false|untrue"
    rf"|not (?:correct|right|true))\b"
    r"| (?:isn't|aren't|wasn't|can't be|cannot be) (?:right|correct|true)\b"
    r"| (?:has|have|contains?) (?:the wrong|an? (?:error|mistake|wrong))\b"
    rf"|{_OF_OPTION}{_ALSO}(?:错|不正确|不对|有误|不当|不成立|不恰当|误|有语病|有错)"
    r"|应[为是作](?!正确|答案|本题)|\s?[✗✘❌×]|\s?\((?:no|wrong|incorrect|false)[),;]"
    r")",
    re.IGNORECASE,
)
_OUT = re.compile(
    rf"{CLOSE}{_ASIDE}(?:"
    rf",?(?:{_IS}| both| all)?(?: also)? (?:ruled out|excluded|eliminated|impossible|no better"
    rf"|not (?:it|the (?:right|correct|answer|best))"
    r"|out(?= as well| too|[.,;:!\n]|$))\b"
    r"| (?:isn't|aren't|wasn't|can't be|cannot be) (?:it|the (?:right |correct |best )?answer)\b"
    r"| (?:doesn't|does not|don't|do not) (?:fit|work|match)\b| fails?\b"
    rf"|{_OF_OPTION}{_ALSO}(?:不符|不满足|不行|排除|不选|不合适|不是(?:正确)?答案|不可能|无关"
    rf"|没有关系)|\?\s?(?:no|nope|wrong|不是|不对|不)(?=[,.!:\s]|$)"
    r")",
    re.IGNORECASE,
)
_DISMISSED = re.compile(
    r"[^.;!?\n]{0,60}?[,(]\s?(?:(?:也|都|故|所以|因此|因而|可以|可|应)?(?:排除|不符合?|不对|错误?|不选"
    r"|不行)(?=[.,;)\n]|$)"
    r"|(?:so|which means|hence|thus)?,? ?(?:it(?:'s| is)|that(?:'s| is))? ?(?:no|not|out|wrong"
    r"|ruled out)(?=[.,;)\n]|$))",
    re.IGNORECASE,
)
"""What dismisses at the end of its sentence the option that the sentence began with."""
_NOT_BEFORE = re.compile(
    r"(?:\b(?:rul(?:e|es|ed|ing) out|eliminat\w{1,4}|exclud\w{1,3}|discard\w{0,3}|reject\w{0,3}"
    r"|cross(?:es|ed)? out"
    r"|anything but|not|never|cannot be|neither|isn't|wasn't|aren't|can't be|couldn't be|won't be"
    r"|rather than"
    r"|instead of|over|unlike)(?: be)?(?: (?:the|an?|options?|choice|answer|either|both))?"
    r"|排除了?|不是|不能?选|并非|而非|除去|去掉|不会是|不可能是)\s?[(\[\"']?\Z",
    re.IGNORECASE,
)
_THOSE = re.compile(r"的(?:人|同学|学生|考生|理由|原因)")
"""Behind "选B": of those who choose it something is said, not of the option."""
_RESERVED = re.compile(r",? ?(?:但|却|可是|\b(?:but|yet|though|although|except)\b)", re.IGNORECASE)
_LAST_PART = re.compile(r"\b(?:and|while|whereas)\b|而(?!是)|且")
_ONLY = re.compile(
    r"(?:\b(?<!not )only(?: option| choice)?|只有|唯有|唯独|仅有?)\s?[(\[\"']?\Z", re.IGNORECASE
)
_REACH = 40


class Verdict(Enum):
    """What is said of an option."""

    ANSWER = "answer"
    RIGHT = "right"
    FITS = "fits"
    WRONG = "wrong"
    OUT = "out"
    """It is not the answer, whatever is wanted."""


def verdict(text: str, start: int, end: int, ceiling: int) -> Verdict | None:
    """What a text says of the option that it names from `start` to `end`.

    Args:
        ceiling: Where the next option is named: what stands behind is said of that.
    """
    words = st.clause(text, start, start)
    others = doubts.of_others(doubts.own_words(text, start))
    if others or doubts.supposed(words) or _THOSE.match(text, end):
        return None
    if _NOT_BEFORE.search(text[max(0, start - _REACH) : start]) or _OUT.match(text, end):
        return Verdict.OUT
    if _WRONG.match(text, end):
        return Verdict.WRONG
    for pattern, said in (
        (_ANSWER, Verdict.ANSWER),
        (_RIGHT, Verdict.RIGHT),
        (_FITS, Verdict.FITS),
    ):
        if (match := pattern.match(text, end)) and _plain(text, words, match.end()):
            return said
    return Verdict.OUT if _DISMISSED.match(text[:ceiling], end) else None


def only(text: str, start: int) -> bool:
    """Whether it is said that something holds of what stands there alone."""
    alone = _ONLY.search(text[max(0, start - _REACH) : start])
    return bool(alone) and not doubts.supposed(st.clause(text, start, start))


def _plain(text: str, words: str, end: int) -> bool:
    """Whether a verdict that ends at `end` is neither denied nor asked nor half taken back."""
    if st.asks(text, end) or _RESERVED.match(text, end):
        return False
    return not st.denies(_LAST_PART.split(words)[-1])
