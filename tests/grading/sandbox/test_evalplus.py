"""EvalPlus' rows: a program is right when it agrees with the reference on every input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolabe.grading.sandbox import Program, Sandbox
from astrolabe.grading.sandbox.evalplus import agreement, agrees, evalplus_test, is_root

ROW = {
    "task_id": "HumanEval/0",
    "prompt": "def half(x):\n    '''Half of x, or of its parts.'''\n",
    "entry_point": "half",
    "canonical_solution": "    return [p / 2 for p in x] if isinstance(x, list) else x / 2\n",
    "base_input": [[1], [2.0]],
    "plus_input": [[[1, 2, 3]], [[]], [1e300]],
    "atol": 0,
}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (ROW["canonical_solution"], "passed"),
        ("    return [p * 0.5 for p in x] if isinstance(x, list) else x * 0.5\n", "passed"),
        ("    return [p / 2 + 1e-9 for p in x] if isinstance(x, list) else x / 2\n", "passed"),
        ("    return [p / 2 + 1e-4 for p in x] if isinstance(x, list) else x / 2\n", "failed"),
        ("    return tuple(p / 2 for p in x) if isinstance(x, list) else x / 2\n", "failed"),
        ("    return x / 2\n", "failed"),
        ("    return x // 2\n", "failed"),
        ("    if isinstance(x, list): x.append(0)\n    return None\n", "failed"),
    ],
)
def test_a_row_judges_programs(body: str, outcome: str, sandbox: Sandbox) -> None:
    program = Program(ROW["prompt"], body, evalplus_test(ROW), ROW["entry_point"])
    ((_, execution),) = sandbox.run([program])
    assert execution.outcome == outcome, execution
    if outcome == "passed":
        assert execution.calls == 5


def test_a_slow_reference_is_not_charged_to_the_program(sandbox: Sandbox) -> None:
    slow = {**ROW, "canonical_solution": "    import time; time.sleep(0.2)\n    return x\n"}
    program = Program(ROW["prompt"], "    return x\n", evalplus_test(slow), "half")
    ((_, execution),) = sandbox.run([program])
    assert execution.outcome == "passed"
    assert execution.seconds < 0.5


def test_a_row_of_another_layout_is_refused() -> None:
    with pytest.raises(KeyError, match="base_input"):
        evalplus_test({key: value for key, value in ROW.items() if key != "base_input"})


def test_any_root_of_a_polynomial_counts() -> None:
    row = {
        **ROW,
        "prompt": "def find_zero(xs):\n",
        "entry_point": "find_zero",
        "canonical_solution": "    return 1.0\n",
        "base_input": [[[2, -3, 1]]],
        "plus_input": [],
        "atol": 0.0001,
    }
    check = agreement(row)
    check(lambda xs: 1.0)
    check(lambda xs: 2.0)
    check(lambda xs: 2.00005)
    for wrong in (1.5, 2.01, -1.0):
        with pytest.raises(AssertionError, match="no root"):
            check(lambda xs, wrong=wrong: wrong)
    assert is_root([0, 0, 1], 0.0, 0.0)
    assert not is_root([-2, 0, 1], 1.0, 0.5)


NUMBERS = st.floats(width=32) | st.integers(-(10**6), 10**6).map(float)


@given(
    expected=st.lists(NUMBERS, max_size=5),
    noise=st.lists(st.sampled_from([0.0, 1e-9, 1e-7, 1e-5, 1.0]), min_size=5, max_size=5),
    tolerance=st.sampled_from([1e-6, 1e-4, 0.5]),
)
def test_closeness_is_numpy_s(expected: list[float], noise: list[float], tolerance: float) -> None:
    got = [value * (1 + n) + n for value, n in zip(expected, noise, strict=False)]
    by_numpy = got == expected or bool(np.allclose(got, expected, rtol=1e-07, atol=tolerance))
    assert agrees(got, expected, tolerance) is by_numpy


@pytest.mark.parametrize(
    ("got", "expected", "tolerance", "agree"),
    [
        (1, 1.0, 0, True),
        (True, 1, 0, True),
        ("a", "b", 0, False),
        ("a", "b", 0.1, False),
        ([1.0], (1.0,), 0, False),
        ([1.0 + 1e-8], [1.0], 0, True),
        ([1.0 + 1e-8, 1], [1.0, 1], 0, False),
        ([[1.0]], [[1.0 + 1e-8]], 0, False),
        ([[1.0]], [[1.0 + 1e-8]], 1e-6, True),
        ([1.0], [1.0, 2.0], 1e-6, False),
        (math.inf, math.inf, 1e-6, True),
        (1e308, math.inf, 1e-6, False),
        (math.nan, math.nan, 1e-6, False),
        (None, 1.0, 0, False),
        ([None], [1.0], 0, False),
        (["a"], [1.0], 0, False),
        ([[1.0]], [1.0], 1e-6, False),
        ([10**400], [1.0], 1e-6, False),
        ([1j], [1j + 1e-8], 1e-6, True),
    ],
)
def test_traps_of_comparing(got: object, expected: object, tolerance: float, agree: bool) -> None:
    assert agrees(got, expected, tolerance) is agree
