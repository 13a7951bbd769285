"""ReLU with an L1 penalty: the published dictionary-learning recipe.

Bricken et al. 2023, "Towards Monosemanticity: Decomposing Language Models With Dictionary
Learning", section "Sparse Autoencoder Training Setup":

    L = mean ||x - x'||^2 + l1 ||f||_1

with a pre-encoder bias, decoder rows of norm 1, and dead features that begin anew (see
`astrolabe.inside.sae.train` and `resample`).
"""

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from astrolabe.core.errors import BadInput
from astrolabe.inside.sae.dictionary import Kind
from astrolabe.inside.sae.kernels import Pattern
from astrolabe.inside.sae.objective import (
    Batch,
    Outcome,
    Parameters,
    reconstruct,
    selected,
    warmed,
)


@dataclass(frozen=True)
class Relu:
    """Features with positive pre-activations.

    Attributes:
        l1: Weight of the penalty, with states of mean squared norm 1.
        l1_warmup: Share of the steps over which it grows.
        resample_times: How often dead features begin anew, at equal distances within the first half
            of the steps; they need the other half to learn. 0 for never.
    """

    l1: float = 0.05
    l1_warmup: float = 0.05
    resample_times: int = 4
    kind: ClassVar[Kind] = "relu"

    def check(self, width: int) -> None:
        """See `Objective`."""
        if not self.l1 >= 0:
            raise BadInput(f"l1 is {self.l1}; a penalty has a weight of at least 0")

    def begin(self, parameters: Parameters) -> None:
        """See `Objective`."""

    def loss(self, parameters: Parameters, batch: Batch) -> Outcome:
        """See `Objective`."""
        pattern = Pattern.of_mask(batch.table > 0)
        values = selected(parameters, batch, pattern)
        error, squared = reconstruct(parameters, batch, pattern, values)
        penalty = values.sum() / len(batch.states)
        loss = squared + warmed(self.l1, batch.done, self.l1_warmup) * penalty
        return Outcome(loss, error, values, pattern)

    def resamples(self, step: int, steps: int) -> bool:
        """See `Objective`."""
        every = steps // (2 * self.resample_times) if self.resample_times else 0
        return bool(every) and (step + 1) % every == 0 and step + 1 <= self.resample_times * every

    def threshold(self, parameters: Parameters) -> Tensor | None:
        """See `Objective`."""
        return None
