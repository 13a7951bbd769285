"""`role`: placebos, findings on runs made up, rates of false ones, and a real run on Polaris."""

import re
from pathlib import Path

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.run import Run
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.laboratory import Bench, experiment
from astrolabe.studies.outcome import said
from astrolabe.studies.placebo import nonsense
from astrolabe.studies.role import ROLES, findings, outcome, roles
from tests.studies.made_up import made_run, null_rate_bounds

ROLE = experiment("role")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nonsense_is_as_long_shaped_alike_and_says_nothing(language: str) -> None:
    for texts in ROLES[language].values():
        for text in texts:
            made = nonsense(text)
            assert len(made) == len(text)
            assert [c.isupper() for c in made] == [c.isupper() for c in text]
            assert re.sub(r"\w", "w", made) == re.sub(r"\w", "w", text)
            longest = [word for word in re.findall(r"\w+", text) if len(word) > 2]
            assert not set(longest) & set(re.findall(r"\w+", made))
            assert made == nonsense(text) != nonsense(text, seed=1)


def made(rng: np.random.Generator, items: int = 60, **rates: float) -> dict[str, list[Run]]:
    """Runs of every group, each item as likely to be right as the group's rate says."""
    return {
        group: [
            made_run(rng.random(items) < rates.get(group, 0.7), f"{group}/{n}", role=text or None)
            for n, text in enumerate(texts)
        ]
        for group, texts in roles("en", 0).items()
    }


def test_a_role_that_is_obeyed_is_found_and_said() -> None:
    runs = made(np.random.default_rng(0), 120, careless=0.3)
    found = findings(runs, 0.05)  # type: ignore[arg-type]
    assert [one.outcome for one in found] == [
        "not decided",
        "shown",
        "not decided",
        "not decided",
        "not decided",
        "shown",
    ]
    told = outcome(ROLE.setting("made-up"), runs)  # type: ignore[arg-type]
    assert said(told.answer, "en").startswith(
        "The expert role is not shown to do anything, the careless role lowers accuracy (-"
    )
    assert "粗心角色使正确率降低" in said(told.answer, "zh")
    assert len(told.tables[0].rows) == len(told.runs) == 11


@pytest.mark.usefixtures("only_decisions")
def test_roles_without_effect_are_decided_as_rarely_as_said() -> None:
    rng = np.random.default_rng(1)
    repetitions, false = 200, 0
    for _ in range(repetitions):
        runs = made(rng, 20)
        false += any(one.decided for one in findings(runs, 0.05))  # type: ignore[arg-type]
    assert 0 < false <= null_rate_bounds(repetitions)[1]


def test_on_polaris_it_runs_in_both_languages(tmp_path: Path) -> None:
    with Store(str(tmp_path / "runs.db")) as store:
        for language in ("en", "zh"):
            setting = ROLE.setting("polaris", "mmlu", limit=4, knobs={"language": language})
            told = ROLE.conduct(setting, Bench(load, store, Silent()))
            assert len(set(told.runs)) == 11
            assert told.record["runs"][told.runs[1]]["role"] == ROLES[language]["expert"][0]


def test_a_language_without_roles_is_refused() -> None:
    with pytest.raises(BadInput, match="no roles in language 'fr'"):
        roles("fr", 0)
