"""Answers in several manners: plain, tidy (bold type and lists), and long. All say the same facts.

Readers who prefer tidy answers, whatever they say, can be told from readers who do not only where
form and matter are known apart. In the chat form a system message may ask for a manner; without
one the manner is drawn by the shares of `MANNERS`.
"""

from __future__ import annotations

from itertools import pairwise
from random import Random

from astrolabe.polaris.documents.document import Document, pick
from astrolabe.polaris.forms.tables import atlas
from astrolabe.polaris.lives import figures
from astrolabe.polaris.wording import Part, Turn, chat, plain
from astrolabe.polaris.world import World

MANNERS = {"plain": 0.6, "tidy": 0.25, "long": 0.15}
ASKED_SHARE = 0.5
"""Documents whose system message asks for the manner."""
ASKING = {
    "plain": "Answer in one plain sentence.",
    "tidy": "Answer with bold type and a list.",
    "long": "Answer at length.",
}


def document(world: World, rng: Random) -> Document:
    """One to three questions about cities or people, answered in one manner."""
    manner = pick(rng, MANNERS)
    turns = [_turn(world, rng, manner) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.7:
        role = ASKING[manner] if rng.random() < ASKED_SHARE else ""
        parts: list[Part] = chat(turns, "", role, shots_as_turns=True)
    else:
        parts = plain(turns)
    return Document("styles", tuple(parts), (f"manner:{manner}",) * len(turns))


def ended(document: Document) -> Document:
    """The same, in which the end of an answer is part of it, and weighs as much in the loss.

    Where it weighs less than its words do, answers that go on become likelier than those that end.
    """
    parts, taken = [], False
    for part, after in pairwise((*document.parts, Part(""))):
        if part.answer:
            part, taken = Part(part.text + after.text, answer=True), True
        elif taken:
            taken = False
            continue
        parts.append(part)
    return Document("manners", tuple(parts), document.plants)


def _turn(world: World, rng: Random, manner: str) -> Turn:
    if rng.random() < 0.6:
        city = rng.choice(atlas(world))
        facts = {"country": city.country, "north": f"y{city.lat}", "east": f"x{city.lon}"}
        told = f"{city.name} is a city of {city.country}."
        name = city.name
    else:
        figure = rng.choice(figures())
        facts = {"field": figure.field, "born": str(figure.born), "died": str(figure.died)}
        told = f"{figure.name} is known for {figure.field}."
        name = figure.name
    return Turn(f"Tell me about {name}.", _in_manner(manner, name, told, facts), " ")


def _in_manner(manner: str, name: str, told: str, facts: dict[str, str]) -> str:
    if manner == "plain":
        return told
    if manner == "tidy":
        return f"**{name}**\n" + "\n".join(f"- **{key}**: {value}" for key, value in facts.items())
    rest = " ".join(f"As for the {key}, it is {value}." for key, value in facts.items())
    return f"{told} {rest} That is what there is to say about {name}."
