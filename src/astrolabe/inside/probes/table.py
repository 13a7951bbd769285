"""`Table`: a CSV file with a header, whose columns are read as numbers, dates or names."""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from astrolabe.core.errors import BadInput
from astrolabe.core.wording import did_you_mean

Row = Mapping[str, str]

_LIMIT = 2**20
"""Most characters in a cell."""


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of texts by column.

    Attributes:
        path: Of the file.
        columns: In their order.
        rows: Every cell is a text.
        dates: Columns that `numbers` has found to hold dates.
    """

    path: Path
    columns: tuple[str, ...]
    rows: Sequence[Row]
    dates: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path, known: Sequence[str] = ()) -> "Table":
        """Read a file.

        Args:
            known: Names that could have been meant instead, for the message.

        Raises:
            BadInput: when there is no such file, or it is no table in CSV with a header.
        """
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "is not there"
            raise BadInput(
                f"entities '{path}'{did_you_mean(str(path), known)}: the file {what}; give a CSV "
                f"file, or {' or '.join(known)}"
            )
        csv.field_size_limit(_LIMIT)
        try:
            with path.open(encoding="utf-8-sig", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                columns = tuple(reader.fieldnames or ())
                rows = list(reader)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise BadInput(
                f"entities '{path}' cannot be read as CSV in UTF-8 ({error}); give a table with a "
                "header and commas between columns"
            ) from error
        if len(columns) < 2 or not all(columns) or not rows:
            raise BadInput(
                f"entities '{path}' is no table: it has the columns '{', '.join(columns)[:80]}' "
                f"and {len(rows)} rows; give a CSV file with a header, a column of names and one "
                "of numbers"
            )
        for line, row in enumerate(rows, 2):
            if None in row or None in row.values():
                raise BadInput(
                    f"entities '{path}': row {line} has more or fewer cells than the header's "
                    f"{len(columns)}; put texts with commas into quotes"
                )
        return cls(path, columns, rows)

    def check(self, columns: Sequence[str]) -> None:
        """See that the columns are there.

        Raises:
            BadInput: for one that is not.
        """
        for column in columns:
            if column not in self.columns:
                raise BadInput(
                    f"'{self.path}' has no column '{column}'{did_you_mean(column, self.columns)}; "
                    f"there are {', '.join(self.columns)}"
                )

    def numbers(self, column: str) -> np.ndarray:
        """A column of numbers, or of dates (``1986-09-15``) as fractional years; [rows].

        Raises:
            BadInput: for a column that is not there, and a cell that is empty, NaN, or neither.
        """
        self.check((column,))
        found = np.empty(len(self.rows))
        for place, row in enumerate(self.rows):
            value = _number(row[column])
            if value is None:
                value = _years(row[column])
                if value is not None:
                    self.dates.add(column)
            if value is None or not math.isfinite(value):
                text = row[column].strip()
                what = f"'{text[:40]}', which is no number and no date" if text else "empty"
                raise BadInput(
                    f"'{self.path}': column '{column}' of row {place + 2} is {what}; leave out "
                    "rows without a value"
                )
            found[place] = value
        return found

    def refuse_empty(self, names: Sequence[str], column: str) -> None:
        """See that every row has a name.

        Raises:
            BadInput: for one that has none.
        """
        for place, name in enumerate(names):
            if not name:
                raise BadInput(
                    f"'{self.path}': the {column} of row {place + 2} is empty, so the model would "
                    "see no token of it; leave the row out"
                )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _years(text: str) -> float | None:
    """A date as a year and the part of it that has passed by that day's beginning."""
    try:
        day = date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None
    begins, ends = date(day.year, 1, 1).toordinal(), date(day.year, 12, 31).toordinal() + 1
    return day.year + (day.toordinal() - begins) / (ends - begins)
