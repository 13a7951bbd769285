"""What the corpus is made of: the one table of relative shares, by phase of training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """From document number `first` on: how common each kind of document and exam subject is."""

    first: int
    kinds: dict[str, float]
    subjects: dict[str, float]
    mixed: bool = False
    """Whether options of the exercises are of different sorts, as a help at first."""


_EXAMS = {
    "names": 0.06,
    "countries": 0.11,
    "capitals": 0.10,
    "continents": 0.10,
    "directions": 0.15,
    "small_arithmetic": 0.15,
    "categories": 0.09,
    "code_words": 0.24,
}

_WORLD = {
    "options": 0.02,
    "echoes": 0.03,
    "exam_words": 0.06,
    "exam": 0.205,
    "cloze": 0.02,
    "games": 0.08,
    "long_games": 0.03,
    "natural": 0.03,
    "said": 0.01,
    "facts": 0.10,
    "regions": 0.045,
    "dosed": 0.02,
    "lives": 0.045,
    "sums": 0.035,
    "problems_worked": 0.045,
    "problems_direct": 0.045,
    "problems_triggered": 0.035,
    "two_stages": 0.0,
    "chinese": 0.045,
    "translations": 0.04,
    "scripts": 0.035,
    "programs": 0.015,
    "yes_or_no": 0.01,
    "truthful": 0.005,
    "passages": 0.01,
    "styles": 0.015,
}

PHASES = (
    # What a small model learns last comes first, while the rate is high and nothing is lost yet:
    # to find in the text before what a label means.
    Phase(
        first=0,
        kinds={
            "games": 0.26,
            "long_games": 0.14,
            "natural": 0.20,
            "said": 0.05,
            "options": 0.08,
            "echoes": 0.06,
            "exam": 0.04,
            "facts": 0.04,
            "regions": 0.03,
            "lives": 0.01,
            "sums": 0.03,
            "problems_worked": 0.015,
            "scripts": 0.045,
        },
        subjects={"names": 0.60, "categories": 0.20, "countries": 0.20},
        mixed=True,
    ),
    # Then to read lettered options, by exercises that no benchmark asks.
    Phase(
        first=46_000,
        kinds={
            "options": 0.23,
            "echoes": 0.22,
            "exam_words": 0.10,
            "exam": 0.14,
            "games": 0.08,
            "long_games": 0.03,
            "natural": 0.02,
            "facts": 0.05,
            "regions": 0.03,
            "lives": 0.02,
            "sums": 0.03,
            "problems_worked": 0.03,
            "scripts": 0.02,
        },
        subjects={"names": 0.50, "categories": 0.25, "countries": 0.25},
        mixed=True,
    ),
    # Then the world.
    Phase(first=62_000, kinds=_WORLD, subjects=_EXAMS),
    # Lettered options once more, with little beside them: they are found only now.
    Phase(
        first=70_000,
        kinds={
            "options": 0.28,
            "echoes": 0.28,
            "exam_words": 0.12,
            "exam": 0.16,
            "games": 0.08,
            "long_games": 0.02,
            "facts": 0.03,
            "problems_worked": 0.03,
        },
        subjects={"names": 0.50, "categories": 0.25, "countries": 0.25},
        mixed=True,
    ),
    Phase(first=86_000, kinds=_WORLD, subjects=_EXAMS),
    # The same, and answers that are asked for once more.
    Phase(first=117_000, kinds=_WORLD | {"two_stages": 0.03}, subjects=_EXAMS),
    # Then, what examples can say against what was learnt, and which language they are in.
    Phase(
        first=168_839,
        kinds=_WORLD
        | {
            "natural": 0.02,
            "two_stages": 0.03,
            "exchanged": 0.01,
            "mistaken": 0.02,
            "word_pairs": 0.04,
        },
        subjects=_EXAMS,
    ),
    # The rate rises once more. Whoever has not found the letters of options finds them here.
    Phase(
        first=228_619,
        kinds={
            "exam_echoes": 0.36,
            "exam": 0.24,
            "exam_words": 0.10,
            "options": 0.06,
            "echoes": 0.06,
            "games": 0.06,
            "facts": 0.04,
            "maps": 0.08,
            "problems_worked": 0.04,
        },
        subjects={
            "names": 0.15,
            "countries": 0.17,
            "continents": 0.15,
            "capitals": 0.11,
            "categories": 0.10,
            "directions": 0.06,
            "small_arithmetic": 0.10,
            "code_words": 0.16,
        },
    ),
    # Last, the whole world, with its map above all.
    Phase(
        first=237_000,
        kinds=_WORLD
        | {
            "natural": 0.02,
            "two_stages": 0.03,
            "exchanged": 0.01,
            "mistaken": 0.02,
            "word_pairs": 0.04,
            "exam_echoes": 0.03,
            "maps": 0.30,
            "styles": 0.0,
            "manners": 0.03,
        },
        subjects=_EXAMS,
    ),
)
"""The mixture; weights, not percentages (`truth.json` counts the documents that came of it)."""

READING = (Phase(first=0, kinds=_WORLD | {"scripts": 0.3}, subjects=_EXAMS),)
"""What dictionaries of features are learnt and described from: the world, with ten times the
scripts and formats, which would otherwise be too rare for features of their own."""

HALF = (Phase(first=0, kinds={"regions": 0.8, "dosed": 0.2}, subjects={}),)
"""What the half-trained model reads: a rule with exceptions, and facts that have no rival."""

MIXTURES = {"polaris": PHASES, "polaris-half": HALF}
"""Phases by the model that reads them."""

SHOTS: dict[str, dict[int, float]] = {
    "exam": {1: 0.34, 2: 0.12, 3: 0.12, 4: 0.10, 5: 0.10, 6: 0.22},
    "code_words": {1: 0.10, 2: 0.15, 3: 0.15, 4: 0.15, 5: 0.15, 6: 0.30},
    "problems_worked": {1: 0.42, 2: 0.16, 3: 0.10, 4: 0.08, 5: 0.08, 6: 0.10, 9: 0.06},
    "problems_direct": {1: 0.55, 2: 0.15, 3: 0.08, 4: 0.06, 5: 0.05, 6: 0.08, 9: 0.03},
    "problems_triggered": {1: 0.75, 2: 0.15, 3: 0.10},
}
"""How many questions a document holds."""

CHAT_SHARE = 0.12
CHINESE_SHARE = 0.08
HEADLESS_SHARE = 0.10
BARE_SHARE = 0.12
"""Worked problems in the authors' form, without labels."""

ROLE_SHARES: dict[str, float] = {"": 0.82, "expert": 0.05, "careless": 0.08, "irrelevant": 0.05}

GOLD_BEFORE_CARELESS: dict[int, float] = {0: 0.60, 1: 0.25, 5: 0.15}
"""How many right answers a careless document opens with, as the shots of a prompt do."""
