"""Answers split over their four sources: every coalition is asked, and the parts are shared out.

Beside each answer's own game (see `astrolabe.studies.four_sources`) stand three in which one source
is somebody else's: the question, or the text so far, of another item, or the examples of another
task. What a source does in them it does by being there at all (its length, its form); what is its
own is the difference.

Shapes: M items.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Model, Reading, Scored
from astrolabe.runs.execute import answer
from astrolabe.runs.shapley import missed, shapley
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Watch
from astrolabe.studies.four_sources import (
    ALL,
    COALITIONS,
    EXAMPLES,
    QUESTION,
    READ,
    SOURCES,
    TEXT,
    Frame,
    Game,
    Origin,
    Target,
    game,
)

if TYPE_CHECKING:
    from astrolabe.models.local import LocalModel

OWN = 0
SWAPPED = (QUESTION, EXAMPLES, TEXT)
"""Sources that can be somebody else's. The weights have no such twin."""


@dataclass(frozen=True)
class Case:
    """An answer to be split.

    Attributes:
        others: Where the sources come from that are somebody else's.
    """

    origin: Origin
    target: Target
    others: Origin

    def origin_with(self, swapped: int) -> Origin:
        """The answer's origin, one source being another's; `OWN` leaves it as it is."""
        return self.origin.with_others(swapped, self.others) if swapped else self.origin


@dataclass(frozen=True)
class Split:
    """One answer split.

    Attributes:
        own: Its game.
        swapped: Games in which one source is another's, by that source.
    """

    item: str
    subject: str
    own: Game
    swapped: dict[int, Game]

    @cached_property
    def parts(self) -> np.ndarray:
        """Nats of the answer that are due to each source, [4]; they sum to all minus none."""
        return shapley(self.own.nats.sum(1))

    @cached_property
    def missed(self) -> np.ndarray:
        """Nats that the answer loses when one source alone is left out, [4]."""
        return missed(self.own.nats.sum(1))

    @cached_property
    def right(self) -> np.ndarray:
        """Shares of being right that are due to each source, [4]."""
        return shapley(self.own.right)

    @cached_property
    def placebo(self) -> np.ndarray:
        """Nats due to each source in the game in which it is another's, [4]; 0 for the weights."""
        found = np.zeros(len(SOURCES))
        for source, other in self.swapped.items():
            place = SOURCES.index(source)
            found[place] = shapley(other.nats.sum(1))[place]
        return found


def cases(
    origins: Sequence[Origin], targets: Sequence[Target], foreign: Sequence[Origin], seed: int
) -> list[Case]:
    """Every answer with the sources of somebody else; nobody is his own other.

    Args:
        origins: Of M answers, M at least 2.
        foreign: For each, an origin whose shots are of another task.
        seed: Of who is whose other.
    """
    places = list(range(len(origins)))
    Random(f"others {seed}").shuffle(places)
    other = dict(zip(places, places[1:] + places[:1], strict=True))
    return [
        Case(origin, target, replace(origins[other[place]], shots=foreign[place].shots))
        for place, (origin, target) in enumerate(zip(origins, targets, strict=True))
    ]


def split(
    found: Sequence[Case], frame: Frame, model: "LocalModel", store: Store, watch: Watch
) -> list[Split | None]:
    """Ask every coalition of every game, and read the games from the answers.

    Returns:
        For each case its split; `None` where a prompt is longer than the model's context, or the
        answer is not the same tokens after every prompt.
    """
    prompts = {
        (place, swapped, coalition): frame.prompt(case.origin_with(swapped), coalition, case.target)
        for place, case in enumerate(found)
        for swapped in (OWN, *SWAPPED)
        for coalition in READ
    }
    encoded = dict(zip(prompts, model.encode(list(prompts.values())), strict=True))
    too_long = {
        place
        for (place, *_), one in encoded.items()
        if any(len(reading.tokens) - 1 > model.context_length for reading in one.readings)
    }
    readings = {name: one.readings for name, one in encoded.items() if name[0] not in too_long}
    scores = score([r for some in readings.values() for r in some], model, store, watch)

    def played(place: int, swapped: int) -> Game | None:
        read = {c: [scores[r] for r in readings[place, swapped, c]] for c in READ}
        return game(read, found[place].target, model.vocabulary)

    return [
        None if place in too_long else _whole(case, {s: played(place, s) for s in (OWN, *SWAPPED)})
        for place, case in enumerate(found)
    ]


