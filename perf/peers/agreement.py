"""Whether recipe `lm-eval` gives what lm-evaluation-harness gives: ``make peers``.

On real rows and for models of two families: the same prompts byte for byte, the same log-probs
within `TOLERANCE`, the same generated texts, the same rows right. Exit code 1 when not.
"""

import argparse
import sys

from perf import models, sides
from perf.harness import NoPeer

TOLERANCE = 1e-4
"""Nats; float32 sums in another order differ by a hundredth of it."""

BATCH = 4


def main() -> None:
    """Compare and print; exit 1 on disagreement, 2 without rows or peers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50, help="rows of each subject")
    parser.add_argument("--family", choices=models.FAMILIES, nargs="*", default=models.FAMILIES)
    asked = parser.parse_args()
    try:
        found = {
            (benchmark, family): result
            for family in asked.family
            for benchmark, result in compare(family, asked.rows).items()
        }
    except (NoPeer, FileNotFoundError) as error:
        print(f"peers: {error}", file=sys.stderr)
        sys.exit(2)
    _show(found)
    sys.exit(0 if all(result.holds(TOLERANCE) for result in found.values()) else 1)


def compare(family: models.Family, limit: int) -> dict[sides.BenchmarkName, sides.Agreement]:
    """Agreement on both benchmarks for one model."""
    import torch

    from astrolabe.models.local import load

    place = models.model(family)
    model = load(str(place), dtype="float32", device="cpu")
    found: dict[sides.BenchmarkName, sides.Agreement] = {}
    with sides.LmEval(place, torch.get_num_threads()) as peer:
        for benchmark in sides.BENCHMARKS:
            task = sides.Task(benchmark, limit)
            _, mine = sides.ours(model, task.plans())
            _, theirs = peer.run(task, BATCH)
            found[benchmark] = sides.agreement(mine, theirs)
    return found


def _show(found: dict[tuple[sides.BenchmarkName, models.Family], sides.Agreement]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"recipe lm-eval against lm-evaluation-harness, {sides.Task.shots} shots")
    for column in ("model", "rows", "prompts", "Δ nats", "texts", "right alike", "right", "agrees"):
        table.add_column(column)
    for (benchmark, family), result in found.items():
        scored = result.scored > 0
        table.add_row(
            f"{benchmark} {family}",
            *(str(result.rows), str(result.prompts)),
            *((f"{result.difference:.0e}", "-") if scored else ("-", str(result.texts))),
            *(str(result.right), str(result.correct)),
            "yes" if result.holds(TOLERANCE) else "NO",
        )
    Console().print(table)


if __name__ == "__main__":
    main()
