"""Numbers and polynomials in LaTeX, as MATH writes answers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def number(value: Fraction | int) -> str:
    r"""A whole number or a reduced fraction: `-3`, `\frac{5}{12}`, `-\frac{1}{2}`."""
    value = Fraction(value)
    if value.denominator == 1:
        return str(value.numerator)
    sign = "-" if value < 0 else ""
    return f"{sign}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def root(square: int) -> tuple[int, int]:
    """The square root of a positive whole number as `(a, b)`, a times the root of b, b smallest."""
    outer = max(n for n in range(1, square + 1) if square % (n * n) == 0)
    return outer, square // (outer * outer)


def surd(factor: Fraction | int, square: int) -> str:
    r"""`factor` times the root of `square`, simplified: `2\sqrt{3}`, `-\frac{\sqrt{2}}{2}`."""
    outer, inner = root(square)
    value = Fraction(factor) * outer
    if inner == 1:
        return number(value)
    sign = "-" if value < 0 else ""
    times = "" if abs(value.numerator) == 1 else str(abs(value.numerator))
    radical = f"{times}\\sqrt{{{inner}}}"
    if value.denominator == 1:
        return sign + radical
    return f"{sign}\\frac{{{radical}}}{{{value.denominator}}}"


def polynomial(coefficients: Sequence[int], variable: str = "x") -> str:
    """A polynomial, highest power first: `2x^2 - 7x + 1`; terms that are 0 are left out."""
    degree = len(coefficients) - 1
    text = ""
    for i, coefficient in enumerate(coefficients):
        power = degree - i
        if coefficient == 0:
            continue
        letter = {0: "", 1: variable}.get(power, f"{variable}^{power}")
        size = "" if abs(coefficient) == 1 and power else str(abs(coefficient))
        sign = "-" if coefficient < 0 else "+"
        join = f" {sign} " if text else sign.replace("+", "")
        text += f"{join}{size}{letter}"
    return text or "0"
