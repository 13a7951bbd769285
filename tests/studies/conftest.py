"""What the studies' tests share."""

import pytest

from astrolabe.core.verdict import Interval


@pytest.fixture
def only_decisions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out what no decision depends on, intervals and smallest effects: they cost most.

    Sign flips are fewer, which makes p-values coarser but no less valid.
    """
    nothing = Interval(0.0, 0.0)
    for interval in ("deciding.cluster_bootstrap", "moved_findings.mean_interval"):
        monkeypatch.setattr(f"astrolabe.studies.{interval}", lambda *_: nothing)
    for module in ("runs.compare", "runs.sign_flip", "studies.moved_findings"):
        monkeypatch.setattr(f"astrolabe.{module}.smallest_detectable", lambda *_: 1.0)
    monkeypatch.setattr("astrolabe.runs.sign_flip._FLIPS", 999)
