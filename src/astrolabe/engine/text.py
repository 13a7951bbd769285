"""From token ids to text while it is being written."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from transformers import PreTrainedTokenizerBase

from astrolabe.core.model import Finish, Generated

_HALF_A_CHARACTER = "\ufffd"


@dataclass
class Writer:
    """The answer of one row, token by token.

    Only the last few tokens are decoded at each step; a stop is looked for where the text is new.

    Attributes:
        tokenizer: Turns ids into text.
        stops: Texts that end the answer.
        ends: Ids of end tokens.
        max_tokens: The budget.
        ids: What was written so far.
    """

    tokenizer: PreTrainedTokenizerBase
    stops: Sequence[str]
    ends: frozenset[int]
    max_tokens: int
    ids: list[int] = field(default_factory=list)
    _special: frozenset[int] = field(init=False)
    """Stops that are single special tokens; these never appear in the decoded text."""
    _text: str = ""
    _from: int = 0
    _done: int = 0

    def __post_init__(self) -> None:
        special = set(self.tokenizer.all_special_tokens)
        named = [stop for stop in self.stops if stop in special]
        self._special = frozenset(self.tokenizer.convert_tokens_to_ids(named))

    def push(self, token: int) -> Finish | None:
        """Add a token; says why the answer ends here, or `None` when it goes on."""
        self.ids.append(token)
        if token in self.ends:
            return "eos"
        if token in self._special or (self.stops and self._stops_in_new_text()):
            return "stop"
        return "length" if len(self.ids) >= self.max_tokens else None

    def _stops_in_new_text(self) -> bool:
        # A token's text can depend on the one before (leading spaces), so both are decoded and
        # the known part cut off.
        known = self._decode(self.ids[self._from : self._done])
        grown = self._decode(self.ids[self._from :])
        if grown.endswith(_HALF_A_CHARACTER):
            return False
        new = grown[len(known) :]
        self._from, self._done = self._done, len(self.ids)
        longest = max(map(len, self.stops))
        tail = self._text[-(longest - 1) :] if longest > 1 else ""
        self._text += new
        return any(stop in tail + new for stop in self.stops)

    def finished(self, finish: Finish) -> Generated:
        """The answer, cut at the first stop."""
        written = self.ids[:-1] if finish == "eos" else self.ids
        text = self._decode(written)
        for stop in self.stops:
            text = text.split(stop, 1)[0]
        return Generated(text, len(self.ids), finish)

    def _decode(self, ids: list[int]) -> str:
        text: str = self.tokenizer.decode(
            ids, skip_special_tokens=True, clean_up_tokenization_spaces=False
        )
        return text
