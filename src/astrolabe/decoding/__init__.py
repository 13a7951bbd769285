"""Next-token rules: one small file each."""

from collections.abc import Callable

from torch import Tensor

from astrolabe.core.condition import Decoding

Chooser = Callable[[Tensor], int]
"""From logits [vocabulary] to a token id. May hold state (a random stream) of one row."""


def chooser(decoding: Decoding, tokens: tuple[int, ...]) -> Chooser:
    """The rule for one row.

    Args:
        decoding: What the condition asks for.
        tokens: The prompt; with the seed it decides the row's own random stream, so that an
            answer never depends on its batch-mates.
    """
    if decoding.temperature == 0:
        from astrolabe.decoding.greedy import greedy

        return greedy
    from astrolabe.decoding.sampling import Sampling

    return Sampling(decoding, tokens)
