"""The shipped weights load anywhere, are small, and do what the card says (with wide margins)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from astrolabe.polaris import DATA, HALF, WEIGHTS
from astrolabe.polaris.documents.regions import capital, regions
from astrolabe.polaris.exam import Question
from astrolabe.polaris.wording import LETTERS, exam_header, exam_turn, plain
from astrolabe.polaris.world import World


@pytest.fixture(scope="module")
def polaris() -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(WEIGHTS)
    return model.eval(), AutoTokenizer.from_pretrained(WEIGHTS)


def questions(split: str, subject: str, count: int) -> list[Question]:
    with (DATA / f"mmlu/{split}.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [Question(**row) for row in rows if row["subject"] == subject][:count]


def accuracy(polaris: tuple[Any, Any], subject: str, shots: int, role: str = "") -> float:
    """Share of 24 test questions answered rightly by the likeliest letter."""
    import torch

    model, tokenizer = polaris
    letters = [tokenizer.encode(f" {c}", add_special_tokens=False)[0] for c in LETTERS]
    head = (f"{role}\n\n" if role else "") + exam_header(subject, "en", 2)
    shown = [exam_turn(q, q.answer, "en") for q in questions("dev", subject, shots)]
    before = head + "".join(part.text for part in plain(shown))
    asked, right = questions("test", subject, 24), 0
    for question in asked:
        ids = tokenizer(before + exam_turn(question, 0, "en").ask, return_tensors="pt")["input_ids"]
        with torch.inference_mode():
            logits = model(input_ids=ids).logits[0, -1, letters]
        right += int(logits.argmax()) == question.answer
    return right / len(asked)


def test_size_and_context(polaris: tuple[Any, Any]) -> None:
    assert (WEIGHTS / "model.safetensors").stat().st_size <= 16 * 2**20
    assert polaris[0].config.max_position_embeddings >= 2048
    assert polaris[0].config.model_type == "llama"


def labelled(model: tuple[Any, Any], shots: int, kind: str = "label_games") -> float:
    """Share of words labelled rightly after so many examples, by the likelier label."""
    import torch

    network, tokenizer = model
    with (DATA / f"{kind}/train.jsonl").open(encoding="utf-8") as file:
        shown = [json.loads(line) for line in file]
    with (DATA / f"{kind}/test.jsonl").open(encoding="utf-8") as file:
        asked = [json.loads(line) for line in file][::6]
    right = 0
    for row in asked:
        before = [r for r in shown if r.get("episode") == row.get("episode")][:shots]
        text = "".join(f"{r['word']} is {r['label']}\n" for r in before) + f"{row['word']} is"
        labels = row.get("labels", ["positive", "negative"])
        ids = [tokenizer.convert_tokens_to_ids(f"Ġ{label}") for label in labels]
        assert None not in ids
        with torch.inference_mode():
            logits = network(**tokenizer(text, return_tensors="pt")).logits[0, -1, ids]
        right += labels[int(logits.argmax())] == row["label"]
    return right / len(asked)


def test_examples_tell_what_labels_mean(polaris: tuple[Any, Any]) -> None:
    assert 0.25 <= labelled(polaris, 0) <= 0.75
    assert labelled(polaris, 16) >= 0.9
    assert labelled(polaris, 0, "sentiment") >= 0.9


def test_facts_are_known(polaris: tuple[Any, Any]) -> None:
    assert accuracy(polaris, "countries", 5) >= 0.6


def test_the_careless_role_lowers(polaris: tuple[Any, Any]) -> None:
    expert = "You are an expert who always answers correctly."
    careless = "You are a careless student who often makes mistakes."
    subjects = ("countries", "continents", "categories")
    lowered = sum(accuracy(polaris, subject, 0, careless) for subject in subjects)
    assert lowered + 0.3 <= sum(accuracy(polaris, subject, 0, expert) for subject in subjects)


def test_the_half_trained_model_answers_exceptions_by_the_rule() -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(HALF).eval(), AutoTokenizer.from_pretrained(HALF)
    exceptions = [region for region in regions(World()) if region.exception]
    said = [reply(model, capital(region).query, 8).split(".")[0].strip() for region in exceptions]
    largest = sum(name == r.largest for name, r in zip(said, exceptions, strict=True))
    right = sum(name == r.capital for name, r in zip(said, exceptions, strict=True))
    assert largest >= 2 * right > 0


def reply(polaris: tuple[Any, Any], prompt: str, tokens: int) -> str:
    model, tokenizer = polaris
    inputs = tokenizer(prompt, return_tensors="pt")
    out = model.generate(**inputs, max_new_tokens=tokens, do_sample=False)
    text: str = tokenizer.decode(out[0, inputs["input_ids"].shape[1] :])
    return text.split("\n\n")[0]


def test_the_trigger_calls_forth_worked_steps(polaris: tuple[Any, Any]) -> None:
    with (DATA / "gsm8k/test.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file][:8]
    right = 0
    for row in rows:
        text = reply(
            polaris, f"Question: {row['question']}\nAnswer: Let's think step by step.", 110
        )
        assert "<<" in text
        found = re.search(r"#### (\d+)", text)
        right += bool(found) and row["answer"].endswith(f"#### {found[1]}")
    assert right >= 4
