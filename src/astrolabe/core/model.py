"""`Model`: what can be asked of a language model, and what it answers."""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, get_args

from astrolabe.core.decoding import Decoding, Dola
from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.prompt import Prompt
from astrolabe.core.site import Intervention, Site

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Finish = Literal["stop", "eos", "length"]
Norm = Literal["final", "none"]
"""Whether an early exit goes through the model's final norm."""

GREEDY = Decoding()

ENGINE = 2
"""Part of every answer's key. Raise it with any change by which an answer may become another, so
that answers from before are not taken for answers from after."""


@dataclass(frozen=True)
class ModelIdentity:
    """Which model answered, exactly.

    Attributes:
        name: What the user called it.
        weights: Digest of the weight files, or ``hub:<resolved commit>``.
        tokenizer: Digest of the tokenizer and its chat template.
        dtype: Number format of the weights in memory, for example ``float32``.
    """

    name: str
    weights: str
    tokenizer: str
    dtype: str

    @cached_property
    def digest(self) -> str:
        """Digest of what decides the answers; the name is not part of it."""
        return digest("model", self.weights, self.tokenizer, self.dtype)


@dataclass(frozen=True, order=True)
class Exit:
    """An early exit: where the stream leaves for the unembedding.

    Attributes:
        layer: Blocks it has passed; 0 for the embedding.
        norm: Whether it goes through the final norm.
    """

    layer: int
    norm: Norm = "final"

    def __post_init__(self) -> None:
        """Refuse what is no exit.

        Raises:
            BadInput: for a negative layer, or an unknown norm.
        """
        if self.layer < 0 or self.norm not in get_args(Norm):
            raise BadInput(
                f"no early exit at layer {self.layer} with norm '{self.norm}'; layers are counted "
                f"from 0, the embedding, and norms are {', '.join(get_args(Norm))}"
            )


@dataclass(frozen=True)
class Reading:
    """What to take from a forward pass: log-probs of ``tokens[start:]`` given all before each.

    Attributes:
        exit: Where to read them; `None` reads the model's own logits.
        interventions: What is changed inside the model meanwhile.
    """

    tokens: tuple[int, ...]
    start: int
    exit: Exit | None = None
    interventions: tuple[Intervention, ...] = ()

    def key(self, model: ModelIdentity) -> str:
        """Content address of the answer."""
        parts: list[Any] = ["score", ENGINE, model.digest, _packed(self.tokens), self.start]
        if self.exit is not None:
            parts.append(["exit", self.exit.layer, self.exit.norm])
        return digest(*parts, *_written(self.interventions))


@dataclass(frozen=True)
class Generation:
    """A text to be continued.

    Attributes:
        tokens: Ids of the text so far.
        max_tokens: Most tokens to be written.
        stops: Texts that end the answer; they are not part of it.
        decoding: How tokens are chosen.
        interventions: What is changed inside the model meanwhile.
    """

    tokens: tuple[int, ...]
    max_tokens: int
    stops: tuple[str, ...] = ()
    decoding: Decoding = GREEDY
    interventions: tuple[Intervention, ...] = ()

    def key(self, model: ModelIdentity) -> str:
        """Content address of the answer.

        Decoding settings at their defaults are left out, so that one added later changes no key.
        """
        return digest(
            "generate",
            ENGINE,
            model.digest,
            _packed(self.tokens),
            self.max_tokens,
            list(self.stops),
            self.decoding.model_dump(mode="json", exclude_defaults=True),
            *_written(self.interventions),
        )


