"""Greedy decoding: the likeliest token, the first one on ties."""

from torch import Tensor


def greedy(logits: Tensor) -> int:
    """Index of the largest of `logits` [vocabulary]."""
    return int(logits.argmax())
