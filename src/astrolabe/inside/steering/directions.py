"""Directions to steer along, and the interventions that do it.

Strengths are lengths: what is added, in units of the mean length of the states that stand at the
site in ordinary text. So the same ladder of strengths fits any model, site and direction, and a
random direction of the same strength is a change of the same size.

Shapes: n texts, W width of the stream, N features.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Model, StateReading
from astrolabe.core.site import ANSWER, Intervention, Positions, Site

if TYPE_CHECKING:
    from astrolabe.inside.probes.ridge import Ridge
    from astrolabe.inside.sae.dictionary import Dictionary

Act = Literal["add", "clamp"]
"""``add``: h + s L v at every position. ``clamp``: the component of h along v is pinned where
ordinary text has it on average, plus s L. With v of length 1, strength s and mean length L."""


@dataclass(frozen=True, eq=False)
class Ordinary:
    """What stands at a site in ordinary text.

    Attributes:
        site: Where.
        mean: Mean state [W].
        length: Mean length of a state.
    """

    site: Site
    mean: np.ndarray
    length: float


@dataclass(frozen=True, eq=False)
class Direction:
    """A direction at a site.

    Attributes:
        name: What it is, as in ``arabic`` or ``feature 123``.
        vector: Of length 1, float64 [W].
        ordinary: What stands at its site without it.
        halfway: Component along the vector halfway between what it leads from and what it leads
            to; `None` where that is not known.
    """

    name: str
    vector: np.ndarray
    ordinary: Ordinary
    halfway: float | None = None

    def at(self, strength: float, act: Act = "clamp", where: Positions = ANSWER) -> Intervention:
        """The intervention of a strength, not 0.

        Args:
            where: By default, all that is written, and the token that it is written after.

        Raises:
            BadInput: for an unknown act.
        """
        check_act(act)
        site, vector = self.ordinary.site, tuple(map(float, self.vector))
        size = strength * self.ordinary.length
        if act == "add":
            return Intervention(site, "add", vector, size, positions=where)
        pinned = float(self.ordinary.mean @ self.vector) + size
        return Intervention(site, "clamp", vector, low=pinned, high=pinned, positions=where)


def check_act(act: str) -> None:
    """Raises:
    BadInput: for an unknown act.
    """
    if act not in get_args(Act):
        raise BadInput(f"steering cannot '{act}'; there are {', '.join(get_args(Act))}")


def means(
    model: Model,
    texts: Sequence[Sequence[int]],
    site: Site,
    advance: Callable[[int], None] = lambda _texts: None,
) -> tuple[np.ndarray, float]:
    """The mean state of each text [n, W], and the mean length of all their states.

    A text's first token is left out where there are others: many models keep a state of many times
    the usual length there, whatever the text (Sun et al. 2024, arXiv:2402.17762).

    Args:
        texts: Token ids, at least one text and one token each.
    """
    readings = [
        StateReading(tuple(text), tuple(range(min(1, len(text) - 1), len(text))), (site,))
        for text in texts
    ]
    found: list[np.ndarray] = [np.empty(0)] * len(texts)
    lengths = np.empty((len(texts), 2))
    for index, states in model.read(readings):
        here = states[site].astype(np.float64)
        found[index] = here.mean(0)
        lengths[index] = np.linalg.norm(here, axis=1).sum(), len(here)
        advance(1)
    total, count = lengths.sum(0)
    return np.stack(found), float(total / count)


def ordinary(
    model: Model,
    texts: Sequence[Sequence[int]],
    site: Site,
    advance: Callable[[int], None] = lambda _texts: None,
) -> Ordinary:
    """What stands at a site in texts; see `means`."""
    found, length = means(model, texts, site, advance)
    return Ordinary(site, found.mean(0), length)


def difference(
    model: Model,
    towards: Sequence[Sequence[int]],
    start: Ordinary,
    name: str,
    advance: Callable[[int], None] = lambda _texts: None,
) -> Direction:
    """From the mean state of ordinary texts to that of others (difference of means: Marks & Tegmark
    2023, arXiv:2310.06824; as a steering vector, Turner et al. 2023, arXiv:2308.10248).

    Args:
        towards: Token ids of the texts to lead to.
        start: From where.

    Raises:
        BadInput: where both means are the same.
    """
    found, _ = means(model, towards, start.site, advance)
    end = found.mean(0)
    found_direction = _unit(end - start.mean, start, name)
    halfway = float(found_direction.vector @ (end + start.mean)) / 2
    return replace(found_direction, halfway=halfway)


def of_feature(dictionary: "Dictionary", number: int, start: Ordinary) -> Direction:
    """The direction that a feature of a sparse autoencoder writes: its row of W_dec.

    Raises:
        BadInput: for a feature that it does not have, one that writes nothing, or a dictionary for
            another width.
    """
    if not 0 <= number < dictionary.width:
        raise BadInput(
            f"there is no feature {number}: the dictionary has {dictionary.width}, numbered 0 to "
            f"{dictionary.width - 1}"
        )
    width = len(start.mean)
    if dictionary.inputs != width:
        raise BadInput(
            f"the dictionary takes states {dictionary.inputs} wide, the model's are {width}; it "
            "belongs to another model"
        )
    row = dictionary.W_dec[number].detach().cpu().double().numpy()
    return _unit(row, start, f"feature {number}")


def of_probe(probe: "Ridge", target: int, start: Ordinary, name: str) -> Direction:
    """The shortest way to raise what a linear probe reads: its coefficients' direction.

    Of all changes of a state that raise the prediction of the target by one, the multiple of the
    coefficients is the least in length.

    Args:
        target: Index of the probe's target.
    """
    return _unit(probe.coefficients[:, target], start, name)


def random_like(direction: Direction, seed: int) -> Direction:
    """A direction drawn evenly from all of them, at the same site."""
    drawn = np.random.default_rng(seed).standard_normal(len(direction.vector))
    return _unit(drawn, direction.ordinary, f"random {seed}")


def _unit(vector: np.ndarray, start: Ordinary, name: str) -> Direction:
    length = float(np.linalg.norm(vector))
    if not np.isfinite(length) or length == 0:
        raise BadInput(
            f"direction '{name}' at {start.site} has no length: both sides are the same there, or "
            "it writes nothing; take other texts, another feature or another site"
        )
    return Direction(name, np.asarray(vector, np.float64) / length, start)


def basis(vectors: np.ndarray) -> np.ndarray:
    """Orthonormal rows that span the same as some rows [k, W], no more than needed."""
    _, sizes, rows = np.linalg.svd(np.asarray(vectors, np.float64), full_matrices=False)
    return np.asarray(rows[sizes > sizes.max(initial=0) * 1e-9])


def erasing(rows: np.ndarray, start: Ordinary, where: Positions) -> tuple[Intervention, ...]:
    """Interventions that take away what states say along a subspace.

    Components along it are pinned at their mean over ordinary states (mean ablation), so that a
    state is not moved further out than any other is.

    Args:
        rows: An orthonormal basis [k, W]; see `basis`.
    """
    return tuple(
        Intervention(start.site, "clamp", tuple(map(float, row)), 1.0, pinned, pinned, where)
        for row, pinned in zip(rows, map(float, rows @ start.mean), strict=True)
    )


def random_basis(width: int, dimensions: int, seed: int) -> np.ndarray:
    """An orthonormal basis [dimensions, width] of a subspace drawn evenly from all of them."""
    drawn = np.random.default_rng(seed).standard_normal((width, dimensions))
    return np.asarray(np.linalg.qr(drawn)[0].T)


def encoded(model: Model, texts: Iterable[str], longest: int, what: str) -> list[tuple[int, ...]]:
    """Token ids of texts, cut at `longest`.

    Raises:
        BadInput: when there is no text that has tokens.
    """
    from astrolabe.core.prompt import Prompt

    found = [e.context[:longest] for e in model.encode([Prompt(t) for t in texts if t.strip()])]
    if not found:
        raise BadInput(f"{what} hold no text; give some, a paragraph or line each")
    return found
