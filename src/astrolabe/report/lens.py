"""The lens as plain rows: what its charts, its page and the terminal all draw from."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from astrolabe.report.rows import Row, visible
from astrolabe.report.strings import Words

if TYPE_CHECKING:
    from astrolabe.inside.lens import Lens, Top, Trace
    from astrolabe.models.local import LocalModel

LN_2 = 0.6931471805599453
"""The greatest Jensen-Shannon divergence."""

_MARKED = {" ": "␣", "\n": "↵", "\t": "⇥"}
_BYTE_PIECE = re.compile("<0x([0-9A-Fa-f]{2})>")
"""SentencePiece's name for a byte."""
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}
"""Unicode categories of characters that have no picture of their own."""


@dataclass(frozen=True)
class Seen:
    """A lens, and what its numbers are called.

    Attributes:
        model: Name of the model.
        prompt: The text that was given.
        answer: The text that was written.
        dola: Whether it was written by DoLa; greedily if not.
        texts: Every token of the lens as a person sees it; see `token_text`.
    """

    lens: "Lens"
    model: str
    prompt: str
    answer: str
    dola: bool
    texts: Mapping[int, str]

    @property
    def here(self) -> str:
        """The token looked at closely."""
        return self.texts[self.lens.read[self.lens.place]]

    @property
    def named(self) -> str:
        """The same in a sentence."""
        return f"“{self.here.strip('␣') or self.here}”"

    @property
    def headline(self) -> str:
        """What was asked and what was written, in one line."""
        return f"{_line(self.prompt, 70, -1)} | {_line(self.answer, 60, 1)}"

    def layer(self, number: int, words: Words) -> str:
        """A layer's name."""
        if number == self.lens.depth:
            return words["last"].format(layer=number)
        return words["embedding"] if number == 0 else str(number)


@dataclass(frozen=True)
class Scale:
    """How divergences are shown.

    Jensen-Shannon divergences are shown on their whole range, so that pictures of different texts
    can be compared. What the released code computes has no such range, and is tiny.

    Attributes:
        greatest: What is shown darkest, in nats.
        exponent: Numbers are shown in units of ten to this power.
    """

    greatest: float
    exponent: int

    @classmethod
    def of(cls, lens: "Lens") -> "Scale":
        """The scale for a lens."""
        if lens.dola.divergence == "js":
            return cls(LN_2, 0)
        greatest = max(map(max, lens.divergences)) or 1.0
        return cls(greatest, int(f"{greatest:e}".partition("e")[2]))

    def number(self, divergence: float) -> str:
        """A divergence in a few characters, as ``.62``, or ``3.1`` of the unit."""
        if self.exponent:
            return f"{divergence / 10**self.exponent:.1f}"
        return f"{divergence:.2f}".removeprefix("0")

    @property
    def unit(self) -> str:
        """What stands before "nats"."""
        return f"1e{self.exponent} " if self.exponent else ""


_WORD = 16
"""Characters of the longest piece of a word that is left out where a line begins in it."""


def token_text(decoded: str, piece: str) -> str:
    """A token as a person sees it: spaces and line breaks marked, nothing invisible.

    Args:
        decoded: The token as text.
        piece: The tokenizer's own name for it. Where a byte-level token is no whole character, its
            bytes are read from it, and shown as ``‹E4 BD›``.
    """
    if "\ufffd" in decoded:
        if whole := _BYTE_PIECE.fullmatch(piece):
            return f"‹{whole[1].upper()}›"
        if all(char in _BYTES for char in piece):
            return f"‹{' '.join(f'{_BYTES[char]:02X}' for char in piece)}›"
        return _shown(piece)
    return _shown(decoded) or "∅"


def token_texts(model: "LocalModel", tokens: Iterable[int]) -> dict[int, str]:
    """Each of `tokens` as a person sees it; one beyond the vocabulary by its id, as ``‹32001›``.

    An output layer may be wider than the vocabulary; such tokens have no name.
    """
    some = sorted(set(tokens))
    pieces = model.tokenizer.convert_ids_to_tokens(some)
    return {
        token: f"‹{token}›" if piece is None else token_text(model.decode([token]), piece)
        for token, piece in zip(some, pieces, strict=True)
    }


