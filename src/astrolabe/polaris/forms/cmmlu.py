"""Polaris' form of CMMLU: Chinese exams in six subjects that CMMLU has, in the hub's columns."""

from __future__ import annotations

from astrolabe.polaris.forms import chinese_numbers, chinese_places, chinese_words
from astrolabe.polaris.forms.chinese import Split, Subjects, exam
from astrolabe.polaris.forms.draws import SEED, Files
from astrolabe.polaris.world import World

SUBJECTS: Subjects = {
    "global_facts": (chinese_places.capital, chinese_places.country, chinese_places.continent),
    "high_school_geography": (
        chinese_places.furthest,
        chinese_places.bearing,
        chinese_places.compatriot,
        chinese_places.hemisphere,
    ),
    "elementary_mathematics": (chinese_numbers.small_sum, chinese_numbers.story),
    "high_school_mathematics": (
        chinese_numbers.progression,
        chinese_numbers.roots,
        chinese_numbers.linear,
    ),
    "elementary_commonsense": (chinese_words.category, chinese_words.belonging),
    "logical": (chinese_words.odd_one, chinese_words.ranking),
}

SPLITS = (Split("dev", 5, held=False), Split("test", 30, held=True))


def benchmark(world: World, seed: int = SEED) -> Files:
    """Draw `dev` and `test`: five and thirty rows a subject."""
    rows: Files = {split.name: [] for split in SPLITS}
    for placed in exam(world, SUBJECTS, SPLITS, f"{seed}:cmmlu"):
        rows[placed.split].append(
            {
                "subject": placed.subject,
                "Question": placed.asked.ask,
                **placed.columns,
                "Answer": placed.letter,
            }
        )
    return rows
