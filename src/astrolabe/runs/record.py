"""What a reader needs to trust a number or to repeat it, and the name that it goes by."""

from typing import Any

from astrolabe import __version__
from astrolabe.core.digest import digest
from astrolabe.core.model import Model
from astrolabe.runs.ask import Asked


def run_id(asked: Asked, model: str) -> str:
    """Id of a run of the model with that digest: the same question always has the same one.

    How answers are graded is no part of it, so that a run graded anew stays the same run.
    """
    return digest(
        "run",
        model,
        asked.plan.benchmark,
        asked.dataset.digest(),
        [item.digest for item in asked.items],
        asked.plan.condition.digest(),
        prompts_digest(asked),
    )


def record(asked: Asked, model: Model) -> dict[str, Any]:
    """The conditions of a run beyond its `Condition`: model, data and prompts."""
    lengths = [len(fitted.encoded.context) for fitted in asked.fitted]
    first = asked.fitted[0]
    plan, dataset = asked.plan, asked.dataset
    second = [fitted for item in asked.second for fitted in item]
    extraction = {
        "text": asked.extract,
        "tokens": sum(len(fitted.encoded.context) for fitted in second),
        "cut_left": sum(fitted.cut > 0 for fitted in second),
    }
    return {
        "astrolabe": __version__,
        "model": model.describe(),
        "data": {
            "source": dataset.source,
            "place": plan.data,
            "exemplars": plan.exemplars,
            "private": dataset.private,
            "digest": dataset.digest(),
            "items_digest": dataset.items_digest(),
            "shots_digest": dataset.shots_digest() if plan.condition.shots else None,
            "items": len(asked.items),
            "of": len(dataset.items),
            "options": _options(asked),
            "subjects": list(plan.subjects),
            "limit": plan.limit,
        },
        "condition": plan.condition.digest(),
        "recipe": {"name": asked.recipe.name, "source": asked.recipe.source},
        "prompts": {
            "digest": prompts_digest(asked),
            "tokens": sum(lengths),
            "longest": max(lengths),
            "opening": model.decode(first.encoded.context[:1]),
            "scored": [] if dataset.private else list(first.prompt.continuations),
            "stops": list(first.prompt.stops),
            "shots": list(first.prompt.shots),
            "shots_dropped": sum(fitted.dropped for fitted in asked.fitted),
            "cut_left": sum(fitted.cut > 0 for fitted in asked.fitted),
            "extraction": extraction if second else None,
        },
    }


def _options(asked: Asked) -> int | None:
    """How many options every item has; `None` where they differ, and 0 for open questions."""
    counts = {len(item.choices) for item in asked.items}
    return counts.pop() if len(counts) == 1 else None


def prompts_digest(asked: Asked) -> str:
    """Digest of what is sent, what is scored, what ends an answer, and what asks for it.

    So a corrected wording, or another chat template, is another run.
    """
    prompts = [
        [
            list(fitted.encoded.context),
            [list(reading.tokens[reading.start :]) for reading in fitted.encoded.readings],
            list(fitted.prompt.stops),
        ]
        for fitted in asked.fitted
    ]
    return digest(prompts, *([] if asked.extract is None else [asked.extract]))
