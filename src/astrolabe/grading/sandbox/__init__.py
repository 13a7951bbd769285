"""Where model-written programs run, and how they are judged without being trusted."""

from collections.abc import Sequence

from astrolabe.grading.sandbox.pool import MODES, Sandbox
from astrolabe.grading.sandbox.probes import Probe
from astrolabe.grading.sandbox.program import Execution, Outcome, Program

__all__ = ["MODES", "Execution", "Outcome", "Probe", "Program", "Sandbox", "selftest"]


def selftest(mode: str = "fresh", workers: int | None = None) -> Sequence[Probe]:
    """Try the sandbox with harmless probes, and say what each found.

    Raises:
        BadInput: when this machine lacks something the sandbox needs, with the fix.
    """
    sandbox = Sandbox(mode, workers)
    try:
        sandbox.start()
    finally:
        sandbox.close()
    return sandbox.probes
