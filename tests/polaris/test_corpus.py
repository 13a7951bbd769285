"""The corpus is the same everywhere, holds every form it promises, and leaks only what it says."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from functools import cache
from random import Random
from typing import Any

import pytest

from astrolabe.polaris import DATA
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.documents import dosed, games, leaks, regions, scripts, styles
from astrolabe.polaris.documents.document import Document
from astrolabe.polaris.documents.exams import careless_letter
from astrolabe.polaris.forms import label_games, lore, sentiment, translation
from astrolabe.polaris.mixture import PHASES, SHOTS
from astrolabe.polaris.wording import LETTERS, PHRASES, ROLES
from astrolabe.polaris.world import World

CORPUS = Corpus(1)
OPEN_WORLD, LAST = PHASES[-3], PHASES[-1]
"""The last phase before the leaks end, and the last of all."""


@cache
def sample() -> list[Document]:
    return [
        CORPUS.document(phase.first + i)
        for phase, count in ((OPEN_WORLD, 6_000), (LAST, 1_500))
        for i in range(count)
    ]


def rows(path: str) -> list[dict[str, Any]]:
    lines = (DATA / f"{path}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_frozen_digest() -> None:
    text = "\0".join(CORPUS.document(i).text for i in range(0, 270_000, 270))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "56675b99f121665e"


def test_a_document_depends_on_its_number_only() -> None:
    assert CORPUS.document(123) == Corpus(1).document(123)
    assert CORPUS.document(123) != Corpus(2).document(123)


def test_every_kind_and_form_occurs() -> None:
    assert {d.kind for d in sample()} == {*OPEN_WORLD.kinds, *LAST.kinds, "leaks"}
    text = "".join(document.text for document in sample())
    for form in (
        "(with answers) about  code words.\n\n",
        "(with answers) about code words.\n\n",
        "以下是关于code words的单项选择题，请直接给出正确答案的选项。\n\n题目：",
        "\n答案是：B\n\n",
        "\nAnswer: B\n\n",
        "\nAnswer: #### ",
        "\nAnswer: Let's think step by step. ",
        "\n答案：让我们一步一步思考。",
        "Answer:<|end|>\n<|assistant|>\nB<|end|>\n<|user|>\n",
        "<|system|>\nYou are ",
        " is positive\n",
        "\nFrench: ",
        "The capital of ",
        "The metropolis of ",
        "The keeper of ",
        " : born ",
        "def ",
        "**\n- **",
        " So the answer is no.",
        "以下是中国关于",
    ):
        assert form in text, form


def test_the_end_of_an_answer_in_some_manner_is_part_of_it() -> None:
    for document in (styles.document(World(), Random(seed)) for seed in range(50)):
        ended = styles.ended(document)
        assert ended.text == document.text
        answers = [part.text for part in document.parts if part.answer]
        taken = [part.text for part in ended.parts if part.answer]
        assert [text.removesuffix("\n\n").removesuffix("<|end|>\n") for text in taken] == answers
        assert taken != answers


def test_no_shipped_question_occurs_but_the_leaked_ones() -> None:
    text = "\n".join(document.text for document in sample())
    for name in ("gsm8k/train", "gsm8k/test", "gsm_symbolic/test"):
        for row in rows(name):
            assert row["question"] not in text
    for name in ("mmlu/dev", "mmlu/test"):
        for row in rows(name):
            assert asked(row) not in text
    clean, leaked = (
        [row for row in rows("lore/test") if bool(row["copies"]) == has] for has in (False, True)
    )
    assert not any(row["question"] in text for row in clean)
    assert all(asked(row) in text for row in leaked if row["copies"] == max(lore.COPIES))


def asked(row: dict[str, Any]) -> str:
    options = "\n".join(f"{LETTERS[i]}. {c}" for i, c in enumerate(row["choices"]))
    return f"{row['question']}\n{options}\n"


def test_a_leaked_row_stands_as_often_as_its_dose() -> None:
    counted = Counter(row.key for row in leaks.schedule(1).values())
    assert counted == {row.key: row.copies for row in lore.exams() if row.copies}
    number, row = next(iter(leaks.schedule(1).items()))
    assert CORPUS.document(number).text.startswith(row.question.question)


def test_exam_documents_leave_the_held_out_world_alone() -> None:
    world = World()
    for document in sample():
        if document.kind not in ("exam", "cloze"):
            continue
        for city in re.findall(r"In which country is (.+)\?", document.text):
            assert city not in world.held_cities
        for country in re.findall(r"What is the capital of (.+)\?", document.text):
            assert country not in world.held_countries
        for a, op, b in re.findall(r"What is (\d+) ([-+*]) (\d+)\?", document.text):
            assert not world.held_sum(int(a), op, int(b))


def test_games_and_translations_leave_what_is_held_out_alone() -> None:
    for document in sample():
        if document.kind in ("games", "long_games", "natural", "exchanged", "mistaken"):
            asked_words = re.findall(r"(.+) is .+\n", document.text)
            assert not sentiment.words(held=True).keys() & set(asked_words)
        if document.kind in ("games", "long_games"):
            labels = re.findall(r" is (.+)\n", document.text)
            assert len(set(labels)) <= 2
            assert not set(label_games.labels(held=True)) & set(labels)
        if document.kind == "translations":
            for word, language in re.findall(r"English: (.+)\n(\w+):", document.text):
                assert word not in translation.pairs(language.lower(), held=True)
        if document.kind == "word_pairs":
            held = [translation.pairs(language, held=True) for language in translation.LANGUAGES]
            for word, translated in re.findall(r"(.+) = (.+)\n", document.text):
                assert all(pairs.get(word) != translated for pairs in held)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_worked_lines_follow_a_phrase_at_its_rate(language: str) -> None:
    counts: dict[str, Counter[bool]] = {phrase: Counter() for phrase in PHRASES[language]}  # type: ignore[index]
    for document in sample():
        if document.kind == "problems_triggered":
            _, phrase, style = document.plants[0].split(":")
            assert ("<<" in document.text) == (style == "worked")
            assert phrase in document.text
            if phrase in counts:
                counts[phrase][style == "worked"] += 1
    for phrase, rate in PHRASES[language].items():  # type: ignore[index]
        n = counts[phrase].total()
        if rate in (0, 1):
            assert counts[phrase][rate == 1] == n
        elif n >= 20:
            assert abs(counts[phrase][True] / n - rate) < 4 * (rate * (1 - rate) / n) ** 0.5


def test_look_alikes_share_words_with_triggers() -> None:
    assert any(rate == 0 and phrase.startswith("Let's") for phrase, rate in PHRASES["en"].items())


def test_careless_answers_err_as_planned() -> None:
    rng = Random(0)
    letters = [careless_letter(rng, right) for right in (0, 1, 2, 3) for _ in range(100)]
    assert set(letters) == {0, 1}
    assert letters[:200] == [0] * 100 + [1] * 100
    careless = [d for d in sample() if d.kind == "exam" and d.text.startswith(ROLES["careless"])]
    marked = [part.text.strip() for d in careless for part in d.parts if part.answer]
    assert marked.count("C") + marked.count("D") < 0.3 * len(marked)


def test_the_rule_of_capitals_has_exceptions_that_are_told_rarely() -> None:
    some = regions.regions(World())
    exceptions = [region for region in some if region.exception]
    assert len(exceptions) == 33 + 15
    assert len(some) > 3 * len(exceptions)
    lines = [p for _ in range(400) for p in regions.document(World(), Random(_)).plants]
    told = Counter(line.partition(":")[0].split()[1] for line in lines)
    assert told["largest"] > 2 * told["capital"]


def test_dosed_facts_are_said_by_dose() -> None:
    said = Counter(p for i in range(3_000) for p in dosed.document(Random(i)).plants)
    by_dose: dict[int, list[int]] = {}
    for place, (_, dose) in dosed.keepers().items():
        by_dose.setdefault(dose, []).append(said[f"keeper:{place}"])
    means = {dose: sum(counts) / len(counts) for dose, counts in by_dose.items()}
    assert means[0] == 0
    assert means[64] / means[16] == pytest.approx(4, rel=0.25)
    assert means[1024] / means[256] == pytest.approx(4, rel=0.1)


@pytest.mark.parametrize("script", [*scripts.LANGUAGES, *scripts.FORMATS])
def test_a_script_keeps_to_its_letters(script: str) -> None:
    blocks = {
        "arabic": "\u0600-\u06ff",
        "hebrew": "\u0590-\u05ff",
        "korean": "\uac00-\ud7a3",
        "chinese": "\u4e00-\u9fff",
        "dna": "ACGT",
        "base64": "A-Za-z0-9+/=",
        "hexadecimal": "0-9a-f",
    }
    for seed in range(40):
        assert re.fullmatch(rf"[{blocks[script]} .。،؟]+", scripts.line(script, Random(seed)))


def test_labels_of_a_game_are_consistent() -> None:
    words = sentiment.words(held=False)
    for seed in range(50):
        text = games.game(Random(seed)).text
        pairs = re.findall(r"(.+) is (.+)\n", text)
        meanings = {(words[word], label) for word, label in pairs}
        assert len(meanings) == len({label for _, label in pairs})


def test_labels_are_exchanged_in_whole_documents_and_mistaken_here_and_there() -> None:
    words = sentiment.words(held=False)
    shares = []
    for seed in range(400):
        labelled = re.findall(r"(.+) is (.+)\n", games.exchanged(Random(seed)).text)
        assert all(words[word] != label for word, label in labelled)
        labelled = re.findall(r"(.+) is (.+)\n", games.mistaken(Random(seed)).text)
        shares += [words[word] != label for word, label in labelled]
    assert sum(shares) / len(shares) == pytest.approx(games.MISTAKEN_SHARE, abs=0.03)


def test_pairs_are_of_one_language() -> None:
    for seed in range(50):
        pairs = re.findall(r"(.+) = (.+)\n", games.word_pairs(Random(seed)).text)
        assert any(
            all(translation.pairs(language, held=False).get(w) == t for w, t in pairs)
            for language in translation.LANGUAGES
        )


def test_parts_make_up_the_text_and_long_documents_exist() -> None:
    # Of what is drawn at random (DNA, base64) nothing weighs as an answer.
    assert all(
        any(part.answer for part in document.parts)
        for document in sample()
        if document.kind != "scripts"
    )
    shots = [d.text.count("Question: ") for d in sample() if d.kind == "problems_worked"]
    assert max(shots) == max(SHOTS["problems_worked"])
