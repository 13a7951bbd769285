"""The list of benchmarks, in the terminal and as plain values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from astrolabe.core.benchmark import Benchmark
from astrolabe.report.tables import show, styled

if TYPE_CHECKING:
    from rich.table import Table


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
    """What each measures; by whose recipes; whose data it reads, under which licence."""
    fields = [benchmark_fields(benchmark) for benchmark in benchmarks]
    asked = _table("benchmark", "items", "mean", "languages", "metric")
    recipes = _table("benchmark", "recipes; the first is the default")
    data = _table("benchmark", "licence", "hub id")
    for row in fields:
        name = styled(row["name"], "bold")
        asked.add_row(
            name,
            f"{row['size']:,}",
            row["aggregate"],
            ", ".join(row["languages"]),
            row["metric"],
        )
        recipes.add_row(name, ", ".join(row["recipes"]))
        data.add_row(name, row["licence"], row["hub"] or "none: give a folder with --data")
    show(asked, recipes, data)


def _table(*columns: str) -> "Table":
    """A table whose last column alone gives way."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1), pad_edge=False, header_style="dim")
    for name in columns:
        last = name == columns[-1]
        table.add_column(
            name,
            justify="right" if name == "items" else "left",
            no_wrap=not last,
            ratio=last or None,
        )
    return table
