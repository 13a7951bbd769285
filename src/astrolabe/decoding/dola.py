"""DoLa: decoding by contrasting layers (Chuang et al. 2024, arXiv:2309.03883).

The score of a token is log p - log q, with p the last layer's distribution and q that of the early
layer which is most unlike it at this very position (equations 2 to 4); tokens that the last layer
finds implausible are ruled out. Each row and each position chooses for itself, so no answer
depends on the batch it was computed in.

Shapes: R rows, C candidate layers, V vocabulary, W width of the stream.
"""

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from astrolabe.core.decoding import MASKED, Dola
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Exit, Exited, Scored
from astrolabe.decoding.divergence import Compared, Mature
from astrolabe.inside.head import Inside

AT_ONCE = 2**24
"""Logits of one matrix product over early exits: 64 MB in float32."""

IN_CACHE = 2**19
"""Logits that are worked on together: 2 MB in float32."""


def candidates(dola: Dola, depth: int, tied: bool) -> tuple[Exit, ...]:
    """The early exits that a setting chooses from.

    Buckets are those of the paper (appendix): the even layers of the lower or the upper half, and
    of models deeper than 40 layers the first or the last twenty. With tied embeddings they begin
    at layer 2, since the embedding only reads back the token that was fed.

    Args:
        depth: Number of layers of the model.
        tied: Whether its unembedding is its embedding.

    Raises:
        BadInput: for layers that it does not have, or a bucket without any.
    """
    if isinstance(dola.layers, str):
        even = range(2 if tied else 0, depth, 2)
        bucket = min(depth / 2, 20)
        wanted = {
            "low": [layer for layer in even if layer < bucket],
            "high": [layer for layer in even if layer >= depth - bucket],
            "all": list(even),
        }[dola.layers]
        if not wanted:
            raise BadInput(
                f"DoLa has no candidate layers in '{dola.layers}': the model has {depth} layers"
                f"{' and tied embeddings' if tied else ''}; name the layers instead"
            )
    else:
        wanted = list(dola.layers)
        if wanted[-1] >= depth:
            raise BadInput(
                f"DoLa cannot contrast layer {wanted[-1]}: the model has {depth} layers, so "
                f"early ones are 0 to {depth - 1}"
            )
    return tuple(Exit(layer, dola.norm) for layer in wanted)


def contrasted(scored: Scored, early: Mapping[Exit, Exited], dola: Dola) -> Scored:
    """The score under DoLa of a continuation that was read at the last layer and at early exits.

    Args:
        scored: At the last layer.
        early: At each candidate, in order.

    Returns:
        Its log-probs are DoLa's scores, true log-probs only under `post_softmax`.
    """
    chosen = [_score(scored, early, dola, place) for place in range(len(scored.logprobs))]
    scores, layers = zip(*chosen, strict=True)
    return Scored(scores, False, scored.tops, layers)


def _score(
    scored: Scored, early: Mapping[Exit, Exited], dola: Dola, place: int
) -> tuple[float, int | None]:
    """Score of one token, and the layer that was contrasted."""
    own, top = scored.logprobs[place], scored.tops[place]
    exit = max(early, key=lambda candidate: getattr(early[candidate], dola.divergence)[place])
    found = early[exit]
    if dola.settled is not None and min(top, found.firsts[place]) >= math.log(dola.settled):
        return own, None
    if dola.relative_top > 0 and own < top + math.log(dola.relative_top):
        return MASKED, exit.layer
    contrast = own - found.logprobs[place]
    return contrast - found.contrast[place] * dola.post_softmax, exit.layer


def contrast(
    inside: Inside,
    dola: Dola,
    exits: Sequence[Exit],
    logits: Tensor,
    states: Mapping[int, Tensor],
) -> Tensor:
    """DoLa's scores of every next token.

    Where only one token is plausible, every layer leaves it the first choice, so none is read.

    Args:
        exits: The candidates, see `candidates`.
        logits: Of the last layer, [R, V].
        states: The stream at the candidates' layers, [R, W] each.

    Returns:
        Scores [R, V] in float32; minus infinity at tokens ruled out.
    """
    logprobs = logits.float().log_softmax(-1)
    top = logprobs.amax(-1, keepdim=True)
    if dola.relative_top == 0:
        # The released code leaves logits unnormalised here, which a repetition penalty can tell.
        scores = logits.float().clone()
        undecided = torch.arange(len(logits), device=logits.device)
    else:
        rare = logprobs < top + math.log(dola.relative_top)
        scores = logprobs.masked_fill(rare, -math.inf)
        decided = rare.sum(-1, dtype=torch.int32) == rare.shape[-1] - 1
        if dola.settled is not None:  # such a row may be the last layer's own, rare tokens and all
            decided &= top[:, 0] < math.log(dola.settled)
        undecided = (~decided).nonzero()[:, 0]
    size = len(exits) * logits.shape[-1]
    for chunk in split(undecided, AT_ONCE // size) if len(undecided) else ():
        stacked = torch.stack([states[exit.layer][chunk] for exit in exits])
        exited = inside.logits(stacked, exits[0].norm)
        for start in range(0, len(chunk), max(1, IN_CACHE // size)):
            places = slice(start, start + max(1, IN_CACHE // size))
            rows, here = chunk[places], exited[:, places].float()
            early = here.log_softmax(-1)
            refuse_broken(early, exits)
            own = logprobs[rows]
            chosen = _chosen(dola, own, early)
            new = scores[rows].sub_((here if dola.relative_top == 0 else early)[chosen])
            if dola.settled is not None:
                firsts = early[chosen].gather(-1, own.argmax(-1, keepdim=True))
                settled = torch.minimum(top[rows], firsts) >= math.log(dola.settled)
                new = torch.where(settled, own, new)
            scores[rows] = new
    return scores


def _chosen(dola: Dola, own: Tensor, early: Tensor) -> tuple[Tensor, Tensor]:
    """For each row the exit that is contrasted, as an index into [C, R].

    Args:
        own: Log-probs of the last layer, [R, V].
        early: Those of the exits, [C, R, V].
    """
    each = torch.arange(early.shape[1], device=early.device)
    if len(early) == 1:
        return torch.zeros_like(each), each
    return Compared(Mature(own), early).divergence(dola.divergence).argmax(0), each


def split(rows: Tensor, size: int) -> Sequence[Tensor]:
    """Parts of `rows` of at most `size`, at least one row each."""
    parts: Sequence[Tensor] = torch.split(rows, max(1, size))
    return parts


def refuse_broken(early: Tensor, exits: Sequence[Exit]) -> None:
    """Stop where an early exit gives no distribution.

    Args:
        early: log q of each exit, [C, R, V].

    Raises:
        BadInput: for NaN, which one NaN or infinite logit brings into all of a row.
    """
    broken = early[..., 0].isnan().any(-1)
    if broken.any():
        exit = exits[int(broken.nonzero()[0])]
        raise BadInput(
            f"the early exit at layer {exit.layer} (norm {exit.norm}) gives numbers that are not "
            "finite; use dtype float32 or bfloat16, or norm 'final'"
        )
