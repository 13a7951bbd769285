"""From the options of `run` to ways of decoding."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from astrolabe.core.decoding import Decoding

NONE = "none"
NAMED = (NONE, "low", "high", "all")


@dataclass(frozen=True)
class DolaOptions:
    """What the command line says of DoLa; `None` and empty where it says nothing.

    Attributes:
        layers: ``none``, ``low``, ``high``, ``all``, or layers such as ``4,6``; each is a run.
        norm: ``final`` or ``none``; commas for more, each a run.
        divergence: ``js`` or ``published``; likewise.
    """

    layers: Sequence[str]
    norm: str | None
    divergence: str | None
    relative_top: float | None
    post_softmax: bool | None
    settled: float | None

    def settings(self) -> list[dict[str, Any] | None]:
        """Each setting that is asked for as plain values; `None` for the baseline.

        Raises:
            BadInput: for layers that are no numbers, and for details without layers to contrast.
        """
        from astrolabe.core.errors import BadInput

        single = {
            "relative_top": self.relative_top,
            "post_softmax": self.post_softmax,
            "settled": self.settled,
        }
        fixed = {name: value for name, value in single.items() if value is not None}
        several = {
            name: [part.strip() for part in text.split(",")]
            for name, text in (("norm", self.norm), ("divergence", self.divergence))
            if text is not None
        }
        contrasted = [text for text in self.layers if text.strip() != NONE]
        if not contrasted and (fixed or several):
            option = next(iter({**several, **fixed})).replace("_", "-")
            option = f"--dola-{option}" if option in several else f"--{option}"
            raise BadInput(f"{option} says how layers are contrasted, but none are; add --dola")
        details = [dict(zip(several, values, strict=True)) for values in product(*several.values())]
        found: list[dict[str, Any] | None] = []
        for text in self.layers:
            if text.strip() == NONE:
                found.append(None)
            else:
                layers = _layers(text)
                found += [{"layers": layers, **fixed, **detail} for detail in details]
        return found


def decodings(dola: DolaOptions, fields: dict[str, Any]) -> "list[Decoding]":
    """Every way of decoding that is asked for; none where all is left as it is.

    Args:
        fields: Temperature, nucleus, seed and repetition penalty, of all of them alike.

    Raises:
        BadInput: for values out of range or a contradiction.
    """
    from pydantic import ValidationError

    from astrolabe.core.decoding import Decoding
    from astrolabe.core.errors import BadInput
    from astrolabe.core.wording import unlike

    try:
        asked = [fields | {"dola": setting} for setting in dola.settings() or [None]]
        found = [Decoding.model_validate(one) for one in asked]
    except ValidationError as error:
        raise BadInput(unlike(error, Decoding, "decoding")) from error
    return [] if found == [Decoding()] else found


def _layers(text: str) -> str | list[int]:
    """Layers by the name of a bucket, or by their numbers."""
    from astrolabe.core.errors import BadInput

    name = text.strip()
    if name in NAMED:
        return name
    try:
        return [int(part) for part in name.split(",")]
    except ValueError:
        raise BadInput(
            f"--dola '{text}' is neither {', '.join(NAMED)} nor layers such as 4,6; "
            "repeat --dola for more runs"
        ) from None
