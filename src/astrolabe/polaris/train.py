"""The training recipe: a small Llama on the corpus, resumable, on a CPU or a GPU.

Every step draws fresh documents (none is seen twice), sorts them by length into micro-batches and
pads on the right: no document ever attends to another, and positions start at 0 as they do in use.
"""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from astrolabe.polaris import WEIGHTS
from astrolabe.polaris.batches import Batch, Settings, draw_step
from astrolabe.polaris.corpus import Corpus
from astrolabe.polaris.mixture import MIXTURES
from astrolabe.polaris.tokenizer import (
    BOS,
    END,
    EOS,
    PAD,
    SPECIAL_TOKENS,
    save_tokenizer,
    train_tokenizer,
)

if TYPE_CHECKING:
    import torch
    from rich.progress import Progress
    from tokenizers import Tokenizer
    from transformers import LlamaForCausalLM


def new_model(settings: Settings) -> LlamaForCausalLM:
    """A freshly initialised model in float32."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(settings.seed)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=settings.vocabulary,
            hidden_size=settings.width,
            num_hidden_layers=settings.layers,
            num_attention_heads=settings.heads,
            num_key_value_heads=settings.heads,
            intermediate_size=settings.inner,
            max_position_embeddings=settings.context,
            tie_word_embeddings=True,
            bos_token_id=SPECIAL_TOKENS.index(BOS),
            eos_token_id=SPECIAL_TOKENS.index(EOS),
            pad_token_id=SPECIAL_TOKENS.index(PAD),
        )
    )


def _tokenizer(corpus: Corpus, settings: Settings) -> Tokenizer:
    """The packaged tokenizer if its size is asked for, else one trained on the corpus."""
    from tokenizers import Tokenizer

    packaged = WEIGHTS / "tokenizer.json"
    if packaged.exists():
        tokenizer = Tokenizer.from_file(str(packaged))
        if tokenizer.get_vocab_size() == settings.vocabulary:
            return tokenizer
    return new_tokenizer(corpus, settings)


def new_tokenizer(corpus: Corpus, settings: Settings) -> Tokenizer:
    """A tokenizer trained on documents of the last phase, the mixture that Polaris is to know."""
    first = corpus.phases[-1].first
    numbers = range(first, first + settings.tokenizer_documents)
    texts = (corpus.document(i).text for i in numbers)
    return train_tokenizer(texts, settings.vocabulary)


def _optimizers(model: LlamaForCausalLM, settings: Settings) -> list[torch.optim.Optimizer]:
    # Muon for the matrices inside the blocks, AdamW for embeddings and norms.
    import torch

    blocks = dict(model.model.layers.named_parameters())
    matrices = [p for p in blocks.values() if p.ndim == 2]
    inside = {id(p) for p in matrices}
    rest = [p for p in model.parameters() if id(p) not in inside]
    return [
        torch.optim.Muon(
            matrices,
            lr=settings.rate,
            weight_decay=settings.weight_decay,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(rest, lr=settings.rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]


def rate_at(tokens: int, settings: Settings) -> float:
    """Learning rate after `tokens` of training: warm-up, plateau, linear cool-down, up to each rest
    and to the end."""
    rests = [rest for rest in settings.rests if rest < settings.tokens]
    edges = pairwise((0, *rests, settings.tokens))
    start, end = next((a, b) for a, b in edges if tokens < b or b == settings.tokens)
    left = (end - tokens) / max(1.0, settings.cooldown * (end - start))
    rise = (tokens - start + settings.tokens_per_step) / max(
        settings.warmup, settings.tokens_per_step
    )
    return settings.rate * max(0.0, min(1.0, rise, left))


def _loss(model: LlamaForCausalLM, batch: Batch, device: str) -> torch.Tensor:
    """Summed weighted cross-entropy of a micro-batch."""
    import torch
    from torch.nn.functional import cross_entropy

    ids = batch.ids.to(device)
    with torch.autocast(device, torch.bfloat16):
        # Padding is on the right, so causal attention alone keeps it out of sight.
        logits = model(input_ids=ids[:, :-1], use_cache=False).logits
    losses = cross_entropy(logits.float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    return (losses * batch.weights[:, 1:].flatten().to(device)).sum()


def save_model(model: LlamaForCausalLM, folder: Path) -> None:
    """Write the model and its generation settings in the plain transformers layout."""
    from transformers import GenerationConfig

    model.generation_config = GenerationConfig(
        bos_token_id=SPECIAL_TOKENS.index(BOS),
        eos_token_id=[SPECIAL_TOKENS.index(EOS), SPECIAL_TOKENS.index(END)],
        pad_token_id=SPECIAL_TOKENS.index(PAD),
        do_sample=False,
    )
    model.save_pretrained(folder)


def _save_checkpoint(folder: Path, model: LlamaForCausalLM, state: dict[str, Any]) -> None:
    # Written beside and swapped in, so that a kill at any moment leaves a whole checkpoint.
    import torch

    fresh, old = folder.with_name("checkpoint.new"), folder.with_name("checkpoint.old")
    shutil.rmtree(fresh, ignore_errors=True)
    save_model(model, fresh)
    torch.save(state, fresh / "state.pt")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.replace(old)
    fresh.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _keep(out: Path, model: LlamaForCausalLM, state: dict[str, Any]) -> None:
    """Keep the half-trained model in `out/steps/MILLIONS`, beside its tokenizer."""
    folder = out / "steps" / f"{state['tokens'] // 1_000_000:03d}"
    save_model(model, folder)
    for file in (out / "weights").glob("tokenizer*"):
        shutil.copy(file, folder)
    record = {key: state[key] for key in ("cursor", "tokens", "step")}
    (folder / "kept.json").write_text(json.dumps(record) + "\n", encoding="utf-8")


def _checkpoint_in(out: Path) -> Path | None:
    for name in ("checkpoint", "checkpoint.old"):
        if (out / name / "state.pt").exists():
            return out / name
    return None


def train(settings: Settings, out: Path, resume: bool = True) -> Path:
    """Train Polaris and return the folder of its final weights, `out/weights`.

    Checkpoints lie in `out/checkpoint`; with `resume` training goes on from there, also after
    Ctrl-C or a kill.
    """
    import torch
    from tokenizers import Tokenizer as LoadedTokenizer
    from transformers import LlamaForCausalLM

    if settings.threads:
        torch.set_num_threads(settings.threads)
    device = _device(settings.device)
    corpus = Corpus(settings.seed, phases=MIXTURES[settings.model])
    weights = out / "weights"
    found = _checkpoint_in(out) if resume else None
    if not resume or not (weights / "tokenizer.json").exists():
        save_tokenizer(_tokenizer(corpus, settings), weights, settings.context)
    tokenizer = LoadedTokenizer.from_file(str(weights / "tokenizer.json"))
    model = LlamaForCausalLM.from_pretrained(found) if found else new_model(settings)
    model.to(device).train()
    if device == "cpu":
        # On short documents plain matrix products beat the fused kernel by a third here.
        model.set_attn_implementation("eager")
    optimizers = _optimizers(model, settings)
    state: dict[str, Any] = {"step": 0, "cursor": 0, "tokens": 0, "settings": asdict(settings)}
    if found:
        state = torch.load(found / "state.pt", map_location=device)
        for optimizer, saved in zip(optimizers, state.pop("optimizers"), strict=True):
            optimizer.load_state_dict(saved)

    def checkpoint() -> None:
        full = {**state, "optimizers": [optimizer.state_dict() for optimizer in optimizers]}
        _save_checkpoint(out / "checkpoint", model, full)

    last = time.monotonic()
    with _progress() as progress:
        task = progress.add_task(
            "training Polaris",
            total=settings.tokens / 1e6,
            completed=state["tokens"] / 1e6,
            loss=float("nan"),
            step=state["step"],
        )
        while state["tokens"] < settings.tokens:
            batches, cursor, drawn = draw_step(corpus, state["cursor"], tokenizer, settings)
            loss = _step(model, optimizers, batches, rate_at(state["tokens"], settings), device)
            kept = state["tokens"] // settings.keep_every
            state.update(step=state["step"] + 1, cursor=cursor, tokens=state["tokens"] + drawn)
            if state["tokens"] // settings.keep_every > kept:
                _keep(out, model, state)
            progress.update(task, completed=state["tokens"] / 1e6, loss=loss, step=state["step"])
            _log(out, state, loss)
            if time.monotonic() - last > settings.checkpoint_seconds:
                checkpoint()
                last = time.monotonic()
    checkpoint()
    save_model(model, weights)
    _write_record(weights, settings, state)
    return weights


def _device(name: str) -> str:
    import torch

    if name != "auto":
        return name
    return "cuda" if torch.cuda.is_available() else "cpu"


def _step(
    model: LlamaForCausalLM,
    optimizers: list[torch.optim.Optimizer],
    batches: list[Batch],
    rate: float,
    device: str,
) -> float:
    """One optimiser step over all micro-batches; returns the weighted mean loss in nats."""
    import torch

    total = float(sum(batch.weights[:, 1:].sum() for batch in batches))
    loss = 0.0
    for batch in batches:
        part = _loss(model, batch, device) / total
        part.backward()  # type: ignore[no-untyped-call]
        loss += part.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    return loss


def _write_record(weights: Path, settings: Settings, state: dict[str, Any]) -> None:
    """Write `training.json`: how much was read, under which settings."""
    record = {
        "documents": state["cursor"],
        "tokens": state["tokens"],
        "steps": state["step"],
        "settings": asdict(settings),
    }
    (weights / "training.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _log(out: Path, state: dict[str, Any], loss: float) -> None:
    line = {"step": state["step"], "tokens": state["tokens"], "loss": round(loss, 4)}
    with (out / "log.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")


def _progress() -> Progress:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.2f}/{task.total:.2f} M tokens, step {task.fields[step]}"),
        TextColumn("loss {task.fields[loss]:.3f}"),
        TimeRemainingColumn(),
    )
