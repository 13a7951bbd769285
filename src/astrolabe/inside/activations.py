"""Activations of many texts, read from disk as `astrolabe.inside.gather` put them there.

Shapes: R rows, W width of the stream.
"""

from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside.shards import Manifest, check_shard, opened, shard_path

_BLOCK = 2**24
"""Bytes of states, in float32, that are read at once."""
_POOL = 2**28
"""Bytes of states, in float32, that rows of a shuffled stream are drawn from."""


class Activations:
    """A gathered set of activations, read from its folder; no model is needed.

    Attributes:
        folder: Where it is.
        manifest: What it holds.
    """

    def __init__(self, folder: str | Path) -> None:
        """Open a set and check that all of its shards are there and whole.

        Raises:
            BadInput: when the folder holds no activations, not all of them, or broken ones.
        """
        self.folder = Path(folder)
        self.manifest = Manifest.read(self.folder)
        shards = self.manifest.shards
        self._firsts = [0, *accumulate(rows for _, rows in shards)]
        self._texts = [0, *accumulate(texts for texts, _ in shards)]
        for shard in range(len(shards)):
            check_shard(self.folder, self.manifest, shard)

    def __len__(self) -> int:
        """R."""
        return self._firsts[-1]

    @property
    def sites(self) -> tuple[Site, ...]:
        """Sites that it holds."""
        return self.manifest.kind.sites

    @property
    def width(self) -> int:
        """W."""
        return self.manifest.width

    @property
    def text_count(self) -> int:
        """How many texts there are."""
        return self._texts[-1]

    @cached_property
    def texts(self) -> NDArray[np.int64]:
        """Number of the text that each row belongs to, in the order they were given; [R]."""
        return self._each("text")

    @cached_property
    def positions(self) -> NDArray[np.int64]:
        """Index of each row's token in its text; for a mean, of the last token; [R]."""
        return self._each("position")

    @cached_property
    def tokens(self) -> NDArray[np.int64]:
        """Id of each row's token, [R]."""
        found = []
        for shard, first in enumerate(self._texts[:-1]):
            with opened(self._path(shard)) as file:
                ends = file.get_tensor("ends")
                starts = np.concatenate([[0], ends[:-1]])[file.get_tensor("text") - first]
                found.append(file.get_tensor("tokens")[starts + file.get_tensor("position")])
        return np.concatenate(found).astype(np.int64)

    def context(self, text: int) -> tuple[int, ...]:
        """Token ids of a whole text.

        Args:
            text: Its number, as in `texts`.
        """
        shard = int(np.searchsorted(self._texts, text, side="right")) - 1
        place = text - self._texts[shard]
        with opened(self._path(shard)) as file:
            ends = file.get_tensor("ends")
            start = ends[place - 1] if place else 0
            return tuple(file.get_slice("tokens")[start : ends[place]].tolist())

    def matrix(self, site: Site) -> NDArray[np.float32]:
        """All states at a site, in memory; [R, W].

        Raises:
            BadInput: for a site that was not gathered.
        """
        found = np.empty((len(self), self.width), dtype=np.float32)
        for first, states in self.blocks(site):
            found[first : first + len(states)] = states
        return found

    def blocks(self, site: Site) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """All states at a site in order, a few megabytes at a time.

        Yields:
            (number of the first row, states [B, W]).

        Raises:
            BadInput: as `matrix`.
        """
        self._has(site)
        for shard in range(len(self.manifest.shards)):
            yield from self._blocks(site, shard)

    def batches(self, site: Site, size: int, seed: int) -> Iterator[NDArray[np.float32]]:
        """Every row once, shuffled, in memory that does not grow with their number.

        Shards come in random order into a pool of a quarter of a gigabyte; whenever it is full,
        half of it leaves in random order. So a set that fits into the pool is shuffled evenly.

        Args:
            site: Which states.
            size: Rows of a batch; the last one may have fewer.
            seed: Of the order; another for each pass over the data.

        Yields:
            States, [size, W].

        Raises:
            BadInput: as `matrix`; for a size below 1.
        """
        self._has(site)
        if size < 1:
            raise BadInput(f"batches of {size} rows cannot be made; give a size of 1 or more")
        chance = np.random.default_rng(seed)
        room = min(len(self), max(2 * size, _POOL // (4 * self.width)))
        leaving = max(1, room // 2 // size) * size
        pool = np.empty((room, self.width), dtype=np.float32)
        filled = 0
        for shard in chance.permutation(len(self.manifest.shards)).tolist():
            for _, states in self._blocks(site, shard):
                while len(states):
                    taken = states[: room - filled]
                    pool[filled : filled + len(taken)] = taken
                    filled, states = filled + len(taken), states[len(taken) :]
                    if filled == room:
                        order = chance.permutation(room)
                        for at in range(0, min(leaving, room), size):
                            yield pool[order[at : at + size]]
                        staying = order[leaving:]
                        pool[: len(staying)] = pool[staying]
                        filled = len(staying)
        order = chance.permutation(filled)
        for at in range(0, filled, size):
            yield pool[order[at : at + size]]

    def _path(self, shard: int) -> Path:
        return shard_path(self.folder, shard)

    def _each(self, name: str) -> NDArray[np.int64]:
        """One of the numbers of every row."""
        found = []
        for shard in range(len(self.manifest.shards)):
            with opened(self._path(shard)) as file:
                found.append(file.get_tensor(name).astype(np.int64))
        return np.concatenate(found)

    def _has(self, site: Site) -> None:
        if site not in self.sites:
            raise BadInput(
                f"the activations in '{self.folder}' hold no site {site}; they hold "
                f"{', '.join(map(str, self.sites))}"
            )

    def _blocks(self, site: Site, shard: int) -> Iterator[tuple[int, NDArray[np.float32]]]:
        step, rows = max(1, _BLOCK // (4 * self.width)), self.manifest.shards[shard][1]
        with opened(self._path(shard)) as file:
            states = file.get_slice(str(site))
            for at in range(0, rows, step):
                found: NDArray[np.float32] = states[at : min(at + step, rows)].astype(np.float32)
                yield self._firsts[shard] + at, found
