"""What commands print for machines."""

from typing import Any


def print_json(value: Any) -> None:
    """A value as indented JSON on standard output."""
    import json

    print(json.dumps(value, ensure_ascii=False, indent=2))
