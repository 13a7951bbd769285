"""Equality of mathematical expressions, decided in a helper process (`symbolic_worker`).

The helper is started when first needed and serves this process, from any of its threads, one
question at a time. A question that it cannot finish in its processor time is answered with false;
should it not even notice that, it is killed and started anew for the next one. Time is counted in
processor time, so that verdicts do not depend on how busy the machine is.
"""

import atexit
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from astrolabe.core.errors import BadInput

Way = Literal["verify", "difference"]
WALL_SECONDS = 60.0
"""A helper that is silent for so long is killed."""
_LONGEST = 2000
"""Longer expressions are no answers."""


@dataclass
class _Helper:
    """The helper process of this process."""

    process: "subprocess.Popen[str] | None" = None
    owner: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, how: Way, gold: str, answer: str) -> bool:
        question = json.dumps({"how": how, "gold": gold, "answer": answer})
        with self.lock:
            return self._ask(question)

    def _ask(self, question: str) -> bool:
        process = self._running()
        assert process.stdin is not None
        try:
            print(question, file=process.stdin, flush=True)
        except OSError:
            self.stop()
            return False
        reply = self._line(process)
        if not reply:
            self.stop()
            return False
        return bool(json.loads(reply))

    def _running(self) -> "subprocess.Popen[str]":
        # A forked process must not share its parent's helper.
        if self.process is not None and self.owner == os.getpid() and self.process.poll() is None:
            return self.process
        self.owner = os.getpid()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "astrolabe.grading.symbolic_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        if self._line(self.process).strip() != "ready":
            self.stop()
            raise BadInput(
                "mathematics cannot be compared here: the helper process did not start; is "
                "math-verify installed, with antlr4-python3-runtime 4.11 for sympy? "
                "(pip install 'antlr4-python3-runtime==4.11.*')"
            )
        return self.process

    def _line(self, process: "subprocess.Popen[str]") -> str:
        """The next line of the helper; empty where it says none in time, or has died."""
        assert process.stdout is not None
        alarm = threading.Timer(WALL_SECONDS, process.kill)
        alarm.daemon = True
        alarm.start()
        try:
            return process.stdout.readline()
        finally:
            alarm.cancel()

    def stop(self) -> None:
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


_HELPER = _Helper()
atexit.register(_HELPER.stop)


@lru_cache(maxsize=10_000)
def equal(how: Way, gold: str, answer: str) -> bool:
    """Whether two LaTeX expressions are equal.

    Args:
        how: ``verify`` for Math-Verify, ``difference`` for Minerva's simplified difference.
        gold: The right answer.
        answer: What is compared with it.

    Raises:
        BadInput: where the helper cannot be started.
    """
    if len(answer) > _LONGEST:
        return False
    return _HELPER.ask(how, gold, answer)
