import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.inside.probes.targets import Targets, checked_states

ALL = None


def table(**changed):
    values = np.random.default_rng(0).uniform(-80, 80, (30, 2))
    for (row, column), value in changed.get("cells", {}).items():
        values[slice(None) if row is ALL else row, column] = value
    return values[: changed.get("rows", 30)]


@pytest.mark.parametrize(
    ("names", "values", "said"),
    [
        (("lat", "lon"), table(cells={(3, 1): np.nan}), "target 'lon' of entity 3 is nan"),
        (("lat", "lon"), table(cells={(4, 0): 91}), "target 'lat' of entity 4 is 91, outside -90"),
        (("lat", "lon"), table(cells={(5, 1): -181}), "outside -180 to 180"),
        (("a", "b"), table(cells={(ALL, 1): 7}), "target 'b' is 7 for every entity"),
        (("a", "b"), table(rows=19), "19 entities are too few for a probe; give at least 20"),
        (("a",), table(), r"targets of shape \[30, 2\] do not fit 1 names"),
    ],
)
def test_bad_targets_get_one_sentence(names, values, said):
    with pytest.raises(BadInput, match=said):
        Targets(names, values)


def test_bad_states_get_one_sentence():
    states = np.zeros((30, 4), np.float32)
    with pytest.raises(BadInput, match=r"layer 3 have shape \[30, 4\] for 29 entities"):
        checked_states(states, 29, "layer 3")
    states[7, 2] = np.inf
    with pytest.raises(BadInput, match="layer 3 are not finite for entity 7"):
        checked_states(states, 30, "layer 3")


def test_halves_become_singles():
    assert checked_states(np.zeros((2, 3), np.float16), 2, "").dtype == np.float32
    assert checked_states(np.zeros((2, 3), np.float64), 2, "").dtype == np.float64
