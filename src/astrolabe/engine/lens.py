"""The lens: one pass over a text, every layer read at every position (see `inside.lens`).

Only the residual streams of the pass are kept whole, [layers, positions, width]. Distributions are
made of them for a few positions at a time, never [layers, positions, vocabulary].

Shapes: P positions, S positions of a chunk, N layers, V vocabulary, K tops.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from inspect import signature

import torch
from torch import Tensor

from astrolabe.core.decoding import Decoding, Dola
from astrolabe.core.model import Exit
from astrolabe.decoding import choose, chooser, early_layers, scores
from astrolabe.decoding.divergence import Compared, Mature
from astrolabe.decoding.dola import candidates, contrast, refuse_broken
from astrolabe.engine.memory import is_out_of_memory, too_large
from astrolabe.engine.walk import only_rows
from astrolabe.inside.head import Inside
from astrolabe.inside.lens import Lens, Top, Trace

_AT_ONCE = 2**22
"""Logits of early layers held together: 16 MB in float32, a few times that while compared."""

_FIRST = 3
"""Of the last layer's likeliest tokens, how many are traced when none are named."""

_Tops = tuple[tuple[Top, ...], ...]


@dataclass(frozen=True)
class View:
    """What to look at in a text.

    Attributes:
        prompt: How many of its tokens were given.
        start: First token to read, at least 1: nothing predicts the first token.
        dola: Norm and divergence of the early layers, and what DoLa would contrast.
        position: Which of the generated tokens, from 0, is looked at closely.
        traced: Tokens whose probability is followed there; if empty, the three likeliest of the
            last layer, and the likeliest of the middle layers where it is another.
        tops: K.
    """

    prompt: int
    start: int
    dola: Dola
    position: int = 0
    traced: tuple[int, ...] = ()
    tops: int = 5


def continued(
    inside: Inside,
    tokens: tuple[int, ...],
    most: int,
    decoding: Decoding,
    ends: Collection[int] = (),
) -> tuple[int, ...]:
    """Ids of the tokens that follow `tokens`: `most` of them, or fewer up to one of `ends`.

    Raises:
        BadInput: for layers that the model does not have, or when memory runs out.
    """
    model, device = inside.model, inside.model.device
    layers = early_layers(inside, [decoding])
    rule = chooser(decoding, tokens)
    # Its name from transformers 5.24 on, and the one before.
    kept = "cache" if "cache" in signature(model.forward).parameters else "past_key_values"
    written: list[int] = []
    fed, cache = list(tokens), None
    while len(written) < most:
        last = torch.tensor([len(fed) - 1], device=device)
        with (
            _fitting(),
            torch.inference_mode(),
            inside.streams(layers, last) as states,
            only_rows(model, last),
        ):
            output = model(
                input_ids=torch.tensor([fed], device=device), use_cache=True, **{kept: cache}
            )
        with _fitting(), torch.inference_mode():
            found = {layer: stream[:, 0] for layer, stream in states.items()}
            scored = scores(inside, [decoding], output.logits[:, 0], found)
            written += choose([rule], scored)
        if written[-1] in ends:
            break
        fed, cache = written[-1:], output[kept]
    return tuple(written)


def look(inside: Inside, tokens: tuple[int, ...], view: View) -> Lens:
    """See a text through every layer, in one pass.

    Args:
        tokens: The whole text, at least one of them generated.

    Raises:
        BadInput: for candidate layers that the model does not have, an early exit that gives
            numbers that are not finite, or when memory runs out.
        Unsupported: for a model whose layers are not found.
    """
    exits = candidates(view.dola, inside.depth, inside.tied)
    place = view.prompt + view.position - view.start
    with _fitting():
        states = _states(inside, tokens, view.start)
        divergences, tops = _seen(inside, states, view)
        here = {layer: stream[place : place + 1] for layer, stream in states.items()}
        traced = view.traced or _worth_tracing(tops[place])
        traces = _traces(inside, here, view.dola, exits, traced)
    layers = [exit.layer for exit in exits]
    return Lens(
        tokens=tokens,
        prompt=view.prompt,
        start=view.start,
        dola=view.dola,
        candidates=tuple(layers),
        divergences=divergences,
        contrasted=tuple(max(layers, key=row.__getitem__) for row in divergences),
        tops=tops,
        place=place,
        traces=traces,
    )


