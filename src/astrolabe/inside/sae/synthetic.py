"""Planted dictionaries: states whose features are known, to hold what is learnt against.

More features than dimensions, each a random direction, few of them in each state (the model of
superposition of Elhage et al. 2022, "Toy Models of Superposition").
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from astrolabe.inside.sae.objective import unit_rows


@dataclass(frozen=True)
class Planted:
    """A source of states [B, inputs] = amounts @ features + offset.

    Attributes:
        inputs: Width of the states.
        features: How many there are.
        active: Mean number of features in a state; each is there by itself with equal chance.
        offset: Norm of what is added to every state, in units of a feature's mean amount.
        noise: Standard deviation of every coordinate, in the same units.
        seed: Of features and states.
    """

    inputs: int = 64
    features: int = 256
    active: float = 4.0
    offset: float = 1.0
    noise: float = 0.0
    seed: int = 0

    def directions(self) -> Tensor:
        """The features, rows of norm 1 [features, inputs]."""
        return unit_rows(torch.randn(self.features, self.inputs, generator=self._generator("f")))

    def batches(self, size: int, first: int = 0) -> Iterator[Tensor]:
        """Batches [size, inputs] without end, from number `first` on; a number gives its batch."""
        directions = self.directions()
        shift = torch.randn(self.inputs, generator=self._generator("offset"))
        shift *= self.offset / shift.norm()
        number = first
        while True:
            generator = self._generator(number)
            shape = (size, self.features)
            there = torch.rand(shape, generator=generator) < self.active / self.features
            # At least half the mean amount, so that a feature that is there can be seen.
            amounts = 0.5 + torch.rand(shape, generator=generator)
            noise = self.noise * torch.randn(size, self.inputs, generator=generator)
            yield (there * amounts) @ directions + shift + noise
            number += 1

    def _generator(self, what: str | int) -> torch.Generator:
        return torch.Generator().manual_seed(Random(f"{self.seed}:{what}").getrandbits(60))
