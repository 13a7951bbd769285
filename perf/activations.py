"""Activations on disk against a bare forward pass of transformers over the same tokens.

Ours goes from token ids to finished shards. The bare pass runs the same model's blocks and final
norm over batches of equally long texts, computes no logits and keeps nothing: what nobody who
wants activations can do without. A corpus in equal pieces is its best case, for nothing is shared
and every batch is full; sentences of different lengths are what probes are asked for.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from perf import models, rows
from perf.harness import in_turn, judge, machine, versions

PIECE = 128
"""Tokens of a piece of the corpus."""
AT_ONCE = 2048
"""Tokens of a bare pass, and of ours."""


@dataclass(frozen=True)
class Task:
    """What is gathered.

    Attributes:
        name: Of the result's file.
        about: The texts, in words.
        texts: Their token ids.
        sites: Names of sites.
        take: See `astrolabe.inside.shards`.
    """

    name: str
    about: str
    texts: Sequence[tuple[int, ...]]
    sites: tuple[str, ...]
    take: Any


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=int, default=16_384, help="fed in each measurement")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each side")
    asked = parser.parse_args()
    try:
        measure(asked.tokens, asked.rounds)
    except FileNotFoundError as error:
        sys.exit(f"perf: {error}")


def measure(tokens: int, rounds: int) -> None:
    """All tasks on one model."""
    import torch

    from astrolabe.models.local import load

    here = machine(torch.get_num_threads())
    place = models.model("llama")
    model = load(str(place), dtype="float32", device="cpu")
    model.budget.tokens = AT_ONCE
    about = f"llama, {models.parameters(place):,} parameters, float32"
    for task in _tasks(model, tokens):
        _compare(model, task, about, rounds, here)


def _compare(model: Any, task: Task, about: str, rounds: int, here: Any) -> None:
    """One task."""
    bare(model, task.texts)  # both warm
    ours(model, task)
    fed = sum(map(len, task.texts))
    judge(
        task.name,
        in_turn(lambda: ours(model, task), lambda: bare(model, task.texts), rounds),
        counted=(
            f"{fed} tokens of {len(task.texts)} {task.about}: {task.take} of "
            f"{', '.join(task.sites)}, to finished shards; {about}",
            "the same tokens through transformers, equally long texts together, nothing kept",
        ),
        exact=_agreement(model, task),
        machine=here,
        versions=versions("astrolabe-lm", "torch", "transformers", "safetensors"),
    )


def _tasks(model: Any, tokens: int) -> Iterator[Task]:
    corpus: list[int] = []
    sentences: list[tuple[int, ...]] = []
    for text in rows.texts():
        ids = model.tokenizer(text).input_ids
        corpus += ids
        if 4 <= len(ids) <= 64 and sum(map(len, sentences)) < tokens:
            sentences.append(tuple(ids))
        if len(corpus) >= tokens and sum(map(len, sentences)) >= tokens:
            break
    pieces = [tuple(corpus[at : at + PIECE]) for at in range(0, tokens, PIECE)]
    layers = tuple(f"resid.{layer}" for layer in range(1, model.inside.depth + 1))
    told = f"pieces of {PIECE} tokens"
    yield Task("activations_last_layer", told, pieces, layers[-1:], "all")
    yield Task("activations_every_layer", told, pieces, layers, "all")
    yield Task("activations_sentences", "sentences", sentences, layers, "last")


def ours(model: Any, task: Task) -> float:
    """Seconds from token ids to finished shards."""
    with tempfile.TemporaryDirectory() as folder:
        start = perf_counter()
        _gathered(model, task, folder)
        return perf_counter() - start


def _gathered(model: Any, task: Task, folder: str) -> Any:
    from astrolabe.core.site import Site
    from astrolabe.inside.gather import gather
    from astrolabe.inside.shards import Kind, Span

    kind = Kind(tuple(map(Site.parse, task.sites)), task.take)
    return gather(model, [Span(tokens) for tokens in task.texts], kind, Path(folder))


def bare(model: Any, texts: Sequence[tuple[int, ...]]) -> float:
    """Seconds of plain forward passes without logits."""
    import torch

    start = perf_counter()
    with torch.inference_mode():
        for batch in _batches(texts):
            model.module.model(input_ids=torch.tensor(batch), use_cache=False)
    return perf_counter() - start


def _batches(texts: Sequence[tuple[int, ...]]) -> Iterator[list[tuple[int, ...]]]:
    """Equally long texts together, as many as go into a pass."""
    alike: dict[int, list[tuple[int, ...]]] = defaultdict(list)
    for text in texts:
        alike[len(text)].append(text)
    for length, same in sorted(alike.items()):
        size = max(1, AT_ONCE // length)
        yield from (same[at : at + size] for at in range(0, len(same), size))


def _agreement(model: Any, task: Task) -> str:
    """How far our last site of some texts is from what transformers computes there."""
    import numpy as np
    import torch

    from astrolabe.core.site import Site
    from astrolabe.inside.taps import port

    with tempfile.TemporaryDirectory() as folder:
        found = _gathered(model, task, folder)
        mine = found.matrix(found.sites[-1])
        texts = found.texts
    site, seen, worst = Site.parse(task.sites[-1]), [], 0.0

    def keep(states: torch.Tensor) -> torch.Tensor:
        seen.append(states[0].numpy())
        return states

    handle = port(model.inside.anatomy, site).tap(keep)()
    try:
        for text in range(0, len(task.texts), max(1, len(task.texts) // 20)):
            with torch.inference_mode():
                model.module(input_ids=torch.tensor([task.texts[text]]), use_cache=False)
            theirs = seen[-1] if task.take == "all" else seen[-1][-1:]
            worst = max(worst, float(np.abs(mine[texts == text] - theirs).max()))
    finally:
        handle.remove()
    return f"largest difference of a state {worst:.1g}, of states up to {np.abs(mine).max():.2g}"


if __name__ == "__main__":
    main()
