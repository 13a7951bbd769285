"""Training of a dictionary from a stream of states.

The same for all kinds (`Objective`): states are scaled to a mean squared norm of 1, so that no
setting depends on the model's scale; the pre-encoder bias begins at their geometric median, the
encoder as the decoder's transpose (Gao et al. 2024); decoder rows keep norm 1, and the part of
their gradient along them, which that would undo, is taken off (Bricken et al. 2023).

Shapes: B states, W their width, N features.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import torch
from torch import Tensor

from astrolabe.core.errors import BadInput
from astrolabe.inside.sae.dictionary import Dictionary, check_states
from astrolabe.inside.sae.objective import (
    Batch,
    Objective,
    Outcome,
    Parameters,
    geometric_median,
    unit_rows,
)
from astrolabe.inside.sae.resample import resample

Source = Callable[[int], Iterable[Tensor]]
"""Batches of states [B, W] from that number on, from 0; the same ones whenever it is asked."""

CHECKPOINT = "checkpoint.pt"
DEAD_SHARE, MOST_DEAD_AFTER = 0.01, 10_000_000
"""See `Settings.dead_after`."""
TURN, SHORT = 0.04, 2000
"""Adam moves every coordinate by about its rate, so a row of norm 1 turns by rate x sqrt(W) a step.
In a training of `SHORT` steps it turns by `TURN`, in a longer one by as much in all: published
rates are for many more steps, in fewer rows stay mixtures of the features they began between."""


@dataclass(frozen=True)
class Settings:
    """What decides a dictionary besides the states.

    Attributes:
        objective: Its kind, with that kind's own settings.
        width: N.
        steps: Batches it learns from.
        rate: Adam's greatest learning rate; `None` is 2e-4 / sqrt(N / 2^14), as in Gao et al. 2024
            and in dictionary_learning, or more in a short training, see `TURN`.
        warmup: Share of the steps over which the rate grows from 0.
        cooldown: Share of the steps at the end over which it falls to 0.
        clip: Greatest norm of the gradient.
        dead_after: A feature that was active in none of so many states is dead; `None` for a
            hundredth of the training's states, though no more than the 10 million of Gao et al.
            2024, which a short training never sees.
        seed: Of the first decoder and of resampling.
    """

    objective: Objective
    width: int
    steps: int
    rate: float | None = None
    warmup: float = 0.05
    cooldown: float = 0.2
    clip: float = 1.0
    dead_after: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what cannot be trained.

        Raises:
            BadInput: says why.
        """
        if min(self.width, self.steps, 1 if self.dead_after is None else self.dead_after) < 1:
            raise BadInput("a dictionary has at least one feature and learns for at least one step")
        if self.rate is not None and not self.rate > 0:
            raise BadInput(f"the learning rate is {self.rate}; it has to be above 0")
        if not (min(self.warmup, self.cooldown) >= 0 and self.warmup + self.cooldown <= 1):
            raise BadInput("warm-up and cool-down are shares of the steps, together at most 1")
        self.objective.check(self.width)

    def rate_at(self, step: int, inputs: int) -> float:
        """The learning rate of a step, from 0, with states of width `inputs`."""
        published = 2e-4 / (self.width / 2**14) ** 0.5
        turning = TURN * min(1.0, SHORT / self.steps) / inputs**0.5
        top = self.rate or max(published, turning)
        up = (step + 1) / max(1.0, self.warmup * self.steps)
        down = (self.steps - step) / max(1.0, self.cooldown * self.steps)
        return top * min(1.0, up, down)

    def dead_window(self, size: float) -> float:
        """States after which a feature is dead, in batches of `size` on average."""
        if self.dead_after is not None:
            return self.dead_after
        return min(MOST_DEAD_AFTER, max(1.0, DEAD_SHARE * self.steps * size))

    def fields(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self) | {"kind": self.objective.kind}


@dataclass(frozen=True)
class Seen:
    """What a step saw of its batch.

    Attributes:
        step: Steps done.
        states: States learnt from in all.
        loss: The objective's.
        explained: Share of the batch's variance that the reconstruction explains.
        l0: Mean number of active features.
        dead: Share of dead features.
    """

    step: int
    states: int
    loss: float
    explained: float
    l0: float
    dead: float


