"""The part of a text that answers: what its writer struck out, or wrote in another turn, is not.

Base models that nothing stops go on with the next question, or with the next turn of a talk.
"""

import html
import re

from astrolabe.grading.plain import own_answer

_STRUCK = re.compile(r"~~[^~\n]{1,200}~~|<(?P<tag>s|del|strike)>[^<>]{0,200}</(?P=tag)>")
_BLOCK = re.compile(
    r"</?(?:div|li|ul|ol|td|tr|th|table|tbody|h[1-6]|sup|sub|font|a|blockquote|details|summary"
    r"|html|body|pre|hr|small|big)\b[^<>]{0,80}>",
    re.IGNORECASE,
)
_END_OF_TURN = re.compile(
    r"<\|(?:im_end|im_start|endoftext|eot_id|end|eom_id|user|assistant)\|>|</s>|<eos>"
    r"|<end_of_turn>|\[/?INST\]"
)
_NEXT = re.compile(
    r"\n[ \t]{0,4}(?:#{1,4} )?(?:问|例\s?\d{1,2}|下一?题|变式|练习|追问|用户"
    r"|(?:New|Another) question)[ \t]?\d{0,3}[ \t]?[:：]|\n[ \t#*]{0,6}【(?:变式|练习|追问"
    r"|举一反三|拓展|下一题)[^】\n]{0,8}】|(?<=[。.!！])[ \t]?下一题[:：]",
    re.IGNORECASE,
)
_BOLD_ENDS = re.compile(r"(?<=[\w%)])\*\*(?=[ \t]{1,3}[A-Z][a-z ])")
"""Where bold type ends a sentence that no stop ends."""
_OWN_TURN = re.compile(r"(?:^|\n)[ \t]{0,4}(?:Assistant|Bot|AI|Model|助手|助理)[ \t]?[:：]")


def as_shown(text: str) -> str:
    """A text without what is struck out, and without the markup of pages.

    Where bold type ends a sentence that no stop ends, there is a stop.
    """
    if "~~" in text or "</" in text:
        text = _BLOCK.sub(" ", _STRUCK.sub("", text))
    text = _BOLD_ENDS.sub(".", text)
    return html.unescape(text) if "&" in text else text


def own_turn(text: str) -> str:
    """A text up to where its writer ends the turn or goes on to another question."""
    ends = [
        match.start()
        for pattern in (_END_OF_TURN, _NEXT)
        for match in pattern.finditer(text)
        if text[: match.start()].strip()
    ]
    return own_answer(text[: min(ends)] if ends else text)


def last_turn(text: str) -> str:
    """The last turn of a talk that a text plays with itself; nothing where it plays none."""
    turns = list(_OWN_TURN.finditer(text))
    return own_turn(text[turns[-1].end() :]) if len(turns) > 1 else ""
