"""Whether two mathematical answers are the same, as a reader of mathematics sees it.

By their normal forms; as numbers, in digits or in words; as collections, in any order; as sets of
real numbers, by interval or by inequality; and else by Math-Verify.
"""

import re
from dataclasses import dataclass

from astrolabe.grading import expressions, numerals
from astrolabe.grading.latex import latex, split_outside
from astrolabe.grading.quantities import Quantity, quantity_at
from astrolabe.grading.symbolic import equal

_COMMA = re.compile(
    r"\s*[,;、]\s*(?:(?:and|or)\b|和|或|与)?|\s*(?:\b(?:and|or)\b|和|或者?|与|及)\s*"
)
_UNION = re.compile(r"\s*(?:\\cup(?![a-zA-Z])|\bor\b|或者?)\s*")
_EQUALS = re.compile(r"(?<![<>\\])=(?!=)")
_SET = re.compile(r"\\\{(?P<inside>.*)\\\}|\{(?P<bare>[^{}]*)\}", re.DOTALL)
_BUILDER = re.compile(
    r"\s*(?P<name>[a-zA-Z])\s*(?:\\in\s*\\mathbb\{R\}\s*)?(?:\\mid|:|\|)\s*(?P<rule>.+)"
)
_SYSTEM = re.compile(r"\s*\\begin\{cases\}(?P<lines>.*?)\\end\{cases\}\s*", re.DOTALL)
_TUPLE = re.compile(r"[(\[].*,.*[)\]]", re.DOTALL)
_NAME = re.compile(r"\s*([a-zA-Z](?:_\{?\w\}?|\d)?)\s*")
_INTERVAL = re.compile(r"(?P<left>[(\[])(?P<low>[^,;]+)[,;](?P<high>[^,;]+)(?P<right>[)\]])")
_RELATION = re.compile(r"\\(?:leq?|geq?|neq?)(?![a-zA-Z])|<|>")
_ORDER = re.compile(r"\\leq?(?![a-zA-Z])|\\geq?(?![a-zA-Z])|<|>")
_WHOLE_NUMBERS = re.compile(
    r"\s*[,(]\s*(?:\\text\{)?\s*[kn]\s*\\in\s*(?:\\mathbb)?\s*\{?[ZN]\}?\s*\)?$"
)
"""Says only that k of "2k\\pi" is any whole number."""
_NOTHING = re.compile(
    r"(?i)\\emptyset|\\varnothing|(?:\\text\{)?\s?(?:no (?:real )?solutions?|(?:the )?empty set"
    r"|(?:方程)?无(?:实数)?[解根]|空集)\s?\}?|\\\{\s?\\\}"
)
_MOST_MEMBERS = 8


def same_expression(gold: str, answer: str) -> bool:
    """Whether two expressions are equal: as strings, numbers, collections, or by Math-Verify."""
    gold, answer = _bare(gold), _bare(answer)
    if _TUPLE.fullmatch(gold):
        answer = _of_system(answer)
    if expressions.normal(gold) == expressions.normal(answer):
        return True
    if _NOTHING.fullmatch(gold) and _NOTHING.fullmatch(answer):
        return True
    if "=" in gold and _is_equation(answer) and "," not in gold and _verified(gold, answer):
        return True
    if not _is_equation(gold):
        answer = value(answer)
        if expressions.normal(gold) == expressions.normal(answer):
            return True
    numbers = _number(gold), _number(answer)
    if numbers[0] and numbers[1]:
        return numbers[1].against(numbers[0]) == numbers[0].value
    ranges = _ranges(gold), _ranges(answer)
    if ranges[0] and ranges[1] and (_RELATION.search(gold) or _RELATION.search(answer)):
        return _same_ranges(ranges[0], ranges[1])
    golds, answers = _members(gold), _members(answer)
    if golds != [gold] or answers != [answer]:
        return _same_members(golds, answers) or (_alike(gold, answer) and _verified(gold, answer))
    return _alike(gold, answer) and _verified(gold, answer)


