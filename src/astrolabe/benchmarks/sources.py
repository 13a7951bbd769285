"""Where rows come from: a local folder in one of several layouts, the hub, or Polaris.

A row is a plain dict of column to value. Files are read with plain readers (never pandas, which
takes the choice text "None" for a missing value).
"""

import csv
import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.polaris import DATA

Row = Mapping[str, Any]


def locate(place: str | None, benchmark: str, config: str, layouts: str) -> tuple[Path, str]:
    """The folder to read, and a name for people; a hub data set is fetched (or found) as a folder.

    Args:
        place: `None` for Polaris' own items, a folder, or a hub id (``owner/name``).
        benchmark: Whose items.
        config: Which of a hub data set's configs to fetch.
        layouts: Files that a local folder would have to hold, for the refusal.

    Raises:
        BadInput: when it is none of these, or the hub cannot be reached and its files were never
            fetched before.
    """
    if place is None:
        return DATA / benchmark, "Polaris"
    if not place.strip():
        raise BadInput("the place of the data is empty; give a folder or a hub id, or leave it out")
    path = Path(place).expanduser()
    if path.is_dir():
        return path, place
    if path.exists():
        raise BadInput(f"data '{place}' is a file; give the folder that holds the splits")
    if place.count("/") == 1 and not place.startswith((".", "/", "~")):
        return _from_hub(place, config, _ways(layouts, (DATA / benchmark).is_dir()))
    raise BadInput(f"data folder '{place}' does not exist")


def _ways(layouts: str, polaris: bool) -> str:
    """What to do where the hub's files cannot be had."""
    own = ", or leave out the data for Polaris' own items" if polaris else ""
    return f"give a folder with {layouts.replace('SPLIT', 'test')}{own}"


def _from_hub(hub_id: str, config: str, ways: str) -> tuple[Path, str]:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError

    # In these patterns a star reaches into folders, so whole configs are named, not endings.
    patterns = [f"{config}/*", f"{config}.csv", "data/*", "dev*", "train*", "val*", "test*"]
    try:
        folder = Path(snapshot_download(hub_id, repo_type="dataset", allow_patterns=patterns))
    except GatedRepoError as error:
        raise BadInput(
            f"data set '{hub_id}' is gated: accept its terms at "
            f"https://huggingface.co/datasets/{hub_id} and log in with `hf auth login` (or set "
            f"HF_TOKEN), or {ways}"
        ) from error
    # The hub's client raises dozens of unrelated types (network, HTTP, permissions); whatever it
    # was, the files are not to be had, and the message carries the cause.
    except Exception as error:
        cause = str(error).strip().splitlines()
        raise BadInput(
            f"data set '{hub_id}' cannot be had from the hub "
            f"({cause[0] if cause else type(error).__name__}), and there is no folder of that "
            f"name; {ways}"
        ) from error
    return folder, f"hub:{hub_id}@{folder.name}"


def absent(name: str, split: str, folder: Path, layouts: str, hub: str) -> BadInput:
    """The refusal of a folder (as `locate` gave it) that does not hold a split of a benchmark.

    Args:
        name: The benchmark's name.
        split: What is missing.
        folder: Where it was looked for.
        layouts: Files that would do; ``SPLIT`` stands for the split.
        hub: Id of the data on the hub; empty where there is none.
    """
    expected = layouts.replace("SPLIT", split)
    from_hub = [f"use the hub id '{hub}'"] if hub else []
    if folder.parent == DATA:
        ways = ", or ".join([f"give a folder with {expected}", *from_hub])
        return BadInput(f"Polaris has no items for '{name}'; {ways}")
    own = "leave out the data for Polaris' own items"
    ways = ", or ".join([f"expected {expected}", *from_hub, own])
    return BadInput(f"no {name.upper()} '{split}' split in {folder}; {ways}")


def read_table(path: Path, header: tuple[str, ...] | None = None) -> Iterator[Row]:
    """Rows of a CSV, JSON, JSON Lines (also gzipped) or Parquet file.

    Args:
        path: The file; its ending decides how it is read. A JSON file holds a list of rows, or one.
        header: Column names of a CSV file that has no header line.

    Raises:
        BadInput: when the file cannot be read as what its name says.
    """
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise BadInput(f"'{path}' {what}; give a csv, json, jsonl or parquet file")
    try:
        match path.suffixes[-2:]:
            case [*_, ".csv"]:
                yield from _read_csv(path, header)
            case [*_, ".jsonl"] | [".jsonl", ".gz"]:
                yield from _read_jsonl(path)
            case [*_, ".json"]:
                yield from _read_json(path)
            case [*_, ".parquet"]:
                import pyarrow.parquet as parquet

                yield from parquet.read_table(path).to_pylist()
            case _:
                raise BadInput(
                    f"{path}: cannot read '{path.suffix}' files; give csv, json, jsonl or parquet"
                )
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise BadInput(f"{path}: cannot be read ({why})") from error


