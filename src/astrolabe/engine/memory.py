"""How much is computed at once, and what happens when memory runs out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

from astrolabe.core.errors import BadInput

SMALLEST = 16
"""Tokens a pass; when not even these fit, nothing will."""


@dataclass
class Attempt:
    """Whether a guarded block ran out of memory."""

    failed: bool = False


@dataclass
class Budget:
    """Tokens that a forward pass may hold. Halved when memory runs out; never raised again.

    Attributes:
        tokens: The present budget.
        halvings: How often memory ran out.
    """

    tokens: int
    halvings: int = 0

    @contextmanager
    def guarded(self) -> Iterator[Attempt]:
        """A block that may run out of memory; if it does, the budget is halved.

        Raises:
            BadInput: when the smallest budget is still too large.
        """
        attempt = Attempt()
        try:
            yield attempt
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            if self.tokens <= SMALLEST:
                raise BadInput(
                    "the model does not fit into memory even with the smallest batch; "
                    "use a smaller dtype, another device, or a machine with more memory"
                ) from error
            attempt.failed = True
            self.tokens = max(SMALLEST, self.tokens // 2)
            self.halvings += 1
            if torch.cuda.is_available():
                torch.cuda.empty_cache()


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether torch says that memory ran out; its CPU allocator has no exception of its own."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def default_budget(device: torch.device, vocabulary: int) -> Budget:
    """A budget at which a matrix product runs at full speed, and logits stay small.

    Args:
        device: Where the model lies.
        vocabulary: Rows of logits are float32; at most a quarter of a gigabyte of them is held.
    """
    at_full_speed = 2048 if device.type == "cpu" else 16384
    return Budget(min(at_full_speed, max(SMALLEST, 2**26 // vocabulary)))
