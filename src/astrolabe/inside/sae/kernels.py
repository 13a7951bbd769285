"""Sparse codes, and products that cost what is active and not the width of the dictionary.

The one dense product of a training step is the encoder's: which features are active cannot be
known without it. Decoding and all gradients walk over the active features only. Where so many are
active that this costs more than dense products (ReLU and JumpReLU before they are sparse), the same
functions take the dense way.

Shapes: B states, W their width, N features, M active features of all B states together.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

DENSE = 0.1
"""Share of active features from which on dense products are quicker: a float32 product of matrices
on a CPU does some ten times the additions a second that sums over scattered rows do."""


@dataclass(frozen=True)
class Pattern:
    """Which features are active in which state.

    Attributes:
        features: Numbers of the active features, state by state [M].
        starts: Where each state's begin in `features`, and their number [B + 1].
        width: N.
    """

    features: Tensor
    starts: Tensor
    width: int

    @classmethod
    def of_mask(cls, mask: Tensor) -> "Pattern":
        """Of a mask [B, N] that is true where a feature is active."""
        starts = torch.zeros(len(mask) + 1, dtype=torch.long, device=mask.device)
        starts[1:] = mask.sum(1).cumsum(0)
        return cls(mask.nonzero()[:, 1], starts, mask.shape[1])

    @classmethod
    def of_rows(cls, features: Tensor, width: int) -> "Pattern":
        """Of the numbers of equally many active features of each state [B, K]."""
        count = features.numel()
        starts = torch.arange(0, count + 1, features.shape[1], device=features.device)
        return cls(features.flatten(), starts, width)

    @property
    def states(self) -> int:
        """B."""
        return len(self.starts) - 1

    @property
    def dense(self) -> bool:
        """Whether so many features are active that dense products are quicker."""
        return len(self.features) > DENSE * self.states * self.width

    @cached_property
    def counts(self) -> Tensor:
        """How many features are active in each state [B]."""
        return self.starts.diff()

    @cached_property
    def rows(self) -> Tensor:
        """The state of each active feature [M]."""
        numbers = torch.arange(self.states, device=self.starts.device)
        return numbers.repeat_interleave(self.counts, output_size=len(self.features))

    def at(self, table: Tensor) -> Tensor:
        """Entries [M] of a table [B, N]."""
        return table[self.rows, self.features]

    def spread(self, values: Tensor) -> Tensor:
        """`values` [M] as a table [B, N], zero elsewhere."""
        table = values.new_zeros(self.states, self.width)
        return table.index_put((self.rows, self.features), values)

    def summed(self, values: Tensor) -> Tensor:
        """Sums of `values` [M] over the states, for each feature [N]."""
        return values.new_zeros(self.width).index_add(0, self.features, values)


def decode(values: Tensor, pattern: Pattern, W_dec: Tensor) -> Tensor:
    """Sums of decoder rows, weighted by activations: values @ W_dec [B, W], differentiable.

    Args:
        values: Activations [M].
        W_dec: [N, W].
    """
    if pattern.dense:
        return pattern.spread(values) @ W_dec
    return embedding_bag(
        pattern.features,
        W_dec,
        pattern.starts,
        mode="sum",
        per_sample_weights=values,
        include_last_offset=True,
    )


def pre_activations(
    table: Tensor,
    pattern: Pattern,
    states: Tensor,
    W_enc: Tensor,
    b_enc: Tensor,
    b_dec: Tensor,
) -> Tensor:
    """Entries [M] of W_enc (x - b_dec) + b_enc, differentiable by W_enc, b_enc and b_dec.

    Args:
        table: That product [B, N], without gradients.
        states: x [B, W].
        W_enc: [N, W].
        b_enc: [N].
        b_dec: [W].
    """
    found: Tensor = _PreActivations.apply(table, pattern, states, W_enc, b_enc, b_dec)  # type: ignore[no-untyped-call]
    return found


class _PreActivations(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        table: Tensor,
        pattern: Pattern,
        states: Tensor,
        W_enc: Tensor,
        b_enc: Tensor,
        b_dec: Tensor,
    ) -> Tensor:
        ctx.pattern = pattern
        ctx.save_for_backward(states, W_enc, b_dec)
        return pattern.at(table)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        (gradient,) = gradients
        pattern = ctx.pattern
        states, W_enc, b_dec = ctx.saved_tensors
        of_bias = pattern.summed(gradient)
        of_rows = _transposed(gradient, pattern, states - b_dec)
        return None, None, None, of_rows, of_bias, -(of_bias @ W_enc)


def _transposed(values: Tensor, pattern: Pattern, states: Tensor) -> Tensor:
    """Sums of states, weighted by `values` [M], for each feature [N, W]."""
    if pattern.dense:
        return pattern.spread(values).T @ states
    order = pattern.features.argsort(stable=True)
    starts = torch.zeros(pattern.width + 1, dtype=torch.long, device=states.device)
    starts[1:] = torch.bincount(pattern.features, minlength=pattern.width).cumsum(0)
    return embedding_bag(
        pattern.rows[order],
        states,
        starts,
        mode="sum",
        per_sample_weights=values[order],
        include_last_offset=True,
    )
