"""Benchmarks whose authors ask that no row be shown or passed on (GPQA)."""

from dataclasses import replace

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generated
from astrolabe.core.run import Run


def is_private(run: Run) -> bool:
    """Whether none of a run's rows may be shown or passed on, unless somebody asks for it."""
    return bool(run.record.get("data", {}).get("private"))


def refuse_to_show(benchmark: str) -> None:
    """Refuse to show a row of a private benchmark.

    Raises:
        BadInput: always.
    """
    raise BadInput(
        f"the authors of {benchmark} ask that no row be shown, lest it be learned by a model; "
        "--reveal shows it all the same"
    )


def hidden(run: Run) -> Run:
    """A run without the texts that models wrote, which may quote the questions."""
    items = tuple(
        replace(
            item,
            prompt="",
            answers=tuple(
                replace(answer, text="", reasoned=None) if isinstance(answer, Generated) else answer
                for answer in item.answers
            ),
        )
        for item in run.items
    )
    return replace(run, items=items)
