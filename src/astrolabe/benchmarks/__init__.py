"""The benchmarks: one small file each."""

from astrolabe.core.benchmark import Benchmark
from astrolabe.core.errors import BadInput


def all_benchmarks() -> dict[str, Benchmark]:
    """Every benchmark by name."""
    from astrolabe.benchmarks import ceval, cmmlu, gpqa, gsm8k, mmlu

    modules = (mmlu, cmmlu, ceval, gsm8k, gpqa)
    return {benchmark.name: benchmark for module in modules for benchmark in module.BENCHMARKS}


def get(name: str) -> Benchmark:
    """The benchmark of that name.

    Raises:
        BadInput: when there is none.
    """
    known = all_benchmarks()
    if name not in known:
        raise BadInput(f"unknown benchmark '{name}'; there are {', '.join(sorted(known))}")
    return known[name]
