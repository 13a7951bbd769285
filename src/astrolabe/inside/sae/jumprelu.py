"""JumpReLU: features above a threshold of their own, which is learnt.

Rajamanoharan et al. 2024, "Jumping Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse
Autoencoders" (arXiv:2407.14435), eq. 4 and 9 to 12:

    f = z H(z - t),  z = W_enc (x - b_dec) + b_enc        L = ||x - x'||^2 + l0 sum H(z - t)

Neither has a gradient by the threshold t, so straight-through ones are used, with the rectangle
K(u) = 1 for |u| < 1/2: df/dt = -(t/e) K((z - t)/e) and dH/dt = -(1/e) K((z - t)/e).

The paper leaves dead features alone. Here TopK's auxiliary loss is added for them: once its
threshold is above all of its pre-activations, a feature has no gradient that could bring it back.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import torch
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
from astrolabe.inside.sae.topk import auxiliary


@dataclass(frozen=True)
class JumpRelu:
    """Features above their thresholds.

    Attributes:
        l0: Weight of the penalty on each active feature, with states of mean squared norm 1.
        l0_warmup: Share of the steps over which it grows.
        aux_k: See `TopK`.
        aux_weight: See `TopK`; 0 for the paper's loss.
        first: Threshold at the beginning, in units of 1 / sqrt(W), the spread of the
            pre-activations of random directions.
        bandwidth: e, the width of the rectangle, in the same units. The paper's 0.001, of both and
            in units of the states' norm, needs
            trainings of billions of states, as too few of them come near a threshold to move it.
    """

    l0: float = 1e-3
    l0_warmup: float = 0.05
    aux_k: int = 0
    aux_weight: float = 1 / 32
    first: float = 0.5
    bandwidth: float = 1.0
    kind: ClassVar[Kind] = "jumprelu"

    def check(self, width: int) -> None:
        """See `Objective`."""
        if not self.l0 >= 0:
            raise BadInput(f"l0 is {self.l0}; a penalty has a weight of at least 0")
        if not (self.first > 0 and self.bandwidth > 0):
            raise BadInput("the threshold and the bandwidth of a JumpReLU are above 0")

    def begin(self, parameters: Parameters) -> None:
        """See `Objective`. The threshold's logarithm is learnt, so that it stays positive."""
        first = self.first / parameters.W_dec.shape[1] ** 0.5
        parameters.threshold = torch.full_like(parameters.b_enc, first).log_()
        parameters.threshold.requires_grad_()

    def loss(self, parameters: Parameters, batch: Batch) -> Outcome:
        """See `Objective`."""
        assert parameters.threshold is not None
        thresholds = parameters.threshold.exp()
        bandwidth = self.bandwidth / batch.states.shape[1] ** 0.5
        # Those just below take part in the gradient of the threshold.
        least = (thresholds.detach() - bandwidth / 2).clamp(min=0)
        pattern = Pattern.of_mask(batch.table > least)
        z = selected(parameters, batch, pattern)
        t = thresholds[pattern.features]
        values: Tensor = _Jump.apply(z, t, bandwidth)  # type: ignore[no-untyped-call]
        active: Tensor = _Step.apply(z, t, bandwidth)  # type: ignore[no-untyped-call]
        error, squared = reconstruct(parameters, batch, pattern, values)
        penalty = active.sum() / len(batch.states)
        loss = squared + warmed(self.l0, batch.done, self.l0_warmup) * penalty
        aux = auxiliary(parameters, batch, error, self.aux_k) * self.aux_weight
        return Outcome(loss + aux, error, values, pattern)

    def resamples(self, step: int, steps: int) -> bool:
        """See `Objective`."""
        return False

    def threshold(self, parameters: Parameters) -> Tensor | None:
        """See `Objective`."""
        assert parameters.threshold is not None
        return parameters.threshold.exp()


def _rectangle(z: Tensor, t: Tensor, bandwidth: float) -> Tensor:
    return ((z - t).abs() < bandwidth / 2).to(z) / bandwidth


class _Jump(torch.autograd.Function):
    """z H(z - t)."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, t: Tensor, bandwidth: float) -> Tensor:
        ctx.save_for_backward(z, t)
        ctx.bandwidth = bandwidth
        return z * (z > t)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        z, t = ctx.saved_tensors
        return gradient * (z > t), -gradient * t * _rectangle(z, t, ctx.bandwidth), None


class _Step(torch.autograd.Function):
    """H(z - t)."""

    @staticmethod
    def forward(ctx: Any, z: Tensor, t: Tensor, bandwidth: float) -> Tensor:
        ctx.save_for_backward(z, t)
        ctx.bandwidth = bandwidth
        return (z > t).to(z)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        z, t = ctx.saved_tensors
        return None, -gradient * _rectangle(z, t, ctx.bandwidth), None
