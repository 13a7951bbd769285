"""How much is computed at once, and what happens when memory runs out.

A budget is chosen when a model is loaded, from the memory that is free then: at most what runs at
full speed, less where memory is scarce. Half of the free memory is left alone; of the other half,
one part in four is for a pass, one for its logits, and two for the rows that are decoded together.
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedModel

from astrolabe.core.errors import BadInput
from astrolabe.engine.tree import Node

SMALLEST = 16
"""Tokens a pass; when not even these fit, nothing will."""

MOST_ROWS = 64
"""Rows decoded together; beyond this, a step on two cores only grows in proportion."""

LEAST_TOKENS = 128
"""Tokens a pass that are tried however little memory is free; halved when they do not fit."""
LEAST_WANTED = 16
"""Likewise, positions at which logits are wanted."""

PARTS = {"pass": 8, "logits": 8, "slots": 4}
"""Which part of the free memory each use may take: one in so many."""


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
        slots: Bytes for the keys and values of the rows that are decoded together.
        halvings: How often memory ran out.
    """

    tokens: int
    rows: int = 4096
    slots: int = sys.maxsize
    halvings: int = 0

    def decoded(self, each: int) -> int:
        """How many rows are decoded together, when the slot of each takes `each` bytes."""
        return max(1, min(MOST_ROWS, self.slots // max(1, each)))

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


@dataclass(frozen=True)
class Sizes:
    """What a model takes, in bytes.

    Attributes:
        kept: Keys and values of one token, in all layers.
        passed: One token while a pass runs: its keys and values, and the widest states of a block.
        logits: The logits of one position, in float32.
    """

    kept: int
    passed: int
    logits: int


def sizes(model: PreTrainedModel) -> Sizes:
    """What `model` takes, by its configuration and the shapes of its weights."""
    config = model.config.get_text_config()
    heads: int = getattr(config, "num_attention_heads", 0)  # none in recurrent models
    sharing = getattr(config, "num_key_value_heads", None) or heads
    width = getattr(config, "head_dim", None) or config.hidden_size // max(1, heads)
    number = model.dtype.itemsize
    kept = 2 * config.num_hidden_layers * sharing * width * number
    head = model.get_output_embeddings().weight
    outside = {id(head), id(model.get_input_embeddings().weight)}
    widest = max(max(p.shape) for p in model.parameters() if p.dim() > 1 and id(p) not in outside)
    # Gate, up and their product; query, key, value, the stream and its sums; attention in float32.
    states = 3 * widest * number + config.hidden_size * (6 * number + 8)
    return Sizes(kept, kept + states, 4 * head.shape[0])


def free_bytes(device: torch.device) -> int | None:
    """Memory that is free on `device`; `None` where nobody says."""
    if device.type == "cuda":
        free, _ = torch.cuda.mem_get_info(device)
        # What torch holds without using it will be used first.
        return free + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    if device.type == "mps":
        return torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory()
    with suppress(OSError):
        found = re.search(r"MemAvailable:\s+(\d+) kB", Path("/proc/meminfo").read_text())
        if found:
            return int(found[1]) * 1024
    with suppress(ValueError, OSError):  # macOS says only how much is built in
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    return None


def default_budget(device: torch.device, takes: Sizes, free: int | None) -> Budget:
    """A budget at which a matrix product runs at full speed, logits stay small, and all fits.

    Args:
        device: Where the model lies.
        takes: What it takes.
        free: Bytes that are free there; `None` for enough.

    Returns:
        At most 2048 tokens a pass on a CPU, 4096 elsewhere, and a quarter of a gigabyte of logits;
        never less than `LEAST_TOKENS` and `LEAST_WANTED`.
    """
    tokens = 2048 if device.type == "cpu" else 4096
    rows = max(1, 2**28 // takes.logits)
    if free is None:
        return Budget(tokens, rows)
    return Budget(
        max(LEAST_TOKENS, min(tokens, free // PARTS["pass"] // takes.passed)),
        min(rows, max(LEAST_WANTED, free // PARTS["logits"] // takes.logits)),
        max(0, free // PARTS["slots"]),
    )


def slot_tokens(nodes: Sequence[Node], limits: Sequence[int]) -> int:
    """Most tokens that a row needs room for of its own: what no other shares, and its answer.

    Args:
        nodes: The prefix tree of the prompts.
        limits: Most tokens that each prompt's answer may have.
    """
    return max(
        limits[end] + len(node.tokens) * (node.last == index and len(node.ends) == 1)
        for index, node in enumerate(nodes)
        for end in node.ends
    )


def kept_tokens(nodes: Sequence[Node], limits: Sequence[int]) -> int:
    """Most tokens that are kept for a row while it is decoded, beyond what most rows share.

    Its slot, or, where a prompt is asked several times, its part of what these rows share.

    Args:
        nodes: The prefix tree of the prompts.
        limits: Most tokens that each prompt's answer may have.
    """
    return max(
        limits[end] + (len(node.tokens) // len(node.ends) if node.last == index else 0)
        for index, node in enumerate(nodes)
        for end in node.ends
    )
