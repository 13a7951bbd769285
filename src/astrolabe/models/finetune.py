"""Fine-tuning a local model on prompts and answers: all of its weights, or adapters (LoRA).

An example is a `Reading`: the tokens of a prompt with its answer, and where the answer begins, just
as the answer would be scored. The loss is on the answer alone. At declared numbers of steps the
model is kept as an ordinary folder in transformers' layout, adapters merged, so that whatever takes
a model's name takes it. The name of the folder around them is a digest of everything that decides
the weights: the same call again finds what is there.
"""

import copy
import json
import math
import shutil
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from inspect import signature
from pathlib import Path
from random import Random
from typing import Any

import torch
from transformers import PreTrainedModel

from astrolabe.core.digest import digest
from astrolabe.core.errors import BadInput
from astrolabe.core.model import Model, ModelIdentity, Reading
from astrolabe.models.local import LocalModel, quiet
from astrolabe.models.tuning import Checkpoint, Cost, Tuned, Tuning, usual_rate

RECORD = "tuning.json"
"""Beside the weights of a checkpoint: what made them. Written with them, so its presence says that
they are whole."""

LOSSES_AT_ONCE = 2**28
"""Logits of a micro-batch at most (1 GiB in float32): its tokens times the vocabulary."""
TOKENS_AT_ONCE = 2048
"""Tokens of a micro-batch at most, unless one sequence alone is longer."""


def tunable(model: Model) -> LocalModel:
    """The model, if its weights are here to be trained.

    Raises:
        BadInput: when they are not.
    """
    if not isinstance(model, LocalModel):
        raise BadInput(
            f"model '{model.identity.name}' cannot be fine-tuned here: that needs its weights on "
            "this machine; give polaris, a folder, or a hub id"
        )
    return model


def tune(
    base: LocalModel,
    examples: Sequence[Reading],
    tuning: Tuning,
    root: Path,
    documents: Sequence[Reading] = (),
    advance: Callable[[int], object] = lambda _steps: None,
) -> Tuned:
    """Fine-tune a copy of `base`; what is finished is not done again.

    Interrupted, checkpoints that were written stay and can be used; the same call begins anew.
    Training is in float32, whatever the model's own format, in which checkpoints are written.

    Args:
        examples: Prompts with their answers, from which the loss is taken.
        root: The checkpoints come to lie in ``root/DIGEST/step-N``.
        documents: General texts, where `tuning` mixes some in.
        advance: Told of finished steps.

    Raises:
        BadInput: for no examples, sequences longer than its context, adapters on
            modules that it lacks, a folder that cannot be written, or a loss that is not finite.
    """
    if not tuning.general:
        documents = ()
    _refuse(base, examples, tuning, documents)
    folder = root / _name(base.identity, examples, tuning, documents)
    found = _finished(folder, tuning)
    if found:
        advance(tuning.steps)
        return found
    with _seeded(tuning.seed, base.module.device):
        return _Training(base, examples, tuning, documents, folder).run(advance)


def _refuse(
    base: LocalModel, examples: Sequence[Reading], tuning: Tuning, documents: Sequence[Reading]
) -> None:
    if not examples:
        raise BadInput(f"no examples to fine-tune model '{base.name}' on; give at least one")
    if tuning.general and not documents:
        raise BadInput("general documents are to be mixed in, but there are none; give some texts")
    longest = max(len(one.tokens) for one in (*examples, *documents))
    if longest > base.context_length:
        raise BadInput(
            f"an example is {longest} tokens long, but the context of model '{base.name}' is "
            f"{base.context_length}; leave it out, or show fewer shots"
        )


def _name(
    base: ModelIdentity,
    examples: Sequence[Reading],
    tuning: Tuning,
    documents: Sequence[Reading],
) -> str:
    texts = [[[list(one.tokens), one.start] for one in some] for some in (examples, documents)]
    return digest("tuning", 1, base.digest, asdict(tuning), *texts)[:16]


def _step_folder(folder: Path, step: int) -> Path:
    return folder / f"step-{step}"


