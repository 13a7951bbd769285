"""Lines of a terminal: English broken at spaces, Chinese between characters."""

import re

_WIDE = "\u2e80-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_OPENING, _CLOSING = "（“‘《", "，。；：、！？）”’》"
_BOUND = re.compile("(?<= )(?=[%=<])|(?<=[=<] )")
"""Where a number would part from its unit or its sign of relation."""
_BREAK = re.compile(
    f"(?<= )(?=[^ ])|(?<![{_OPENING} ])(?:(?<=[{_WIDE}])|(?=[{_WIDE}]))(?![{_CLOSING} ])"
)


def folded(text: str, width: int) -> str:
    """A text in lines of at most `width` columns, if it can be broken so often.

    rich breaks at spaces alone, which leaves Chinese text ragged, and parts ``95`` from its ``%``.
    """
    from rich.cells import cell_len

    bound = {match.start() for match in _BOUND.finditer(text)}
    places = [match.start() for match in _BREAK.finditer(text) if match.start() not in bound]
    lines = [""]
    for start, end in zip([0, *places], [*places, len(text)], strict=True):
        piece = text[start:end]
        if cell_len(lines[-1] + piece.rstrip()) > width and lines[-1]:
            lines.append("")
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)
