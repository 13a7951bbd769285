"""A file of results that survives being interrupted: written as they come, gone on with later."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from astrolabe.core.errors import BadInput
from astrolabe.grading.sandbox.program import Execution
from astrolabe.grading.sandbox.samples import SAMPLE, Row, outcome_of, result_of

_ELSE = "give another file with --out, or remove this one"


class Results:
    """The results of a list of samples, and beside them a record of the conditions they hold under.

    Args:
        path: JSON Lines; results in it are kept. The record is ``PATH.record.json``.
        samples: What results are wanted of.
        conditions: What can move a verdict: results made under others are not gone on with.

    Raises:
        BadInput: when the file holds something else, or was made under other conditions.
    """

    def __init__(self, path: Path, samples: Sequence[Row], conditions: Mapping[str, Any]) -> None:
        self.path = path
        self.record = path.with_name(f"{path.name}.record.json")
        self._samples = samples
        self._conditions = dict(conditions)
        self._rows: list[Row | None] = [None] * len(samples)
        if path.exists():
            self._take(self._read())
        if any(self._rows):
            self._check_record()

    def missing(self) -> list[int]:
        """Places of the samples that have no result, or whose sandbox failed."""
        return [
            place
            for place, row in enumerate(self._rows)
            if row is None or outcome_of(row) == "infra"
        ]

    def rows(self) -> list[Row]:
        """The results there are, in the order of the samples."""
        return [row for row in self._rows if row is not None]

    @contextmanager
    def writing(self, sandbox: Mapping[str, Any]) -> Iterator["Results"]:
        """Let results be added; when the block is left they are put in the samples' order.

        Args:
            sandbox: What runs the programs, for the record.

        Raises:
            BadInput: when the file cannot be written.
        """
        record = {**self._conditions, "sandbox": dict(sandbox)}
        try:
            self.record.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
            # What an interruption left of a line must not become the beginning of the next.
            self._rewrite()
            self._file: TextIO = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise BadInput(f"no results can be written to '{self.path}' ({error})") from error
        try:
            yield self
        finally:
            self._file.close()
            self._rewrite()

    def add(self, place: int, execution: Execution) -> None:
        """Note what became of the sample at `place`, at once in the file as well."""
        row = self._rows[place] = result_of(self._samples[place], execution)
        self._file.write(_line(row))
        self._file.flush()

    def _read(self) -> Iterator[Row]:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines(keepends=True)
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(f"{self.path} cannot be read ({error}); {_ELSE}") from error
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                _ = _key(row), outcome_of(row)
                yield row
            except (ValueError, KeyError, TypeError, StopIteration) as error:
                if number == len(lines) and not line.endswith("\n"):
                    return  # the writing was interrupted here
                raise BadInput(f"{self.path}: line {number} is no result; {_ELSE}") from error

    def _take(self, rows: Iterable[Row]) -> None:
        places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for place in reversed(range(len(self._samples))):
            places[_key(self._samples[place])].append(place)
        for row in rows:
            if outcome_of(row) == "infra":
                continue
            if not places[_key(row)]:
                raise BadInput(
                    f"{self.path} holds results of other samples (of '{row['task_id']}'); {_ELSE}"
                )
            self._rows[places[_key(row)].pop()] = row

    def _check_record(self) -> None:
        try:
            record = json.loads(self.record.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise BadInput(
                f"{self.path} holds results, and no {self.record.name} says how they were made; "
                f"{_ELSE}"
            ) from error
        for name, value in self._conditions.items():
            if record.get(name) != value:
                raise BadInput(
                    f"the results in {self.path} were made under other conditions ({name} was "
                    f"{record.get(name)} and is {value}); {_ELSE}"
                )

    def _rewrite(self) -> None:
        whole = self.path.with_name(f"{self.path.name}.part")
        whole.write_text("".join(map(_line, self.rows())), encoding="utf-8")
        whole.replace(self.path)


def _key(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in SAMPLE)


def _line(row: Row) -> str:
    return json.dumps(row) + "\n"
