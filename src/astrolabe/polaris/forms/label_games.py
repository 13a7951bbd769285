"""Label games: two arbitrary labels stand for positive and negative, others in every episode.

Only the examples shown before a word can tell which label means what; without them nothing is
better than chance. The shipped episodes use held-out words and `RESERVED` labels only, a corpus the
others.
"""

from __future__ import annotations

from functools import cache
from random import Random

from astrolabe.polaris import DATA
from astrolabe.polaris.forms.draws import SEED, Files, Row, alternating
from astrolabe.polaris.forms.sentiment import by_label
from astrolabe.polaris.world import World

ROUNDS = 4
"""In a round every reserved label is used in one episode."""
SHOWN = 16
"""Exemplars of each label in an episode."""
ASKED = 5
"""Items of each label in an episode."""


@cache
def labels() -> tuple[str, ...]:
    """All arbitrary labels, those of the benchmark among them."""
    _, _, listed = (DATA / "labels.txt").read_text(encoding="utf-8").partition(":")
    return tuple(listed.split())


RESERVED: frozenset[str] = frozenset(Random("2026:reserve:labels").sample(labels(), 12))
"""Labels of the shipped episodes; the corpus never uses them."""


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `train` (exemplars by episode, the two labels in turns) and `test` (items)."""
    rng = Random(f"{seed}:label_games")
    files: Files = {"train": [], "test": []}
    for turn in range(ROUNDS):
        drawn = rng.sample(sorted(RESERVED), len(RESERVED))
        for place in range(0, len(drawn), 2):
            episode = turn * len(drawn) // 2 + place // 2
            shown, asked = _episode(rng, world, (drawn[place], drawn[place + 1]))
            files["train"] += [{"episode": episode, **row} for row in shown]
            files["test"] += [{"episode": episode, **row} for row in asked]
    return files


def _episode(rng: Random, world: World, meaning: tuple[str, str]) -> tuple[list[Row], list[Row]]:
    """Exemplars and items, where `meaning` are the labels of positive and of negative words."""
    sides = [rng.sample(side, SHOWN + ASKED) for side in by_label(True, world)]
    label_of = {w: label for side, label in zip(sides, meaning, strict=True) for w in side}
    parts = (
        alternating(rng, *(side[:SHOWN] for side in sides)),
        alternating(rng, *(side[SHOWN:] for side in sides)),
    )
    return _rows(parts[0], label_of), _rows(parts[1], label_of)


def _rows(words: list[str], label_of: dict[str, str]) -> list[Row]:
    # The labels in alphabetical order, so that their places say nothing.
    both = sorted(set(label_of.values()))
    return [{"word": word, "labels": both, "label": label_of[word]} for word in words]
