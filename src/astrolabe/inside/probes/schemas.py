"""Entities from CSV files: any columns, and the sets of Gurnee & Tegmark by theirs.

Their sets (2024, arXiv:2310.02207) are known by the columns they have, not by a file's name: places
of the world, the USA and New York; works of art, historical figures and headlines.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes.countries import continent, country
from astrolabe.inside.probes.entities import Entities
from astrolabe.inside.probes.known import ENTITIES
from astrolabe.inside.probes.table import Row, Table
from astrolabe.inside.probes.targets import LAT, LON, Targets

TEST = "is_test"

_PLACES = ("latitude", "longitude")
_CALLED = {"latitude": LAT, "longitude": LON, "lng": LON}
"""Columns that are coordinates, by other names."""
_NAMES = ("name", "entity", "title", "headline", "city")
"""Columns that are taken for the name where none is given, the first that is there."""
_NONE = "none"


@dataclass(frozen=True)
class Schema:
    """How a set is read.

    Attributes:
        columns: What it is known by.
        targets: Columns that are predicted.
        group: Column whose values are held out as a whole.
        name: What the model sees of a row.
        region: What a row is coloured by in pictures.
        called: A group's one name.
        question: A published prompt that asks for the targets.
        period: Where groups are points in time: so many years make one of them.
    """

    columns: tuple[str, ...]
    targets: tuple[str, ...]
    group: str
    name: Callable[[Row], str] = lambda row: row["name"]
    region: Callable[[Row], str] = lambda _row: ""
    called: Callable[[str], str] = lambda group: group
    period: int | None = None
    question: str = "What are the lat/lon coordinates of "


def work(row: Row) -> str:
    """A work as the released code names it: creator, apostrophe (and s, where the creator does not
    end with one), title."""
    creator = row["creator"]
    return f"{creator}{chr(39) if creator.endswith('s') else chr(39) + 's'} {row['title']}"


SCHEMAS: Mapping[str, Schema] = {
    "nyc_place": Schema(
        ("name", *_PLACES, "borough_name", "complexid"),
        _PLACES,
        "borough_name",
        region=lambda row: row["borough_name"],
    ),
    "us_place": Schema(
        ("name", *_PLACES, "state_id", "timezone"),
        _PLACES,
        "state_id",
        region=lambda row: row["timezone"].rpartition("/")[2].replace("_", " "),
    ),
    "world_place": Schema(
        ("name", *_PLACES, "country", "entity_type"),
        _PLACES,
        "country",
        region=lambda row: continent(row["country"]),
        called=country,
    ),
    "art": Schema(
        ("title", "creator", "release_date"),
        ("release_date",),
        "release_date",
        work,
        lambda row: row.get("entity_type", ""),
        period=5,
        question="When was the release date of ",
    ),
    "historical_figure": Schema(
        ("name", "death_year", "occupation"),
        ("death_year",),
        "death_year",
        period=50,
        question="When did ",
    ),
    "headline": Schema(
        ("headline", "pub_date"),
        ("pub_date",),
        "pub_date",
        lambda row: row["headline"],
        lambda row: row.get("news_desk", ""),
        period=1,
        question="Publication date of: ",
    ),
}
"""The published sets; the first whose columns a file has."""


def entities(
    source: str,
    name: str | None = None,
    targets: Sequence[str] = (),
    group: str | None = None,
    limit: int | None = None,
    seed: int = 0,
) -> Entities:
    """Entities by name (see `known.ENTITIES`), or from a CSV file with a header.

    Args:
        source: The name, or the path of the file.
        name: Column of the names; else that of the schema, or the first of the usual ones.
        targets: Columns to be predicted: numbers, or dates (which become fractional years); else
            those of the schema, or latitude and longitude.
        group: Column of the groups, or ``none``; else that of the schema.
        limit: At most so many, drawn at random.
        seed: Of that draw.

    Raises:
        BadInput: for an unknown name, a file that is no such table, an unknown column, a value that
            is missing or no number, a coordinate out of range, constant targets, or too few rows.
    """
    if source in ENTITIES:
        if name or targets or group not in (None, _NONE):
            raise BadInput(
                f"'{source}' has no columns to choose from; leave out the column options"
            )
        found = _without_groups(ENTITIES[source](), group)
    else:
        found = _from_file(Path(source).expanduser(), name, tuple(targets), group)
    return found if limit is None else found.some(limit, seed)


def _from_file(
    path: Path, name: str | None, targets: tuple[str, ...], group: str | None
) -> Entities:
    table = Table.read(path, tuple(ENTITIES))
    schema = _schema(table)
    wanted = targets or _targets(table, schema)
    numbers = [table.numbers(column) for column in wanted]
    called = tuple(_CALLED.get(column, column) for column in wanted)
    own = schema if schema is not None and name is None else None
    column = None if own else name or _first(table, _NAMES, "the names with --name-column")
    table.check((column,) if column else ())
    names = tuple((own.name(row) if own else row[column or ""]).strip() for row in table.rows)
    table.refuse_empty(names, column or "name")
    groups, by = _groups(table, schema, wanted, group)
    question = {"question": schema.question} if schema is not None else {}
    return Entities(
        source=path.name,
        names=names,
        targets=_checked(table, called, wanted, np.stack(numbers, axis=1)),
        groups=groups,
        by=by,
        regions=_regions(table, schema, groups),
        test=tuple(row[TEST].strip().lower() in ("true", "1") for row in table.rows)
        if TEST in table.columns
        else None,
        times=len(wanted) == 1
        and (wanted[0] in table.dates or wanted[0] == "year" or wanted[0].endswith("_year")),
        **question,
    )


def _schema(table: Table) -> Schema | None:
    fits = (schema for schema in SCHEMAS.values() if set(schema.columns) <= set(table.columns))
    return next(fits, None)


def _targets(table: Table, schema: Schema | None) -> tuple[str, ...]:
    if schema is not None:
        return schema.targets
    for pair in (_PLACES, (LAT, LON), (LAT, "lng")):
        if set(pair) <= set(table.columns):
            return pair
    raise BadInput(
        f"'{table.path}' is none of the published sets and has no latitude and longitude; name the "
        f"columns to be predicted with --target: {', '.join(table.columns)}"
    )


def _first(table: Table, names: Sequence[str], what: str) -> str:
    for name in names:
        if name in table.columns:
            return name
    raise BadInput(
        f"'{table.path}' has no column {', '.join(names[:-1])} or {names[-1]}; name that of {what}:"
        f" {', '.join(table.columns)}"
    )


def _groups(
    table: Table, schema: Schema | None, targets: Sequence[str], group: str | None
) -> tuple[tuple[str, ...] | None, str]:
    """The groups, and what they are called."""
    if group == _NONE:
        return None, "group"
    own = schema is not None and group is None and schema.targets == tuple(targets)
    column = schema.group if schema is not None and own else group
    if column is None:
        return None, "group"
    table.check((column,))
    if schema is not None and own and schema.period:
        starts = table.numbers(column) // schema.period * schema.period
        return tuple(f"{start:g}" for start in starts), "period"
    called = schema.called if schema is not None and own else str.strip
    return tuple(called(row[column]) for row in table.rows), column


def _regions(
    table: Table, schema: Schema | None, groups: tuple[str, ...] | None
) -> tuple[str, ...] | None:
    if schema is None:
        return groups
    found = tuple(schema.region(row) for row in table.rows)
    return found if any(found) else None


def _checked(
    table: Table, called: tuple[str, ...], columns: Sequence[str], values: np.ndarray
) -> Targets:
    """The targets; what is wrong with one is said with its file."""
    try:
        return Targets(called, values)
    except BadInput as error:
        raise BadInput(f"'{table.path}' ({', '.join(columns)}): {error}") from error


def _without_groups(found: Entities, group: str | None) -> Entities:
    return replace(found, groups=None) if group == _NONE else found
