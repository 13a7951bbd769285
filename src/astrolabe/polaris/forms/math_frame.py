"""What a problem in MATH's form is, and how its solution is set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Exercise:
    """A problem of one of MATH's types and levels, the steps to its answer, and the answer."""

    type: str
    level: int
    problem: str
    steps: str
    answer: str

    @property
    def key(self) -> str:
        """What makes two problems the same."""
        return self.problem

    @property
    def solution(self) -> str:
        """The steps, and the answer in a box at the end."""
        return f"{self.steps} The answer is $\\boxed{{{self.answer}}}$."


Maker = Callable[[Random], Exercise]
