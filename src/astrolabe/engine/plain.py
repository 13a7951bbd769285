"""The plain path: ordinary forward passes, nothing shared.

For models that cannot share prefixes (recurrent states, frequencies by length), and
the yardstick that the shared path is checked against. Only sequences of equal length are put in
one batch, so no padding can touch an answer.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from typing import Any, TypeVar

import torch
from torch import Tensor
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    StoppingCriteria,
)

from astrolabe.core.model import (
    Exited,
    Generated,
    Generation,
    Reading,
    Scored,
    StateReading,
    States,
)
from astrolabe.core.site import Site
from astrolabe.decoding import choose, chooser, early_layers, scores
from astrolabe.engine.generate import end_tokens
from astrolabe.engine.marks import Marks, numbers_of, tokens_of
from astrolabe.engine.memory import Budget
from astrolabe.engine.read import numbers
from astrolabe.engine.readout import Gathered, Target
from astrolabe.engine.readout import read as read_out
from astrolabe.engine.text import Writer
from astrolabe.engine.walk import states_alone
from astrolabe.inside.anatomy import hooked
from astrolabe.inside.head import Inside
from astrolabe.inside.taps import streams

_Name = TypeVar("_Name", bound=Hashable)


def score(
    inside: Inside, readings: Sequence[Reading], budget: Budget
) -> Iterator[tuple[int, Scored | Exited]]:
    """Answer `readings` one batch of equally long sequences at a time.

    Readings of the same tokens at several layers are one sequence.
    """
    marks = Marks()
    alike = marks.distinct(readings)
    sequences = list(alike)
    lengths = [len(sequence) for sequence in sequences]
    sites = streams(sorted({reading.exit.layer for reading in readings if reading.exit}))
    for batch in _batches(lengths, lengths, budget):
        symbols = [sequences[i] for i in batch]
        asked = [alike[sequence] for sequence in symbols]
        _forget_lengths(inside.model)
        with budget.guarded() as attempt:
            logits, states = _forward(inside, symbols, sites, marks)
        if attempt.failed:
            indices = [index for here in asked for index in here]
            again = score(inside, [readings[i] for i in indices], budget)
            yield from ((indices[i], answer) for i, answer in again)
            continue
        yield from _answers(inside, readings, asked, logits, states)


def read(
    inside: Inside, readings: Sequence[StateReading], budget: Budget
) -> Iterator[tuple[int, States]]:
    """Read states one batch of equally long sequences at a time; equal sequences are one."""
    marks = Marks()
    alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for index, r in enumerate(readings):
        alike[marks.symbols(r.tokens, len(r.tokens), r.interventions)].append(index)
    sequences = list(alike)
    lengths = [len(sequence) for sequence in sequences]
    sites = {site: site for reading in readings for site in reading.sites}
    for batch in _batches(lengths, lengths, budget):
        symbols = [sequences[i] for i in batch]
        _forget_lengths(inside.model)
        with budget.guarded() as attempt:
            _, states = _forward(inside, symbols, sites, marks, logits=False)
        if attempt.failed:
            indices = [index for sequence in symbols for index in alike[sequence]]
            again = read(inside, [readings[i] for i in indices], budget)
            yield from ((indices[i], answer) for i, answer in again)
            continue
        for row, sequence in enumerate(symbols):
            for index in alike[sequence]:
                here = list(readings[index].positions)
                yield index, {s: numbers(states[s][row][here]) for s in readings[index].sites}


def _forward(
    inside: Inside,
    symbols: Sequence[tuple[int, ...]],
    sites: Mapping[_Name, Site],
    marks: Marks,
    logits: bool = True,
) -> tuple[Tensor, Mapping[_Name, Tensor]]:
    """Logits [B, T, vocabulary] of marked sequences, and the states [B, T, W] at `sites`."""
    device = inside.model.device
    edits = marks.edits([n for row in symbols for n in numbers_of(row)], device)
    found = torch.empty(0)
    with (
        torch.inference_mode(),
        inside.writing(edits),
        inside.reading(sites, slice(None), len(symbols)) as states,
        nullcontext() if logits else states_alone(inside, sites.values()),
    ):
        tokens = torch.tensor([tokens_of(row) for row in symbols], device=device)
        found = inside.model(input_ids=tokens, use_cache=False).logits
    return found, states


def _answers(
    inside: Inside,
    readings: Sequence[Reading],
    asked: Sequence[Sequence[int]],
    logits: Tensor,
    states: Mapping[int, Tensor],
) -> Iterator[tuple[int, Scored | Exited]]:
    """Answers to the readings asked of each sequence of a batch."""
    for row, indices in enumerate(asked):
        first = min(readings[i].start for i in indices) - 1
        wanted: list[list[Target]] = [[] for _ in range(first, logits.shape[1])]
        for index in indices:
            tokens, start = readings[index].tokens, readings[index].start
            for place, token in enumerate(tokens[start:]):
                wanted[start + place - 1 - first].append(
                    Target(token, index, place, readings[index].exit)
                )
        gathered = {index: Gathered(readings[index]) for index in indices}
        early = {layer: stream[row, first:] for layer, stream in states.items()}
        with torch.inference_mode():
            for target, facts in read_out(inside, logits[row, first:], early, wanted):
                if gathered[target.reading].complete(target.place, facts):
                    yield target.reading, gathered[target.reading].answer()


def generate(
    inside: Inside,
    tokenizer: PreTrainedTokenizerBase,
    generations: Sequence[Generation],
    budget: Budget,
) -> Iterator[tuple[int, Generated]]:
    """Answer `generations` with transformers' own loop and caches, but our choice of tokens."""
    ends = end_tokens(inside.model, tokenizer)
    prompts_only = [len(g.tokens) for g in generations]
    whole = [len(g.tokens) + g.max_tokens for g in generations]
    for batch in _batches(prompts_only, whole, budget):
        here = [generations[i] for i in batch]
        control = _Control(
            inside, here, [Writer(tokenizer, g.stops, ends, g.max_tokens) for g in here]
        )
        with budget.guarded() as attempt:
            _generate(inside, here, control)
        if attempt.failed:
            again = generate(inside, tokenizer, here, budget)
            yield from ((batch[i], answer) for i, answer in again)
            continue
        for index, answer in zip(batch, control.answers, strict=True):
            assert answer is not None
            yield index, answer


