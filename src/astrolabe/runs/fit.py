"""Prompts as token ids that fit into the model's context."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from astrolabe.core.benchmark import Overflow, Recipe
from astrolabe.core.condition import Condition
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.model import Encoded, Model, Reading
from astrolabe.core.prompt import Prompt
from astrolabe.prompting.render import render
from astrolabe.runs.questions import Question


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
    questions: Sequence[Question], recipe: Recipe, condition: Condition, model: Model
) -> list[Fitted]:
    """Render and encode `questions`; prompts too long are treated as the recipe says.

    Raises:
        BadInput: when an item is too long for the model even without exemplars, or the answer's
            budget leaves no room for a prompt.
    """
    room = _room(recipe, condition, model)
    prompts = [render(q.item, q.shots, q.order, recipe, condition) for q in questions]
    fitted = [Fitted(p, e) for p, e in zip(prompts, model.encode(prompts), strict=True)]
    for place, question in enumerate(questions):
        if recipe.overflow is Overflow.CUT_LEFT:
            fitted[place] = cut_left(fitted[place], room)
        elif _length(fitted[place].encoded) > room:
            fitted[place] = _shortened(question, room, recipe, condition, model)
    return fitted


def fits(questions: Sequence[Question], recipe: Recipe, condition: Condition, model: Model) -> bool:
    """Whether all `questions` fit as they are, with every exemplar.

    Raises:
        BadInput: as `fit`.
    """
    room = _room(recipe, condition, model)
    prompts = [render(q.item, q.shots, q.order, recipe, condition) for q in questions]
    return all(_length(encoded) <= room for encoded in model.encode(prompts))


def _room(recipe: Recipe, condition: Condition, model: Model) -> int:
    """Tokens that a prompt may have; without end where they cannot be counted, so that nothing is
    left out of a prompt by a wrong count."""
    if model.context_length is None:
        return sys.maxsize
    context = min(model.context_length, recipe.context or model.context_length)
    room = context - (condition.max_tokens or 0) - _extraction(recipe, condition, model)
    if room < 1:
        raise BadInput(
            f"max_tokens {condition.max_tokens} (of recipe '{recipe.name}', unless --max-tokens "
            f"says otherwise) leaves no room for a prompt: the model's context is {context} "
            "tokens; ask for fewer with --max-tokens, or use a model with a longer context"
        )
    return room


def _extraction(recipe: Recipe, condition: Condition, model: Model) -> int:
    """Tokens that asking for the answer after the reasoning takes, with the answer."""
    asking = recipe.extract(condition)
    if asking is None:
        return 0
    (encoded,) = model.encode([Prompt(text=asking)])
    return len(encoded.context) + condition.extract_tokens


def _shortened(
    question: Question, room: int, recipe: Recipe, condition: Condition, model: Model
) -> Fitted:
    """The longest prompt that fits, exemplars dropped as the recipe says."""
    longest_first = recipe.overflow is Overflow.DROP_LONGEST
    shots = list(question.shots)
    headed = True
    while shots or (longest_first and headed):
        if not shots:
            headed = False
        elif longest_first:
            shots.remove(max(shots, key=_words))
        else:
            shots.pop()
        prompt = render(question.item, tuple(shots), question.order, recipe, condition, headed)
        encoded = model.encode([prompt])[0]
        if _length(encoded) <= room:
            return Fitted(prompt, encoded, dropped=len(question.shots) - len(shots))
    (encoded,) = model.encode(
        [render(question.item, (), question.order, recipe, condition, headed)]
    )
    kept = f", {condition.max_tokens} kept for the answer" if condition.max_tokens else ""
    raise BadInput(
        f"item '{question.item.id}' is {_length(encoded)} tokens long without any exemplar, but "
        f"only {room} fit (context {room + (condition.max_tokens or 0)} tokens{kept}); leave the "
        "item out, or use a model with a longer context"
    )


def _words(item: Item) -> int:
    """Length of an exemplar in characters."""
    return sum(map(len, (*item.asks, item.rationale or "")))


def _length(encoded: Encoded) -> int:
    """Tokens that have to be fed; the last token of a continuation is not."""
    return max(len(encoded.context), *(len(r.tokens) - 1 for r in encoded.readings), 0)


def cut_left(fitted: Fitted, room: int) -> Fitted:
    """A prompt with as many of its first tokens cut off as are too many.

    Raises:
        BadInput: when what is scored does not fit by itself.
    """
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
