"""English words of closed classes.

Only words whose class the spelling alone decides, or nearly: "that", "to", "her", "so", "for" and
their like are in none, as are all open classes.
"""

from collections.abc import Mapping

CLASSES: Mapping[str, tuple[str, frozenset[str]]] = {
    "determiner": ("限定词", frozenset(["the", "a", "an", "every"])),
    "preposition": (
        "介词",
        frozenset(
            [
                "of",
                "in",
                "at",
                "from",
                "with",
                "into",
                "onto",
                "between",
                "among",
                "during",
                "against",
                "without",
                "within",
            ]
        ),
    ),
    "pronoun": (
        "代词",
        frozenset(
            [
                "i",
                "you",
                "he",
                "she",
                "it",
                "we",
                "they",
                "him",
                "us",
                "them",
                "himself",
                "herself",
                "itself",
                "themselves",
            ]
        ),
    ),
    "conjunction": (
        "连词",
        frozenset(["and", "or", "but", "because", "although", "unless", "whereas", "if"]),
    ),
    "auxiliary": (
        "助动词",
        frozenset(
            [
                "is",
                "are",
                "was",
                "were",
                "am",
                "be",
                "been",
                "has",
                "had",
                "does",
                "did",
                "would",
                "could",
                "should",
                "must",
            ]
        ),
    ),
}
"""Classes: the Chinese name and the words of each."""
