"""Made-up runs whose grades are known."""

from collections.abc import Sequence

from astrolabe.core.condition import Condition
from astrolabe.core.grade import Grade, Outcome
from astrolabe.core.run import GradedItem, Run


def graded(right: Sequence[bool], benchmark: str = "mmlu", name: str = "", shots: int = 0) -> Run:
    """A run of as many items, in five subjects, right where `right` says so."""
    items = tuple(
        GradedItem(
            item=f"{benchmark}/{place}",
            subject=f"s{place % 5}",
            gold="A",
            prompt="",
            answers=(),
            order=(),
            shots=(),
            grades={"argmax": Grade(Outcome.RIGHT if one else Outcome.WRONG, "A", "argmax")},
        )
        for place, one in enumerate(right)
    )
    return Run(
        id=f"{benchmark}-{name}",
        model="made up",
        benchmark=benchmark,
        condition=Condition(shots=shots),
        rule="argmax",
        aggregate="micro",
        items=items,
        record={},
    )
