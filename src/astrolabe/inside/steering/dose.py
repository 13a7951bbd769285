"""What a model writes under interventions, how much of it is as intended, and how fluent it is."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.core.decoding import Decoding
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generation, Reading, Scored, StateReading
from astrolabe.core.prompt import Prompt
from astrolabe.core.site import Intervention, Site
from astrolabe.inside.steering.written import BROKEN, distinct

if TYPE_CHECKING:
    from astrolabe.core.model import Model

PLATEAU = 0.95
"""Share of the most of the property that the least strength chosen has to reach."""
ROOM = 0.5
"""How far from fluent towards random a text may be that a strength is chosen by; see `loss`."""

Advance = Callable[[int], None]


@dataclass(frozen=True)
class Sample:
    """A written text.

    Attributes:
        prompt: What it continues.
        text: What was written.
        nats: Mean negative log-prob of its tokens under the untouched model, given the prompt; of a
            text without tokens, `None`.
        distinct: See `astrolabe.inside.steering.written.distinct`.
        share: How much of it is as intended, once that is measured.
    """

    prompt: str
    text: str
    nats: float | None
    distinct: float
    share: float = 0.0


@dataclass(frozen=True)
class Writing:
    """How texts are written.

    Attributes:
        tokens: Most tokens of each.
        temperature: 0 is greedy.
        seed: Each prompt has one of its own, the same under every intervention.
    """

    tokens: int = 32
    temperature: float = 0.7
    seed: int = 0

    def decoding(self, number: int) -> Decoding:
        """Of the prompt of that number."""
        if self.temperature == 0:
            return Decoding()
        return Decoding(temperature=self.temperature, seed=self.seed + number)


Under = tuple[Intervention, ...]


def write(
    model: "Model",
    prompts: Sequence[str],
    under: Sequence[Under],
    writing: Writing,
    advance: Advance = lambda _texts: None,
) -> list[list[Sample]]:
    """What a model writes after each prompt, under each set of interventions.

    All in one pass over the model's batches, and scored by the untouched model in another.

    Args:
        advance: Called with the number of texts just written, and just scored.

    Returns:
        For each of `under` a sample for each prompt.
    """
    contexts = [one.context for one in model.encode([Prompt(prompt) for prompt in prompts])]
    asked = [
        Generation(context, writing.tokens, decoding=writing.decoding(i), interventions=done)
        for done in under
        for i, context in enumerate(contexts)
    ]
    texts = [""] * len(asked)
    for index, answer in model.generate(asked):
        # A character of several bytes that the budget cut through was not badly written.
        cut = answer.finish == "length"
        texts[index] = answer.text.rstrip(BROKEN) if cut else answer.text
        advance(1)
    repeated = list(prompts) * len(under)
    found = _scored(model, repeated, texts, advance)
    count = len(prompts)
    return [found[i * count : (i + 1) * count] for i in range(len(under))]


def _scored(
    model: "Model", prompts: Sequence[str], texts: Sequence[str], advance: Advance
) -> list[Sample]:
    """Samples with their fluency under the untouched model."""
    samples = [Sample(p, t, None, 1.0) for p, t in zip(prompts, texts, strict=True)]
    readings = _readings(model, samples)
    advance(len(samples) - len(readings))
    numbers = list(readings)
    for place, scored in model.score(list(readings.values())):
        assert isinstance(scored, Scored)  # no early exit is asked for
        index = numbers[place]
        reading = readings[index]
        nats = -scored.total / len(scored.logprobs)
        seen = distinct(reading.tokens[reading.start :])
        samples[index] = replace(samples[index], nats=nats, distinct=seen)
        advance(1)
    return samples


def _readings(model: "Model", samples: Sequence[Sample]) -> dict[int, Reading]:
    """Each written text as the tokens it is read as after its prompt, by number.

    Texts that are no tokens of their own there are left out: empty ones, and broken characters
    that the tokenizer joins to what stands before.
    """
    found = {}
    for index, sample in enumerate(samples):
        if not sample.text:
            continue
        try:
            (encoded,) = model.encode([Prompt(sample.prompt, continuations=(sample.text,))])
        except BadInput:
            continue
        found[index] = encoded.readings[0]
    return found


def read_shares(
    model: "Model",
    samples: Sequence[Sample],
    site: Site,
    holds: Callable[[np.ndarray], np.ndarray],
) -> list[float]:
    """Share of each text's tokens whose states, in the untouched model, have a property.

    Args:
        holds: Of which states [T, W] it holds, bool [T].
    """
    shares = [0.0] * len(samples)
    readings = _readings(model, samples)
    asked = [
        StateReading(one.tokens, tuple(range(one.start, len(one.tokens))), (site,))
        for one in readings.values()
    ]
    numbers = list(readings)
    for place, states in model.read(asked):
        shares[numbers[place]] = float(np.mean(holds(states[site])))
    return shares


@dataclass(frozen=True)
class Dose:
    """What a strength does, over prompts.

    Attributes:
        strength: In mean lengths of a state; 0 is the untouched model.
        share: Mean share of the texts that is as intended.
        nats: Mean over texts of their negative log-prob a token, under the untouched model.
        distinct: Mean share of different runs of three tokens.
        samples: The texts.
    """

    strength: float
    share: float
    nats: float
    distinct: float
    samples: tuple[Sample, ...]

    @classmethod
    def of(cls, strength: float, samples: Sequence[Sample]) -> "Dose":
        """The means over samples; at least one."""
        nats = [sample.nats for sample in samples if sample.nats is not None]
        return cls(
            strength,
            float(np.mean([sample.share for sample in samples])),
            float(np.mean(nats)) if nats else math.inf,
            float(np.mean([sample.distinct for sample in samples])),
            tuple(samples),
        )


def loss(nats: float, untouched: float, vocabulary: int) -> float:
    """How far a text is on the way from what the untouched model writes (0) to tokens drawn evenly
    from its vocabulary (1), by its negative log-prob a token."""
    return (nats - untouched) / (math.log(vocabulary) - untouched)


def chosen(doses: Sequence[Dose], vocabulary: int, room: float = ROOM) -> tuple[Dose, bool]:
    """The least strength at which the property is at its plateau while fluency holds.

    Among strengths whose `loss` is at most `room`, the least that has at least `PLATEAU` times the
    largest share that any of these has. Where none keeps to `room`, the least strength of all.

    Args:
        doses: The first is the untouched model.

    Returns:
        The dose, and whether it keeps to `room`.

    Raises:
        BadInput: for no strength besides 0.
    """
    untouched, *others = doses
    if not others:
        raise BadInput("a ladder of strengths needs one besides 0")
    fluent = [d for d in others if loss(d.nats, untouched.nats, vocabulary) <= room]
    if not fluent:
        return min(others, key=lambda dose: dose.strength), False
    plateau = max(dose.share for dose in fluent)
    reaching = [dose for dose in fluent if dose.share >= PLATEAU * plateau]
    return min(reaching, key=lambda dose: dose.strength), True
