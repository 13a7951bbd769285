"""What stands in ``\\\\boxed{...}``, by matching braces."""

import re
from collections.abc import Iterator

_BOX = re.compile(r"\\(?:boxed|fbox)(?![a-zA-Z])\s{0,4}")
_BARE = re.compile(r"[^\s{}$\\]+|\\[a-zA-Z]+(?:\s?\{[^{}]*\})*")
_FORMULA_END = re.compile(r"((?:[^${}\n\\]|\\[a-zA-Z]+(?![a-zA-Z])|\{[^{}$\n]*\}){1,100})\$")


def matching_brace(text: str, opening: int) -> int | None:
    """Index of the brace that closes the one at `opening`; `None` when none does.

    Braces behind a backslash are signs, not brackets.
    """
    depth, index = 0, opening
    while index < len(text):
        sign = text[index]
        if sign == "\\":
            index += 1
        elif sign == "{":
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                return index
        index += 1
    return None


def boxes(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Where each outermost box begins and ends, and what it holds.

    A box without braces (``\\\\boxed 5``) holds the word that follows. One that is never closed
    holds what stands before the end of its formula ("$\\boxed{96$"); without such an end it holds
    `None` and ends the text: what it would have held is not known.
    """
    end = 0
    for box in _BOX.finditer(text):
        if box.start() < end:
            continue
        start = box.end()
        if not text.startswith("{", start):
            bare = _BARE.match(text, start)
            end = bare.end() if bare else start
            yield box.start(), end, bare.group() if bare else None
            continue
        close = matching_brace(text, start)
        cut = _FORMULA_END.match(text, start + 1) if close is None else None
        if cut and text.count("$", 0, box.start()) % 2 == 1:
            end = cut.end()
            yield box.start(), end, cut[1].strip()
            continue
        if close is None:
            yield box.start(), len(text), None
            return
        end = close + 1
        yield box.start(), end, text[start + 1 : close].strip()


def last_box(text: str) -> str | None:
    """What the last box holds; `None` when there is no box, or the last one is never closed."""
    return next((content for *_, content in reversed(list(boxes(text)))), None)
