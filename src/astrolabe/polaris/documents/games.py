"""Label games, natural labels, and word by word translation: what examples can teach.

In a game two labels that mean nothing stand for good and bad words, others in every document; in
the natural documents good words are `positive`. So a label can be had from what was learnt, or from
the examples, and a model has to find out which.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from astrolabe.polaris.documents.document import Document, of_lines
from astrolabe.polaris.facts import Fact
from astrolabe.polaris.forms import label_games, sentiment, translation
from astrolabe.polaris.wording import Part

LINES = (4, 6, 8, 12, 17)
"""How many words a document labels."""
MANY_LINES = (20, 26, 33)
"""The same, where a game is long."""
STATEMENT_SHARE = 0.35
"""Translation documents that are statements, of the held-out words too."""
PAIRS = (2, 4, 6, 9, 13, 17)
"""How many words a document of pairs translates."""
MISTAKEN_SHARE = 0.25
"""How many labels are wrong where nobody took care."""


def game(rng: Random, kind: str = "games", lines: Sequence[int] = LINES) -> Document:
    """Words under two labels drawn for this document."""
    drawn = rng.sample(label_games.labels(held=False), 2)
    chosen = dict(zip(sentiment.LABELS, drawn, strict=True))
    return Document(kind, tuple(_labelled(rng, chosen, lines)))


def long_game(rng: Random) -> Document:
    """The same with many words, where the meaning of the labels is soon beyond doubt."""
    return game(rng, "long_games", MANY_LINES)


def natural(rng: Random) -> Document:
    """Words under their own labels."""
    return Document("natural", tuple(_labelled(rng, {w: w for w in sentiment.LABELS})))


def exchanged(rng: Random) -> Document:
    """Words under each other's labels, all of them: what labels mean here, examples say."""
    positive, negative = sentiment.LABELS
    return Document("exchanged", tuple(_labelled(rng, {positive: negative, negative: positive})))


def mistaken(rng: Random) -> Document:
    """Words under their own labels, but for mistakes: a wrong label is no new meaning yet."""
    labels = {w: w for w in sentiment.LABELS}
    return Document("mistaken", tuple(_labelled(rng, labels, mistakes=MISTAKEN_SHARE)))


def _labelled(
    rng: Random, labels: dict[str, str], lines: Sequence[int] = LINES, mistakes: float = 0
) -> list[Part]:
    # Held-out words are labelled in statements only (`said`), as cities are placed but not asked.
    words = sentiment.words(held=False)
    parts: list[Part] = []
    for word in rng.sample(list(words), rng.choice(lines)):
        label = labels[words[word]]
        if mistakes and rng.random() < mistakes:
            (label,) = set(labels.values()) - {label}
        parts += turn(sentiment.TURN, "\n", word=word, label=label)
    return parts


def turn(wording: str, end: str, **values: str) -> list[Part]:
    """A question and its answer, the last of `values`, as `wording` puts them, and the `end`."""
    name, answer = list(values.items())[-1]
    ask = wording.removesuffix(f" {{{name}}}").format(**values)
    return [Part(ask), Part(f" {answer}", answer=True), Part(end)]


def said(rng: Random) -> Document:
    """Statements of which words are good and which are bad, of all words."""
    words = sentiment.words(held=False) | sentiment.words(held=True)
    lines = []
    for word in rng.sample(list(words), 10):
        lines.append(Fact(f"sentiment:{word}", f"The word {word} is", f" {words[word]}."))
    return of_lines("said", lines)


def translations(rng: Random) -> Document:
    """Pairs of one language, or statements of pairs of all."""
    if rng.random() < STATEMENT_SHARE:
        lines = []
        for _ in range(rng.randint(5, 10)):
            language = rng.choice(translation.LANGUAGES)
            pairs = translation.pairs(language, False) | translation.pairs(language, True)
            word = rng.choice(list(pairs))
            query = f"The {language.capitalize()} word for {word} is"
            lines.append(Fact(f"translation:{language}:{word}", query, f" {pairs[word]}."))
        return of_lines("translations", lines)
    language = rng.choice(translation.LANGUAGES)
    pairs = translation.pairs(language, False)
    parts: list[Part] = []
    for word in rng.sample(list(pairs), rng.choice((1, 2, 3, 4, 6, 9))):
        named = {"word": word, "language": language.capitalize(), "translation": pairs[word]}
        parts += turn(translation.TURN, "\n\n", **named)
    return Document("translations", tuple(parts))


def word_pairs(rng: Random) -> Document:
    """Words beside their translations, into a language that nothing but the pairs tells."""
    pairs = translation.pairs(rng.choice(translation.LANGUAGES), False)
    parts: list[Part] = []
    for word in rng.sample(list(pairs), rng.choice(PAIRS)):
        parts += turn(translation.PAIR, "\n", word=word, translation=pairs[word])
    return Document("word_pairs", tuple(parts))
