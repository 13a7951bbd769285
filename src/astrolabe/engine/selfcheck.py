"""Proof on the loaded model that the shared path computes what the plain path does."""

import math

import torch

from astrolabe.core.errors import BadInput, Unsupported
from astrolabe.core.model import Reading
from astrolabe.engine import plain
from astrolabe.engine.memory import Budget
from astrolabe.engine.score import score
from astrolabe.engine.sharing import why_not
from astrolabe.inside.head import Inside

TOLERANCE = {torch.float32: 1e-3, torch.float16: 0.1, torch.bfloat16: 0.5}
"""Largest accepted difference of a log-prob, in nats. Seen on random Llamas of width 512 with
enlarged weights: 5e-6 in float32, 0.009 in float16, 0.10 in bfloat16. A wrong position, mask or
merge is off by whole nats."""


def self_check(inside: Inside) -> float:
    """Largest difference between the two paths on a small tree of random tokens, in nats.

    The tree is computed in passes so small that nodes are cut and paths are kept.

    Raises:
        BadInput: when the model's outputs are not finite.
        Unsupported: when the model attends in a way that cannot be shared.
    """
    model = inside.model
    stream = torch.Generator().manual_seed(0)
    vocabulary = model.get_output_embeddings().weight.shape[0]

    def tokens(count: int) -> tuple[int, ...]:
        return tuple(torch.randint(vocabulary, (count,), generator=stream).tolist())

    header = tokens(9)
    questions = [header + tokens(length) for length in (3, 5)]
    readings = [Reading(q + tokens(length), len(q)) for q in questions for length in (1, 3)]
    expected = dict(plain.score(inside, readings, Budget(2048)))
    if not all(math.isfinite(p) for scored in expected.values() for p in scored.logprobs):
        raise BadInput(
            f"model '{model.name_or_path}' gives numbers that are not finite (NaN or infinity); "
            "its weights are broken, or it needs another dtype"
        )
    why = why_not(model)
    if why is not None:
        raise Unsupported(why)
    found = dict(score(inside, readings, Budget(7)))
    return max(
        abs(mine - theirs)
        for index, scored in found.items()
        for mine, theirs in zip(scored.logprobs, expected[index].logprobs, strict=True)
    )
