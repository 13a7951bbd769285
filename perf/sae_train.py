"""Training a TopK dictionary: 512 wide states, 16,384 features, 32 active; one core.

Against dictionary_learning and SAELens, each in a process of its own: the same states in the same
batches and order, the same number of steps, learning rate, gradient clipping and first decoder
norm. SAELens keeps its default of dense activations; with sparse ones its training stopped at the
first step (SAELens 6.54.12, torch 2.13.0 on a CPU: no 'aten::view' for sparse tensors). How well
each dictionary then explains states that none of them saw is part of the result: a quicker training
that learns less is none.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from perf.harness import NoPeer, Worker, in_turn, judge, machine, versions

if TYPE_CHECKING:
    from torch import Tensor

    from astrolabe.inside.sae.dictionary import Dictionary

INPUTS, WIDTH, K, ROWS = 512, 16_384, 32, 2_048
RATE, WARMUP = 2e-4, 5
PEERS = ("dictionary-learning", "sae-lens")
UNSEEN = 4
"""Batches that nobody learns from."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=20, help="batches of a training")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each side")
    asked = parser.parse_args()
    try:
        for peer in PEERS:
            measure(peer, asked.steps, asked.rounds)
    except NoPeer as error:
        sys.exit(f"perf: {error}")


def measure(peer: str, steps: int, rounds: int) -> None:
    """One comparison."""
    import torch
    from safetensors.torch import load_file, save_file

    torch.set_num_threads(1)
    here = machine(1)
    states = _states(steps + UNSEEN)
    with tempfile.TemporaryDirectory() as name, Worker("sae.py") as worker:
        folder = Path(name)
        save_file({"states": states}, folder / "states")
        found: dict[str, Any] = {}

        def theirs() -> float:
            found["peer"] = worker.ask(
                do="train",
                peer=peer,
                states=str(folder / "states"),
                width=WIDTH,
                k=K,
                rate=RATE,
                steps=steps,
                threads=1,
                out=str(folder / "weights"),
            )
            return float(found["peer"]["seconds"])

        def ours() -> float:
            seconds, found["ours"] = _ours(states[:steps])
            return seconds

        pairs = in_turn(ours, theirs, rounds)
        learnt = _dictionary(load_file(folder / "weights"))
    unseen = states[steps:].flatten(0, 1)
    shares = [explained(one, unseen) for one in (found["ours"], learnt)]
    tokens = steps * ROWS
    judge(
        f"sae_train_{peer.replace('-', '_')}",
        pairs,
        counted=(
            f"{steps} steps of {ROWS} states ({tokens:,} tokens), {INPUTS} to {WIDTH:,} features, "
            f"{K} active",
            f"the same, {peer}",
        ),
        exact=(
            f"variance of unseen states explained: ours {shares[0]:.4f}, peer {shares[1]:.4f}; "
            f"{tokens / min(a for a, _ in pairs):,.0f} and "
            f"{tokens / min(b for _, b in pairs):,.0f} tokens a second at best"
        ),
        machine=here,
        versions=versions("astrolabe-lm", "torch") | {peer: found["peer"]["version"]},
    )


def _states(batches: int) -> "Tensor":
    """Planted states [batches, rows, inputs] of mean squared norm 1, with noise that no dictionary
    can explain."""
    import torch

    from astrolabe.inside.sae.synthetic import Planted

    planted = Planted(INPUTS, 4 * INPUTS, active=K, noise=0.05).batches(ROWS)
    states = torch.stack([next(planted) for _ in range(batches)])
    return states / states.square().sum(2).mean().sqrt()


def _ours(states: "Tensor") -> tuple[float, "Dictionary"]:
    from astrolabe.inside.sae.topk import TopK
    from astrolabe.inside.sae.train import Settings, train

    steps = len(states)
    settings = Settings(
        TopK(K), WIDTH, steps, rate=RATE, warmup=min(1.0, WARMUP / steps), cooldown=0.0
    )
    start = perf_counter()
    found = train(lambda first: iter(states[first:]), settings)
    return perf_counter() - start, found


def _dictionary(parts: "dict[str, Tensor]") -> "Dictionary":
    from astrolabe.inside.sae.dictionary import Dictionary

    W_enc = parts["W_enc"].T.contiguous()
    return Dictionary("topk", W_enc, parts["b_enc"], parts["W_dec"], parts["b_dec"], k=K)


def explained(dictionary: "Dictionary", states: "Tensor") -> float:
    """Share of the states' variance that the reconstruction explains."""
    from astrolabe.inside.sae.quality import explained_variance

    return explained_variance([(states, dictionary.reconstruct(states))])


if __name__ == "__main__":
    # Threads are counted before anything of torch is loaded.
    os.environ["OMP_NUM_THREADS"] = "1"
    main()
