"""Next-token rules: one small file each.

A rule is made of parts that compose: DoLa contrasts layers, a penalty discourages repetition, and
greedy choice or sampling picks the token.
"""

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor

from astrolabe.core.decoding import Decoding, Dola
from astrolabe.inside.head import Inside

Chooser = Callable[[Tensor], int]
"""From scores [vocabulary] to a token id. May hold state (a random stream) of one row."""


def chooser(decoding: Decoding, tokens: tuple[int, ...]) -> Chooser:
    """The rule for one row, from its scores (see `scores`) on.

    Args:
        decoding: What the condition asks for.
        tokens: The prompt; with the seed it decides the row's own random stream, so that an
            answer never depends on its batch-mates.
    """
    from astrolabe.decoding.greedy import greedy
    from astrolabe.decoding.repetition import Penalised
    from astrolabe.decoding.sampling import Sampling

    choose: Chooser = greedy if decoding.temperature == 0 else Sampling(decoding, tokens)
    if decoding.repetition_penalty == 1:
        return choose
    return Penalised(choose, decoding.repetition_penalty, tokens)


def choose(choosers: Sequence[Chooser], scores: Tensor) -> list[int]:
    """The next token of every row.

    Args:
        scores: [rows, vocabulary].
    """
    from astrolabe.decoding.greedy import greedy

    likeliest: list[int] = scores.argmax(-1).tolist()
    return [
        first if rule is greedy else rule(row)
        for rule, row, first in zip(choosers, scores, likeliest, strict=True)
    ]


def early_layers(inside: Inside, decodings: Sequence[Decoding]) -> list[int]:
    """Early layers whose states `scores` needs.

    Raises:
        BadInput: for layers that the model does not have.
        Unsupported: for a model that does not show its layers.
    """
    from astrolabe.decoding.dola import candidates

    return sorted(
        {
            exit.layer
            for dola in {decoding.dola for decoding in decodings}
            if dola
            for exit in candidates(dola, inside.depth, inside.tied)
        }
    )


def scores(
    inside: Inside, decodings: Sequence[Decoding], logits: Tensor, states: Mapping[int, Tensor]
) -> Tensor:
    """What each row chooses its next token by.

    Args:
        decodings: Of each row.
        logits: Of the last layer, [rows, vocabulary].
        states: The residual stream after early layers (`early_layers`), [rows, width].

    Returns:
        [rows, vocabulary]: the logits themselves, or contrasted layer by layer.
    """
    rows: dict[Dola, list[int]] = {}
    for row, decoding in enumerate(decodings):
        if decoding.dola:
            rows.setdefault(decoding.dola, []).append(row)
    if not rows:
        return logits
    from astrolabe.decoding.dola import candidates, contrast

    out = logits.float().clone()
    for dola, here in rows.items():
        exits = candidates(dola, inside.depth, inside.tied)
        own = {exit.layer: states[exit.layer][here] for exit in exits}
        out[here] = contrast(inside, dola, exits, logits[here], own)
    return out
