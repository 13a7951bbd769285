"""From the residual stream to logits: the model's own way out, usable at any layer (early exit).

Early exits go through the unembedding as it is; whether through the final norm first is the
caller's choice: ``final`` reads an early layer as if it were the last (the logit lens), ``none``
is what the released DoLa code does.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TypeVar

import torch
from torch import Tensor
from transformers import PreTrainedModel

from astrolabe.core.errors import Unsupported
from astrolabe.core.model import Norm
from astrolabe.core.site import Site
from astrolabe.inside.anatomy import Anatomy, dissect
from astrolabe.inside.taps import Edits, ending, narrowed, reading, streams, writing

_Name = TypeVar("_Name", bound=Hashable)

_TOLERANCE = 1e-4
"""Largest accepted difference between the head's logits and the model's own, as a share of their
greatest, in float32; half-precision formats are allowed their own rounding on top."""


class Inside:
    """A model's parts and its way from the stream to logits.

    Attributes:
        model: The transformers model; never changed.
        narrows: Whether the last block may leave out positions that nobody reads.
    """

    def __init__(self, model: PreTrainedModel) -> None:
        """Nothing is looked for yet."""
        self.model = model
        self.narrows = True

    @cached_property
    def anatomy(self) -> Anatomy:
        """Its parts.

        Raises:
            Unsupported: when they are not found.
        """
        return dissect(self.model)

    @property
    def depth(self) -> int:
        """How many layers it has."""
        return self.anatomy.depth

    @property
    def tied(self) -> bool:
        """Whether the unembedding is the embedding, so that layer 0 reads back the token fed."""
        return self.anatomy.head.weight is self.model.get_input_embeddings().weight

    @property
    def rowwise(self) -> bool:
        """Whether the last block leaves out positions that nobody reads."""
        try:
            return self.narrows and bool(self.anatomy.rowwise)
        except Unsupported:
            return False

    def narrowed(self, rows: Tensor | None) -> AbstractContextManager[None]:
        """See `astrolabe.inside.taps.narrowed`; `None` computes all rows."""
        return nullcontext() if rows is None else narrowed(self.anatomy, rows)

    def writing(self, edits: Edits) -> AbstractContextManager[None]:
        """See `astrolabe.inside.taps.writing`."""
        return writing(self.anatomy, edits) if edits else nullcontext()

    def reading(
        self, sites: Mapping[_Name, Site], rows: Tensor | slice, batch: int = 1
    ) -> AbstractContextManager[Mapping[_Name, Tensor]]:
        """See `astrolabe.inside.taps.reading`; without sites, no parts are looked for."""
        return reading(self.anatomy, sites, rows, batch) if sites else nullcontext({})

    def streams(
        self, layers: Sequence[int], rows: Tensor | slice, batch: int = 1
    ) -> AbstractContextManager[Mapping[int, Tensor]]:
        """Inside this block a pass leaves the residual stream after each of `layers`."""
        return self.reading(streams(layers), rows, batch)

    def ending(self, sites: Iterable[Site]) -> AbstractContextManager[None]:
        """See `astrolabe.inside.taps.ending`."""
        return ending(self.anatomy, sites)

    @torch.inference_mode()
    def logits(self, states: Tensor, norm: Norm) -> Tensor:
        """Logits [..., vocabulary] of residual states [..., W], in the model's dtype.

        Args:
            norm: ``final`` or ``none``.
        """
        # As a matrix: torch multiplies a stack of few rows at half the speed.
        rows = states.flatten(0, -2)
        # Not called but run, past their hooks: a pass may be going on, and what it changes there is
        # its own.
        for module in self.anatomy.tail:
            if norm == "final" or module not in self.anatomy.norms:
                rows = module.forward(rows)
        logits = self._finished(self.anatomy.head.forward(rows))
        return logits.view(*states.shape[:-1], logits.shape[-1])

    def _finished(self, logits: Tensor) -> Tensor:
        """What some architectures do to their logits last."""
        config = self.model.config.get_text_config()
        scale = getattr(config, "logit_scale", None)  # Cohere
        if scale is not None:
            logits = logits * scale
        divisor = getattr(config, "logits_scaling", None)  # Granite
        if divisor is not None:
            logits = logits / divisor
        cap = getattr(config, "final_logit_softcapping", None)  # Gemma 2
        if cap is not None:
            logits = (logits / cap).tanh() * cap
        return logits

    def check(self) -> float:
        """Largest difference between the last layer's early exit and the model's own logits.

        Raises:
            Unsupported: when they are not the same, so that early exits would mean nothing.
        """
        last = Site("resid", self.depth)
        tokens = torch.tensor([[1, 2, 3, 1]], device=self.model.device)
        with torch.inference_mode(), reading(self.anatomy, {0: last}, slice(None)) as states:
            expected = self.model(input_ids=tokens, use_cache=False).logits
        difference = float((self.logits(states[0], "final") - expected).abs().max())
        eps = torch.finfo(expected.dtype).eps
        if not difference <= max(_TOLERANCE, 16 * eps) * max(1.0, float(expected.abs().max())):
            raise Unsupported(
                f"{type(self.model).__name__}, whose last layer read early differs from its own "
                f"logits by {difference:.2g}: an early exit"
            )
        return difference
