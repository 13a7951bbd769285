"""Translation word by word, from English into French, German, Spanish and Chinese.

A benchmark of our own: the answer is written, and right when it is the word (`short-answer`).
Words that are the same in both languages are not asked. A language is a subject, with exemplars of
its own.
"""

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.item import Item
from astrolabe.polaris.forms.translation import LANGUAGES

LAYOUTS = (
    "SPLIT.jsonl or SPLIT.csv with the columns language, word and translation, and train beside "
    "test"
)
COLUMNS = ("language", "word", "translation")

OFFICIAL = Recipe(
    name="official",
    source="ours: 'English: apple, French:', up to the end of the line",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="English: {question}", cue="\n{subject}:", answer=" {answer}", stops=("\n",)
        )
    },
    defaults={"shots": 4, "scoring": "generated", "max_tokens": 16},
    rules={Scoring.GENERATED: ("short-answer",)},
    names={language: language.capitalize() for language in LANGUAGES},
)

PAIRS = Recipe(
    name="pairs",
    source="ours: 'apple =', where only the pairs before it tell the language",
    wordings={
        ("en", Scoring.GENERATED): Wording(
            question="{question}", cue=" =", answer=" {answer}", between="\n", stops=("\n",)
        )
    },
    defaults=OFFICIAL.defaults,
    rules=OFFICIAL.rules,
)


def load(place: str | None) -> Dataset:
    """Words with their translations: those of ``test`` are asked, those of ``train`` exemplars.

    Args:
        place: `None` for our own; or a folder with ``train`` and ``test``.

    Raises:
        BadInput: for rows without language, word or translation, naming file and row.
    """
    asked, shown, name = sources.asked_and_shown(place, "translation", LAYOUTS, COLUMNS, _item)
    return Dataset(asked, sources.by_subject(shown), name)


def _item(name: str, row: sources.Row, where: str) -> Item:
    return Item(name, str(row["language"]), str(row["word"]), str(row["translation"]))


BENCHMARKS = (
    Benchmark(
        name="translation",
        title="Translation of words",
        size=160,
        metric="accuracy",
        licence="MIT",
        languages=("en", "zh"),
        hub="",
        recipes={"official": OFFICIAL, "pairs": PAIRS},
        load=load,
    ),
)
