"""Programs that try to do harm or to be counted as right, each with what must become of it.

Every one first checks that it is inside our sandbox, and does nothing at all elsewhere; what it
would delete or overwrite is a planted folder. So a sandbox that does not hold cannot hurt anyone:
its attack reports `outside`, or that it succeeded, and the test fails.
"""

from tests.grading.sandbox.attacks.attack import ANSWER, CHECK, GUARD, Attack
from tests.grading.sandbox.attacks.reach import REACH
from tests.grading.sandbox.attacks.resources import RESOURCES
from tests.grading.sandbox.attacks.time import TIME
from tests.grading.sandbox.attacks.verdict import VERDICT
from tests.grading.sandbox.attacks.x86 import X86_ONLY

__all__ = [
    "ANSWER",
    "CHECK",
    "GUARD",
    "REACH",
    "RESOURCES",
    "TIME",
    "VERDICT",
    "X86_ONLY",
    "Attack",
]