def _shown(text: str) -> str:
    def one(char: str) -> str:
        if char in _MARKED:
            return _MARKED[char]
        if unicodedata.category(char) in _UNSEEN:
            return f"‹U+{ord(char):04X}›"
        return char

    return "".join(map(one, text))


def _byte_names() -> dict[str, int]:
    """Bytes by the characters that byte-level tokenizers write for them.

    Printable characters of Latin-1 stand for themselves, the other bytes, in order, for the
    characters from U+0100 on (Radford et al. 2019, GPT-2's byte-pair encoding).
    """
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(0x100) if byte not in plain]
    names = {chr(byte): byte for byte in plain}
    return names | {chr(0x100 + place): byte for place, byte in enumerate(others)}


_BYTES = _byte_names()


def short(text: str, most: int) -> str:
    """`text`, or as much of its beginning as fits into `most` characters."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _line(text: str, most: int, side: int) -> str:
    """A text in one line: its beginning, or, with `side` -1, its end."""
    line = " / ".join(part.strip() for part in visible(text).splitlines() if part.strip())
    if len(line) <= most:
        return line
    if side > 0:
        return f"{line[: most - 1]}…"
    end = line[1 - most :]
    return f"…{end.partition(' ')[2] if ' ' in end[:_WORD] else end}"


def probability(share: float) -> str:
    """A probability in percent, and never 0 or 100 unless it is."""
    if 0 < share < 0.0005:
        return "< 0.1 %"
    if 0.9995 <= share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %"


def odds(trace: "Trace", words: Words) -> str:
    """A candidate's probability after DoLa's contrast."""
    return probability(trace.contrasted) if trace.contrasted else words["ruled_out"]


def likeliest(seen: Seen, tops: "tuple[Top, ...]") -> str:
    """Tops in one line."""
    return " · ".join(f"{short(seen.texts[token], 20)} {probability(p)}" for token, p in tops)


def heat_rows(seen: Seen, words: Words) -> list[Row]:
    """One row for each token that is read and each early layer.

    ``strength`` is the divergence as a share of the greatest shown.
    """
    lens, scale = seen.lens, Scale.of(seen.lens)
    return [
        {
            "place": place,
            "layer": layer,
            "name": seen.layer(layer, words),
            "token": seen.texts[token],
            "number": scale.number(divergence),
            "divergence": f"{divergence:.3g}",
            "strength": min(1.0, divergence / scale.greatest),
            "contrasted": lens.contrasted[place] == layer,
            "tops": likeliest(seen, lens.tops[place][layer]),
        }
        for place, token in enumerate(lens.read)
        for layer, divergence in enumerate(lens.divergences[place])
    ]


def top_rows(seen: Seen, words: Words) -> list[Row]:
    """One row for each layer, the last included, and each of its likeliest tokens."""
    return [
        {
            "layer": layer,
            "name": seen.layer(layer, words),
            "rank": rank,
            "token": seen.texts[token],
            "probability": probability(share),
            "strength": share,
        }
        for layer, tops in enumerate(seen.lens.tops[seen.lens.place])
        for rank, (token, share) in enumerate(tops, 1)
    ]


def lens_fields(seen: Seen) -> dict[str, Any]:
    """A lens as JSON values; divergences in nats, tokens as ids and as texts."""
    lens = seen.lens

    def named(token: int) -> dict[str, Any]:
        return {"id": token, "text": seen.texts[token]}

    return {
        "model": seen.model,
        "prompt": seen.prompt,
        "answer": seen.answer,
        "decoding": "dola" if seen.dola else "greedy",
        "dola": lens.dola.model_dump(mode="json"),
        "depth": lens.depth,
        "tokens": list(lens.tokens),
        "prompt_tokens": lens.prompt,
        "candidate_layers": list(lens.candidates),
        "read": [
            named(token)
            | {
                "at": lens.start + place,
                "divergences": list(lens.divergences[place]),
                "contrasted": lens.contrasted[place],
                "tops": [
                    [named(top) | {"probability": p} for top, p in tops]
                    for tops in lens.tops[place]
                ],
            }
            for place, token in enumerate(lens.read)
        ],
        "position": lens.position,
        "candidates": [named(trace.token) | asdict(trace) for trace in lens.traces],
    }
