"""Compares mathematics in a process of its own: ``python -m astrolabe.grading.symbolic_worker``.

Expressions that models write can keep a computer algebra system busy for hours, or ask it for more
memory than there is. So comparisons run apart, each within a share of processor time, and what
cannot be stopped from inside is killed from outside (`grading.symbolic`). One line of JSON comes
in, ``{"how": ..., "gold": ..., "answer": ...}``, one goes out: true or false.
"""

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

SECONDS = 5
"""Processor time for one comparison, as in lm-evaluation-harness."""
MEMORY = 4 * 2**30
"""Bytes of address space for the process."""
DIGITS = 12
"""Decimals to which numbers are compared where one is a decimal. Math-Verify's own 6 would let
0.333333 pass for 1/3, and 3.1415926 for pi."""


class OutOfTime(BaseException):
    """Raised in the middle of a comparison; no handler of `Exception` may swallow it."""


def verify(gold: str, answer: str) -> bool:
    """Equality by Math-Verify (huggingface/Math-Verify), of two expressions in LaTeX."""
    library = import_module("math_verify")
    parsed = [
        library.parse(f"${side}$", parsing_timeout=0, raise_on_error=False)
        for side in (gold, answer)
    ]
    return bool(library.verify(*parsed, float_rounding=DIGITS, timeout_seconds=0))


def difference(gold: str, answer: str) -> bool:
    """Whether the difference simplifies to 0 (Minerva; lm-evaluation-harness, ``minerva_math``).

    What sympy cannot parse, text or an interval, is equal to nothing, not even to itself, as there.
    """
    sympy = import_module("sympy")
    parse_latex = import_module("sympy.parsing.latex").parse_latex
    one, other = parse_latex(answer), parse_latex(gold)
    return bool(sympy.simplify(one - other) == 0)


WAYS: dict[str, Callable[[str, str], bool]] = {"verify": verify, "difference": difference}


def compare(how: str, gold: str, answer: str) -> bool:
    """Equality by one of `WAYS`; false where it fails or takes too long."""
    try:
        with _within(SECONDS):
            return WAYS[how](gold, answer)
    # Whatever a parser or simplifier raises on odd input means that the two are not seen equal.
    except (Exception, OutOfTime):  # noqa: BLE001
        return False


@contextmanager
def _within(seconds: float) -> Iterator[None]:
    """Raises `OutOfTime` after so much processor time, where the system can tell."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(number: int, frame: Any) -> None:
        raise OutOfTime

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def main() -> None:
    """Answer until the input ends."""
    # Libraries may print; only verdicts go out.
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    import_module("logging").disable()
    _limit_memory()
    for name in ("math_verify", "sympy.parsing.latex", "antlr4"):
        import_module(name)
    # What is loaded late is loaded now, and a broken parser is no row of wrong answers.
    if not all(way("1", "1") for way in WAYS.values()):
        raise SystemExit("1 is not seen to equal 1")
    print("ready", file=out, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        verdict = compare(asked["how"], asked["gold"], asked["answer"])
        print(json.dumps(verdict), file=out, flush=True)


if __name__ == "__main__":
    main()
