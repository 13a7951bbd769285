"""A penalty on tokens that were there before (Keskar et al. 2019, arXiv:1909.05858)."""

from collections.abc import Callable

import torch
from torch import Tensor
from transformers import RepetitionPenaltyLogitsProcessor


class Penalised:
    """A row's rule behind transformers' penalty; the prompt's tokens count as said."""

    def __init__(
        self, choose: Callable[[Tensor], int], penalty: float, tokens: tuple[int, ...]
    ) -> None:
        self.choose = choose
        self.penalise = RepetitionPenaltyLogitsProcessor(penalty)
        self.said = list(tokens)

    def __call__(self, scores: Tensor) -> int:
        """The token chosen from penalised `scores` [vocabulary]."""
        said = torch.tensor([self.said], device=scores.device)
        token = self.choose(self.penalise(said, scores[None])[0])
        self.said.append(token)
        return token
