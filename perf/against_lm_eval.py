"""Measure a task against lm-evaluation-harness' `hf` model, and against what the machine can do."""

import argparse
import sys
from dataclasses import replace
from statistics import median

from perf import limit, models, sides
from perf.agree import Row, agreement
from perf.harness import NoPeer, in_turn, judge, machine, versions

BATCHES = {"mmlu": (1, 2, 4, 8, 16), "gsm8k": (1, 8, 32)}
SWEEP_ROWS = {"mmlu": 8, "gsm8k": 32}
"""Rows of each subject on which the peer's batch size is chosen."""


def run(name: str, task: sides.Task, what: str | None) -> None:
    """The command line of a script that measures `task`, and the measurement."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--rows", type=int, default=task.limit, help="rows of each subject")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each side")
    parser.add_argument("--threads", type=int, default=0, help="0: what torch chooses")
    parser.add_argument("--batch", type=int, default=0, help="lm-eval's; 0: the best is searched")
    parser.add_argument("--family", choices=models.FAMILIES, default="llama")
    asked = parser.parse_args()
    try:
        measure(name, replace(task, limit=asked.rows), asked)
    except (NoPeer, FileNotFoundError) as error:
        sys.exit(f"perf: {error}")


def measure(name: str, task: sides.Task, asked: argparse.Namespace) -> None:
    """Warm both sides up, find lm-eval's best batch size, take turns, print.

    The share of the limit is counted only for scoring: when a generated token is chosen by a
    model, steps have to follow each other.
    """
    import torch

    from astrolabe.models.local import load

    torch.set_num_threads(asked.threads or torch.get_num_threads())
    threads = torch.get_num_threads()
    here = machine(threads)
    place = models.model(asked.family)
    model = load(str(place), dtype="float32", device="cpu")
    plans = task.plans()
    work = limit.work(model.module, sides.sequences(model, plans))
    shares: list[float] = []
    with sides.LmEval(place, threads) as peer:
        sizes = BATCHES[task.name]
        batch = asked.batch or peer.best_batch(task, sizes, SWEEP_ROWS[task.name])
        _, mine = sides.ours(model, task)
        theirs: list[Row] = []

        def ours_once() -> float:
            best = work / limit.rate(model.module)
            seconds = sides.ours(model, task)[0]
            shares.append(best / seconds)
            return seconds

        def peer_once() -> float:
            seconds, found = peer.run(task, batch)
            theirs[:] = found
            return seconds

        pairs = in_turn(ours_once, peer_once, asked.rounds)
        agreed = agreement(mine, theirs)
    kind = f"{asked.family}, {models.parameters(place):,} parameters, float32"
    about = f"{len(mine)} rows, {task.asked_shots} shots; {kind}"
    judge(
        name if asked.family == "llama" else f"{name}_{asked.family}",
        pairs,
        counted=(
            f"{about}; to graded and stored answers",
            f"{about}; to metrics, batch size {batch}",
        ),
        exact=agreed.sentence(),
        machine=here,
        versions=versions("astrolabe-lm", "torch", "transformers") | peer.versions,
        limit_fraction=median(shares) if task.name == "mmlu" else None,
    )
