"""What a direction of the residual stream does to the logits by itself, past all later blocks."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from astrolabe.inside.head import Inside


@dataclass(frozen=True)
class Effect:
    """A token, and how a direction moves its logit.

    Attributes:
        token: Its id.
        amount: In standard deviations over the vocabulary, the mean taken off: the softmax takes no
            notice of the mean, and the scale depends on the rest of the state, which the final norm
            divides by.
    """

    token: int
    amount: float


@dataclass(frozen=True)
class Effects:
    """Direct logit effects (nostalgebraist 2020, the logit lens; Bricken et al. 2023).

    Attributes:
        promoted: The tokens raised most, the first one most of all.
        suppressed: Those lowered most, likewise.
    """

    promoted: tuple[Effect, ...]
    suppressed: tuple[Effect, ...]


def effects(inside: "Inside", direction: Tensor, most: int = 10) -> Effects:
    """Effects of a direction [W] through the final norm's scale and the unembedding.

    What norm and unembedding add by themselves (their biases) is taken off.

    Args:
        most: How many tokens of each.
    """
    at = direction.to(inside.model.device, inside.model.dtype)
    both = torch.stack([at, torch.zeros_like(at)])
    with_it, without = inside.logits(both, "final").float()
    moved = with_it - without
    moved = (moved - moved.mean()) / moved.std().clamp(min=1e-12)
    order = moved.argsort(descending=True).tolist()
    named = [Effect(token, float(moved[token])) for token in order]
    return Effects(tuple(named[:most]), tuple(named[: -most - 1 : -1]))
