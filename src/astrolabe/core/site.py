"""`Site` and `Intervention`: a named place inside a model, and what is changed there."""

import math
import re
from dataclasses import dataclass
from typing import Literal, get_args

from astrolabe.core.errors import BadInput

Kind = Literal["resid", "attn", "mlp", "final"]
Act = Literal["add", "set", "scale", "clamp"]

_NAMES = "sites are embed, resid.L (L from 0), attn.L and mlp.L (L from 1), final"
_NAME = re.compile(r"(resid|attn|mlp)\.([0-9]{1,4})")


@dataclass(frozen=True, order=True)
class Site:
    """A place inside a model, between its modules.

    ``resid.L`` is the residual stream after L blocks, so ``resid.0`` (also called ``embed``) is
    what enters the first block, and ``resid.N`` what leaves the last of N, before the final norm.
    ``attn.L`` and ``mlp.L`` (L from 1) are what the attention and the MLP of the L-th block add to
    the stream. ``final`` is what leaves the final norm. Every site has the width of the stream.

    Attributes:
        kind: Which of them.
        layer: L; 0 for ``final``.
    """

    kind: Kind
    layer: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no site.

        Raises:
            BadInput: for a kind or layer that no model has.
        """
        least = 1 if self.kind in ("attn", "mlp") else 0
        if self.kind not in get_args(Kind) or self.layer < least:
            raise BadInput(f"no site '{self.kind}.{self.layer}'; {_NAMES}")

    @classmethod
    def parse(cls, name: str) -> "Site":
        """The site of that name.

        Raises:
            BadInput: for a name of another form.
        """
        if name == "embed":
            return cls("resid", 0)
        if name == "final":
            return cls("final")
        found = _NAME.fullmatch(name)
        if found is None:
            raise BadInput(f"no site '{name}'; {_NAMES}")
        return cls(found[1], int(found[2]))  # type: ignore[arg-type]

    def __str__(self) -> str:
        if self.kind == "final":
            return "final"
        return "embed" if self == Site("resid", 0) else f"{self.kind}.{self.layer}"


@dataclass(frozen=True)
class Positions:
    """Which tokens of a sequence, as a slice.

    The context is what is asked; what follows (a continuation, or what is generated) counts on.

    Attributes:
        start: First position; `None` for the first token.
        stop: Position after the last; `None` for no end.
        of_end: Whether both count from the end of the context, so that -1 is its last token and 0
            the first one after it.
    """

    start: int | None = None
    stop: int | None = None
    of_end: bool = False

    def cover(self, position: int, context: int) -> bool:
        """Whether `position` is one of them in a sequence whose context has `context` tokens."""
        here = position - context if self.of_end else position
        after = self.start is None or here >= self.start
        return after and (self.stop is None or here < self.stop)


EVERYWHERE = Positions()
CONTEXT = Positions(stop=0, of_end=True)
"""The tokens asked."""
ANSWER = Positions(start=-1, of_end=True)
"""From the last token of the context on: every position whose next token is the answer's."""


@dataclass(frozen=True)
class Intervention:
    """A change of what stands at a site: the state h of each chosen position becomes

    ``add``: h + amount * vector; ``set``: the vector; ``scale``: its component along the vector
    (the whole of h, without one) times amount; ``clamp``: h with its component along the vector,
    in units of the vector, moved into [low, high].

    Attributes:
        vector: Of the stream's width; only `scale` can do without.
        amount: Factor of `add` and `scale`.
        low: Least component of `clamp`.
        high: Greatest component of `clamp`; equal to `low`, the component is pinned there.
    """

    site: Site
    act: Act
    vector: tuple[float, ...] | None = None
    amount: float = 1.0
    low: float = -math.inf
    high: float = math.inf
    positions: Positions = EVERYWHERE

    def __post_init__(self) -> None:
        """Refuse what cannot be done.

        Raises:
            BadInput: for a missing, unending or zero vector, or an empty range.
        """
        if self.vector is None and self.act != "scale":
            raise BadInput(f"intervention '{self.act}' at {self.site} needs a vector")
        numbers = (*(self.vector or ()), self.amount)
        if not all(map(math.isfinite, numbers)):
            raise BadInput(f"intervention '{self.act}' at {self.site} holds NaN or infinity")
        directed = self.act in ("clamp", "scale") and self.vector is not None
        if directed and not any(number * number for number in self.vector or ()):
            raise BadInput(f"intervention '{self.act}' at {self.site}: its vector is all zeros")
        if self.act == "clamp" and not (
            self.low <= self.high and self.low < math.inf and self.high > -math.inf
        ):
            raise BadInput(
                f"intervention 'clamp' at {self.site}: no number lies between {self.low} "
                f"and {self.high}"
            )
