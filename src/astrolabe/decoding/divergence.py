"""How unlike two layers' next-token distributions are.

Shapes: [..., V] with V the vocabulary; everything in float32 and nats.
"""

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

_TINY = 1.2e-38
"""Smallest normal float32: keeps the logarithm of a sum of two underflown probabilities finite."""


@dataclass(frozen=True)
class Mature:
    """The last layer's distribution p.

    Attributes:
        logprobs: log p, [..., V].
        probs: p, nowhere less than the smallest normal number.
    """

    logprobs: Tensor
    probs: Tensor

    @classmethod
    def of(cls, logits: Tensor) -> "Mature":
        """From logits [..., V] of any float type."""
        logprobs = logits.float().log_softmax(-1)
        return cls(logprobs, logprobs.exp().add_(_TINY))


def jensen_shannon(mature: Mature, early: Tensor) -> Tensor:
    """Jensen-Shannon divergence, (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2 (Lin 1991).

    Args:
        early: log q, [..., V].

    Returns:
        [...], from 0 to log 2.
    """
    probs = early.exp()
    double = mature.probs.add(probs).log_()  # log 2m
    of_mature = _dot(mature.probs, mature.logprobs - double)
    return (of_mature + _dot(probs, double.neg_().add_(early))) / 2 + log(2)


def published(mature: Mature, early: Tensor) -> Tensor:
    """What DoLa's released code computes in its place.

    (KL(m || p) + KL(m || q)) / 2, the directions turned round, as a mean over the vocabulary.

    Args:
        early: log q, [..., V].

    Returns:
        [...].
    """
    double = mature.probs.add(early.exp())  # 2m
    ratio = double.log().sub_(log(2)).sub_(mature.logprobs, alpha=0.5).sub_(early, alpha=0.5)
    return _dot(double, ratio) / (2 * early.shape[-1])


DIVERGENCES = {"js": jensen_shannon, "published": published}


def contrast_sum(mature: Mature, early: Tensor) -> Tensor:
    """Log of the sum of p / q over the vocabulary, [...]: what makes DoLa's contrast a softmax."""
    return torch.logsumexp(mature.logprobs - early, -1)


def _dot(left: Tensor, right: Tensor) -> Tensor:
    """Sums of products along the last dimension, without a tensor of the products."""
    sums: Tensor = torch.linalg.vecdot(left, right)
    return sums
