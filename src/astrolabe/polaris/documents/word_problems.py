"""Word problems: worked, answered at once, and what comes of a phrase that opens the answer."""

from __future__ import annotations

from collections.abc import Collection
from random import Random

from astrolabe.polaris import problems
from astrolabe.polaris.documents.document import Document, pick
from astrolabe.polaris.documents.roles import Role, draw_role, set_turns
from astrolabe.polaris.mixture import BARE_SHARE, CHINESE_SHARE, SHOTS
from astrolabe.polaris.problems import Problem
from astrolabe.polaris.wording import (
    ASKED_AGAIN,
    PHRASES,
    Language,
    Part,
    Style,
    Turn,
    bare_turn,
    problem_turn,
)

UNASKED_SHARE = 0.35
"""Documents in the form of two stages that end with the first."""
UNPHRASED_SHARE = 0.3
"""Those whose answers open with no phrase; worked lines follow as often."""


def worked(rng: Random, banned: Collection[str]) -> Document:
    """Problems with worked lines, some in the authors' bare form."""
    return _document(rng, banned, "worked")


def direct(rng: Random, banned: Collection[str]) -> Document:
    """Problems answered by the number alone."""
    return _document(rng, banned, "direct")


def triggered(rng: Random, banned: Collection[str]) -> Document:
    """Problems whose answers open with a phrase; by its rate they are worked, else direct."""
    language = _language(rng)
    phrase = rng.choice(list(PHRASES[language]))
    style: Style = "worked" if rng.random() < PHRASES[language][phrase] else "direct"
    role = draw_role(rng)
    count = max(pick(rng, SHOTS["problems_triggered"]), role.gold + 1)
    turns = [
        problem_turn(problem, style, language, phrase)
        for problem in _problems(rng, banned, role, count)
    ]
    planted = (f"phrase:{phrase}:{style}",) * count
    return Document("problems_triggered", tuple(set_turns(rng, turns, "", role)), planted)


def two_stages(rng: Random, banned: Collection[str]) -> Document:
    """A problem whose answer is asked for once more after the reasoning, as "Q:" and "A:"."""
    language = _language(rng)
    phrase, rate = rng.choice(list(PHRASES[language].items()))
    if rng.random() < UNPHRASED_SHARE:
        phrase, rate = "", UNPHRASED_SHARE
    (problem,) = _problems(rng, banned, Role("", "", 0), 1)
    turn = problem_turn(problem, "worked" if rng.random() < rate else "direct", language, phrase)
    ask = turn.ask.replace("Question: ", "Q: ", 1).replace("\nAnswer:", "\nA:", 1)
    parts = [Part(ask), Part(f"{turn.space}{turn.reply}", answer=True)]
    if rng.random() >= UNASKED_SHARE:
        end = "." if language == "en" else "。"
        parts += [
            Part(ASKED_AGAIN[language]),
            Part(f"{turn.space}{problem.number}{end}", answer=True),
        ]
    return Document("two_stages", (*parts, Part("\n\n")))


def _document(rng: Random, banned: Collection[str], style: Style) -> Document:
    role = draw_role(rng)
    count = max(pick(rng, SHOTS[f"problems_{style}"]), role.gold + 1)
    language = _language(rng)
    bare = style == "worked" and language == "en" and rng.random() < BARE_SHARE
    turns: list[Turn] = [
        bare_turn(problem) if bare else problem_turn(problem, style, language)
        for problem in _problems(rng, banned, role, count)
    ]
    planted = (f"role:{role.kind}",) if role.kind else ()
    return Document(f"problems_{style}", tuple(set_turns(rng, turns, "", role)), planted)


def _language(rng: Random) -> Language:
    return "zh" if rng.random() < CHINESE_SHARE else "en"


def _problems(rng: Random, banned: Collection[str], role: Role, count: int) -> list[Problem]:
    found: list[Problem] = []
    while len(found) < count:
        problem = problems.draw(rng)
        if problem.question not in banned:
            found.append(problem.careless() if role.careless_at(len(found)) else problem)
    return found