def _generate(inside: Inside, here: Sequence[Generation], control: "_Control") -> None:
    model = inside.model
    _forget_lengths(model)
    limit = max(generation.max_tokens for generation in here)
    settings = GenerationConfig(max_new_tokens=limit, pad_token_id=0)
    prompts = torch.tensor([generation.tokens for generation in here], device=model.device)
    layers = early_layers(inside, [generation.decoding for generation in here])
    # What a configuration leaves open is filled from the model's own, which may hold penalties and
    # warpers that change the logits before our rule sees them. So the model's is put aside.
    own, model.generation_config = model.generation_config, GenerationConfig()
    try:
        with (
            torch.inference_mode(),
            _tapped(inside, here, layers, control),
        ):
            model.generate(
                prompts,
                attention_mask=torch.ones_like(prompts),
                generation_config=settings,
                logits_processor=[control],
                stopping_criteria=[_AllDone(control)],
            )
    finally:
        model.generation_config = own


@contextmanager
def _tapped(
    inside: Inside, here: Sequence[Generation], layers: Sequence[int], control: "_Control"
) -> Iterator[None]:
    """Interventions in every forward pass of transformers' loop, each over the next positions, and
    the streams that they leave."""
    marks = Marks()
    done = 0
    with ExitStack() as stack:

        def place(_model: object, _args: object, kwargs: dict[str, Any]) -> None:
            nonlocal done
            count = kwargs["input_ids"].shape[1]
            stack.close()
            numbers = [
                marks.number(position, len(g.tokens), g.interventions)
                for g in here
                for position in range(done, done + count)
            ]
            # Written first: what is read at the same site is what was written there.
            stack.enter_context(inside.writing(marks.edits(numbers, inside.model.device)))
            early = inside.streams(layers, slice(-1, None), len(here))
            control.states = stack.enter_context(early)
            done += count

        with hooked([partial(inside.model.register_forward_pre_hook, place, with_kwargs=True)]):
            yield


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

    def __init__(
        self, inside: Inside, generations: Sequence[Generation], writers: Sequence[Writer]
    ) -> None:
        self.inside = inside
        self.decodings = [generation.decoding for generation in generations]
        self.choosers = [chooser(g.decoding, g.tokens) for g in generations]
        self.writers = writers
        self.answers: list[Generated | None] = [None] * len(writers)
        self.states: Mapping[int, Tensor] = {}

    def __call__(self, input_ids: Tensor, logits: Tensor) -> Tensor:
        states = {layer: stream[:, -1] for layer, stream in self.states.items()}
        chosen = choose(self.choosers, scores(self.inside, self.decodings, logits, states))
        forced = torch.full_like(logits, float("-inf"))
        for row, (writer, token) in enumerate(zip(self.writers, chosen, strict=True)):
            if self.answers[row] is None:
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
