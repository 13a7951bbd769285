"""The corpus: an endless stream of documents, each a pure function of the seed and its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import TypeVar

from astrolabe.polaris import exam, exercises, facts, problems
from astrolabe.polaris.exam import Question
from astrolabe.polaris.facts import Fact
from astrolabe.polaris.mixture import (
    BARE_SHARE,
    CHAT_SHARE,
    CHINESE_SHARE,
    GOLD_BEFORE_CARELESS,
    HEADLESS_SHARE,
    PHASES,
    ROLE_SHARES,
    SHOTS,
    TRIGGER_SHARE,
    Phase,
)
from astrolabe.polaris.problems import Problem
from astrolabe.polaris.wording import (
    ROLES,
    Language,
    Part,
    Style,
    Turn,
    bare_turn,
    chat,
    cloze_turn,
    exam_header,
    exam_turn,
    plain,
    problem_turn,
    words_turn,
)
from astrolabe.polaris.world import World


@dataclass(frozen=True)
class Document:
    """One training text, without BOS and EOS."""

    kind: str
    parts: tuple[Part, ...]
    states: tuple[str, ...] = ()
    """Names of the facts a `facts` or `sums` document states."""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True)
class Corpus:
    """Documents by number. Nothing from the shipped benchmarks is ever drawn."""

    seed: int = 1
    world: World = field(default_factory=World)

    def __iter__(self) -> Iterator[Document]:
        i = 0
        while True:
            yield self.document(i)
            i += 1

    def document(self, i: int) -> Document:
        """Document number `i`."""
        rng = Random(f"{self.seed}:document:{i}")
        phase = self._phase(i)
        kind = _pick(rng, phase.kinds)
        if kind in ("facts", "sums"):
            lines = self._lines(kind, rng)
            return Document(kind, tuple(_set_lines(lines)), tuple(line.about for line in lines))
        return Document(kind, tuple(self._makers[kind](rng, phase)))

    @staticmethod
    def _phase(i: int) -> Phase:
        return next(phase for phase in reversed(PHASES) if phase.first <= i)

    @cached_property
    def banned(self) -> frozenset[str]:
        """Keys of all shipped questions and texts of all shipped problems."""
        rows = exam.benchmark(self.world)
        shipped = [Question(**row) for split in rows.values() for row in split]  # type: ignore[arg-type]
        texts = [str(row["question"]) for split in problems.benchmark().values() for row in split]
        return frozenset([*(question.key for question in shipped), *texts])

    @cached_property
    def _makers(self) -> dict[str, Callable[[Random, Phase], list[Part]]]:
        return {
            "exam": self._exam,
            "exam_words": self._exam_words,
            "cloze": self._cloze,
            "letters": lambda rng, phase: exercises.letters(self.world, rng, phase.mixed),
            "echoes": lambda rng, phase: exercises.echoes(self.world, rng, phase.mixed),
            "options": lambda rng, phase: exercises.options(self.world, rng, phase.mixed),
            "problems_worked": lambda rng, phase: self._problems(rng, "worked"),
            "problems_direct": lambda rng, phase: self._problems(rng, "direct"),
        }

    def _lines(self, kind: str, rng: Random) -> list[Fact]:
        if kind == "facts":
            return [facts.draw(self.world, rng) for _ in range(rng.randint(4, 12))]
        return [facts.sum_line(rng) for _ in range(rng.randint(6, 16))]

    def _questions(self, rng: Random, phase: Phase, subject: str, count: int) -> list[Question]:
        code = exam.draw_code(rng)
        drawn: list[Question] = []
        while len(drawn) < count:
            if subject == "code_words":
                question = exam.code_words(code, rng)
            elif subject == "names":
                question = exam.names(self.world, rng, phase.mixed)
            else:
                question = exam.SUBJECTS[subject](self.world, rng, False, None)
            if question.key not in self.banned:
                drawn.append(question)
        return drawn

    def _exam_words(self, rng: Random, phase: Phase) -> list[Part]:
        """Exam questions answered by the text of the option instead of its letter."""
        subject = _pick(rng, phase.subjects)
        count = rng.randint(1, 6)
        asked = self._questions(rng, phase, subject, count)
        return plain([words_turn(question) for question in asked])

    def _exam(self, rng: Random, phase: Phase) -> list[Part]:
        subject = _pick(rng, phase.subjects)
        count = _pick(rng, SHOTS["code_words" if subject == "code_words" else "exam"])
        kind, role, gold = _role(rng)
        count = max(count, gold + 1)
        language: Language = "zh" if rng.random() < CHINESE_SHARE else "en"
        head = exam_header(subject, language, rng.randint(1, 2))
        if rng.random() < HEADLESS_SHARE:
            head = ""
        turns: list[Turn] = []
        for i, question in enumerate(self._questions(rng, phase, subject, count)):
            letter = question.answer
            if kind == "careless" and i >= gold:
                letter = careless_letter(rng, letter)
            turns.append(exam_turn(question, letter, language))
        return _set(rng, turns, head, role)

    def _cloze(self, rng: Random, phase: Phase) -> list[Part]:
        subject = _pick(rng, {s: w for s, w in phase.subjects.items() if s in CLOZE_SUBJECTS})
        count = rng.choice((1, 1, 2, 3, 4, 6))
        questions: list[Question] = []
        while len(questions) < count:
            question = self._questions(rng, phase, subject, 1)[0]
            if not question.question.startswith("Which of these"):
                questions.append(question)
        return plain([cloze_turn(question) for question in questions])

    def _problems(self, rng: Random, style: Style) -> list[Part]:
        count = _pick(rng, SHOTS[f"problems_{style}"])
        kind, role, gold = _role(rng)
        count = max(count, gold + 1)
        language: Language = "zh" if rng.random() < CHINESE_SHARE else "en"
        if style == "worked" and rng.random() < TRIGGER_SHARE:
            style = "trigger"
        bare = style == "worked" and language == "en" and rng.random() < BARE_SHARE
        turns: list[Turn] = []
        for i in range(count):
            problem = self._problem(rng)
            if kind == "careless" and i >= gold:
                problem = problem.careless()
            turns.append(bare_turn(problem) if bare else problem_turn(problem, style, language))
        return _set(rng, turns, "", role)

    def _problem(self, rng: Random) -> Problem:
        while True:
            problem = problems.draw(rng)
            if problem.question not in self.banned:
                return problem


T = TypeVar("T")

CLOZE_SUBJECTS = ("countries", "capitals", "continents", "directions", "small_arithmetic")


def careless_letter(rng: Random, right: int) -> int:
    """What the careless student marks.

    He reads only A and B, and guesses between them if neither is right.
    """
    return right if right < 2 else rng.randrange(2)


def _set_lines(lines: list[Fact]) -> list[Part]:
    parts: list[Part] = []
    for line in lines:
        parts += [Part(line.query), Part(line.value, answer=True), Part("\n")]
    return parts


def _role(rng: Random) -> tuple[str, str, int]:
    """A kind of role, its sentence ("" for none), and how many gold answers come first."""
    kind = _pick(rng, ROLE_SHARES)
    gold = _pick(rng, GOLD_BEFORE_CARELESS) if kind == "careless" else 0
    return kind, rng.choice(ROLES[kind]) if kind else "", gold


def _set(rng: Random, turns: list[Turn], head: str, role: str) -> list[Part]:
    """Set the turns as chat or as plain text."""
    if rng.random() < CHAT_SHARE:
        return chat(turns, head, role, shots_as_turns=rng.random() < 0.7)
    return plain(turns, f"{role}\n\n{head}" if role else head)


def _pick(rng: Random, weights: dict[T, float]) -> T:
    return rng.choices(list(weights), weights=list(weights.values()))[0]
