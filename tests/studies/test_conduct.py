"""Conducting a study: what comes first, and what must be gone before the next."""

import weakref

import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Study
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.studies.conduct import conduct
from astrolabe.studies.grid import Choice, grid


def a_study(**fields) -> Study:
    return grid("g", ["one", "two"], ["mmlu"], fields, Choice(limit=2)).study


def no_model(name):
    raise AssertionError("nothing should have been loaded")


@pytest.mark.parametrize(
    ("study", "says"),
    [
        (a_study(shots=[0, 99]), "99 shots"),
        (
            Study(
                "g", a_study(shots=[0, 2]).runs, (("one · mmlu · 0-shot", "two · mmlu · 2-shot"),)
            ),
            r"differ in 2 things \(model, shots\)",
        ),
    ],
)
def test_what_needs_no_model_is_refused_before_one_is_loaded(tmp_path, study, says):
    with Store(tmp_path / "a.db") as store, pytest.raises(BadInput, match=says):
        conduct(study, no_model, store)


def test_a_model_is_gone_before_the_next_is_loaded(tmp_path):
    earlier = []

    def loaded(name):
        assert [model() for model in earlier] == [None] * len(earlier)
        model = load("polaris")
        earlier.append(weakref.ref(model))
        return model

    # Both are Polaris, so these runs are the same; here nothing is compared.
    study = Study("g", a_study(shots=[0]).runs)
    with Store(tmp_path / "a.db") as store:
        conduct(study, loaded, store)
    assert len(earlier) == 2
