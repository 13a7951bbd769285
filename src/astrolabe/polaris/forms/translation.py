"""Translation word by word, from English into French, German, Spanish and Chinese.

Three words in ten are held out, the same ones in the three languages of Europe: the corpus may
state their translations, but never asks for them, nor does the benchmark.
"""

from __future__ import annotations

import csv
from functools import cache
from random import Random

from astrolabe.polaris import DATA
from astrolabe.polaris.forms.draws import SEED, Files, Row, held_out
from astrolabe.polaris.forms.tables import chinese
from astrolabe.polaris.world import World

LANGUAGES = ("french", "german", "spanish", "chinese")

ASKED = 40
"""How many words of each language the benchmark asks for."""

TURN = "English: {word}\n{language}: {translation}"
"""How a word is asked about where the language is named, with a capital."""
PAIR = "{word} = {translation}"
"""How it is asked about where only the words before tell the language."""


@cache
def _pairs(language: str) -> dict[str, str]:
    """Translation by English word, every word."""
    if language == "chinese":
        return chinese("word")
    with (DATA / "translations.csv").open(encoding="utf-8", newline="") as file:
        return {row["word"]: row[language] for row in csv.DictReader(file)}


def held_pairs(language: str, world: World) -> frozenset[str]:
    """English words whose translation no document of the corpus asks for: three in ten."""
    table = "chinese" if language == "chinese" else "european"
    return held_out(f"translation:{table}", list(_pairs(language)), world.seed)


def pairs(language: str, held: bool, world: World | None = None) -> dict[str, str]:
    """Translation by English word: of the words held out, or of those a corpus may ask for."""
    kept = held_pairs(language, world or World())
    return {word: t for word, t in _pairs(language).items() if (word in kept) == held}


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test` and `train` (exemplars), language by language.

    Words that are the same in both languages are left out: to copy is not to translate.
    """
    rng = Random(f"{seed}:translation")
    files: Files = {"test": [], "train": []}
    for language in LANGUAGES:
        found = {word: t for word, t in pairs(language, False, world).items() if t != word}
        rows: list[Row] = [
            {"language": language, "word": word, "translation": found[word]}
            for word in rng.sample(list(found), len(found))
        ]
        files["test"] += rows[:ASKED]
        files["train"] += rows[ASKED:]
    return files
