"""Divergence by kind of token: do the two findings behind DoLa hold for this model?

Reading the even layers of a 32-layer LLaMA, Chuang et al. (2024, arXiv:2309.03883, section 2.1)
saw that the distribution of the next token (1) keeps changing in the high layers where names, dates
and numbers come next, and (2) hardly changes any more where function words come, or words copied
from the text. Here that is measured: over all tokens of many texts, at every early layer, with the
kind of each token told by rule (`astrolabe.studies.kinds`), and tested.

Divergence means the Jensen-Shannon divergence of an early layer's distribution and the last one's,
in nats, 0 to log 2. The *late change* at a token is its mean over the early layers of the upper
half. A text counts once: a kind's value in it is the mean over its tokens there.

Shapes: T tokens of a text that are predicted, N layers, M texts.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from astrolabe.core.decoding import Dola
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Exit, Exited, Norm, Reading, Scored
from astrolabe.core.prompt import Prompt
from astrolabe.core.verdict import Interval
from astrolabe.models.local import LocalModel
from astrolabe.runs.sign_flip import beyond_margin, smallest_detectable
from astrolabe.runs.stats import cluster_bootstrap, holm
from astrolabe.runs.watch import Silent, Watch
from astrolabe.studies.kinds import KINDS, Kind, kinds
from astrolabe.studies.texts import Source

Outcome = Literal["shown", "reversed", "not decided"]

FEWEST = 6
"""Texts below which no two-sided sign-flip test reaches 0.05 (its least p is 2 / 2^texts)."""
SETTLED = 0.1
"""Nats below which a kind's mean divergence counts as settled; log 2 (0.69) is the most."""
MARGIN = 0.02
"""Nats that a difference must exceed. Kinds stand in different contexts, so that with many texts
models with random weights differ "significantly" too: by up to 0.008 nats in seven draws of a
six-layer Llama (initial weights, and those times 3, 4 and 6), both norms, Polaris' documents."""
LEVEL = 0.05
"""Chance, over all comparisons together, of deciding a difference that is not there."""

_TEXTS_AT_ONCE = 16
_CURVE_DRAWS = 1000


@dataclass(frozen=True)
class Planned:
    """A comparison of the late change of two groups of kinds.

    Attributes:
        name: What it is about.
        finding: Which of the two findings it belongs to.
        first: Kinds of the first group.
        second: Kinds of the second.
        more: Whether the finding says that the first group changes more.
    """

    name: str
    finding: int
    first: tuple[Kind, ...]
    second: tuple[Kind, ...]
    more: bool


PLANNED = (
    Planned("names", 1, ("name",), ("function",), True),
    Planned("numbers", 1, ("number",), ("function",), True),
    Planned("copied", 2, ("copied",), ("name", "number", "other"), False),
)


@dataclass(frozen=True)
class Read:
    """What was read at one text's tokens.

    Attributes:
        kinds: Of each token, [T].
        js: Divergence of each early layer, [N, T].
        nats: Minus the model's log-prob of each token, [T].
    """

    kinds: tuple[Kind, ...]
    js: np.ndarray
    nats: np.ndarray

    def mean(self, group: Sequence[Kind]) -> np.ndarray | None:
        """Means over the tokens of these kinds, `js` and then `nats`, [N + 1]; `None` for none."""
        here = [place for place, kind in enumerate(self.kinds) if kind in group]
        if not here:
            return None
        found: np.ndarray = np.append(self.js[:, here].mean(1), self.nats[here].mean())
        return found


@dataclass(frozen=True)
class Curve:
    """One kind over the layers.

    Attributes:
        tokens: How many tokens are of this kind.
        texts: How many texts hold one.
        means: Divergence at each early layer, from 0.
        intervals: Of these means, by bootstrap over texts.
        late: The late change.
        late_interval: Likewise.
        nats: Minus the model's own mean log-prob of these tokens: how hard they were to predict.
        settled: First layer from which on the mean is below `SETTLED`; `None` if it never is.
    """

    kind: Kind
    tokens: int
    texts: int
    means: tuple[float, ...]
    intervals: tuple[Interval, ...]
    late: float
    late_interval: Interval
    nats: float
    settled: int | None


