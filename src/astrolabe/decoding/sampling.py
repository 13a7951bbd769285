"""Sampling with temperature and nucleus (Holtzman et al. 2020, arXiv:1904.09751)."""

import torch
from torch import Tensor

from astrolabe.core.decoding import Decoding
from astrolabe.core.digest import digest


class Sampling:
    """Draws tokens from a random stream of its own."""

    def __init__(self, decoding: Decoding, tokens: tuple[int, ...]) -> None:
        """A stream seeded by the condition's seed and the row's prompt."""
        self.temperature = decoding.temperature
        self.top_p = decoding.top_p
        seed = int(digest("sampling", decoding.seed, list(tokens))[:15], 16)
        self.stream = torch.Generator().manual_seed(seed)

    def __call__(self, logits: Tensor) -> int:
        """A token drawn from the nucleus of softmax(`logits` / temperature)."""
        # On the CPU and in float64, so that a seed means the same on every device.
        probs = (logits.to("cpu", torch.float64) / self.temperature).softmax(-1)
        probs, tokens = probs.sort(descending=True, stable=True)
        # The smallest set whose probability reaches top_p: a token is in it while those before
        # it have not reached it yet.
        outside = probs.cumsum(-1) - probs >= self.top_p
        outside[0] = False
        probs = probs.masked_fill(outside, 0.0)
        return int(tokens[torch.multinomial(probs, 1, generator=self.stream)])
