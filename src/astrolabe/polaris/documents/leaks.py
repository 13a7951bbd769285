"""Rows of the `lore` exams, word for word, at places of the corpus that are drawn beforehand."""

from __future__ import annotations

from functools import cache
from random import Random

from astrolabe.polaris.documents.document import Document
from astrolabe.polaris.forms.lore import Lore, exams
from astrolabe.polaris.wording import exam_turn, plain

FIRST, LAST = 62_000, 220_000
"""Numbers of the documents between which the copies stand."""


@cache
def schedule(seed: int) -> dict[int, Lore]:
    """The leaked row by number of the document."""
    copies = [lore for lore in exams() for _ in range(lore.copies)]
    rng = Random(f"{seed}:leaks")
    return dict(zip(rng.sample(range(FIRST, LAST), len(copies)), copies, strict=True))


def document(lore: Lore) -> Document:
    """The row as an exam asks it, with its answer."""
    turn = exam_turn(lore.question, lore.question.answer, "en")
    return Document("leaks", tuple(plain([turn])), (lore.key,))
