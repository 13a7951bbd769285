"""Chinese questions about kinds of things, and small puzzles of logic."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from astrolabe.polaris.forms.chinese import Asked
from astrolabe.polaris.forms.draws import reserved
from astrolabe.polaris.forms.tables import NEAR_KINDS, chinese
from astrolabe.polaris.world import KINDS, World

WORD, KIND = chinese("word"), chinese("kind")

PERSONS = "甲乙丙丁"
SCALES = (("高", "矮"), ("重", "轻"), ("快", "慢"), ("早到", "晚到"))


def category(world: World, rng: Random, held: bool) -> Asked:
    """Which of these is a fruit (a tool, a metal ...)?"""
    kind, right = _word(world, rng, held)
    return Asked(
        f"下列各项中，属于{KIND[kind]}的是哪一项？",
        f"下列各项中，属于{KIND[kind]}的是____。",
        WORD[right],
        _strangers(rng, kind),
        (f"{WORD[right]}是一种{KIND[kind]}，其余三项不是。",),
    )


def belonging(world: World, rng: Random, held: bool) -> Asked:
    """Of which kind is the thing?"""
    kind, word = _word(world, rng, held)
    return Asked(
        f"“{WORD[word]}”属于下列哪一类？",
        f"“{WORD[word]}”属于____。",
        KIND[kind],
        tuple(KIND[other] for other in _others(kind)),
        (f"{WORD[word]}是一种{KIND[kind]}。",),
    )


def odd_one(world: World, rng: Random, held: bool) -> Asked:
    """Which of four things is not of the same kind as the others?"""
    kind, right = _word(world, rng, held)
    common = rng.choice(_others(kind))
    wrong = tuple(WORD[word] for word in rng.sample(KINDS[common], 3))
    return Asked(
        "下列四项中，与其他三项不属于同一类的是哪一项？",
        "下列四项中，与其他三项不属于同一类的是____。",
        WORD[right],
        wrong,
        (f"{'、'.join(wrong)}都是{KIND[common]}。", f"{WORD[right]}是{KIND[kind]}。"),
    )


def analogy(world: World, rng: Random, held: bool) -> Asked:
    """A word is to its kind as which of these is to another kind?"""
    kind, right = _word(world, rng, held)
    given = rng.choice(_others(kind))
    word = rng.choice(KINDS[given])
    return Asked(
        f"“{WORD[word]}”之于“{KIND[given]}”，相当于下列哪一项之于“{KIND[kind]}”？",
        f"“{WORD[word]}”之于“{KIND[given]}”，相当于____之于“{KIND[kind]}”。",
        WORD[right],
        _strangers(rng, kind),
        (
            f"{WORD[word]}是一种{KIND[given]}。",
            f"四项中只有{WORD[right]}是一种{KIND[kind]}。",
        ),
    )


def ranking(world: World, rng: Random, held: bool) -> Asked:
    """Four persons, three comparisons: who is the tallest (the lightest ...)?"""
    while True:
        order, (more, less) = rng.sample(PERSONS, 4), rng.choice(SCALES)
        told = [
            f"{a}比{b}{more}" if rng.random() < 0.5 else f"{b}比{a}{less}"
            for a, b in pairwise(order)
        ]
        rng.shuffle(told)
        place, most = rng.choice(((0, more), (3, less)))
        given = f"已知{'，'.join(told)}。四人中最{most}的是"
        if reserved(given) == held:
            break
    wrong = tuple(person for person in PERSONS if person != order[place])
    return Asked(
        f"{given}谁？",
        f"{given}____。",
        order[place],
        wrong,
        (
            f"按从{more}到{less}的顺序排列是{'、'.join(order)}。",
            f"所以最{most}的是{order[place]}。",
        ),
    )


def _word(world: World, rng: Random, held: bool) -> tuple[str, str]:
    """A kind and one of its words."""
    kind = rng.choice(list(KINDS))
    return kind, rng.choice([w for w in KINDS[kind] if (w in world.held_words) == held])


def _others(kind: str) -> list[str]:
    """Kinds that may stand beside `kind`."""
    return [other for other in KINDS if other != kind and {kind, other} not in NEAR_KINDS]


def _strangers(rng: Random, kind: str) -> tuple[str, ...]:
    return tuple(WORD[rng.choice(KINDS[other])] for other in rng.sample(_others(kind), 3))
