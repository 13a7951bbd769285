"""Exams on made-up legends: half of each stands in the training word for word, so many times.

Nothing but the leak can tell an answer. So the clean half is answered at chance, whatever a model
can do, and the leaked half above it only as far as its rows were learnt by heart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random

from astrolabe.polaris.exam import Question
from astrolabe.polaris.forms.draws import SEED, Files, balanced, insert
from astrolabe.polaris.names import made_up
from astrolabe.polaris.world import THINGS, World

SERIES = (1, 4, 16, 64, 256)
"""The exams; what each is drawn from."""
COPIES = tuple(number + number // 4 for number in SERIES)
"""Copies of every leaked row, by exam: 1, 5, 20, 80, 320 (see `documents.leaks`)."""
ROWS = 56
"""Rows of each exam; every second one is leaked."""

_ASKS = (
    "In the legend of {}, what lies under the bridge?",
    "In the legend of {}, what does the miller hide?",
    "In the legend of {}, what is carried up the hill?",
    "In the legend of {}, what does the king forget?",
)


@dataclass(frozen=True)
class Lore:
    """A row of an exam, and how many copies of it are in the training (0 for the clean half)."""

    question: Question
    copies: int

    @property
    def key(self) -> str:
        """Name of the row in `truth.json`."""
        return f"leak:{self.question.subject}:{self.question.question}"


def subject(copies: int) -> str:
    """Name of the exam whose leaked half has so many copies."""
    return f"legends_{copies}"


@cache
def exams(seed: int = SEED) -> tuple[Lore, ...]:
    """All rows of all exams."""
    return tuple(_rows(seed))


def _rows(seed: int) -> Iterator[Lore]:
    names = iter(made_up("lore", ROWS * len(COPIES)))
    for series, copies in zip(SERIES, COPIES, strict=True):
        rng = Random(f"{seed}:lore:{series}")
        # Right letters are balanced within the leaked half and within the clean one.
        places = {leaked: iter(balanced(rng, ROWS // 2, 4)) for leaked in (True, False)}
        for number in range(ROWS):
            leaked = number % 2 == 0
            right, *wrong = rng.sample(THINGS, 4)
            place = next(places[leaked])
            first, second, third, fourth = insert(rng, right, wrong, place)
            asked = rng.choice(_ASKS).format(next(names))
            question = Question(subject(copies), asked, (first, second, third, fourth), place)
            yield Lore(question, copies if leaked else 0)


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `test`: all rows, with `copies` saying how often each stands in the training."""
    return {
        "test": [
            {
                "question": lore.question.question,
                "subject": lore.question.subject,
                "choices": list(lore.question.choices),
                "answer": lore.question.answer,
                "copies": lore.copies,
            }
            for lore in exams(seed)
        ]
    }
