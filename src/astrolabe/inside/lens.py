"""`Lens`: what every layer of a model would say next, as numbers (the logit lens).

The picture is that of the DoLa paper (Chuang et al. 2024, arXiv:2309.03883, figures 1 and 2).
Numbers and token ids only: pictures and tables are drawn from these without a model.

Shapes: T tokens of the text, P tokens that are read, N layers of the model, K tops, C candidates.
"""

from dataclasses import dataclass

from astrolabe.core.decoding import Dola

Top = tuple[int, float]
"""A token and its probability."""


@dataclass(frozen=True)
class Trace:
    """How probable one token is at one position, layer by layer.

    Attributes:
        token: Its id.
        layers: Its probability at each of the layers 0 to N, the last being the model's own; [N+1].
        contrasted: Its probability after DoLa's contrast: 0 where DoLa rules it out.
    """

    token: int
    layers: tuple[float, ...]
    contrasted: float


@dataclass(frozen=True)
class Lens:
    """A text seen through every layer.

    Each of the P tokens from `start` on is read at the position before it, where it is predicted.

    Attributes:
        tokens: Ids of the whole text, [T].
        prompt: How many of them were given; those after them were generated.
        start: The first token that is read; P = T - `start`.
        dola: What early layers were read by (norm), compared by (divergence), and contrasted under.
        candidates: The layers that DoLa chooses from, ascending.
        divergences: How unlike the last layer each of the layers 0 to N-1 is, in nats; [P][N].
        contrasted: The layer that DoLa contrasts with the last: the candidate most unlike it; [P].
        tops: The likeliest tokens of the layers 0 to N, likeliest first; [P][N+1][K].
        place: The one of the P tokens that the traces are about.
        traces: Tokens that might stand at `place`, [C].
    """

    tokens: tuple[int, ...]
    prompt: int
    start: int
    dola: Dola
    candidates: tuple[int, ...]
    divergences: tuple[tuple[float, ...], ...]
    contrasted: tuple[int, ...]
    tops: tuple[tuple[tuple[Top, ...], ...], ...]
    place: int
    traces: tuple[Trace, ...]

    @property
    def depth(self) -> int:
        """N, the number of layers."""
        return len(self.divergences[0])

    @property
    def read(self) -> tuple[int, ...]:
        """Ids of the tokens that are read, [P]."""
        return self.tokens[self.start :]

    @property
    def position(self) -> int:
        """`place`, counted in generated tokens."""
        return self.place + self.start - self.prompt
