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
    """What a forward pass may hold. Halved when memory runs out; never raised again.

    Attributes:
        tokens: Tokens of the present budget.
        rows: Positions at which logits may be wanted.
        halvings: How often memory ran out.
    """

    tokens: int
    rows: int = 4096
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
                raise too_large() from error
            attempt.failed = True
            self.tokens = max(SMALLEST, self.tokens // 2)
            self.rows = max(1, self.rows // 2)
            self.halvings += 1
            if torch.cuda.is_available():
                torch.cuda.empty_cache()


def too_large() -> BadInput:
    """What is said when even the smallest batch does not fit."""
    return BadInput(
        "the model does not fit into memory even with the smallest batch; "
        "use a smaller dtype, another device, or a machine with more memory"
    )


def is_out_of_memory(error: RuntimeError) -> bool:
    """Whether torch says that memory ran out; its CPU and MPS allocators raise plain errors."""
    says = ("can't allocate memory", "not enough memory", "out of memory")
    return isinstance(error, torch.OutOfMemoryError) or any(words in str(error) for words in says)


def default_budget(device: torch.device, vocabulary: int) -> Budget:
    """A budget at which a matrix product runs at full speed, and logits stay small.

    Args:
        device: Where the model lies.
        vocabulary: Logits of one row; at most a quarter of a gigabyte of them is held in float32.
    """
    at_full_speed = 2048 if device.type == "cpu" else 4096
    return Budget(at_full_speed, rows=max(1, 2**26 // vocabulary))
