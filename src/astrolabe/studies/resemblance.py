"""How much a shift by examples resembles one step of fine-tuning on them, layer by layer.

Dai et al., "Why Can GPT Learn In-Context?", 2023 (arXiv:2212.10559), compared what examples in the
prompt change inside a model with what fine-tuning on the same examples changes, by the cosine of
the two changes at each layer. Here, at the last position before the answer,

    change by examples = h(question after examples; weights) - h(question; weights)
    change by a step   = h(question; weights + step)         - h(question; weights)

with h the residual stream after each block, and the cosine of the two. We depart from them: the
step is plain gradient descent on all weights (theirs: on the projections to keys and values),
once, on the mean loss of all examples together (theirs: an epoch, example by example), and scaled
to a length of `STEP` of the weights' own, so small that the direction of the change no longer
depends on it; h is the stream and not what the attention adds to it.

A cosine means nothing by itself: Shen et al. (2024, arXiv:2310.08540) found the settings and
measures of this literature wanting, and Deutch et al. (2024, arXiv:2311.07772) saw untrained
models, which learn nothing from examples, reach like scores. So there are controls: a step on the
same examples with their answers dealt out wrongly, one on examples of another task, one in a random
direction (as long as the gradient in each of the weights' tensors), and the same in models of the
same architecture with initial weights, another one for each draw of examples. Such models differ
among each other by far more than draws do (on Polaris' architecture by 0.1 and more, either way),
so what is tested is whether the model stands outside of what they do.

Shapes: N layers, W width of the stream, M questions, D draws of examples.
"""

import copy
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from astrolabe.core.errors import BadInput, Unsupported
from astrolabe.core.model import Reading
from astrolabe.runs.watch import Watch

if TYPE_CHECKING:
    from torch import Tensor
    from transformers import PreTrainedModel

    from astrolabe.models.local import LocalModel

STEP = 1e-4
"""Length of a step, as a share of the length of all weights."""

SAME = "the same examples"
SHUFFLED = "answers shuffled"
OTHER = "another task"
RANDOM = "random direction"
STEPS = (SAME, SHUFFLED, OTHER, RANDOM)
"""On what a step is taken."""
UNTRAINED = (SAME, OTHER)
"""Steps that untrained models take, too."""


@dataclass(frozen=True)
class Draw:
    """Some examples, and questions asked with and without them.

    Attributes:
        without: Token ids of each question up to where its answer begins, M of them.
        after: The same questions after the examples.
        lessons: The examples with their answers, one by one, for each of `STEPS` but `RANDOM`.
    """

    without: tuple[tuple[int, ...], ...]
    after: tuple[tuple[int, ...], ...]
    lessons: Mapping[str, tuple[Reading, ...]]


@dataclass(frozen=True)
class Cosines:
    """Cosines of the two changes, mean over each draw's questions, by step: [D, N] each."""

    model: Mapping[str, np.ndarray]
    untrained: Mapping[str, np.ndarray]


def resemblance(model: "LocalModel", draws: Sequence[Draw], seed: int, watch: Watch) -> Cosines:
    """Compare the change by examples with that by each step.

    Layers count from 1: what enters the first block is the last token alone, which no example
    changes. The model is left as it is; beside it a copy in float32 is held, its gradients, and the
    weights to go back to.

    Raises:
        BadInput: for a model whose layers cannot be told.
    """
    try:
        _ = model.inside.anatomy
    except Unsupported as error:
        raise BadInput(f"model '{model.name}' is {error} cannot be read") from error
    with watch.stage("steps on the examples", 2 * len(draws)) as advance:
        trained, untrained = [], []
        pupil = copy.deepcopy(model.module).float()
        for number, draw in enumerate(draws):
            trained.append(_cosines(pupil, draw, STEPS, seed + number))
            advance(1)
        for number, draw in enumerate(draws):
            pupil = _untrained(model.module, seed + number)
            untrained.append(_cosines(pupil, draw, UNTRAINED, seed + number))
            advance(1)
    return Cosines(
        {step: np.array([one[step] for one in trained]) for step in STEPS},
        {step: np.array([one[step] for one in untrained]) for step in UNTRAINED},
    )


def _cosines(
    pupil: "PreTrainedModel", draw: Draw, steps: Sequence[str], seed: int
) -> dict[str, np.ndarray]:
    """For each of `steps` the cosines of its change and that by the examples, [N]."""
    before = last_states(pupil, draw.without)
    by_examples = last_states(pupil, draw.after) - before
    found = {}
    for step in steps:
        lessons = draw.lessons[SAME if step == RANDOM else step]
        with stepped(pupil, lessons, seed if step == RANDOM else None):
            by_step = last_states(pupil, draw.without) - before
        found[step] = cosine(by_examples, by_step).mean(0)
    return found


