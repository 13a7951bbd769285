"""Texts that dictionaries of features are learnt, measured and described from."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer

Use = Literal["train", "eval"]

_CORPUS_SEED = {"train": 1001, "eval": 1002}
"""Of Polaris' corpus; it was trained on that of another."""

TextPath = Annotated[
    Path | None,
    typer.Option(
        "--text", help="Text file, or folder of .txt files. Default: Polaris' corpus, new texts."
    ),
]


def texts(path: Path | None, use: Use) -> Iterator[str]:
    """Paragraphs of files; else new documents of Polaris' corpus, without end.

    Raises:
        BadInput: when a file cannot be read.
    """
    return _read(path) if path else _documents(_CORPUS_SEED[use])


def _documents(seed: int) -> Iterator[str]:
    from astrolabe.polaris.corpus import Corpus
    from astrolabe.polaris.mixture import READING

    return (document.text for document in Corpus(seed, phases=READING))


def _read(path: Path) -> Iterator[str]:
    from astrolabe.core.errors import BadInput

    files = sorted(path.rglob("*.txt")) if path.is_dir() else [path]
    try:
        whole = [file.read_text(encoding="utf-8") for file in files]
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the text '{path}' cannot be read as UTF-8: {error}") from error
    # A paragraph is a text: long files would be cut otherwise.
    yield from (part for text in whole for part in text.split("\n\n") if part.strip())
