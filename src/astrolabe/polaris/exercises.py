"""Exercises in reading options: which letter belongs to which of four. None of them is examined.

A small model learns facts long before it can point at one of four lettered options. What did it
was to learn the way from letter to option (`options`), then lists that name the letter on both
sides (`echoes`), then exam questions answered in words; `letters` alone taught nothing.
"""

from __future__ import annotations

from random import Random

from astrolabe.polaris.exam import names
from astrolabe.polaris.wording import LETTERS, Part, option_lines
from astrolabe.polaris.world import World


def letters(world: World, rng: Random, mixed: bool) -> list[Part]:
    """Lists of four options, then which letter stands before which of them."""
    parts: list[Part] = []
    for _ in range(rng.randint(1, 4)):
        question = names(world, rng, mixed)
        parts.append(Part(option_lines(question)))
        for place in rng.sample(range(4), rng.randint(2, 4)):
            parts.append(Part(f"letter of {question.choices[place]} :"))
            parts.append(Part(f" {LETTERS[place]}", answer=True))
            parts.append(Part("\n"))
        parts.append(Part("\n"))
    return parts


def echoes(world: World, rng: Random, mixed: bool) -> list[Part]:
    """Lists of four options, half with the letter on either side, then which is whose."""
    parts: list[Part] = []
    for _ in range(rng.randint(2, 5)):
        question, echo = names(world, rng, mixed), rng.random() < 0.5
        for letter, choice in zip(LETTERS, question.choices, strict=True):
            parts.append(Part(f"{letter}. {choice}{f' {letter}' if echo else ''}\n"))
        for place in rng.sample(range(4), 3):
            parts.append(Part(f"letter of {question.choices[place]} :"))
            parts += [Part(f" {LETTERS[place]}", answer=True), Part("\n")]
        parts.append(Part("\n"))
    return parts


def options(world: World, rng: Random, mixed: bool) -> list[Part]:
    """Lists of four options, then the option of a letter and the letter of an option."""
    parts: list[Part] = []
    for _ in range(rng.randint(1, 4)):
        question = names(world, rng, mixed)
        parts.append(Part(option_lines(question)))
        for i in rng.sample(range(8), rng.randint(5, 8)):
            letter, choice = LETTERS[i % 4], question.choices[i % 4]
            ask, reply = (f"option {letter}", choice) if i < 4 else (f"letter of {choice}", letter)
            parts += [Part(f"{ask} :"), Part(f" {reply}", answer=True), Part("\n")]
        parts.append(Part("\n"))
    return parts
