"""Prompts for a server whose tokenizer nobody here has: their characters stand for token ids.

A text is its code points. A conversation is the code points of its turns, each opened by a mark of
its role; marks lie above the last code point, so that no text can spell one, as none can spell the
special tokens of a chat template. So whatever handles prompts as ids (keys, the store, a second
stage) handles these, and what is to be sent can be read back from them.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import get_args

from astrolabe.core.prompt import Message, Prompt, Role

_MARKS: dict[int, Role] = {0x110000 + place: role for place, role in enumerate(get_args(Role))}
_BY_ROLE = {role: mark for mark, role in _MARKS.items()}


def spelled(prompt: Prompt) -> tuple[int, ...]:
    """The ids of a prompt, up to where the answer begins; its prefix is no part of them."""
    if prompt.text is not None:
        return tuple(map(ord, prompt.text))
    turns = ((_BY_ROLE[one.role], *map(ord, one.content)) for one in prompt.messages)
    return tuple(part for turn in turns for part in turn)


def conversation(tokens: Sequence[int]) -> tuple[Message, ...]:
    """The turns that ids spell; none where they are those of a plain text."""
    turns: list[Message] = []
    for marked, run in groupby(tokens, key=_MARKS.__contains__):
        if marked:
            turns.extend(Message(_MARKS[mark], "") for mark in run)
        elif turns:
            turns[-1] = Message(turns[-1].role, "".join(map(chr, run)))
    return tuple(turns)


def shown(tokens: Sequence[int]) -> str:
    """Ids as a text for people, each turn under its role."""
    return "".join(f"<|{_MARKS[one]}|>" if one in _MARKS else chr(one) for one in tokens)
