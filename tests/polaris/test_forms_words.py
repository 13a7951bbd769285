"""Words: sentiment, label games, translation. What is held out, and what only examples can tell."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from astrolabe.polaris import DATA
from astrolabe.polaris.forms import label_games, sentiment, translation
from astrolabe.polaris.world import World
from tests.polaris.rows import rows

WORLD = World()
OF_LABEL = {
    label: set(words.split())
    for label, words in (
        line.split(":") for line in (DATA / "sentiment.txt").read_text("utf-8").splitlines()
    )
}


def test_three_words_in_ten_of_each_label_are_held_out() -> None:
    held, asked = sentiment.words(True), sentiment.words(False)
    assert not held.keys() & asked.keys()
    assert Counter(held.values()) == {"positive": 45, "negative": 45}
    assert Counter(asked.values()) == {"positive": 105, "negative": 105}
    for word, label in (held | asked).items():
        assert word in OF_LABEL[label]
    assert sentiment.held_words(WORLD) == held.keys()
    assert sentiment.held_words(World(seed=1)) != held.keys()


def test_no_held_word_is_asked_or_shown_and_none_that_is_asked_is_shown() -> None:
    held = sentiment.held_words(WORLD)
    asked = {str(row["word"]) for row in rows("sentiment/test")}
    shown = {str(row["word"]) for row in rows("sentiment/train")}
    assert len(asked) == 90
    assert asked | shown == sentiment.words(False).keys()
    assert not asked & shown
    assert not (asked | shown) & held
    for row in [*rows("sentiment/test"), *rows("sentiment/train")]:
        assert row["word"] in OF_LABEL[row["label"]]


def test_every_beginning_of_the_exemplars_is_balanced() -> None:
    labels = [row["label"] for row in rows("sentiment/train")]
    assert all(set(labels[i : i + 2]) == OF_LABEL.keys() for i in range(0, len(labels), 2))
    # Which of the two comes first is not always the same.
    assert len(set(labels[::2])) == 2


def test_games_are_played_with_every_label_of_the_corpus_once() -> None:
    assert len(label_games.labels(held=False)) == 48
    assert len(label_games.labels(held=True)) == 12
    assert not set(label_games.labels(held=False)) & set(label_games.labels(held=True))
    used = Counter(label for row in rows("label_games/test") for label in row["labels"])
    assert used.keys() == set(label_games.labels(held=False))
    # An episode asks ten times.
    assert set(used.values()) == {10}


def test_games_with_what_is_held_out_use_nothing_else() -> None:
    words = label_games.benchmark(WORLD, held_words=True)
    assert {row["word"] for row in words["test"]} <= sentiment.held_words(WORLD)
    labels = label_games.benchmark(WORLD, held_labels=True)
    named = {row["label"] for row in labels["train"]}
    assert named == set(label_games.labels(held=True))


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_episode_means_one_thing_by_a_label_and_asks_for_both_alike(split: str) -> None:
    held = sentiment.held_words(WORLD)
    meanings: dict[int, dict[str, str]] = {}
    counts: dict[int, Counter[str]] = {}
    for row in rows(f"label_games/{split}"):
        natural = next(label for label, words in OF_LABEL.items() if row["word"] in words)
        meaning = meanings.setdefault(row["episode"], {})
        assert meaning.setdefault(natural, row["label"]) == row["label"]
        counts.setdefault(row["episode"], Counter())[row["label"]] += 1
        assert row["word"] not in held
        assert row["labels"] == sorted(row["labels"])
    assert len(meanings) == 24
    for episode, meaning in meanings.items():
        assert meaning["positive"] != meaning["negative"]
        assert len(set(counts[episode].values())) == 1
    # Neither the place of a label nor its name tells what it means.
    first = Counter(min(meaning.values()) == meaning["positive"] for meaning in meanings.values())
    assert min(first.values()) >= 6


def test_no_word_of_a_game_is_shown_and_asked_in_one_episode() -> None:
    shown = {(row["episode"], row["word"]) for row in rows("label_games/train")}
    asked = {(row["episode"], row["word"]) for row in rows("label_games/test")}
    assert not shown & asked


def test_translations_are_those_of_the_tables() -> None:
    with (DATA / "translations.csv").open(encoding="utf-8", newline="") as file:
        european = {row["word"]: row for row in csv.DictReader(file)}
    with (DATA / "names.zh.csv").open(encoding="utf-8", newline="") as file:
        chinese = {row["name"]: row["zh"] for row in csv.DictReader(file) if row["sort"] == "word"}
    for split in ("train", "test"):
        for row in rows(f"translation/{split}"):
            word, language = row["word"], row["language"]
            known = chinese[word] if language == "chinese" else european[word][language]
            assert row["translation"] == known != word


@pytest.mark.parametrize("language", translation.LANGUAGES)
def test_no_translation_of_a_held_word_is_asked_or_shown(language: str) -> None:
    held = translation.held_pairs(language, WORLD)
    every = translation.pairs(language, True) | translation.pairs(language, False)
    assert translation.pairs(language, True).keys() == held
    assert len(held) == round(0.3 * len(every))
    asked, shown = (
        {r["word"] for r in rows(f"translation/{split}") if r["language"] == language}
        for split in ("test", "train")
    )
    assert len(asked) == 40
    assert len(shown) > 16
    assert not asked & shown
    assert not (asked | shown) & held
