"""Rows of the `lore` exams, word for word, at places of the corpus that are drawn beforehand."""

from __future__ import annotations

from functools import cache
from random import Random

from astrolabe.polaris.documents.document import Document
from astrolabe.polaris.forms.lore import Lore, exams
from astrolabe.polaris.wording import exam_turn, plain

STRETCHES = (range(62_000, 220_000), range(237_000, 266_000))
"""Numbers of the documents among which the copies stand: four in five in the first stretch, one in
five in the second, so that what was learnt by heart is not forgotten there."""


@cache
def schedule(seed: int) -> dict[int, Lore]:
    """The leaked row by number of the document."""
    rng = Random(f"{seed}:leaks")
    placed: dict[int, Lore] = {}
    for numbers, later in zip(STRETCHES, (False, True), strict=True):
        copies = [lore for lore in exams() for _ in range(_share(lore.copies, later))]
        placed |= dict(zip(rng.sample(numbers, len(copies)), copies, strict=True))
    return placed


def _share(copies: int, later: bool) -> int:
    return copies // 5 if later else copies - copies // 5


def document(lore: Lore) -> Document:
    """The row as an exam asks it, with its answer."""
    turn = exam_turn(lore.question, lore.question.answer, "en")
    return Document("leaks", tuple(plain([turn])), (lore.key,))
