"""The plain path: ordinary forward passes, nothing shared.

For models that cannot share prefixes (recurrent states, soft-capped or windowed attention), and
the yardstick that the shared path is checked against. Only sequences of equal length are put in
one batch, so no padding can touch an answer.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    StoppingCriteria,
)

from astrolabe.core.model import Generated, Generation, Reading, Scored
from astrolabe.decoding import chooser
from astrolabe.engine.generate import end_tokens
from astrolabe.engine.memory import Budget
from astrolabe.engine.text import Writer


def score(
    model: PreTrainedModel, readings: Sequence[Reading], budget: Budget
) -> Iterator[tuple[int, Scored]]:
    """Answer `readings` one batch of equally long sequences at a time."""
    lengths = [len(reading.tokens) - 1 for reading in readings]
    for batch in _batches(lengths, lengths, budget):
        sequences = torch.tensor([readings[i].tokens for i in batch], device=model.device)
        _forget_lengths(model)
        with budget.guarded() as attempt, torch.inference_mode():
            logits = model(input_ids=sequences[:, :-1], use_cache=False).logits
        if attempt.failed:
            yield from (
                (batch[i], s) for i, s in score(model, [readings[j] for j in batch], budget)
            )
            continue
        for row, index in enumerate(batch):
            start = readings[index].start
            wanted = sequences[row, start:]
            here = logits[row, start - 1 :].float()
            logprobs = here.log_softmax(-1).gather(-1, wanted[:, None])[:, 0]
            yield (
                index,
                Scored(tuple(logprobs.tolist()), bool((here.argmax(-1) == wanted).all())),
            )


def generate(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    generations: Sequence[Generation],
    budget: Budget,
) -> Iterator[tuple[int, Generated]]:
    """Answer `generations` with transformers' own loop and caches, but our choice of tokens."""
    ends = end_tokens(model, tokenizer)
    prompts_only = [len(g.tokens) for g in generations]
    whole = [len(g.tokens) + g.max_tokens for g in generations]
    for batch in _batches(prompts_only, whole, budget):
        here = [generations[i] for i in batch]
        control = _Control(
            [Writer(tokenizer, g.stops, ends, g.max_tokens) for g in here],
            [chooser(g.decoding, g.tokens) for g in here],
        )
        prompts = torch.tensor([g.tokens for g in here], device=model.device)
        with budget.guarded() as attempt:
            _generate(model, prompts, max(g.max_tokens for g in here), control)
        if attempt.failed:
            again = generate(model, tokenizer, here, budget)
            yield from ((batch[i], answer) for i, answer in again)
            continue
        for index, answer in zip(batch, control.answers, strict=True):
            assert answer is not None
            yield index, answer


def _generate(model: PreTrainedModel, prompts: Tensor, limit: int, control: "_Control") -> None:
    _forget_lengths(model)
    settings = GenerationConfig(max_new_tokens=limit, pad_token_id=0)
    # What a configuration leaves open is filled from the model's own, which may hold penalties and
    # warpers that change the logits before our rule sees them. So the model's is put aside.
    own, model.generation_config = model.generation_config, GenerationConfig()
    try:
        with torch.inference_mode():
            model.generate(
                prompts,
                attention_mask=torch.ones_like(prompts),
                generation_config=settings,
                logits_processor=[control],
                stopping_criteria=[_AllDone(control)],
            )
    finally:
        model.generation_config = own


def _forget_lengths(model: PreTrainedModel) -> None:
    """Rotary embeddings of type 'dynamic' keep the frequencies of the longest prompt they ever saw.

    An answer would depend on what was asked before it.
    """
    for module in model.modules():
        if hasattr(module, "original_inv_freq") and hasattr(module, "max_seq_len_cached"):
            module.max_seq_len_cached = module.original_max_seq_len
            module.inv_freq = module.original_inv_freq.clone()


class _Control(LogitsProcessor):  # type: ignore[misc]
    """Chooses every row's token by our rule, and leaves transformers no other choice."""

    def __init__(self, writers: Sequence[Writer], choosers: Sequence[Any]) -> None:
        self.writers = writers
        self.choosers = choosers
        self.answers: list[Generated | None] = [None] * len(writers)

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        forced = torch.full_like(scores, float("-inf"))
        for row, (writer, choose) in enumerate(zip(self.writers, self.choosers, strict=True)):
            token = 0
            if self.answers[row] is None:
                token = choose(scores[row])
                finish = writer.push(token)
                if finish is not None:
                    self.answers[row] = writer.finished(finish)
            forced[row, token] = 0.0
        return forced


class _AllDone(StoppingCriteria):  # type: ignore[misc]
    def __init__(self, control: _Control) -> None:
        self.control = control

    def __call__(self, input_ids: Tensor, scores: Any, **_: Any) -> Tensor:
        done = all(answer is not None for answer in self.control.answers)
        return torch.full((len(input_ids),), done, device=input_ids.device)


def _batches(lengths: Sequence[int], costs: Sequence[int], budget: Budget) -> Iterator[list[int]]:
    """Indices of equally long sequences, as many at a time as the budget allows.

    Args:
        lengths: Tokens of each sequence; those of a batch are equal.
        costs: Tokens that each will have in the end.
        budget: Tokens that a batch may have in the end.
    """
    groups: dict[int, list[int]] = defaultdict(list)
    for index, length in enumerate(lengths):
        groups[length].append(index)
    for _, indices in sorted(groups.items()):
        while indices:
            size = max(1, budget.tokens // max(costs[i] for i in indices))
            yield indices[:size]
            indices = indices[size:]
