"""What stands before an entity when its states are read.

The variants of Gurnee & Tegmark (2024, arXiv:2310.02207, section 3.4): nothing, the name in capital
letters, ten random tokens, and a question. In each the last token of the entity is read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.prompt import Prompt
from astrolabe.core.wording import did_you_mean
from astrolabe.inside.probes.entities import Entities
from astrolabe.inside.shards import Span
from astrolabe.models.encoding import opening_tokens
from astrolabe.models.local import LocalModel

EMPTY, CAPS, RANDOM, QUESTION, CITY = "empty", "caps", "random", "question", "city"
RANDOM_TOKENS = 10
DISTRACTING = (CAPS, RANDOM)
"""Variants that the paper finds to disturb what is read."""

_TEXTS: Mapping[str, str] = {EMPTY: "", CAPS: "", RANDOM: "", CITY: "The city of "}
VARIANTS = (EMPTY, CAPS, RANDOM, QUESTION, CITY)


@dataclass(frozen=True)
class Variant:
    """A prompt before the entity.

    Attributes:
        name: One of `VARIANTS`, or the text itself.
        text: What stands before the entity.
    """

    name: str
    text: str

    @property
    def distracting(self) -> bool:
        """Whether it is one that the paper finds to disturb."""
        return self.name in DISTRACTING


def variant(asked: str, entities: Entities) -> Variant:
    """A variant by name, or a text of one's own.

    Raises:
        BadInput: for a word that is no name: a text goes on to the entity and so ends with a space,
            or is in a script without spaces.
    """
    if asked == QUESTION:
        return Variant(asked, entities.question)
    if asked in _TEXTS:
        return Variant(asked, _TEXTS[asked])
    if " " not in asked and asked.isascii():
        raise BadInput(
            f"unknown prompt '{asked}'{did_you_mean(asked, VARIANTS)}; there are "
            f"{', '.join(VARIANTS)}, or a text to stand before the name, such as 'Where is '"
        )
    return Variant(asked.strip(), asked)


def spans(
    model: LocalModel, names: Sequence[str], variant: Variant, seed: int = 0
) -> tuple[Span, ...]:
    """Token ids of prompt and entity, tokenised as a whole; the entity is at the end.

    Args:
        names: Of the entities, [entities].
        seed: Of the random tokens, which are others for each entity.

    Raises:
        BadInput: for an entity of which the tokenizer makes no token, and as `LocalModel.encode`.
    """
    if variant.name == CAPS:
        names = [name.upper() for name in names]
    alone = _ids(model, names)
    for place, ids in enumerate(alone):
        if not ids:
            raise BadInput(
                f"model '{model.name}' has no token for entity {place} ('{names[place]}'), so "
                "there is no state of it to read; leave it out"
            )
    encoded = model.encode([Prompt(variant.text + name) for name in names])
    whole = [one.context for one in encoded]
    if variant.name == RANDOM:
        opening = opening_tokens(model.tokenizer)
        drawn = np.random.default_rng(seed).choice(_ordinary(model), (len(names), RANDOM_TOKENS))
        before = len(opening)
        whole = [
            (*opening, *map(int, row), *ids[before:]) for row, ids in zip(drawn, whole, strict=True)
        ]
    return tuple(Span(ids) for ids in whole)


def entity_spans(model: LocalModel, names: Sequence[str]) -> tuple[Span, ...]:
    """Token ids of the entities alone; the span is the whole of each, without what opens a text."""
    before = len(opening_tokens(model.tokenizer))
    return tuple(Span(one.context, before) for one in model.encode([Prompt(n) for n in names]))


def _ids(model: LocalModel, texts: Sequence[str]) -> list[list[int]]:
    found: list[list[int]] = model.tokenizer(list(texts), add_special_tokens=False).input_ids
    return found


def _ordinary(model: LocalModel) -> list[int]:
    """Ids of tokens that may stand in a text: all that the model knows but the special ones."""
    special = set(model.tokenizer.all_special_ids)
    most = min(len(model.tokenizer), model.vocabulary)
    return [token for token in range(most) if token not in special]