def _of_system(answer: str) -> str:
    """The solution of a system that is told line by line, "x = 3, y = 2" in braces, as a tuple."""
    system = _SYSTEM.fullmatch(answer)
    lines = system["lines"].split("\\\\") if system else []
    solved = all(_NAME.fullmatch(line.partition("=")[0]) and "=" in line for line in lines)
    return f"({','.join(map(value, lines))})" if lines and solved else answer


def value(expression: str) -> str:
    """What an equation, or a chain of them, comes to: "x = 3", "3 = x" and "2 + 1 = 3" to "3"."""
    if "\\begin" in expression or len(split_outside(expression, _COMMA)) > 1:
        return expression
    exact = expression.partition("\\approx")
    if _EQUALS.search(exact[0]):
        expression = exact[0]
    elif exact[1] and _NAME.fullmatch(exact[0]):
        expression = exact[2]
    sides = split_outside(expression, _EQUALS)
    last = sides[-1].strip()
    if len(sides) > 1 and _NAME.fullmatch(last) and not _NAME.fullmatch(sides[0]):
        last = sides[-2].strip()
    return last or expression


def _verified(gold: str, answer: str) -> bool:
    return equal("verify", gold, answer)


def _alike(gold: str, answer: str) -> bool:
    """Whether Math-Verify may be asked: it takes an ordered pair for a set, and "a" for "A"."""
    forms = expressions.normal(gold), expressions.normal(answer)
    letters = all(len(form) == 1 and form.isalpha() for form in forms)
    return _kind(gold) == _kind(answer) and not letters


def _kind(expression: str) -> str:
    return "set" if _SET.fullmatch(expression) else "tuple" if _TUPLE.fullmatch(expression) else ""


def _bare(expression: str) -> str:
    """In LaTeX, without dollar signs around it, \\\\left and \\\\right, and text's commands."""
    expression = re.sub(r"\\(?:left|right)(?![a-zA-Z])", "", latex(expression)).strip()
    expression = re.sub(
        r"\\[lr]brace(?![a-zA-Z])", lambda m: "\\{" if m[0][1] == "l" else "\\}", expression
    )
    expression = re.sub(r"(?<![\w)}\]])\+\s?(?=\\infty)", "", expression)
    if expression.startswith("$") and expression.endswith("$"):
        expression = expression.strip("$")
    expression = re.sub(r"^[a-zA-Z]\s*\\in(?![a-zA-Z])\s*", "", expression)
    expression = _WHOLE_NUMBERS.sub("", expression)
    words = r"\\(?:text|mathrm|mbox)\s?\{(\s?(?:and|or|或|和|,)\s?)\}"
    return re.sub(words, r" \1 ", expression).strip().rstrip(".").strip()


def _is_equation(expression: str) -> bool:
    """Whether both sides of it matter: of "y = 2x" only one does."""
    return "=" in expressions.normal(expression)


def _number(expression: str) -> Quantity | None:
    form = expressions.normal(expression)
    number = quantity_at(form, 0)
    if number and number.end == len(form):
        return number
    words = expressions.unwrapped(expression).strip()
    if english := numerals.english(words, 0):
        return Quantity(english[0], False, english[1]) if english[1] == len(words) else None
    if chinese := numerals.chinese(words, 0):
        read, percent, end = chinese
        return Quantity(read, percent, end) if end == len(words) else None
    return None


def _members(expression: str) -> list[str]:
    """The members of a set or list; the expression alone where it is neither."""
    inside = _SET.fullmatch(expression)
    listed = (
        (inside["inside"] if inside["inside"] is not None else inside["bare"])
        if inside
        else (expression)
    )
    if "\\begin" in listed:
        return [expression]
    parts = [part.strip() for part in split_outside(listed.strip(), _COMMA)]
    parts = [part for part in parts if part]
    names = [_NAME.fullmatch(split_outside(part, _EQUALS)[0]) for part in parts]
    if len(parts) > 1 and all(names) and all(_EQUALS.search(part) for part in parts):
        named = {found[1]: value(part) for found, part in zip(names, parts, strict=True) if found}
        letters = {name[0] for name in named}
        if len(named) == len(parts) == len(letters):  # x = 1, y = 2; but not x_1 = 1, x_2 = 2
            return ["(" + ",".join(named[name] for name in sorted(named)) + ")"]
    if inside is None and len(parts) < 2 and "\\pm" not in listed:
        return [expression]
    return [sign for part in parts for sign in _both_signs(value(part))]


