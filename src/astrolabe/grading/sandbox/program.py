"""What is put to the test, what became of it, and the limits within which that happens."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["passed", "failed", "timed_out", "infra"]
"""`infra`: the sandbox or the tests failed, so that nothing is known about the program."""

MEMORY = 1 << 30
"""Bytes of address space a program may have; it has one process, so this is all its memory."""

THREADS = 16
"""Threads a sandbox may have, its first process included."""

FILES = 64
"""Descriptors a program may have open."""

JUDGE_MEMORY = 4 << 30
"""Bytes of address space for the tests, which handle what programs return."""


@dataclass(frozen=True)
class Program:
    """A problem and one answer to it, in the fields of openai/human-eval.

    Attributes:
        prompt: Imports, helpers, and the beginning of a function.
        completion: What a model wrote after the prompt. Only prompt and completion enter the
            sandbox.
        test: Python that defines `check(candidate)`, which raises for a wrong `candidate`.
        entry_point: Name of the function to call.
    """

    prompt: str
    completion: str
    test: str
    entry_point: str


@dataclass(frozen=True)
class Execution:
    """What became of a program.

    Attributes:
        outcome: `passed` only when all tests went through and at least one call was answered.
        detail: Why it did not pass, in one line for people; empty when it did.
        calls: Calls that the program answered, by a value or an exception.
        opaque: Values it returned whose type cannot cross (generators, own classes); they equal
            nothing, so a program that failed with some may deserve a look.
        seconds: Wall time it took, less the time it waited for a free core.
        sandbox: Where it ran, in a few words; empty where nobody wrote it down.
    """

    outcome: Outcome
    detail: str = ""
    calls: int = 0
    opaque: int = 0
    seconds: float = 0.0
    sandbox: str = ""


def infra(detail: str) -> Execution:
    """Nothing is known about the program, for this reason."""
    return Execution("infra", one_line(detail))


def one_line(text: str) -> str:
    """`text` as one line that no terminal trips over, at most 200 characters."""
    printable = "".join(c if c.isprintable() else " " for c in text[:2000])
    line = " ".join(printable.split())
    return line if len(line) <= 200 else line[:199] + "…"
