"""States at a site, read on the fly from a model that reads texts, shuffled in a small buffer.

The first token of a text is left out: it has nothing before it, and in most models a state of its
own, many times as long as others, that would be all a dictionary learns.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from random import Random

import numpy as np
import torch
from torch import Tensor

from astrolabe.core.model import Model, StateReading
from astrolabe.core.site import Site
from astrolabe.inside.sae.train import Source

Texts = Callable[[], Iterable[tuple[int, ...]]]
"""Token ids of texts, the same ones whenever it is asked."""

LONGEST = 1024
"""Tokens after which a text is cut."""
_READ = 64
"""Texts that are read together."""


def source(
    model: Model, texts: Texts, site: Site, size: int, seed: int = 0, buffer: int = 16
) -> Source:
    """Batches of states [size, W] at a site.

    States of a text are neighbours and alike, so they wait in a buffer of so many batches, half of
    which leaves in random order when it is full. Going on from a later batch reads the texts before
    it anew.
    """

    def batches(first: int) -> Iterator[Tensor]:
        return islice(_shuffled(states_of(model, texts(), site), size, seed, buffer), first, None)

    return batches


def states_of(model: Model, texts: Iterable[tuple[int, ...]], site: Site) -> Iterator[Tensor]:
    """States [T - 1, W] of each text of two tokens or more, in order."""
    long_enough = (text[:LONGEST] for text in texts if len(text) > 1)
    while group := list(islice(long_enough, _READ)):
        asked = [StateReading(text, tuple(range(1, len(text))), (site,)) for text in group]
        found = {index: states[site] for index, states in model.read(asked)}
        yield from (torch.from_numpy(np.array(found[index])) for index in range(len(group)))


def _shuffled(parts: Iterable[Tensor], size: int, seed: int, buffer: int) -> Iterator[Tensor]:
    generator = torch.Generator().manual_seed(Random(f"shuffle:{seed}").getrandbits(60))
    waiting: list[Tensor] = []
    count = 0
    for part in parts:
        waiting.append(part)
        count += len(part)
        if count >= size * buffer:
            pool = torch.cat(waiting)
            pool = pool[torch.randperm(len(pool), generator=generator)]
            leaving = size * max(1, buffer // 2)
            yield from torch.split(pool[:leaving], size)
            waiting, count = [pool[leaving:]], len(pool) - leaving
    if count:
        pool = torch.cat(waiting)
        pool = pool[torch.randperm(count, generator=generator)]
        yield from torch.split(pool, size)