def _finished(folder: Path, tuning: Tuning) -> Tuned | None:
    """What an earlier call made, if it made all of it."""
    places = [_step_folder(folder, step) for step in tuning.at]
    if not all((place / RECORD).is_file() for place in places):
        return None
    records = [json.loads((place / RECORD).read_text(encoding="utf-8")) for place in places]
    checkpoints = [
        Checkpoint(place, Cost(**record["cost"]))
        for place, record in zip(places, records, strict=True)
    ]
    last = records[-1]
    return Tuned(tuple(checkpoints), tuple(last["losses"]), last["trained"], last["parameters"])


@contextmanager
def _seeded(seed: int, device: torch.device) -> Iterator[None]:
    """Dropout and the adapters' start by `seed`; the caller's random stream is left as it was."""
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


class _Training:
    """One model in training."""

    def __init__(
        self,
        base: LocalModel,
        examples: Sequence[Reading],
        tuning: Tuning,
        documents: Sequence[Reading],
        folder: Path,
    ) -> None:
        self.base, self.tuning, self.folder = base, tuning, folder
        self.parameters = base.module.num_parameters()
        self.model = _trainable(base, tuning)
        self.weights = [p for p in self.model.parameters() if p.requires_grad]
        self.trained = sum(p.numel() for p in self.weights)
        self.rate = tuning.rate or usual_rate(self.parameters, tuning.method)
        self.optimizer = torch.optim.AdamW(
            self.weights, lr=self.rate, weight_decay=tuning.weight_decay
        )
        self.batches = zip(
            _drawn(examples, tuning.batch, Random(f"{tuning.seed}:examples")),
            _drawn(documents, tuning.documents, Random(f"{tuning.seed}:documents")),
            strict=True,
        )
        self.narrows = "logits_to_keep" in signature(base.module.forward).parameters
        self.cost = Cost()
        self.losses: list[float] = []

    def run(self, advance: Callable[[int], object]) -> Tuned:
        began, worked = time.monotonic(), time.process_time()
        checkpoints = []
        for step in range(1, self.tuning.steps + 1):
            examples, documents = next(self.batches)
            self._step([*examples, *documents])
            self.cost = replace(
                self.cost,
                steps=step,
                seconds=round(time.monotonic() - began, 3),
                processor_seconds=round(time.process_time() - worked, 3),
            )
            if step in self.tuning.at:
                checkpoints.append(self._keep())
            advance(1)
        return Tuned(tuple(checkpoints), tuple(self.losses), self.trained, self.parameters)

    def _step(self, sequences: Sequence[Reading]) -> None:
        """One update of the weights."""
        vocabulary = self.base.vocabulary
        loss = 0.0
        for group in _grouped(sequences, min(TOKENS_AT_ONCE, LOSSES_AT_ONCE // vocabulary)):
            part = self._loss(group) / len(sequences)
            part.backward()  # type: ignore[no-untyped-call]
            loss += part.item()
        if not math.isfinite(loss):
            raise BadInput(
                f"fine-tuning of model '{self.base.name}' fails: the loss is {loss} at step "
                f"{self.cost.steps + 1}; give a lower rate than {self.rate:.2g}"
            )
        torch.nn.utils.clip_grad_norm_(self.weights, self.tuning.clip)
        for weights in self.optimizer.param_groups:
            weights["lr"] = self.rate * _height(self.cost.steps, self.tuning)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.losses.append(round(loss, 6))
        self.cost = replace(
            self.cost,
            tokens=self.cost.tokens + sum(len(one.tokens) for one in sequences),
            learned=self.cost.learned + sum(len(one.tokens) - one.start for one in sequences),
        )

    def _loss(self, sequences: Sequence[Reading]) -> torch.Tensor:
        """Summed over sequences: the mean loss of each over what is learned of it."""
        device, length = self.base.module.device, max(len(one.tokens) for one in sequences)
        ids = torch.zeros(len(sequences), length, dtype=torch.long)
        shares = torch.zeros(len(sequences), length)
        for row, one in enumerate(sequences):
            ids[row, : len(one.tokens)] = torch.tensor(one.tokens)
            shares[row, one.start : len(one.tokens)] = 1 / (len(one.tokens) - one.start)
        ids, shares = ids.to(device), shares[:, 1:].to(device)
        # Logits of prompts are most of the work with a large vocabulary, and nobody wants them.
        wanted = length - min(one.start for one in sequences)
        kept = {"logits_to_keep": wanted} if self.narrows else {}
        # What stands right of a text is never seen by it, so padding needs no mask.
        logits = self.model(input_ids=ids[:, :-1], use_cache=False, **kept).logits[:, -wanted:]
        ids, shares = ids[:, -wanted:], shares[:, -wanted:]
        learned = shares > 0
        losses = torch.nn.functional.cross_entropy(
            logits[learned].float(), ids[learned], reduction="none"
        )
        return losses @ shares[learned]

    def _keep(self) -> Checkpoint:
        """Write the model as it is now: beside, then moved into place, so that a kill leaves
        either nothing or a whole one."""
        place = _step_folder(self.folder, self.cost.steps)
        fresh = place.with_suffix(".new")
        plain = copy.deepcopy(self.model)
        if self.tuning.method == "lora":
            plain = plain.merge_and_unload()
        record = {
            "base": asdict(self.base.identity),
            "tuning": asdict(self.tuning),
            "rate": self.rate,
            "trained": self.trained,
            "parameters": self.parameters,
            "cost": asdict(self.cost),
            "losses": self.losses,
        }
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            with quiet():
                plain.to(self.base.module.dtype).save_pretrained(fresh)
            self.base.tokenizer.save_pretrained(fresh)
            (fresh / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
            shutil.rmtree(place, ignore_errors=True)
            fresh.replace(place)
        except OSError as error:
            raise BadInput(
                f"checkpoint '{place}' cannot be written ({error.strerror}); give another folder"
            ) from error
        return Checkpoint(place, self.cost)


def _trainable(base: LocalModel, tuning: Tuning) -> Any:
    """A copy of the model, with what is to be trained asking for gradients.

    Raises:
        BadInput: for adapters on modules that the model lacks.
    """
    model: PreTrainedModel = copy.deepcopy(base.module).float().train()
    if tuning.method == "full":
        return model.requires_grad_(True)
    from peft import LoraConfig, get_peft_model

    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=tuning.rank,
        lora_alpha=tuning.alpha,
        target_modules=list(tuning.targets) or "all-linear",
    )
    try:
        with warnings.catch_warnings():
            # Of what peft sees to by itself (GPT-2's turned matrices), and of its own calls.
            warnings.simplefilter("ignore")
            return get_peft_model(model, config).train()
    except ValueError as error:
        linear = {name.rpartition(".")[2] for name, part in model.named_modules() if _matrix(part)}
        raise BadInput(
            f"adapters cannot be put on modules {', '.join(tuning.targets) or 'all-linear'} of "
            f"model '{base.name}'; its linear layers are {', '.join(sorted(linear)) or 'none'}"
        ) from error


def _matrix(part: torch.nn.Module) -> bool:
    # GPT-2's Conv1D is a linear layer by another name.
    return isinstance(part, torch.nn.Linear) or type(part).__name__ == "Conv1D"


def _drawn(sequences: Sequence[Reading], count: int, order: Random) -> Iterator[list[Reading]]:
    """`count` sequences at a time without end: all once in random order, then all again."""
    waiting: list[Reading] = []
    while True:
        while len(waiting) < count:
            waiting += order.sample(sequences, len(sequences))
        yield waiting[:count]
        waiting = waiting[count:]


def _grouped(sequences: Sequence[Reading], tokens: int) -> Iterator[list[Reading]]:
    """Sequences of like length together, `tokens` at most with padding."""
    group: list[Reading] = []
    for one in sorted(sequences, key=lambda one: len(one.tokens)):
        if group and len(one.tokens) * (len(group) + 1) > tokens:
            yield group
            group = []
        group.append(one)
    yield group


def _height(done: int, tuning: Tuning) -> float:
    """Share of the highest rate at the next step."""
    rising = max(1, round(tuning.warmup * tuning.steps))
    if done < rising:
        return (done + 1) / rising
    return (tuning.steps - done) / (tuning.steps - rising + 1)
