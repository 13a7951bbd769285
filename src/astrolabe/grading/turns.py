"""The part of a text that answers: what its writer struck out, or wrote in another turn, is not.

Base models that nothing stops go on with the next question, or with the next turn of a talk.
"""

import re

from astrolabe.grading.plain import own_answer

_STRUCK = re.compile(r"~~[^~\n]{1,200}~~|<(?P<tag>s|del|strike)>[^<>]{0,200}</(?P=tag)>")
_END_OF_TURN = re.compile(
    r"<\|(?:im_end|im_start|endoftext|eot_id|end|eom_id|user|assistant)\|>|</s>|<eos>"
    r"|<end_of_turn>|\[/?INST\]"
)
_NEXT = re.compile(
    r"\n[ \t]{0,4}(?:#{1,4} )?(?:问|例\s?\d{1,2}|下一?题|变式|练习|追问|用户"
    r"|(?:New|Another) question)"
    r"[ \t]?\d{0,3}[ \t]?[:：]|(?<=[。.!！])[ \t]?下一题[:：]",
    re.IGNORECASE,
)


def without_struck(text: str) -> str:
    """A text as written, without what is struck out."""
    return _STRUCK.sub("", text) if "~~" in text or "</" in text else text


def own_turn(text: str) -> str:
    """A text up to where its writer ends the turn or goes on to another question."""
    ends = [
        match.start()
        for pattern in (_END_OF_TURN, _NEXT)
        for match in pattern.finditer(text)
        if text[: match.start()].strip()
    ]
    return own_answer(text[: min(ends)] if ends else text)
