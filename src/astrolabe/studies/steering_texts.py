"""Texts that steering takes directions from, and prompts that lead nowhere in particular."""

from pathlib import Path
from random import Random

from astrolabe.core.errors import BadInput
from astrolabe.core.wording import did_you_mean
from astrolabe.inside.steering.neutral import OPENINGS
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.documents import scripts

PLANTED = (*scripts.LANGUAGES, *scripts.FORMATS)
"""Kinds of text that are planted in Polaris' world, and that our own texts lead any model to."""
ORDINARY = 96
SHOWN = 48
_LINES = 4


def planted(kind: str, seed: int, count: int = SHOWN) -> list[str]:
    """Texts of a planted kind, a few lines each.

    Raises:
        BadInput: for another kind.
    """
    if kind not in PLANTED:
        raise BadInput(
            f"there are no texts of kind '{kind}'{did_you_mean(kind, PLANTED)}; there are "
            f"{', '.join(PLANTED)}, and --towards takes texts of your own"
        )
    rng = Random(f"{seed}:steering:{kind}")
    return ["\n".join(scripts.line(kind, rng) for _ in range(_LINES)) + "\n" for _ in range(count)]


def ordinary(seed: int, count: int = ORDINARY) -> list[str]:
    """Documents of Polaris' world of all kinds but planted scripts and formats."""
    # Another stream than that of the same seed which Polaris may have been trained on.
    corpus = Corpus(seed + 1_000_003)
    found: list[str] = []
    number = 0
    while len(found) < count:
        document = corpus.document(number)
        if document.kind != "scripts":
            found.append(document.text)
        number += 1
    return found


def neutral(file: Path | None) -> tuple[str, ...]:
    """Prompts: the lines of a UTF-8 file, each once; without one, our own.

    Raises:
        BadInput: when it cannot be read, or holds none.
    """
    if file is None:
        return OPENINGS
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(f"'{file}' is not UTF-8 text; save it as UTF-8") from error
    except OSError as error:
        raise BadInput(f"'{file}' cannot be read ({error.strerror}); give a text file") from error
    prompts = tuple(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not prompts:
        raise BadInput(f"'{file}' holds no prompts; give one a line")
    return prompts