def _both_signs(expression: str) -> list[str]:
    if expression.count("\\pm") != 1:
        return [expression]
    plus = "" if expression.startswith("\\pm") else "+"
    return [expression.replace("\\pm", plus), expression.replace("\\pm", "-")]


def _same_members(golds: list[str], answers: list[str]) -> bool:
    """Whether each member of one is equal to one of the other, and the other way round."""
    if not golds or not answers or max(len(golds), len(answers)) > _MOST_MEMBERS:
        return False
    distinct: list[str] = []
    for answer in answers:
        if not any(same_expression(answer, other) for other in distinct):
            distinct.append(answer)
    answers = distinct  # "1/2 or 0.5" is one value
    if len(golds) != len(answers):
        return False
    left = list(answers)
    for gold in golds:
        found = next((other for other in left if same_expression(gold, other)), None)
        if found is None:
            return False
        left.remove(found)
    return True


@dataclass(frozen=True)
class _Range:
    """An interval; `closed` says which of its ends belong to it."""

    low: str
    high: str
    closed: tuple[bool, bool]


def _ranges(expression: str) -> list[_Range] | None:
    """The intervals that a union of intervals or inequalities is made of; `None` for others."""
    inside = _SET.fullmatch(expression)
    if inside and (builder := _BUILDER.fullmatch(inside["inside"] or inside["bare"] or "")):
        expression = builder["rule"]
    expression = re.sub(r"^\s*[a-zA-Z]\s*\\in(?![a-zA-Z])", "", expression)
    if excepted := re.fullmatch(r"\s*[a-zA-Z]\s*\\neq\s*(.+)", expression):
        point = excepted[1]
        open_ends = (False, False)
        return [_Range("-\\infty", point, open_ends), _Range(point, "\\infty", open_ends)]
    found = [
        _interval(part.strip()) or _inequality(part.strip())
        for part in split_outside(expression, _UNION)
    ]
    return None if None in found else [one for one in found if one]


def _interval(part: str) -> _Range | None:
    match = _INTERVAL.fullmatch(part)
    if match is None:
        return None
    return _Range(match["low"], match["high"], (match["left"] == "[", match["right"] == "]"))


def _inequality(part: str) -> _Range | None:
    """ "a < x <= b", "x > a" or "a < x" as an interval."""
    signs = [sign.group() for sign in _ORDER.finditer(part)]
    sides = [side.strip() for side in _ORDER.split(part)]
    if len(signs) not in (1, 2) or not all(sides):
        return None
    if all(sign == ">" or sign.startswith("\\g") for sign in signs):
        signs, sides = signs[::-1], sides[::-1]
    elif not all(sign == "<" or sign.startswith("\\l") for sign in signs):
        return None
    closed = [sign.startswith("\\") for sign in signs]
    if len(signs) == 2 and _NAME.fullmatch(sides[1]):
        return _Range(sides[0], sides[2], (closed[0], closed[1]))
    if len(signs) == 1 and _NAME.fullmatch(sides[0]):
        return _Range("-\\infty", sides[1], (False, closed[0]))
    if len(signs) == 1 and _NAME.fullmatch(sides[1]):
        return _Range(sides[0], "\\infty", (closed[0], False))
    return None


def _same_ranges(golds: list[_Range], answers: list[_Range]) -> bool:
    return len(golds) == len(answers) and all(
        any(
            gold.closed == other.closed
            and same_expression(gold.low, other.low)
            and same_expression(gold.high, other.high)
            for other in answers
        )
        for gold in golds
    )
