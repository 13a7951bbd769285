"""`Targets`: what is to be read off the states, checked once; and the states' own check."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from astrolabe.core.errors import BadInput

FEWEST_ENTITIES = 20
"""Fewer entities leave an R2 out of sample that says nothing."""

LAT, LON = "lat", "lon"
"""Names of the columns that are coordinates, in degrees, north and east positive."""

RANGES = {LAT: 90.0, LON: 180.0}


@dataclass(frozen=True, eq=False)
class Targets:
    """Numbers to be predicted for each entity.

    Columns are known by name and never by place: the released code of Gurnee & Tegmark (2024,
    arXiv:2310.02207) hands [longitude, latitude] to a helper that takes column 0 for latitude.

    Attributes:
        names: One for each column; those called ``lat`` and ``lon`` are coordinates.
        values: Float64, [entities, targets].

    Raises:
        BadInput: for columns without a name, too few entities, a value that is missing or infinite,
            a coordinate out of its range, or a column that is the same for every entity.
    """

    names: tuple[str, ...]
    values: np.ndarray

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=float)
        if values.ndim != 2 or values.shape[1] != len(self.names) or not self.names:
            raise BadInput(
                f"targets of shape {list(values.shape)} do not fit {len(self.names)} names; give a "
                "table with one row for each entity and one named column for each target"
            )
        if len(values) < FEWEST_ENTITIES:
            raise BadInput(
                f"{len(values)} entities are too few for a probe; give at least {FEWEST_ENTITIES}"
            )
        for name, column in zip(self.names, values.T, strict=True):
            _check(name, column)
        object.__setattr__(self, "values", values)


def coordinates(names: Sequence[str]) -> list[int] | None:
    """Places of latitude and longitude among named columns, in this order; `None` without."""
    return [names.index(LAT), names.index(LON)] if LAT in names and LON in names else None


def _check(name: str, column: np.ndarray) -> None:
    """Raises `BadInput` for a column that cannot be a target."""
    if not np.isfinite(column).all():
        row = int(np.flatnonzero(~np.isfinite(column))[0])
        raise BadInput(
            f"target '{name}' of entity {row} is {column[row]}; leave out entities without a value"
        )
    most = RANGES.get(name)
    if most is not None and (np.abs(column) > most).any():
        row = int(np.flatnonzero(np.abs(column) > most)[0])
        raise BadInput(
            f"target '{name}' of entity {row} is {column[row]:g}, outside -{most:g} to {most:g} "
            "degrees; check whether latitude and longitude are exchanged"
        )
    if (column == column[0]).all():
        raise BadInput(
            f"target '{name}' is {column[0]:g} for every entity, so there is nothing to predict; "
            "leave it out or give more entities"
        )


def checked_states(states: np.ndarray, entities: int, where: str) -> np.ndarray:
    """States as float32 or float64, [entities, width]; halves become float32.

    Args:
        where: Names them in the message, as ``layer 3``.

    Raises:
        BadInput: when they are not one row for each entity, or not all finite.
    """
    found = np.asarray(states)
    if found.dtype not in (np.float32, np.float64):
        found = found.astype(np.float32 if found.dtype == np.float16 else np.float64)
    if found.ndim != 2 or len(found) != entities:
        raise BadInput(
            f"the states of {where} have shape {list(found.shape)} for {entities} entities; give "
            "one row of states for each entity"
        )
    bad = ~np.isfinite(found).all(axis=1)
    if bad.any():
        raise BadInput(
            f"the states of {where} are not finite for entity {int(np.flatnonzero(bad)[0])}; run "
            "the model in a wider type, such as float32"
        )
    return found
