"""Prompts as token ids that fit into the model's context."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from astrolabe.core.benchmark import Overflow, Recipe
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.model import Encoded, Model, Reading
from astrolabe.core.prompt import Prompt
from astrolabe.prompting.render import render


@dataclass(frozen=True)
class Fitted:
    """A prompt that fits.

    Attributes:
        dropped: Exemplars left out to make it fit.
        cut: Tokens cut off its beginning to make it fit.
    """

    prompt: Prompt
    encoded: Encoded
    dropped: int = 0
    cut: int = 0


def fit(
    items: Sequence[Item],
    shots: Sequence[tuple[Item, ...]],
    recipe: Recipe,
    condition: Condition,
    model: Model,
) -> list[Fitted]:
    """Render and encode `items`; prompts that are too long are treated as the recipe says.

    Raises:
        BadInput: when an item is too long for the model even without exemplars, or the answer's
            budget leaves no room for a prompt.
    """
    wording = recipe.wording(condition.language, condition.scoring)
    room = model.context_length - (condition.max_tokens or 0)
    if room < 1:
        raise BadInput(
            f"max_tokens {condition.max_tokens} leaves no room for a prompt: the model's context "
            f"is {model.context_length} tokens"
        )
    prompts = [
        render(item, shown, wording, condition) for item, shown in zip(items, shots, strict=True)
    ]
    fitted = [Fitted(p, e) for p, e in zip(prompts, model.encode(prompts), strict=True)]
    for place, (item, shown) in enumerate(zip(items, shots, strict=True)):
        whole = fitted[place]
        if recipe.overflow is Overflow.CUT_LEFT:
            fitted[place] = _cut_left(whole, room)
            continue
        while _length(fitted[place].encoded) > room:
            dropped = fitted[place].dropped + 1
            if dropped > len(shown):
                raise BadInput(
                    f"item '{item.id}' is {_length(fitted[place].encoded)} tokens long without any "
                    f"exemplar, but only {room} fit (context {model.context_length} tokens"
                    + (
                        f", {condition.max_tokens} kept for the answer)"
                        if condition.max_tokens
                        else ")"
                    )
                    + "; leave the item out, or use a model with a longer context"
                )
            prompt = render(item, shown[: len(shown) - dropped], wording, condition)
            fitted[place] = Fitted(prompt, model.encode([prompt])[0], dropped=dropped)
    return fitted


def _length(encoded: Encoded) -> int:
    """Tokens that have to be fed; the last token of a continuation is not."""
    return max(len(encoded.context), *(len(r.tokens) - 1 for r in encoded.readings), 0)


def _cut_left(fitted: Fitted, room: int) -> Fitted:
    cut = max(0, _length(fitted.encoded) - room)
    if cut == 0:
        return fitted
    encoded = Encoded(
        fitted.encoded.context[max(0, len(fitted.encoded.context) - room) :],
        tuple(_cut_reading(reading, room) for reading in fitted.encoded.readings),
    )
    return replace(fitted, encoded=encoded, cut=cut)


def _cut_reading(reading: Reading, room: int) -> Reading:
    cut = max(0, len(reading.tokens) - 1 - room)
    if reading.start - cut < 1:
        raise BadInput(
            f"a continuation of {len(reading.tokens) - reading.start} tokens does not fit into "
            f"{room} tokens of context"
        )
    return Reading(reading.tokens[cut:], reading.start - cut)
