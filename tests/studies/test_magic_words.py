"""`magic-words`: phrases, findings on runs made up, rates of false ones, real runs on Polaris."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from astrolabe.core.errors import BadInput
from astrolabe.core.model import Generated, Reasoned
from astrolabe.core.run import Run
from astrolabe.models.local import load
from astrolabe.runs.store import Store
from astrolabe.runs.watch import Silent
from astrolabe.studies.laboratory import Bench, experiment
from astrolabe.studies.magic_words import outcome
from astrolabe.studies.outcome import said
from astrolabe.studies.phrase_effects import findings
from astrolabe.studies.phrases import PHRASES, Phrase, phrases, reasoned
from tests.studies.made_up import made_run, null_rate_bounds

pytestmark = pytest.mark.usefixtures("only_decisions")

MAGIC = experiment("magic-words")
STEPS = Phrase("Let's think step by step.", "en", "published")


def test_the_published_phrases_are_all_there_each_with_nonsense_of_its_length() -> None:
    every = phrases("en", 0)
    assert len(PHRASES["en"]["published"]) == 14
    assert len({phrase.text for phrase in (*every, *phrases("zh", 0))}) == len(every) + 14
    placebos = {phrase.of: phrase.text for phrase in every if phrase.kind == "placebo"}
    assert list(placebos) == list(PHRASES["en"]["published"])
    assert all(len(of) == len(text) and of != text for of, text in placebos.items())
    assert not any(re.search(r"\b(step|think|answer|proof)\b", text) for text in placebos.values())
    with pytest.raises(BadInput, match="no phrases in language 'fr'"):
        phrases("fr", 0)


def tried(
    rng: np.random.Generator, languages: tuple[str, ...], items: int, **rates: float
) -> dict[Phrase, Run]:
    """A run of every phrase, each item as likely to be right as the rate of its text or kind."""
    return {
        phrase: made_run(
            rng.random(items) < rates.get(phrase.text, rates.get(phrase.kind, 0.4)),
            f"{phrase.language}/{phrase.text}",
        )
        for language in languages
        for phrase in phrases(language, 0)
    }


def test_a_phrase_that_works_is_told_from_one_that_only_looks_like_it() -> None:
    rates = {STEPS.text: 0.95, "First,": 0.02, "misleading": 0.02}
    runs = tried(np.random.default_rng(0), ("en", "zh"), 150, **rates)
    found = findings(runs, 0.05)
    assert found.work == (STEPS,)
    assert found.none[Phrase("First,", "en", "published")].outcome == "reversed"
    misleading = [one for phrase, one in found.none.items() if phrase.kind == "misleading"]
    assert [one.outcome for one in misleading] == ["reversed"] * 5
    assert all(one.estimate < 0 for one in misleading)
    assert not any(one.decided for one in found.nonsense.values())
    assert len(found.all) == 19 + 10 + 19 + 2


def test_a_phrase_no_better_than_its_nonsense_does_not_work() -> None:
    rates = {"published": 0.9, "placebo": 0.9, "none": 0.1}
    runs = tried(np.random.default_rng(0), ("en",), 100, **rates)
    found = findings(runs, 0.05)
    assert all(found.none[phrase].outcome == "shown" for phrase in found.placebo)
    assert found.work == ()
    told = outcome(MAGIC.setting("made-up"), runs, {"en": "Q:"})
    assert re.fullmatch(
        r"In English, none of 14 phrases is shown to beat both no phrase \(.*\) and nonsense of "
        r"its length; nonsense itself helps\.",
        said(told.answer, "en"),
    )
    assert "乱语本身有益" in said(told.answer, "zh")


def test_the_table_and_the_chart_are_ranked() -> None:
    runs = tried(np.random.default_rng(0), ("en", "zh"), 150, **{STEPS.text: 0.95})
    told = outcome(MAGIC.setting("made-up"), runs, {"en": "Q:", "zh": "问题："})
    (table,) = told.tables
    accuracies = [row["accuracy"] for row in table.rows]
    assert accuracies == sorted(accuracies, reverse=True)
    assert table.rows[0]["phrase"] == STEPS.text
    assert table.rows[0]["p_beyond"] < 0.05
    first, second = told.charts
    assert [len(first.rows), len(second.rows)] == [35, 15]
    assert [mark.x for mark in first.rows if mark.emphasis] == [STEPS.text]
    assert said(told.answer, "en").startswith("In English, 1 of 14 phrases beat no phrase (")


def test_phrases_without_effect_are_decided_as_rarely_as_said() -> None:
    rng = np.random.default_rng(1)
    repetitions, false = 200, 0
    for _ in range(repetitions):
        found = findings(tried(rng, ("zh",), 30), 0.05)
        false += any(one.decided for one in found.all)
    assert 0 < false <= null_rate_bounds(repetitions)[1]


REASONED = [
    ("#### 18", False),
    (" The answer is 18.", False),
    ("18\n\nQ: Ann has 3 + 4 = 7 ducks and many more of other birds that sing.", False),
    (" 3*4=<<3*4=12>>12 dollars", True),
    ("She pays 16 - $3 = 13.", True),
    (" Ducks swim on lakes and ponds. Lakes are made of water, not of ink.", True),
    ("答案是 18。", False),
    ("先看题目，小明有三个苹果，又买了五个。", True),
]


@pytest.mark.parametrize(("text", "expected"), REASONED)
def test_reasoning_is_told_from_answers(text: str, expected: bool) -> None:
    (item,) = made_run([True]).items
    assert reasoned(item, "Q:") is None
    alone = replace(item, answers=(Generated(text, 9, "stop"),))
    assert reasoned(alone, "Q:") == expected
    before = Reasoned(text, 9, "stop", " \nTherefore,")
    asked = replace(item, answers=(Generated(" 1 + 1 = 2", 9, "stop", before),))
    assert reasoned(asked, "Q:") == expected


def test_on_polaris_it_runs_in_one_and_in_two_stages(tmp_path: Path) -> None:
    knobs = {"languages": ("zh",), "tokens": 4}
    with Store(str(tmp_path / "runs.db")) as store:
        bench = Bench(load, store, Silent())
        for recipe, second in ((None, 32), ("official", 0)):
            told = MAGIC.conduct(
                MAGIC.setting("polaris", recipe=recipe, limit=2, knobs=knobs), bench
            )
            assert len(set(told.runs)) == 15
            conditions = list(told.record["runs"].values())
            assert {one["extract_tokens"] for one in conditions} == {second}
            assert [one["trigger"] for one in conditions[:2]] == [None, "让我们一步一步思考。"]


def test_a_language_that_the_recipe_does_not_speak_is_left_out_and_said(tmp_path: Path) -> None:
    with Store(str(tmp_path / "runs.db")) as store:
        bench = Bench(load, store, Silent())
        setting = MAGIC.setting("polaris", "strategyqa", limit=1, knobs={"tokens": 2})
        told = MAGIC.conduct(setting, bench)
        assert len(told.runs) == 35
        assert said(told.notes[0], "en").startswith("Left out: Chinese phrases")
        alone = MAGIC.setting("polaris", "strategyqa", knobs={"languages": ("zh",)})
        with pytest.raises(BadInput, match="no wording for answers that are written, in zh"):
            MAGIC.conduct(alone, bench)
