"""Names of studies and of the runs in them."""

import re

from astrolabe.core.errors import BadInput

NAME = r"^\w[\w.-]*$"
"""What a study may be called: its report's folder is called the same."""


def checked(name: str) -> str:
    """A study's name, if it can be one.

    Raises:
        BadInput: when it cannot.
    """
    if not re.fullmatch(NAME.strip("^$"), name):
        raise BadInput(
            f"a study cannot be called '{name}', since its report's folder is called the same; "
            "use letters, digits, '_', '-' and '.', and begin with none of the last two"
        )
    return name


def run_label(model: str, models: int, benchmark: str, condition: str) -> str:
    """Name of a run; the model is part of it where the study has several `models`."""
    return " · ".join([*([model] if models > 1 else []), benchmark, condition])
