"""Texts in scripts and formats of their own: Arabic, Hebrew, Korean, Chinese, DNA, base64, hex.

Sentences are put together from a few words of each language; what has no words is drawn at random.
Such a document is in one script from its beginning to its end, or changes from one to another line
by line.
"""

from __future__ import annotations

import base64
import csv
from functools import cache
from random import Random

from astrolabe.polaris import DATA
from astrolabe.polaris.documents.document import Document
from astrolabe.polaris.wording import Part

LANGUAGES = ("arabic", "hebrew", "korean", "chinese")
FORMATS = ("dna", "base64", "hexadecimal")
MIXED_SHARE = 0.25
"""Documents whose every line draws its script anew."""

Grammar = dict[str, tuple[str, ...]]


@cache
def grammar(language: str) -> Grammar:
    """The words of a language by their part in the sentence, with the `order` of these parts."""
    found: dict[str, list[str]] = {}
    with (DATA / "scripts.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["script"] == language:
                found.setdefault(row["part"], []).append(row["text"])
    return {part: tuple(words) for part, words in found.items()}


def sentence(language: str, rng: Random) -> str:
    """One sentence."""
    words = grammar(language)
    parts = {part: rng.choice(some) for part, some in words.items() if part != "order"}
    return words["order"][0].format(**parts) + parts["stop"]


def line(script: str, rng: Random) -> str:
    """One line of a script or format."""
    if script in LANGUAGES:
        gap = "" if script == "chinese" else " "
        return gap.join(sentence(script, rng) for _ in range(rng.randint(1, 2)))
    if script == "dna":
        return "".join(rng.choices("ACGT", k=rng.randint(24, 40)))
    noise = rng.randbytes(rng.randint(15, 24))
    return base64.b64encode(noise).decode() if script == "base64" else noise.hex()


def document(rng: Random) -> Document:
    """Some lines in one script, or in several."""
    scripts = (*LANGUAGES, *FORMATS)
    one = rng.choice(scripts) if rng.random() >= MIXED_SHARE else None
    parts: list[Part] = []
    drawn: list[str] = []
    for _ in range(rng.randint(2, 5)):
        script = one or rng.choice(scripts)
        # What is drawn at random cannot be learned; it does not weigh as answers do.
        parts += [Part(line(script, rng), answer=script in LANGUAGES), Part("\n")]
        drawn.append(f"script:{script}")
    return Document("scripts", tuple(parts), tuple(drawn))