@contextmanager
def _fitting() -> Iterator[None]:
    """A block whose running out of memory is told in one sentence."""
    try:
        yield
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        raise too_large() from error


def _states(inside: Inside, tokens: tuple[int, ...], start: int) -> Mapping[int, Tensor]:
    """The residual stream after each layer 0 to N where ``tokens[start:]`` are predicted, [P, W].

    The last token is never fed: nothing after it is read.
    """
    model, device = inside.model, inside.model.device
    rows = torch.arange(start - 1, len(tokens) - 1, device=device)
    with (
        torch.inference_mode(),
        inside.streams(range(inside.depth + 1), rows) as states,
        only_rows(model, rows[:1]),  # logits are made below, a few positions at a time
    ):
        model(input_ids=torch.tensor([tokens[:-1]], device=device), use_cache=False)
    return {layer: stream[0] for layer, stream in states.items()}


@torch.inference_mode()
def _seen(
    inside: Inside, states: Mapping[int, Tensor], view: View
) -> tuple[tuple[tuple[float, ...], ...], tuple[_Tops, ...]]:
    """Divergences [P][N] and tops [P][N+1][K]."""
    divergences: list[tuple[float, ...]] = []
    tops: list[_Tops] = []
    vocabulary: int = inside.model.get_output_embeddings().weight.shape[0]
    size = max(1, _AT_ONCE // (vocabulary * inside.depth))
    for start in range(0, len(states[0]), size):
        chunk = {layer: stream[start : start + size] for layer, stream in states.items()}
        mature, early = _distributions(inside, chunk, view.dola)
        # Rounding may bring the divergence of two equal distributions a hair below zero.
        unlike = Compared(mature, early).divergence(view.dola.divergence).clamp(min=0)
        divergences += map(tuple, unlike.T.tolist())
        best = [q.topk(min(view.tops, vocabulary)) for q in (*early, mature.logprobs)]
        ids = torch.stack([found.indices for found in best], 1).tolist()
        probs = torch.stack([found.values for found in best], 1).exp().tolist()
        tops += [
            tuple(tuple(zip(*layer, strict=True)) for layer in zip(*position, strict=True))
            for position in zip(ids, probs, strict=True)
        ]
    return tuple(divergences), tuple(tops)


def _distributions(
    inside: Inside, states: Mapping[int, Tensor], dola: Dola
) -> tuple[Mature, Tensor]:
    """The last layer's distribution, and log q of the layers before it, [N, S, V]."""
    depth = inside.depth
    mature = Mature.of(inside.logits(states[depth], "final"))
    stacked = torch.stack([states[layer] for layer in range(depth)])
    early = inside.logits(stacked, dola.norm).float().log_softmax(-1)
    refuse_broken(early, [Exit(layer, dola.norm) for layer in range(depth)])
    return mature, early


@torch.inference_mode()
def _traces(
    inside: Inside,
    states: Mapping[int, Tensor],
    dola: Dola,
    exits: Sequence[Exit],
    tokens: Sequence[int],
) -> tuple[Trace, ...]:
    """Probabilities of `tokens` at one position, over the layers and after DoLa's contrast.

    Args:
        states: [1, W] each.
    """
    mature, early = _distributions(inside, states, dola)
    own = mature.logprobs[0]
    after = contrast(inside, dola, exits, mature.logprobs, states)[0].softmax(-1)
    return tuple(
        Trace(
            token,
            (*early[:, 0, token].exp().tolist(), own[token].exp().item()),
            after[token].item(),
        )
        for token in tokens
    )


def _worth_tracing(tops: _Tops) -> tuple[int, ...]:
    """The last layer's likeliest tokens, and the likeliest of the middle layers.

    Args:
        tops: Of one position, [N+1][K].
    """
    depth = len(tops) - 1
    middle = tops[max(1, depth // 4) : depth - depth // 4]
    likeliest = max((layer[0] for layer in middle), key=lambda top: top[1], default=tops[-1][0])
    return tuple(dict.fromkeys(token for token, _ in (*tops[-1][:_FIRST], likeliest)))
