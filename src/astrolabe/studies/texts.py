"""Texts to read a model with: the user's own, or made fresh from Polaris' world."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from astrolabe.core.errors import BadInput
from astrolabe.polaris import WEIGHTS
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.mixture import PHASES


@dataclass(frozen=True)
class Source:
    """Where texts came from.

    Attributes:
        file: A file of the user's; `None` for documents made fresh from Polaris' world.
        seed: What they were drawn with.
    """

    file: str | None = None
    seed: int | None = None


def polaris_texts(count: int, seed: int) -> list[str]:
    """Documents made fresh from Polaris' world, in the mixture that its training ended with.

    Raises:
        BadInput: for the seed that the training documents were drawn with.
    """
    training = json.loads((WEIGHTS / "training.json").read_text(encoding="utf-8"))
    if seed == training["settings"]["seed"]:
        raise BadInput(f"seed {seed} made the documents that Polaris was trained on; give another")
    corpus = Corpus(seed)
    return [corpus.document(PHASES[-1].first + number).text for number in range(count)]


def read_texts(file: Path) -> list[str]:
    """The texts of a UTF-8 file: its paragraphs, separated by blank lines.

    Raises:
        BadInput: when it cannot be read, or holds none.
    """
    try:
        whole = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"'{file}' is not UTF-8 text (byte {error.start}); save it as UTF-8"
        ) from error
    except OSError as error:
        raise BadInput(
            f"'{file}' cannot be read ({error.strerror}); give a plain text file"
        ) from error
    texts = [text.strip() for text in re.split(r"\n\s*\n", whole) if text.strip()]
    if not texts:
        raise BadInput(f"'{file}' holds no text; give texts separated by blank lines")
    return texts
