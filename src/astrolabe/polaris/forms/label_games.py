"""Label games: two arbitrary labels stand for positive and negative, others in every episode.

Only the examples shown before a word can tell which label means what; without them nothing is
better than chance. A corpus draws its own episodes from the same words and labels; words and labels
held out of it tell how far what it teaches carries.
"""

from __future__ import annotations

from functools import cache
from random import Random

from astrolabe.polaris import DATA
from astrolabe.polaris.forms.draws import SEED, Files, Row, alternating
from astrolabe.polaris.forms.sentiment import by_label
from astrolabe.polaris.world import World

HELD = 12
"""Labels that the corpus never uses."""
SHOWN = 16
"""Exemplars of each label in an episode."""
ASKED = 5
"""Items of each label in an episode."""


@cache
def labels(held: bool) -> tuple[str, ...]:
    """Arbitrary labels: those that no document of the corpus uses, or the others."""
    _, _, listed = (DATA / "labels.txt").read_text(encoding="utf-8").partition(":")
    every = listed.split()
    kept = Random("2026:reserve:labels").sample(every, HELD)
    return tuple(label for label in every if (label in kept) == held)


def benchmark(
    world: World, seed: int = SEED, held_words: bool = False, held_labels: bool = False
) -> Files:
    """Draw `train` (exemplars by episode, the two labels in turns) and `test` (items).

    Every label is used in one episode.
    """
    rng = Random(f"{seed}:label_games")
    files: Files = {"train": [], "test": []}
    drawn = rng.sample(labels(held_labels), len(labels(held_labels)))
    for episode, meaning in enumerate(zip(drawn[::2], drawn[1::2], strict=True)):
        shown, asked = _episode(rng, by_label(held_words, world), meaning)
        files["train"] += [{"episode": episode, **row} for row in shown]
        files["test"] += [{"episode": episode, **row} for row in asked]
    return files


def _episode(
    rng: Random, words: tuple[list[str], list[str]], meaning: tuple[str, str]
) -> tuple[list[Row], list[Row]]:
    """Exemplars and items, where `meaning` are the labels of positive and of negative `words`."""
    sides = [rng.sample(side, SHOWN + ASKED) for side in words]
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