class Trainer:
    """A dictionary in training, one batch at a time.

    Attributes:
        step: Steps done.
    """

    def __init__(self, settings: Settings, states: Tensor) -> None:
        """Begin with the scale and the median of some states [B, W].

        Raises:
            BadInput: when there are none, or they are not finite, or all zero.
        """
        self.settings = settings
        self.scale = _scale(states)
        self.parameters = _first(settings, states.float() * self.scale)
        # The fused optimiser goes over memory once; on a CPU the others take several times as long.
        self._optimizer = torch.optim.Adam(self.parameters.trained(), eps=6.25e-10, fused=True)
        self._since = torch.zeros(settings.width, dtype=torch.long, device=states.device)
        self._table = torch.empty(0, settings.width, device=states.device)
        self.step = 0
        self.states = 0

    def learn(self, states: Tensor) -> Seen:
        """One step on a batch of states [B, W].

        Raises:
            BadInput: see `check_states`.
        """
        check_states(states, self.parameters.W_dec.shape[1])
        scaled = states.to(self.parameters.W_dec) * self.scale
        done = (self.step + 1) / self.settings.steps
        batch = Batch(scaled, self._encoded(scaled), self._dead(), done)
        outcome = self.settings.objective.loss(self.parameters, batch)
        for parameter in self.parameters.trained():
            parameter.grad = None
        outcome.loss.backward()  # type: ignore[no-untyped-call]
        self._descend()
        self._since += len(states)
        self._since[outcome.pattern.features[outcome.values > 0]] = 0
        if self.settings.objective.resamples(self.step, self.settings.steps):
            self._resample(scaled, outcome)
        self.step += 1
        self.states += len(states)
        return self._seen(scaled, outcome)

    def _dead(self) -> Tensor:
        """Which features are dead [N]."""
        return self._since >= self.settings.dead_window(self.states / max(1, self.step))

    @torch.no_grad()
    def _encoded(self, scaled: Tensor) -> Tensor:
        """Pre-activations [B, N]; in one place, as fresh memory costs more than writing to it."""
        if len(self._table) < len(scaled):
            self._table = scaled.new_empty(len(scaled), self.settings.width)
        parts = self.parameters
        table = self._table[: len(scaled)]
        return torch.addmm(parts.b_enc, scaled - parts.b_dec, parts.W_enc.T, out=table)

    @torch.no_grad()
    def _descend(self) -> None:
        W_dec = self.parameters.W_dec
        assert W_dec.grad is not None
        along = torch.einsum("nw,nw->n", W_dec.grad, W_dec)
        W_dec.grad.addcmul_(W_dec, along[:, None], value=-1)
        torch.nn.utils.clip_grad_norm_(list(self.parameters.trained()), self.settings.clip)
        for group in self._optimizer.param_groups:
            group["lr"] = self.settings.rate_at(self.step, W_dec.shape[1])
        self._optimizer.step()
        unit_rows(W_dec)

    def _resample(self, scaled: Tensor, outcome: Outcome) -> None:
        dead = self._dead()
        seed = Random(f"{self.settings.seed}:{self.step}").getrandbits(60)
        generator = torch.Generator().manual_seed(seed)
        resample(self.parameters, self._optimizer, scaled, outcome, dead, generator)
        self._since[dead] = 0

    @torch.no_grad()
    def _seen(self, scaled: Tensor, outcome: Outcome) -> Seen:
        varied = (scaled - scaled.mean(0)).square().sum()
        return Seen(
            self.step,
            self.states,
            float(outcome.loss.detach()),
            1 - float(outcome.error.square().sum() / varied),
            float((outcome.values > 0).sum()) / len(scaled),
            float(self._dead().float().mean()),
        )

    def dictionary(self) -> Dictionary:
        """What was learnt, in the model's units."""
        found = {name: part.detach().clone() for name, part in self.parameters.tensors().items()}
        threshold = self.settings.objective.threshold(self.parameters)
        return Dictionary(
            self.settings.objective.kind,
            found["W_enc"],
            found["b_enc"] / self.scale,
            found["W_dec"],
            found["b_dec"] / self.scale,
            None if threshold is None else threshold.detach() / self.scale,
            getattr(self.settings.objective, "k", None),
            {"settings": self.settings.fields(), "steps": self.step, "states": self.states},
        )

    def save(self, file: Path) -> None:
        """Write a checkpoint; a kill leaves the old one or the new one."""
        fresh = file.with_name(file.name + ".new")
        torch.save(
            {
                "settings": self.settings.fields(),
                "parameters": {k: v.detach() for k, v in self.parameters.tensors().items()},
                "optimizer": self._optimizer.state_dict(),
                "since": self._since,
                "scale": self.scale,
                "step": self.step,
                "states": self.states,
            },
            fresh,
        )
        fresh.replace(file)

    @classmethod
    def load(cls, settings: Settings, file: Path) -> "Trainer":
        """Go on from a checkpoint.

        Raises:
            BadInput: when it cannot be read, or was made under other settings.
        """
        try:
            found = torch.load(file, weights_only=True)
        # torch raises many unrelated types for a broken file; nothing else happens here.
        except Exception as error:
            raise BadInput(f"checkpoint '{file}' is broken; remove it to begin anew") from error
        ours = settings.fields()
        other = [name for name, value in found["settings"].items() if ours.get(name) != value]
        if other:
            raise BadInput(
                f"checkpoint '{file}' is of a training with another {other[0]} "
                f"({found['settings'][other[0]]}, now {ours.get(other[0])}); give another folder, "
                "or remove it to begin anew"
            )
        trainer = cls(settings, torch.ones(1, found["parameters"]["W_dec"].shape[1]))
        with torch.no_grad():
            for name, part in trainer.parameters.tensors().items():
                part.copy_(found["parameters"][name])
        trainer._optimizer.load_state_dict(found["optimizer"])
        trainer._since = found["since"]
        trainer.scale, trainer.step = found["scale"], found["step"]
        trainer.states = found["states"]
        return trainer


