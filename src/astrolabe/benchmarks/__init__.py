"""The benchmarks: one small file each."""

from difflib import get_close_matches

from astrolabe.core.benchmark import Benchmark
from astrolabe.core.errors import BadInput


def all_benchmarks() -> dict[str, Benchmark]:
    """Every benchmark by name."""
    from astrolabe.benchmarks import (
        ceval,
        cmmlu,
        factor,
        gpqa,
        gsm8k,
        humaneval,
        label_games,
        mathematics,
        mmlu,
        sentiment,
        strategyqa,
        translation,
        truthfulqa,
    )

    exams = (mmlu, cmmlu, ceval, gpqa)
    words = (sentiment, label_games, translation)
    modules = (*exams, gsm8k, mathematics, humaneval, truthfulqa, factor, strategyqa, *words)
    return {benchmark.name: benchmark for module in modules for benchmark in module.BENCHMARKS}


def get(name: str) -> Benchmark:
    """The benchmark of that name.

    Raises:
        BadInput: when there is none.
    """
    known = all_benchmarks()
    if name not in known:
        near = get_close_matches(name, known, n=1)
        meant = f", did you mean '{near[0]}'?" if near else ""
        raise BadInput(f"unknown benchmark '{name}'{meant}; there are {', '.join(sorted(known))}")
    return known[name]
