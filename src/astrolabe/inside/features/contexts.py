"""Where a feature is active, over its whole range, and how often how much.

The contexts of the greatest activations alone mislead: what is true of them often is not of the
rest (Bolukbasi et al. 2021, "An Interpretability Illusion for BERT"; Bricken et al. 2023 look at
samples of every part of the range likewise).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from astrolabe.inside.features.survey import Survey

BEFORE, AFTER = 16, 6
"""Tokens shown on both sides."""
EXAMPLES = 4
QUANTILES = (1.0, 0.99, 0.9, 0.75, 0.5, 0.25, 0.0)
"""Ends of the bins, from the greatest activation down."""


@dataclass(frozen=True)
class Context:
    """A place where a feature is active.

    Attributes:
        text: Number of its text.
        position: Index of the token in the text.
        activation: There.
        start: Index of the first token shown.
        tokens: Ids shown.
        activations: Of these tokens; 0 where it is not active.
    """

    text: int
    position: int
    activation: float
    start: int
    tokens: tuple[int, ...]
    activations: tuple[float, ...]


@dataclass(frozen=True)
class Bin:
    """A part of a feature's range.

    Attributes:
        low: Quantile of its active tokens at which it begins.
        high: At which it ends.
        least: Activation at its lower end.
        greatest: At its upper end.
        contexts: Some places in it, no two of one text where there are enough texts.
    """

    low: float
    high: float
    least: float
    greatest: float
    contexts: tuple[Context, ...]


@dataclass(frozen=True)
class Histogram:
    """How often a feature is how active.

    Attributes:
        edges: Activations that part the bars, equally far apart [B + 1].
        counts: Active tokens in each [B].
        among: Of these, tokens with the property asked for [B].
    """

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    among: tuple[int, ...]


def bins(survey: Survey, feature: int, examples: int = EXAMPLES) -> list[Bin]:
    """Contexts of every part of a feature's range, the greatest activations first; none of a
    feature that is never active.

    Raises:
        BadInput: for a number that no feature has.
    """
    rows, values = survey.active(feature)
    found = []
    ends = [round((1 - quantile) * len(rows)) for quantile in QUANTILES]
    for place, (first, last) in enumerate(pairwise(ends)):
        if first == last:
            continue
        chosen = _spread(survey, rows[first:last].tolist(), examples)
        contexts = tuple(_context(survey, feature, row) for row in chosen)
        found.append(
            Bin(
                QUANTILES[place + 1],
                QUANTILES[place],
                float(values[last - 1]),
                float(values[first]),
                contexts,
            )
        )
    return found


def _spread(survey: Survey, rows: Sequence[int], most: int) -> list[int]:
    """Rows evenly through a bin, each of another text if there are so many."""
    one_each = list({survey.text[row]: row for row in reversed(rows)}.values())[::-1]
    some = one_each if len(one_each) >= most else list(rows)
    places = np.unique(np.linspace(0, len(some) - 1, min(most, len(some))).round().astype(int))
    return [some[place] for place in places]


def _context(survey: Survey, feature: int, row: int) -> Context:
    text, position = int(survey.text[row]), int(survey.position[row])
    tokens = survey.texts[text].tokens
    start, stop = max(0, position - BEFORE), min(len(tokens), position + AFTER + 1)
    # The first token of a text has no row.
    first = row - position + max(1, start)
    column = survey.features[first : row - position + stop, [feature]].toarray()[:, 0]
    shown = (0.0,) * (start == 0) + tuple(map(float, column))
    return Context(text, position, float(shown[position - start]), start, tokens[start:stop], shown)


def histogram(survey: Survey, feature: int, prop: int, bars: int = 24) -> Histogram:
    """Of a feature's activations where it is active, and of those with a property.

    Args:
        prop: Place of the property in `PROPERTIES`.

    Raises:
        BadInput: for a number that no feature has.
    """
    rows, values = survey.active(feature)
    top = float(values[0]) if len(values) else 1.0
    counts, edges = np.histogram(values, bars, (0, top))
    among, _ = np.histogram(values[survey.labels[rows, prop]], bars, (0, top))
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()), tuple(among.tolist()))
