"""BatchTopK: the B k highest pre-activations of a batch of B states.

Bussmann et al. 2024, "BatchTopK Sparse Autoencoders" (arXiv:2412.06410), eq. 4 to 6: states may
take more or fewer than k features, k on average. At inference a state cannot depend on its batch:
features are active above a threshold, the mean over training batches of the least activation that
was chosen. The auxiliary loss is TopK's.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from astrolabe.inside.sae.dictionary import Kind, check_k
from astrolabe.inside.sae.kernels import Pattern
from astrolabe.inside.sae.objective import Batch, Outcome, Parameters, reconstruct, selected
from astrolabe.inside.sae.topk import auxiliary

_GROUP = 32


@dataclass(frozen=True)
class BatchTopK:
    """The k highest features of each state on average.

    Attributes:
        k: How many.
        aux_k: See `TopK`.
        aux_weight: See `TopK`.
        memory: Share of the threshold that each batch leaves as it was.
    """

    k: int = 32
    aux_k: int = 0
    aux_weight: float = 1 / 32
    memory: float = 0.99
    kind: ClassVar[Kind] = "batchtopk"

    def check(self, width: int) -> None:
        """See `Objective`."""
        check_k(self.k, width)

    def begin(self, parameters: Parameters) -> None:
        """See `Objective`."""
        parameters.threshold = torch.full_like(parameters.b_enc[:1], -1.0, requires_grad=False)

    def loss(self, parameters: Parameters, batch: Batch) -> Outcome:
        """See `Objective`; the threshold takes part of this batch's."""
        count = self.k * len(batch.states)
        least = kth_highest(batch.table.flatten(), count).clamp(min=0)
        pattern = Pattern.of_mask(batch.table > least)
        values = selected(parameters, batch, pattern)
        self._remember(parameters, values)
        error, squared = reconstruct(parameters, batch, pattern, values)
        aux = auxiliary(parameters, batch, error, self.aux_k) * self.aux_weight
        return Outcome(squared + aux, error, values, pattern)

    def _remember(self, parameters: Parameters, values: Tensor) -> None:
        known = parameters.threshold
        assert known is not None
        if len(values):
            least = values.detach().min()
            # There is no threshold before the first batch.
            known.copy_(torch.where(known < 0, least, least.lerp(known, self.memory)))

    def resamples(self, step: int, steps: int) -> bool:
        """See `Objective`."""
        return False

    def threshold(self, parameters: Parameters) -> Tensor | None:
        """See `Objective`."""
        assert parameters.threshold is not None
        return parameters.threshold.expand_as(parameters.b_enc).clamp(min=0)


def kth_highest(numbers: Tensor, k: int) -> Tensor:
    """The highest number that no more than k of `numbers` exceed by being greater.

    That is the (k+1)-th highest, or less than all where there are no more than k. Groups of which
    the greatest is not among the highest need not be looked into.
    """
    if k >= len(numbers):
        return numbers.new_tensor(-torch.inf)
    k += 1
    whole = len(numbers) // _GROUP * _GROUP
    groups, rest = numbers[:whole].view(-1, _GROUP), numbers[whole:]
    if k < len(groups):
        chosen = groups.amax(1).topk(k, sorted=False).indices
        numbers = torch.cat([groups[chosen].flatten(), rest])
    return numbers.topk(k, sorted=False).values.min()
