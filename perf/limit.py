"""The work of the distinct tokens at the rate of a dense pass: what sharing alone could reach.

The work is that of linear layers and attention for every distinct token of a run, each computed
once through all layers, without the unembedding. (The last block leaves out positions that nobody
reads, so the limit can be passed.) The rate is what the same model reaches on it in plain forward
passes of its own at the best of several shapes, measured in the same run.
"""

import time
from collections.abc import Sequence
from typing import Any

from astrolabe.engine.tree import grow

SHAPES = ((1, 512), (1, 1024), (1, 2048), (4, 256), (8, 256), (8, 128))
"""Sequences and tokens of each."""


def work(model: Any, sequences: Sequence[tuple[int, ...]]) -> float:
    """Floating-point operations of the distinct tokens of `sequences`.

    Args:
        model: A transformers model.
    """
    tokens, pairs = 0, 0.0
    for node in grow(sequences):
        length = len(node.tokens)
        tokens += length
        pairs += length * node.depth + length * (length + 1) / 2
    return _operations(model, tokens, pairs)


def rate(model: Any) -> float:
    """Operations a second of the quickest dense forward pass."""
    import torch

    best = 0.0
    for batch, length in SHAPES:
        ids = torch.randint(model.config.vocab_size, (batch, length))
        start = time.perf_counter()
        with torch.inference_mode():
            model.model(input_ids=ids, use_cache=False)
        seconds = time.perf_counter() - start
        pairs = batch * length * (length + 1) / 2
        best = max(best, _operations(model, batch * length, pairs) / seconds)
    return best


def _operations(model: Any, tokens: int, pairs: float) -> float:
    """Of `tokens` through the blocks' matrices, and of `pairs` of a query and a key it sees."""
    matrices = int(sum(p.numel() for p in model.model.layers.parameters() if p.dim() > 1))
    config = model.config
    width, depth = int(config.hidden_size), int(config.num_hidden_layers)
    return 2.0 * matrices * tokens + 4.0 * width * depth * pairs
