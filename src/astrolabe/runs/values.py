"""Answers as JSON values and back: JSON has no form for infinities and NaN, models have."""

import math
from typing import Any, cast

from astrolabe.core.model import Answer, Exited, Generated, Reasoned, Scored, answer_fields


def answer_values(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values; see `number`."""
    return {
        name: [number(v) if isinstance(v, float) else v for v in value]
        if isinstance(value, tuple)
        else value
        for name, value in answer_fields(answer).items()
        if value is not None
    }


def answer_from(fields: dict[str, Any]) -> Answer:
    """The answer that `answer_values` wrote."""
    if "text" in fields:
        before = fields.get("reasoned")
        return Generated(**{**fields, "reasoned": Reasoned(**before) if before else None})
    if "js" in fields:
        return Exited(**{name: tuple(map(float, values)) for name, values in fields.items()})
    return Scored(
        tuple(map(float, fields["logprobs"])),
        fields["greedy"],
        # Runs stored by earlier versions have neither.
        tuple(map(float, fields.get("tops", ()))),
        tuple(fields.get("layers", ())),
    )


def final_answer_from(fields: dict[str, Any]) -> Scored | Generated:
    """Likewise, for an answer that a run gives for an item."""
    return cast(Scored | Generated, answer_from(fields))


def number(value: float) -> float | str:
    """A number as a JSON value: ``inf``, ``-inf`` and ``nan`` are written as strings."""
    return value if math.isfinite(value) else str(value)
