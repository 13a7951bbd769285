"""MMLU, five shots, real rows: our run against lm-evaluation-harness' `hf` model.

Both read the same files and go from rows to graded answers, in float32 with the same threads, each
at its best batch size (ours chooses its own). Ours also writes every answer to its store.
"""

from perf import against_lm_eval


def main() -> None:
    """Measure and print."""
    against_lm_eval.run("mmlu", __doc__)


if __name__ == "__main__":
    main()