@dataclass(frozen=True)
class Contrast:
    """The outcome of a planned comparison, paired within texts.

    Attributes:
        texts: How many texts hold both groups; only they count.
        means: Late change of the two groups in them.
        difference: First minus second.
        interval: By bootstrap over texts; not corrected.
        p: That the true difference is no more than `MARGIN` either way, see `beyond_margin`.
        p_corrected: After Holm's correction.
        comparisons: How many it was corrected for.
        smallest: Smallest true difference found with 80 % power: `MARGIN` and
            `smallest_detectable` beyond it.
        outcome: What this says of the finding.
    """

    planned: Planned
    texts: int
    means: tuple[float, float]
    difference: float
    interval: Interval
    p: float
    p_corrected: float
    comparisons: int
    smallest: float
    outcome: Outcome


@dataclass(frozen=True)
class ByKind:
    """What the study found.

    Attributes:
        norm: Whether early layers went through the final norm.
        layers: N.
        texts: How many were read.
        tokens: How many tokens were predicted.
        cut: How many texts were cut to the model's context length.
        curves: Of the kinds that occur.
        contrasts: Of the planned comparisons that could be made.
        left_out: The others, with the number of texts that hold both groups.
    """

    model: str
    source: Source
    norm: Norm
    layers: int
    texts: int
    tokens: int
    cut: int
    curves: tuple[Curve, ...]
    contrasts: tuple[Contrast, ...]
    left_out: tuple[tuple[Planned, int], ...]

    @property
    def late(self) -> range:
        """The layers of the late change."""
        return late_layers(self.layers)


def by_kind(
    model: LocalModel,
    texts: Sequence[str],
    source: Source,
    norm: Norm = "final",
    watch: Watch | None = None,
) -> ByKind:
    """Read `texts` at every layer, sort their tokens by kind, and test the two findings.

    Raises:
        BadInput: for a model that shows no layers, or whose tokenizer does not tell which
            characters a token stands for; for too few or too short texts; and when no comparison
            can be made.
    """
    watch = watch or Silent()
    layers = _layers(model)
    laid = _laid_out(model, texts)
    with watch.stage(f"reading {layers} layers", len(laid.readings)) as advance:
        read = []
        for start in range(0, len(laid.readings), _TEXTS_AT_ONCE):
            chunk = slice(start, start + _TEXTS_AT_ONCE)
            read += list(_read(model, laid.readings[chunk], laid.kinds[chunk], layers, norm))
            advance(len(laid.readings[chunk]))
    contrasts, left_out = _contrasts(read, layers)
    present = [kind for kind in KINDS if any(kind in one.kinds for one in read)]
    with watch.stage("intervals", len(present)) as advance:
        curves = []
        for kind in present:
            curves.append(_curve(kind, read, layers))
            advance(1)
    return ByKind(
        model=model.name,
        source=source,
        norm=norm,
        layers=layers,
        texts=len(read),
        tokens=sum(len(one.kinds) for one in read),
        cut=laid.cut,
        curves=tuple(curves),
        contrasts=tuple(contrasts),
        left_out=tuple(left_out),
    )


def late_layers(layers: int) -> range:
    """The early layers of the upper half."""
    return range(math.ceil(layers / 2), layers)


def _layers(model: LocalModel) -> int:
    """How many layers a model has, once it is known to show them."""
    model.exits(Dola(layers=(0,)))
    if model.inside.depth < 2:
        raise BadInput(
            f"model '{model.name}' has a single layer, so no early one in its upper half"
        )
    return model.inside.depth


@dataclass
class _LaidOut:
    """Texts as they are read.

    Attributes:
        readings: At the last layer, one for each text.
        kinds: Of their tokens.
        cut: How many were longer than the model's context.
    """

    readings: list[Reading] = field(default_factory=list)
    kinds: list[tuple[Kind, ...]] = field(default_factory=list)
    cut: int = 0


def _laid_out(model: LocalModel, texts: Sequence[str]) -> _LaidOut:
    if not model.tokenizer.is_fast:
        raise BadInput(
            f"the tokenizer of model '{model.name}' does not tell which characters a token stands "
            "for, so its kind cannot be told; give a model with a tokenizer.json"
        )
    laid = _LaidOut()
    for text, encoded in zip(texts, model.encode([Prompt(text=t) for t in texts]), strict=True):
        spans = model.tokenizer(
            text, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        ).offset_mapping
        opening = len(encoded.context) - len(spans)
        tokens = encoded.context[: model.context_length]
        # Without a BOS nothing stands before the first token, so it is not predicted.
        start = max(1, opening)
        if len(tokens) <= start:
            continue
        laid.cut += len(tokens) < len(encoded.context)
        laid.readings.append(Reading(tokens, start))
        laid.kinds.append(tuple(kinds(text, spans[: len(tokens) - opening])[start - opening :]))
    if len(laid.readings) < FEWEST:
        raise BadInput(
            f"only {len(laid.readings)} of {len(texts)} texts have at least two tokens, and it "
            f"takes {FEWEST}; give more texts, separated by blank lines"
        )
    return laid


