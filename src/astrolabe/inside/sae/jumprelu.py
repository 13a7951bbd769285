"""JumpReLU: features above a threshold of their own, which is learnt.

Rajamanoharan et al. 2024, "Jumping Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse
Autoencoders" (arXiv:2407.14435), eq. 4 and 9 to 12:

    f = z H(z - t),  z = W_enc (x - b_dec) + b_enc        L = ||x - x'||^2 + l0 sum H(z - t)

Neither has a gradient by the threshold t, so straight-through ones are used, with the rectangle
K(u) = 1 for |u| < 1/2: df/dt = -(t/e) K((z - t)/e) and dH/dt = -(1/e) K((z - t)/e).
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


@dataclass(frozen=True)
class JumpRelu:
    """Features above their thresholds.

    Attributes:
        l0: Weight of the penalty on each active feature, with states of mean squared norm 1.
        l0_warmup: Steps over which it grows.
        first: Threshold at the beginning.
        bandwidth: e, the width of the rectangle.
    """

    l0: float = 1e-3
    l0_warmup: int = 2000
    first: float = 0.001
    bandwidth: float = 0.001
    kind: ClassVar[Kind] = "jumprelu"

    def check(self, width: int) -> None:
        """See `Objective`."""
        if not self.l0 >= 0:
            raise BadInput(f"l0 is {self.l0}; a penalty has a weight of at least 0")
        if not (self.first > 0 and self.bandwidth > 0):
            raise BadInput("the threshold and the bandwidth of a JumpReLU are above 0")

    def begin(self, parameters: Parameters) -> None:
        """See `Objective`. The threshold's logarithm is learnt, so that it stays positive."""
        parameters.threshold = torch.full_like(parameters.b_enc, self.first).log_()
        parameters.threshold.requires_grad_()

    def loss(self, parameters: Parameters, batch: Batch) -> Outcome:
        """See `Objective`."""
        assert parameters.threshold is not None
        thresholds = parameters.threshold.exp()
        # Those just below take part in the gradient of the threshold.
        least = (thresholds.detach() - self.bandwidth / 2).clamp(min=0)
        pattern = Pattern.of_mask(batch.table > least)
        z = selected(parameters, batch, pattern)
        t = thresholds[pattern.features]
        values: Tensor = _Jump.apply(z, t, self.bandwidth)  # type: ignore[no-untyped-call]
        active: Tensor = _Step.apply(z, t, self.bandwidth)  # type: ignore[no-untyped-call]
        error, squared = reconstruct(parameters, batch, pattern, values)
        penalty = active.sum() / len(batch.states)
        loss = squared + warmed(self.l0, batch.step, self.l0_warmup) * penalty
        return Outcome(loss, error, values, pattern)

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
