"""How good a dictionary is: how much it explains, with how few features, and which ones.

Shapes: B states, W their width, N features, T tokens, V vocabulary.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from astrolabe.core.errors import BadInput
from astrolabe.core.site import Site
from astrolabe.inside.anatomy import hooked
from astrolabe.inside.sae.dictionary import Dictionary, check_states
from astrolabe.inside.taps import port

if TYPE_CHECKING:
    from astrolabe.inside.head import Inside

FOUND = 0.9
"""Cosine from which on a planted feature counts as found."""


@dataclass(frozen=True)
class Quality:
    """What a dictionary makes of some states.

    Attributes:
        states: How many there were.
        explained: Share of their variance that the reconstruction explains (1 - FVU); the mean of
            the states in place of every state would score exactly 0.
        l0: Mean number of active features of a state.
        dead: Share of features that were active in none.
    """

    states: int
    explained: float
    l0: float
    dead: float


class _Variance:
    """Squared error against variance, over batches; sums in float64 about a fixed point, as the
    variance of states far from zero is a small difference of great numbers."""

    def __init__(self, width: int) -> None:
        self.count = 0
        self.error = 0.0
        self.square = 0.0
        self.sum = torch.zeros(width, dtype=torch.float64)
        self.point: Tensor | None = None

    def add(self, states: Tensor, reconstruction: Tensor) -> None:
        exact = states.double()
        if self.point is None:
            self.point = exact.mean(0)
            self.sum = self.sum.to(exact.device)
        away = exact - self.point
        self.count += len(states)
        self.error += float((exact - reconstruction.double()).square().sum())
        self.square += float(away.square().sum())
        self.sum += away.sum(0)

    def explained(self) -> float:
        """Raises:
        BadInput: when there were no states, or they are all the same.
        """
        if not self.count:
            raise BadInput("the stream of states is empty; give it some text to read")
        variance = self.square - float(self.sum.square().sum()) / self.count
        if not variance > 0:
            raise BadInput("all states are the same; there is no variance to explain")
        return 1 - self.error / variance


def measure(dictionary: Dictionary, batches: Iterable[Tensor]) -> Quality:
    """Quality on batches of states [B, W].

    Raises:
        BadInput: for an empty stream, states of another width, NaN, or states all the same.
    """
    variance = _Variance(dictionary.inputs)
    counts = torch.zeros(dictionary.width, dtype=torch.long)
    for states in batches:
        check_states(states, dictionary.inputs)
        for part in dictionary.parts(states):
            codes = dictionary.encode(part)
            variance.add(part, dictionary.decode(codes))
            active = codes.pattern.features[codes.values > 0]
            counts += torch.bincount(active, minlength=dictionary.width).cpu()
    explained = variance.explained()
    return Quality(
        variance.count,
        explained,
        float(counts.sum()) / variance.count,
        float((counts == 0).float().mean()),
    )


def explained_variance(pairs: Iterable[tuple[Tensor, Tensor]]) -> float:
    """Share of the variance of states that reconstructions explain; pairs of both [B, W].

    Raises:
        BadInput: as `measure`.
    """
    variance: _Variance | None = None
    for states, reconstruction in pairs:
        variance = variance or _Variance(states.shape[1])
        variance.add(states, reconstruction)
    return (variance or _Variance(0)).explained()


@dataclass(frozen=True)
class Recovery:
    """How much of a known dictionary was found.

    Attributes:
        mmcs: Mean over planted features of the greatest cosine with any learnt one (Sharkey et al.
            2022, "Taking features out of superposition with sparse autoencoders").
        found: Share of planted features whose partner has a cosine over `FOUND`, each learnt
            feature being the partner of one at most (optimal matching).
    """

    mmcs: float
    found: float


def recovery(learnt: Tensor, planted: Tensor) -> Recovery:
    """Hold learnt features [N, W] against planted ones [M, W].

    Raises:
        BadInput: when their widths differ.
    """
    from scipy.optimize import linear_sum_assignment

    if learnt.shape[1] != planted.shape[1]:
        raise BadInput(
            f"learnt features are {learnt.shape[1]} wide, planted ones {planted.shape[1]}"
        )
    unit = partial(torch.nn.functional.normalize, dim=1)
    cosines = unit(planted.double().cpu()) @ unit(learnt.double().cpu()).T
    rows, columns = linear_sum_assignment(cosines.numpy(), maximize=True)
    matched = cosines[torch.as_tensor(rows), torch.as_tensor(columns)]
    found = float((matched > FOUND).sum()) / len(planted)
    return Recovery(float(cosines.max(1).values.mean()), found)


@dataclass(frozen=True)
class CrossEntropy:
    """What a model loses when the reconstruction takes the place of the states at a site.

    Attributes:
        tokens: Tokens predicted.
        untouched: The model's own loss, in nats a token.
        reconstructed: With the reconstruction put in.
        zeroed: With zeros put in.
        mean: With the mean state put in.
    """

    tokens: int
    untouched: float
    reconstructed: float
    zeroed: float
    mean: float

    @property
    def recovered(self) -> float:
        """Share of what zeros destroy that the reconstruction keeps ("loss recovered", Bricken et
        al. 2023): 1 as the untouched model, 0 as with zeros."""
        return (self.zeroed - self.reconstructed) / (self.zeroed - self.untouched)

    @property
    def recovered_of_mean(self) -> float:
        """The same against the mean state, which is harder to beat."""
        return (self.mean - self.reconstructed) / (self.mean - self.untouched)


@torch.inference_mode()
def cross_entropy(
    inside: "Inside",
    site: Site,
    dictionary: Dictionary,
    mean: Tensor,
    texts: Iterable[tuple[int, ...]],
) -> CrossEntropy:
    """Loss of a model on texts, with and without the dictionary at a site.

    Args:
        mean: The mean state there [W].
        texts: Token ids, two at least of each. The first token's state stays, as dictionaries
            do not learn it (see `stream`).

    Raises:
        BadInput: for no texts, or a dictionary of another width.
    """
    changes: dict[str, Callable[[Tensor], Tensor]] = {
        "untouched": lambda states: states,
        "reconstructed": lambda s: dictionary.reconstruct(s.flatten(0, 1)).view_as(s),
        "zeroed": torch.zeros_like,
        "mean": lambda states: mean.to(states).expand_as(states),
    }
    sums = dict.fromkeys(changes, 0.0)
    tokens = 0
    for text in texts:
        ids = torch.tensor([text], device=inside.model.device)
        for name, change in changes.items():
            with hooked([port(inside.anatomy, site).tap(partial(_after_first, change))]):
                logits = inside.model(input_ids=ids, use_cache=False).logits
            nats = torch.nn.functional.cross_entropy(
                logits[0, :-1].float(), ids[0, 1:], reduction="sum"
            )
            sums[name] += float(nats)
        tokens += len(text) - 1
    if not tokens:
        raise BadInput("there is no text of two tokens or more to measure the loss on")
    return CrossEntropy(tokens, **{name: total / tokens for name, total in sums.items()})


def _after_first(change: Callable[[Tensor], Tensor], states: Tensor) -> Tensor:
    return torch.cat([states[:, :1], change(states[:, 1:])], 1)