def _whole(case: Case, games: Mapping[int, Game | None]) -> Split | None:
    found = {swapped: one for swapped, one in games.items() if one is not None}
    if len(found) < len(games):
        return None
    item = case.origin.item
    return Split(item.id, item.subject, found[OWN], {s: found[s] for s in SWAPPED})


@dataclass(frozen=True)
class Traced:
    """A token that the model wrote, split.

    Attributes:
        token: Its id.
        stated: Whether it belongs to the answer, and not to the text before it.
        nats: Its log-prob with no source, and with all of them.
        parts: Nats due to each source, [4].
    """

    token: int
    stated: bool
    nats: tuple[float, float]
    parts: np.ndarray


def trace(
    origin: Origin, target: Target, frame: Frame, model: "LocalModel", store: Store, watch: Watch
) -> list[Traced]:
    """Split a text token by token: what was written before the answer, and the answer.

    A token of the text before the answer has all that was written before it for its text so far;
    the answer has the whole of that text, so that its tokens' parts sum to the answer's own.

    Raises:
        BadInput: where the text is not the same tokens after every prompt.
    """
    read = {c: model.encode([frame.prompt(origin, c, target)])[0].readings for c in READ}
    before = {}
    if origin.text:
        # White space before the answer is scored with the answer, and that before the text not at
        # all: how much there is depends on what is left out.
        text = (origin.text.rstrip(),)
        asked = [replace(frame.asked(origin, c), continuations=text, seam="") for c in READ]
        before = {c: one.readings[0] for c, one in zip(READ, model.encode(asked), strict=True)}
    written = {one.tokens[one.start :] for one in before.values()} or {()}
    tokens = next(iter(written))
    alone = {
        c: [Reading((*one.tokens[: one.start], token), one.start) for token in tokens]
        for c, one in before.items()
        if not c & TEXT
    }
    some = [*read.values(), *alone.values(), list(before.values())]
    scores = score([reading for readings in some for reading in readings], model, store, watch)
    stated = game(
        {c: [scores[r] for r in readings] for c, readings in read.items()}, target, model.vocabulary
    )
    if stated is None or len(written) > 1:
        raise BadInput(
            f"item '{origin.item.id}': the tokenizer of model '{model.name}' parts the same text "
            "differently after different prompts, so that it cannot be split token by token"
        )
    nats = np.full((len(COALITIONS), len(tokens)), -np.log(model.vocabulary))
    for c, one in before.items():
        nats[c] = scores[one].logprobs if c & TEXT else [scores[r].total for r in alone[c]]
    answer_read = read[ALL][target.place]
    return [
        *_traced(tokens, False, nats),
        *_traced(answer_read.tokens[answer_read.start :], True, stated.nats),
    ]


def _traced(tokens: Sequence[int], stated: bool, nats: np.ndarray) -> list[Traced]:
    return [
        Traced(token, stated, (float(nats[0, n]), float(nats[ALL, n])), parts)
        for n, (token, parts) in enumerate(zip(tokens, shapley(nats).T, strict=True))
    ]


def score(
    readings: Sequence[Reading], model: Model, store: Store, watch: Watch
) -> dict[Reading, Scored]:
    """Answers to readings, from the store where it has them."""
    keys = {reading.key(model.identity): reading for reading in readings}
    answers = store.answers(keys)
    answer(keys, answers, ("what moved it", f"{len(keys)} readings"), model, store, watch)
    found = {keys[key]: one for key, one in answers.items()}
    return {reading: one for reading, one in found.items() if isinstance(one, Scored)}
