"""Sentiment, label games and translation: to the byte, from folders, with exemplars of others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from astrolabe.benchmarks import get
from astrolabe.benchmarks.exemplars import elsewhere
from astrolabe.core.errors import BadInput
from astrolabe.core.item import Item
from astrolabe.core.model import Generated
from astrolabe.core.run import RunPlan
from astrolabe.grading import grade_text
from astrolabe.models.local import load
from astrolabe.prompting.render import render
from astrolabe.runs.execute import execute
from astrolabe.runs.questions import questions
from astrolabe.runs.regrade import regrade
from astrolabe.runs.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., str]:
    def written(**splits: list[dict[str, Any]]) -> str:
        for name, rows in splits.items():
            lines = "".join(json.dumps(row) + "\n" for row in rows)
            (tmp_path / f"{name}.jsonl").write_text(lines)
        return str(tmp_path)

    return written


def asked(benchmark: str, place: str | None, limit: int | None = None, **fields: Any) -> RunPlan:
    condition = get(benchmark).recipe("official").condition(**fields)
    return RunPlan("", "polaris", benchmark, condition, data=place, limit=limit)


def first(plan: RunPlan) -> tuple[str, tuple[str, ...]]:
    found = questions(plan)
    one = found.asked[0]
    prompt = render(one.item, one.shots, one.order, found.recipe, plan.condition)
    assert prompt.text is not None
    return prompt.text, prompt.continuations


def test_sentiment_scores_both_labels(folder: Callable[..., str]) -> None:
    place = folder(
        train=[{"word": "good", "label": "positive"}], test=[{"word": "bad", "label": "negative"}]
    )
    assert first(asked("sentiment", place, shots=1)) == (
        "good is positive\nbad is",
        (" positive", " negative"),
    )
    assert questions(asked("sentiment", place, shots=0)).items[0].gold == "B"


def test_an_episode_has_its_own_exemplars_and_labels(folder: Callable[..., str]) -> None:
    def row(episode: int, word: str, label: str) -> dict[str, Any]:
        labels = ["kov", "zun"] if episode == 1 else ["bex", "pob"]
        return {"episode": episode, "word": word, "labels": labels, "label": label}

    place = folder(
        train=[row(2, "good", "bex"), row(1, "good", "zun")], test=[row(1, "bad", "kov")]
    )
    assert first(asked("label-games", place, shots=1)) == (
        "good is zun\nbad is",
        (" kov", " zun"),
    )
    with pytest.raises(BadInput, match="options of their own"):
        questions(asked("label-games", place, shots=1, labels="symbolic"))


def test_a_translation_is_written_to_the_end_of_the_line(folder: Callable[..., str]) -> None:
    place = folder(
        train=[
            {"language": "german", "word": "dog", "translation": "Hund"},
            {"language": "chinese", "word": "dog", "translation": "狗"},
        ],
        test=[{"language": "chinese", "word": "cat", "translation": "猫"}],
    )
    plan = asked("translation", place, shots=1)
    assert first(plan) == ("English: dog\nChinese: 狗\n\nEnglish: cat\nChinese:", ())
    found = questions(plan)
    prompt = render(found.items[0], (), (), found.recipe, plan.condition)
    assert prompt.stops == ("\n",)


BAD_ROWS = [
    ("sentiment", {"word": "good", "label": "great"}, "row 1 has the label 'great'"),
    ("sentiment", {"word": "good"}, "no column 'label'"),
    (
        "label-games",
        {"episode": 0, "word": "good", "labels": ["a", "b"], "label": "c"},
        "row 1 has the label 'c'",
    ),
    (
        "label-games",
        {"episode": 0, "word": "good", "labels": "abc", "label": "a"},
        "row 1 has the label 'a'",
    ),
    ("translation", {"word": "cat", "translation": "chat"}, "no column 'language'"),
]


@pytest.mark.parametrize(("benchmark", "row", "says"), BAD_ROWS)
def test_rows_of_something_else_are_refused(
    benchmark: str, row: dict[str, Any], says: str, folder: Callable[..., str]
) -> None:
    with pytest.raises(BadInput, match=says):
        get(benchmark).load(folder(train=[], test=[row]))


@pytest.mark.parametrize("benchmark", ["sentiment", "label-games", "translation"])
def test_a_folder_without_items_is_refused(benchmark: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"expected SPLIT|expected test\.jsonl"):
        get(benchmark).load(str(tmp_path))


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        (" épinard", "right"),
        ("\n\nÉpinard.", "right"),
        ("**épinard**\nEnglish: cat", "right"),
        ("e\u0301pinard", "right"),
        ("epinard", "wrong"),
        ("The word is épinard", "wrong"),
        ("épinards", "wrong"),
        ("  \n ...", "unparsed"),
    ],
)
def test_short_answers_are_compared_whole(text: str, outcome: str) -> None:
    item = Item("test/0", "french", "spinach", "épinard")
    assert grade_text("short-answer", item, Generated(text, 5, "stop")).outcome == outcome


def test_another_benchmarks_exemplars_come_in_turns_and_with_its_name() -> None:
    shown = elsewhere("translation", open_answers=False)[""]
    golds = get("translation").load(None).exemplars
    assert [item.subject for item in shown[:4]] == list(golds)
    assert len(shown) == sum(map(len, golds.values()))
    assert shown[0].id == f"translation/{golds['french'][0].id}"


def test_out_of_domain_exemplars_stand_in_the_benchmarks_own_form() -> None:
    plan = asked("sentiment", None, shots=1)
    text, _ = first(RunPlan(**{**vars(plan), "exemplars": "translation"}))
    own = get("translation").load(None).exemplars["french"][0]
    assert text.startswith(f"{own.question} is {own.gold}\n")
    plan = asked("translation", None, shots=1)
    text, _ = first(RunPlan(**{**vars(plan), "exemplars": "sentiment"}))
    own = get("sentiment").load(None).exemplars[""][0]
    natural = own.choices[own.gold_index]
    assert text.startswith(f"English: {own.question}\nFrench: {natural}\n\nEnglish: ")


def test_a_benchmark_without_exemplars_lends_none() -> None:
    with pytest.raises(BadInput, match="'humaneval' has no exemplars"):
        elsewhere("humaneval", open_answers=True)
    with pytest.raises(BadInput, match="nowhere"):
        elsewhere("nowhere", open_answers=True)


def test_a_run_with_symbolic_labels_is_of_the_same_data_and_graded_anew_alike(
    tmp_path: Path,
) -> None:
    model = load("polaris")
    with Store(str(tmp_path / "a.db")) as store:
        plans = [
            asked("sentiment", None, limit=6, shots=4, labels=labels)
            for labels in ("gold", "symbolic")
        ]
        gold, symbolic = (execute(plan, model, store) for plan in plans)
        assert gold.id != symbolic.id
        assert gold.record["data"]["items_digest"] == symbolic.record["data"]["items_digest"]
        scored = symbolic.record["prompts"]["scored"]
        assert "positive" not in " ".join(scored)
        again = regrade(symbolic, store, ["argmax", "argmax-per-char"])
        assert [i.grades["argmax"] for i in again.items] == [
            i.grades["argmax"] for i in symbolic.items
        ]
        # By characters of the symbols that were scored, not of the labels that they stand for.
        for item in again.items:
            per_char = [
                said.total / len(text.strip())
                for said, text in zip(item.answers, scored, strict=True)
            ]
            best = "AB"[item.order[per_char.index(max(per_char))]]
            assert item.grades["argmax-per-char"].extracted == best
