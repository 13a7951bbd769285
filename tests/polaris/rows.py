"""Shipped rows."""

from __future__ import annotations

import json
from typing import Any

from astrolabe.polaris import DATA


def rows(name: str) -> list[dict[str, Any]]:
    """Rows of a file of the package, named like `gpqa/train`."""
    with (DATA / f"{name}.jsonl").open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
