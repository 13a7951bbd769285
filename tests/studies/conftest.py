"""What the studies' tests share."""

import pytest

from astrolabe.core.verdict import Interval


@pytest.fixture
def only_decisions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves out what no decision depends on, intervals and smallest effects: they cost most.

    Sign flips are fewer, which makes p-values coarser but no less valid.
    """
    nothing = Interval(0.0, 0.0)
    for module in ("deciding", "shots_cells", "overriding"):
        monkeypatch.setattr(f"astrolabe.studies.{module}.cluster_bootstrap", lambda *_: nothing)
    monkeypatch.setattr("astrolabe.runs.compare.smallest_detectable", lambda *_: 1.0)
    monkeypatch.setattr("astrolabe.runs.sign_flip.smallest_detectable", lambda *_: 1.0)
    monkeypatch.setattr("astrolabe.runs.sign_flip._FLIPS", 999)
