"""`Text`: token ids with the characters that each of them stands for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from astrolabe.core.errors import BadInput

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

LONGEST = 1024
"""Tokens after which a text is cut, as dictionaries are trained on."""


@dataclass(frozen=True)
class Text:
    """A text as a model reads it.

    Attributes:
        text: Its characters [C].
        tokens: Ids [T], what the tokenizer puts before a text included.
        spans: For each token the place of its first character and the one after its last [T]. A
            token that is some bytes of a character has the whole one; a special token has none.
    """

    text: str
    tokens: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def having(self, marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tokens with a marked character among theirs [T], by marks of characters [C]."""
        before = np.concatenate([[0], marks.cumsum()])
        starts, ends = np.array(self.spans, dtype=np.int64).T
        found: NDArray[np.bool_] = before[ends] > before[starts]
        return found


def read_text(tokenizer: "PreTrainedTokenizerBase", text: str) -> Text:
    """A text with its token ids and their places, cut after `LONGEST` tokens.

    Raises:
        BadInput: when the tokenizer does not tell where its tokens stand.
    """
    if not tokenizer.is_fast:
        raise BadInput(
            f"the tokenizer of '{tokenizer.name_or_path}' does not tell which characters a token "
            "stands for, so nothing can be said of texts; take a model with a fast tokenizer"
        )
    told = tokenizer(text, return_offsets_mapping=True, verbose=False)
    spans = tuple((int(start), int(end)) for start, end in told.offset_mapping[:LONGEST])
    return Text(text, tuple(told.input_ids[:LONGEST]), spans)
