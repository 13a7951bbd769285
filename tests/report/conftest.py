"""A small study of made-up runs."""

from collections.abc import Sequence

import pytest

from astrolabe.core.run import Run
from astrolabe.core.verdict import Verdict
from astrolabe.runs.compare import compare
from tests.report.made_up import EXPERT, LABELS, make_run


@pytest.fixture(scope="session")
def runs() -> list[Run]:
    """A small study: two conditions of one benchmark, four of another."""
    return [
        make_run(0.36),
        make_run(0.55, shots=5),
        make_run(0.30, "gsm8k", n=150, shots=5),
        make_run(0.52, "gsm8k", n=150, shots=5, reasoning="worked"),
        make_run(0.53, "gsm8k", n=150, shots=5, reasoning="worked", role=EXPERT),
        make_run(
            0.50, "gsm8k", n=150, shots=5, reasoning="worked", role="你是一位从不出错的数学老师。"
        ),
    ]


@pytest.fixture(scope="session")
def labelled_runs(runs: Sequence[Run]) -> dict[str, Run]:
    return dict(zip(LABELS, runs, strict=True))


@pytest.fixture(scope="session")
def verdicts(labelled_runs: dict[str, Run]) -> list[Verdict]:
    names = [(LABELS[a], LABELS[b]) for a, b in ((0, 1), (2, 3), (3, 4), (3, 5))]
    return compare([(labelled_runs[a], labelled_runs[b]) for a, b in names], names=names)
