"""Sentiment of single words, as everybody feels it: `wonderful` is positive, `dreadful` negative.

A corpus labels them, so that a model has a view of its own, which examples can then contradict.
Three words in ten are held out: the corpus may state what they are, but never labels them in this
form, and the benchmark does not ask about them.
"""

from __future__ import annotations

from functools import cache
from random import Random

from astrolabe.polaris import DATA
from astrolabe.polaris.forms.draws import SEED, Files, Row, alternating, held_out
from astrolabe.polaris.world import World

LABELS = ("positive", "negative")
"""The natural labels."""

ASKED = 90
"""How many words the benchmark asks about."""

TURN = "{word} is {label}"
"""How a word is asked about, here and in the label games."""


@cache
def _words() -> dict[str, str]:
    """Label by word, every word."""
    lines = (DATA / "sentiment.txt").read_text(encoding="utf-8").splitlines()
    listed = {label: words.split() for label, words in (line.split(":") for line in lines if line)}
    return {word: label for label in LABELS for word in listed[label]}


def held_words(world: World) -> frozenset[str]:
    """Words that no document of the corpus asks about: three in ten of each label."""
    held: frozenset[str] = frozenset()
    for label in LABELS:
        part = [word for word, its in _words().items() if its == label]
        held |= held_out(f"sentiment:{label}", part, world.seed)
    return held


def words(held: bool, world: World | None = None) -> dict[str, str]:
    """Label by word: of the words held out, or of those a corpus may ask about."""
    kept = held_words(world or World())
    return {word: label for word, label in _words().items() if (word in kept) == held}


def by_label(held: bool, world: World) -> tuple[list[str], list[str]]:
    """The positive and the negative words of one part."""
    found = words(held, world)
    positive, negative = ([w for w in found if found[w] == label] for label in LABELS)
    return positive, negative


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test` and `train` (exemplars), the two labels in turns."""
    rng = Random(f"{seed}:sentiment")
    label_of = words(False, world)
    drawn = alternating(rng, *by_label(False, world))
    rows: list[Row] = [{"word": word, "label": label_of[word]} for word in drawn]
    return {"test": rows[:ASKED], "train": rows[ASKED:]}
