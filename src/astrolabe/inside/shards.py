"""How activations lie on disk: a folder of shards, and a manifest that says what is where.

A set of activations is a folder named by the digest of all that decides its numbers: the model, the
sites, which tokens are taken, the texts. In it are ``activations.json``, which says what is where,
and shards, safetensors files of whole texts in their order. A shard holds one matrix [r, W] for
each site, named as the site is, and

- ``text`` [r] and ``position`` [r]: where each row stands; a mean stands at its span's last token;
- ``tokens`` and ``ends``: ids of the shard's texts one after another, and where each text ends.

Shapes: R rows of all shards, r of one, W width of the stream.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from safetensors import SafetensorError, safe_open

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site

Take = Literal["last", "all", "mean"]
"""Which states of a span are rows: its last token's, each token's, or their mean."""
Dtype = Literal["float32", "float16"]

SCHEMA = 1
MANIFEST = "activations.json"


@dataclass(frozen=True)
class Span:
    """A text, and the stretch of it that is looked at.

    Attributes:
        tokens: Ids of the whole text.
        start: First token of the span.
        stop: Token after its last; `None` for the end of the text.
    """

    tokens: tuple[int, ...]
    start: int = 0
    stop: int | None = None

    @property
    def end(self) -> int:
        """Token after its last."""
        return len(self.tokens) if self.stop is None else self.stop


@dataclass(frozen=True)
class Kind:
    """What is gathered.

    Attributes:
        sites: Where.
        take: Which states of each text's span become rows.
        dtype: Number format on disk.
    """

    sites: tuple[Site, ...]
    take: Take = "last"
    dtype: Dtype = "float32"

    def __post_init__(self) -> None:
        """Refuse what cannot be gathered.

        Raises:
            BadInput: for no site, one named twice, or an unknown `take` or `dtype`.
        """
        if not self.sites or len(set(self.sites)) < len(self.sites):
            raise BadInput("activations need at least one site, and each only once")
        for value, known in ((self.take, Take), (self.dtype, Dtype)):
            if value not in get_args(known):
                raise BadInput(
                    f"activations cannot be '{value}'; there are {', '.join(get_args(known))}"
                )

    def positions(self, span: Span) -> range:
        """Which tokens of a text are read."""
        return range(span.end - 1 if self.take == "last" else span.start, span.end)

    def rows(self, span: Span) -> int:
        """How many rows a text gives."""
        return span.end - span.start if self.take == "all" else 1


@dataclass(frozen=True)
class Manifest:
    """What a set of activations holds.

    Attributes:
        digest: Of all that decides its numbers; also in every shard.
        model: The name by which the model was loaded.
        kind: What was gathered.
        width: W.
        shards: For each shard, how many texts and rows it holds.
    """

    digest: str
    model: str
    kind: Kind
    width: int
    shards: tuple[tuple[int, int], ...]

    def written(self) -> str:
        """As JSON."""
        sites = [str(site) for site in self.kind.sites]
        return json.dumps(
            {
                "schema": SCHEMA,
                "digest": self.digest,
                "model": self.model,
                "sites": sites,
                "take": self.kind.take,
                "dtype": self.kind.dtype,
                "width": self.width,
                "shards": self.shards,
            },
            ensure_ascii=False,
        )

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Of a folder.

        Raises:
            BadInput: when the folder holds no activations, or of another schema.
        """
        path = folder / MANIFEST
        if not path.is_file():
            raise BadInput(
                f"no activations in '{folder}' (it has no {MANIFEST}); gather them first"
            )
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if found["schema"] != SCHEMA:
                raise BadInput(
                    f"activations in '{folder}' are of schema {found['schema']}, not {SCHEMA}; "
                    "gather them again into another folder"
                )
            sites = tuple(map(Site.parse, found["sites"]))
            return cls(
                str(found["digest"]),
                str(found["model"]),
                Kind(sites, found["take"], found["dtype"]),
                int(found["width"]),
                tuple((int(texts), int(rows)) for texts, rows in found["shards"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BadInput(
                f"'{path}' is broken or not ours ({type(error).__name__}: {error}); delete the "
                "folder and gather again"
            ) from error


def shard_path(folder: Path, shard: int) -> Path:
    """Where a shard is."""
    return folder / f"shard-{shard:05}.safetensors"


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """A shard open to be read.

    Raises:
        BadInput: when it is not there, truncated, or no shard.
    """
    try:
        with safe_open(path, framework="np") as file:
            yield file
    except FileNotFoundError as error:
        raise BadInput(
            f"activations: there is no '{path}'; gather again, and only what is missing is computed"
        ) from error
    except (OSError, SafetensorError) as error:
        raise BadInput(
            f"activations: '{path}' is truncated or no shard ({error}); delete it and gather "
            "again, and only what is missing is computed"
        ) from error


def check_shard(folder: Path, manifest: Manifest, shard: int) -> None:
    """See that a shard is whole and belongs here.

    Raises:
        BadInput: when it does not.
    """
    path = shard_path(folder, shard)
    texts, rows = manifest.shards[shard]
    shapes: dict[str, list[int]] = {"text": [rows], "position": [rows], "ends": [texts]}
    shapes |= {str(site): [rows, manifest.width] for site in manifest.kind.sites}
    with opened(path) as file:
        names, about = set(file.keys()), file.metadata() or {}
        fits = about.get("digest") == manifest.digest and names == {*shapes, "tokens"}
        if not fits or any(file.get_slice(n).get_shape() != shapes[n] for n in shapes):
            raise BadInput(
                f"activations: '{path}' is no shard of this set; delete it and gather again, and "
                "only what is missing is computed"
            )
