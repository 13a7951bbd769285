"""What is trained, and what the kinds of sparse autoencoders have to say about it.

Shapes: B states, W their width, N features, M active features of all B states.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Protocol

import torch
from torch import Tensor

from astrolabe.inside.sae.dictionary import Kind
from astrolabe.inside.sae.kernels import Pattern, decode, pre_activations


@dataclass
class Parameters:
    """Parts of a dictionary in training, in units in which states have a mean squared norm of 1.

    Attributes:
        W_enc: [N, W].
        b_enc: [N].
        W_dec: [N, W]; rows have norm 1.
        b_dec: [W].
        threshold: [N] or one number, of kinds that have one, as that kind keeps it.
    """

    W_enc: Tensor
    b_enc: Tensor
    W_dec: Tensor
    b_dec: Tensor
    threshold: Tensor | None = None

    def tensors(self) -> dict[str, Tensor]:
        """All of them by name."""
        return {name: part for name, part in vars(self).items() if part is not None}

    def trained(self) -> Iterator[Tensor]:
        """Those with gradients."""
        return (part for part in self.tensors().values() if part.requires_grad)


@dataclass(frozen=True)
class Batch:
    """What a loss is computed from.

    Attributes:
        states: x [B, W].
        table: W_enc (x - b_dec) + b_enc [B, N], without gradients.
        dead: Which features have not been active for long [N].
        done: Share of the training that is done with this step, over 0 to 1.
    """

    states: Tensor
    table: Tensor
    dead: Tensor
    done: float


@dataclass(frozen=True)
class Outcome:
    """A loss with what was seen on the way.

    Attributes:
        loss: One number, with gradients.
        error: x - x' [B, W].
        values: Activations [M].
        pattern: Whose they are; entries of `values` may be zero.
    """

    loss: Tensor
    error: Tensor
    values: Tensor
    pattern: Pattern


class Objective(Protocol):
    """One kind of sparse autoencoder: how features become active, and what is minimised."""

    kind: ClassVar[Kind]

    def check(self, width: int) -> None:
        """Raises:
        BadInput: when it does not go with so many features.
        """
        ...

    def begin(self, parameters: Parameters) -> None:
        """Give `parameters` what this kind needs besides."""
        ...

    def loss(self, parameters: Parameters, batch: Batch) -> Outcome: ...

    def resamples(self, step: int, steps: int) -> bool:
        """Whether dead features begin anew after this step of so many."""
        ...

    def threshold(self, parameters: Parameters) -> Tensor | None:
        """Least activations [N] at inference, of kinds that have one."""
        ...


def reconstruct(
    parameters: Parameters, batch: Batch, pattern: Pattern, values: Tensor
) -> tuple[Tensor, Tensor]:
    """Error x - x' [B, W] and its mean squared norm; as states have norm 1, a share of it."""
    error = batch.states - parameters.b_dec - decode(values, pattern, parameters.W_dec)
    return error, error.square().sum(1).mean()


def selected(parameters: Parameters, batch: Batch, pattern: Pattern) -> Tensor:
    """Pre-activations [M] of a pattern, with gradients."""
    return pre_activations(
        batch.table,
        pattern,
        batch.states,
        parameters.W_enc,
        parameters.b_enc,
        parameters.b_dec,
    )


def warmed(weight: float, done: float, over: float) -> float:
    """A penalty's weight, growing linearly over a first share of the training: before features
    stand for something, all of them would be pushed to zero."""
    return weight * min(1.0, done / over) if over else weight


def geometric_median(points: Tensor, rounds: int = 32) -> Tensor:
    """The point [W] with the least mean distance to `points` [B, W], by Weiszfeld's iteration."""
    centre = points.mean(0)
    for _ in range(rounds):
        weights = 1 / (points - centre).norm(dim=1).clamp(min=1e-6)
        centre = weights @ points / weights.sum()
    return centre


def unit_rows(matrix: Tensor) -> Tensor:
    """`matrix` [N, W] with rows of norm 1, in place."""
    return matrix.div_(torch.linalg.vector_norm(matrix, dim=1, keepdim=True).clamp(min=1e-12))
