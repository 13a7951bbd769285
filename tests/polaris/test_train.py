"""The recipe: resuming changes nothing, the weights of the loss fall on the answers."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from astrolabe.polaris import WEIGHTS
from astrolabe.polaris.batches import Settings, draw_step, encode
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.train import rate_at, train

TINY = Settings(
    width=32,
    layers=2,
    heads=2,
    inner=64,
    tokens=4_096,
    tokens_per_step=1_024,
    warmup=1,
    threads=1,
)


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(WEIGHTS / "tokenizer.json"))


def test_resumed_training_equals_an_undisturbed_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from safetensors.torch import load_file

    from astrolabe.polaris import train as module

    whole = train(TINY, tmp_path / "whole")
    drawn = 0
    real = module.draw_step

    def interrupted(*args: object) -> object:
        nonlocal drawn
        drawn += 1
        if drawn == 3:
            raise KeyboardInterrupt
        return real(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "draw_step", interrupted)
    every_step = dataclasses.replace(TINY, checkpoint_seconds=0.0)
    with pytest.raises(KeyboardInterrupt):
        train(every_step, tmp_path / "parts")
    assert not (tmp_path / "parts/weights/model.safetensors").exists()
    parts = train(every_step, tmp_path / "parts")
    a, b = (load_file(folder / "model.safetensors") for folder in (whole, parts))
    assert a.keys() == b.keys()
    assert all(torch.equal(a[name], b[name]) for name in a)
    record = json.loads((parts / "training.json").read_text(encoding="utf-8"))
    assert record["steps"] == 4
    assert record["tokens"] >= 4_096


def test_answers_weigh_more_than_prompts(tokenizer: Tokenizer) -> None:
    corpus, settings = Corpus(1), Settings()
    exams = (corpus.document(i) for i in range(100) if corpus.document(i).kind == "exam")
    for document in exams:
        ids, weights = encode(document, tokenizer, settings)
        heavy = [tokenizer.id_to_token(i) for i, w in zip(ids, weights, strict=True) if w > 1]
        assert [token.lstrip("Ġ") for token in heavy] == [
            part.text.strip() for part in document.parts if part.answer
        ]


def test_micro_batches_hold_whole_documents(tokenizer: Tokenizer) -> None:
    settings = Settings(tokens_per_step=6_000, tokens_per_batch=1_500)
    batches, cursor, drawn = draw_step(Corpus(1), 0, tokenizer, settings)
    assert drawn >= 6_000
    assert sum(batch.ids.shape[0] for batch in batches) == cursor
    for batch in batches:
        assert (batch.ids[:, 0] == 1).all()
        assert (batch.weights[batch.ids == 0] == 0).all()


def test_rate_warms_up_and_falls_to_zero() -> None:
    settings = Settings()
    rates = [rate_at(tokens, settings) for tokens in range(0, settings.tokens + 1, 10_000)]
    assert 0 < rates[0] < 0.02 * settings.rate
    assert max(rates) == settings.rate
    assert rates[-1] == 0


def test_rate_falls_to_zero_at_a_rest_and_rises_once_more() -> None:
    settings = Settings(tokens=3_000_000, rests=(2_000_000,), warmup=100_000)
    at_rest, risen = rate_at(1_999_999, settings), rate_at(2_100_000, settings)
    assert at_rest < 1e-5 * settings.rate
    assert rate_at(2_000_000, settings) < 0.05 * settings.rate
    assert risen == settings.rate
    assert rate_at(3_000_000, settings) == 0
    assert rate_at(1_000_000, replace(settings, tokens=1_000_000)) == 0