def _scale(states: Tensor) -> float:
    """The factor that gives states [B, W] a mean squared norm of 1."""
    check_states(states)
    squared = float(states.double().square().sum(1).mean()) if len(states) else 0.0
    if not squared:
        raise BadInput(f"the first {len(states)} states are all zero; there is nothing to learn")
    return float(squared**-0.5)


def _first(settings: Settings, scaled: Tensor) -> Parameters:
    generator = torch.Generator().manual_seed(settings.seed)
    rows = torch.randn(settings.width, scaled.shape[1], generator=generator).to(scaled)
    W_dec = unit_rows(rows)
    parameters = Parameters(
        W_dec.clone(), scaled.new_zeros(settings.width), W_dec, geometric_median(scaled)
    )
    for part in parameters.tensors().values():
        part.requires_grad_()
    settings.objective.begin(parameters)
    return parameters


def train(
    source: Source,
    settings: Settings,
    folder: Path | None = None,
    watch: Callable[[Seen], None] = lambda seen: None,
    every: float = 30.0,
) -> Dictionary:
    """A dictionary of the states that a source yields.

    Args:
        source: See `Source`.
        folder: Where the checkpoint is kept; with one in it training goes on from there.
        watch: Told of every step.
        every: Seconds between checkpoints.

    Raises:
        BadInput: for an empty stream or one that ends too early, states of changing width, NaN,
            or a checkpoint that does not fit.
    """
    file = folder / CHECKPOINT if folder else None
    trainer = Trainer.load(settings, file) if file and file.exists() else None
    done = trainer.step if trainer else 0
    last = time.monotonic()
    batches = iter(source(done)) if done < settings.steps else iter(())
    while done < settings.steps and (states := next(batches, None)) is not None:
        trainer = trainer or Trainer(settings, states)
        watch(trainer.learn(states))
        done = trainer.step
        if file and (done == settings.steps or time.monotonic() - last > every):
            trainer.save(file)
            last = time.monotonic()
    if trainer is None:
        raise BadInput("the stream of states is empty; give it some text to read")
    if done < settings.steps:
        if file:
            trainer.save(file)
        raise BadInput(
            f"the stream of states ended after {done} of {settings.steps} batches; give more text "
            "or ask for fewer tokens"
        )
    return trainer.dictionary()
