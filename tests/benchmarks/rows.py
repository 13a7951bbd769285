"""Files in the layouts that benchmarks are read from, and prompts made of what was read."""

import csv
import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet as parquet

from astrolabe.core.benchmark import Benchmark, Dataset
from astrolabe.core.item import Item
from astrolabe.core.prompt import Prompt
from astrolabe.prompting.draws import option_orders
from astrolabe.prompting.render import render

Row = Mapping[str, Any]


def write(path: Path, rows: Sequence[Row] | Row, ending: str = "\n", bom: bool = False) -> Path:
    """Write rows as the path's ending says, with its folders; JSON text is not escaped.

    One row, not in a list, is for a JSON file that holds nothing else.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    encoding = "utf-8-sig" if bom else "utf-8"
    if path.suffix == ".parquet":
        parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), path)
    elif path.suffix == ".csv":
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator=ending)
            writer.writeheader()
            writer.writerows(rows)
    elif path.suffix == ".json":
        path.write_bytes(json.dumps(rows, ensure_ascii=False).encode(encoding))
    else:
        text = "".join(json.dumps(row, ensure_ascii=False) + ending for row in rows)
        content = text.encode(encoding)
        path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def prompted(
    benchmark: Benchmark, recipe: str, item: Item, exemplars: Sequence[Item] = (), **asked: Any
) -> Prompt:
    """The prompt of an item by a recipe, after given exemplars, with wishes over its defaults."""
    chosen = benchmark.recipe(recipe)
    condition = chosen.condition(**({"shots": len(exemplars)} | asked))
    (order,) = option_orders([item], Dataset((item,), {}, ""), chosen, condition)
    return render(item, exemplars, order, chosen, condition)
