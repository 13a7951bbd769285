"""How unlike two layers' next-token distributions are.

Shapes: [..., V] with V the vocabulary; everything in float32 and nats.
"""

from math import log

import torch
from torch import Tensor

_TINY = 1.2e-38
"""Smallest normal float32: keeps the logarithm of a sum of two underflown probabilities finite."""


class Mature:
    """The last layer's distribution p.

    Attributes:
        logprobs: log p, [..., V], in float32.
        probs: p, nowhere less than the smallest normal number.
    """

    def __init__(self, logprobs: Tensor) -> None:
        """From log p."""
        self.logprobs = logprobs
        self.probs = logprobs.exp().add_(_TINY)

    @classmethod
    def of(cls, logits: Tensor) -> "Mature":
        """From logits [..., V] of any float type."""
        return cls(logits.float().log_softmax(-1))


class Compared:
    """A last layer's p against an early layer's q; what several measures share is computed once."""

    def __init__(self, mature: Mature, early: Tensor) -> None:
        """Set p, [..., V], beside log q, [C, ..., V] or of the same shape."""
        self._p, self._q = mature.probs, early.exp()
        self._sum = self._p + self._q  # 2m, with m = (p + q) / 2
        log_sum = self._sum.log()
        self._p_part = mature.logprobs - log_sum  # log p - log 2m
        self._q_part = early - log_sum  # log q - log 2m

    def jensen_shannon(self) -> Tensor:
        """Jensen-Shannon divergence, (KL(p || m) + KL(q || m)) / 2, from 0 to log 2 (Lin 1991)."""
        return (_dot(self._p, self._p_part) + _dot(self._q, self._q_part)) / 2 + log(2)

    def published(self) -> Tensor:
        """What DoLa's released code computes in its place.

        (KL(m || p) + KL(m || q)) / 2, the directions turned round, as a mean over the vocabulary.
        """
        summed = _dot(self._sum, self._p_part) + _dot(self._sum, self._q_part)
        return (-summed / 4 - log(2)) / self._p.shape[-1]

    def contrast_sum(self) -> Tensor:
        """Log of the sum of p / q over the vocabulary: what makes DoLa's contrast a softmax."""
        return torch.logsumexp(self._p_part - self._q_part, -1)

    def divergence(self, name: str) -> Tensor:
        """``js`` or ``published``."""
        return self.jensen_shannon() if name == "js" else self.published()


def _dot(left: Tensor, right: Tensor) -> Tensor:
    """Sums of products along the last dimension, without a tensor of the products."""
    sums: Tensor = torch.linalg.vecdot(left, right)
    return sums
