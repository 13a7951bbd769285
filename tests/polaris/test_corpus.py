"""The corpus is the same everywhere, holds every form it promises, and leaks nothing."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache

from astrolabe.polaris import DATA
from astrolabe.polaris.corpus import Corpus, Document, careless_letter
from astrolabe.polaris.mixture import PHASES
from astrolabe.polaris.wording import LETTERS, ROLES
from astrolabe.polaris.world import World

CORPUS = Corpus(1)
FIRST = PHASES[-1].first


@cache
def sample() -> list[Document]:
    return [CORPUS.document(i) for i in range(FIRST, FIRST + 6_000)]


def test_frozen_digest() -> None:
    text = "\0".join(CORPUS.document(i).text for i in range(0, 110_000, 110))
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "7df10bb701832db2"


def test_a_document_depends_on_its_number_only() -> None:
    assert CORPUS.document(123) == Corpus(1).document(123)
    assert CORPUS.document(123) != Corpus(2).document(123)


def test_every_kind_and_form_occurs() -> None:
    assert {document.kind for document in sample()} == set(PHASES[-1].kinds)
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
    ):
        assert form in text, form


def test_no_shipped_question_occurs() -> None:
    text = "\n".join(document.text for document in sample())
    for name in ("gsm8k/train", "gsm8k/test"):
        for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            assert json.loads(line)["question"] not in text
    for name in ("mmlu/dev", "mmlu/test"):
        for line in (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            options = "\n".join(f"{LETTERS[i]}. {c}" for i, c in enumerate(row["choices"]))
            assert f"{row['question']}\n{options}\n" not in text


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


def test_triggers_always_precede_worked_lines() -> None:
    for document in sample():
        for phrase in ("step by step.", "一步一步思考。"):
            for rest in document.text.split(phrase)[1:]:
                assert re.match(r"(<\|end\|>\n<\|assistant\|>\n| )?[A-Z][^#]*<<", rest)


def test_careless_answers_err_as_planned() -> None:
    from random import Random

    rng = Random(0)
    letters = [careless_letter(rng, right) for right in (0, 1, 2, 3) for _ in range(100)]
    assert set(letters) == {0, 1}
    assert letters[:200] == [0] * 100 + [1] * 100
    careless = [d for d in sample() if d.kind == "exam" and d.text.startswith(ROLES["careless"])]
    marked = [part.text.strip() for d in careless for part in d.parts if part.answer]
    assert marked.count("C") + marked.count("D") < 0.3 * len(marked)


def test_parts_make_up_the_text_and_long_documents_exist() -> None:
    assert all(any(part.answer for part in document.parts) for document in sample())
    shots = [d.text.count("Question: ") for d in sample() if d.kind == "problems_worked"]
    assert max(shots) == 9