def _read(
    model: LocalModel,
    readings: Sequence[Reading],
    sorts: Sequence[tuple[Kind, ...]],
    layers: int,
    norm: Norm,
) -> Iterator[Read]:
    """Texts at all layers, from one pass."""
    asked = [
        Reading(r.tokens, r.start, exit)
        for r in readings
        for exit in (None, *(Exit(layer, norm) for layer in range(layers)))
    ]
    answers = dict(model.score(asked))
    for number, own in enumerate(sorts):
        last, *early = (answers[number * (layers + 1) + place] for place in range(layers + 1))
        assert isinstance(last, Scored)
        js = np.array([one.js for one in early if isinstance(one, Exited)])
        yield Read(own, js, -np.array(last.logprobs))


@dataclass(frozen=True)
class _Paired:
    """The late change of two groups in the texts that hold both, [M, 2]."""

    planned: Planned
    values: np.ndarray

    @property
    def differences(self) -> np.ndarray:
        """First minus second, [M]."""
        return -np.diff(self.values)[:, 0]


def _paired(planned: Planned, read: Sequence[Read], layers: int) -> _Paired:
    late = list(late_layers(layers))
    rows = []
    for one in read:
        first, second = one.mean(planned.first), one.mean(planned.second)
        if first is not None and second is not None:
            rows.append((first[late].mean(), second[late].mean()))
    return _Paired(planned, np.array(rows).reshape(-1, 2))


def _contrasts(
    read: Sequence[Read], layers: int
) -> tuple[list[Contrast], list[tuple[Planned, int]]]:
    paired = [_paired(planned, read, layers) for planned in PLANNED]
    made = [pair for pair in paired if len(pair.values) >= FEWEST]
    if not made:
        most = max(len(pair.values) for pair in paired)
        raise BadInput(
            f"no two kinds of token can be compared: at most {most} texts hold both, and it takes "
            f"{FEWEST}; give more or longer texts, separated by blank lines"
        )
    ps = [beyond_margin(pair.differences, MARGIN) for pair in made]
    contrasts = [
        _contrast(pair, p, corrected, len(made))
        for pair, p, corrected in zip(made, ps, holm(ps), strict=True)
    ]
    left_out = [pair for pair in paired if len(pair.values) < FEWEST]
    return contrasts, [(pair.planned, len(pair.values)) for pair in left_out]


def _contrast(pair: _Paired, p: float, corrected: float, comparisons: int) -> Contrast:
    texts, difference = len(pair.values), float(pair.differences.mean())
    outcome: Outcome = "not decided"
    if corrected < LEVEL:
        outcome = "shown" if (difference > 0) == pair.planned.more else "reversed"
    return Contrast(
        planned=pair.planned,
        texts=texts,
        means=(float(pair.values[:, 0].mean()), float(pair.values[:, 1].mean())),
        difference=difference,
        interval=cluster_bootstrap(pair.differences.tolist(), _names(texts), 1 - LEVEL),
        p=p,
        p_corrected=corrected,
        comparisons=comparisons,
        smallest=MARGIN + smallest_detectable(pair.differences, LEVEL / comparisons),
        outcome=outcome,
    )


def _curve(kind: Kind, read: Sequence[Read], layers: int) -> Curve:
    rows = np.array([mean for one in read if (mean := one.mean((kind,))) is not None])
    js, late = rows[:, :layers], rows[:, late_layers(layers)].mean(1)
    means = js.mean(0).tolist()
    above = [layer for layer, mean in enumerate(means) if mean >= SETTLED]
    settled = above[-1] + 1 if above else 0
    return Curve(
        kind=kind,
        tokens=sum(one.kinds.count(kind) for one in read),
        texts=len(rows),
        means=tuple(means),
        intervals=tuple(_interval(column) for column in js.T),
        late=float(late.mean()),
        late_interval=_interval(late),
        nats=float(rows[:, layers].mean()),
        settled=settled if settled < layers else None,
    )


def _interval(values: np.ndarray) -> Interval:
    """Of a mean over texts, [M]; a divergence is never negative."""
    found = cluster_bootstrap(values.tolist(), _names(len(values)), 1 - LEVEL, _CURVE_DRAWS)
    return Interval(max(0.0, found.low), found.high, found.level)


def _names(count: int) -> list[str]:
    """A cluster for each text."""
    return [str(number) for number in range(count)]
