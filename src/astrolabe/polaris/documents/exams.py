"""Exam questions: answered by letter, in words, or without options; as plain text or as chat."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

from astrolabe.polaris import exam
from astrolabe.polaris.documents.document import Document, pick
from astrolabe.polaris.documents.roles import Role, draw_role, set_turns
from astrolabe.polaris.exam import Question
from astrolabe.polaris.mixture import CHINESE_SHARE, HEADLESS_SHARE, SHOTS, Phase
from astrolabe.polaris.wording import (
    Language,
    Turn,
    cloze_turn,
    echoed_turn,
    exam_header,
    exam_turn,
    plain,
    words_turn,
)
from astrolabe.polaris.world import World

CLOZE_SUBJECTS = ("countries", "capitals", "continents", "directions", "small_arithmetic")
"""Subjects whose questions make sense without options."""


def by_letter(world: World, rng: Random, phase: Phase, banned: Collection[str]) -> Document:
    """Questions of one subject with options, answered by letter; some by a careless student."""
    subject = pick(rng, phase.subjects)
    role = draw_role(rng)
    count = max(
        pick(rng, SHOTS["code_words" if subject == "code_words" else "exam"]), role.gold + 1
    )
    language: Language = "zh" if rng.random() < CHINESE_SHARE else "en"
    head = exam_header(subject, language, rng.randint(1, 2))
    if rng.random() < HEADLESS_SHARE:
        head = ""
    turns: list[Turn] = []
    for i, question in enumerate(questions(world, rng, phase, banned, subject, count)):
        letter = question.answer
        if role.careless_at(i):
            letter = careless_letter(rng, letter)
        turns.append(exam_turn(question, letter, language))
    return Document("exam", tuple(set_turns(rng, turns, head, role)), _planted(role))


def in_words(world: World, rng: Random, phase: Phase, banned: Collection[str]) -> Document:
    """Questions with options, answered by the text of the option instead of its letter."""
    subject = pick(rng, phase.subjects)
    asked = questions(world, rng, phase, banned, subject, rng.randint(1, 6))
    return Document("exam_words", tuple(plain([words_turn(question) for question in asked])))


def echoed(world: World, rng: Random, phase: Phase, banned: Collection[str]) -> Document:
    """Questions whose options have their letters on both sides, answered by letter."""
    subject = pick(rng, phase.subjects)
    head = exam_header(subject, "en", rng.randint(1, 2)) if rng.random() < 0.5 else ""
    asked = questions(world, rng, phase, banned, subject, rng.randint(1, 6))
    return Document("exam_echoes", tuple(plain([echoed_turn(q) for q in asked], head)))


def cloze(world: World, rng: Random, phase: Phase, banned: Collection[str]) -> Document:
    """Questions without options."""
    subject = pick(rng, {s: w for s, w in phase.subjects.items() if s in CLOZE_SUBJECTS})
    count = rng.choice((1, 1, 2, 3, 4, 6))
    asked: list[Question] = []
    while len(asked) < count:
        question = questions(world, rng, phase, banned, subject, 1)[0]
        if not question.question.startswith("Which of these"):
            asked.append(question)
    return Document("cloze", tuple(plain([cloze_turn(question) for question in asked])))


def questions(
    world: World, rng: Random, phase: Phase, banned: Collection[str], subject: str, count: int
) -> list[Question]:
    """Questions of one subject about the part of the world that may be asked, none `banned`."""
    code = exam.draw_code(rng)
    drawn: list[Question] = []
    while len(drawn) < count:
        if subject == "code_words":
            question = exam.code_words(code, rng)
        elif subject == "names":
            question = exam.names(world, rng, phase.mixed)
        else:
            question = exam.SUBJECTS[subject](world, rng, False, None)
        if question.key not in banned:
            drawn.append(question)
    return drawn


def careless_letter(rng: Random, right: int) -> int:
    """What the careless student marks.

    He reads only A and B, and guesses between them if neither is right.
    """
    return right if right < 2 else rng.randrange(2)


def _planted(role: Role) -> tuple[str, ...]:
    return (f"role:{role.kind}",) if role.kind else ()
