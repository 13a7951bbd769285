"""The labelled corpus: whole, consistent, and no copy of the benchmarks' rows."""

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from astrolabe.calibration.answers import corpus, held_out, solutions
from astrolabe.core.errors import BadInput


def test_there_are_enough_answers_of_every_kind_in_both_languages() -> None:
    counts = Counter((answer.language, answer.kind) for answer in corpus())
    assert len(corpus()) >= 400
    assert set(counts) == {(lang, kind) for lang in ("en", "zh") for kind in KINDS}
    by_language = Counter(answer.language for answer in corpus())
    assert min(by_language.values()) >= 0.4 * len(corpus())
    assert min(counts.values()) >= 40


KINDS = ("letter", "number", "math", "yesno")
EVERY = (*corpus(), *held_out())


def test_ids_are_unique() -> None:
    assert len({answer.id for answer in EVERY}) == len(EVERY)


def test_no_answer_is_held_out_and_in_the_corpus() -> None:
    texts = {(answer.item.question, answer.generated.text) for answer in EVERY}
    assert len(texts) == len(EVERY)


def test_labels_agree_with_what_the_texts_say() -> None:
    for answer in EVERY:
        gold, says = answer.item.gold, answer.says
        if says is None:
            assert not answer.right, answer.id
        elif answer.kind == "number":
            assert answer.right == (Fraction(says) == Fraction(gold)), answer.id
        elif answer.kind in ("letter", "yesno"):
            assert answer.right == (says == gold), answer.id
        else:
            assert answer.right or says != gold, answer.id


def test_letters_are_among_the_options() -> None:
    for answer in EVERY:
        if answer.kind == "letter":
            letters = "ABCDEFGHIJ"[: len(answer.item.choices)]
            assert len(letters) == len(answer.item.choices) >= 2, answer.id
            assert {answer.item.gold, answer.says} <= {*letters, None}, answer.id


@pytest.mark.shared
def test_the_authors_labelled_solutions_are_read(shared: Path) -> None:
    read = list(solutions(shared / "gsm8k/example_model_solutions.jsonl"))
    assert len(read) == 4 * 1004
    assert len({answer.id for answer in read}) == len(read)
    assert 0.2 < sum(answer.right for answer in read) / len(read) < 0.6
    assert all(answer.item.gold.replace(",", "").lstrip("-").isdecimal() for answer in read)


@pytest.mark.parametrize(
    "row", [{"question": "q"}, {"question": "q", "6B": {"is_correct": True, "solution": "A: 1"}}]
)
def test_other_files_are_refused(tmp_path: Path, row: dict[str, object]) -> None:
    path = tmp_path / "solutions.jsonl"
    path.write_text(json.dumps(row) + "\n")
    with pytest.raises(BadInput, match="row 1 has no models' solutions"):
        list(solutions(path))