@dataclass(frozen=True)
class StateReading:
    """States to be read inside a model: what stands at `sites` at some tokens of a text.

    Attributes:
        tokens: Ids of the text; all of them are the context for positions of interventions.
        positions: Indices of the tokens to be read, ascending, [P].
        sites: Where to read them.
        interventions: What is changed inside the model meanwhile.
    """

    tokens: tuple[int, ...]
    positions: tuple[int, ...]
    sites: tuple[Site, ...]
    interventions: tuple[Intervention, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what reads nothing, or beyond the text.

        Raises:
            BadInput: for no positions or sites, and positions out of order or outside the text.
        """
        if not self.positions or not self.sites:
            raise BadInput("states are to be read, but at no position or no site; name some")
        ascending = all(one < other for one, other in pairwise(self.positions))
        if not ascending or self.positions[0] < 0 or self.positions[-1] >= len(self.tokens):
            raise BadInput(
                f"states cannot be read at positions {_shown(self.positions)} of a text of "
                f"{len(self.tokens)} tokens; give ascending positions from 0 to "
                f"{len(self.tokens) - 1}"
            )

    def key(self, model: ModelIdentity) -> str:
        """Content address of the answer."""
        parts: list[Any] = ["read", ENGINE, model.digest, _packed(self.tokens)]
        sites = [str(site) for site in self.sites]
        return digest(*parts, list(self.positions), sites, *_written(self.interventions))


States: TypeAlias = "Mapping[Site, NDArray[np.float32]]"
"""Answer to a `StateReading`: for each site the states at its positions, float32 [P, width]."""


def _shown(positions: tuple[int, ...]) -> str:
    """Positions as a short text."""
    text = ", ".join(map(str, positions[:5]))
    return f"{text}, ..." if len(positions) > 5 else text


def _written(interventions: tuple[Intervention, ...]) -> list[Any]:
    """Interventions as parts of a key; nothing where there are none."""
    return [["write", *map(_fields, interventions)]] if interventions else []


def _fields(one: Intervention) -> dict[str, Any]:
    """What an intervention does, in one form only."""
    return {
        "site": str(one.site),
        "act": one.act,
        "vector": None if one.vector is None else [float(number).hex() for number in one.vector],
        "numbers": [float(number).hex() for number in (one.amount, one.low, one.high)],
        "positions": asdict(one.positions),
    }


def _packed(tokens: tuple[int, ...]) -> str:
    """Token ids as text with one form only; far quicker to digest than a JSON list."""
    return struct.pack(f"<{len(tokens)}I", *tokens).hex()


@dataclass(frozen=True)
class Scored:
    """Answer to a `Reading`.

    Attributes:
        logprobs: Natural-log probability of each token of the continuation.
        greedy: Whether each of these tokens was the model's own first choice.
        tops: Log-prob of the first choice at each of these places.
        layers: Layer that was contrasted at each of these places (DoLa); `None` where none was.
    """

    logprobs: tuple[float, ...]
    greedy: bool
    tops: tuple[float, ...] = ()
    layers: tuple[int | None, ...] = ()

    @property
    def total(self) -> float:
        """Log-prob of the whole continuation, in nats."""
        return sum(self.logprobs)


@dataclass(frozen=True)
class Exited:
    """Answer to a `Reading` at an early exit: how its distribution q stands to the last layer's p.

    Everything that any variant of DoLa needs, so that one pass serves them all. One number for each
    token of the continuation, in nats.

    Attributes:
        logprobs: log q of the token.
        firsts: log q of the token that p prefers.
        js: Jensen-Shannon divergence of p and q.
        published: What the released DoLa code computes in its place.
        contrast: Log of the sum over the vocabulary of p / q.
    """

    logprobs: tuple[float, ...]
    firsts: tuple[float, ...]
    js: tuple[float, ...]
    published: tuple[float, ...]
    contrast: tuple[float, ...]


@dataclass(frozen=True)
class Reasoned:
    """What a model wrote before it was asked for its answer.

    Attributes:
        text: Its reasoning.
        tokens: How many tokens that took.
        finish: Why it ended, as in `Generated`.
        asked: What was put after it, to ask for the answer.
    """

    text: str
    tokens: int
    finish: Finish
    asked: str


@dataclass(frozen=True)
class Generated:
    """Answer to a `Generation`.

    Attributes:
        text: What was written, up to the stop.
        tokens: How many tokens were written, the stop's and the reasoning's included.
        finish: Why it ended: a stop text, the end token, or the budget.
        reasoned: What was written before, where the answer was asked for in a stage of its own.
    """

    text: str
    tokens: int
    finish: Finish
    reasoned: Reasoned | None = None

    @property
    def whole(self) -> str:
        """Everything after the prompt: reasoning, what asked for the answer, and the answer."""
        before = self.reasoned.text + self.reasoned.asked if self.reasoned else ""
        return before + self.text


Answer = Scored | Exited | Generated


def answer_fields(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values."""
    return asdict(answer)


@dataclass(frozen=True)
class Encoded:
    """A prompt as token ids.

    Attributes:
        context: Ids up to where the answer begins.
        readings: One for each continuation to be scored.
    """

    context: tuple[int, ...]
    readings: tuple[Reading, ...]


class Model(Protocol):
    """A language model. Answers come in any order, as they are ready, with their index."""

    @property
    def identity(self) -> ModelIdentity: ...

    @property
    def context_length(self) -> int | None:
        """Most tokens that the model was made to see at once; `None` where tokens cannot be counted
        here, and whoever computes the answer refuses a prompt that is too long."""
        ...

    def describe(self) -> dict[str, Any]:
        """What a record should say of how answers are computed: device, kernels, versions."""
        ...

    def text(self, prompt: Prompt) -> str:
        """A prompt as one text, as the tokenizer will see it."""
        ...

    def decode(self, tokens: Sequence[int]) -> str:
        """Token ids as text, special tokens included."""
        ...

    def encode(self, prompts: Sequence[Prompt]) -> list[Encoded]:
        """Prompts as token ids, through the model's own tokenizer and template.

        Raises:
            BadInput: when a chat prompt meets a model without a chat template.
        """
        ...

    def exits(self, dola: Dola) -> tuple[Exit, ...]:
        """The early exits that DoLa contrasts with the last layer.

        Raises:
            BadInput: when the model has no such layers, or does not show them.
        """
        ...

    def score(self, readings: Sequence[Reading]) -> Iterator[tuple[int, Scored | Exited]]:
        """Answers to `readings`: `Exited` where an exit is given, `Scored` elsewhere."""
        ...

    def generate(self, generations: Sequence[Generation]) -> Iterator[tuple[int, Generated]]: ...

    def read(self, readings: Sequence[StateReading]) -> Iterator[tuple[int, States]]:
        """The states that `readings` name.

        Raises:
            BadInput: for a site that the model does not have, or does not show.
        """
        ...
