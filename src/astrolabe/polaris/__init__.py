"""Polaris: a tiny language model of a world we made, so that instruments can be checked.

The weights and data in this package are a measuring standard, not a chat model. Nothing heavy is
imported here.
"""

from pathlib import Path

_HERE = Path(__file__).parent

WEIGHTS: Path = _HERE / "weights"
"""Folder with the trained model and its tokenizer, in the plain transformers layout."""

DATA: Path = _HERE / "data"
"""Folder with `truth.json`, the rows of every benchmark as `NAME/SPLIT.jsonl` (`mmlu/test.jsonl`),
and the tables and words that the world is made of."""

HALF: Path = _HERE / "half"
"""Folder with its half-trained sibling, likewise."""

MODELS = {"polaris": WEIGHTS, "polaris-half": HALF}
"""Folders of the packaged models, by name."""

__all__ = ["DATA", "HALF", "MODELS", "WEIGHTS"]
