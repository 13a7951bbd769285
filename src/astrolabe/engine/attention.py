"""Attention in parts, merged exactly.

A query may attend to several stretches of keys (a shared prefix, its own text) that lie in
different tensors. Each part gives an output and the log of its softmax denominator (log-sum-exp);
two parts merge exactly, because softmax over a union is the average of the softmaxes weighted by
their denominators (the same identity that FlashAttention uses between blocks; Dao et al. 2022,
arXiv:2205.14135, section 3.1). So nothing shared is ever copied.

Shapes: B batch, H query heads, K key-value heads, T queries, L keys, D head width.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

from astrolabe.core.errors import Unsupported
from astrolabe.engine.sharing import window

KERNEL = "astrolabe"
"""Name under which transformers knows our attention."""

_CPU_FLASH = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu


@dataclass(frozen=True)
class Manner:
    """How a layer attends.

    Attributes:
        scale: Factor of the scores.
        cap: Scores are bent to stay within this (Gemma 2), c tanh(s / c); `None` leaves them.
        window: How many tokens a query sees at most, itself included; `None` for all.
    """

    scale: float
    cap: float | None = None
    window: int | None = None

    def sees(self, queries: Tensor, keys: Tensor) -> Tensor | bool:
        """Which of `keys`, all of them before or at `queries`, lie within the window.

        Args:
            queries: Positions, [T].
            keys: Positions, [L].

        Returns:
            `True` for all, `False` for none, or bool [T, L].
        """
        if self.window is None or not len(queries):
            return True
        if int(queries.max() - keys.min()) < self.window:
            return True
        if int(queries.min() - keys.max()) >= self.window:
            return False
        return queries[:, None] - keys < self.window


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    manner: Manner,
    causal: bool = False,
    mask: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Attention over one stretch of keys, with its log-sum-exp.

    Args:
        query: [B, H, T, D].
        key: [B, K, L, D]; H is a multiple of K (grouped queries).
        value: [B, K, L, D].
        manner: Its scale and cap; the window is the caller's affair.
        causal: Whether query t sees keys 0..t only; needs T == L.
        mask: Added to the scores, broadcastable to [B, 1, T, L]; not with `causal`. Minus infinity
            hides a key; a query that sees none gets zeros, with a log-sum-exp of minus infinity.

    Returns:
        Output [B, H, T, D] in the query's dtype, log-sum-exp [B, H, T] in float32.
    """
    batch, heads, length, width = query.shape
    groups = heads // key.shape[1]
    same_for_all = not causal and (mask is None or mask.shape[-2] == 1)
    if groups > 1 and same_for_all:
        # All queries of a group see the same keys: they become further queries of one head.
        query = query.reshape(batch, heads // groups, groups * length, width)
    elif groups > 1:
        key, value = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    flash = query.device.type == "cpu" and width == value.shape[-1] and manner.cap is None
    if flash and (mask is None or mask.shape[-2] == 1):
        out, lse = _CPU_FLASH(query, key, value, 0.0, causal, attn_mask=mask, scale=manner.scale)
    else:
        out, lse = _plain_attention(query, key, value, manner, causal, mask)
    return out.reshape(batch, heads, length, -1), lse.reshape(batch, heads, length)


def _plain_attention(
    query: Tensor, key: Tensor, value: Tensor, manner: Manner, causal: bool, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    # Scaled first: in float16 the bare product can overflow.
    scores = ((query * manner.scale) @ key.transpose(-1, -2)).float()
    if manner.cap is not None:
        scores = (scores / manner.cap).tanh() * manner.cap
    if causal:
        future = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
        scores = scores.masked_fill(future, float("-inf"))
    if mask is not None:
        scores = scores + mask
    lse = scores.logsumexp(-1)
    weights = (scores - lse.clamp_min(torch.finfo(lse.dtype).min).unsqueeze(-1)).exp()
    return weights.to(value.dtype) @ value, lse


def hidden(seen: Tensor, dtype: torch.dtype) -> Tensor:
    """A mask to be added to scores: minus infinity where `seen` (bool) is false."""
    return torch.zeros(seen.shape, dtype=dtype, device=seen.device).masked_fill(
        ~seen, float("-inf")
    )


def merge(out: Tensor, lse: Tensor, more: Tensor, more_lse: Tensor) -> None:
    """Merge a further part into `out` and `lse`, in place.

    Args:
        out: [..., D] in float32, so that many merges do not round.
        lse: [...].
        more: Output of the further part, [..., D].
        more_lse: Its log-sum-exp, [...].
    """
    weight = torch.sigmoid(more_lse - lse).unsqueeze(-1)
    out.lerp_(more.to(out.dtype), weight)
    torch.logaddexp(lse, more_lse, out=lse)


class Pass(Protocol):
    """Decides, for one forward pass, what each query attends to."""

    def attend(
        self, layer: int, query: Tensor, key: Tensor, value: Tensor, manner: Manner
    ) -> Tensor:
        """Outputs [B, H, T, D] for the queries of one layer.

        Args:
            layer: Index of the layer.
            query: [B, H, T, D].
            key: New keys, [B, K, T, D].
            value: New values, [B, K, T, D].
            manner: How the layer attends.
        """
        ...

    @property
    def reach(self) -> int:
        """Most tokens that any query may attend to, itself included."""
        ...


@dataclass
class _UnderWay:
    """A pass under way.

    Attributes:
        limit: The model's window, where the pass reaches beyond it.
        asked: Whether any layer has attended by it.
    """

    current: Pass
    limit: int | None
    asked: bool = False


_under_way: ContextVar[_UnderWay] = ContextVar("astrolabe_pass")


@contextmanager
def during(model: PreTrainedModel, current: Pass) -> Iterator[None]:
    """Forward passes of `model` inside this block attend as `current` says.

    Raises:
        Unsupported: when they attend in a way of their own, whatever they are told.
    """
    before = model.config._attn_implementation
    limit = window(model)
    narrow = limit is not None and current.reach > limit
    here = _UnderWay(current, limit if narrow else None)
    token = _under_way.set(here)
    try:
        model.set_attn_implementation(KERNEL)
        yield
    finally:
        model.set_attn_implementation(before)
        _under_way.reset(token)
    if not here.asked:
        raise Unsupported(f"the attention of {type(model).__name__}, which cannot be replaced,")


def _attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    softcap: float | None = None,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Our attention in the form that transformers calls it.

    Raises:
        Unsupported: for what cannot be done in parts, and where a window matters that the layer
            does not tell of itself (some architectures put it into their mask alone).
    """
    here = _under_way.get()
    here.asked = True
    for name in ("s_aux", "position_bias"):
        if kwargs.get(name) is not None:
            raise Unsupported(f"attention with '{name}'")
    if dropout:
        raise Unsupported("attention dropout")
    if here.limit is not None and "sliding_window" not in kwargs:
        raise Unsupported(f"a window of {here.limit} tokens, shorter than the prompt,")
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    manner = Manner(scale, softcap, None if here.limit is None else kwargs["sliding_window"])
    out = here.current.attend(int(module.layer_idx), query, key, value, manner)  # type: ignore[arg-type]
    return out.to(query.dtype).transpose(1, 2), None


def _no_mask(*_args: Any, **_kwargs: Any) -> None:
    """What is seen is decided by the pass, never by a mask of transformers' making."""


AttentionInterface.register(KERNEL, _attention)
AttentionMaskInterface.register(KERNEL, _no_mask)
