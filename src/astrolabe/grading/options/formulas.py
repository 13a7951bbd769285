"""Formulas on one level: "x²", "x^{2}" and "x^2" are the same, so are "√2" and "\\\\sqrt{2}"."""

import re
from collections.abc import Iterator

_SIGNS = str.maketrans(
    dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋", "0123456789+-", strict=True))
    | {high: f"^{usual}" for high, usual in zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True)}
    | {"⁺": "^+", "⁻": "^-", "ⁿ": "^n"}
)
_COMMANDS = {
    **{"pi": "π", "alpha": "α", "beta": "β", "gamma": "γ", "theta": "θ", "lambda": "λ", "mu": "μ"},
    **{"omega": "ω", "Omega": "Ω", "Delta": "Δ", "delta": "δ", "phi": "φ", "rho": "ρ"},
    **{
        "infty": "∞",
        "le": "≤",
        "leq": "≤",
        "ge": "≥",
        "geq": "≥",
        "ne": "≠",
        "neq": "≠",
        "pm": "±",
    },
    **{"rightarrow": "→", "to": "→", "cup": "∪", "cap": "∩", "in": "∈", "subset": "⊂"},
}
_COMMAND = re.compile(
    rf"\\(?P<name>{'|'.join(sorted(_COMMANDS, key=len, reverse=True))})(?![a-zA-Z])\s?"
)
_FLAT = tuple(
    (re.compile(pattern), usual)
    for pattern, usual in (
        (r"\^\s?\{\s?([^{}]{1,8}?)\s?\}", r"^\1"),
        (r"_\s?\{\s?([^{}]{1,8}?)\s?\}", r"\1"),
        (r"(?<=[A-Za-z)])_(?=\d)", ""),
        (r"\\sqrt\s?\{\s?([^{}]{1,20}?)\s?\}", r"√\1"),
        (r"\\sqrt\s?(?=\d)", "√"),
        (r"\\frac\s?\{\s?([^{}]{1,20}?)\s?\}\s?\{\s?([^{}]{1,20}?)\s?\}", r"\1/\2"),
    )
)

_SMALL = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
)
_TENS = ("", "", *re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety"))
_CHINESE_DIGITS = "零一二三四五六七八九"


def level(text: str) -> str:
    """Plain text with the usual signs of its formulas, and without small and raised digits."""
    text = text.translate(_SIGNS)
    if "\\" in text or "^" in text or "_" in text:
        text = _COMMAND.sub(lambda match: _COMMANDS[match["name"]], text)
        for pattern, usual in _FLAT:
            text = pattern.sub(usual, text)
    return text


def in_words(number: int) -> Iterator[str]:
    """A number below a hundred in English and in Chinese words."""
    tens, ones = divmod(number, 10)
    if number < len(_SMALL):
        yield _SMALL[number]
    else:
        yield _TENS[tens] + (f"-{_SMALL[ones]}" if ones else "")
    if number < 10:
        yield _CHINESE_DIGITS[number]
    else:
        yield (
            (_CHINESE_DIGITS[tens] if tens > 1 else "")
            + "十"
            + (_CHINESE_DIGITS[ones] if ones else "")
        )
