"""Mathematics in Unicode or as one types it, brought into LaTeX: "2√3", "pi/4", "x² ≤ 5"."""

import re

_SIGNS = {
    **{"π": r"\pi", "∞": r"\infty", "≤": r"\leq", "⩽": r"\leq", "≦": r"\leq", "≥": r"\geq"},
    **{"⩾": r"\geq", "≧": r"\geq", "≠": r"\neq", "±": r"\pm", "∓": r"\mp", "∪": r"\cup"},
    **{"∩": r"\cap", "∈": r"\in", "∅": r"\emptyset", "×": r"\times", "·": r"\cdot"},
    **{"⋅": r"\cdot", "÷": r"\div", "≈": r"\approx", "ℝ": r"\mathbb{R}", "α": r"\alpha"},
    **{"β": r"\beta", "θ": r"\theta", "λ": r"\lambda", "φ": r"\phi", "ω": r"\omega"},
    **{"∠": r"\angle", "→": r"\to", "\N{KELVIN SIGN}": "K", "∫": r"\int", "∑": r"\sum"},
}
SIGNS = "".join(_SIGNS) + "√∛½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞²³⁴⁵⁶⁷⁸⁹¹⁰⁻⁺ⁿ₀₁₂₃₄₅₆₇₈₉ₙ′"
"""Signs that stand in mathematics alone."""
_TABLE = {ord(sign): rf"{command} " for sign, command in _SIGNS.items()} | {ord("′"): "'"}
_GLYPHS = {
    **{"½": "12", "⅓": "13", "⅔": "23", "¼": "14", "¾": "34", "⅕": "15", "⅖": "25", "⅗": "35"},
    **{"⅘": "45", "⅙": "16", "⅚": "56", "⅛": "18", "⅜": "38", "⅝": "58", "⅞": "78"},
}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ", "0123456789-+n")
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₙ", "0123456789n")
_TYPED = (
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"(?<![<=>])<=(?!>)"), r"\\leq "),
    (re.compile(r"(?<![<=])>=(?![<=>])"), r"\\geq "),
    (re.compile(r"(?<=[\w)\]}])\s?\*\s?(?=[\w(\\])"), r"\\cdot "),
    (re.compile(r"(?<![\\a-zA-Z])(?:pi)(?![a-zA-Z])"), r"\\pi "),
    (re.compile(r"(?<![\\a-zA-Z])(?:infinity|inf|oo)(?![a-zA-Z])"), r"\\infty "),
    (re.compile(r"(?<![\\a-zA-Z])(sin|cos|tan|cot|ln|log)(?![a-zA-Z])"), r"\\\1 "),
)
_ROOT = re.compile(r"(?:(?<![\\a-zA-Z])sqrt|√|(?P<cube>∛|(?<![\\a-zA-Z])cbrt))\s?")
_ROOTED = re.compile(r"\d+(?:\.\d+)?|[a-zA-Z]|\\(?:frac\{[^{}]*\}\{[^{}]*\}|pi)")
_GROUP = re.compile(r"([\^_])\s?\(\s?([^()]{1,40})\s?\)")


def latex(expression: str) -> str:
    """The expression in LaTeX; what is LaTeX already stays."""
    for sign, digits in _GLYPHS.items():
        if sign in expression:
            expression = expression.replace(sign, rf"\frac{{{digits[0]}}}{{{digits[1]}}}")
    expression = re.sub(
        r"[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ⁿ]+", lambda run: f"^{{{run[0].translate(_RAISED)}}}", expression
    )
    expression = re.sub(r"[₀-₉ₙ]+", lambda run: f"_{{{run[0].translate(_LOWERED)}}}", expression)
    expression = expression.translate(_TABLE)
    for pattern, usual in _TYPED:
        expression = pattern.sub(usual, expression)
    return _GROUP.sub(r"\1{\2}", _with_roots(expression))


def _with_roots(expression: str) -> str:
    """√(x+1), √12 and sqrt(x) as \\\\sqrt{...}; from the right, so that roots may nest."""
    for root in reversed(list(_ROOT.finditer(expression))):
        command = r"\sqrt[3]" if root["cube"] else r"\sqrt"
        rest = expression[root.end() :]
        close = closing(rest, 0) if rest[:1] == "(" else None
        if close is not None:
            inner, after = rest[1:close], close + 1
        elif rest[:1] == "{":
            expression = expression[: root.start()] + command + rest
            continue
        elif rooted := _ROOTED.match(rest):
            inner, after = rooted.group(), rooted.end()
        else:
            continue
        expression = f"{expression[: root.start()]}{command}{{{inner}}}{rest[after:]}"
    return expression


_OPEN, _CLOSE = "([{", ")]}"


def closing(text: str, opening: int) -> int | None:
    """Index of the bracket that closes the one at `opening`, of whatever kind: "[1, 2)"."""
    depth = 0
    for index in range(opening, len(text)):
        depth += (text[index] in _OPEN) - (text[index] in _CLOSE)
        if depth == 0:
            return index
    return None


def split_outside(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of a text between separators that stand outside brackets."""
    parts, depth, start, index = [], 0, 0, 0
    while index < len(text):
        found = separator.match(text, index) if depth == 0 else None
        if found and found.end() > index:
            parts.append(text[start:index])
            start = index = found.end()
            continue
        depth += (text[index] in _OPEN) - (text[index] in _CLOSE)
        depth = max(depth, 0)
        index += 1
    return [*parts, text[start:]]
