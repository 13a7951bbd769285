"""What a passage in FACTOR's form is, and its row. Column names are FACTOR's, with its spelling of
`turncated_prefixes`."""

from __future__ import annotations

from dataclasses import dataclass

from astrolabe.polaris.forms.draws import Row

CUT = 160
"""Characters a truncated prefix keeps."""


@dataclass(frozen=True)
class Passage:
    """Sentences, the true last one, and three false ones; `break_` stands before the last."""

    sentences: tuple[str, ...]
    true: str
    false: tuple[str, str, str]
    break_: str = " "

    @property
    def prefix(self) -> str:
        """All before the last sentence."""
        return " ".join(self.sentences) + self.break_

    @property
    def key(self) -> str:
        """What makes two passages the same."""
        return " ".join([*self.sentences, self.true])

    def row(self, document: int) -> Row:
        """The row; `longest_completions` counts words, where FACTOR counts its tokenizer's tokens.

        Args:
            document: Number of the document that the passage is of.
        """
        completions = (self.true, *self.false)
        return {
            "full_prefix": self.prefix,
            "doc_id": document,
            "completion": self.true,
            **{f"contradiction_{i}": text for i, text in enumerate(self.false)},
            "longest_completions": float(max(len(text.split()) for text in completions)),
            "turncated_prefixes": self.prefix[-CUT:],
        }
