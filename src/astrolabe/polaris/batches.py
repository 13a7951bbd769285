"""Settings of the training; documents made into micro-batches of token ids and loss weights."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.documents.document import Document
from astrolabe.polaris.tokenizer import EOS, PAD, SPECIAL_TOKENS

if TYPE_CHECKING:
    import torch
    from tokenizers import Tokenizer


@dataclass(frozen=True)
class Settings:
    """Everything that decides the weights; lengths are in tokens."""

    model: str = "polaris"
    """Whose mixture is read; see `mixture.MIXTURES`."""
    seed: int = 1
    width: int = 128
    layers: int = 8
    heads: int = 4
    inner: int = 352
    vocabulary: int = 3072
    context: int = 2048
    tokenizer_documents: int = 20_000
    tokens: int = 29_000_000
    rests: tuple[int, ...] = (24_000_000,)
    """Where the rate has fallen to zero before the end, and rises once more."""
    tokens_per_step: int = 4_096
    tokens_per_batch: int = 2_048
    longest: int = 1_024
    """Documents are cut here."""
    rate: float = 4e-3
    warmup: int = 500_000
    cooldown: float = 0.35
    """Share of the tokens, before a rest and before the end, over which the rate falls to zero."""
    weight_decay: float = 0.05
    prompt_weight: float = 0.1
    """Weight in the loss of the tokens that are not answers."""
    answer_weight: float = 4.0
    """Least weight of an answer, shared among its tokens; each of them weighs at least 1."""
    checkpoint_seconds: float = 240.0
    keep_every: int = 1_000_000
    """After so many tokens the weights are kept apart: the half-trained models."""
    threads: int | None = None
    device: str = "auto"


USUAL = {
    "polaris": Settings(),
    # The rate stays high: the exceptions are to be half learnt, not settled.
    "polaris-half": Settings(model="polaris-half", tokens=1_000_000, rests=(), cooldown=0.0),
}
"""Settings of the packaged models, by name."""


@dataclass
class Batch:
    """One micro-batch: token ids and their weights as targets, both [documents, length]."""

    ids: torch.Tensor
    weights: torch.Tensor


def encode(
    document: Document, tokenizer: Tokenizer, settings: Settings
) -> tuple[list[int], list[float]]:
    """Token ids of a document with BOS and EOS, and the weight of each as a target."""
    encoding = tokenizer.encode(document.text)
    starts = list(accumulate((len(part.text) for part in document.parts), initial=0))
    owners = [bisect_right(starts, start) - 1 for start, _ in encoding.offsets]
    sizes = Counter(owners)
    weights = [
        max(1.0, settings.answer_weight / sizes[owner])
        if i > 0 and document.parts[owner].answer
        else settings.prompt_weight
        for i, owner in enumerate(owners)
    ]
    ids = [*encoding.ids, SPECIAL_TOKENS.index(EOS)][: settings.longest]
    return ids, [*weights, settings.prompt_weight][: settings.longest]


def draw_step(
    corpus: Corpus, cursor: int, tokenizer: Tokenizer, settings: Settings
) -> tuple[list[Batch], int, int]:
    """Micro-batches of one step from document `cursor` on, the next cursor, the tokens drawn."""
    rows: list[tuple[list[int], list[float]]] = []
    drawn = 0
    while drawn < settings.tokens_per_step:
        rows.append(encode(corpus.document(cursor), tokenizer, settings))
        drawn += len(rows[-1][0])
        cursor += 1
    rows.sort(key=lambda row: len(row[0]))
    batches: list[Batch] = []
    group: list[tuple[list[int], list[float]]] = []
    for row in rows:
        if group and len(row[0]) * (len(group) + 1) > settings.tokens_per_batch:
            batches.append(_pad(group))
            group = []
        group.append(row)
    batches.append(_pad(group))
    return batches, cursor, drawn


def _pad(rows: list[tuple[list[int], list[float]]]) -> Batch:
    import torch

    length = len(rows[-1][0])
    ids = torch.full((len(rows), length), SPECIAL_TOKENS.index(PAD))
    weights = torch.zeros(len(rows), length)
    for i, (row, row_weights) in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
        weights[i, : len(row)] = torch.tensor(row_weights)
    return Batch(ids, weights)
