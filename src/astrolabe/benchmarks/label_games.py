"""Label games: two arbitrary labels stand for positive and negative, others in every episode.

A benchmark of our own. Only the examples shown can tell which label means what, so zero-shot is
chance (each episode asks as often for the one as for the other), and what is above it was learned
in context. The idea is that of semantically unrelated labels (Wei et al. 2023, arXiv:2303.03846).
An episode is a subject, with exemplars of its own: its items stand or fall together.
"""

from astrolabe.benchmarks import sources
from astrolabe.benchmarks.sentiment import OFFICIAL
from astrolabe.core.benchmark import Benchmark, Dataset
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item

LAYOUTS = "SPLIT.jsonl with the columns episode, word, labels and label, and train beside test"
COLUMNS = ("episode", "word", "labels", "label")


def load(place: str | None) -> Dataset:
    """Episodes: words of ``test`` are asked after words of ``train`` of the same episode.

    Args:
        place: `None` for our own; or a folder with ``train`` and ``test``.

    Raises:
        BadInput: for a row whose label is none of its labels, naming file and row.
    """
    asked, shown, name = sources.asked_and_shown(place, "label-games", LAYOUTS, COLUMNS, _item)
    return Dataset(asked, sources.by_subject(shown), name)


def _item(name: str, row: sources.Row, where: str) -> Item:
    labels = tuple(map(str, row["labels"])) if isinstance(row["labels"], list) else ()
    if row["label"] not in labels:
        raise BadInput(f"{where} has the label '{row['label']}', but labels is {row['labels']}")
    gold = LETTERS[labels.index(row["label"])]
    return Item(name, f"episode {row['episode']}", str(row["word"]), gold, labels)


BENCHMARKS = (
    Benchmark(
        name="label-games",
        title="Label games",
        size=240,
        metric="accuracy",
        licence="MIT",
        languages=("en",),
        hub="",
        recipes={"official": OFFICIAL},
        load=load,
    ),
)
