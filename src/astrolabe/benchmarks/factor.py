"""FACTOR: which of four ways to go on with a text is the true one.

Muhlgay et al., "Generating Benchmarks for Factuality Evaluation of Language Models", 2024
(arXiv:2307.06908): the sentence that really followed, and three that contradict the facts.
Protocol of `official`: github.com/AI21Labs/factor, eval_factuality.py (mean log-prob of an option's
tokens, no opening token, 1024 tokens from the right). Protocol of `dola`: github.com/voidism/DoLa,
factor_eval.py (sum of log-probs, a space before every option, the full prefix of news).

Sentences of one document stand or fall together, so the document is the subject; news has one
sentence of each.
"""

from dataclasses import dataclass
from functools import partial

from astrolabe.benchmarks import sources
from astrolabe.core.benchmark import Benchmark, Dataset, Overflow, Recipe, Wording
from astrolabe.core.condition import Scoring
from astrolabe.core.errors import BadInput
from astrolabe.core.item import LETTERS, Item

PREFIX = "turncated_prefixes"
"""The column's name, misspelt as the authors have it."""
FULL_PREFIX = "full_prefix"
OPTIONS = ("completion", "contradiction_0", "contradiction_1", "contradiction_2")
COLUMNS = (FULL_PREFIX, PREFIX, "doc_id", *OPTIONS)
INDEX = ""
"""The column that numbers the rows of the authors' files; its name is empty."""

CONTEXT = 1024
"""Tokens of prefix and option together that the authors keep."""

OFFICIAL = Recipe(
    name="official",
    source="github.com/AI21Labs/factor eval_factuality.py, but white space at the end of a prefix "
    "counts to the option (there only a space does, a newline does not)",
    wordings={("en", Scoring.TEXT): Wording(question="{question}", cue="", answer="{answer}")},
    defaults={"shots": 0, "scoring": "text"},
    rules={Scoring.TEXT: ("argmax-per-token", "argmax")},
    overflow=Overflow.CUT_LEFT,
    # The last token of an option is not fed.
    context=CONTEXT - 1,
    bos=False,
    seam=" ",
)


def _dola(prefix: str) -> Recipe:
    return Recipe(
        name="dola",
        source=f"github.com/voidism/DoLa factor_eval.py, which reads '{prefix}' here",
        wordings={
            ("en", Scoring.TEXT): Wording(
                question=f"{{meta[{prefix}]}}", cue="", answer=" {answer}"
            )
        },
        defaults={"shots": 0, "scoring": "text"},
        rules={Scoring.TEXT: ("argmax", "argmax-per-token")},
        overflow=Overflow.CUT_LEFT,
    )


@dataclass(frozen=True)
class Part:
    """One of FACTOR's three files.

    Attributes:
        clustered: Whether several sentences come from one document.
        dola: Column that DoLa's code takes the prefix from.
    """

    name: str
    title: str
    size: int
    licence: str
    clustered: bool = True
    dola: str = PREFIX

    @property
    def layouts(self) -> str:
        return f"{self.name}_factor.csv (authors' layout) or {self.name}.jsonl"


def load(place: str | None, part: Part) -> Dataset:
    """The items of one part. It has no exemplars.

    Args:
        place: `None` for Polaris' own; a folder with ``news_factor.csv``, ``wiki_factor.csv`` or
            ``expert_factor.csv``; or the id of a copy on the hub (there is none by the authors).
        part: Which file.

    Raises:
        BadInput: for data that is not FACTOR, naming file and row.
    """
    folder, name = sources.locate(place, "factor", "*", part.layouts)
    candidates = (folder / f"{part.name}_factor.csv", folder / f"{part.name}.jsonl")
    files = [path for path in candidates if path.is_file()][:1]
    if not files:
        raise sources.absent(f"factor-{part.name}", "test", folder, part.layouts, "")
    items = [
        (where, _item(part, row, number, where))
        for number, (where, row) in enumerate(sources.located(files, COLUMNS))
    ]
    return Dataset(sources.distinct(items), {}, name)


def _item(part: Part, row: sources.Row, number: int, where: str) -> Item:
    choices = tuple(str(row[option]) for option in OPTIONS)
    if not all(choice.strip() for choice in choices):
        raise BadInput(f"{where} has an empty option")
    return Item(
        id=f"{part.name}/{row.get(INDEX, number)}",
        subject=f"document {row['doc_id']}" if part.clustered else part.name,
        question=str(row[PREFIX]),
        gold=LETTERS[0],
        choices=choices,
        metadata={FULL_PREFIX: str(row[FULL_PREFIX]), PREFIX: str(row[PREFIX])},
    )


def _benchmark(part: Part) -> Benchmark:
    return Benchmark(
        name=f"factor-{part.name}",
        title=part.title,
        size=part.size,
        metric="accuracy",
        licence=part.licence,
        languages=("en",),
        hub="",
        recipes={"official": OFFICIAL, "dola": _dola(part.dola)},
        load=partial(load, part=part),
    )


BENCHMARKS = tuple(
    _benchmark(part)
    for part in (
        Part("news", "FACTOR, news articles", 1_036, "ODC-By 1.0", False, FULL_PREFIX),
        Part("wiki", "FACTOR, Wikipedia", 2_994, "MIT"),
        Part("expert", "FACTOR, answers of experts", 236, "MIT"),
    )
)
