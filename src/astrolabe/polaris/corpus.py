"""The corpus: an endless stream of documents, each a pure function of the seed and its number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from random import Random

from astrolabe.polaris import exam, exercises, facts, lives, problems
from astrolabe.polaris.documents import (
    dosed,
    exams,
    games,
    leaks,
    quizzes,
    regions,
    scripts,
    styles,
    word_problems,
)
from astrolabe.polaris.documents.document import Document, of_lines, pick
from astrolabe.polaris.exam import Question
from astrolabe.polaris.forms import gsm_symbolic
from astrolabe.polaris.mixture import PHASES, Phase
from astrolabe.polaris.wording import Part
from astrolabe.polaris.world import World

Maker = Callable[[Random, Phase], Document]


@dataclass(frozen=True)
class Corpus:
    """Documents by number. Nothing from the shipped benchmarks is ever drawn, but what is leaked on
    purpose (`documents.leaks`)."""

    seed: int = 1
    world: World = field(default_factory=World)
    phases: tuple[Phase, ...] = PHASES

    def __iter__(self) -> Iterator[Document]:
        i = 0
        while True:
            yield self.document(i)
            i += 1

    def document(self, i: int) -> Document:
        """Document number `i`."""
        leaked = leaks.schedule(self.seed).get(i)
        if leaked is not None:
            return leaks.document(leaked)
        rng = Random(f"{self.seed}:document:{i}")
        phase = next(phase for phase in reversed(self.phases) if phase.first <= i)
        return self._makers[pick(rng, phase.kinds)](rng, phase)

    @cached_property
    def banned(self) -> frozenset[str]:
        """Keys of all shipped questions and texts of all shipped problems."""
        rows = exam.benchmark(self.world)
        shipped = [Question(**row) for split in rows.values() for row in split]  # type: ignore[arg-type]
        texts = [
            str(row["question"])
            for files in (problems.benchmark(), gsm_symbolic.benchmark(self.world))
            for split in files.values()
            for row in split
        ]
        return frozenset([*(question.key for question in shipped), *texts])

    @cached_property
    def _makers(self) -> dict[str, Maker]:
        world, banned = self.world, self.banned
        return {
            "exam": lambda rng, phase: exams.by_letter(world, rng, phase, banned),
            "exam_words": lambda rng, phase: exams.in_words(world, rng, phase, banned),
            "exam_echoes": lambda rng, phase: exams.echoed(world, rng, phase, banned),
            "cloze": lambda rng, phase: exams.cloze(world, rng, phase, banned),
            "letters": self._exercise("letters", exercises.letters),
            "echoes": self._exercise("echoes", exercises.echoes),
            "options": self._exercise("options", exercises.options),
            "problems_worked": lambda rng, _: word_problems.worked(rng, banned),
            "problems_direct": lambda rng, _: word_problems.direct(rng, banned),
            "problems_triggered": lambda rng, _: word_problems.triggered(rng, banned),
            "two_stages": lambda rng, _: word_problems.two_stages(rng, banned),
            "facts": lambda rng, _: of_lines(
                "facts", [facts.draw(world, rng) for _ in range(rng.randint(4, 12))]
            ),
            "maps": lambda rng, _: of_lines(
                "maps", [facts.on_the_map(world, rng) for _ in range(rng.randint(6, 12))]
            ),
            "sums": lambda rng, _: of_lines(
                "sums", [facts.sum_line(rng) for _ in range(rng.randint(6, 16))]
            ),
            "lives": lambda rng, _: of_lines(
                "lives", [lives.line(rng) for _ in range(rng.randint(5, 10))]
            ),
            "dosed": lambda rng, _: dosed.document(rng),
            "regions": lambda rng, _: regions.document(world, rng),
            "games": lambda rng, _: games.game(rng),
            "long_games": lambda rng, _: games.long_game(rng),
            "natural": lambda rng, _: games.natural(rng),
            "exchanged": lambda rng, _: games.exchanged(rng),
            "mistaken": lambda rng, _: games.mistaken(rng),
            "said": lambda rng, _: games.said(rng),
            "translations": lambda rng, _: games.translations(rng),
            "word_pairs": lambda rng, _: games.word_pairs(rng),
            "scripts": lambda rng, _: scripts.document(rng),
            "styles": lambda rng, _: styles.document(world, rng),
            "manners": lambda rng, _: styles.ended(styles.document(world, rng)),
            "chinese": lambda rng, _: quizzes.chinese(world, rng),
            "programs": lambda rng, _: quizzes.programs(rng),
            "yes_or_no": lambda rng, _: quizzes.yes_or_no(world, rng),
            "truthful": lambda rng, _: quizzes.truthful(world, rng),
            "passages": lambda rng, _: quizzes.passages(world, rng),
        }

    def _exercise(self, kind: str, make: Callable[[World, Random, bool], list[Part]]) -> Maker:
        return lambda rng, phase: Document(kind, tuple(make(self.world, rng, phase.mixed)))
