"""`Survey`: texts with what a dictionary makes of them, and what holds of every token.

Shapes: R rows (tokens but the first of each text), N features, W width of the states, P properties.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Model
from astrolabe.core.site import Site
from astrolabe.inside.features.properties import labels
from astrolabe.inside.features.scores import Scores, score
from astrolabe.inside.features.text import Text, read_text
from astrolabe.inside.sae.stream import states_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

    from astrolabe.inside.sae.dictionary import Dictionary


@dataclass(frozen=True)
class Survey:
    """What features and neurons do on some texts.

    Attributes:
        texts: The texts.
        text: Number of each row's text [R].
        position: Index of each row's token in its text [R].
        features: Activations, `scipy.sparse.csc_array` [R, N].
        neurons: The same of the states' own coordinates [R, 2 W]; see `both_signs`.
        labels: Which properties hold [R, P].
    """

    texts: tuple[Text, ...]
    text: NDArray[np.int64]
    position: NDArray[np.int64]
    features: Any
    neurons: Any
    labels: NDArray[np.bool_]

    @cached_property
    def feature_scores(self) -> Scores:
        """How well features tell properties."""
        return score(self.features, self.labels, self.text)

    @cached_property
    def neuron_scores(self) -> Scores:
        """How well neurons do."""
        return score(self.neurons, self.labels, self.text)

    @property
    def density(self) -> NDArray[np.float64]:
        """Share of tokens for which each feature is active [N]."""
        shares: NDArray[np.float64] = np.diff(self.features.indptr) / len(self.text)
        return shares

    def active(self, feature: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows in which a feature is active, and its activations, the greatest first.

        Raises:
            BadInput: for a number that no feature has.
        """
        if not 0 <= feature < self.features.shape[1]:
            raise BadInput(
                f"there is no feature {feature}; the dictionary has {self.features.shape[1]}, "
                f"numbered 0 to {self.features.shape[1] - 1}"
            )
        place = slice(self.features.indptr[feature], self.features.indptr[feature + 1])
        rows, values = self.features.indices[place], self.features.data[place]
        order = np.argsort(-values, kind="stable")
        return rows[order], values[order]


def survey(
    model: Model,
    tokenizer: "PreTrainedTokenizerBase",
    dictionary: "Dictionary",
    site: Site,
    texts: Iterable[str],
    rows: int,
) -> Survey:
    """Read texts until there are so many rows.

    Raises:
        BadInput: for fewer than two texts, a tokenizer without places, or states that the
            dictionary does not take.
    """
    taken: list[Text] = []
    count = 0
    for string in texts:
        if count >= rows:
            break
        text = read_text(tokenizer, string)
        if len(text.tokens) > 1:
            taken.append(text)
            count += len(text.tokens) - 1
    if len(taken) < 2:
        raise BadInput("features are described from at least two texts; give more")
    states = torch.cat(list(states_of(model, (text.tokens for text in taken), site)))
    lengths = [len(text.tokens) - 1 for text in taken]
    return Survey(
        tuple(taken),
        np.repeat(np.arange(len(taken)), lengths),
        np.concatenate([np.arange(1, length + 1) for length in lengths]),
        encoded(dictionary, states),
        both_signs(states),
        labels(taken),
    )


def encoded(dictionary: "Dictionary", states: Tensor) -> Any:
    """Activations of all features, `scipy.sparse.csc_array` [R, N], of states [R, W]."""
    from scipy import sparse

    parts = []
    for part in dictionary.parts(states):
        codes = dictionary.encode(part)
        pattern = codes.pattern
        arrays = (codes.values, pattern.features, pattern.starts)
        shape = (pattern.states, pattern.width)
        parts.append(sparse.csr_array(tuple(a.cpu().numpy() for a in arrays), shape=shape))
    found = sparse.vstack(parts).tocsc()
    found.eliminate_zeros()
    return found


def both_signs(states: Tensor) -> Any:
    """The states' own coordinates as units that are active above 0 [R, 2 W].

    A coordinate has two directions, and neither of them is "off" at 0: their mean is. So unit i is
    what coordinate i has above its mean, and unit W + i what it has below.
    """
    from scipy import sparse

    away = (states - states.mean(0)).float().cpu().numpy()
    return sparse.csc_array(np.concatenate([away, -away], axis=1).clip(min=0))
