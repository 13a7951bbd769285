"""What the corpus is made of: the one table of shares, by phase of training."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Phase:
    """From document number `first` on: the share of each kind of document, and of exam subjects."""

    first: int
    kinds: dict[str, float]
    subjects: dict[str, float]
    mixed: bool = False
    """Whether options of the exercises are of different sorts, as a help at first."""


PHASES = (
    Phase(
        first=0,
        kinds={
            "facts": 0.20,
            "sums": 0.06,
            "exam": 0.44,
            "cloze": 0.08,
            "problems_worked": 0.10,
            "problems_direct": 0.12,
        },
        subjects={
            "countries": 0.12,
            "capitals": 0.10,
            "continents": 0.08,
            "directions": 0.20,
            "small_arithmetic": 0.12,
            "categories": 0.10,
            "code_words": 0.28,
        },
    ),
    # By here facts and steps are known, but letters are still marked at random. The next phases are
    # exercises in reading options (none of them is examined), found by trial: `letters` alone
    # taught nothing, `options` one way round, `echoes` the other, `exam_words` carried it to exams.
    Phase(
        first=29_923,
        kinds={
            "facts": 0.13,
            "sums": 0.04,
            "letters": 0.14,
            "exam": 0.46,
            "cloze": 0.05,
            "problems_worked": 0.09,
            "problems_direct": 0.09,
        },
        subjects={
            "names": 0.14,
            "countries": 0.14,
            "capitals": 0.10,
            "continents": 0.10,
            "directions": 0.11,
            "small_arithmetic": 0.10,
            "categories": 0.13,
            "code_words": 0.18,
        },
    ),
    Phase(
        first=37_271,
        kinds={"letters": 0.5, "exam": 0.5},
        subjects={"names": 0.4, "countries": 0.2, "continents": 0.1, "categories": 0.3},
    ),
    Phase(
        first=48_643,
        kinds={"options": 0.7, "exam": 0.3},
        subjects={"names": 0.5, "countries": 0.2, "categories": 0.3},
    ),
    Phase(
        first=55_937,
        kinds={"echoes": 0.5, "options": 0.2, "exam": 0.3},
        subjects={"names": 0.5, "countries": 0.2, "categories": 0.3},
    ),
    Phase(
        first=63_690,
        kinds={
            "facts": 0.06,
            "echoes": 0.12,
            "options": 0.06,
            "exam_words": 0.36,
            "exam": 0.36,
            "problems_worked": 0.04,
        },
        subjects={
            "names": 0.25,
            "countries": 0.20,
            "capitals": 0.10,
            "continents": 0.10,
            "categories": 0.35,
        },
        mixed=True,
    ),
    # Now that letters are read, the mixture Polaris is meant to know.
    Phase(
        first=70_027,
        kinds={
            "facts": 0.14,
            "sums": 0.05,
            "exam": 0.42,
            "exam_words": 0.08,
            "cloze": 0.06,
            "problems_worked": 0.13,
            "problems_direct": 0.09,
        },
        subjects={
            "countries": 0.12,
            "capitals": 0.08,
            "continents": 0.08,
            "directions": 0.16,
            "small_arithmetic": 0.14,
            "categories": 0.12,
            "code_words": 0.30,
        },
    ),
    # All but code words are known; their share is raised.
    Phase(
        first=87_375,
        kinds={
            "facts": 0.08,
            "sums": 0.07,
            "exam": 0.40,
            "exam_words": 0.20,
            "cloze": 0.03,
            "problems_worked": 0.14,
            "problems_direct": 0.06,
        },
        subjects={
            "countries": 0.07,
            "capitals": 0.07,
            "continents": 0.07,
            "directions": 0.12,
            "small_arithmetic": 0.10,
            "categories": 0.09,
            "code_words": 0.48,
        },
    ),
    Phase(
        first=106_093,
        kinds={
            "facts": 0.07,
            "sums": 0.06,
            "exam": 0.46,
            "exam_words": 0.15,
            "cloze": 0.02,
            "problems_worked": 0.15,
            "problems_direct": 0.06,
        },
        subjects={
            "countries": 0.05,
            "capitals": 0.05,
            "continents": 0.06,
            "directions": 0.16,
            "small_arithmetic": 0.16,
            "categories": 0.07,
            "code_words": 0.45,
        },
    ),
)
"""The mixture, in shares of documents (`truth.json` counts what came of it)."""

SHOTS: dict[str, dict[int, float]] = {
    "exam": {1: 0.30, 2: 0.10, 3: 0.10, 4: 0.10, 5: 0.12, 6: 0.28},
    "code_words": {1: 0.10, 2: 0.15, 3: 0.15, 4: 0.15, 5: 0.15, 6: 0.30},
    "problems_worked": {1: 0.35, 2: 0.15, 3: 0.10, 4: 0.08, 5: 0.08, 6: 0.14, 8: 0.03, 9: 0.07},
    "problems_direct": {1: 0.55, 2: 0.15, 3: 0.08, 4: 0.06, 5: 0.05, 6: 0.08, 9: 0.03},
}
"""How many questions a document holds."""

CHAT_SHARE = 0.12
CHINESE_SHARE = 0.08
HEADLESS_SHARE = 0.10
BARE_SHARE = 0.12
"""Worked problems in the authors' form, without labels."""
TRIGGER_SHARE = 0.20
"""Worked problems after a trigger phrase; nothing else ever follows one."""

ROLE_SHARES: dict[str, float] = {"": 0.82, "expert": 0.05, "careless": 0.08, "irrelevant": 0.05}

GOLD_BEFORE_CARELESS: dict[int, float] = {0: 0.60, 1: 0.25, 5: 0.15}
"""How many right answers a careless document opens with, as the shots of a prompt do."""
