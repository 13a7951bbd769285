"""Thoughts of reasoning models: the answer is what follows them."""

import re

_NAMES = "(?:think|thinking|thought|reasoning)"
_CLOSED = re.compile(
    rf"</{_NAMES}>|\[/THINK\]|◁/think▷|<\|channel\|>final<\|message\|>", re.IGNORECASE
)
_OPENED = re.compile(rf"\s*(?:<{_NAMES}>|\[THINK\]|◁think▷|<\|channel\|>analysis)", re.IGNORECASE)


def after_thinking(text: str) -> str | None:
    """What follows the last thought; all of a text that has none.

    A template may open the thought in the prompt, so that only its end stands in the text.

    Returns:
        `None` while a thought is still open: nothing in it is an answer.
    """
    end = 0
    for close in _CLOSED.finditer(text):
        end = close.end()
    rest = text[end:]
    return None if _OPENED.match(rest) else rest
