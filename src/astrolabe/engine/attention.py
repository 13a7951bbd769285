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
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

from astrolabe.core.errors import Unsupported
from astrolabe.engine.sharing import window

KERNEL = "astrolabe"
"""Name under which transformers knows our attention."""

_CPU_FLASH = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu


def attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    scale: float,
    causal: bool = False,
    mask: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Attention over one stretch of keys, with its log-sum-exp.

    Args:
        query: [B, H, T, D].
        key: [B, K, L, D]; H is a multiple of K (grouped queries).
        value: [B, K, L, D].
        scale: Factor of the scores.
        causal: Whether query t sees keys 0..t only; needs T == L.
        mask: Added to the scores, broadcastable to [B, 1, 1, L]; not with `causal`.

    Returns:
        Output [B, H, T, D] in the query's dtype, log-sum-exp [B, H, T] in float32.
    """
    batch, heads, length, width = query.shape
    groups = heads // key.shape[1]
    if groups > 1 and causal:
        key, value = (x.repeat_interleave(groups, dim=1) for x in (key, value))
    elif groups > 1:
        # All queries of a group see the same keys: they become further queries of one head.
        query = query.reshape(batch, heads // groups, groups * length, width)
    if query.device.type == "cpu" and width == value.shape[-1]:
        out, lse = _CPU_FLASH(query, key, value, 0.0, causal, attn_mask=mask, scale=scale)
    else:
        out, lse = _plain_attention(query, key, value, scale, causal, mask)
    return out.reshape(batch, heads, length, -1), lse.reshape(batch, heads, length)


def _plain_attention(
    query: Tensor, key: Tensor, value: Tensor, scale: float, causal: bool, mask: Tensor | None
) -> tuple[Tensor, Tensor]:
    # Scaled first: in float16 the bare product can overflow.
    scores = ((query * scale) @ key.transpose(-1, -2)).float()
    if causal:
        future = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
        scores = scores.masked_fill(future, float("-inf"))
    if mask is not None:
        scores = scores + mask
    return scores.softmax(-1).to(value.dtype) @ value, scores.logsumexp(-1)


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

    def attend(self, layer: int, query: Tensor, key: Tensor, value: Tensor, scale: float) -> Tensor:
        """Outputs [B, H, T, D] for the queries of one layer.

        Args:
            layer: Index of the layer.
            query: [B, H, T, D].
            key: New keys, [B, K, T, D].
            value: New values, [B, K, T, D].
            scale: Factor of the scores.
        """
        ...

    @property
    def reach(self) -> int:
        """Most tokens that any query may attend to, itself included."""
        ...


_current: ContextVar[Pass] = ContextVar("astrolabe_pass")


@contextmanager
def during(model: PreTrainedModel, current: Pass) -> Iterator[None]:
    """Forward passes of `model` inside this block attend as `current` says.

    Raises:
        Unsupported: when `current` reaches beyond a window of the model's attention.
    """
    limit = window(model)
    if limit is not None and current.reach > limit:
        raise Unsupported(f"a window of {limit} tokens, shorter than the prompt,")
    before = model.config._attn_implementation
    token = _current.set(current)
    model.set_attn_implementation(KERNEL)
    try:
        yield
    finally:
        model.set_attn_implementation(before)
        _current.reset(token)


def _attention(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    dropout: float = 0.0,
    **kwargs: Any,
) -> tuple[Tensor, None]:
    """Our attention in the form that transformers calls it."""
    current = _current.get()
    for name in ("softcap", "s_aux", "position_bias"):
        if kwargs.get(name) is not None:
            raise Unsupported(f"attention with '{name}'")
    if dropout:
        raise Unsupported("attention dropout")
    scale = scaling if scaling is not None else query.shape[-1] ** -0.5
    out = current.attend(int(module.layer_idx), query, key, value, scale)  # type: ignore[arg-type]
    return out.to(query.dtype).transpose(1, 2), None


def _no_mask(*_args: Any, **_kwargs: Any) -> None:
    """What is seen is decided by the pass, never by a mask of transformers' making."""


AttentionInterface.register(KERNEL, _attention)
AttentionMaskInterface.register(KERNEL, _no_mask)
