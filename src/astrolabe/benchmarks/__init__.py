"""The benchmarks: one small file each."""

from astrolabe.core.benchmark import Benchmark
from astrolabe.core.errors import BadInput
from astrolabe.core.wording import did_you_mean


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
        lore,
        mathematics,
        mmlu,
        sentiment,
        strategyqa,
        translation,
        truthfulqa,
    )

    exams = (mmlu, cmmlu, ceval, gpqa, lore)
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
        meant = did_you_mean(name, known)
        raise BadInput(f"unknown benchmark '{name}'{meant}; there are {', '.join(sorted(known))}")
    return known[name]
