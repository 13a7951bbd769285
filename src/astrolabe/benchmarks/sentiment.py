"""Sentiment of words: is a word positive or negative?

A benchmark of our own, for experiments on what examples do: its labels are natural, so a model has
a view of its own that random, flipped or symbolic labels (`Condition.labels`) can be set against.
300 words; three in ten are asked, the others are exemplars.
"""

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item
from astrolabe.polaris.forms.sentiment import LABELS

LAYOUTS = "SPLIT.jsonl or SPLIT.csv with the columns word and label, and train beside test"
COLUMNS = ("word", "label")
SUBJECT = "sentiment"

OFFICIAL = Recipe(
    name="official",
    source="ours: the label whose text is likelier after 'wonderful is'",
    wordings={
        ("en", Scoring.TEXT): Wording(
            question="{question}", cue=" is", answer=" {answer}", between="\n"
        )
    },
    defaults={"shots": 16, "scoring": "text"},
    rules={Scoring.TEXT: ("argmax", "argmax-per-token")},
)
"""Also of label games: what a label means, only its examples say."""


def load(place: str | None) -> Dataset:
    """Words with their labels: those of ``test`` are asked, those of ``train`` are exemplars.

    Args:
        place: `None` for our own; or a folder with ``train`` and ``test``.

    Raises:
        BadInput: for rows that are not words with one of the two labels, naming file and row.
    """
    asked, shown, name = sources.asked_and_shown(place, "sentiment", LAYOUTS, COLUMNS, _item)
    return Dataset(asked, {"": shown}, name)


def _item(name: str, row: sources.Row, where: str) -> Item:
    word, label = str(row["word"]), str(row["label"])
    if label not in LABELS:
        raise BadInput(f"{where} has the label '{label}'; it is one of {', '.join(LABELS)}")
    return Item(name, SUBJECT, word, LETTERS[LABELS.index(label)], LABELS)


BENCHMARKS = (
    Benchmark(
        name="sentiment",
        title="Sentiment of words",
        size=90,
        metric="accuracy",
        licence="MIT",
        languages=("en",),
        hub="",
        recipes={"official": OFFICIAL},
        load=load,
    ),
)
