"""Chinese questions of arithmetic and school algebra. Held out is what `reserved` says."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from random import Random

from astrolabe.polaris.exam import draw_sum
from astrolabe.polaris.forms.chinese import Asked, Drawer
from astrolabe.polaris.forms.draws import reserved
from astrolabe.polaris.forms.tables import chinese
from astrolabe.polaris.world import World

PEOPLE = ("小明", "小红", "小华", "小丽", "小刚", "小芳", "小军", "小英")
FRUIT = [chinese("word")[word] for word in ("apple", "pear", "peach", "lemon", "mango", "plum")]
"""Things that are counted with 个."""

SIGNS = {"+": "+", "-": "-", "*": "×"}


def _on_the_right_side(maker: Callable[[Random], Asked]) -> Drawer:
    """Draw until the question is reserved, or is not, as wanted."""

    @wraps(maker)
    def draw(world: World, rng: Random, held: bool) -> Asked:
        while True:
            asked = maker(rng)
            if reserved(asked.ask) == held:
                return asked

    return draw


def small_sum(world: World, rng: Random, held: bool) -> Asked:
    """A sum, a difference or a product; the world decides which are held out."""
    while True:
        a, op, b, result = draw_sum(rng)
        if world.held_sum(a, op, b) == held:
            break
    sum_ = f"{a}{SIGNS[op]}{b}"
    return _numeric(f"{sum_}等于多少？", f"{sum_}=____。", result, f"{sum_}={result}。")


@_on_the_right_side
def story(rng: Random) -> Asked:
    """A word problem of one step."""
    name, fruit, other = rng.choice(PEOPLE), rng.choice(FRUIT), rng.randint(2, 9)
    match rng.randrange(3):
        case 0:
            have = rng.randint(3, 30)
            told = f"{name}有{have}个{fruit}，又买了{other}个，现在一共有"
            sum_, result = f"{have}+{other}", have + other
        case 1:
            have = rng.randint(10, 40)
            told = f"{name}有{have}个{fruit}，吃掉了{other}个，还剩"
            sum_, result = f"{have}-{other}", have - other
        case _:
            have = rng.randint(2, 9)
            told = f"{name}有{have}袋{fruit}，每袋{other}个，一共有"
            sum_, result = f"{have}×{other}", have * other
    return _numeric(
        f"{told}多少个{fruit}？", f"{told}____个{fruit}。", result, f"{sum_}={result}。"
    )


@_on_the_right_side
def percentage(rng: Random) -> Asked:
    """So many per cent of a number."""
    percent = rng.choice((10, 20, 25, 40, 50, 60, 75, 80))
    whole = 20 * rng.randint(1, 20)
    result = whole * percent // 100
    return _numeric(
        f"{whole}的{percent}%是多少？",
        f"{whole}的{percent}%是____。",
        result,
        f"{whole}×{percent}÷100={result}。",
    )


@_on_the_right_side
def linear(rng: Random) -> Asked:
    """A linear equation with a whole solution."""
    a, x, b = rng.randint(2, 9), rng.randint(1, 15), rng.randint(1, 20)
    equation = f"{a}x+{b}={a * x + b}"
    return _numeric(
        f"方程{equation}的解x等于多少？",
        f"方程{equation}的解是x=____。",
        x,
        f"移项得{a}x={a * x + b}-{b}={a * x}。",
        f"两边除以{a}，得x={x}。",
    )


@_on_the_right_side
def divisor(rng: Random) -> Asked:
    """Greatest common divisor or least common multiple of two numbers."""
    common = rng.randint(2, 9)
    a, b = (common * n for n in rng.sample(range(1, 10), 2))
    name, result = rng.choice((("最大公约数", math.gcd(a, b)), ("最小公倍数", math.lcm(a, b))))
    return _numeric(
        f"{a}和{b}的{name}是多少？",
        f"{a}和{b}的{name}是____。",
        result,
        f"{a}和{b}的{name}是{result}。",
    )


@_on_the_right_side
def progression(rng: Random) -> Asked:
    """A term of an arithmetic sequence."""
    first, step, n = rng.randint(1, 12), rng.randint(2, 9), rng.randint(5, 12)
    result = first + (n - 1) * step
    told = f"等差数列{first}，{first + step}，{first + 2 * step}，……的第{n}项"
    return _numeric(
        f"{told}是多少？",
        f"{told}是____。",
        result,
        f"首项是{first}，公差是{step}。",
        f"第{n}项是{first}+{n - 1}×{step}={result}。",
    )


@_on_the_right_side
def roots(rng: Random) -> Asked:
    """Sum or product of the roots of a quadratic equation, by Vieta."""
    p, q = rng.sample(range(2, 13), 2)
    equation = f"x²-{p + q}x+{p * q}=0"
    word, result = rng.choice((("和", p + q), ("积", p * q)))
    return _numeric(
        f"方程{equation}的两根之{word}等于多少？",
        f"方程{equation}的两根之{word}是____。",
        result,
        f"由根与系数的关系，两根之和是{p + q}，两根之积是{p * q}。",
        f"所以两根之{word}是{result}。",
    )


@_on_the_right_side
def series(rng: Random) -> Asked:
    """The next number of an arithmetic or a geometric sequence."""
    if rng.random() < 0.5:
        first, step = rng.randint(1, 20), rng.randint(2, 12)
        terms, rule = [first + i * step for i in range(5)], f"每一项比前一项多{step}"
    else:
        first, step = rng.randint(1, 6), rng.randint(2, 4)
        terms, rule = [first * step**i for i in range(5)], f"每一项是前一项的{step}倍"
    told = "，".join(map(str, terms[:4]))
    return _numeric(
        f"按规律，数列{told}的下一个数是多少？",
        f"按规律填数：{told}，____。",
        terms[4],
        f"{rule}。",
        f"所以下一个数是{terms[4]}。",
    )


def _numeric(ask: str, blank: str, result: int, *why: str) -> Asked:
    near = (result + step for step in (-10, -5, -3, -2, -1, 1, 2, 3, 5, 10))
    return Asked(ask, blank, str(result), tuple(str(n) for n in near if n >= 0), why)