@dataclass(frozen=True)
class Outlier:
    """How far a model's mean stands from those of untrained ones.

    Attributes:
        difference: Its mean minus theirs.
        half: Half width of the difference's interval.
        p: Two-sided.
        smallest: Smallest difference found with 80 % power.
    """

    difference: float
    half: float
    p: float
    smallest: float


def outlier(model: np.ndarray, untrained: np.ndarray, level: float, corrected: float) -> Outlier:
    """Whether a model could be one of the untrained ones.

    The t test of one new observation against a sample: among normal ones, (x - mean) / (s sqrt(1 +
    1/D)) has a t distribution with D - 1 degrees of freedom. What is new here is a mean over D
    draws, which scatters less than the sample does, where every model has one draw: so the test
    errs towards finding nothing.

    Args:
        model: Values of the model, one for each draw, [D].
        untrained: One value for each untrained model, [D], D at least 2.
        level: Of the interval: 1 - its coverage.
        corrected: Level at which a difference has to be found.
    """
    from scipy.stats import t

    count = len(untrained)
    spread = float(untrained.std(ddof=1)) * math.sqrt(1 + 1 / count)
    difference = float(model.mean() - untrained.mean())
    p = float(2 * t.sf(abs(difference) / spread, count - 1)) if spread else float(difference == 0)
    reach, found = t.ppf(1 - corrected / 2, count - 1), t.ppf(0.8, count - 1)
    half = t.ppf(1 - level / 2, count - 1) * spread
    return Outlier(difference, float(half), p, float((reach + found) * spread))


def cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Cosines of vectors along the last axis; 0 where one of the two is zero."""
    lengths = np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1)
    products = (one * other).sum(-1)
    found: np.ndarray = np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
    return found


def last_states(module: "PreTrainedModel", texts: Sequence[tuple[int, ...]]) -> np.ndarray:
    """The stream after each block at the last token of each text, [M, N, W]."""
    import torch

    from astrolabe.inside.head import Inside

    inside = Inside(module)
    layers = range(1, inside.depth + 1)
    rows = []
    for tokens in texts:
        with torch.inference_mode(), inside.streams(layers, slice(-1, None)) as states:
            module(input_ids=torch.tensor([tokens], device=module.device), use_cache=False)
        rows.append([states[layer][0, 0].double().cpu().numpy() for layer in layers])
    return np.array(rows)


@contextmanager
def stepped(
    module: "PreTrainedModel",
    lessons: Sequence[Reading],
    seed: int | None = None,
    length: float = STEP,
) -> Iterator[None]:
    """Inside this block the weights have taken one step down the mean loss on `lessons`.

    Args:
        seed: Goes a random way instead, as far in each tensor as the gradient would.
        length: Of the step, as a share of the length of all weights.
    """
    import torch

    weights = [weight.requires_grad_(True) for weight in module.parameters()]
    kept = [weight.detach().clone() for weight in weights]
    slopes = _gradient(module, weights, lessons)
    if seed is not None:
        slopes = [_random_like(slope, seed + place) for place, slope in enumerate(slopes)]
    whole, slope = _length(kept), _length(slopes)
    try:
        with torch.no_grad():
            for weight, one in zip(weights, slopes, strict=True):
                weight -= one * (length * whole / slope if slope else 0.0)
        yield
    finally:
        with torch.no_grad():
            for weight, before in zip(weights, kept, strict=True):
                weight.copy_(before)


def _gradient(
    module: "PreTrainedModel", weights: Sequence["Tensor"], lessons: Sequence[Reading]
) -> list["Tensor"]:
    """Slope of the mean over `lessons` of the mean loss over each answer's tokens."""
    import torch

    module.zero_grad(set_to_none=True)
    for lesson in lessons:
        tokens = torch.tensor([lesson.tokens], device=module.device)
        logits = module(input_ids=tokens[:, :-1], use_cache=False).logits[0, lesson.start - 1 :]
        loss = torch.nn.functional.cross_entropy(logits, tokens[0, lesson.start :])
        (loss / len(lessons)).backward()  # type: ignore[no-untyped-call]
    slopes = [torch.zeros_like(w) if w.grad is None else w.grad for w in weights]
    module.zero_grad(set_to_none=True)
    return slopes


def _random_like(slope: "Tensor", seed: int) -> "Tensor":
    """A random direction as long as `slope`."""
    import torch

    drawn = torch.randn(slope.shape, generator=torch.Generator().manual_seed(seed))
    found: Tensor = drawn.to(slope.device) * (slope.norm() / drawn.norm())
    return found


def _length(tensors: Sequence["Tensor"]) -> float:
    return math.sqrt(sum(float(tensor.double().square().sum()) for tensor in tensors))


def _untrained(module: "PreTrainedModel", seed: int) -> "PreTrainedModel":
    """A model of the same architecture with the weights that training would have begun with."""
    import torch

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        fresh = type(module)(copy.deepcopy(module.config))
    return fresh.float().to(module.device).eval()
