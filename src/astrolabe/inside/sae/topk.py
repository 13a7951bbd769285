"""TopK: the k highest pre-activations of each state.

Gao et al. 2024, "Scaling and evaluating sparse autoencoders" (arXiv:2406.04093), eq. 1 and 2:

    f = TopK(W_enc (x - b_dec) + b_enc)        L = ||x - x'||^2 + 1/32 L_aux

AuxK (appendix A.2): the aux_k highest among dead features reconstruct the error e = x - x', and
L_aux = ||e - e'||^2, here as a share of e's variance. Appendix A.1's ReLU after TopK is taken, too.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from astrolabe.inside.sae.dictionary import Kind, check_k
from astrolabe.inside.sae.kernels import Pattern, decode, pre_activations
from astrolabe.inside.sae.objective import Batch, Outcome, Parameters, reconstruct, selected


@dataclass(frozen=True)
class TopK:
    """The k highest features of each state.

    Attributes:
        k: How many.
        aux_k: Dead features that reconstruct each state's error; 0 for half the width of states.
        aux_weight: Weight of that loss.
    """

    k: int = 32
    aux_k: int = 0
    aux_weight: float = 1 / 32
    kind: ClassVar[Kind] = "topk"

    def check(self, width: int) -> None:
        """See `Objective`."""
        check_k(self.k, width)

    def begin(self, parameters: Parameters) -> None:
        """See `Objective`."""

    def loss(self, parameters: Parameters, batch: Batch) -> Outcome:
        """See `Objective`."""
        features = batch.table.topk(self.k, sorted=False).indices
        pattern = Pattern.of_rows(features, batch.table.shape[1])
        values = selected(parameters, batch, pattern).relu()
        error, squared = reconstruct(parameters, batch, pattern, values)
        aux = auxiliary(parameters, batch, error, self.aux_k) * self.aux_weight
        return Outcome(squared + aux, error, values, pattern)

    def resamples(self, step: int, steps: int) -> bool:
        """See `Objective`."""
        return False

    def threshold(self, parameters: Parameters) -> Tensor | None:
        """See `Objective`."""
        return None


def auxiliary(parameters: Parameters, batch: Batch, error: Tensor, aux_k: int) -> Tensor:
    """L_aux, the share of the error's variance that dead features leave over.

    Only their rows take part, so that it costs what is dead and not the width.
    """
    dead = batch.dead.nonzero()[:, 0]
    if not len(dead):
        return error.new_zeros(())
    count = min(aux_k or max(1, batch.states.shape[1] // 2), len(dead))
    table = batch.table[:, dead]
    pattern = Pattern.of_rows(table.topk(count, sorted=False).indices, len(dead))
    W_enc, b_enc, W_dec = (
        part[dead] for part in (parameters.W_enc, parameters.b_enc, parameters.W_dec)
    )
    found = pre_activations(table, pattern, batch.states, W_enc, b_enc, parameters.b_dec.detach())
    left = error.detach()
    rest = left - decode(found.relu(), pattern, W_dec)
    variance = (left - left.mean(0)).square().sum(1).mean()
    return torch.nan_to_num(rest.square().sum(1).mean() / variance)
