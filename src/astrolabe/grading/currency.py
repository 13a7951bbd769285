"""Plain text in which "$" is money and nothing else.

`grading.plain` takes every "$" away, for most of them enclose mathematics. A line in which each of
them stands before a number, or one behind a backslash, speaks of dollars.
"""

import re

from astrolabe.grading.plain import plain

_LINE = re.compile(r"[^\n]*\$[^\n]*")
_MONEY = re.compile(r"\\?\$(?=\s?[-−]?\s?\.?\d)")
_ESCAPED = re.compile(r"\\\$(?=\s?[-−]?\s?\.?\d)")
_MARK = "\ue024"


def plain_with_currency(text: str) -> str:
    """Plain text; a dollar sign that is left is one of currency."""
    if "$" not in text:
        return plain(text)
    return plain(_LINE.sub(_marked, text)).replace(_MARK, "$")


def _marked(line: re.Match[str]) -> str:
    money = _MONEY.sub(_MARK, line.group())
    return _ESCAPED.sub(_MARK, line.group()) if "$" in money else money
