"""Problems of Geometry and Precalculus."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from astrolabe.polaris.forms.latex import number, root, surd
from astrolabe.polaris.forms.math_frame import Exercise, Maker

GEOMETRY = "Geometry"
PRECALCULUS = "Precalculus"


def circle(rng: Random) -> Exercise:
    """Area or circumference of a circle."""
    radius = rng.randint(2, 30)
    name, rule, factor = rng.choice(
        (("area", "\\pi r^2", radius**2), ("circumference", "2 \\pi r", 2 * radius))
    )
    return Exercise(
        GEOMETRY,
        1,
        f"What is the {name} of a circle of radius ${radius}$? Give your answer in terms of "
        "$\\pi$.",
        f"The {name} of a circle of radius $r$ is ${rule}$.",
        f"{factor}\\pi",
    )


def hypotenuse(rng: Random) -> Exercise:
    """The hypotenuse from the legs, with a root that can be simplified."""
    while True:
        a, b = rng.randint(2, 14), rng.randint(2, 14)
        outer, inner = root(a * a + b * b)
        if outer > 1 and inner > 1:
            break
    return Exercise(
        GEOMETRY,
        3,
        f"The legs of a right triangle are ${a}$ and ${b}$ long. How long is the hypotenuse? Give "
        "your answer in simplest radical form.",
        f"By the Pythagorean theorem it is $\\sqrt{{{a}^2 + {b}^2}} = \\sqrt{{{a * a + b * b}}}$.",
        surd(1, a * a + b * b),
    )


def polygon(rng: Random) -> Exercise:
    """An angle of a regular polygon, in whole degrees."""
    sides = rng.choice([n for n in range(3, 73) if 360 % n == 0])
    outer = 360 // sides
    which, result = rng.choice((("interior", 180 - outer), ("exterior", outer)))
    return Exercise(
        GEOMETRY,
        2,
        f"How many degrees does each {which} angle of a regular polygon with ${sides}$ sides have?",
        f"Each exterior angle has $\\frac{{360^\\circ}}{{{sides}}} = {outer}^\\circ$, and interior "
        "and exterior angle together have $180^\\circ$.",
        f"{result}^\\circ",
    )


def equilateral(rng: Random) -> Exercise:
    """The area of an equilateral triangle."""
    side = rng.randint(2, 40)
    return Exercise(
        GEOMETRY,
        4,
        f"What is the area of an equilateral triangle with sides of length ${side}$? Give your "
        "answer in simplest radical form.",
        f"The height is $\\frac{{\\sqrt{{3}}}}{{2}} \\cdot {side}$, so the area is "
        f"$\\frac{{\\sqrt{{3}}}}{{4}} \\cdot {side}^2$.",
        surd(Fraction(side * side, 4), 3),
    )


def triangle(rng: Random) -> Exercise:
    """The area of a triangle from its corners."""
    while True:
        (a, b), (c, d), (e, f) = ((rng.randint(-6, 9), rng.randint(-6, 9)) for _ in range(3))
        twice = (c - a) * (f - b) - (e - a) * (d - b)
        if twice:
            break
    return Exercise(
        GEOMETRY,
        4,
        f"What is the area of the triangle with the corners $({a}, {b})$, $({c}, {d})$ and "
        f"$({e}, {f})$?",
        f"From the first corner the sides run to $({c - a}, {d - b})$ and $({e - a}, {f - b})$; "
        f"the area is half of $|({c - a}) \\cdot ({f - b}) - ({e - a}) \\cdot ({d - b})| = "
        f"{abs(twice)}$.",
        number(Fraction(abs(twice), 2)),
    )


_HALVES = {30: (Fraction(1, 2), 1), 45: (Fraction(1, 2), 2), 60: (Fraction(1, 2), 3)}
"""The sine of the acute angles, as a factor and what stands under the root."""


def trigonometry(rng: Random) -> Exercise:
    """Sine or cosine of a multiple of 30 or 45 degrees in any quadrant, or beyond a full turn."""
    name, acute = rng.choice(("sin", "cos")), rng.choice((30, 45, 60))
    turn, quadrant = rng.choice((0, 0, 1)), rng.randrange(4)
    within = (acute, 180 - acute, 180 + acute, 360 - acute)[quadrant]
    factor, square = _HALVES[acute if name == "sin" else 90 - acute]
    negative = quadrant in ((2, 3) if name == "sin" else (1, 2))
    sign = "-" if negative else ""
    return Exercise(
        PRECALCULUS,
        3,
        f"Compute $\\{name} {within + 360 * turn}^\\circ$.",
        f"The angle ends in quadrant ${quadrant + 1}$, ${acute}^\\circ$ from the horizontal axis, "
        f"so this is ${sign}\\{name} {acute}^\\circ$.",
        surd(-factor if negative else factor, square),
    )


def determinant(rng: Random) -> Exercise:
    """The determinant of a two by two matrix."""
    a, b, c, d = (rng.choice([n for n in range(-7, 10) if n]) for _ in range(4))
    return Exercise(
        PRECALCULUS,
        2,
        f"Compute $\\begin{{vmatrix}} {a} & {b} \\\\ {c} & {d} \\end{{vmatrix}}$.",
        f"This is $({a}) \\cdot ({d}) - ({b}) \\cdot ({c})$.",
        str(a * d - b * c),
    )


def cross_product(rng: Random) -> Exercise:
    """The cross product of two vectors."""
    a, b, c, d, e, f = (rng.randint(-5, 6) for _ in range(6))
    worked = _column(
        f"({b})({f}) - ({c})({e})", f"({c})({d}) - ({a})({f})", f"({a})({e}) - ({b})({d})"
    )
    return Exercise(
        PRECALCULUS,
        4,
        f"Compute the cross product of ${_column(a, b, c)}$ and ${_column(d, e, f)}$.",
        f"This is ${worked}$.",
        _column(b * f - c * e, c * d - a * f, a * e - b * d),
    )


def _column(*entries: int | str) -> str:
    rows = " \\\\ ".join(map(str, entries))
    return f"\\begin{{pmatrix}} {rows} \\end{{pmatrix}}"


MAKERS: tuple[Maker, ...] = (
    circle,
    hypotenuse,
    polygon,
    equilateral,
    triangle,
    trigonometry,
    determinant,
    cross_product,
)
