"""Measure a benchmark against lm-evaluation-harness, for models of both families."""

import argparse
import sys
from pathlib import Path

from perf import models, rows, sides
from perf.harness import NoPeer, in_turn, judge, machine, versions

BATCHES = (1, 2, 4, 8, 16)
SWEEP_ROWS = {"mmlu": 8, "gsm8k": 16}
"""Rows of each task on which the peer's batch size is chosen."""


def run(benchmark: sides.BenchmarkName, what: str | None) -> None:
    """The command line of a script that measures `benchmark`."""
    parser = argparse.ArgumentParser(description=what)
    parser.add_argument("--rows", type=int, default=50, help="rows of each subject")
    parser.add_argument("--rounds", type=int, default=3, help="measurements of each side")
    parser.add_argument("--threads", type=int, default=0, help="0: what torch chooses")
    parser.add_argument("--batch", type=int, default=0, help="lm-eval's; 0: the best is searched")
    parser.add_argument("--family", choices=models.FAMILIES, nargs="*", default=models.FAMILIES)
    asked = parser.parse_args()
    try:
        folder = rows.write(asked.rows)
        for family in asked.family:
            measure(benchmark, family, folder, asked)
    except (NoPeer, FileNotFoundError) as error:
        sys.exit(f"perf: {error}")


def measure(
    benchmark: sides.BenchmarkName,
    family: models.Family,
    folder: Path,
    asked: argparse.Namespace,
) -> None:
    """One model: warm both sides up, find lm-eval's best batch size, take turns, print."""
    import torch

    from astrolabe.models.local import load

    torch.set_num_threads(asked.threads or torch.get_num_threads())
    threads = torch.get_num_threads()
    here = machine(threads)
    place = models.model(family)
    plan = sides.plan(benchmark, folder)
    model = load(str(place), dtype="float32", device="cpu")
    with sides.LmEval(place, folder, threads) as peer:
        batch = asked.batch or peer.best_batch(benchmark, BATCHES, SWEEP_ROWS[benchmark])
        _, mine = sides.ours(model, plan)
        theirs: sides.Rows = {}

        def peer_once() -> float:
            seconds, found = peer.run(benchmark, batch)
            theirs.update(found)
            return seconds

        pairs = in_turn(lambda: sides.ours(model, plan)[0], peer_once, asked.rounds)
        agreement = sides.agreement(mine, theirs)
    about = f"{len(mine)} rows; {family}, {models.parameters(place):,} parameters, float32"
    judge(
        f"{benchmark}_vs_lm_eval_{family}",
        pairs,
        counted=(
            f"{about}; to graded and stored answers",
            f"{about}; to metrics, batch size {batch}",
        ),
        exact=agreement.sentence(),
        machine=here,
        versions=versions("astrolabe-lm", "torch", "transformers") | peer.versions,
    )
