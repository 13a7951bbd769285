"""What refusals are worded with: names that were nearly right, and pydantic's errors made plain."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, get_args

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

_PLAIN = (
    (r"^Value error, ", ""),
    (r"^(Input|String|List|Tuple|Dictionary) should be ", "must be "),
    (r"^(Input|String|List|Tuple|Dictionary) should ", "must "),
    (r"greater than or equal to", "at least"),
    (r"less than or equal to", "at most"),
    (r"valid dictionary", "set of fields"),
    (r"valid (integer|number|string|boolean|list|tuple|array)", r"\1"),
    (r"\binteger\b", "whole number"),
    (r"\bstring\b", "text"),
    (r"\ba (array)", r"an \1"),
    (r" after validation", ""),
    (r", (unable to parse|got a number).*$", ""),
)
"""From pydantic's wording to one for people who do not know it, applied in this order."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that follows a name nobody knows, as ``, did you mean 'mmlu'?``; empty where no
    known name is near."""
    from difflib import get_close_matches

    by_case = {each.casefold(): each for each in known}
    near = get_close_matches(name.casefold(), by_case, n=1)
    return f", did you mean '{by_case[near[0]]}'?" if near else ""


def unlike(error: "ValidationError", model: "type[BaseModel]", inside: str = "") -> str:
    """What pydantic found wrong first with fields of `model`, in plain words: where it is, what is
    wrong there, and what was given.

    Args:
        inside: Name of the field that holds all of these.
    """
    # A name that nobody knows is why the right one is missing.
    first = min(error.errors(), key=lambda each: each["type"] != "extra_forbidden")
    *above, name = first["loc"] or ("",)
    where = ".".join(map(str, (*([inside] if inside and first["loc"] else ()), *first["loc"])))
    if first["type"] == "extra_forbidden":
        fields = _fields(model, above)
        return (
            f"{where}: there is no such field{did_you_mean(str(name), fields)}; there are "
            f"{', '.join(fields)}"
        )
    if first["type"] == "missing":
        return f"{where}: is missing"
    reason = str(first["msg"])
    for pattern, words in _PLAIN:
        reason = re.sub(pattern, words, reason)
    return f"{where}: {reason} (got {first['input']!r})" if where else reason


def _fields(model: "type[BaseModel]", path: Iterable[int | str]) -> list[str]:
    """Names of the fields of the model that stands at a place inside another."""
    for part in path:
        if part in model.model_fields:
            kind = model.model_fields[str(part)].annotation
            inner = [each for each in (kind, *get_args(kind)) if hasattr(each, "model_fields")]
            model = inner[0] if inner else model
    return list(model.model_fields)
