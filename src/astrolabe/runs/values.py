"""Answers as JSON values and back: JSON has no form for infinities and NaN, models have."""

import math
from typing import Any

from astrolabe.core.model import Answer, Generated, Scored, answer_fields


def answer_values(answer: Answer) -> dict[str, Any]:
    """An answer as JSON values; see `number`."""
    fields = answer_fields(answer)
    if "logprobs" in fields:
        fields["logprobs"] = [number(logprob) for logprob in fields["logprobs"]]
    return fields


def answer_from(fields: dict[str, Any]) -> Answer:
    """The answer that `answer_values` wrote."""
    if "logprobs" in fields:
        return Scored(tuple(map(float, fields["logprobs"])), fields["greedy"])
    return Generated(**fields)


def number(value: float) -> float | str:
    """A number as a JSON value: ``inf``, ``-inf`` and ``nan`` are written as strings."""
    return value if math.isfinite(value) else str(value)
