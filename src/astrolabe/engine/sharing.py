"""What a model's settings say about sharing prefixes between prompts."""

from collections.abc import Iterator, Mapping
from typing import Any

from transformers import PreTrainedModel

_LENGTH_DEPENDENT = {"longrope", "dynamic"}
"""Rotary embeddings whose frequencies follow the longest prompt of a forward pass."""

_WINDOWED = {"sliding_attention", "chunked_attention"}


def why_not(model: PreTrainedModel) -> str | None:
    """Why this model's prompts cannot share prefixes at any length; `None` when they can."""
    config = model.config.get_text_config()
    for rope in _rope_types(getattr(config, "rope_parameters", None) or {}):
        if rope in _LENGTH_DEPENDENT:
            return f"rotary positions of type '{rope}', which depend on the prompt's length,"
    kinds = set(getattr(config, "layer_types", None) or ()) - _WINDOWED - {"full_attention"}
    return f"layers of type '{min(kinds)}'" if kinds else None


def window(model: PreTrainedModel) -> int | None:
    """Most tokens a query may see in the narrowest layer; `None` when it may see all.

    Read from the settings, since some architectures put a window into their mask alone, which a
    pass of ours replaces.
    """
    config = model.config.get_text_config()
    kinds = getattr(config, "layer_types", None)
    if kinds is not None and not _WINDOWED & set(kinds):
        return None
    widths = (getattr(config, name, None) for name in ("sliding_window", "attention_chunk_size"))
    return min((width for width in widths if width), default=None)


def _rope_types(parameters: Mapping[str, Any]) -> Iterator[str]:
    """Types of rotary embedding, given for the model or for each type of layer."""
    for key, value in parameters.items():
        if key == "rope_type":
            yield str(value)
        elif isinstance(value, Mapping):
            yield from _rope_types(value)
