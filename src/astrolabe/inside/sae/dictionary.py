"""`Dictionary`: a trained sparse autoencoder, and what those of all kinds share.

    f = act(W_enc (x - b_dec) + b_enc)        x' = W_dec^T f + b_dec

Shapes: B states, W their width, N features. Rows of W_enc and W_dec [N, W] belong to features
(papers call the rows of W_dec the decoder's columns). States go in and come out in the model's own
units, whatever was normalised in training.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import torch
from torch import Tensor

from astrolabe.core.errors import BadInput
from astrolabe.inside.sae.kernels import Pattern, decode

Kind = Literal["relu", "topk", "batchtopk", "jumprelu"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_TABLE = 2**24
"""Most pre-activations held at once."""


@dataclass(frozen=True)
class Codes:
    """Activations of the active features of B states.

    Attributes:
        values: Activations, state by state [M].
        pattern: Whose they are.
    """

    values: Tensor
    pattern: Pattern

    def dense(self) -> Tensor:
        """As a table [B, N]."""
        return self.pattern.spread(self.values)


@dataclass(frozen=True)
class Dictionary:
    """A sparse autoencoder.

    Attributes:
        kind: How the active features are chosen: above zero (``relu``), the k highest (``topk``),
            above a threshold (``batchtopk``, ``jumprelu``).
        W_enc: [N, W].
        b_enc: [N].
        W_dec: [N, W].
        b_dec: [W]; taken off before the encoder, too (the pre-encoder bias).
        threshold: Least activations [N], of the kinds that have one.
        k: Active features of a state, of ``topk``.
        about: What else is known: model, site, how it was trained. JSON values.
    """

    kind: Kind
    W_enc: Tensor
    b_enc: Tensor
    W_dec: Tensor
    b_dec: Tensor
    threshold: Tensor | None = None
    k: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together.

        Raises:
            BadInput: says which.
        """
        check_kind(self.kind)
        n, w = self.W_dec.shape
        shapes = {"W_enc": (n, w), "b_enc": (n,), "b_dec": (w,)}
        if self.kind in ("batchtopk", "jumprelu"):
            shapes["threshold"] = (n,)
        for name, shape in shapes.items():
            part = getattr(self, name)
            if part is None or tuple(part.shape) != shape:
                found = "missing" if part is None else f"of shape {tuple(part.shape)}"
                raise BadInput(
                    f"dictionary of {n} features of width {w}: {name} is {found}, not {shape}"
                )
        if self.kind == "topk":
            check_k(self.k, n)

    @property
    def width(self) -> int:
        """N, how many features there are."""
        return len(self.W_dec)

    @property
    def inputs(self) -> int:
        """W, the width of the states."""
        return self.W_dec.shape[1]

    def pre_activations(self, states: Tensor) -> Tensor:
        """W_enc (x - b_dec) + b_enc [B, N] of states x [B, W]."""
        return torch.addmm(self.b_enc, states - self.b_dec, self.W_enc.T)

    def encode(self, states: Tensor) -> Codes:
        """Activations of states [B, W].

        Raises:
            BadInput: when their width is another, or they hold NaN or infinity.
        """
        check_states(states, self.inputs)
        table = self.pre_activations(states.to(self.W_enc))
        if self.kind == "topk":
            assert self.k is not None
            values, features = table.topk(self.k, sorted=False)
            return Codes(values.flatten().relu(), Pattern.of_rows(features, self.width))
        least = 0.0 if self.threshold is None else self.threshold.clamp(min=0)
        pattern = Pattern.of_mask(table > least)
        return Codes(pattern.at(table), pattern)

    def decode(self, codes: Codes) -> Tensor:
        """States [B, W] of activations."""
        return decode(codes.values, codes.pattern, self.W_dec) + self.b_dec

    def reconstruct(self, states: Tensor) -> Tensor:
        """States [B, W] encoded and decoded, in their own number format; see `encode`."""
        parts = [self.decode(self.encode(part)) for part in self.parts(states)]
        return torch.cat(parts).to(states) if parts else states.clone()

    def parts(self, states: Tensor) -> Iterator[Tensor]:
        """States [B, W] in portions whose pre-activations fit into memory."""
        size = max(1, _TABLE // self.width)
        for first in range(0, len(states), size):
            yield states[first : first + size]


def check_kind(kind: str) -> None:
    """Raises:
    BadInput: for an unknown kind.
    """
    if kind not in KINDS:
        raise BadInput(f"no kind of sparse autoencoder '{kind}'; there are {', '.join(KINDS)}")


def check_k(k: int | None, width: int) -> None:
    """Raises:
    BadInput: when no k features can be active.
    """
    if k is None or not 1 <= k <= width:
        raise BadInput(
            f"k is {k}, but of a dictionary of {width} features 1 to {width} can be active at once"
        )


def check_states(states: Tensor, inputs: int | None = None) -> None:
    """Raises:
    BadInput: when they are no table [B, W], of another width than `inputs`, or not finite.
    """
    if states.dim() != 2 or not states.shape[1]:
        raise BadInput(f"states of shape {tuple(states.shape)}, where [rows, width] is expected")
    if inputs is not None and states.shape[1] != inputs:
        raise BadInput(
            f"states are {states.shape[1]} wide, the dictionary takes {inputs}; it belongs to "
            "another model or site"
        )
    # One sum is quicker than a look at every number, and finite only where all of them are.
    if not bool(states.sum(dtype=torch.float64).isfinite()):
        raise BadInput("states hold NaN or infinity; the model is broken, or its format overflows")
