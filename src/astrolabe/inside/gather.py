"""Gathering activations of many texts, from token ids to shards on disk.

The texts of a shard are read together, so what they share is computed once for each shard. Memory
is that of one shard and one pass, however many texts there are.
"""

import hashlib
import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import save_file

from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.model import ENGINE, Model, StateReading
from astrolabe.core.site import Site
from astrolabe.inside.activations import Activations
from astrolabe.inside.shards import (
    MANIFEST,
    SCHEMA,
    Kind,
    Manifest,
    Span,
    check_shard,
    shard_path,
)

_SHARD_BYTES = 2**28
"""Most bytes of states in a shard of several texts."""
_SHARD_TOKENS = 2**15
"""Most tokens fed for a shard of several texts: what is lost when the work is interrupted."""


def gather(
    model: Model,
    spans: Sequence[Span],
    kind: Kind,
    folder: str | Path,
    advance: Callable[[int], None] = lambda _texts: None,
) -> Activations:
    """Activations of texts, gathered into a folder of their own within `folder`.

    Interrupted at any moment and begun again, only missing shards are computed; where all are
    there, nothing is.

    Args:
        model: Any model that can be read.
        spans: The texts. Walked through twice, so they may lie on disk.
        kind: Sites, which tokens are rows, and the number format.
        folder: Where sets of activations are kept; made if need be.
        advance: Called with the number of texts that were just finished, those found included.

    Raises:
        BadInput: for no texts, a span without tokens or outside its text, a site that the model
            does not have, numbers that are not finite (also: too large for float16), a folder that
            holds something else or cannot be written to, and a broken shard.
    """
    name = digest(
        *("activations", SCHEMA, ENGINE, model.identity.digest),
        *([str(site) for site in kind.sites], kind.take, kind.dtype, _texts_digest(spans)),
    )
    home = Path(folder) / name
    if (home / MANIFEST).exists():
        manifest = Manifest.read(home)
        if manifest.digest != name:
            raise BadInput(f"'{home}' holds other activations than its name says; delete it")
    else:
        manifest = _begun(model, spans, kind, home, name)
    first = 0
    for shard, (texts, _) in enumerate(manifest.shards):
        if shard_path(home, shard).exists():
            check_shard(home, manifest, shard)
            advance(texts)
        else:
            here = [spans[index] for index in range(first, first + texts)]
            _write(home, shard, manifest, _computed(model, manifest, here, first, advance))
        first += texts
    for left in home.glob("*.part"):  # of processes that were killed
        left.unlink(missing_ok=True)
    return Activations(home)


def _texts_digest(spans: Sequence[Span]) -> str:
    """Digest of the texts and their spans.

    Raises:
        BadInput: for no texts, or a span without tokens or outside its text.
    """
    if not len(spans):
        raise BadInput("there are no texts to gather activations of; give at least one")
    whole = hashlib.sha256()
    for index, span in enumerate(spans):
        if not 0 <= span.start < span.end <= len(span.tokens):
            raise BadInput(
                f"text {index} has {len(span.tokens)} tokens, and its span {span.start} to "
                f"{span.end} holds none of them or goes beyond; give a span of at least one token"
            )
        count = len(span.tokens)
        whole.update(struct.pack(f"<3Q{count}I", count, span.start, span.end, *span.tokens))
    return whole.hexdigest()


def _begun(model: Model, spans: Sequence[Span], kind: Kind, home: Path, name: str) -> Manifest:
    """The manifest of a new set, written into its folder."""
    probe = StateReading(spans[0].tokens, tuple(kind.positions(spans[0]))[:1], kind.sites)
    ((_, states),) = model.read([probe])
    width = states[kind.sites[0]].shape[1]
    manifest = Manifest(name, model.identity.name, kind, width, _shards(spans, kind, width))
    with _written(home / MANIFEST) as part:
        if home.exists() and any(path.suffix != ".part" for path in home.iterdir()):
            raise BadInput(f"'{home}' holds something else than activations; delete it, or move it")
        home.mkdir(parents=True, exist_ok=True)
        part.write_text(manifest.written(), encoding="utf-8")
    return manifest


def _shards(spans: Sequence[Span], kind: Kind, width: int) -> tuple[tuple[int, int], ...]:
    """How many texts and rows each shard holds."""
    size = width * len(kind.sites) * np.dtype(kind.dtype).itemsize
    shards: list[tuple[int, int]] = []
    texts = rows = tokens = 0
    for span in spans:
        more = kind.rows(span)
        large = (rows + more) * size > _SHARD_BYTES or tokens + len(span.tokens) > _SHARD_TOKENS
        if texts and large:
            shards.append((texts, rows))
            texts = rows = tokens = 0
        texts, rows, tokens = texts + 1, rows + more, tokens + len(span.tokens)
    return (*shards, (texts, rows))


def _computed(
    model: Model,
    manifest: Manifest,
    spans: Sequence[Span],
    first: int,
    advance: Callable[[int], None],
) -> dict[str, NDArray[np.generic]]:
    """The arrays of a shard.

    Args:
        spans: Its texts.
        first: Number of the first of them.

    Raises:
        BadInput: for states that are not finite.
    """
    kind = manifest.kind
    ends = list(accumulate(map(kind.rows, spans)))
    states = {site: np.empty((ends[-1], manifest.width), kind.dtype) for site in kind.sites}
    requests = [StateReading(s.tokens, tuple(kind.positions(s)), kind.sites) for s in spans]
    # Too large for float16 is found below.
    with np.errstate(over="ignore"):
        for index, found in model.read(requests):
            rows = slice(ends[index - 1] if index else 0, ends[index])
            for site, here in found.items():
                states[site][rows] = here.mean(0, np.float64) if kind.take == "mean" else here
            advance(1)
    counts = [kind.rows(span) for span in spans]
    text = np.repeat(np.arange(first, first + len(spans)), counts)
    _refuse_broken(states, text)
    return {str(site): here for site, here in states.items()} | {
        "text": text,
        "position": np.concatenate([list(kind.positions(s))[-kind.rows(s) :] for s in spans]),
        "tokens": np.concatenate([np.array(span.tokens, np.int32) for span in spans]),
        "ends": np.cumsum([len(span.tokens) for span in spans]),
    }


def _refuse_broken(states: Mapping[Site, NDArray[np.floating]], text: NDArray[np.integer]) -> None:
    for site, here in states.items():
        if not np.isfinite(here).all():
            row = int(np.argmin(np.isfinite(here).all(1)))
            why = (
                "in float16, which ends at 65,504; gather in float32"
                if here.dtype == np.float16
                else "(NaN or infinity); the model's weights are broken, or it needs another dtype"
            )
            raise BadInput(f"the states of text {text[row]} at site {site} are not finite {why}")


def _write(
    home: Path, shard: int, manifest: Manifest, arrays: Mapping[str, NDArray[np.generic]]
) -> None:
    """A shard, whole or not at all."""
    with _written(shard_path(home, shard)) as part:
        save_file(dict(arrays), part, {"digest": manifest.digest})


@contextmanager
def _written(path: Path) -> Iterator[Path]:
    """A file beside `path` that is written in this block and takes its name after it.

    Raises:
        BadInput: when it cannot be written.
    """
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    except (OSError, SafetensorError) as error:
        with suppress(OSError):
            part.unlink()
        raise BadInput(
            f"activations cannot be written to '{path.parent}' ({error}); make room or give "
            "another folder, and gather again: only what is missing is computed"
        ) from error
