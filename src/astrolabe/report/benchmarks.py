"""The list of benchmarks, in the terminal and as plain values."""

from collections.abc import Sequence
from typing import Any

from astrolabe.core.benchmark import Benchmark
from astrolabe.report.tables import show, styled, text_table


def benchmark_fields(benchmark: Benchmark) -> dict[str, Any]:
    """A benchmark as JSON values; its aggregate is that of the default recipe."""
    default = next(iter(benchmark.recipes.values()))
    return {
        "name": benchmark.name,
        "title": benchmark.title,
        "size": benchmark.size,
        "metric": benchmark.metric,
        "aggregate": default.aggregate,
        "languages": list(benchmark.languages),
        "recipes": {name: recipe.source for name, recipe in benchmark.recipes.items()},
        "licence": benchmark.licence,
        "hub": benchmark.hub,
    }


def print_benchmarks(benchmarks: Sequence[Benchmark]) -> None:
    """One line a benchmark: what is measured, in which languages, by whose recipes."""
    table = text_table(
        *("benchmark", "metric", "mean", "languages", "recipes", "licence", "hub id"),
        numbers=("items",),
    )
    for benchmark in benchmarks:
        fields = benchmark_fields(benchmark)
        table.add_row(
            styled(fields["name"], "bold"),
            fields["metric"],
            fields["aggregate"],
            ", ".join(fields["languages"]),
            ", ".join(fields["recipes"]),
            fields["licence"],
            fields["hub"] or "–",
            f"{fields['size']:,}",
        )
    show(table)
