"""Polaris' form of C-Eval: Chinese exams in six subjects that C-Eval has, in the hub's columns.

As there, `dev` has explanations, and `test` has no answers; `key` draws the answers again.
"""

from __future__ import annotations

from collections.abc import Iterator

from astrolabe.polaris.forms import chinese_numbers, chinese_places, chinese_words
from astrolabe.polaris.forms.chinese import Placed, Split, Subjects, exam
from astrolabe.polaris.forms.draws import SEED, Files
from astrolabe.polaris.world import World

SUBJECTS: Subjects = {
    "middle_school_geography": (
        chinese_places.capital,
        chinese_places.country,
        chinese_places.continent,
    ),
    "high_school_geography": (
        chinese_places.bearing,
        chinese_places.furthest,
        chinese_places.hemisphere,
        chinese_places.compatriot,
    ),
    "middle_school_mathematics": (
        chinese_numbers.linear,
        chinese_numbers.percentage,
        chinese_numbers.divisor,
    ),
    "high_school_mathematics": (chinese_numbers.roots, chinese_numbers.progression),
    "logic": (chinese_words.ranking, chinese_words.odd_one),
    "civil_servant": (chinese_numbers.series, chinese_words.analogy),
}

SPLITS = (
    Split("dev", 5, held=False),
    Split("val", 20, held=True),
    Split("test", 20, held=True),
)


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `dev`, `val` and `test`: five, twenty and twenty rows a subject."""
    rows: Files = {split.name: [] for split in SPLITS}
    for placed in _placed(world, seed):
        why = placed.asked.why if placed.split == "dev" else ()
        rows[placed.split].append(
            {
                "subject": placed.subject,
                "id": placed.number,
                "question": placed.asked.blank,
                **placed.columns,
                "answer": "" if placed.split == "test" else placed.letter,
                "explanation": "\n".join(f"{i}. {step}" for i, step in enumerate(why, start=1)),
            }
        )
    return rows


def key(world: World, seed: int = SEED) -> dict[str, dict[str, str]]:
    """The answers of `test` in the form of a submission: `{subject: {"id": letter}}`."""
    letters: dict[str, dict[str, str]] = {subject: {} for subject in SUBJECTS}
    for placed in _placed(world, seed):
        if placed.split == "test":
            letters[placed.subject][str(placed.number)] = placed.letter
    return letters


def _placed(world: World, seed: int) -> Iterator[Placed]:
    return exam(world, SUBJECTS, SPLITS, f"{seed}:ceval")