def _read_csv(path: Path, header: tuple[str, ...] | None) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = (values for values in csv.reader(lines) if values)
        columns = header if header is not None else tuple(next(reader, ()))
        for number, values in enumerate(reader, start=1):
            if len(values) != len(columns):
                raise BadInput(
                    f"{path}: row {number} has {len(values)} columns, expected {len(columns)} "
                    f"({', '.join(columns)})"
                )
            yield dict(zip(columns, values, strict=True))


def _read_jsonl(path: Path) -> Iterator[Row]:
    with _opened(path) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = _parsed(line)
            except ValueError as error:
                raise BadInput(
                    f"{path}: cannot be read (line {number} is not JSON: {error})"
                ) from error
            if not isinstance(row, dict):
                raise BadInput(f"{path}: line {number} is not a JSON object")
            yield row


def _opened(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _read_json(path: Path) -> Iterator[Row]:
    value = _parsed(path.read_text(encoding="utf-8-sig"))
    for number, row in enumerate(value if isinstance(value, list) else [value], start=1):
        if not isinstance(row, dict):
            raise BadInput(f"{path}: row {number} is not a JSON object")
        yield row


def _parsed(text: str) -> Any:
    value = json.loads(text)
    # Half a surrogate pair is JSON, but no text: nothing could write or digest it.
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def split_files(folder: Path, split: str, config: str) -> list[Path]:
    """Files of one split in the hub's layouts, each row once.

    Understands ``test.jsonl``, ``test.csv``, ``test.parquet``, ``test-00000-of-00001.parquet``;
    at the top, else under ``CONFIG/`` or ``data/``, else under any folders (one a subject). A hub
    folder often holds the same rows under several configs, so only the first of these is read.
    """
    for place in ("", f"{config}/", "data/", "*/"):
        for ending in ("jsonl", "parquet", "csv"):
            patterns = (f"{place}{split}.{ending}", f"{place}{split}-*.{ending}")
            found = sorted(path for pattern in patterns for path in folder.glob(pattern))
            if found:
                return found
    return []


def require(rows: Iterable[Row], columns: tuple[str, ...], where: str) -> list[Row]:
    """`rows` as a list, each checked to have `columns`.

    Raises:
        BadInput: for no rows, or a row without one of the columns.
    """
    rows = list(rows)
    if not rows:
        raise BadInput(f"{where}: no rows")
    for number, row in enumerate(rows, start=1):
        missing = [column for column in columns if row.get(column) is None]
        if missing and missing[0] in row:
            raise BadInput(f"{where}: row {number} has nothing in column '{missing[0]}'")
        if missing:
            raise BadInput(
                f"{where}: row {number} has no column '{missing[0]}'; "
                f"it has {', '.join(map(str, row))}"
            )
    return rows


def located(files: Iterable[Path], columns: tuple[str, ...]) -> Iterator[tuple[str, Row]]:
    """Rows of `files`, each checked to have `columns`, with where they stand, for refusals.

    Raises:
        BadInput: for a file without rows, or a row without one of the columns.
    """
    for path in files:
        rows = require(read_table(path), columns, str(path))
        yield from ((f"{path}: row {number}", row) for number, row in enumerate(rows, start=1))


def distinct(items: Iterable[tuple[str, Item]]) -> tuple[Item, ...]:
    """`items`, each given with where it stands, as no two of one id.

    Raises:
        BadInput: for an id that occurs twice.
    """
    places: dict[str, str] = {}
    found = []
    for where, item in items:
        if item.id in places:
            raise BadInput(f"{where} has the id '{item.id}', which {places[item.id]} has, too")
        places[item.id] = where
        found.append(item)
    return tuple(found)


def by_subject(items: Iterable[Item]) -> dict[str, tuple[Item, ...]]:
    """`items` of each subject, in order."""
    pools: dict[str, tuple[Item, ...]] = {}
    for item in items:
        pools[item.subject] = (*pools.get(item.subject, ()), item)
    return pools


def asked_and_shown(
    place: str | None,
    benchmark: str,
    layouts: str,
    columns: tuple[str, ...],
    read: Callable[[str, Row, str], Item],
) -> tuple[tuple[Item, ...], tuple[Item, ...], str]:
    """Items of ``test``, items of ``train``, and a name of the place for people.

    Args:
        place: `None` for Polaris' own; or a folder with ``train`` and ``test``.
        benchmark: Whose items.
        layouts: As in `absent`.
        columns: What every row has.
        read: Makes the item of an id and a row; the last argument says where that stands.

    Raises:
        BadInput: for a folder without ``test``, and as `locate`, `located` and `distinct`.
    """
    folder, name = locate(place, benchmark.replace("-", "_"), "default", layouts)
    test, train = (
        distinct(
            (where, read(f"{split}/{number}", row, where))
            for number, (where, row) in enumerate(
                located(split_files(folder, split, "default"), columns)
            )
        )
        for split in ("test", "train")
    )
    if not test:
        raise absent(benchmark, "test", folder, layouts, "")
    return test, train, name
