"""Problems of Prealgebra, Number Theory, and Counting & Probability."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from random import Random

from astrolabe.polaris.forms.latex import number
from astrolabe.polaris.forms.math_frame import Exercise, Maker
from astrolabe.polaris.world import KINDS, PEOPLE

PREALGEBRA = "Prealgebra"
THEORY = "Number Theory"
COUNTING = "Counting & Probability"

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def fraction_sum(rng: Random) -> Exercise:
    """A sum or difference of two fractions that is no whole number."""
    while True:
        a, b = (Fraction(rng.randint(1, 9), rng.randint(2, 12)) for _ in range(2))
        sign, result = rng.choice((("+", a + b), ("-", a - b)))
        if 1 not in (a.denominator, b.denominator, result.denominator):
            break
    common = math.lcm(a.denominator, b.denominator)
    x, y = (int(value * common) for value in (a, b))
    return Exercise(
        PREALGEBRA,
        2,
        f"Compute ${number(a)} {sign} {number(b)}$. Give your answer as a reduced fraction.",
        f"With the common denominator ${common}$ this is $\\frac{{{x}}}{{{common}}} {sign} "
        f"\\frac{{{y}}}{{{common}}} = {number(result)}$.",
        number(result),
    )


def percentage(rng: Random) -> Exercise:
    """A whole percentage of a number, with a whole result."""
    while True:
        percent, whole = rng.randint(1, 19) * 5, rng.randint(2, 40) * 10
        if percent * whole % 100 == 0:
            break
    result = percent * whole // 100
    return Exercise(
        PREALGEBRA,
        1,
        f"What is ${percent}\\%$ of ${whole}$?",
        f"This is $\\frac{{{percent}}}{{100}} \\cdot {whole} = {result}$.",
        str(result),
    )


def order_of_operations(rng: Random) -> Exercise:
    """A product and a square among sums."""
    a, b, c, d = (rng.randint(2, 9) for _ in range(4))
    square = (c - d) ** 2
    result = a - b * square
    return Exercise(
        PREALGEBRA,
        1,
        f"Evaluate ${a} - {b} \\cdot ({c} - {d})^2$.",
        f"First $({c} - {d})^2 = {square}$, then ${b} \\cdot {square} = {b * square}$, "
        f"and ${a} - {b * square} = {result}$.",
        str(result),
    )


def decimal(rng: Random) -> Exercise:
    """A fraction as a decimal that ends."""
    while True:
        value = Fraction(rng.randint(1, 39), rng.choice((4, 5, 8, 16, 20, 25, 40)))
        if value.denominator not in (1, 2):
            break
    digits = len(str(float(value)).split(".")[1])
    factor = 10**digits // value.denominator
    return Exercise(
        PREALGEBRA,
        2,
        f"Write ${number(value)}$ as a decimal.",
        f"Multiplying numerator and denominator by ${factor}$ gives "
        f"$\\frac{{{value.numerator * factor}}}{{{10**digits}}}$.",
        str(float(value)),
    )


def divisor_or_multiple(rng: Random) -> Exercise:
    """Greatest common divisor or least common multiple."""
    common = rng.randint(2, 12)
    a, b = (common * n for n in rng.sample(range(2, 13), 2))
    shared = math.gcd(a, b)
    name, result = rng.choice(
        (("greatest common divisor", shared), ("least common multiple", math.lcm(a, b)))
    )
    return Exercise(
        THEORY,
        2,
        f"What is the {name} of ${a}$ and ${b}$?",
        f"${a} = {shared} \\cdot {a // shared}$ and ${b} = {shared} \\cdot {b // shared}$, "
        f"where ${a // shared}$ and ${b // shared}$ have no common divisor but $1$.",
        str(result),
    )


def power_remainder(rng: Random) -> Exercise:
    """The remainder of a high power, from the period of the powers."""
    base, modulus = rng.randint(2, 9), rng.choice((5, 7, 9, 11, 13))
    while math.gcd(base, modulus) > 1 or base % modulus == 1:
        base = rng.randint(2, 9)
    exponent = rng.randint(15, 60)
    period = next(n for n in range(1, modulus) if base**n % modulus == 1)
    left = exponent % period
    return Exercise(
        THEORY,
        4,
        f"What is the remainder when ${base}^{{{exponent}}}$ is divided by ${modulus}$?",
        f"${base}^{{{period}}}$ leaves the remainder $1$, and "
        f"${exponent} = {period} \\cdot {exponent // period} + {left}$, "
        f"so the remainder is that of ${base}^{{{left}}} = {base**left}$.",
        str(base**left % modulus),
    )


def other_base(rng: Random) -> Exercise:
    """A number in another base."""
    value, base = rng.randint(11, 120), rng.choice((2, 3, 4, 5, 6, 7, 8))
    digits, rest, told = "", value, []
    while rest:
        told.append(f"${rest} = {base} \\cdot {rest // base} + {rest % base}$")
        digits, rest = f"{rest % base}{digits}", rest // base
    return Exercise(
        THEORY,
        3,
        f"Write the base ten number ${value}$ in base ${base}$.",
        f"{', '.join(told)}. Read the remainders from the last to the first.",
        f"{digits}_{base}",
    )


def weekday(rng: Random) -> Exercise:
    """The day of the week some days from now."""
    today, days = rng.randrange(7), rng.randint(15, 400)
    return Exercise(
        THEORY,
        2,
        f"Today is {DAYS[today]}. What day of the week is it in ${days}$ days?",
        f"${days} = 7 \\cdot {days // 7} + {days % 7}$, so it is the same day as in "
        f"${days % 7}$ days.",
        f"\\text{{{DAYS[(today + days) % 7]}}}",
    )


def committee(rng: Random) -> Exercise:
    """Ways to choose some of several."""
    n = rng.randint(5, 14)
    k = rng.randint(2, min(5, n - 2))
    fall = " \\cdot ".join(str(n - i) for i in range(k))
    return Exercise(
        COUNTING,
        2,
        f"In how many ways can ${k}$ of ${n}$ people be chosen for a committee?",
        f"This is $\\binom{{{n}}}{{{k}}} = \\frac{{{fall}}}{{{math.factorial(k)}}}$.",
        str(math.comb(n, k)),
    )


def dice(rng: Random) -> Exercise:
    """The probability of a sum of two fair dice with some number of sides."""
    sides = rng.choice((4, 6, 8, 10))
    total = rng.randint(3, 2 * sides - 1)
    ways = sum(1 <= total - first <= sides for first in range(1, sides + 1))
    return Exercise(
        COUNTING,
        3,
        f"Two fair dice, each with sides numbered from $1$ to ${sides}$, are rolled. What is the "
        f"probability that the numbers add up to ${total}$?",
        f"Of the ${sides * sides}$ equally likely outcomes ${ways}$ have the sum ${total}$.",
        number(Fraction(ways, sides * sides)),
    )


def arrangements(rng: Random) -> Exercise:
    """Arrangements of the letters of a word of which some occur more than once."""
    words = [word for words in KINDS.values() for word in words if 4 <= len(word) <= 8]
    word = rng.choice([word for word in words if len(set(word)) < len(word)]).upper()
    repeats = [count for count in Counter(word).values() if count > 1]
    result, under = math.factorial(len(word)), " \\cdot ".join(f"{n}!" for n in repeats)
    for count in repeats:
        result //= math.factorial(count)
    return Exercise(
        COUNTING,
        3,
        f"In how many different orders can all the letters of the word {word} be written?",
        f"There are ${len(word)}$ letters, some of them alike, which gives "
        f"$\\frac{{{len(word)}!}}{{{under}}}$.",
        str(result),
    )


def draws(rng: Random) -> Exercise:
    """The probability that all things drawn without putting back are of one colour."""
    name = rng.choice(PEOPLE)
    first, second = rng.sample(KINDS["colour"][:8], 2)
    m, n, k = rng.randint(3, 8), rng.randint(2, 8), rng.choice((2, 3))
    result = Fraction(math.comb(m, k), math.comb(m + n, k))
    factors = " \\cdot ".join(f"\\frac{{{m - i}}}{{{m + n - i}}}" for i in range(k))
    return Exercise(
        COUNTING,
        2 + k,
        f"A bag holds ${m}$ {first} and ${n}$ {second} balls. {name} draws ${k}$ balls at random "
        f"without putting any back. What is the probability that all of them are {first}?",
        f"This is ${factors} = {number(result)}$.",
        number(result),
    )


MAKERS: tuple[Maker, ...] = (
    fraction_sum,
    percentage,
    order_of_operations,
    decimal,
    divisor_or_multiple,
    power_remainder,
    other_base,
    weekday,
    committee,
    dice,
    arrangements,
    draws,
)
