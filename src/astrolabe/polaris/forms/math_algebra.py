"""Problems of Algebra and Intermediate Algebra."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from astrolabe.polaris.forms.latex import number, polynomial, root, surd
from astrolabe.polaris.forms.math_frame import Exercise, Maker

ALGEBRA = "Algebra"
INTERMEDIATE = "Intermediate Algebra"


def linear(rng: Random) -> Exercise:
    """A linear equation with the unknown on both sides."""
    a, c = rng.sample(range(2, 12), 2)
    b, d = rng.sample([n for n in range(-12, 13) if n], 2)
    return Exercise(
        ALGEBRA,
        2,
        f"Solve for $x$: ${polynomial((a, b))} = {polynomial((c, d))}$.",
        f"Collecting terms gives ${polynomial((a - c, 0))} = {d - b}$.",
        number(Fraction(d - b, a - c)),
    )


def system(rng: Random) -> Exercise:
    """Two linear equations with a whole solution."""
    while True:
        a, b, c, d = (rng.choice([n for n in range(-5, 7) if n]) for _ in range(4))
        if a * d != b * c:
            break
    x, y = rng.randint(-6, 8), rng.randint(-6, 8)
    one, two = (_line(p, q, x, y) for p, q in ((a, b), (c, d)))
    return Exercise(
        ALGEBRA,
        3,
        f"Solve the system of equations ${one}$ and ${two}$. Give your answer as an ordered pair "
        "$(x, y)$.",
        f"${d}$ times the first equation minus ${b}$ times the second gives "
        f"${polynomial((a * d - b * c, 0))} = {(a * d - b * c) * x}$, "
        f"so $x = {x}$; then $y = {y}$.",
        f"({x}, {y})",
    )


def _line(p: int, q: int, x: int, y: int) -> str:
    first, second = polynomial((p, 0)), polynomial((abs(q), 0), "y")
    return f"{first} {'+' if q > 0 else '-'} {second} = {p * x + q * y}"


def expansion(rng: Random) -> Exercise:
    """The product of two linear factors."""
    a, c = rng.randint(1, 6), rng.randint(1, 6)
    b, d = (rng.choice([n for n in range(-9, 10) if n]) for _ in range(2))
    result = polynomial((a * c, a * d + b * c, b * d))
    return Exercise(
        ALGEBRA,
        2,
        f"Expand $({polynomial((a, b))})({polynomial((c, d))})$.",
        f"The products of the terms are ${polynomial((a * c, 0, 0))}$, ${polynomial((a * d, 0))}$, "
        f"${polynomial((b * c, 0))}$ and ${b * d}$.",
        result,
    )


def absolute_value(rng: Random) -> Exercise:
    """An inequality with an absolute value, whose solutions are an interval."""
    centre, radius = rng.choice([n for n in range(-9, 10) if n]), rng.randint(1, 12)
    sign, left, right = rng.choice((("<", "(", ")"), ("\\le", "[", "]")))
    low, high = centre - radius, centre + radius
    return Exercise(
        ALGEBRA,
        3,
        f"Find all real numbers $x$ with $|{polynomial((1, -centre))}| {sign} {radius}$. Give your "
        "answer in interval notation.",
        f"This means $-{radius} {sign} {polynomial((1, -centre))} {sign} {radius}$, so "
        f"${low} {sign} x {sign} {high}$.",
        f"{left}{low}, {high}{right}",
    )


def midpoint(rng: Random) -> Exercise:
    """The midpoint of two points."""
    a, b, c, d = (rng.randint(-9, 12) for _ in range(4))
    x, y = Fraction(a + c, 2), Fraction(b + d, 2)
    return Exercise(
        ALGEBRA,
        2,
        f"What is the midpoint of the segment from $({a}, {b})$ to $({c}, {d})$? Give your answer "
        "as an ordered pair.",
        f"The coordinates are the means $\\frac{{{a} + ({c})}}{{2}}$ and "
        f"$\\frac{{{b} + ({d})}}{{2}}$.",
        f"\\left({number(x)}, {number(y)}\\right)",
    )


def larger_root(rng: Random) -> Exercise:
    """The larger root of a quadratic equation, with a square root in it."""
    while True:
        half, rest = rng.choice([n for n in range(-7, 8) if n]), rng.randint(2, 60)
        if root(rest)[1] > 1:
            break
    radical = surd(1, rest)
    return Exercise(
        INTERMEDIATE,
        4,
        f"What is the larger of the two solutions of "
        f"${polynomial((1, -2 * half, half * half - rest))} = 0$? Give your answer in simplest "
        "radical form.",
        f"Completing the square gives $({polynomial((1, -half))})^2 = {rest}$.",
        f"{half} + {radical}",
    )


def complex_product(rng: Random) -> Exercise:
    """The product of two complex numbers."""
    while True:
        a, b, c, d = (rng.choice([n for n in range(-7, 8) if n]) for _ in range(4))
        real, imaginary = a * c - b * d, a * d + b * c
        if real and imaginary:
            break
    return Exercise(
        INTERMEDIATE,
        3,
        f"Compute $({_complex(a, b)})({_complex(c, d)})$, where $i^2 = -1$.",
        f"The real part is $({a})({c}) - ({b})({d}) = {real}$, the imaginary part "
        f"$({a})({d}) + ({b})({c}) = {imaginary}$.",
        _complex(real, imaginary),
    )


def _complex(real: int, imaginary: int) -> str:
    size = "" if abs(imaginary) == 1 else str(abs(imaginary))
    return f"{real} {'+' if imaginary > 0 else '-'} {size}i"


def root_powers(rng: Random) -> Exercise:
    """The sum of the squares or cubes of the roots of a quadratic equation."""
    p, q = rng.randint(2, 9), rng.choice([n for n in range(-9, 10) if n])
    power = rng.choice((2, 3))
    result = p**2 - 2 * q if power == 2 else p**3 - 3 * p * q
    rule = "(r + s)^2 - 2rs" if power == 2 else "(r + s)^3 - 3rs(r + s)"
    return Exercise(
        INTERMEDIATE,
        2 + power,
        f"Let $r$ and $s$ be the roots of ${polynomial((1, -p, q))}$. "
        f"Find $r^{power} + s^{power}$.",
        f"By Vieta $r + s = {p}$ and $rs = {q}$, and $r^{power} + s^{power} = {rule}$.",
        str(result),
    )


def polynomial_remainder(rng: Random) -> Exercise:
    """The remainder of a cubic polynomial divided by a linear one."""
    b, c, d = (rng.choice([n for n in range(-7, 8) if n]) for _ in range(3))
    a, at = rng.randint(1, 3), rng.choice((-3, -2, -1, 1, 2, 3))
    return Exercise(
        INTERMEDIATE,
        3,
        f"What is the remainder when ${polynomial((a, b, c, d))}$ is divided by "
        f"${polynomial((1, -at))}$?",
        f"By the remainder theorem it is the value of the polynomial at $x = {at}$.",
        str(a * at**3 + b * at**2 + c * at + d),
    )


def series(rng: Random) -> Exercise:
    """The sum of an infinite geometric series."""
    ratio = Fraction(rng.choice((1, 1, 2, 3, -1, -2)), rng.randint(4, 7))
    first = Fraction(rng.randint(1, 9))
    terms = [first * ratio**i for i in range(3)]
    told = number(terms[0])
    for term in terms[1:]:
        told += f" {'-' if term < 0 else '+'} {number(abs(term))}"
    return Exercise(
        INTERMEDIATE,
        5,
        f"Find the sum of the infinite geometric series ${told} + \\cdots$.",
        f"The first term is ${number(first)}$ and the ratio is ${number(ratio)}$, so the sum is "
        f"$\\frac{{{number(first)}}}{{1 - ({number(ratio)})}}$.",
        number(first / (1 - ratio)),
    )


MAKERS: tuple[Maker, ...] = (
    linear,
    system,
    expansion,
    absolute_value,
    midpoint,
    larger_root,
    complex_product,
    root_powers,
    polynomial_remainder,
    series,
)
