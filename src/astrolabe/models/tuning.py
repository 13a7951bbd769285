"""How a model is fine-tuned, what comes of it, and what that took. See `models.finetune`."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from astrolabe.core.errors import BadInput

Method = Literal["full", "lora"]


@dataclass(frozen=True)
class Tuning:
    """How a model is fine-tuned.

    Batch, AdamW with weight decay, and a rate that rises over the first tenth of the steps and then
    falls linearly to zero are those of Mosbach, Andriushchenko & Klakow (2021, arXiv:2006.04884),
    who found them stable on few examples. Adapters on all linear layers are the finding of Dettmers
    et al. (2023, arXiv:2305.14314); their rank is that of Hu et al. (2021, arXiv:2106.09685).

    Attributes:
        at: Steps after which a checkpoint is kept, rising; the last one is the end.
        batch: Examples of a step.
        rate: Highest learning rate; `None` takes `usual_rate`.
        warmup: Share of the steps over which the rate rises.
        clip: Longest gradient; longer ones are scaled down to it.
        general: Share of a step's sequences that are general documents, as a remedy against
            forgetting. They come on top of the batch, so that the task is seen as often as without.
        rank: Rank of the adapters (LoRA only).
        alpha: Adapters are scaled by alpha / rank (LoRA only).
        targets: Names of the modules that get adapters; none given is every linear layer but the
            unembedding (LoRA only).
        seed: Of the order of examples, of the adapters' start, and of dropout.
    """

    method: Method = "full"
    at: tuple[int, ...] = (20, 60)
    batch: int = 16
    rate: float | None = None
    warmup: float = 0.1
    weight_decay: float = 0.01
    clip: float = 1.0
    general: float = 0.0
    rank: int = 8
    alpha: int = 16
    targets: tuple[str, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what is no way to fine-tune.

        Raises:
            BadInput: for an unknown method, or a number out of its range.
        """
        rising = all(a < b for a, b in zip((0, *self.at), self.at, strict=False))
        for fits, sentence in (
            (self.method in get_args(Method), f"unknown method '{self.method}'; use full or lora"),
            (
                bool(self.at) and rising,
                f"checkpoints at {list(self.at)}; give rising steps above 0",
            ),
            (self.batch >= 1, f"batch {self.batch}; give at least 1"),
            (self.rate is None or self.rate > 0, f"rate {self.rate}; give one above 0"),
            (0 <= self.warmup <= 1, f"warmup {self.warmup}; give a share from 0 to 1"),
            (0 <= self.general < 1, f"general {self.general}; give a share from 0 to below 1"),
            (min(self.rank, self.alpha) >= 1, "rank and alpha of adapters begin at 1"),
        ):
            if not fits:
                raise BadInput(f"fine-tuning: {sentence}")

    @property
    def steps(self) -> int:
        return self.at[-1]

    @property
    def documents(self) -> int:
        """General documents of a step."""
        return math.ceil(self.batch * self.general / (1 - self.general))


def usual_rate(parameters: int, method: Method) -> float:
    """Highest learning rate for a model of that many parameters.

    A quarter of the rate that Kaplan et al. (2020, arXiv:2001.08361, D.6) found best for training
    such a model from scratch, 0.003239 - 0.0001395 ln N; adapters get ten times as much, as is
    usual since Hu et al. (2021). The quarter is ours: it gives the customary 2e-5 and 2e-4 at seven
    billion parameters.
    """
    scratch = 0.003239 - 0.0001395 * math.log(parameters)
    # The fit ends near 10^10 parameters, from where it would fall to zero.
    return max(scratch, 4e-5) / 4 * (10 if method == "lora" else 1)


@dataclass(frozen=True)
class Cost:
    """What training took up to a checkpoint.

    Attributes:
        steps: Updates of the weights.
        tokens: Tokens that were passed forwards and backwards, padding not counted.
        learned: Those of them that were in the loss.
        seconds: By the clock.
        processor_seconds: Of all threads of this process; on a GPU, only of its host.
    """

    steps: int = 0
    tokens: int = 0
    learned: int = 0
    seconds: float = 0.0
    processor_seconds: float = 0.0


@dataclass(frozen=True)
class Checkpoint:
    """A model that was kept: `folder` is its name for whatever loads models."""

    folder: Path
    cost: Cost


@dataclass(frozen=True)
class Tuned:
    """A fine-tuned model.

    Attributes:
        checkpoints: In the order of their steps.
        losses: Mean of each step, in nats: over its sequences, of the mean over what was learned.
        trained: Parameters that were trained.
        parameters: All parameters of the model, without adapters.
    """

    checkpoints: tuple[Checkpoint, ...]
    losses: tuple[float, ...]
    trained: int
    parameters: int
